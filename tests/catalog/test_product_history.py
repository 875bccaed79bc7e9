"""The history of a product: who changed which field, and each field or all of them brought back."""

from decimal import Decimal
from uuid import UUID

import pytest

from catalog.list_prices import prices_of, set_list_prices
from catalog.product_history import Change, history_of, restore
from catalog.products import ProductEdit, edit_product, product_for
from kernel.errors import Conflict, NotAllowed, NotThere
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, somebody
from tests.factories.tenants import make_market


@pytest.fixture
def bell(brand: Shop) -> UUID:
    """Renamed in English, given a German name, put in a category, made dearer, painted."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_attribute(session, brand.id, "colour", "choice", ("pine", "copper"))
        goods, actor = make_category(session, brand.id, "goods"), somebody(brand.id)
        made = make_product(session, brand.id, "BELL", name="Bell", attribute_values={"colour": "pine"})
        edit_product(session, actor, made.id, ProductEdit(names={"en": "Loud bell", "de": "Klingel"}, brand="Ding"))
        set_list_prices(session, actor, made.id, {"EUR": "12.50"})
        edit_product(session, actor, made.id, ProductEdit(names={"en": "Louder bell", "de": "Klingel"}, category_ids=[goods.id]))
        edit_product(session, actor, made.id, ProductEdit(attribute_values={"colour": "copper"}))
        return made.id


def test_each_change_is_told_field_by_field_newest_first(brand: Shop, bell: UUID) -> None:
    with in_tenant(brand.id) as session:
        painted, named, priced, first, *_rest = history_of(session, somebody(brand.id), bell)
    assert painted.changes == (Change("attribute_values.colour", "pine", "copper"),)
    assert [c.path for c in named.changes] == ["names.en", "category_ids"]
    assert priced.changes == (Change("prices.EUR", "10.0000", "12.5000"),)
    assert set(first.changes) == {Change("names.en", "Bell", "Loud bell"), Change("names.de", None, "Klingel"), Change("brand", "", "Ding")}
    assert first.by == "Clara Wen"


def test_one_field_comes_back_and_the_others_stay(brand: Shop, bell: UUID) -> None:
    with in_tenant(brand.id) as session:
        actor = somebody(brand.id)
        painted, named, priced, first, *_rest = history_of(session, actor, bell)
        assert restore(session, actor, bell, named.id, "names.en").names == {"en": "Loud bell", "de": "Klingel"}
        assert restore(session, actor, bell, painted.id, "attribute_values.colour").attribute_values == {"colour": "pine"}
        restore(session, actor, bell, priced.id, "prices.EUR")
        assert prices_of(session, bell) == {"EUR": Decimal("10")}
        assert restore(session, actor, bell, first.id, "names.de").names == {"en": "Loud bell"}
        assert product_for(session, actor, bell).brand == "Ding"
        with pytest.raises(Conflict):
            restore(session, actor, bell, named.id, "names.en")
        assert history_of(session, actor, bell)[0].changes == (Change("names.de", "Klingel", None),)


def test_everything_comes_back_to_what_it_was_before_a_change(brand: Shop, bell: UUID) -> None:
    with in_tenant(brand.id) as session:
        actor = somebody(brand.id)
        first = history_of(session, actor, bell)[3]
        found = restore(session, actor, bell, first.id)
        assert (found.names, found.brand, found.category_ids, found.attribute_values) == ({"en": "Bell"}, "", [], {"colour": "pine"})
        assert prices_of(session, bell) == {"EUR": Decimal("10")}


def test_what_is_not_there_is_refused_and_nothing_changes(brand: Shop, bell: UUID, twin: Shop) -> None:
    with in_tenant(brand.id) as session:
        actor = somebody(brand.id)
        entries = history_of(session, actor, bell)
        version = product_for(session, actor, bell).edit_version
        for entry_id, path in ((bell, ""), (entries[0].id, "names.en"), (entries[0].id, "tenant_id")):
            with pytest.raises(NotThere):
                restore(session, actor, bell, entry_id, path)
        with pytest.raises(NotAllowed):
            restore(session, somebody(brand.id, "catalog.view"), bell, entries[0].id)
        assert product_for(session, actor, bell).edit_version == version
    with in_tenant(twin.id) as session:
        for act in (lambda: history_of(session, somebody(twin.id), bell), lambda: restore(session, somebody(twin.id), bell, entries[0].id)):
            with pytest.raises(NotThere):
                act()
