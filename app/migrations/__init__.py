"""The database's history, run by `galleria migrate` and at every start.

versions  one file per change, dated; the owner of a package writes its own
"""
