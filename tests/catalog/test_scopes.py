"""Scopes by rule, minimum advertised prices, days on which an agreement begins and ends, and who is told."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select, update

from catalog.agreements import accept, amend, keep_time, offer
from catalog.assortment import search_scope, shop_list, shop_product, shop_products, sources_for, view_for
from catalog.attributes import AttributeEdit, make_attribute
from catalog.covering import count_covered, products_of_numbers
from catalog.differences import list_differences
from catalog.events import AgreementEnding, AgreementMoved
from catalog.models import Agreement
from catalog.overlays import list_shared, set_price, set_prices_by_percent
from catalog.products import ProductEdit, edit_product
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, Page, Sort
from catalog.selections import Selection
from catalog.sharing_mails import tell_people_of_agreement, tell_people_of_ending
from kernel import clock
from kernel.errors import Invalid
from kernel.models import MailMessage, OutboxRow
from kernel.money import Money
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_category, make_product, make_variants, publish_all, share, somebody, terms
from tests.factories.tenants import make_account, make_market

ENGINE = PgSearch()


class House:
    """A brand with bikes and lights of two makers in colours, a jacket in sizes, and a partner that may sell a part."""

    def __init__(self, brand: Shop, partner: Shop) -> None:
        self.brand, self.partner = brand.id, partner.id
        with in_tenant(brand.id) as session:
            make_market(session, brand.id, "eu")
            actor = somebody(brand.id)
            for code, choices in (("colour", ("red", "blue")), ("size", ("s", "m"))):
                told = [{"code": c, "labels": {"en": c}} for c in choices]
                make_attribute(
                    session,
                    actor,
                    code,
                    "choice",
                    AttributeEdit(labels={"en": code}, choices=told, filterable=True, is_axis=code == "size"),
                )
            bikes, lights = (make_category(session, brand.id, code) for code in ("bikes", "lights"))
            self.bikes, self.lights = bikes.id, lights.id
            self.ids: dict[str, UUID] = {}
            for sku, category, maker, colour in (
                ("RED-BIKE", bikes, "Tern", "red"), ("BLUE-BIKE", bikes, "Tern", "blue"),
                ("RED-LIGHT", lights, "Lumen", "red"), ("BLUE-LIGHT", lights, "Tern", "blue"),
            ):  # fmt: skip
                made = make_product(
                    session, brand.id, sku, price="100", category=category, brand=maker, attribute_values={"colour": colour}
                )
                self.ids[sku] = made.id
            jacket = make_product(session, brand.id, "JK", price=None, category=lights, brand="Lumen")
            self.ids["JK"] = jacket.id
            self.ids |= {v.sku: v.id for v in make_variants(session, brand.id, jacket, "size", {"s": "50", "m": "60"})}
            publish_all(session, brand.id)
        with in_tenant(partner.id) as session:
            make_market(session, partner.id, "eu")

    def sold(self) -> list[str]:
        """What the partner's shop sells; lists, search, pages and carts say the same."""
        with in_tenant(self.partner) as session:
            view = view_for(session, "eu", "en")
            sources = sources_for(session, view)
            skus = sorted(card.sku for card in shop_list(session, view).cards)
            found = ENGINE.search(session, search_scope(view, sources), "", Filters(), ("brand",), Sort.NAME, Page(1, 50))
            ids = {product_id: sku for sku, product_id in self.ids.items()}
            assert sorted(ids[hit.product_id] for hit in found.hits) == skus
            assert sum(value.count for value in found.facets["brand"].values) == found.total == len(skus)
            carts = {ids[product_id] for product_id in shop_products(session, view, list(self.ids.values()))}
            assert {sku for sku in carts if not sku.startswith("JK-")} == set(skus)
            assert ("JK-s" in carts) == ("JK" in skus)
            for agreement in session.scalars(select(Agreement)):
                shared = [s.payload["sku"] for s in list_shared(session, somebody(self.partner), agreement.id)]
                assert sorted(sku for sku in shared if not sku.startswith("JK-")) == skus
                assert count_covered(session, agreement) == len(skus)
            return skus


@pytest.fixture
def house(brand: Shop, partner: Shop) -> House:
    return House(brand, partner)


@pytest.mark.parametrize(
    ("scope", "sold"),
    [
        ({"brands": ("Tern",)}, ["BLUE-BIKE", "BLUE-LIGHT", "RED-BIKE"]),
        ({"attribute_values": {"colour": ["red"]}}, ["RED-BIKE", "RED-LIGHT"]),
        ({"attribute_values": {"colour": ["red", "blue"]}, "brands": ("Lumen",)}, ["RED-LIGHT"]),
        ({"attribute_values": {"size": ["m"]}}, ["JK"]),
        ({"categories": ("lights",), "brands": ("Tern", "Nobody")}, ["BLUE-LIGHT"]),
        ({"categories": ("lights",), "brands": ("Tern",), "products": ("JK", "RED-BIKE")}, ["BLUE-LIGHT", "JK", "RED-BIKE"]),
        ({"products": ("JK",)}, ["JK"]),
        ({"excluded": ("JK", "RED-BIKE")}, ["BLUE-BIKE", "BLUE-LIGHT", "RED-LIGHT"]),
        ({"products": ("JK", "RED-BIKE"), "excluded": ("JK",)}, ["RED-BIKE"]),
        ({"brands": ("' OR 1=1 --",)}, []),
    ],
)
def test_a_rule_and_lists_say_what_is_sold_everywhere_alike(house: House, scope: dict, sold: list[str]) -> None:
    told = {
        "category_ids": tuple(getattr(house, c) for c in scope.pop("categories", ())),
        "product_ids": tuple(house.ids[sku] for sku in scope.pop("products", ())),
        "excluded_product_ids": tuple(house.ids[sku] for sku in scope.pop("excluded", ())),
        **scope,
    }
    [agreement] = share(house.brand, house.partner, **told)
    assert house.sold() == sold
    with in_tenant(house.partner) as session:
        assert set_prices_by_percent(session, somebody(house.partner), agreement.id, "EUR", Decimal(1)) == sum(
            2 if sku == "JK" else 1 for sku in sold
        )


def test_a_product_moves_in_and_out_of_a_rule_with_its_values_and_is_listed_as_such(house: House) -> None:
    [agreement] = share(house.brand, house.partner, attribute_values={"colour": ["red"]})
    with in_tenant(house.brand) as session:
        for sku, colour in (("RED-BIKE", "blue"), ("BLUE-BIKE", "red")):
            edit_product(session, somebody(house.brand), house.ids[sku], ProductEdit(attribute_values={"colour": colour}))
        publish_all(session, house.brand)
    assert house.sold() == ["BLUE-BIKE", "RED-LIGHT"]
    with in_tenant(house.partner) as session:
        listed = list_differences(session, somebody(house.partner), agreement.id)
        assert [(c.difference.sku, c.difference.kind) for c in listed] == [("BLUE-BIKE", "added"), ("RED-BIKE", "removed")]


def test_a_rule_about_what_nobody_filters_by_is_refused_and_nothing_is_offered(house: House, partner: Shop) -> None:
    with in_tenant(house.brand) as session:
        make_attribute(session, somebody(house.brand), "secret", "text", AttributeEdit(labels={"en": "Secret"}))
        for wrong in ({"secret": ["x"]}, {"nothing": ["x"]}, {"colour": ["red"] * 51}):
            with pytest.raises(Invalid) as refused:
                offer(session, somebody(house.brand), partner.id, terms(attribute_values=wrong))
            assert refused.value.problems[0].where == "attribute_values"
        with pytest.raises(Invalid) as refused:
            products_of_numbers(session, somebody(house.brand), ["JK", "JK-s"], "excluded")
        assert (refused.value.problems[0].where, session.scalars(select(Agreement)).all()) == ("excluded", [])


def test_amended_rules_hold_from_the_partners_answer_on(house: House) -> None:
    [agreement] = share(house.brand, house.partner, brands=("Lumen",), advertised_low_percent=Decimal("-5"))
    with in_tenant(house.brand) as session:
        wanted = terms(
            attribute_values={"colour": ["blue"]}, excluded_product_ids=(house.ids["BLUE-BIKE"],), advertised_low_percent=Decimal("-2")
        )
        amend(session, somebody(house.brand), agreement.id, wanted)
    assert house.sold() == ["JK", "RED-LIGHT"]
    with in_tenant(house.partner) as session:
        accept(session, somebody(house.partner), agreement.id)
    assert house.sold() == ["BLUE-LIGHT"]
    with in_tenant(house.partner) as session:
        assert session.scalars(select(Agreement.advertised_low_percent)).one() == Decimal("-2.00")


def test_a_price_below_the_minimum_advertised_is_charged_and_not_shown(house: House) -> None:
    [agreement] = share(
        house.brand, house.partner, low="-20", advertised_low_percent=Decimal("-5"), product_ids=(house.ids["RED-BIKE"], house.ids["JK"])
    )
    actor = somebody(house.partner)
    with in_tenant(house.partner) as session:
        set_price(session, actor, agreement.id, house.ids["RED-BIKE"], "EUR", "85")
        set_price(session, actor, agreement.id, house.ids["JK-s"], "EUR", "40.01")
        view = view_for(session, "eu", "en")
        sources = sources_for(session, view)
        page = shop_product(session, view, "red-bike-red-bike")
        assert (page.price.money, page.price.is_lower_in_cart) == (Money.of("95", "EUR"), True)
        cards = {card.sku: card for card in shop_list(session, view).cards}
        assert {sku: (card.price.money.amount, card.price.is_lower_in_cart) for sku, card in cards.items()} == {
            "RED-BIKE": (Decimal("95"), True), "JK": (Decimal("47.5"), True),
        }  # fmt: skip
        charged = shop_products(session, view, [house.ids["RED-BIKE"], house.ids["JK-s"]])
        assert {p.sku: p.price.money.amount for p in charged.values()} == {"RED-BIKE": Decimal("85"), "JK-s": Decimal("40.01")}
        scope = search_scope(view, sources)
        below = ENGINE.search(session, scope, "", Filters(price=(None, Decimal("94.99"))), (), Sort.PRICE_UP, Page(1, 10))
        assert [hit.product_id for hit in below.hits] == [house.ids["JK"]]
        facet = ENGINE.search(session, scope, "", Filters(), ("price",), Sort.PRICE_UP, Page(1, 10)).facets["price"]
        assert (facet.low, facet.high) == (Decimal("47.5"), Decimal("95"))
        set_price(session, actor, agreement.id, house.ids["RED-BIKE"], "EUR", "96")
        page = shop_product(session, view, "red-bike-red-bike")
        assert (page.price.money, page.price.is_lower_in_cart) == (Money.of("96", "EUR"), False)


@pytest.mark.parametrize("percent", ["1", "-101"])
def test_a_minimum_above_the_list_price_is_refused(house: House, partner: Shop, percent: str) -> None:
    with in_tenant(house.brand) as session, pytest.raises(Invalid) as refused:
        offer(session, somebody(house.brand), partner.id, terms(advertised_low_percent=Decimal(percent)))
    assert refused.value.problems[0].where == "advertised_low_percent"


def mails(shop_id: UUID) -> list[tuple[str, str]]:
    with in_tenant(shop_id) as session:
        return [(m.recipient, m.subject) for m in session.scalars(select(MailMessage).order_by(MailMessage.queued_at, MailMessage.id))]


def staffed(house: House) -> None:
    for tenant, permission in ((house.brand, "agreement.offer"), (house.partner, "agreement.accept")):
        with in_tenant(tenant) as session:
            make_account(session, tenant, f"answers@{permission}.example", permissions=(permission,))
            make_account(session, tenant, f"looks@{permission}.example", permissions=("agreement.view",))


def test_those_who_answer_for_agreements_are_told_what_the_other_side_did(house: House) -> None:
    staffed(house)
    with in_tenant(house.brand) as session:
        made = offer(session, somebody(house.brand), house.partner, terms())
    with in_tenant(house.brand) as session:
        event = AgreementMoved(made.id, house.brand, house.partner, "offer", "offered")
        tell_people_of_agreement(session, somebody(house.brand), event)
    [(to, subject)] = mails(house.partner)
    assert (to, subject.endswith("offers you a catalog")) == ("answers@agreement.accept.example", True)
    assert mails(house.brand) == []
    with in_tenant(house.partner) as session:
        tell_people_of_agreement(session, somebody(house.partner), AgreementMoved(made.id, house.brand, house.partner, "accept", "active"))
        text = session.scalars(select(MailMessage.text)).one()
        assert f"/portal/offers/{made.id}" in text
    [(to, subject)] = mails(house.brand)
    assert (to, subject.endswith("has accepted your terms")) == ("answers@agreement.offer.example", True)


def test_notice_is_given_thirty_seven_and_one_day_before_the_end_each_once(house: House) -> None:
    staffed(house)
    [agreement] = share(house.brand, house.partner, valid_to=clock.today() + timedelta(days=40))

    def given(days: int) -> list[int]:
        with in_tenant(house.brand) as session:
            session.execute(update(Agreement).values(valid_to=clock.today() + timedelta(days=days)))
        with in_tenant(house.brand) as session:
            before = {row.id for row in session.scalars(select(OutboxRow))}
            keep_time(session, somebody(house.brand))
            session.flush()
            fresh = [row for row in session.scalars(select(OutboxRow)) if row.id not in before]
            return [row.payload["days"] for row in fresh if row.name == "catalog.AgreementEnding"]

    assert [given(days) for days in (31, 30, 29, 8, 7, 6, 2, 1, 0)] == [[], [30], [], [], [7], [], [], [1], []]
    assert [given(days) for days in (90, 25, 20)] == [[], [25], []]
    with in_tenant(house.brand) as session:
        event = AgreementEnding(agreement.id, house.brand, house.partner, str(date(2026, 12, 24)), 30)
        tell_people_of_ending(session, somebody(house.brand), event)
    assert [(to, "24" in subject) for shop in (house.brand, house.partner) for to, subject in mails(shop)] == [
        ("answers@agreement.offer.example", True), ("answers@agreement.accept.example", True),
    ]  # fmt: skip


def test_on_the_day_after_the_last_nothing_is_sold_even_before_the_worker_came(house: House) -> None:
    share(house.brand, house.partner)
    assert len(house.sold()) == 5
    with in_tenant(house.brand) as session:
        yesterday = clock.today() - timedelta(days=1)
        session.execute(update(Agreement).values(valid_from=yesterday - timedelta(days=9), valid_to=yesterday))
    with in_tenant(house.partner) as session:
        view = view_for(session, "eu", "en")
        assert shop_list(session, view).total == 0
        assert shop_products(session, view, list(house.ids.values())) == {}


def test_a_territory_or_language_that_the_shop_does_not_serve_is_not_sold(house: House) -> None:
    [agreement] = share(house.brand, house.partner, countries=("CH",))
    with in_tenant(house.partner) as session:
        assert sources_for(session, view_for(session, "eu", "en")) == []
    with in_tenant(house.brand) as session:
        session.execute(update(Agreement).values(countries=["DE"], languages=["fr"]))
    with in_tenant(house.partner) as session:
        assert sources_for(session, view_for(session, "eu", "en")) == []
    with in_tenant(house.brand) as session:
        session.execute(update(Agreement).values(languages=["en"]))
    assert len(house.sold()) == 5
    assert agreement.countries == ["CH"]


def test_a_selection_says_of_a_payload_what_the_database_says() -> None:
    page = {
        "id": str(UUID(int=1)), "category_ids": [str(UUID(int=9))], "brand": "Tern",
        "attributes": [{"code": "wet", "value": True}, {"code": "tags", "value": ["a", "b"]}],
        "axes": [{"code": "size", "choices": [{"value": "s"}]}],
    }  # fmt: skip
    yes = [
        Selection(), Selection((UUID(int=9),)), Selection(product_ids=(UUID(int=1),)), Selection(values=(("wet", ("true",)),)),
        Selection(values=(("tags", ("b", "c")), ("size", ("s",)))), Selection((UUID(int=8),), (UUID(int=1),)),
    ]  # fmt: skip
    no = [
        Selection(only_listed=True), Selection((UUID(int=8),)), Selection(values=(("tags", ("c",)),)), Selection(brands=("tern",)),
        Selection(excluded_ids=(UUID(int=1),)), Selection(product_ids=(UUID(int=1),), excluded_ids=(UUID(int=1),)),
    ]  # fmt: skip
    assert [s.covers(page) for s in (*yes, *no)] == [True] * len(yes) + [False] * len(no)
