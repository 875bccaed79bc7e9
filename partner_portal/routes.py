"""The URL table of the staff's pages."""

from kernel.web.routes import Entry

ROUTES: list[Entry] = []
