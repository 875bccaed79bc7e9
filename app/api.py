"""The JSON API: the packages' tables put together, and the document that describes them."""

from kernel.web.routes import Entry

ROUTES: list[Entry] = []
