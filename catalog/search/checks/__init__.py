"""What every search engine owes a shop, as checks that run against whatever is configured: `galleria search check`, and the
contract tests.

world.py       throwaway tenants with goods, agreements and overlays; questions to an engine
goods.py       twelve bicycles and parts
checking.py    a check, its parts, how one fails, running them
finding.py     words, misspellings, codes, languages
listing.py     orders, pages, filters, counts
belonging.py   whose shop it is: scope, prices, names, other tenants
following.py   suggestions; what changes, goes or fails
running.py     the whole contract, against the engine of this process
"""
