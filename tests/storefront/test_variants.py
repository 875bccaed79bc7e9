"""Choosing a variant: every choice leads somewhere, and says whether it changes only one thing."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog.assortment import Axis, Choice, Price, ShopPicture, ShopProduct, ShopVariant
from kernel.ids import new_id
from kernel.money import Money
from storefront.variants import axes_of, chosen_variant, pictures_of

PRICE = Price(Money.of("1299", "EUR"), None, True)


def variant(sku: str, colour: str, size: str, picture_ids: tuple[UUID, ...] = ()) -> ShopVariant:
    values = {"colour": colour, "size": size}
    return ShopVariant(
        id=new_id(), sku=sku, name=f"Tern {colour} {size}", gtin="", values=values, texts=values, price=PRICE, picture_ids=picture_ids,
        weight_kg=Decimal("11.4"),
    )  # fmt: skip


def product(*variants: ShopVariant, pictures: tuple[ShopPicture, ...] = ()) -> ShopProduct:
    axes = (
        Axis("colour", "Colour", (Choice("pine", "Pine"), Choice("copper", "Copper"), Choice("chalk", "Chalk"))),
        Axis("size", "Size", (Choice("54", "54"), Choice("56", "56"))),
    )
    plain: dict[str, Any] = dict.fromkeys(("slug", "name", "summary", "text", "brand", "gtin"), "")
    return ShopProduct(
        **plain, status="ready", id=new_id(), source_tenant_id=new_id(), agreement_id=None, version=1, kind="variant_parent", parent_id=None, sku="TERN",
        unit="C62", weight_kg=None, tax_class="standard", price=PRICE, price_is_from=True, categories=(), pictures=pictures, attributes=(),
        axes=axes, variants=variants,
    )  # fmt: skip


PINE_54, PINE_56, COPPER_54 = variant("P54", "pine", "54"), variant("P56", "pine", "56"), variant("C54", "copper", "54")


def test_the_named_variant_is_chosen_and_the_first_where_the_name_is_wrong() -> None:
    tern = product(PINE_54, PINE_56, COPPER_54)
    assert chosen_variant(tern, "C54") == COPPER_54
    assert chosen_variant(tern, "nonsense") == PINE_54
    assert chosen_variant(product(), "P54") is None


def test_each_choice_changes_one_axis_where_that_exists() -> None:
    colour, size = axes_of(product(PINE_54, PINE_56, COPPER_54), PINE_54)
    assert [(c.value, c.sku, c.is_chosen, c.is_exact) for c in colour.choices] == [
        ("pine", "P54", True, True),
        ("copper", "C54", False, True),
    ]
    assert [(c.value, c.sku, c.is_exact) for c in size.choices] == [("54", "P54", True), ("56", "P56", True)]
    assert (colour.text, size.text) == ("Pine", "54")


def test_a_combination_that_does_not_exist_leads_to_the_nearest_and_says_so() -> None:
    colour, _size = axes_of(product(PINE_54, PINE_56, COPPER_54), PINE_56)
    copper = next(c for c in colour.choices if c.value == "copper")
    assert (copper.sku, copper.is_exact) == ("C54", False)


def test_a_variants_own_pictures_come_first_and_other_variants_pictures_not_at_all() -> None:
    front, pine, copper = (ShopPicture(new_id(), new_id(), alt, 4, 3, ()) for alt in ("front", "pine", "copper"))
    one = replace(PINE_54, picture_ids=(pine.id,))
    other = replace(COPPER_54, picture_ids=(copper.id,))
    tern = product(one, other, pictures=(front, pine, copper))
    assert pictures_of(tern, one) == (pine, front)
    assert pictures_of(tern, None) == (front, pine, copper)


def test_a_product_opens_on_the_variant_that_its_own_picture_shows() -> None:
    copper = replace(COPPER_54, picture_ids=(new_id(),))
    assert chosen_variant(product(copper, PINE_54, PINE_56), "") == PINE_54
    assert chosen_variant(product(copper), "") == copper
