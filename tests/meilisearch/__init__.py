"""A double of Meilisearch, served over HTTP, that behaves as its documentation says.

ranking.py   the documented ranking rules over a handful of documents
wheel.py     the same question asked of the real engine's wheel, where that is installed
filters.py   the filter expressions that are used
double.py    indexes, settings, documents, tasks in order, searches, errors; the server
"""
