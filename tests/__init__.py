"""Tests mirror the tree: kernel/db/embedded.py is proven by tests/kernel/db/test_embedded.py.

cluster.py  the PostgreSQL server all test runs on this machine share, and one database for each of them
installation.py  the whole program as an operator starts it
"""
