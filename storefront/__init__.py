"""Pages for shoppers and buying companies: from the home page to the thank-you and the account.

cards.py      product cards as HTML, kept in the process
company.py    who is asked to buy for a company
comparing.py  products side by side
front.py      the words and the picture of the home page
led.py        where a shop's own rules of search lead, and what is asked for
listing.py    a list of products with filters, counts and pages: what category and search pages share
matrix.py     variants as a table to order from
merchant.py   products as items of a Google Merchant feed
models/       tables of schema storefront
papers.py     figures, addresses and the timeline of orders
pages/        one module per page or flow
moved.py      where an address has gone
page_blocks.py  blocks of a page as templates take them
product_head.py  what the head of a product's page tells
structured.py  what search engines and other sites are told
markdown.py   product texts to clean HTML
sheet.py      the specification of a product, grouped, with its documents
paths.py      addresses of a list with one filter more or less
pictures.py   pictures as pages want them
routes.py     the URL table, nothing else
shopper.py    who is shopping, and how a guest is known again
templates/    one file per page; blocks are the fragments
units.py      the units a product is ordered in
variants.py   which variant is meant, and where each choice leads
"""
