"""All URL tables, in the order in which they are tried: shops first, since they are asked most."""

from app.api import ROUTES as API
from app.style_guide import ROUTES as STYLE_GUIDE
from backoffice.routes import ROUTES as DESK
from kernel.web.routes import Entry, gather
from kernel.web.urls import UrlTable
from partner_portal.routes import ROUTES as PORTAL
from storefront.routes import ROUTES as SHOP


def all_routes(with_style_guide: bool = False) -> tuple[list[Entry], UrlTable]:
    """Every route and the names to reach them by. Raises RuntimeError where one does not say who may use it."""
    return gather([SHOP, DESK, PORTAL, API, *([STYLE_GUIDE] if with_style_guide else [])])
