"""Pages for a tenant's own staff: catalog, sharing, orders, people, look.

endpoints.py   the form of a webhook's address
labels.py      words that are kept in several languages
navigation.py  what stands in the side bar
pages/         one module per desk
routes.py      the URL table
templates/     one file per page
thumbs.py      small pictures of products for lists
trail_words.py the audit trail in words: what each action is called
"""
