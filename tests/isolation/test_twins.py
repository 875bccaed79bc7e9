"""T05, T10: two shops with the same articles, mails and addresses; all of one is used, and nothing of the other turns up anywhere.

And sharing: a partner's shop sells what lies in the agreement, at its own price, and nobody else reaches it.
"""

import logging
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from app.routes import all_routes
from catalog import agreements, overlays
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.browsing import Browser, Site, fields_of
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_category, make_product, publish_all, share, somebody
from tests.factories.tenants import make_market
from tests.isolation.fingerprints import digest
from tests.isolation.people import People
from tests.isolation.samples import SAMPLES, path_of, value, whose
from tests.isolation.world import World

READING = [e for e in all_routes()[0] if e.read_only and e.name in SAMPLES]
WHERE = {
    "email": "guest@example.com", "delivery.country_code": "DE", "delivery.name": "Greta Guest", "delivery.street_address": "Hafenweg 3",
    "delivery.city": "Berlin", "delivery.postal_code": "10115",
}  # fmt: skip


def buy(visitor: Browser, product_id: str, quantity: int = 1) -> tuple[str, list[str]]:
    """Buys as a guest, page by page; the order's address and every page seen."""
    seen = []

    def keep(answer):
        seen.append(answer.text + str(answer.headers))
        return answer

    assert keep(visitor.post("/en-eu/cart", {"product_id": product_id, "quantity": str(quantity)})).status_code == 303
    assert keep(visitor.get("/en-eu/cart")).status_code == 200
    keep(visitor.get("/en-eu/checkout/where"))
    assert keep(visitor.post("/en-eu/checkout/where", WHERE)).status_code == 303
    review = keep(visitor.get("/en-eu/checkout/review"))
    given = {"payment": "on_account", "shipping": "standard", **fields_of(review.text, "/en-eu/checkout/review")}
    placed = keep(visitor.post("/en-eu/checkout/review", given))
    assert placed.status_code == 303, placed.text
    return placed.headers["location"], seen


def test_nothing_of_the_twin_turns_up_in_pages_mails_search_logs_or_kept_pages(
    site: Site, world: World, people: People, superuser_db: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    site.app.cache._pages.clear()
    before = digest(superuser_db, world.abroad.id), digest(superuser_db, world.stranger.id)
    order, seen = buy(site.browser(world.home), world.home.ids["product"])
    seen.append(site.browser(world.home).get(order).text)
    for entry in READING:
        mine = world.dealer if whose(entry) == "dealer" else world.home
        path = path_of(entry, {param: value(name, mine) for param, name in SAMPLES[entry.name].params.items()})
        everybody = [people.customer, people.staff, people.manager, site.browser(world.home)]
        for who in everybody if whose(entry) == "customer" else [people.who_may(whose(entry))]:
            answer = who.get(path)
            assert answer.status_code < 500, path
            seen.append(answer.text + str(answer.headers))
    for wanted in (
        world.abroad.word,
        world.stranger.word,
        world.abroad.ids["only"],
        "ONLY-" + world.abroad.word.upper(),
        "pine bike",
        "BK-1",
    ):
        for path in (f"/en-eu/search?q={wanted}", f"/en-eu/suggest?q={wanted}", f"/desk/products?q={wanted}", f"/desk/orders?q={wanted}"):
            found = (people.staff if path.startswith("/desk") else site.browser(world.home)).get(path).text
            seen.append(found.replace(wanted, "").replace(wanted.lower(), ""))
        told = people.program.get(f"/search?market=eu&language=en&q={wanted}").json()
        seen.append(str(told["items"]))
    with superuser_db.connect() as connection:
        query = "SELECT recipient || subject || text || html FROM kernel.mail_message WHERE tenant_id = :id"
        seen += connection.execute(text(query), {"id": world.home.id}).scalars()
        seen += connection.execute(text("SELECT payload::text FROM kernel.outbox WHERE tenant_id = :id"), {"id": world.home.id}).scalars()
    seen += [f"{record.getMessage()} {record.__dict__}" for record in caplog.records if not record.name.startswith("httpx")]
    assert len(seen) > 200
    # partners stand in the directory from which brands choose whom to offer to: the stranger's id is no secret
    for canary in (world.abroad.word, world.stranger.word, str(world.abroad.id)):
        assert [told[:300] for told in seen if canary in told.lower()] == [], canary
    assert (digest(superuser_db, world.abroad.id), digest(superuser_db, world.stranger.id)) == before


def test_the_same_article_is_found_in_each_shop_as_its_own(site: Site, world: World) -> None:
    for tenant, other in ((world.home, world.abroad), (world.abroad, world.home)):
        page = site.browser(tenant).get(f"/en-eu/p/{tenant.ids['twin_slug']}").text
        assert f"Text of {tenant.word}" in page
        assert other.word not in page
        found = site.browser(tenant).get("/en-eu/search?q=BK-1")
        assert (found.status_code, found.headers["location"]) == (303, f"/en-eu/p/{tenant.ids['twin_slug']}")


def test_the_same_mail_and_password_opens_each_shop_for_its_own_account(site: Site, world: World) -> None:
    for tenant, other in ((world.home, world.abroad), (world.abroad, world.home)):
        mira = site.browser(tenant).sign_in("nora@example.com")
        told = mira.get("/en-eu/account").text
        assert f"Nora {tenant.secret}" in told
        stolen = mira.cookies_to(site.browser(other))
        answer = stolen.get("/en-eu/account")
        assert (answer.status_code, answer.headers["location"]) == (303, "/en-eu/sign-in?next=%2Fen-eu%2Faccount")


@pytest.fixture
def shared(site: Site, make_shop: MakeShop) -> tuple[Shop, Shop, Shop, dict[str, UUID], UUID]:
    """A brand that shares its bikes but not its parts with one partner, who sells a bike 10 % dearer; and another partner."""
    brand, partner, other = make_shop("brand"), make_shop("partner"), make_shop("partner")
    for shop in (partner, other):
        with in_tenant(shop.id) as session:
            make_market(session, shop.id, "eu")
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        bikes, parts = make_category(session, brand.id, "bikes"), make_category(session, brand.id, "parts")
        bike = make_product(session, brand.id, "SH-1", "Shared bike", "1000.00", category=bikes)
        part = make_product(session, brand.id, "OWN-1", "Unshared bell", "10.00", category=parts)
        ids = {"bike": bike.id, "bell": part.id}
        publish_all(session, brand.id, "eu")
        scope = bikes.id
    agreement = share(brand.id, partner.id, category_ids=(scope,))[0]
    with in_tenant(partner.id) as session:
        overlays.set_price(session, somebody(partner.id), agreement.id, ids["bike"], "EUR", Decimal("1100.00"))
    site.settle()
    return brand, partner, other, ids, agreement.id


BIKE, BELL = "/en-eu/p/shared-bike-sh-1", "/en-eu/p/unshared-bell-own-1"
LISTS = (
    "/en-eu/",
    "/en-eu/all",
    "/en-eu/search?q=shared+bike",
    "/en-eu/suggest?q=shar",
    "/en-eu/c/bikes",
    "/api/v1/search?market=eu&language=en&q=bike",
)


def test_a_partner_sells_what_is_in_the_agreement_at_its_own_price(site: Site, shared) -> None:
    brand, partner, _other, ids, _agreement = shared
    for path in LISTS:
        listed = site.browser(partner).get(path).text
        assert "shared" in listed.lower(), path
        assert "Unshared" not in listed, path
    assert "1,100.00" in site.browser(partner).get(BIKE).text
    assert "1,000.00" in site.browser(brand).get(BIKE).text
    assert "1,000.00" not in site.browser(partner).get(BIKE).text
    order, _seen = buy(site.browser(partner), str(ids["bike"]))
    assert "1,100.00" in site.browser(partner).get(order).text
    with entering(partner.id), transaction(read_only=True) as session:
        assert session.execute(text("SELECT count(*), max(total_amount) FROM orders.order")).one() == (1, Decimal("1100.0000"))
    with entering(brand.id), transaction(read_only=True) as session:
        assert session.execute(text("SELECT count(*) FROM orders.order")).scalar() == 0


def test_what_is_outside_of_the_agreement_is_not_there(site: Site, shared) -> None:
    _brand, partner, _other, ids, _agreement = shared
    visitor = site.browser(partner)
    assert visitor.get(BELL).status_code == 404
    refused = visitor.post("/en-eu/cart", {"product_id": str(ids["bell"]), "quantity": "1"})
    assert refused.status_code == 422
    assert "Unshared" not in refused.text


def test_another_partner_and_another_brand_reach_none_of_it(site: Site, shared, world: World) -> None:
    brand, _partner, other, ids, agreement = shared
    for shop in (other, world.abroad, world.stranger):
        visitor = site.browser(shop)
        for path in LISTS:
            assert "Shared bike" not in visitor.get(path).text, (shop.slug, path)
        assert visitor.get(BIKE).status_code == 404
        assert visitor.post("/en-eu/cart", {"product_id": str(ids["bike"]), "quantity": "1"}).status_code == 422
        with entering(shop.id), transaction(read_only=True) as session:
            for table in ("catalog.published_product", "catalog.agreement", "catalog.search_doc", "catalog.product"):
                seen = session.execute(text(f"SELECT count(*) FROM {table} WHERE tenant_id = :brand"), {"brand": brand.id}).scalar()
                assert seen == 0, (shop.slug, table)
            assert session.execute(text("SELECT count(*) FROM catalog.agreement WHERE id = :id"), {"id": agreement}).scalar() == 0


@pytest.mark.parametrize("how", ["withdraw", "suspend", "end", "leave"])
def test_with_the_agreement_selling_ends_at_once(how: str, site: Site, shared) -> None:
    brand, partner, _other, ids, agreement = shared
    visitor = site.browser(partner)
    assert visitor.post("/en-eu/cart", {"product_id": str(ids["bike"]), "quantity": "1"}).status_code == 303
    site.app.cache._pages.clear()
    side = partner if how == "leave" else brand
    with in_tenant(side.id) as session:
        getattr(agreements, how)(session, somebody(side.id), agreement)
    site.settle()
    assert visitor.get(BIKE).status_code == 404
    assert site.browser(partner).post("/en-eu/cart", {"product_id": str(ids["bike"]), "quantity": "1"}).status_code == 422
    assert "Shared bike" not in site.browser(partner).get("/en-eu/all").text
    assert "Shared bike" not in site.browser(partner).get("/en-eu/search?q=shared").text
    with entering(partner.id), transaction(read_only=True) as session:
        assert session.execute(text("SELECT count(*) FROM catalog.published_product WHERE tenant_id = :b"), {"b": brand.id}).scalar() == 0
    review = visitor.post("/en-eu/checkout/where", WHERE)
    given = {"payment": "on_account", "shipping": "standard", "key": "k" * 40, "total": "1100.00"}
    refused = visitor.post("/en-eu/checkout/review", given)
    assert (review.status_code in (303, 404, 409, 422), refused.status_code in (303, 404, 409, 422)) == (True, True)
    with entering(partner.id), transaction(read_only=True) as session:
        assert session.execute(text("SELECT count(*) FROM orders.order")).scalar() == 0
