"""What a partner sells of what it may: by rule, by hand, many at once and back; the same product from several sources."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from catalog.adoptions import rules_for
from catalog.assortment import search_scope, shop_list, shop_products, sources_for, view_for
from catalog.choosable import choosable
from catalog.choosing import Choice, choice_of, choose, hide_many, list_changes, pick, preview_choice, preview_hiding, undo
from catalog.differences import list_differences
from catalog.models import Agreement, AssortmentChange, Overlay
from catalog.overlays import set_hidden
from catalog.same_products import lead, same_products
from catalog.search.provider import Filters, Page, Sort
from catalog.shared_goods import narrowed, page_of_shared
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from tests.catalog.test_scopes import ENGINE, House
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_category, make_product, publish_all, share, somebody
from tests.factories.tenants import make_market


class Chosen(House):
    """The house of test_scopes, shared as a whole."""

    def __init__(self, brand: Shop, partner: Shop) -> None:
        super().__init__(brand, partner)
        [self.agreement] = share(brand.id, partner.id)
        self.actor = somebody(partner.id)

    def choose(self, choice: Choice) -> UUID:
        with in_tenant(self.partner) as session:
            return choose(session, self.actor, self.agreement.id, choice).id


EVERYTHING = ["BLUE-BIKE", "BLUE-LIGHT", "JK", "RED-BIKE", "RED-LIGHT"]


def shown(house: House) -> list[str]:
    with in_tenant(house.partner) as session:
        view = view_for(session, "eu", "en")
        skus = sorted(card.sku for card in shop_list(session, view).cards)
        found = ENGINE.search(session, search_scope(view, sources_for(session, view)), "", Filters(), (), Sort.NAME, Page(1, 50))
        ids = {product_id: sku for sku, product_id in house.ids.items()}
        assert sorted(ids[hit.product_id] for hit in found.hits) == skus
        carts = {p.sku for p in shop_products(session, view, list(house.ids.values())).values()}
        assert {sku for sku in carts if not sku.startswith("JK-")} == set(skus)
        return skus


@pytest.fixture
def house(brand: Shop, partner: Shop) -> Chosen:
    return Chosen(brand, partner)


def test_a_rule_chooses_and_what_is_picked_comes_in_addition(house: Chosen) -> None:
    rule = Choice("rule", (house.lights,), ("Lumen",), {}, (house.ids["RED-BIKE"],))
    with in_tenant(house.partner) as session:
        preview = preview_choice(session, house.actor, house.agreement.id, rule)
        assert (preview.before, preview.after, preview.comes, preview.goes) == (5, 3, 0, 2)
        assert [sku for sku, _name in preview.going] == ["BLUE-BIKE", "BLUE-LIGHT"]
    assert shown(house) == EVERYTHING
    house.choose(rule)
    assert shown(house) == ["JK", "RED-BIKE", "RED-LIGHT"]
    house.choose(Choice("rule", attribute_values={"colour": ["blue"], "nothing": []}))
    assert shown(house) == ["BLUE-BIKE", "BLUE-LIGHT"]
    with in_tenant(house.partner) as session:
        assert page_of_shared(session, house.actor, house.agreement, "EUR").counts["left_out"] == 5
        left = page_of_shared(session, house.actor, house.agreement, "EUR", only="left_out")
        assert [row.payload["sku"] for row in left.rows] == ["JK", "JK-m", "JK-s", "RED-BIKE", "RED-LIGHT"]


def test_by_hand_only_what_is_picked_is_sold_and_new_products_are_still_told_of(house: Chosen) -> None:
    house.choose(Choice("picked"))
    assert shown(house) == []
    with in_tenant(house.partner) as session:
        pick(session, house.actor, house.agreement.id, [house.ids["JK"], house.ids["RED-BIKE"]], True)
        pick(session, house.actor, house.agreement.id, [house.ids["JK"]], True)
    assert shown(house) == ["JK", "RED-BIKE"]
    with in_tenant(house.partner) as session:
        pick(session, house.actor, house.agreement.id, [house.ids["RED-BIKE"]], False)
    assert shown(house) == ["JK"]
    with in_tenant(house.brand) as session:
        make_product(session, house.brand, "NEW", price="1")
        publish_all(session, house.brand)
    assert shown(house) == ["JK"]
    with in_tenant(house.partner) as session:
        assert [c.difference.sku for c in list_differences(session, house.actor, house.agreement.id)] == ["NEW"]


def test_a_choice_goes_back_and_only_the_newest_does(house: Chosen) -> None:
    first = house.choose(Choice("rule", brands=("Tern",)))
    second = house.choose(Choice("rule", brands=("Lumen",)))
    with in_tenant(house.partner) as session:
        with pytest.raises(Conflict):
            undo(session, house.actor, house.agreement.id, first)
        undo(session, house.actor, house.agreement.id, second)
        with pytest.raises(Conflict):
            undo(session, house.actor, house.agreement.id, second)
    assert shown(house) == ["BLUE-BIKE", "BLUE-LIGHT", "RED-BIKE"]
    with in_tenant(house.partner) as session:
        undo(session, house.actor, house.agreement.id, first)
        assert choice_of(rules_for(session, house.actor, house.agreement.id)) == Choice()
    assert shown(house) == EVERYTHING


def test_many_are_hidden_and_shown_again_and_what_was_hidden_before_stays_hidden(house: Chosen) -> None:
    agreement = house.agreement.id
    with in_tenant(house.partner) as session:
        set_hidden(session, house.actor, agreement, house.ids["RED-BIKE"], True)
        found = narrowed(session, house.actor, house.agreement, "EUR", text="red")
        preview = preview_hiding(session, house.actor, agreement, found, True)
        assert (preview.before, preview.after, preview.goes, [s for s, _n in preview.going]) == (4, 3, 1, ["RED-LIGHT"])
    assert shown(house) == ["BLUE-BIKE", "BLUE-LIGHT", "JK", "RED-LIGHT"]
    with in_tenant(house.partner) as session:
        change = hide_many(session, house.actor, agreement, narrowed(session, house.actor, house.agreement, "EUR", text="red"), True)
        assert (change.kind, change.product_ids) == ("hidden", [house.ids["RED-LIGHT"]])
    assert shown(house) == ["BLUE-BIKE", "BLUE-LIGHT", "JK"]
    with in_tenant(house.partner) as session:
        undo(session, house.actor, agreement, change.id)
    assert shown(house) == ["BLUE-BIKE", "BLUE-LIGHT", "JK", "RED-LIGHT"]
    with in_tenant(house.partner) as session:
        everything = narrowed(session, house.actor, house.agreement, "EUR", category_id=house.bikes)
        assert hide_many(session, house.actor, agreement, everything, False).product_ids == [house.ids["RED-BIKE"]]
        assert [c.kind for c in list_changes(session, house.actor, agreement)] == ["shown", "hidden"]
    assert shown(house) == EVERYTHING


def test_choices_that_say_nothing_or_too_much_are_refused_and_nothing_changes(house: Chosen) -> None:
    agreement = house.agreement.id
    with in_tenant(house.partner) as session:
        for wrong in (
            Choice("rule"),
            Choice("picked", picked_ids=tuple(UUID(int=n) for n in range(1001))),
            Choice("rule", brands=("x",) * 101),
        ):
            with pytest.raises(Invalid):
                choose(session, house.actor, agreement, wrong)
        with pytest.raises(Invalid):
            pick(session, house.actor, agreement, [house.ids["JK"]], True)
        assert session.scalar(select(func.count()).select_from(AssortmentChange)) == 0
    house.choose(Choice("picked"))
    with in_tenant(house.partner) as session, pytest.raises(NotThere):
        pick(session, house.actor, agreement, [UUID(int=3)], True)
    assert shown(house) == []


def test_choosing_is_the_partners_alone(house: Chosen, twin: Shop) -> None:
    change = house.choose(Choice("rule", brands=("Tern",)))
    for tenant in (house.brand, twin.id):
        with in_tenant(tenant) as session:
            theirs = somebody(tenant)
            for call, told in ((choose, (Choice(),)), (undo, (change,)), (pick, ([], True))):
                with pytest.raises(NotThere):
                    call(session, theirs, house.agreement.id, *told)
            assert session.scalar(select(func.count()).select_from(AssortmentChange)) == 0
    with in_tenant(house.partner) as session, pytest.raises(NotAllowed):
        choose(session, somebody(house.partner, "agreement.view"), house.agreement.id, Choice())
    assert shown(house) == ["BLUE-BIKE", "BLUE-LIGHT", "RED-BIKE"]


def test_what_can_be_chosen_by_is_what_the_brand_published(house: Chosen) -> None:
    with in_tenant(house.partner) as session:
        known = choosable(session, house.agreement, "de")
        assert [(name, depth) for _id, name, depth in known.categories] == [("Bikes", 0), ("Lights", 0)]
        assert known.brands == ["Lumen", "Tern"]
        assert [(code, [value for value, _words in values]) for code, _label, values in known.filters] == [
            ("colour", ["red", "blue"]), ("size", ["s", "m"]),
        ]  # fmt: skip


GTIN = "4006381333931"


def test_one_product_of_two_brands_stands_side_by_side_and_one_leads(brand: Shop, partner: Shop, twin: Shop) -> None:
    ids = {}
    for shop, name in ((brand, "Canary lamp"), (twin, "Robin lamp")):
        with in_tenant(shop.id) as session:
            make_market(session, shop.id, "eu")
            category = make_category(session, shop.id, "lamps")
            ids[shop.id] = make_product(session, shop.id, f"L-{name[0]}", name=name, price="10", category=category, gtin=GTIN).id
            make_product(session, shop.id, f"X-{name[0]}", name=f"Other {name}", price="5", category=category)
            publish_all(session, shop.id)
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu")
    agreements = {shop.id: share(shop.id, partner.id)[0] for shop in (brand, twin)}
    actor = somebody(partner.id)
    with in_tenant(partner.id) as session:
        view = view_for(session, "eu", "en")
        [group], more = same_products(session, actor, view)
        assert (group.gtin, sorted(o.name for o in group.offers), group.is_decided, more) == (
            GTIN,
            ["Canary lamp", "Robin lamp"],
            False,
            False,
        )
        assert same_products(session, actor, view, after=GTIN) == ([], False)
        with pytest.raises(Invalid):
            lead(session, actor, view, GTIN, UUID(int=5))
        lead(session, actor, view, GTIN, ids[twin.id])
    with in_tenant(partner.id) as session:
        view = view_for(session, "eu", "en")
        assert sorted(c.name for c in shop_list(session, view).cards) == ["Other Canary lamp", "Other Robin lamp", "Robin lamp"]
        lead(session, actor, view, GTIN, ids[brand.id])
    with in_tenant(partner.id) as session:
        view = view_for(session, "eu", "en")
        assert sorted(c.name for c in shop_list(session, view).cards) == ["Canary lamp", "Other Canary lamp", "Other Robin lamp"]
        [group], _more = same_products(session, actor, view)
        assert group.is_decided
        hidden = session.execute(select(Overlay.agreement_id).where(Overlay.hidden)).all()
        assert [row.agreement_id for row in hidden] == [agreements[twin.id].id]
    for shop in (brand, twin):
        with in_tenant(shop.id) as session:
            assert same_products(session, somebody(shop.id), view_for(session, "eu", "en")) == ([], False)


def test_an_own_product_stands_beside_the_brands_and_is_not_hidden_by_it(brand: Shop, partner: Shop) -> None:
    ids = {}
    for shop in (brand, partner):
        with in_tenant(shop.id) as session:
            make_market(session, shop.id, "eu")
            ids[shop.id] = make_product(session, shop.id, "LAMP", name=f"Lamp of {shop.slug}", price="10", gtin=GTIN).id
            publish_all(session, shop.id)
    share(brand.id, partner.id)
    actor = somebody(partner.id)
    with in_tenant(partner.id) as session:
        view = view_for(session, "eu", "en")
        [group], _more = same_products(session, actor, view)
        assert [(o.agreement_id is None, o.product_id) for o in group.offers] == [(True, ids[partner.id]), (False, ids[brand.id])]
        with pytest.raises(Invalid):
            lead(session, actor, view, GTIN, ids[brand.id])
        assert shop_list(session, view).total == 2
        lead(session, actor, view, GTIN, ids[partner.id])
    with in_tenant(partner.id) as session:
        assert [c.id for c in shop_list(session, view_for(session, "eu", "en")).cards] == [ids[partner.id]]


def test_two_partners_choose_from_one_brand_each_for_itself(house: Chosen, make_shop: MakeShop) -> None:
    other = make_shop("partner")
    with in_tenant(other.id) as session:
        make_market(session, other.id, "eu")
    share(house.brand, other.id)
    house.choose(Choice("rule", brands=("Lumen",)))
    with in_tenant(other.id) as session:
        assert shop_list(session, view_for(session, "eu", "en")).total == 5
        assert session.scalar(select(func.count()).select_from(Agreement)) == 1
    assert shown(house) == ["JK", "RED-LIGHT"]
