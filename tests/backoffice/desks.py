"""A brand's desk for tests: who works there and what lies on it."""

from dataclasses import dataclass
from uuid import UUID

from tests.browsing import Browser, Site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, publish_all
from tests.factories.tenants import make_account, make_administrator, make_market

ADA, CLARA = "ada@example.com", "clara@example.com"


@dataclass
class Desk:
    """A brand with a bell, a jacket in two sizes, and attributes; `ada` may do everything, `clara` may look only."""

    shop: Shop
    ada: Browser
    clara: Browser
    bell: UUID
    jacket: UUID
    sizes: list[UUID]
    attributes: dict[str, UUID]


def furnish(site: Site, shop: Shop) -> Desk:
    """The desk of that shop."""
    with in_tenant(shop.id) as session:
        make_market(session, shop.id, "eu")
        make_administrator(session, shop.id, ADA)
        make_account(session, shop.id, CLARA, permissions=("catalog.view", "order.view"))
        made = {
            "colour": make_attribute(session, shop.id, "colour", "choice", ("pine", "copper"), filterable=True).id,
            "size": make_attribute(session, shop.id, "size", "choice", ("s", "m", "l"), is_axis=True).id,
            "weight": make_attribute(session, shop.id, "weight", "number", unit="KGM").id,
        }
        goods = make_category(session, shop.id, "goods")
        bell = make_product(session, shop.id, "BELL", "Bell", "12.50", category=goods, attribute_values={"colour": "pine"})
        jacket = make_product(session, shop.id, "JK", "Jacket", None, category=goods)
        sizes = [v.id for v in make_variants(session, shop.id, jacket, "size", {"s": "50", "m": "60"})]
        publish_all(session, shop.id)
    site.settle()
    browsers = [site.browser(shop).sign_in(mail) for mail in (ADA, CLARA)]
    return Desk(shop, browsers[0], browsers[1], bell.id, jacket.id, sizes, made)
