"""Words and figures of the demo world. Products stand in TOML files by shelf, in English, German and Simplified Chinese.

assortment.py  the catalogs read from TOML: products and the variants that follow from size and paint
attributes.py  typed attributes with labels and choices
cast.py  people and companies with addresses
categories.py  the tree of shelves
families.py  what products of a sort need, and the headings of their specification
gallery.py  which pictures a product gets, and the pictures themselves
gtins.py  article numbers from the restricted range
order_plan.py  six months of orders that could have happened
page_texts.py  pages, menus and banners of the shops
partners.py  what partners sell, at which prices, under which words
sheets.py  the catalog as import files
shop_texts.py  what the shops say of themselves
stocks.py  how many of what lie where
"""
