"""Pages of the shop.

account.py      profile, sign-in sessions, leaving
addresses.py    address books: own ones and the company's
asking.py       a message by a form of a page
blog.py         posts, and the same as a feed
cart.py         what somebody means to buy
category.py     a category with filters
checkout.py     address, delivery, payment, review: one column, one next step
compare.py      products side by side
company.py      for which company I buy, and who else does
content.py      a page made of blocks, its preview, where it has moved
gone.py         the address of a product that is no longer sold
feed.py         the assortment for price comparisons and advertising
help_page.py    help and contact
home.py         whose shop this is and what it sells
looks.py        the theme's style sheet
matrix.py       many variants of a product at once
me.py           the personal part of pages that are the same for everybody
notices.py      tell me when it is there again
orders.py       my orders, one order, and the order behind a guest's link
product.py      one product with its variants
recent.py       what was looked at before
search.py       results and suggestions
signing_in.py   sign in and out, register, reset, invitations
sitemap.py      robots.txt and what search engines read
start.py        `/`: to the place that fits the browser
"""
