"""What a shop says besides its products: pages made of blocks, their versions, files, addresses.

blocks.py       the blocks a page may be made of, and what a page holds
arranging.py    blocks added, moved, doubled, taken away
addresses.py    where a page may stand, and what a link may lead to
pages.py        make pages, keep their drafts, undo and redo
appearing.py    publish, schedule, take back, restore
states.py       how far a page is
showing.py      what a shop shows now
elsewhere.py    the same product or category in other languages and markets
goods.py        which products a block means
menus.py        what stands above and below every page
banners.py      a line above every page, in its time, for some or all
redirects.py    addresses that have moved
requests.py     what visitors write by a form
listing.py      what search engines may
api.py          pages and moved addresses as JSON
pictures.py     the files that pages show
"""
