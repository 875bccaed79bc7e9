"""Products side by side: lines of values by group, and in which of them the products differ. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.assortment import ShopProduct
from kernel.i18n import gettext as _

JOIN = ", "


@dataclass(frozen=True)
class Line:
    """One characteristic: a value per product, "" where a product has none. `differs`: they are not all the same."""

    label: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Is there anything to tell the products apart by?"""
        return len(set(self.values)) > 1


@dataclass(frozen=True)
class Group:
    """Lines under one heading, "" for those without."""

    label: str
    lines: tuple[Line, ...]


def groups_of(products: Sequence[ShopProduct], only_differing: bool = False) -> list[Group]:
    """Every characteristic that one of the products has, in the order of the first product that has it.

    What a product with variants comes in stands as one line per axis, its values together. Groups are the headings of
    the products' specification; lines without a heading come first.
    """
    facts = [_facts(product) for product in products]
    order = {code: None for own in facts for code in own}
    by_group: dict[str, list[Line]] = {"": []}
    for code in order:
        group, label = next(own[code][:2] for own in facts if code in own)
        line = Line(label, tuple(own[code][2] if code in own else "" for own in facts))
        if line.differs or not only_differing:
            by_group.setdefault(group, []).append(line)
    return [Group(label, tuple(lines)) for label, lines in by_group.items() if lines]


def _facts(product: ShopProduct) -> dict[str, tuple[str, str, str]]:
    """Code → (group, label, what to show)."""
    found = {"brand": ("", _("Brand"), product.brand)} if product.brand else {}
    groups = {attribute.code: attribute.group for attribute in product.attributes}
    for axis in product.axes:
        sold = {variant.values.get(axis.code) for variant in product.variants}
        text = JOIN.join(choice.text for choice in axis.choices if choice.value in sold)
        found[axis.code] = (groups.get(axis.code, ""), axis.label, text)
    for attribute in product.attributes:
        if attribute.text and attribute.code not in found:
            found[attribute.code] = (attribute.group, attribute.label, attribute.text)
    return found
