"""Rules of the house that are programs: layers, cycles, sizes, names, floor plan, documented settings, migrations.

source.py  the project's own source files, parsed once
"""
