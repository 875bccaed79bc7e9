"""Meilisearch behind the contract of a search engine: what a text means, the server says; what may be shown, the database.

server.py      its HTTP interface, one method per thing that is asked
naming.py      how indexes are called
documents.py   what it is given: documents, and the indexes' settings
queries.py     what it is asked for one typed text
answers.py     what its answers say: matches, misspelt words, completions
engine.py      MeiliSearch, the engine
feeding.py     keeping its indexes in step with publications and own names
condition.py   how the configured server is, for doctor
following.py   when it is fed: tasks, listeners, the look every minute
"""
