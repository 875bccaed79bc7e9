"""Pages of the portal.

assortment.py   what the shop sells of a brand: prices, words, hiding
changes.py      what the brand changed: take, hold, refuse
offers.py       agreements with brands: read, accept, decline, end
"""
