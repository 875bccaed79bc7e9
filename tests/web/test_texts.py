"""T30, T34, T36, T37: whatever people write into names and texts is shown as text, on every page, to everybody (and in files as text, too)."""

import csv
import io
from urllib.parse import quote

import pytest

from app.routes import all_routes
from catalog.assortment import view_for
from kernel.db.session import use_engine
from orders import cart as carts
from storefront.front import FrontTexts, write_front
from tenants import profile, themes
from tests.browsing import Browser, Elements, Site
from tests.factories.catalog import in_tenant, make_category, make_product, publish_all, share
from tests.factories.orders import BERLIN, details, place, visitor
from tests.factories.tenants import make_account, make_administrator, make_company, make_market, make_role, person, staff
from tests.isolation.conftest import shops_of
from tests.isolation.samples import SAMPLES, path_of, whose
from tests.isolation.world import ADA, JONAS, MIRA, Tenant

PAYLOADS = [
    "<xss-canary>", '"><xss-canary>', "'><xss-canary>", "</title><xss-canary>", "</textarea><xss-canary>", "</script><xss-canary>", "--><xss-canary>",
    '" onxss="1', "' onxss='1", "` onxss=1", '" autofocus onfocus="xss()', "<img src=x onerror=xss()>", "<svg/onload=xss()>", "<script>xss()</script>",
    '<a href="javascript:xss()">x</a>', "[x](javascript:xss())", "![x](javascript:xss())", "<javascript:xss()>", "[x](data:text/html,xss)",
    '<div hx-get="/xss" hx-trigger="load">', '" hx-get="/xss" hx-trigger="load', '<b data-hx-get="/xss">', '<b hx-on:load="xss()">', "<form action=/xss>",
    "<base href=//xss.test>", "<meta http-equiv=refresh content=0;url=//xss.test>", "<iframe src=//xss.test>", "<object data=x>", "<style>*{}</style>",
    "{{ 7919*104729 }}", "{% print(7919*104729) %}", "${7919*104729}", "#{7919*104729}", "<%= 7919*104729 %>", "%(name)s %s %d", "&lt;xss-canary&gt;", "&#60;xss-canary&#62;", "\\u003cxss-canary\\u003e",
    "<<xss-canary>>", "<xss-canary\t>", "<XSS-CANARY>", "x\u202eevil", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)",
]  # fmt: skip
ALL = " ".join(PAYLOADS)
READING = [e for e in all_routes()[0] if e.read_only and e.name in SAMPLES]
FORBIDDEN = {"xss-canary", "base", "iframe", "object", "style"}


def short(number: int, most: int) -> str:
    """A text of at most so many letters, another one of the payloads for each number."""
    return PAYLOADS[number % len(PAYLOADS)][:most]


@pytest.fixture(scope="module")
def written(house, app_engine, owner_db) -> tuple[Site, Tenant, Tenant]:
    """A brand and a partner in which every text that people may write is hostile."""
    site, made = house[0], []
    use_engine(app_engine)
    make_shop = shops_of(owner_db)
    for kind in ("brand", "partner"):
        tenant = Tenant(make_shop(kind), "w", "s")
        _write(tenant)
        made.append(tenant)
    brand, partner = made
    agreement = share(brand.id, partner.id, name='"><xss-canary>')[0]
    brand.ids["agreement"] = partner.ids["agreement"] = str(agreement.id)
    partner.ids["shared"] = brand.ids["product"]
    site.settle()
    return site, brand, partner


def _write(tenant: Tenant) -> None:
    boss, ids = staff(tenant.id), tenant.ids
    with in_tenant(tenant.id) as session:
        market = make_market(session, tenant.id, "eu")
        ada = make_administrator(session, tenant.id, ADA, '"><xss-canary>')
        mira, jonas = (
            make_account(session, tenant.id, MIRA, "<xss-canary>' onxss='1"),
            make_account(session, tenant.id, JONAS, "' onxss='1"),
        )
        works = make_company(session, tenant.id, '<xss-canary>"', (jonas, "manager"))
        category = make_category(session, tenant.id, "bikes", en='"><xss-canary>')
        for number in range(len(PAYLOADS)):
            product = make_product(
                session, tenant.id, f"BK-{number}", short(number, 60), "10.00", category=category, brand=short(number + 1, 60),
                summaries={"en": short(number + 2, 200)}, texts={"en": ALL if number < 3 else PAYLOADS[number]},
            )  # fmt: skip
        themes.save_draft(session, boss, themes.Look(tagline='"><xss-canary>'))
        themes.publish_draft(session, boss)
        themes.save_draft(session, boss, themes.Look(tagline="<xss-canary>", primary="#123456"))
        write_front(session, boss, "en", FrontTexts('"><xss-canary>', "' onxss='1", "<xss-canary>", ALL))
        profile.change_details(session, boss, profile.ShopDetails(legal_name='"><xss-canary>', imprint=ALL[:100]))
        ids |= {
            "market": str(market.id),
            "category": str(category.id),
            "product": str(product.id),
            "works": str(works.id),
            "account": str(ada.id),
        }
        ids["role"] = str(make_role(session, tenant.id, "order.view", name='"><xss-canary>').id)
        publish_all(session, tenant.id, "eu")
    with in_tenant(tenant.id) as session:
        view = view_for(session, "eu", "en")
        for buyer in (person(mira), visitor(tenant.id)):
            carts.add(session, buyer, view, product.id, 1)
            cart = carts.current_cart(session, buyer, "eu")
            assert cart is not None
            hostile = BERLIN.model_copy(update={"name": '"><xss-canary>', "street_address": "' onxss='1"})
            placed = place(session, buyer, cart, details(hostile), link_base="http://x/en-eu/order")
            ids.setdefault("order", placed.order.number)
            ids |= {"guest_order": placed.order.number, "guest_order_token": placed.token}
        carts.add(session, person(mira), view, product.id, 2)


def harm(html: str) -> list[object]:
    """What in a page is not a text but has become part of it."""
    found: list[object] = []
    for tag, attributes in Elements(html).found:
        if tag in FORBIDDEN and not (tag == "iframe" and attributes.get("src") == "/desk/look/preview"):
            found.append((tag, attributes))
        for name, given in attributes.items():
            if name.startswith("on") or ("hx-" in name and "/xss" in given):
                found.append((tag, name, given))
            if name in ("href", "src", "action", "formaction") and given.strip().lower().startswith(
                ("javascript:", "data:text", "vbscript:", "//xss")
            ):
                found.append((tag, name, given))
    return found


@pytest.mark.parametrize("name", sorted(e.name for e in READING))
def test_texts_stay_texts(name: str, written: tuple[Site, Tenant, Tenant], db) -> None:
    site, brand, partner = written
    entry = next(e for e in READING if e.name == name)
    mine = partner if whose(entry) == "dealer" else brand
    known = {param: mine.ids.get(given, "missing") for param, given in SAMPLES[name].params.items()}
    who = visitor_of(site, mine, whose(entry))
    paths = [path_of(entry, known)]
    if name == "product":
        listed = [a["href"] for _tag, a in Elements(site.browser(brand).get("/en-eu/all").text).found if "/p/" in a.get("href", "")]
        paths = sorted(set(listed))
        assert len(paths) >= 20
    if name in ("search", "suggest", "desk.products", "desk.orders", "desk.people", "desk.customers", "desk.trail"):
        bare = paths[0].partition("?")[0]
        paths += [f"{bare}?q={quote(payload)}" for payload in PAYLOADS[:20]]
    for path in paths:
        answer = who.get(path)
        assert answer.status_code < 500, path
        if answer.headers["content-type"].startswith("text/html"):
            assert harm(answer.text) == [], path
            assert "829348951" not in answer.text
        else:
            assert answer.headers["x-content-type-options"] == "nosniff"


_visitors: dict[tuple[str, str], Browser] = {}


def visitor_of(site: Site, tenant: Tenant, sort: str):
    """Signed in once per sort of person."""
    key = (tenant.slug, sort)
    if key not in _visitors:
        mail = {"staff": ADA, "dealer": ADA, "customer": MIRA, "manager": JONAS, "program": ""}[sort]
        _visitors[key] = site.browser(tenant).sign_in(mail) if mail else site.browser(tenant)
    return _visitors[key]


def test_what_a_spreadsheet_would_run_is_quoted_in_exports(written: tuple[Site, Tenant, Tenant], db) -> None:
    site, brand, _partner = written
    text = visitor_of(site, brand, "staff").get("/desk/trail.csv").text.removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > 40
    assert [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")] == []
