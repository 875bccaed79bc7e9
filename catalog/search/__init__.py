"""Finding products in what was published: the engine's contract, and the one that lives in PostgreSQL.

provider.py    the contract: scope, filters, page, result, SearchEngine
engine.py      which engine answers, and who answers instead
breaker.py     after failures nobody asks for a while
meili/         Meilisearch behind the same contract
checks/        what every engine owes
documents.py   what a product hands to the index
texts.py       texts to words and terms, per language
rules.py       a shop's own synonyms, stop words, pins and redirects, ready to be used
synonyms.py    other words for the same thing, in any shop
spelling.py    neighbours of a misspelt word
analysis.py    what a document contributes to the index
models.py      tables of the embedded engine
arrays.py      lists of values on their way to PostgreSQL and back
bits.py        sets of documents as long numbers
pieces.py      decoded pieces of a build: values, places of terms, numbers, orders, words
shelf.py       what a process keeps of them
reading.py     pieces from the shelf, or from the database
space.py       the documents of all sources of a scope, laid side by side
plan.py        a typed text becomes groups of terms
scoring.py     groups of terms become scored documents
visible.py     what the scope and the filters leave
offers.py      what the seller sells, and for how much
overlaying.py  what a partner's overlay does to prices
own_names.py   a partner's own names for a brand's products
stock.py       what the seller has in stock, as the orders tell
counting.py    facets
ordering.py    which documents stand on a page
pg.py          PgSearch, the embedded engine
unindexed.py   search in plain SQL while the index is lost or broken
indexing.py    what publishing calls: changes in, removed out
writing.py     the statements that write a build
folding.py     compacting the index
rebuilding.py  making indexes anew from what is published
asking.py      how many searches one network may make
shapes.py      JSON of the search address
api.py         /api/v1/search
"""
