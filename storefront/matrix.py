"""Variants as a table to order from: one axis across, the others down. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from catalog.assortment import Choice, ShopProduct, ShopVariant
from orders.availability import Supply


@dataclass(frozen=True)
class Cell:
    """A variant to be ordered, and how much of it there is. `least` and `step` count its usual unit."""

    variant: ShopVariant
    supply: Supply
    least: str
    step: str

    @property
    def is_open(self) -> bool:
        """Can any of it be ordered now?"""
        return self.supply.kind != "sold_out"


@dataclass(frozen=True)
class Matrix:
    """`columns` are values of the last axis; each row has the words of the other axes' values and a cell (or none) per column.
    `one_price`: all variants cost the same."""

    down: str
    across: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    one_price: bool


def matrix_of(product: ShopProduct, supplies: Mapping[UUID, Supply]) -> Matrix | None:
    """The product's variants; None where it has none that differ by an axis."""
    if not product.axes or not product.variants:
        return None
    *others, last = product.axes
    by_values = {tuple(variant.values.get(axis.code) for axis in product.axes): variant for variant in product.variants}
    columns = [choice for choice in last.choices if any(key[-1] == choice.value for key in by_values)]
    rows = []
    for key in dict.fromkeys(key[:-1] for key in by_values):
        words = " · ".join(_word(axis.choices, value) for axis, value in zip(others, key, strict=True))
        cells = tuple(_cell(by_values.get((*key, column.value)), supplies) for column in columns)
        rows.append((words, cells))
    prices = {variant.price.money for variant in product.variants}
    down = " · ".join(axis.label for axis in others)
    return Matrix(down, last.label, tuple(column.text for column in columns), tuple(rows), len(prices) == 1)


def _word(choices: tuple[Choice, ...], value: object) -> str:
    return next((choice.text for choice in choices if choice.value == value), str(value or "–"))


def _cell(variant: ShopVariant | None, supplies: Mapping[UUID, Supply]) -> Cell | None:
    if variant is None:
        return None
    supply = supplies[variant.id].under(variant.selling)
    least, step = supply.grid.steps_of(variant.selling.usual)
    return Cell(variant, supply, f"{least.normalize():f}", f"{step.normalize():f}")
