"""Agreements, what they let a partner sell, and where the walls stand."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from catalog.agreements import (
    accept,
    agreement_for,
    amend,
    end,
    keep_time,
    leave,
    list_agreements,
    offer,
    refuse,
    resume,
    suspend,
    withdraw,
)
from catalog.assortment import ShopView, shop_categories, shop_list, shop_product, shop_products, view_for
from catalog.events import AgreementMoved, CatalogPublished
from catalog.models import Agreement, Product, PublishedProduct
from catalog.relaying import tell_both_sides_of_agreement, tell_partners_of_publication
from kernel import clock, stamps
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_category, make_product, publish_all, share, somebody, terms
from tests.factories.tenants import make_market


def fill(shop: Shop) -> dict[str, UUID]:
    """Two categories, a product in each and one in none, published in the market eu."""
    with in_tenant(shop.id) as session:
        make_market(session, shop.id, "eu")
        bikes = make_category(session, shop.id, "bikes")
        road = make_category(session, shop.id, "road", parent=bikes)
        lights = make_category(session, shop.id, "lights")
        made = {
            "bike": make_product(session, shop.id, "BK", name="Canary bike", price="100", category=road).id,
            "light": make_product(session, shop.id, "LT", name="Canary light", price="20", category=lights).id,
            "loose": make_product(session, shop.id, "LO", name="Canary rest", price="5").id,
        }
        publish_all(session, shop.id)
    return made | {"bikes": bikes.id, "lights": lights.id}


def names_in(shop: Shop) -> list[str]:
    with in_tenant(shop.id) as session:
        return sorted(c.name for c in shop_list(session, eu(session)).cards)


def eu(session) -> ShopView:
    return view_for(session, "eu", "en")


def open_partner(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        make_market(session, shop.id, "eu")


def test_a_partner_sells_what_lies_in_the_scope_and_nothing_else(brand: Shop, partner: Shop) -> None:
    made = fill(brand)
    open_partner(partner)
    share(brand.id, partner.id, category_ids=(made["bikes"],))
    assert names_in(partner) == ["Canary bike"]
    with in_tenant(partner.id) as session:
        assert set(shop_products(session, eu(session), [made["bike"], made["light"]])) == {made["bike"]}
        [root] = shop_categories(session, eu(session))
        assert (root.code, root.product_count, [c.code for c in root.children]) == ("bikes", 1, ["road"])


def test_a_scope_of_products_and_a_scope_of_everything(brand: Shop, partner: Shop, make_shop: MakeShop) -> None:
    made = fill(brand)
    other = make_shop("partner")
    for shop in (partner, other):
        open_partner(shop)
    share(brand.id, partner.id, product_ids=(made["loose"],))
    share(brand.id, other.id)
    assert names_in(partner) == ["Canary rest"]
    assert names_in(other) == ["Canary bike", "Canary light", "Canary rest"]


def test_before_the_answer_and_after_a_refusal_nothing_is_sold(brand: Shop, partner: Shop) -> None:
    fill(brand)
    open_partner(partner)
    with in_tenant(brand.id) as session:
        offered = offer(session, somebody(brand.id), partner.id, terms())
    assert names_in(partner) == []
    with in_tenant(partner.id) as session:
        assert refuse(session, somebody(partner.id), offered.id, "not now").state == "refused"
    assert names_in(partner) == []
    with in_tenant(brand.id) as session:
        kept = agreement_for(session, somebody(brand.id), offered.id)
        assert (kept.state, kept.answered_by, kept.answer_note) == ("refused", "Clara Wen", "not now")


@pytest.mark.parametrize(("verb", "state"), [(withdraw, "withdrawn"), (end, "ended"), (suspend, "suspended")])
def test_the_brand_stops_selling_at_once(brand: Shop, partner: Shop, verb, state: str) -> None:
    fill(brand)
    open_partner(partner)
    [agreement] = share(brand.id, partner.id)
    assert len(names_in(partner)) == 3
    with in_tenant(brand.id) as session:
        assert verb(session, somebody(brand.id), agreement.id).state == state
    assert names_in(partner) == []
    with in_tenant(partner.id) as session:
        assert session.scalar(select(func.count()).select_from(PublishedProduct)) == 0


def test_a_suspended_agreement_is_resumed_and_a_final_one_is_not(brand: Shop, partner: Shop) -> None:
    fill(brand)
    open_partner(partner)
    [agreement] = share(brand.id, partner.id)
    with in_tenant(brand.id) as session:
        suspend(session, somebody(brand.id), agreement.id)
        assert resume(session, somebody(brand.id), agreement.id).state == "active"
        withdraw(session, somebody(brand.id), agreement.id)
    with pytest.raises(Conflict), in_tenant(brand.id) as session:
        resume(session, somebody(brand.id), agreement.id)
    with in_tenant(brand.id) as session:
        assert offer(session, somebody(brand.id), partner.id, terms()).state == "offered"


def test_amended_terms_hold_from_the_partners_yes(brand: Shop, partner: Shop) -> None:
    made = fill(brand)
    open_partner(partner)
    [agreement] = share(brand.id, partner.id, low="-10", high="15")
    narrower = terms(category_ids=(made["lights"],), low="-5.5", high=None, note="Lights only")
    with in_tenant(brand.id) as session:
        amended = amend(session, somebody(brand.id), agreement.id, narrower)
        assert (amended.state, amended.revision, amended.category_ids) == ("amended", 1, [])
    assert len(names_in(partner)) == 3
    with in_tenant(partner.id) as session:
        taken = accept(session, somebody(partner.id), agreement.id)
        assert (taken.state, taken.revision, taken.proposed) == ("active", 2, None)
        assert (taken.corridor_low_percent, taken.corridor_high_percent) == (Decimal("-5.5"), None)
    assert names_in(partner) == ["Canary light"]


def test_refused_amendments_leave_the_old_terms(brand: Shop, partner: Shop) -> None:
    made = fill(brand)
    open_partner(partner)
    [agreement] = share(brand.id, partner.id)
    with in_tenant(brand.id) as session:
        amend(session, somebody(brand.id), agreement.id, terms(category_ids=(made["lights"],)))
    with in_tenant(partner.id) as session:
        assert refuse(session, somebody(partner.id), agreement.id).state == "active"
    assert len(names_in(partner)) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalog.agreement SET corridor_high_percent = 500",
        "UPDATE catalog.agreement SET category_ids = '{}', state = 'ended'",
        "UPDATE catalog.agreement SET state = 'suspended'",
        "UPDATE catalog.agreement SET state = 'ended', tenant_id = partner_tenant_id",
        "UPDATE catalog.agreement SET revision = 7, state = 'ended'",
        "UPDATE catalog.agreement SET proposed = '{\"corridor_high_percent\": 900}', state = 'ended'",
    ],
)
def test_a_partner_can_write_nothing_of_an_agreement_but_its_answer(brand: Shop, partner: Shop, statement: str) -> None:
    made = fill(brand)
    share(brand.id, partner.id, category_ids=(made["bikes"],))
    with pytest.raises(DBAPIError), in_tenant(partner.id) as session:
        session.execute(text(statement))
    with in_tenant(brand.id) as session:
        [kept] = list_agreements(session, somebody(brand.id))
        assert (kept.state, kept.category_ids, kept.corridor_high_percent, kept.revision) == ("active", [made["bikes"]], Decimal(15), 1)


def test_nobody_else_reaches_an_agreement(brand: Shop, partner: Shop, twin: Shop, make_shop: MakeShop) -> None:
    fill(brand)
    stranger = make_shop("partner")
    for shop in (twin, stranger):
        open_partner(shop)
    [agreement] = share(brand.id, partner.id)
    for shop in (twin, stranger):
        for verb in (accept, refuse, leave, withdraw, suspend):
            with pytest.raises(NotThere), in_tenant(shop.id) as session:
                verb(session, somebody(shop.id), agreement.id)
        with in_tenant(shop.id) as session:
            assert list_agreements(session, somebody(shop.id)) == []
            assert session.scalar(select(func.count()).select_from(PublishedProduct)) == 0
        assert names_in(shop) == []
    with in_tenant(brand.id) as session:
        assert agreement_for(session, somebody(brand.id), agreement.id).state == "active"


def test_each_side_has_its_own_verbs(brand: Shop, partner: Shop) -> None:
    fill(brand)
    with in_tenant(brand.id) as session:
        offered = offer(session, somebody(brand.id), partner.id, terms())
    with pytest.raises(NotThere), in_tenant(brand.id) as session:
        accept(session, somebody(brand.id), offered.id)
    with pytest.raises(NotThere), in_tenant(partner.id) as session:
        withdraw(session, somebody(partner.id), offered.id)
    with pytest.raises(NotAllowed), in_tenant(partner.id) as session:
        accept(session, somebody(partner.id, "agreement.view"), offered.id)
    with in_tenant(brand.id) as session:
        assert agreement_for(session, somebody(brand.id), offered.id).state == "offered"


def test_a_partner_never_reads_the_editing_tables(brand: Shop, partner: Shop) -> None:
    fill(brand)
    share(brand.id, partner.id)
    with in_tenant(partner.id) as session:
        for table in ("product", "category", "attribute", "list_price", "picture", "import_run"):
            assert session.scalar(text(f"SELECT count(*) FROM catalog.{table} WHERE tenant_id = '{brand.id}'")) == 0
        assert session.scalar(select(func.count()).select_from(Product)) == 0


def test_territory_language_and_time_limit_what_is_sold(brand: Shop, partner: Shop) -> None:
    fill(brand)
    open_partner(partner)
    [agreement] = share(brand.id, partner.id, countries=("JP",))
    assert names_in(partner) == []
    with in_tenant(brand.id) as session:
        amend(session, somebody(brand.id), agreement.id, terms(countries=("DE",), languages=("de",), valid_to=clock.today()))
    with in_tenant(partner.id) as session:
        accept(session, somebody(partner.id), agreement.id)
    assert len(names_in(partner)) == 3
    with in_tenant(brand.id) as session:
        session.execute(text("UPDATE catalog.agreement SET valid_from = current_date - 9, valid_to = current_date - 1"))
    assert names_in(partner) == []
    with in_tenant(brand.id) as session:
        assert keep_time(session, somebody(brand.id)) == 1
        assert agreement_for(session, somebody(brand.id), agreement.id).state == "ended"


def test_an_agreement_for_later_starts_on_its_day(brand: Shop, partner: Shop) -> None:
    fill(brand)
    open_partner(partner)
    with in_tenant(brand.id) as session:
        later = terms(valid_from=clock.today() + timedelta(days=3))
        offered = offer(session, somebody(brand.id), partner.id, later)
    with in_tenant(partner.id) as session:
        assert accept(session, somebody(partner.id), offered.id).state == "accepted"
    assert names_in(partner) == []
    with in_tenant(brand.id) as session:
        session.execute(text("UPDATE catalog.agreement SET valid_from = current_date"))
        assert keep_time(session, somebody(brand.id)) == 1
    assert len(names_in(partner)) == 3


def test_wrong_terms_are_named_field_by_field(brand: Shop, partner: Shop) -> None:
    fill(brand)
    wrong = terms(name=" ", low="20", high="10", languages=("tlh",), countries=("Germany",), overlay_fields=("sku",))
    with in_tenant(brand.id) as session:
        with pytest.raises(Invalid) as refused:
            offer(session, somebody(brand.id), partner.id, wrong)
        assert {p.where for p in refused.value.problems} == {"name", "languages", "countries", "overlay_fields", "corridor_high_percent"}
        with pytest.raises(Invalid):
            offer(session, somebody(brand.id), brand.id, terms())
        assert session.scalar(select(func.count()).select_from(Agreement)) == 0


def test_there_is_one_live_agreement_per_partner(brand: Shop, partner: Shop) -> None:
    fill(brand)
    share(brand.id, partner.id)
    with in_tenant(brand.id) as session:
        with pytest.raises(Conflict):
            offer(session, somebody(brand.id), partner.id, terms())
        assert len(list_agreements(session, somebody(brand.id))) == 1


def test_partners_pages_learn_of_publications_and_withdrawals(brand: Shop, partner: Shop) -> None:
    fill(brand)
    open_partner(partner)
    [agreement] = share(brand.id, partner.id)

    def stamp() -> int:
        with in_tenant(partner.id) as session:
            return stamps.current(session)

    before = stamp()
    with in_tenant(brand.id) as session:
        tell_partners_of_publication(session, somebody(brand.id), CatalogPublished("eu", ["en"], 2, 1, 0))
    assert stamp() == before + 1
    with in_tenant(brand.id) as session:
        tell_partners_of_publication(session, somebody(brand.id), CatalogPublished("us", ["en"], 2, 1, 0))
    assert stamp() == before + 1
    with in_tenant(brand.id) as session:
        moved = AgreementMoved(agreement.id, brand.id, partner.id, "withdraw", "withdrawn")
        tell_both_sides_of_agreement(session, somebody(brand.id), moved)
    assert stamp() == before + 2


def test_a_product_reached_by_its_address_needs_a_source(brand: Shop, partner: Shop) -> None:
    fill(brand)
    open_partner(partner)
    with in_tenant(partner.id) as session, pytest.raises(NotThere):
        shop_product(session, eu(session), "canary-bike-bk")
    share(brand.id, partner.id)
    with in_tenant(partner.id) as session:
        assert shop_product(session, eu(session), "canary-bike-bk").source_tenant_id == brand.id
