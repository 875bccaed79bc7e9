"""Pages of the desk.

agreements.py    the sharing desk of a brand
attributes.py    what products are described, filtered and varied by
bulk.py          many products changed together
categories.py    the category tree
classes.py       classification: systems, lists of classes, the classes of a product
companies.py     companies that buy here and their buyers
completeness.py  what products miss: the work list
content_banners.py a line above every page
content_editor.py the block editor of a page
content_menus.py what stands above and below every page
content_pages.py the list of pages, a new one
content_site.py  moved addresses, search engines, messages of visitors
customers.py     who buys here
documents.py     files that attributes of a product name
families.py      groups of attributes and what products of a sort need
home.py          today: what needs me
hosts.py         web addresses of the shop's own, and the record that proves them
imports.py       files of products: mapping, dry run, progress, problems
look.py          colours, typefaces, home page
market_terms.py  freight, purchase on account and collected taxes of a market
markets.py       markets and the shop's details
orders_desk.py   orders and their one next action
packaging.py     units of a product and order quantities
parties.py       one business partner and its relations to others
people.py        who works here
picture_drops.py many pictures at once
pictures.py      a product's pictures: order and words
previews.py      links that show the shop as it would be
product_history.py  who changed which field of a product, and fields brought back
products.py      the catalog desk
programs.py      machine clients, and who is told of orders
publication_plans.py  publications at a certain time
publications.py  publish, compare, roll back
relations.py     what goes with a product
roles.py         what people may do
search_judging.py  judged queries, lists side by side, nDCG
search_rules.py    rules of search: draft, files, what is asked for, publishing
stock.py         how many there are
timed_prices.py  a product's prices that hold for a time
trail.py         the audit trail
variants.py      variants of one product
webhooks.py      one address that is told of orders
"""
