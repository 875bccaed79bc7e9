"""The JSON API: the packages' tables put together, and the document that describes them (OpenAPI 3.1)."""

from catalog.api import ROUTES as CATALOG
from catalog.class_api import ROUTES as CLASSES
from catalog.content.api import ROUTES as CONTENT
from catalog.description_api import ROUTES as DESCRIPTION
from catalog.publishing_api import ROUTES as PUBLISHING
from catalog.search.api import ROUTES as SEARCH
from catalog.searching.api import ROUTES as SEARCH_RULES
from catalog.sharing_api import ROUTES as SHARING
from kernel.web.access import ANYONE
from kernel.web.answers import Answer
from kernel.web.openapi import document
from kernel.web.routes import Entry, api
from kernel.web.visit import Visit
from orders.api import ROUTES as ORDERS
from tenants.api import ROUTES as TENANTS

VERSION = "1"


def description(visit: Visit) -> Answer:
    """This document."""
    return visit.json(document(ROUTES, f"{visit.tenant.name} API", VERSION, visit.base_url))


ROUTES: list[Entry] = [
    api("GET", "/openapi.json", description, access=ANYONE, name="api.openapi"),
    *TENANTS,
    *SHARING,
    *CATALOG,
    *CONTENT,
    *CLASSES,
    *DESCRIPTION,
    *PUBLISHING,
    *SEARCH,
    *SEARCH_RULES,
    *ORDERS,
]
