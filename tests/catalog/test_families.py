"""Families of products: groups, what they require, what a publication holds back, and how complete products are."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import completeness
from catalog.assortment import shop_product, view_for
from catalog.attributes import remove_attribute
from catalog.families import FamilyEdit, edit_family, family_for, list_families, make_family, move_of, remove_family, set_family
from catalog.list_prices import set_list_prices
from catalog.models import Attribute, Completeness, CompletenessTally, Family, Product, PublicationHold
from catalog.products import ProductEdit, edit_product, remove_product
from catalog.publication_runs import publish_later, run_publication
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, publish_all, somebody
from tests.factories.tenants import make_market

GROUPS = [
    {"labels": {"en": "Frame", "de": "Rahmen"}, "attributes": ["material", "gears"]},
    {"labels": {"en": "Measures", "de": "Maße"}, "attributes": ["load"]},
]


def bikes(session: Session, tenant_id: UUID, **edit: object) -> Family:
    """A family of three attributes in two groups; gears are required."""
    make_attribute(session, tenant_id, "material", "choice", ("steel", "wood"), filterable=True)
    make_attribute(session, tenant_id, "gears", "number")
    make_attribute(session, tenant_id, "load", "number", unit="KGM")
    told = {"names": {"en": "Bikes"}, "groups": GROUPS, "required": ["gears"], **edit}
    return make_family(session, somebody(tenant_id), "bikes", FamilyEdit(**told))  # type: ignore[arg-type]


def percents(session: Session, tenant_id: UUID, product: Product) -> dict[str, tuple[int, list[str]]]:
    rows = session.scalars(select(Completeness).where(Completeness.tenant_id == tenant_id, Completeness.product_id == product.id))
    return {f"{row.market_code} {row.language}": (row.percent, row.missing) for row in rows}


def figures(session: Session, tenant_id: UUID, language: str = "en") -> dict[str, int]:
    found: dict[str, int] = {}
    mine = (CompletenessTally.tenant_id == tenant_id, CompletenessTally.language == language)
    for line in session.scalars(select(CompletenessTally).where(*mine)):
        found[f"{line.kind} {line.key}"] = found.get(f"{line.kind} {line.key}", 0) + line.count
    return {key: count for key, count in found.items() if count}


def test_a_family_is_made_edited_and_removed_when_nothing_belongs_to_it(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        family = bikes(session, brand.id)
        product = make_product(session, brand.id, "BK-1")
        set_family(session, actor, product.id, family.id)
        with pytest.raises(Conflict):
            remove_family(session, actor, family.id)
        with pytest.raises(Conflict):
            edit_family(session, actor, family.id, FamilyEdit(names={"en": "Other"}), seen=7)
        edit_family(session, actor, family.id, FamilyEdit(names={"en": "Bicycles"}), seen=1)
        assert (family.names, family.edit_version, family.required) == ({"en": "Bicycles"}, 2, ["gears"])
        set_family(session, actor, product.id, None)
        remove_family(session, actor, family.id)
        assert list_families(session, actor) == []


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (FamilyEdit(groups=[{"labels": {}, "attributes": ["nothing"]}]), "groups.0.attributes"),
        (FamilyEdit(groups=[{"attributes": ["gears"]}, {"attributes": ["gears"]}]), "groups.1.attributes"),
        (FamilyEdit(required=["colour"]), "required"),
        (FamilyEdit(axes=["gears"]), "axes"),
        (FamilyEdit(needs=["luck"]), "needs"),
    ],
)
def test_what_a_family_cannot_be_is_refused_and_changes_nothing(brand: Shop, edit: FamilyEdit, where: str) -> None:
    with in_tenant(brand.id) as session:
        family = bikes(session, brand.id)
        with pytest.raises(Invalid) as refused:
            edit_family(session, somebody(brand.id), family.id, edit)
        assert [problem.where for problem in refused.value.problems] == [where]
        session.refresh(family)
        assert (family.groups, family.required, family.axes, family.needs, family.edit_version) == (GROUPS, ["gears"], [], [], 1)


def test_what_leaves_the_groups_is_no_longer_required(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        family = bikes(session, brand.id)
        edit_family(session, somebody(brand.id), family.id, FamilyEdit(groups=[GROUPS[1]]))
        assert (family.required, [g["attributes"] for g in family.groups]) == ([], [["load"]])


def test_another_tenants_family_is_not_there(brand: Shop, twin: Shop) -> None:
    with in_tenant(brand.id) as session:
        family_id = bikes(session, brand.id).id
    with in_tenant(twin.id) as session:
        bikes(session, twin.id)
        product = make_product(session, twin.id, "BK-1")
        for attempt in (
            lambda: family_for(session, somebody(twin.id), family_id),
            lambda: set_family(session, somebody(twin.id), product.id, family_id),
            lambda: remove_family(session, somebody(twin.id), family_id),
            lambda: edit_family(session, somebody(twin.id), family_id, FamilyEdit(names={"en": "Mine"})),
        ):
            with pytest.raises(NotThere):
                attempt()
        assert product.family_id is None


def test_families_are_edited_by_those_who_may(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        family = bikes(session, brand.id)
        looker = somebody(brand.id, "catalog.view")
        assert family_for(session, looker, family.id) is family
        with pytest.raises(NotAllowed):
            edit_family(session, looker, family.id, FamilyEdit(names={"en": "Mine"}))
        with pytest.raises(NotAllowed):
            make_family(session, looker, "more", FamilyEdit())
        assert family.names == {"en": "Bikes"}


def test_a_change_of_family_says_what_stays_and_what_would_stand_outside(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        family = bikes(session, brand.id)
        make_attribute(session, brand.id, "colour")
        product = make_product(session, brand.id, "BK-1", attribute_values={"load": "120", "colour": "Pine"})
        move = move_of(product, family)
        assert (move.kept, move.outside, move.needed) == (["load"], ["colour"], ["gears"])
        set_family(session, actor, product.id, family.id)
        assert product.attribute_values == {"load": "120", "colour": "Pine"}
        set_family(session, actor, product.id, family.id, drop_outside=True)
        assert (product.attribute_values, product.family_id, product.edit_version) == ({"load": "120"}, family.id, 3)


def test_a_variant_belongs_where_its_product_does(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        family = bikes(session, brand.id)
        make_attribute(session, brand.id, "size", "choice", ("s", "m"), is_axis=True)
        variant = make_variants(session, brand.id, make_product(session, brand.id, "JK"), "size", {"s": "9"})[0]
        with pytest.raises(Conflict):
            set_family(session, somebody(brand.id), variant.id, family.id)


def test_an_attribute_of_a_family_is_not_removed(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        bikes(session, brand.id)
        make_attribute(session, brand.id, "free")
        ids = {a.code: a.id for a in session.scalars(select(Attribute).where(Attribute.tenant_id == brand.id))}
        with pytest.raises(Conflict) as refused:
            remove_attribute(session, somebody(brand.id), ids["gears"])
        assert "Bikes" in refused.value.message
        remove_attribute(session, somebody(brand.id), ids["free"])


def test_a_sheet_is_grouped_as_the_family_says(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        family = bikes(session, brand.id)
        make_attribute(session, brand.id, "note", position=0)
        values = {"note": "By hand", "load": "120", "gears": "8", "material": "steel"}
        product = make_product(session, brand.id, "BK-1", name="Bike", attribute_values=values)
        set_family(session, actor, product.id, family.id)
        publish_all(session, brand.id)
        for language, frame, measures in (("en", "Frame", "Measures"), ("de", "Rahmen", "Maße")):
            shown = shop_product(session, view_for(session, "eu", language), "bike-bk-1")
            assert [(a.code, a.group) for a in shown.attributes] == [
                ("material", frame), ("gears", frame), ("load", measures), ("note", "")
            ]  # fmt: skip


def test_a_product_that_misses_something_required_is_held_back_and_told_of(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        family = bikes(session, brand.id)
        whole = make_product(session, brand.id, "BK-1", name="Whole", attribute_values={"gears": "8"})
        partly = make_product(session, brand.id, "BK-2", name="Partly")
        make_product(session, brand.id, "BK-3", name="Free")
        for product in (whole, partly):
            set_family(session, actor, product.id, family.id)
        run = publish_later(session, actor, "eu")
        run_id = run.id
    with entering(brand.id):
        run_publication(actor, run_id)
    with in_tenant(brand.id) as session:
        rows = session.scalars(select(PublicationHold).where(PublicationHold.tenant_id == brand.id).order_by(PublicationHold.language))
        assert [(r.run_id, r.sku, r.language, r.missing) for r in rows] == [
            (run_id, "BK-2", "de", ["attribute:gears"]), (run_id, "BK-2", "en", ["attribute:gears"])
        ]  # fmt: skip
        view = view_for(session, "eu", "en")
        assert shop_product(session, view, "free-bk-3").name == "Free"
        assert shop_product(session, view, "whole-bk-1").name == "Whole"
        with pytest.raises(NotThere):
            shop_product(session, view, "partly-bk-2")


def test_what_is_published_keeps_its_old_version_while_it_is_held_back(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_attribute(session, brand.id, "size", "choice", ("s", "m"), is_axis=True)
        family = bikes(session, brand.id)
        product = make_product(session, brand.id, "JK", name="Old name")
        variants = make_variants(session, brand.id, product, "size", {"s": "9", "m": "10"})
        publish_all(session, brand.id)
        set_family(session, actor, product.id, family.id)
        edit_product(session, actor, product.id, ProductEdit(names={"en": "New name"}))
        result = publish_all(session, brand.id)
        assert (result.is_new, [h.sku for h in result.held_back]) == (False, ["JK", "JK"])
        view = view_for(session, "eu", "en")
        held = shop_product(session, view, "old-name-jk")
        assert (held.name, [v.id for v in held.variants]) == ("Old name", [v.id for v in variants])
        # every variant has it: the product has
        for variant in variants:
            edit_product(session, actor, variant.id, ProductEdit(attribute_values={"gears": "7"}))
        again = publish_all(session, brand.id)
        assert (again.is_new, again.held_back) == (True, ())
        assert shop_product(session, view_for(session, "eu", "en"), "old-name-jk").name == "New name"


def test_an_ended_product_leaves_the_shop_whatever_it_misses(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        product = make_product(session, brand.id, "P-1")
        publish_all(session, brand.id)
        set_family(session, actor, product.id, bikes(session, brand.id).id)
        edit_product(session, actor, product.id, ProductEdit(status="end"))
        assert publish_all(session, brand.id).languages["en"].removed == 1


def test_a_family_may_need_a_translation_before_a_language_is_published(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en", "de"))
        product = make_product(session, brand.id, "P-1", name="Bell", attribute_values={})
        family = bikes(session, brand.id, required=[], needs=["translation"])
        set_family(session, actor, product.id, family.id)
        result = publish_all(session, brand.id)
        assert (result.languages["en"].added, result.languages["de"].added) == (1, 0)
        assert [(h.language, h.missing) for h in result.held_back] == [("de", ("translation",))]


def test_completeness_is_kept_for_every_market_and_language(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en", "de"))
        make_market(session, brand.id, "us", "USD", ("en",), ("US",), prices_include_tax=False)
        goods = make_category(session, brand.id, "goods")
        family = bikes(session, brand.id)
        product = make_product(session, brand.id, "BK-1", name="Bike", category=goods, texts={"en": "A bike."})
        set_family(session, actor, product.id, family.id)
        assert completeness.refresh_due(session) > 0
        assert percents(session, brand.id, product) == {
            "eu en": (66, ["picture", "attribute:gears"]),
            "eu de": (57, ["picture", "translation", "attribute:gears"]),
            "us en": (50, ["price", "picture", "attribute:gears"]),
        }
        expected = {"state all": 2, "state held": 2, "missing price": 1, "missing picture": 2, "missing attribute:gears": 2}
        assert figures(session, brand.id) == {**expected, f"category {goods.id}": 2}
        edit_product(session, actor, product.id, ProductEdit(attribute_values={"gears": "8"}))
        set_list_prices(session, actor, product.id, {"USD": "900"})
        assert completeness.refresh_due(session) > 0
        assert percents(session, brand.id, product)["us en"] == (83, ["picture"])
        assert figures(session, brand.id) == {"state all": 2, "missing picture": 2, f"category {goods.id}": 2}
        assert completeness.refresh_due(session) == 0


def test_a_change_of_the_family_reaches_its_products(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        family = bikes(session, brand.id, required=[])
        product = make_product(session, brand.id, "BK-1", name="Bike")
        set_family(session, actor, product.id, family.id)
        completeness.refresh_due(session)
        assert percents(session, brand.id, product)["eu en"] == (40, ["text", "picture", "category"])
        edit_family(session, actor, family.id, FamilyEdit(required=["gears", "load"]))
        completeness.refresh_due(session)
        assert percents(session, brand.id, product)["eu en"] == (28, ["text", "picture", "category", "attribute:gears", "attribute:load"])


def test_what_is_gone_or_ended_is_counted_no_more(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        first, second = make_product(session, brand.id, "P-1"), make_product(session, brand.id, "P-2")
        completeness.refresh_due(session)
        assert figures(session, brand.id)["state all"] == 2
        remove_product(session, actor, first.id)
        assert figures(session, brand.id)["state all"] == 1
        edit_product(session, actor, second.id, ProductEdit(status="end"))
        completeness.refresh_due(session)
        assert figures(session, brand.id) == {}


def test_a_new_language_of_a_market_is_looked_at_for_every_product(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        market = make_market(session, brand.id, "eu", languages=("en",))
        product = make_product(session, brand.id, "P-1")
        completeness.refresh_due(session)
        market.languages = ["de"]
        market.default_language = "de"
        session.flush()
        completeness.refresh_due(session)
        assert list(percents(session, brand.id, product)) == ["eu de"]
        assert figures(session, brand.id) == {}


def test_lines_of_figures_are_folded_into_one_a_key(brand: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        product = make_product(session, brand.id, "P-1")
        for name in ("One", "Two", "Three"):
            edit_product(session, actor, product.id, ProductEdit(texts={"en": name} if name != "Two" else {}))
            completeness.refresh(session, [product.id])
        before = figures(session, brand.id)
        monkeypatch.setattr(completeness, "MOST_LINES", 0)
        completeness.refresh_due(session)
        lines = session.scalars(select(CompletenessTally).where(CompletenessTally.tenant_id == brand.id)).all()
        assert (figures(session, brand.id), len(lines)) == (before, len(before))


def test_completeness_of_another_tenant_is_not_seen(brand: Shop, twin: Shop) -> None:
    for shop in (brand, twin):
        with in_tenant(shop.id) as session:
            make_market(session, shop.id, "eu", languages=("en",))
            make_product(session, shop.id, "P-1")
            completeness.refresh_due(session)
    with in_tenant(twin.id) as session:
        assert session.scalars(select(Completeness.tenant_id).distinct()).all() == [twin.id]
        assert session.scalars(select(CompletenessTally.tenant_id).distinct()).all() == [twin.id]
