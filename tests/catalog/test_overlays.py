"""What partners lay over a brand's products."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from catalog.agreements import withdraw
from catalog.assortment import ShopView, shop_list, shop_product, view_for
from catalog.differences import hold, list_differences, refuse_changes, take
from catalog.list_prices import set_list_prices
from catalog.models import Agreement, Overlay
from catalog.overlays import list_shared, set_hidden, set_price, set_prices_by_percent, set_words
from catalog.pricing import allowed_range, into_corridor, price_for
from catalog.products import ProductEdit, edit_product
from catalog.shop import Corridor, OverlayFacts
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.ids import new_id
from kernel.money import Money
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, publish_all, share, somebody
from tests.factories.tenants import make_market

EURO = ShopView(new_id(), "eu", "en", "EUR")


class Shared:
    """A brand's bell (100 EUR), jacket (two sizes) and lamp, shared with a partner; the lamp lies outside of the scope."""

    def __init__(self, brand: Shop, partner: Shop, **wanted: Any) -> None:
        self.brand, self.partner = brand.id, partner.id
        with in_tenant(brand.id) as session:
            make_market(session, brand.id, "eu")
            shown = make_category(session, brand.id, "shown")
            make_attribute(session, brand.id, "size", "choice", ["s", "m"], is_axis=True)
            self.bell = make_product(session, brand.id, "BELL", name="Bell", price="100", category=shown).id
            jacket = make_product(session, brand.id, "JK", name="Jacket", price=None, category=shown)
            self.jacket = jacket.id
            self.sizes = [v.id for v in make_variants(session, brand.id, jacket, "size", {"s": "50", "m": "60"})]
            self.lamp = make_product(session, brand.id, "LAMP", name="Lamp", price="30").id
            publish_all(session, brand.id)
        with in_tenant(partner.id) as session:
            make_market(session, partner.id, "eu")
        told = {"category_ids": (shown.id,), "overlay_fields": ("name", "text", "price"), **wanted}
        [self.agreement] = share(brand.id, partner.id, **told)

    @property
    def actor(self):
        return somebody(self.partner)

    def edit(self, product_id: UUID, **fields: Any) -> None:
        with in_tenant(self.brand) as session:
            edit_product(session, somebody(self.brand), product_id, ProductEdit(**fields))
            publish_all(session, self.brand)


@pytest.fixture
def shared(brand: Shop, partner: Shop) -> Shared:
    return Shared(brand, partner)


def shown(session, slug: str):
    return shop_product(session, view_for(session, "eu", "en"), slug)


def test_an_own_price_inside_the_corridor_is_charged(shared: Shared) -> None:
    with in_tenant(shared.partner) as session:
        set_price(session, shared.actor, shared.agreement.id, shared.bell, "EUR", "109.90")
        price = shown(session, "bell-bell").price
        assert (price.money, price.list_money, price.is_reduced) == (Money.of("109.90", "EUR"), Money.of("100", "EUR"), False)
    with in_tenant(shared.brand) as session:
        assert shown(session, "bell-bell").price.money == Money.of("100", "EUR")


@pytest.mark.parametrize("amount", ["89.99", "115.01", "-1", "abc", "100.001"])
def test_a_price_outside_is_refused_with_the_range_and_nothing_changes(shared: Shared, amount: str) -> None:
    with in_tenant(shared.partner) as session:
        with pytest.raises(Invalid) as refused:
            set_price(session, shared.actor, shared.agreement.id, shared.bell, "EUR", amount)
        assert refused.value.problems[0].where == "amount"
        assert shown(session, "bell-bell").price.money == Money.of("100", "EUR")
    if amount == "89.99":
        assert "90.00" in refused.value.problems[0].reason
        assert "115.00" in refused.value.problems[0].reason


def test_a_product_outside_of_the_scope_is_not_there(shared: Shared) -> None:
    with in_tenant(shared.partner) as session:
        for call in (
            lambda: set_price(session, shared.actor, shared.agreement.id, shared.lamp, "EUR", "30"),
            lambda: set_hidden(session, shared.actor, shared.agreement.id, shared.lamp, True),
            lambda: set_words(session, shared.actor, shared.agreement.id, shared.lamp, {"en": "Mine"}),
        ):
            with pytest.raises(NotThere):
                call()
        assert session.scalar(select(func.count()).select_from(Overlay)) == 0


def test_own_prices_of_variants_show_at_the_parent(shared: Shared) -> None:
    with in_tenant(shared.partner) as session:
        set_price(session, shared.actor, shared.agreement.id, shared.sizes[0], "EUR", "57.50")
        set_price(session, shared.actor, shared.agreement.id, shared.sizes[1], "EUR", "55")
        product = shown(session, "jacket-jk")
        assert (product.price.money, product.price_is_from) == (Money.of("55", "EUR"), True)
        set_hidden(session, shared.actor, shared.agreement.id, shared.sizes[1], True)
        product = shown(session, "jacket-jk")
        assert (product.price.money, [v.sku for v in product.variants]) == (Money.of("57.50", "EUR"), ["JK-s"])


def test_prices_by_percent_cover_everything_in_scope_but_stay_in_the_corridor(shared: Shared) -> None:
    with in_tenant(shared.partner) as session:
        assert set_prices_by_percent(session, shared.actor, shared.agreement.id, "EUR", Decimal("7.5")) == 3
        assert shown(session, "bell-bell").price.money == Money.of("107.50", "EUR")
        assert shown(session, "jacket-jk").price.money == Money.of("53.75", "EUR")
        with pytest.raises(Invalid):
            set_prices_by_percent(session, shared.actor, shared.agreement.id, "EUR", Decimal("15.01"))
        assert shown(session, "bell-bell").price.money == Money.of("107.50", "EUR")


def test_own_words_are_shown_where_agreed(brand: Shop, partner: Shop, shared: Shared) -> None:
    with in_tenant(shared.partner) as session:
        set_words(session, shared.actor, shared.agreement.id, shared.bell, {"en": "Glocke of ours"}, {"en": "Loud."})
        product = shown(session, "bell-bell")
        assert (product.name, product.text, product.sku) == ("Glocke of ours", "Loud.", "BELL")


def test_words_and_prices_that_were_not_agreed_are_refused(brand: Shop, partner: Shop) -> None:
    only_price = Shared(brand, partner, overlay_fields=())
    with in_tenant(only_price.partner) as session:
        with pytest.raises(Invalid) as refused:
            set_words(session, only_price.actor, only_price.agreement.id, only_price.bell, {"en": "Mine"}, {"en": "Mine"})
        assert {p.where for p in refused.value.problems} == {"names", "texts"}
        with pytest.raises(Invalid):
            set_price(session, only_price.actor, only_price.agreement.id, only_price.bell, "EUR", "100")
        assert session.scalar(select(func.count()).select_from(Overlay)) == 0


def test_rights_and_the_agreements_state_are_asked_for(shared: Shared) -> None:
    with in_tenant(shared.partner) as session, pytest.raises(NotAllowed):
        set_price(session, somebody(shared.partner, "agreement.view"), shared.agreement.id, shared.bell, "EUR", "100")
    with in_tenant(shared.brand) as session:
        withdraw(session, somebody(shared.brand), shared.agreement.id)
    with in_tenant(shared.partner) as session, pytest.raises(Conflict):
        set_price(session, shared.actor, shared.agreement.id, shared.bell, "EUR", "100")


def test_a_lost_update_is_refused(shared: Shared) -> None:
    with in_tenant(shared.partner) as session:
        first = set_price(session, shared.actor, shared.agreement.id, shared.bell, "EUR", "101")
        with pytest.raises(Conflict):
            set_price(session, shared.actor, shared.agreement.id, shared.bell, "EUR", "102", seen=first.edit_version - 1)
        assert shown(session, "bell-bell").price.money == Money.of("101", "EUR")


def test_the_brand_and_other_partners_never_see_overlays(shared: Shared, twin: Shop) -> None:
    with in_tenant(shared.partner) as session:
        set_price(session, shared.actor, shared.agreement.id, shared.bell, "EUR", "101")
    for tenant in (shared.brand, twin.id):
        with in_tenant(tenant) as session:
            assert session.scalar(select(func.count()).select_from(Overlay)) == 0


def test_the_partners_desk_lists_scope_with_overlays_by_number(shared: Shared) -> None:
    with in_tenant(shared.partner) as session:
        set_hidden(session, shared.actor, shared.agreement.id, shared.bell, True)
        listed = list_shared(session, shared.actor, shared.agreement.id)
        assert [entry.payload["sku"] for entry in listed] == ["BELL", "JK", "JK-m", "JK-s"]
        assert [bool(entry.overlay and entry.overlay.hidden) for entry in listed] == [True, False, False, False]
        assert [c.name for c in shop_list(session, view_for(session, "eu", "en")).cards] == ["Jacket"]


def test_when_the_list_price_moves_the_own_price_follows_to_the_corridors_end(shared: Shared) -> None:
    with in_tenant(shared.partner) as session:
        set_price(session, shared.actor, shared.agreement.id, shared.bell, "EUR", "110")
    with in_tenant(shared.brand) as session:
        set_list_prices(session, somebody(shared.brand), shared.bell, {"EUR": "200"})
        publish_all(session, shared.brand)
    with in_tenant(shared.partner) as session:
        assert shown(session, "bell-bell").price.money == Money.of("180", "EUR")


def test_changes_are_listed_taken_held_and_refused(shared: Shared) -> None:
    shared.edit(shared.bell, names={"en": "Horn"}, texts={"en": "New text"})
    shared.edit(shared.jacket, names={"en": "Coat"})
    agreement_id = shared.agreement.id
    with in_tenant(shared.partner) as session:
        listed = list_differences(session, shared.actor, agreement_id)
        assert [(c.difference.sku, [f.field for f in c.difference.fields][:1]) for c in listed] == [("BELL", ["name"]), ("JK", ["name"])]
        assert shown(session, "bell-bell").name == "Horn"
        hold(session, shared.actor, agreement_id, [shared.bell])
        refuse_changes(session, shared.actor, agreement_id, [shared.jacket])
        assert (shown(session, "bell-bell").name, shown(session, "jacket-jk").name) == ("Bell", "Jacket")
        assert [(c.difference.sku, c.is_held) for c in list_differences(session, shared.actor, agreement_id)] == [("BELL", True)]
        take(session, shared.actor, agreement_id, [shared.bell])
        assert (shown(session, "bell-bell").name, shown(session, "jacket-jk").name) == ("Horn", "Jacket")
        assert list_differences(session, shared.actor, agreement_id) == []
        take(session, shared.actor, agreement_id)
        assert shown(session, "jacket-jk").name == "Coat"


def test_held_content_still_follows_price_and_withdrawal_of_the_product(shared: Shared) -> None:
    shared.edit(shared.bell, names={"en": "Horn"})
    with in_tenant(shared.partner) as session:
        hold(session, shared.actor, shared.agreement.id, [shared.bell])
    with in_tenant(shared.brand) as session:
        set_list_prices(session, somebody(shared.brand), shared.bell, {"EUR": "77"})
        publish_all(session, shared.brand)
    with in_tenant(shared.partner) as session:
        product = shown(session, "bell-bell")
        assert (product.name, product.price.money) == ("Bell", Money.of("77", "EUR"))
    shared.edit(shared.bell, status="end")
    with in_tenant(shared.partner) as session:
        with pytest.raises(NotThere):
            shown(session, "bell-bell")
        assert [(c.difference.kind, c.difference.name) for c in list_differences(session, shared.actor, shared.agreement.id)] == [
            ("removed", "Bell")
        ]


amounts = st.decimals("0.01", "99999", places=2)
percents = st.decimals("-99", "300", places=2)


@given(listed=amounts, own=amounts, ends=st.tuples(percents, percents))
def test_a_charged_price_never_leaves_the_corridor(listed: Decimal, own: Decimal, ends: tuple[Decimal, Decimal]) -> None:
    corridor = Corridor(min(ends), max(ends))
    base = Money(listed, "EUR")
    low, high = allowed_range(base, corridor)
    charged = into_corridor(Money(own, "EUR"), base, corridor)
    assert low is not None
    assert high is not None
    assert low <= charged <= high
    assert into_corridor(charged, base, corridor) == charged
    if low <= Money(own, "EUR") <= high:
        assert charged == Money(own, "EUR")


@given(listed=amounts, ends=st.tuples(percents, percents))
def test_the_ends_of_the_corridor_lie_inside_it_to_the_coin(listed: Decimal, ends: tuple[Decimal, Decimal]) -> None:
    corridor = Corridor(min(ends), max(ends))
    low, high = allowed_range(Money(listed, "EUR"), corridor)
    exact_low, exact_high = listed * (100 + min(ends)) / 100, listed * (100 + max(ends)) / 100
    assert low is not None
    assert high is not None
    if exact_high - exact_low >= Decimal("0.01"):
        assert exact_low <= low.amount <= high.amount <= exact_high


@given(own=st.none() | amounts, listed=st.none() | amounts)
def test_the_own_price_stands_before_the_list_price(own: Decimal | None, listed: Decimal | None) -> None:
    overlay = OverlayFacts(prices={"EUR": str(own)} if own is not None else {})
    price = price_for(EURO, {"EUR": str(listed)} if listed is not None else {}, overlay)
    expected = own if own is not None else listed
    assert (price.money.amount if price else None) == expected


def test_a_price_in_another_currency_needs_no_list_price_only_without_a_corridor(brand: Shop, partner: Shop) -> None:
    free = Shared(brand, partner, low=None, high=None)
    with in_tenant(free.partner) as session:
        overlay = set_price(session, free.actor, free.agreement.id, free.bell, "USD", "120")
        assert overlay.prices == {"USD": "120.0000"}
        assert session.scalars(select(Agreement.corridor_low_percent)).one() is None
