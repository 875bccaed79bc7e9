"""What a scope or an assortment takes in: by hand, by rule, or everything. Pure; narrowing.py says the same to the database.

A rule is a conjunction: in one of the categories (or below) and of one of the makers' brands and, for each attribute, with
one of its values. A product is taken in that is listed by hand or fits the rule, and is not excluded. An agreement's scope
and the partner's choice of it are two selections; both must hold. Variants go with their parent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

Page = Mapping[str, Any]
Values = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Selection:
    """Nothing named: everything, unless `only_listed`, which takes in `product_ids` and nothing else.

    `values` ((attribute code, (value, …)), …): codes of attributes that shoppers can filter by.
    """

    category_ids: tuple[UUID, ...] = ()
    product_ids: tuple[UUID, ...] = ()
    brands: tuple[str, ...] = ()
    values: Values = ()
    excluded_ids: tuple[UUID, ...] = ()
    only_listed: bool = False

    @property
    def has_rule(self) -> bool:
        """Is there a rule beside the list?"""
        return bool(self.category_ids or self.brands or self.values)

    @property
    def is_open(self) -> bool:
        """Does it take in everything that is not excluded?"""
        return not (self.has_rule or self.product_ids or self.only_listed)

    @property
    def is_plain(self) -> bool:
        """Categories and products only: told by a row's own columns."""
        return not (self.brands or self.values or self.excluded_ids or self.only_listed)

    def covers(self, page: Page) -> bool:
        """Is the product with this payload (a page's, not a variant's) taken in?"""
        page_id = UUID(page["id"])
        if page_id in self.excluded_ids:
            return False
        if self.is_open or page_id in self.product_ids:
            return True
        return self.has_rule and not self.only_listed and self._fits(page)

    def _fits(self, page: Page) -> bool:
        if self.category_ids and not any(UUID(told) in self.category_ids for told in page["category_ids"]):
            return False
        if self.brands and page["brand"] not in self.brands:
            return False
        return all(not values_of(page, code).isdisjoint(wanted) for code, wanted in self.values)


EVERYTHING = Selection()


def as_values(told: Mapping[str, Iterable[str]]) -> Values:
    """{code: [values]} as a selection holds it."""
    return tuple((code, tuple(dict.fromkeys(values))) for code, values in sorted(told.items()) if values)


def values_of(page: Page, code: str) -> set[str]:
    """The codes of an attribute's values, those of variants' axes among them."""
    found: list[Any] = []
    for attribute in page["attributes"]:
        if attribute["code"] == code:
            found += attribute["value"] if isinstance(attribute["value"], list) else [attribute["value"]]
    for axis in page.get("axes", ()):
        if axis["code"] == code:
            found += [choice["value"] for choice in axis["choices"]]
    return {str(value).lower() if isinstance(value, bool) else str(value) for value in found}
