"""What is sold: products and their content, publishing, sharing with partners, and what a shop sells of it.

models/              the tables of schema catalog
states.py            life cycles as tables: the sharing agreement
events.py            what the catalog tells others
checking.py          checks that several editing use cases share
attribute_values.py  values of attributes: taken in, kept, shown
slugs.py             names for addresses
attribute_rules.py   bounds, patterns, units at input
attribute_links.py   values that point to products and documents, unique values
attribute_merging.py new values over those a product has
documents.py         files that attributes name
description_shapes.py  the JSON of attributes, families, completeness and documents
description_api.py   the same as routes
families.py          families of products: groups of attributes, what is required
attributes.py        edit attributes and their choices
categories.py        edit the category tree
products.py          edit products, find them on the desk
product_kinds.py     parents and variants
packaging.py         units of a product, in which quantities it is ordered
packaging_checks.py  the same as they come in, checked
unit_words.py        quantities as people say them
unit_shapes.py       units and quantities in the JSON of machine clients
trade_numbers.py     manufacturer's number, customs code, country of origin
class_api.py         systems and classes as JSON
classification.py    code systems beside the category tree, and the classes of products
lifecycle.py         a product's life by the calendar
state_changes.py     published products follow the calendar
successors.py        where the address of an ended product leads
product_history.py   a product's fields as they were, brought back
list_prices.py       the brand's list prices
relations.py         accessories, spare parts, successors
media.py             pictures of products
decoding.py          the child process that decodes pictures, from the parent's side
picture_names.py     whose picture it is, told by the name of its file
picture_drops.py     many pictures at once, matched by their names
attaching.py         the worker's part of it
pixels.py            decoding and re-encoding, inside the child
exchange/            bring products in from files
drafts.py            read products as they are edited, in batches
scoring.py           how complete a draft is in a place, what holds it back
completeness.py      the same, kept for every product, and brought up to date
worklist.py          what is left to do: figures, products, one page at a time
holding_back.py      what a publication passed over
payload.py           from drafts to what is published
changes.py           what differs between two payloads
change_words.py      the same as lines that a person reads
intervals.py         rows that hold over an interval of versions
findable.py          what of a product can be found and filtered
facets.py            the words of filters, published with the catalog
edition.py           one language's next version while it is made
publishing.py        drafts become the next version of a market
versions.py          which versions there are, what waits to be published
comparing.py         a version beside another one or the drafts
comparisons.py       a comparison in pages, filtered, as a file
rolling_back.py      an old version published anew
publication_runs.py  publications that the worker makes: asked for, carried out, told of
shown_preview.py     the preview that the running request shows
previews.py          links that show the shop as it would be
market_clock.py      the clock of a market: its time zone, and the instant that is meant
publication_plans.py  publications at a certain time: planned, changed, cancelled
publication_starts.py  planned publications begin, and their end is noted
terms.py             what an agreement says
covering.py          how many products a scope covers; article numbers for its lists
sharing_mails.py     who is told of agreements, and before they end
agreements.py        offer, amend, accept, refuse, suspend, resume, end, withdraw
selections.py        what a scope or an assortment takes in, by hand or by rule
narrowing.py         the same as conditions over published rows
following.py         rules for following a brand's changes; what a shop shows by them
overlays.py          a partner's own prices, names and texts; hiding
brand_changes.py     what a brand changed since a partner last looked
provenance.py        where what a partner's shop shows comes from, field by field
differences.py       the partner's answer to it: take, hold, refuse
adoptions.py         a partner's rules for changes, and what they did
choosing.py          a partner's choice of what it sells: by rule, by hand; many at once, and back
choosable.py         what can be chosen by
same_products.py     one product from several sources, and which of them is sold
feeds.py             what a partner sells under an agreement, whole or changed, for a foreign shop
feed_writing.py      the same as CSV, JSON lines, BMEcat
feed_keys.py         the keys with which programs read it
shared_goods.py      a partner's list of what an agreement covers, in pages
relaying.py          partners' shops learn that something has moved
shop.py              the shapes of what a shop shows
shop_state.py        what a shop shows now, as one key for things kept in the process
timed_prices.py      list prices that hold for a time: named, taken away
price_times.py       which of them holds at an instant
price_turns.py       prices begin and end by themselves
pricing.py           what something costs
dressing.py          from payload and overlay to what is shown
sources.py           which publications a shop sells from, in which scope
offering.py          products and cards as one shop sells them
browsing.py          lists and categories of a shop
assortment.py        the front door for shop pages, carts and searches
content/             pages, menus, banners, addresses of a shop
searching/           a shop's own rules of search, judged and published
search/              find products in what was published
shapes.py            the JSON that machine clients send and get
sharing_api.py       following, feeds and their keys as JSON
api.py               products, publications, agreements and search as JSON
publishing_api.py    planned publications and differences as JSON
"""
