"""Pages of the portal.

assortment.py   what the shop sells of a brand: prices, words, hiding
choice.py       what is sold of a brand: all, by rule, by hand; many at once; same products of several brands
changes.py      what the brand changed: take, hold, refuse
feeds.py        feeds for a foreign shop, and the keys to them
following.py    what happens to changes by itself, and what happened
offers.py       agreements with brands: read, accept, decline, end
"""
