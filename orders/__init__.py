"""The deal: from the first thing in a cart to an order that is delivered. PostgreSQL schema `orders`.

models/             the tables
totals.py           lines, freight, tax per rate, what is to be paid: pure, source of every figure shown
taxes/              which tax rate applies: interface and table
shipping/           how it is sent and what that costs: interface and flat freight
payments/           how it is paid: interface and purchase on account
terms.py            a market's freight, order limit, days to pay, where tax is collected
offers.py           what the shop offers at this moment: the one door to the catalog
availability.py     what is there of a product, in which quantities it is sold
quantities.py       what is asked for in boxes becomes base units, and is said back in boxes
stock.py            count it, move it with a reason, take it for an order, put it back
stock_reports.py    stock that arrives with an import
cart.py             fill a cart, change it, keep it
lines.py            a cart's lines in the database
forgetting.py       carts nobody comes back to, messages that have come to an end
merging.py          a guest's cart becomes the person's at sign-in
notices.py          who wants to hear when something is there again
several.py          several products into the cart at once
repricing.py        what a cart comes to now, and what has changed since
details.py          what a checkout asks for, as typed data
steps.py            the steps of a checkout and its review
checkout.py         place the order, once
crowding.py         how often guests may order
snapshot.py         from a reviewed cart to the rows of an order
states.py           the life cycle of an order
status.py           who may see an order; confirm, ship, deliver, close, cancel
links.py            links that open one order to a guest
desk.py             lists of orders for staff and customers
takings.py          what was taken week by week, what sells best
letters.py          mails about an order
events.py           what orders tell the others
webhooks.py         other firms' addresses and the messages that wait for them
webhook_sending.py  sending those messages, over days where it must be
signatures.py       signing by Standard Webhooks
api.py              carts, orders and webhooks as JSON
"""
