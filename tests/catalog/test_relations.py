"""Accessories, spare parts and successors: from the desk's list to what each shop shows."""

from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from catalog import relations
from catalog.agreements import withdraw
from catalog.assortment import cards_for, shop_product, view_for
from catalog.changes import FieldChange
from catalog.comparing import compare
from catalog.drafts import read_drafts
from catalog.models import Product, ProductRelation
from catalog.overlays import set_hidden
from catalog.products import ProductEdit, edit_product, remove_product
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.models import AuditEntry
from tests.browsing import counted
from tests.conftest import Shop
from tests.factories.catalog import (
    in_tenant,
    make_attribute,
    make_category,
    make_product,
    make_variants,
    publish_all,
    share,
    somebody,
)
from tests.factories.tenants import make_market


@pytest.fixture
def goods(brand: Shop) -> dict[str, UUID]:
    """A bike with a bell, a lamp and a chain; a jacket in two sizes; all on sale."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        made = {sku: make_product(session, brand.id, sku, sku.capitalize()).id for sku in ("BIKE", "BELL", "LAMP", "CHAIN", "NEXT")}
        make_attribute(session, brand.id, "size", "choice", ("s", "m"), is_axis=True)
        jacket = make_product(session, brand.id, "JK", "Jacket", None)
        sizes = make_variants(session, brand.id, jacket, "size", {"s": "50", "m": "60"})
    return made | {"JK": jacket.id} | {v.sku: v.id for v in sizes}


def skus(shop: Shop, product_id: UUID) -> dict[str, list[str]]:
    with in_tenant(shop.id) as session:
        found: dict[str, list[str]] = {}
        for one in relations.related_to(session, somebody(shop.id), product_id):
            found.setdefault(one.kind, []).append(one.sku)
        return found


def relate(shop: Shop, product_id: UUID, kind: str, *numbers: str) -> None:
    with in_tenant(shop.id) as session:
        relations.relate(session, somebody(shop.id), product_id, kind, numbers)


def refused(shop: Shop, product_id: UUID, kind: str, *numbers: str) -> list[tuple[str, str, str]]:
    with pytest.raises(Invalid) as error:
        relate(shop, product_id, kind, *numbers)
    return [(p.where, p.code, p.reason) for p in error.value.problems]


def test_products_are_put_on_a_list_reordered_and_taken_off_and_each_step_is_told(brand: Shop, goods: dict[str, UUID]) -> None:
    bike, actor = goods["BIKE"], somebody(brand.id)
    relate(brand, bike, "accessory", "BELL", " LAMP ", "BELL")
    relate(brand, bike, "accessory", "CHAIN", "BELL")
    relate(brand, bike, "spare_part", "CHAIN")
    assert skus(brand, bike) == {"accessory": ["BELL", "LAMP", "CHAIN"], "spare_part": ["CHAIN"]}
    with in_tenant(brand.id) as session:
        relations.order_related(session, actor, bike, "accessory", [goods["CHAIN"], goods["BELL"], goods["LAMP"]])
    with in_tenant(brand.id) as session:
        relations.unrelate(session, actor, bike, "accessory", goods["BELL"])
    assert skus(brand, bike) == {"accessory": ["CHAIN", "LAMP"], "spare_part": ["CHAIN"]}
    with in_tenant(brand.id) as session:
        told = select(AuditEntry.before, AuditEntry.after).where(AuditEntry.action == "product.related").order_by(AuditEntry.id)
        assert [tuple(row) for row in session.execute(told)][-2:] == [
            ({"accessories": ["BELL", "LAMP", "CHAIN"]}, {"accessories": ["CHAIN", "BELL", "LAMP"]}),
            ({"accessories": ["CHAIN", "BELL", "LAMP"]}, {"accessories": ["CHAIN", "LAMP"]}),
        ]


def test_a_number_that_is_not_there_or_is_the_product_itself_is_named_and_nothing_is_written(brand: Shop, goods: dict[str, UUID]) -> None:
    assert refused(brand, goods["BIKE"], "accessory", "BELL", "NOPE", "BIKE") == [
        ("skus", "unknown_product", "There is no product with the article number “NOPE”."),
        ("skus", "itself", "“BIKE” is this product itself, or a variant of it."),
    ]
    assert [code for _where, code, _reason in refused(brand, goods["JK"], "accessory", "JK-s")] == ["itself"]
    assert [code for _where, code, _reason in refused(brand, goods["JK-s"], "spare_part", "JK-m", "JK")] == ["itself", "itself"]
    assert skus(brand, goods["BIKE"]) == skus(brand, goods["JK"]) == skus(brand, goods["JK-s"]) == {}


def test_successors_never_lead_back_to_where_they_began(brand: Shop, goods: dict[str, UUID]) -> None:
    relate(brand, goods["BIKE"], "successor", "BELL")
    relate(brand, goods["BELL"], "successor", "LAMP")
    assert [code for _where, code, _reason in refused(brand, goods["LAMP"], "successor", "NEXT", "BIKE")] == ["leads_back"]
    assert skus(brand, goods["LAMP"]) == {}
    relate(brand, goods["LAMP"], "accessory", "BIKE")
    relate(brand, goods["LAMP"], "successor", "NEXT")
    with in_tenant(brand.id) as session:
        before = relations.replaced_by_it(session, somebody(brand.id), goods["LAMP"])
        assert [(one.sku, one.names) for one in before] == [("BELL", {"en": "Bell"})]


def test_a_list_holds_a_hundred_and_not_one_more(brand: Shop, goods: dict[str, UUID]) -> None:
    with in_tenant(brand.id) as session:
        numbers = [make_product(session, brand.id, f"N-{n:03}", price=None).sku for n in range(101)]
    relate(brand, goods["BIKE"], "accessory", *numbers[:100])
    assert refused(brand, goods["BIKE"], "accessory", numbers[100]) == [("skus", "too_many", "A list holds at most 100 products.")]
    assert skus(brand, goods["BIKE"])["accessory"] == numbers[:100]


def test_a_list_that_somebody_has_changed_meanwhile_is_not_reordered(brand: Shop, goods: dict[str, UUID]) -> None:
    relate(brand, goods["BIKE"], "accessory", "BELL", "LAMP")
    with in_tenant(brand.id) as session:
        with pytest.raises(Conflict):
            relations.order_related(session, somebody(brand.id), goods["BIKE"], "accessory", [goods["LAMP"]])
        with pytest.raises(NotThere):
            relations.unrelate(session, somebody(brand.id), goods["BIKE"], "accessory", goods["CHAIN"])
        with pytest.raises(NotThere):
            relations.relate(session, somebody(brand.id), goods["BIKE"], "cousin", ["CHAIN"])
    assert skus(brand, goods["BIKE"]) == {"accessory": ["BELL", "LAMP"]}


def test_who_may_only_look_changes_nothing_and_another_brands_products_are_not_there(
    brand: Shop, twin: Shop, goods: dict[str, UUID]
) -> None:
    with in_tenant(twin.id) as session:
        theirs = make_product(session, twin.id, "THEIRS").id
        mine = make_product(session, twin.id, "BIKE").id
    assert [code for _where, code, _reason in refused(brand, goods["BIKE"], "accessory", "THEIRS")] == ["unknown_product"]
    relate(brand, goods["BIKE"], "accessory", "BELL")
    with in_tenant(twin.id) as session:
        for call in (
            lambda: relations.relate(session, somebody(twin.id), goods["BIKE"], "accessory", ["BIKE"]),
            lambda: relations.unrelate(session, somebody(twin.id), goods["BIKE"], "accessory", goods["BELL"]),
            lambda: relations.replace_related(session, somebody(twin.id), goods["BIKE"], {"accessories": []}),
        ):
            with pytest.raises(NotThere):
                call()
        assert relations.related_to(session, somebody(twin.id), goods["BIKE"]) == []
        assert relations.lists_of(session, [goods["BIKE"]]) == {}
        assert relations.find_to_relate(session, somebody(twin.id), mine, "be") == []
        assert session.scalar(select(func.count()).select_from(ProductRelation)) == 0
    with in_tenant(brand.id) as session, pytest.raises(NotAllowed):
        relations.relate(session, somebody(brand.id, "catalog.view"), goods["BIKE"], "accessory", ["LAMP"])
    with in_tenant(brand.id) as session, pytest.raises(NotThere):
        relations.relate(session, somebody(brand.id), theirs, "accessory", ["LAMP"])
    assert skus(brand, goods["BIKE"]) == {"accessory": ["BELL"]}


def test_products_to_pick_from_are_found_by_number_and_name(brand: Shop, goods: dict[str, UUID]) -> None:
    with in_tenant(brand.id) as session:

        def find(words: str) -> list[str]:
            return [p.sku for p in relations.find_to_relate(session, somebody(brand.id), goods["BIKE"], words)]

        assert (find("jk"), find("ack"), find("bik"), find(" "), find("100%")) == (["JK", "JK-m", "JK-s"], ["JK"], [], [], [])


def test_a_shop_shows_what_it_sells_now_and_a_variant_has_its_own_before_its_parents(brand: Shop, goods: dict[str, UUID]) -> None:
    relate(brand, goods["BIKE"], "accessory", "JK-m", "BELL", "JK-s", "NEXT")
    relate(brand, goods["JK"], "accessory", "BELL")
    relate(brand, goods["JK-s"], "accessory", "LAMP")
    with in_tenant(brand.id) as session:
        edit_product(session, somebody(brand.id), goods["NEXT"], ProductEdit(status="draft"))
        publish_all(session, brand.id)
        view = view_for(session, "eu", "en")
        bike, jacket = shop_product(session, view, "bike-bike"), shop_product(session, view, "jacket-jk")
        assert bike.relations == {"accessory": (goods["JK"], goods["BELL"], goods["NEXT"])}
        assert [c.sku for c in cards_for(session, view, bike.relations["accessory"])] == ["JK", "BELL"]
        assert jacket.relations == {"accessory": (goods["BELL"],)}
        assert {v.sku: v.relations for v in jacket.variants} == {"JK-s": {"accessory": (goods["LAMP"],)}, "JK-m": {}}
        assert shop_product(session, view, "bell-bell").relations == {}
        edit_product(session, somebody(brand.id), goods["BELL"], ProductEdit(status="end"))
        publish_all(session, brand.id)
    with in_tenant(brand.id) as session:
        assert [c.sku for c in cards_for(session, view_for(session, "eu", "en"), bike.relations["accessory"])] == ["JK"]


def test_a_change_of_relations_alone_is_published_and_told_and_nothing_else_is(brand: Shop, goods: dict[str, UUID]) -> None:
    with in_tenant(brand.id) as session:
        publish_all(session, brand.id)
    relate(brand, goods["BIKE"], "accessory", "BELL", "LAMP")
    relate(brand, goods["JK-s"], "spare_part", "CHAIN")
    with in_tenant(brand.id) as session:
        [of_bike, of_jacket] = sorted(compare(session, somebody(brand.id), "eu", "en", 1, None), key=lambda d: d.sku)
        assert of_bike.fields == (FieldChange("relations.accessory", "", f"{goods['BELL']}, {goods['LAMP']}"),)
        assert of_jacket.fields == (FieldChange("relations.spare_part", "", str(goods["CHAIN"])),)
        counts = publish_all(session, brand.id).languages["en"]
        assert (counts.added, counts.changed, counts.removed) == (0, 2, 0)
    with in_tenant(brand.id) as session:
        assert publish_all(session, brand.id).is_new is False


def test_a_partners_shop_shows_only_what_its_agreement_covers_and_nothing_once_it_is_withdrawn(brand: Shop, partner: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        shared = make_category(session, brand.id, "shared")
        bike = make_product(session, brand.id, "BIKE", "Bike", category=shared)
        bell = make_product(session, brand.id, "BELL", "Bell", category=shared)
        lamp = make_product(session, brand.id, "LAMP", "Lamp", category=shared)
        secret = make_product(session, brand.id, "SECRET", "Secret")
        relations.relate(session, somebody(brand.id), bike.id, "accessory", ["SECRET", "BELL", "LAMP"])
        publish_all(session, brand.id)
    [agreement] = share(brand.id, partner.id, category_ids=(shared.id,))
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu", languages=("en",))
        set_hidden(session, somebody(partner.id), agreement.id, lamp.id, True)
        view = view_for(session, "eu", "en")
        found = shop_product(session, view, "bike-bike").relations["accessory"]
        assert found == (secret.id, bell.id, lamp.id)
        assert [c.sku for c in cards_for(session, view, found)] == ["BELL"]
    with in_tenant(brand.id) as session:
        withdraw(session, somebody(brand.id), agreement.id)
    with in_tenant(partner.id) as session:
        assert cards_for(session, view_for(session, "eu", "en"), found) == []


def test_drafts_with_relations_take_as_many_statements_for_many_as_for_few(brand: Shop, goods: dict[str, UUID], db: Engine) -> None:
    taken = []
    for numbers in (["BELL"], ["LAMP", "CHAIN", "NEXT", "JK", "JK-s"]):
        relate(brand, goods["BIKE"], "accessory", *numbers)
        relate(brand, goods["JK" if len(numbers) == 1 else "LAMP"], "spare_part", "CHAIN")
        with in_tenant(brand.id) as session, counted(db) as sent:
            drafts = read_drafts(session, list(goods.values()))
        taken.append(len([s for s in sent if "SELECT" in s and "set_config" not in s]))
        assert len(next(d for d in drafts if d.id == goods["BIKE"]).relations["accessory"]) == len(numbers) + (len(taken) - 1)
    assert taken == [6, 6]


def test_a_product_that_goes_for_good_leaves_no_relation_behind(brand: Shop, goods: dict[str, UUID]) -> None:
    relate(brand, goods["BIKE"], "accessory", "BELL", "LAMP")
    with in_tenant(brand.id) as session:
        remove_product(session, somebody(brand.id), goods["BELL"])
        assert session.scalar(select(func.count()).select_from(Product).where(Product.sku == "BELL")) == 0
    assert skus(brand, goods["BIKE"]) == {"accessory": ["LAMP"]}
