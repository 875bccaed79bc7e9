"""No page takes more than twelve statements, and none takes more for thirty rows than for three (L13)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.routes import all_routes
from catalog.assortment import view_for
from catalog.content.appearing import publish as publish_page
from catalog.content.blocks import Chosen, Faq, Hero, PageContent, Question, Rule, Text, Ways
from catalog.content.pages import NewPage, make_page
from kernel.actors import Actor
from kernel.db.session import use_engine
from kernel.ids import new_id
from orders import cart as carts
from orders import stock
from orders.models import WebhookDelivery
from orders.webhooks import EndpointEdit, add_endpoint
from tenants.clients import create_client
from tenants.signin import sessions
from tests.browsing import Browser, Program, Site, counted
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, publish_all, share
from tests.factories.orders import details, place, visitor
from tests.factories.tenants import make_account, make_administrator, make_company, make_market, make_role, person, staff
from tests.isolation.conftest import shops_of
from tests.isolation.people import ALL_SCOPES
from tests.isolation.samples import SAMPLES, path_of, value, whose
from tests.isolation.world import ADA, JONAS, MIRA, Tenant

MOST = 12
# not a page: it reads the drafts whole, which takes ten statements whatever their number (catalog/drafts.py)
MORE = {"api.publishing_api.list_differences": 14}
FEW, MANY = 3, 30
ENTRIES = {e.name: e for e in all_routes()[0] if e.read_only and e.name in SAMPLES}
# pages without rows of their own: their statements are counted all the same, with whatever the shop holds
WITHOUT = {"api.openapi"}


def everything(sku: str) -> PageContent:
    """A page with every kind of block that looks something up."""
    lists = [Chosen(skus=[sku]), Rule(category="bikes"), Rule(words="bike", sort="newest"), Rule(sort="price", count=3), Ways()]
    return PageContent(blocks=[Hero(title="Hello"), *lists, Faq(items=[Question(question="Why?", answer="So.")])])


def furnish(shop: Shop, rows: int) -> Tenant:
    """A shop with so many of everything that lists show."""
    tenant = Tenant(shop, f"rows{rows}", f"hush{rows}")
    boss, ids = staff(shop.id), tenant.ids
    with in_tenant(shop.id) as session:
        market = make_market(session, shop.id, "eu")
        ada, mira = make_administrator(session, shop.id, ADA), make_account(session, shop.id, MIRA)
        jonas = make_account(session, shop.id, JONAS, "Jonas Feld")
        colleagues = [(make_account(session, shop.id, permissions=None), "buyer") for _ in range(rows)]
        works = make_company(session, shop.id, "Works", (jonas, "manager"), *colleagues)
        colour = make_attribute(session, shop.id, "colour", "choice", ("pine", "copper", *(f"c{n}" for n in range(rows))), filterable=True)
        category = make_category(session, shop.id, "bikes")
        made = []
        for n in range(rows):
            make_category(session, shop.id, f"more-{n}", category)
            make_attribute(session, shop.id, f"more-{n}", "number")
            given: dict[str, Any] = {"attribute_values": {"colour": "pine"}, "summaries": {"en": "Good"}}
            made.append(make_product(session, shop.id, f"BK-{n:03}", f"Bike {n}", f"{100 + n}.00", category=category, **given))
            post = make_page(session, boss, NewPage("post", "eu", "en", f"post-{n}", f"Post {n}"), PageContent(blocks=[Text(text="Words")]))
            publish_page(session, boss, post.id)
            make_role(session, shop.id, "order.view")
            make_account(session, shop.id, permissions=("order.view",))
            make_company(session, shop.id, f"Company {n}", (jonas, "buyer"))
            create_client(session, boss, f"Client {n}", ["order.view"])
            sessions.start(session, ada, sessions.Browser())
            sessions.start(session, mira, sessions.Browser())
        endpoint = _deliveries(session, boss, rows)
        stock.set_stock(session, boss, [stock.StockLine(p.id, shop.id, p.sku, Decimal(500)) for p in made], "counted")
        for n in range(rows):
            stock.set_stock(session, boss, [stock.StockLine(made[0].id, shop.id, made[0].sku, Decimal(400 + n))], "counted")
        publish_all(session, shop.id, "eu")
        story = _pages(session, boss, made[0].sku)
        ids |= {
            "market": str(market.id),
            "category": str(category.id),
            "product": str(made[0].id),
            "attribute": str(colour.id),
            "works": str(works.id),
            "account": str(ada.id),
            "page": story,
            "page_path": "story",
            "post": "post-0",
        }
        ids |= {"endpoint": endpoint, "delivery": endpoint, "slug": "bike-0-bk-000", "category_slug": "bikes"}
    with in_tenant(shop.id) as session:
        view = view_for(session, "eu", "en")
        for buyer in [person(mira)] * rows + [visitor(shop.id)]:
            carts.add(session, buyer, view, made[0].id, Decimal(1))
            cart = carts.current_cart(session, buyer, "eu")
            assert cart is not None
            placed = place(session, buyer, cart, details(), link_base="http://x/en-eu/order")
            ids.setdefault("order", placed.order.number)
            ids |= {"guest_order": placed.order.number, "guest_order_token": placed.token}
        for product in made:
            carts.add(session, person(mira), view, product.id, Decimal(1))
        ids["role"] = str(make_role(session, shop.id, "order.view").id)
    return tenant


def _deliveries(session: Session, boss: Actor, rows: int) -> str:
    """An address for webhooks with so many messages; its id."""
    endpoint = add_endpoint(session, boss, EndpointEdit(url="http://127.0.0.1:8080/hook", events=["order.placed"])).endpoint
    told = {"tenant_id": boss.tenant_id, "endpoint_id": endpoint.id, "event_type": "order.placed", "body": "{}"}
    session.add_all(WebhookDelivery(id=new_id(), event_id=new_id(), **told) for _ in range(rows))
    return str(endpoint.id)


def _pages(session: Session, boss: Actor, sku: str) -> str:
    """Two pages with every block, at a short and a long address; the first one's id."""
    made = [make_page(session, boss, NewPage("page", "eu", "en", path, "Story"), everything(sku)) for path in ("story", "about/us/story")]
    for page in made:
        publish_page(session, boss, page.id)
    return str(made[0].id)


@pytest.fixture(scope="module")
def sizes(house, app_engine: Engine, owner_db: Engine) -> Callable[[str], tuple]:
    """For a route: who asks and where, in the shop with few rows and in the one with many."""
    site: Site = house[0]
    make_shop: MakeShop = shops_of(owner_db)
    use_engine(app_engine)
    prepared = {}
    for rows in (FEW, MANY):
        brand, partner = furnish(make_shop("brand"), rows), furnish(make_shop("partner"), rows)
        agreement = share(brand.id, partner.id)[0]
        brand.ids["agreement"] = partner.ids["agreement"] = str(agreement.id)
        partner.ids["shared"] = brand.ids["product"]
        site.settle()
        program = site.program(brand, *ALL_SCOPES)
        cart = program.post("/carts", {"market": "eu", "language": "en"}).json()["id"]
        with in_tenant(brand.id):
            for row in program.get(f"/products?limit={rows}").json()["items"]:
                program.post(f"/carts/{cart}/lines", {"product_id": row["id"]})
        brand.ids["cart"] = cart
        who = {
            "staff": site.browser(brand).sign_in(ADA), "dealer": site.browser(partner).sign_in(ADA), "customer": site.browser(brand).sign_in(MIRA),
            "manager": site.browser(brand).sign_in(JONAS), "program": program,
        }  # fmt: skip
        prepared[rows] = (site, who, brand, partner)
    return lambda name: tuple(_asking(prepared[rows], name) for rows in (FEW, MANY))


def _asking(prepared, name: str) -> tuple[Site, Browser | Program, str]:
    site, who, brand, partner = prepared
    entry = ENTRIES[name]
    mine = partner if whose(entry) == "dealer" else brand
    known = {
        param: value(given, mine) if given in mine.ids or given.startswith("!") else "missing"
        for param, given in SAMPLES[name].params.items()
    }
    return site, who[whose(entry)], path_of(entry, known)


@pytest.mark.parametrize("name", sorted(ENTRIES.keys() - WITHOUT))
def test_a_page_takes_few_statements_and_no_more_for_many_rows(name: str, sizes, db: Engine) -> None:
    taken = []
    for site, who, path in sizes(name):
        site.app.cache._pages.clear()
        who.get(path)
        site.app.cache._pages.clear()
        with counted(db) as statements:
            answer = who.get(path)
        assert answer.status_code in ((200, 404) if "missing" in path else (200, 303, *SAMPLES[name].works)), answer.status_code
        taken.append(statements)
    few, many = taken
    assert len(many) <= MORE.get(name, MOST), "\n".join(many)
    assert len(many) <= len(few), "\n".join(many)
