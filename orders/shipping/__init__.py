"""Shipping: what carrying the goods costs and how long it takes.

provider.py  the interface: a parcel in, options with prices out
flat.py      one price per country, free above a sum, from the seller's terms
"""
