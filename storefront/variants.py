"""Which variant is meant, and where each choice leads: pure.

Every choice is a link to the variant that changes only this one axis; where that combination does not exist,
to the nearest variant that has the wanted value (the first in the product's order), marked as a jump.
"""

from dataclasses import dataclass

from catalog.assortment import ShopPicture, ShopProduct, ShopVariant


@dataclass(frozen=True)
class VariantChoice:
    """One value of an axis: where it leads, and whether the combination with the other present values exists."""

    value: str
    text: str
    sku: str
    is_chosen: bool
    is_exact: bool


@dataclass(frozen=True)
class VariantAxis:
    """An axis with its choices; `text` is the chosen one in words."""

    code: str
    label: str
    text: str
    choices: tuple[VariantChoice, ...]


def chosen_variant(product: ShopProduct, sku: str) -> ShopVariant | None:
    """The variant with this SKU; where the SKU names none, the first that looks like the product's own picture (which lists
    show), else the first; None for a product without variants."""
    first = next((v for v in product.variants if not v.picture_ids), next(iter(product.variants), None))
    return next((v for v in product.variants if v.sku == sku), first)


def axes_of(product: ShopProduct, chosen: ShopVariant | None) -> tuple[VariantAxis, ...]:
    """The product's axes with every value that some sold variant has, seen from the chosen variant."""
    if chosen is None:
        return ()
    variants = product.variants
    axes = []
    for axis in product.axes:
        choices = []
        for choice in axis.choices:
            with_value = [v for v in variants if v.values.get(axis.code) == choice.value]
            if not with_value:
                continue
            exact = [v for v in with_value if _others(v, axis.code) == _others(chosen, axis.code)]
            target = (exact or with_value)[0]
            is_chosen = chosen.values.get(axis.code) == choice.value
            choices.append(VariantChoice(choice.value, choice.text, target.sku, is_chosen, bool(exact)))
        text = next((c.text for c in choices if c.is_chosen), "")
        axes.append(VariantAxis(axis.code, axis.label, text, tuple(choices)))
    return tuple(axes)


def pictures_of(product: ShopProduct, chosen: ShopVariant | None) -> tuple[ShopPicture, ...]:
    """The variant's own pictures first; all of the product's where it has none."""
    if chosen is None or not chosen.picture_ids:
        return product.pictures
    own = [p for p in product.pictures if p.id in chosen.picture_ids]
    claimed = {i for v in product.variants for i in v.picture_ids}
    return (*own, *(p for p in product.pictures if p.id not in claimed)) or product.pictures


def _others(variant: ShopVariant, code: str) -> dict[str, object]:
    return {k: v for k, v in variant.values.items() if k != code}
