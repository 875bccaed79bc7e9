"""Pages of the portal.

assortment.py   what the shop sells of a brand: prices, words, hiding
changes.py      what the brand changed: take, hold, refuse
following.py    what happens to changes by itself, and what happened
offers.py       agreements with brands: read, accept, decline, end
"""
