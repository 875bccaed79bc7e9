"""Pages for shoppers and buying companies: from the home page to the thank-you and the account.

front.py      the words and the picture of the home page
listing.py    a list of products with filters, counts and pages: what category and search pages share
models/       tables of schema storefront
pages/        one module per page or flow
paths.py      addresses of a list with one filter more or less
routes.py     the URL table, nothing else
templates/    one file per page; blocks are the fragments
"""
