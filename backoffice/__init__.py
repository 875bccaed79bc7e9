"""Pages for a tenant's own staff: catalog, sharing, orders, people, look.

attribute_sheet.py  values of attributes in the form of a product
content_routes.py the URL table of content
endpoints.py   the form of a webhook's address
labels.py      words that are kept in several languages
missing_words.py  what a product misses, in words and with the field for it
page_forms.py  the form in which a page is written
navigation.py  what stands in the side bar
pages/         one module per desk
routes.py      the URL table
search_desk.py what the pages on search share
search_routes.py their URL table
templates/     one file per page
thumbs.py      small pictures of products for lists
trade_routes.py the URL table of packaging and classification
trail_words.py the audit trail in words: what each action is called
"""
