"""Bringing products in from files.

cells.py      one cell: as text, and made harmless for spreadsheets on the way out
reading.py    files as rows: CSV, TSV, XLSX, JSON lines, also gzipped; sniffing, limits, bombs
archives.py   a zip opened with a limit on its table of contents
bulk.py       the same change to many products, as an import
bundles.py    a table and its pictures in one zip
sheets.py     the child process that opens spreadsheets
bmecat_elements.py   a BMEcat file as a stream of elements, opening nothing, within limits
bmecat_languages.py  languages as BMEcat writes them
bmecat_columns.py    one BMEcat article as a row of named columns
bmecat_reading.py    BMEcat 1.2 and 2005 as rows: new catalogs, updates, prices
bmecat_mapping.py    the mapping suggested for a BMEcat catalog
bmecat_writing.py    a catalog written as BMEcat 1.2 or 2005
bmecat_export.py     the catalog's products as articles of a BMEcat file
class_lists.py  lists of classes from a table
steps.py      small changes of a cell's value: number, date, boolean, split, lookup …
mapping.py    which column becomes which field
guessing.py   a mapping suggested from a file's headers
trade_cells.py  cells about packaging, order quantities, trade and life, laid on a product
parsing.py    one row becomes one wanted product
attributes_met.py  attributes and choices made on demand
pointing.py     what rows point to: families, products, documents; unique values
places.py     categories by path
writing.py    a batch of wanted products becomes rows
remembering.py  what a run changed, kept so that it can be taken back
relating.py   what goes with products, settled after the last row
picturing.py  pictures that an import brings, from the zip or from addresses
importing.py  runs: start, carry out batch by batch, resume, stop
undoing.py    taking an import back: a run with progress and report
putting_back.py  some products as they were before an import
reporting.py  progress, problems, the file of rows to correct
mappings.py   mappings that are remembered
"""
