"""Taxes: which rate applies where. The sums are made in orders/totals.py, never here.

provider.py    the interface: a question about an address, an answer of rates
rate_table.py  the table in the project: VAT of Europe and some others, sales tax of some US states
"""
