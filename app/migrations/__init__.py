"""The database's history, run by `galleria migrate` and at every start.

env.py     what alembic runs: models of all packages, the owner's connection, its limits
versions/  one file per change, dated; the owner of a package writes its own
"""
