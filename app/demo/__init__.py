"""The demo world: two brands, two partners, their people and half a year of orders, made through the use cases.

adventureworks/  a brand of 504 products from real data, besides
asking.py        rules of search, judged queries, what was asked for
book.py          what has been made in a data folder, and on which day
catalogs.py      attributes, shelves, products through the importer, publications
data/            words and figures: catalogs, cast, plan of orders
drawing/         pictures drawn by this code
fronts.py        home pages
hands.py         helping processes
houses.py        the tenants: markets, looks, terms of selling
ordering.py      one seller's counter: who buys, what the desk does
pages.py         pages, menus, banners, a post
past.py          dating what happened to when it happened
pictures.py      drawn, cut to sizes and hung
sales.py         half a year of orders, step by step
settling.py      tenants are opened, people and companies move in
sharing.py       agreements, overlays, one change of the brand
shelves.py       stock
stage.py         the day, the tenant and the actor of every step
start.py         the program behind `galleria demo`
welcome.py       addresses and log-ins for whoever starts it
world.py         all steps in their order
"""
