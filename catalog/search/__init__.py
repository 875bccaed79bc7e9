"""Finding products in what was published: the engine's contract, and the one that lives in PostgreSQL.

provider.py   the contract: scope, filters, page, result, SearchEngine
documents.py  what a product hands to the index
texts.py      texts to words and terms, per language
spelling.py   neighbours of a misspelt word
models.py     tables of the embedded engine
bits.py       sets of documents as long numbers
space.py      the documents of all sources of a scope, laid side by side
plan.py       a typed text becomes groups of terms
scoring.py    groups of terms become scored documents
visible.py    what the scope and the filters leave
offers.py     the seller's prices
counting.py   facets
pg.py         PgSearch, the embedded engine
indexing.py   writing the index while publishing
folding.py    compacting the index
"""
