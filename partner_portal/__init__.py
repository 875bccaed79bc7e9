"""Pages and business of the channel: what brands offer, what a partner makes of it.

navigation.py  what stands in the side bar
pages/         one module per page
routes.py      the URL table
templates/     one file per page
"""
