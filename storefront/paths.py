"""Addresses of a list: the same list with one filter more, one less, another order or another page.

A choice is written `f=code:value`, so that plain check boxes of one form make the same address. Parameters stand in
a fixed order: one list, one address, one kept page.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from catalog.search.provider import Sort

LIST_KEYS = ("q", "f", "low", "high", "stock", "sort", "page")
MOST_CHOICES = 40
DEEPEST_PAGE = 400


@dataclass(frozen=True)
class Choices:
    """What is asked of a list: text, chosen values, price range in the shop's currency, order and page."""

    text: str = ""
    values: tuple[tuple[str, str], ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    in_stock: bool = False
    sort: Sort | None = None
    page: int = 1

    @classmethod
    def read(cls, query: QueryParams) -> "Choices":
        """From a query; what makes no sense is left out, never an error."""
        pairs = [item.split(":", 1) for item in query.getlist("f")[:MOST_CHOICES] if ":" in item]
        sort = query.get("sort", "")
        page = query.get("page", "1")
        return cls(
            text=query.get("q", "").strip(),
            values=tuple(sorted({(code, value) for code, value in pairs})),
            low=_amount(query.get("low")),
            high=_amount(query.get("high")),
            in_stock=query.get("stock") == "1",
            sort=Sort(sort) if sort in set(Sort) else None,
            page=int(page) if page.isdecimal() and len(page) <= 4 and 1 <= int(page) <= DEEPEST_PAGE else 1,
        )

    def by_code(self) -> dict[str, tuple[str, ...]]:
        """Chosen values per filter."""
        codes: dict[str, list[str]] = {}
        for code, value in self.values:
            codes.setdefault(code, []).append(value)
        return {code: tuple(values) for code, values in codes.items()}

    @property
    def is_filtered(self) -> bool:
        """Has anything been chosen but text, order and page?"""
        return bool(self.values or self.low is not None or self.high is not None or self.in_stock)

    def without(self, code: str, value: str = "") -> "Choices":
        """One choice less (all of the code where no value is named), back on the first page."""
        if code == "price":
            return replace(self, low=None, high=None, page=1)
        if code == "in_stock":
            return replace(self, in_stock=False, page=1)
        return replace(self, values=tuple(v for v in self.values if v[0] != code or (value and v[1] != value)), page=1)

    def cleared(self) -> "Choices":
        """No filter at all; text and order stay."""
        return Choices(text=self.text, sort=self.sort)

    def on_page(self, page: int) -> "Choices":
        """The same list, another page."""
        return replace(self, page=page)

    def sorted_by(self, sort: Sort) -> "Choices":
        """The same list in another order, from its beginning."""
        return replace(self, sort=sort, page=1)

    def query(self) -> str:
        """The query string, empty or with its question mark."""
        pairs: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        pairs += [("f", f"{code}:{value}") for code, value in self.values]
        pairs += [(name, str(amount)) for name, amount in (("low", self.low), ("high", self.high)) if amount is not None]
        pairs += [("stock", "1")] if self.in_stock else []
        pairs += [("sort", self.sort.value)] if self.sort else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True)
class Chip:
    """A chosen filter, in words, and the address without it."""

    label: str
    url: str
    count: int | None = field(default=None)


def _amount(text: str | None) -> Decimal | None:
    try:
        amount = Decimal((text or "").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < Decimal("1e9") else None
