"""A product's life: the moves of the table, the days on which the calendar makes them, and shops that follow at once."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from catalog.assortment import shop_products, view_for
from catalog.lifecycle import due_state, keep_time, reachable
from catalog.models import Product, Publication, PublishedProduct
from catalog.models.product import PRODUCT_STATUSES
from catalog.products import ProductEdit, edit_product
from catalog.state_changes import moved_payload
from catalog.states import PRODUCT
from kernel import clock
from kernel.db.locks import try_lock
from kernel.errors import Invalid
from kernel.models import AuditEntry
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_product, make_variants, publish_all, somebody
from tests.factories.tenants import make_market

DAYS = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 12, 31)))


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC, hour=9)


@pytest.fixture
def shop(db: Engine, brand: Shop) -> Shop:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en", "de"))
    return brand


def sold(session: Session, shop: Shop, *ids: UUID) -> dict[str, str]:
    """What the shop sells of these, with its state."""
    view = view_for(session, "eu", "en")
    return {p.sku: p.status for p in shop_products(session, view, ids).values()}


def pass_time(shop: Shop, day: str) -> int:
    with clock.standing_at(at(day)), in_tenant(shop.id) as session:
        return keep_time(session, somebody(shop.id))


def test_the_table_knows_every_state_a_product_may_have() -> None:
    assert set(PRODUCT.states) == set(PRODUCT_STATUSES)
    assert reachable("draft") == {"draft", "new", "ready", "phase_out", "end"}
    assert reachable("end") == {"end", "ready", "draft"}


@given(st.sampled_from(PRODUCT_STATUSES), DAYS, DAYS, DAYS, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_the_calendar_only_makes_moves_of_the_table_and_comes_to_rest(
    status: str, new_until: date | None, phase_out_from: date | None, end_on: date | None, today: date
) -> None:
    days = {"new_until": new_until, "phase_out_from": phase_out_from, "end_on": end_on}
    after = due_state(status, days, today)
    assert after in reachable(status)
    assert due_state(after, days, today) == after
    assert status not in ("draft", "end") or after == status


def test_days_move_a_product_and_the_shop_follows_without_a_publication_by_hand(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        life: dict[str, Any] = {"new_until": "2026-12-01", "phase_out_from": "2027-01-10", "end_on": "2027-02-01"}
        product_id = make_product(session, shop.id, "BK", "Bike", status="new", **life).id
        publish_all(session, shop.id)
        assert sold(session, shop, product_id) == {"BK": "new"}
    assert pass_time(shop, "2026-12-01") == 0
    for day, state in (("2026-12-02", "ready"), ("2027-01-10", "phase_out"), ("2027-02-01", "end")):
        assert pass_time(shop, day) == 1
        assert pass_time(shop, day) == 0
        with in_tenant(shop.id) as session:
            assert session.get_one(Product, (shop.id, product_id)).status == state
            assert sold(session, shop, product_id) == ({"BK": state} if state != "end" else {})
    with in_tenant(shop.id) as session:
        told = session.scalars(select(AuditEntry.after).where(AuditEntry.action == "product.moved_on").order_by(AuditEntry.id)).all()
        assert [entry["status"] for entry in told] == ["ready", "phase_out", "end"]


def test_other_edits_go_on_waiting_when_the_calendar_publishes_a_state(shop: Shop) -> None:
    actor = somebody(shop.id)
    with in_tenant(shop.id) as session:
        bike = make_product(session, shop.id, "BK", "Bike", phase_out_from="2027-01-10")
        bell = make_product(session, shop.id, "BELL", "Bell")
        publish_all(session, shop.id)
        edit_product(session, actor, bike.id, ProductEdit(names={"en": "Renamed"}))
        edit_product(session, actor, bell.id, ProductEdit(names={"en": "Also renamed"}))
        ids = [bike.id, bell.id]
    assert pass_time(shop, "2027-01-10") == 1
    with in_tenant(shop.id) as session:
        view = view_for(session, "eu", "en")
        assert {p.name: p.status for p in shop_products(session, view, ids).values()} == {"Bike": "phase_out", "Bell": "ready"}
        published = publish_all(session, shop.id)
        assert {p.name: p.status for p in shop_products(session, view, ids).values()} == {"Renamed": "phase_out", "Also renamed": "ready"}
        assert published.version == 3


def test_publishing_after_the_calendar_changes_nothing_twice(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        make_product(session, shop.id, "BK", "Bike", phase_out_from="2027-01-10")
        publish_all(session, shop.id)
    pass_time(shop, "2027-01-10")
    with in_tenant(shop.id) as session:
        assert not publish_all(session, shop.id).is_new
        assert session.scalar(select(func.max(Publication.version))) == 2


def test_a_variant_that_ends_leaves_its_parent_and_the_last_one_takes_it_along(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        make_attribute(session, shop.id, "size", "choice", ("s", "m"), is_axis=True)
        jacket = make_product(session, shop.id, "JK", "Jacket", None)
        small, medium = make_variants(session, shop.id, jacket, "size", {"s": "50", "m": "60"})
        edit_product(session, somebody(shop.id), small.id, ProductEdit(end_on="2027-01-10"))
        edit_product(session, somebody(shop.id), medium.id, ProductEdit(end_on="2027-02-10"))
        publish_all(session, shop.id)
        ids = jacket.id, small.id, medium.id
    assert pass_time(shop, "2027-01-10") == 1
    with in_tenant(shop.id) as session:
        view = view_for(session, "eu", "en")
        found = shop_products(session, view, ids)
        assert sorted(p.sku for p in found.values()) == ["JK", "JK-m"]
        assert [v.sku for v in found[ids[0]].variants] == ["JK-m"]
        assert found[ids[0]].price.money.amount == 60
    assert pass_time(shop, "2027-02-10") == 1
    with in_tenant(shop.id) as session:
        assert sold(session, shop, *ids) == {}


def test_an_ended_parent_takes_its_variants_along() -> None:
    parent, variant = UUID(int=1), UUID(int=2)
    payload = {"id": str(parent), "status": "ready", "prices": {"EUR": "5"}, "variants": [{"id": str(variant), "prices": {"EUR": "5"}}]}
    assert moved_payload(payload, {parent: "end"}) is None
    assert moved_payload(payload, {variant: "end"}) is None
    assert moved_payload(payload, {UUID(int=3): "end"}) == payload


def test_nothing_moves_while_the_market_is_being_published(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        make_product(session, shop.id, "BK", "Bike", end_on="2027-01-10")
        publish_all(session, shop.id)
    with in_tenant(shop.id) as session:
        assert try_lock(session, "catalog.publish eu")
        assert pass_time(shop, "2027-01-10") == 0
    with in_tenant(shop.id) as session:
        assert session.scalars(select(Product.status)).all() == ["ready"]
    assert pass_time(shop, "2027-01-10") == 1


def test_another_tenants_products_stay_as_they_are(shop: Shop, twin: Shop) -> None:
    for tenant in (shop, twin):
        with in_tenant(tenant.id) as session:
            if tenant is twin:
                make_market(session, twin.id, "eu", languages=("en",))
            make_product(session, tenant.id, "BK", "Bike", end_on="2027-01-10")
            publish_all(session, tenant.id)
    assert pass_time(shop, "2027-01-10") == 1
    with in_tenant(twin.id) as session:
        assert session.scalars(select(Product.status)).all() == ["ready"]
        still = select(func.count()).select_from(PublishedProduct).where(PublishedProduct.to_version.is_(None))
        assert session.scalar(still) == 1


@pytest.mark.parametrize(("before", "after"), [("end", "new"), ("end", "phase_out"), ("phase_out", "new")])
def test_a_move_that_the_table_does_not_have_is_refused(shop: Shop, before: str, after: str) -> None:
    with in_tenant(shop.id) as session:
        product = make_product(session, shop.id, "BK", "Bike", status=before)
        with pytest.raises(Invalid) as refused:
            edit_product(session, somebody(shop.id), product.id, ProductEdit(status=after))
        assert [(p.where, p.code) for p in refused.value.problems] == [("status", "no_such_move")]
        assert product.status == before


def test_days_in_the_wrong_order_are_refused_at_the_later_one(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        product = make_product(session, shop.id, "BK", "Bike", phase_out_from="2027-01-10")
        for edit, where in (
            (ProductEdit(end_on="2027-01-09"), "end_on"),
            (ProductEdit(new_until="2027-01-11"), "phase_out_from"),
            (ProductEdit(end_on="soon"), "end_on"),
        ):
            with pytest.raises(Invalid) as refused:
                edit_product(session, somebody(shop.id), product.id, edit)
            assert [p.where for p in refused.value.problems] == [where]
        assert (product.end_on, product.new_until, product.edit_version) == (None, None, 1)
