"""A partner's list of what an agreement covers: in pages, searched, narrowed, counted; and what of it the brand changed."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Engine

from catalog.attributes import AttributeEdit, edit_attribute
from catalog.categories import CategoryEdit, edit_category
from catalog.differences import count_differences, hold, list_differences, refuse_changes, take
from catalog.list_prices import set_list_prices
from catalog.models import Agreement, Attribute, Category
from catalog.overlays import set_hidden, set_price, set_prices_by_percent, set_words
from catalog.products import ProductEdit, edit_product
from catalog.shared_goods import PER_PAGE, SharedPage, page_of_shared
from kernel.db.session import use_engine
from kernel.errors import NotAllowed
from tests.browsing import counted
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, publish_all, share, somebody
from tests.factories.tenants import make_market


@dataclass
class Goods:
    """So many bells, a jacket in two sizes (JK, JK-S, JK-M) and a lamp outside of the scope, shared with a partner."""

    brand: UUID
    partner: UUID
    agreement: Agreement
    bells: list[UUID]
    jacket: UUID
    sizes: list[UUID]
    category: UUID
    size: UUID

    def page(self, **wanted) -> SharedPage:
        with in_tenant(self.partner) as session:
            return page_of_shared(session, somebody(self.partner), self.agreement, "EUR", **wanted)

    def skus(self, **wanted) -> list[str]:
        return [row.payload["sku"] for row in self.page(**wanted).rows]

    def edit(self, product_id: UUID, **fields) -> None:
        with in_tenant(self.brand) as session:
            edit_product(session, somebody(self.brand), product_id, ProductEdit(**fields))
            publish_all(session, self.brand)


def stocked(brand: Shop, partner: Shop, bells: int) -> Goods:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        shown: Category = make_category(session, brand.id, "shown")
        size: Attribute = make_attribute(session, brand.id, "size", "choice", ["s", "m"], is_axis=True)
        made = [
            make_product(session, brand.id, f"BELL-{n:03}", name=f"Bell {n}", price=f"{100 + n}", category=shown).id for n in range(bells)
        ]
        jacket = make_product(session, brand.id, "JK", name="Jacket", price=None, category=shown)
        sizes = [v.id for v in make_variants(session, brand.id, jacket, "size", {"s": "50", "m": "60"})]
        make_product(session, brand.id, "LAMP", name="Lamp", price="30")
        publish_all(session, brand.id)
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu")
    [agreement] = share(brand.id, partner.id, category_ids=(shown.id,), overlay_fields=("name", "text", "price"))
    return Goods(brand.id, partner.id, agreement, made, jacket.id, sizes, shown.id, size.id)


@pytest.fixture
def goods(brand: Shop, partner: Shop) -> Goods:
    return stocked(brand, partner, 3)


def test_articles_stand_in_pages_by_number_and_variants_behind_their_parent(brand: Shop, partner: Shop) -> None:
    goods = stocked(brand, partner, 60)
    first, second = goods.page(), goods.page(page=2)
    assert (first.total, first.pages, first.page, len(first.rows)) == (63, 2, 1, PER_PAGE)
    assert [row.payload["sku"] for row in first.rows] == [f"BELL-{n:03}" for n in range(50)]
    assert [row.payload["sku"] for row in second.rows] == [*(f"BELL-{n:03}" for n in range(50, 60)), "JK", "JK-m", "JK-s"]
    assert (goods.page(page=99).page, goods.page(page=-3).page) == (2, 1)


def test_a_page_costs_the_same_statements_whatever_the_catalog_holds(make_shop: MakeShop, db: Engine, app_engine: Engine) -> None:
    taken = []
    use_engine(app_engine)
    for bells in (3, 120):
        goods = stocked(make_shop("brand"), make_shop("partner"), bells)
        with in_tenant(goods.partner) as session:
            set_prices_by_percent(session, somebody(goods.partner), goods.agreement.id, "EUR", Decimal(5))
        with in_tenant(goods.brand) as session:
            for bell in goods.bells:
                edit_product(session, somebody(goods.brand), bell, ProductEdit(names={"en": "Horn"}))
            publish_all(session, goods.brand)
        with counted(db) as statements:
            for only in ("", "changed", "own_price", "hidden"):
                page = goods.page(text="horn", only=only)
            changed = goods.page(only="changed")
            with in_tenant(goods.partner) as session:
                waiting = count_differences(session, somebody(goods.partner), goods.agreement.id)
        assert (page.counts, waiting) == ({"": bells, "changed": bells, "own_price": bells, "hidden": 0, "left_out": 0}, bells)
        assert len(changed.rows) == min(bells, PER_PAGE)
        taken.append(len(statements))
    assert taken[0] == taken[1]


def test_the_search_finds_numbers_the_brands_names_and_own_ones(goods: Goods) -> None:
    with in_tenant(goods.partner) as session:
        set_words(session, somebody(goods.partner), goods.agreement.id, goods.bells[1], names={"en": "Klingel 100%"})
    assert goods.skus(text=" jk-S ") == ["JK-s"]
    assert goods.skus(text="jacket") == ["JK", "JK-m", "JK-s"]
    assert goods.skus(text="klingel") == ["BELL-001"]
    assert goods.skus(text="0%") == ["BELL-001"]
    assert goods.skus(text="_") == goods.skus(text="en") == goods.skus(text="lamp") == []
    assert goods.page(text="bell").counts == {"": 3, "changed": 0, "own_price": 0, "hidden": 0, "left_out": 0}


def test_a_list_is_narrowed_to_own_prices_hidden_and_changed_ones(goods: Goods) -> None:
    actor = somebody(goods.partner)
    with in_tenant(goods.partner) as session:
        set_price(session, actor, goods.agreement.id, goods.sizes[0], "EUR", "51")
        set_price(session, actor, goods.agreement.id, goods.bells[0], "EUR", "101")
        set_price(session, actor, goods.agreement.id, goods.bells[0], "EUR", "")
        set_hidden(session, actor, goods.agreement.id, goods.bells[2], True)
    goods.edit(goods.jacket, names={"en": "Coat"})
    assert goods.page().counts == {"": 6, "changed": 3, "own_price": 1, "hidden": 1, "left_out": 0}
    assert goods.skus(only="own_price") == ["JK-s"]
    assert goods.skus(only="hidden") == ["BELL-002"]
    assert goods.skus(only="changed") == ["JK", "JK-m", "JK-s"]
    assert goods.skus(only="hidden", text="jacket") == []


def test_only_who_sees_agreements_sees_the_list_and_other_partners_see_their_own(goods: Goods, make_shop: MakeShop) -> None:
    with in_tenant(goods.partner) as session, pytest.raises(NotAllowed):
        page_of_shared(session, somebody(goods.partner, "order.view"), goods.agreement, "EUR")
    with in_tenant(goods.partner) as session:
        set_hidden(session, somebody(goods.partner), goods.agreement.id, goods.bells[0], True)
    other = make_shop("partner")
    with in_tenant(other.id) as session:
        make_market(session, other.id, "eu")
        assert page_of_shared(session, somebody(other.id), goods.agreement, "EUR").counts[""] == 0
    [theirs] = share(goods.brand, other.id)
    with in_tenant(other.id) as session:
        assert page_of_shared(session, somebody(other.id), theirs, "EUR").counts == {
            "": 7,
            "changed": 0,
            "own_price": 0,
            "hidden": 0,
            "left_out": 0,
        }


def unseen(goods: Goods) -> None:
    """Changes that a shopper does not see: another place, another order of attributes, a label."""
    goods.edit(goods.bells[0], position=7)
    with in_tenant(goods.brand) as session:
        edit_attribute(session, somebody(goods.brand), goods.size, AttributeEdit(labels={"en": "Frame"}, position=4))
        publish_all(session, goods.brand)


def seen(goods: Goods) -> None:
    """One of each that a shopper sees."""
    goods.edit(goods.bells[0], summaries={"en": "Loud"})
    goods.edit(goods.bells[1], category_ids=[])
    goods.edit(goods.bells[2], status="end")
    with in_tenant(goods.brand) as session:
        set_list_prices(session, somebody(goods.brand), goods.sizes[0], {"EUR": "55"})
        category = session.get_one(Category, (goods.brand, goods.category))
        make_product(session, goods.brand, "NEW", name="New", category=category)
        make_product(session, goods.brand, "FAR", name="Outside")
        publish_all(session, goods.brand)


def test_what_is_counted_is_what_is_listed(goods: Goods) -> None:
    actor, agreement_id = somebody(goods.partner), goods.agreement.id

    def told(session) -> list[tuple[str, str]]:
        return [(c.difference.sku, c.difference.kind) for c in list_differences(session, actor, agreement_id)]

    unseen(goods)
    with in_tenant(goods.partner) as session:
        assert (told(session), count_differences(session, actor, agreement_id)) == ([], 0)
    seen(goods)
    changes = [("BELL-000", "changed"), ("BELL-001", "removed"), ("BELL-002", "removed"), ("JK", "changed"), ("NEW", "added")]
    with in_tenant(goods.partner) as session:
        assert (told(session), count_differences(session, actor, agreement_id)) == (changes, 5)
        assert count_differences(session, actor, agreement_id, most=2) == 2
        assert goods.skus(only="changed") == ["BELL-000", "JK", "JK-m", "JK-s", "NEW"]
        two = list_differences(session, actor, agreement_id, most=2)
        rest = list_differences(session, actor, agreement_id, after=(two[-1].difference.sku, two[-1].difference.product_id))
        assert [c.difference.sku for c in (*two, *rest)] == [sku for sku, _kind in changes]
        take(session, actor, agreement_id, [goods.bells[0], goods.bells[0]])
        hold(session, actor, agreement_id, [goods.jacket])
        refuse_changes(session, actor, agreement_id, [goods.bells[1]])
        assert told(session) == [changes[2], changes[3], changes[4]]
        assert count_differences(session, actor, agreement_id) == 3


def test_a_category_renamed_is_a_change_of_its_products(goods: Goods) -> None:
    actor = somebody(goods.partner)
    with in_tenant(goods.brand) as session:
        edit_category(session, somebody(goods.brand), goods.category, CategoryEdit(names={"en": "Best of"}))
        publish_all(session, goods.brand)
    with in_tenant(goods.partner) as session:
        listed = list_differences(session, actor, goods.agreement.id)
        assert [[f.field for f in c.difference.fields] for c in listed] == [["categories"]] * 4
        assert count_differences(session, actor, goods.agreement.id) == 4
