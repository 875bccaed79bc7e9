"""The same change to many products at once: an import whose rows are written here.

So it is tried out first, reports row by row, shows its progress, can be stopped, and be taken back like any import
(docs/decisions/0012). One change at a time; each row is a product's article number and its new value.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog.exchange.importing import start_import
from catalog.list_prices import prices_of_all
from catalog.models import ImportRun, Product
from kernel import tenancy
from kernel.actors import Actor
from kernel.errors import Invalid
from kernel.i18n import gettext as _
from kernel.money import minor_unit

MOST = 50_000
BATCH = 1000
# how a changed price is rounded: to the currency's smallest coin, to ten of them, to whole units, or down to an ending in .90
ROUNDINGS = ("coin", "ten", "whole", "ninety")
ONE, TENTH = Decimal(1), Decimal("0.1")


@dataclass(frozen=True)
class Change:
    """`field` is a field of an import's mapping (status, brand, category, attribute:<code>, price:<currency>) and `value` the new
    one; a price changes by `percent` instead and is rounded by `rounding`."""

    field: str
    value: str = ""
    percent: Decimal | None = None
    rounding: str = "coin"

    @property
    def is_price(self) -> bool:
        """Does it change list prices?"""
        return self.field.startswith("price:")


def percent_of(text: str) -> Decimal:
    """A change in percent as typed: "-10", "+2.5", "3,5 %". Raises Invalid at `percent` below -99 or above 1000."""
    try:
        found = Decimal(text.replace("%", "").replace("\u2212", "-").replace(",", ".").strip())
    except InvalidOperation as error:
        raise Invalid.at("percent", _("Please give a number."), "number") from error
    if not found.is_finite() or not -99 <= found <= 1000 or not found:
        raise Invalid.at("percent", _("Please give a change between -99 and 1000 percent."), "range")
    return found


def changed_price(amount: Decimal, currency: str, percent: Decimal, rounding: str = "coin") -> Decimal:
    """The amount, changed by so many percent and rounded half up; "ninety" goes to the nearest …0.90, but never below 0.90, and is
    "coin" where a currency has no hundredths."""
    exact = amount * (100 + percent) / 100
    coin = minor_unit(currency)
    if rounding == "ninety" and coin < ONE:
        return max((exact + TENTH).quantize(ONE, ROUND_HALF_UP), ONE) - TENTH
    step = {"coin": coin, "ten": coin * 10, "whole": max(ONE, coin), "ninety": coin}[rounding]
    return (exact / step).quantize(ONE, ROUND_HALF_UP) * step


def begin_bulk(session: Session, actor: Actor, product_ids: Iterable[UUID], change: Change, title: str, language: str) -> ImportRun:
    """Tries the change out on these products (prices: on their variants, too); nothing is written yet. `title` names the run, `language`
    is that of names of categories and choices.

    Raises Invalid at `ids` for none or too many products, Invalid for a field that cannot be, NotAllowed.
    """
    actor.must("catalog.edit")
    ids = list(dict.fromkeys(product_ids))
    if not ids:
        raise Invalid.at("ids", _("Please choose at least one product."), "missing")
    if len(ids) > MOST:
        raise Invalid.at("ids", _("That is more than we change at once. Please choose fewer."), "too_many")
    lines = list(_rows(session, ids, change))
    if not lines:
        raise Invalid.at("ids", _("None of these products has such a price."), "missing")
    columns = [{"column": "sku", "field": "sku"}, {"column": "value", "field": change.field}]
    rules = {"form": {"kind": "jsonl"}, "language": language, "columns": columns}
    data = b"\n".join(orjson.dumps(line) for line in lines)
    return start_import(session, actor, f"{title}.jsonl", data, rules, dry_run=True)


def _rows(session: Session, ids: Sequence[UUID], change: Change) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        wanted = or_(Product.id.in_(part), Product.parent_id.in_(part)) if change.is_price else Product.id.in_(part)
        query = select(Product.id, Product.sku).where(Product.tenant_id == tenancy.current(), wanted).order_by(Product.sku)
        rows = session.execute(query).all()
        value_of = _values(session, [row.id for row in rows], change)
        for product_id, sku in rows:
            if (value := value_of(product_id)) is not None:
                yield {"sku": sku, "value": value}


def _values(session: Session, ids: Sequence[UUID], change: Change) -> Callable[[UUID], str | None]:
    if not change.is_price:
        return lambda _product_id: change.value
    currency = change.field.partition(":")[2]
    percent = change.percent or Decimal(0)
    held = {i: prices[currency] for i, prices in prices_of_all(session, ids).items() if currency in prices}
    new = {i: changed_price(amount, currency, percent, change.rounding) for i, amount in held.items()}
    return lambda product_id: f"{new[product_id]:f}" if product_id in new else None


def chosen_products(session: Session, actor: Actor, ids: Sequence[UUID], most: int) -> list[Product]:
    """The first of these products, as they were chosen; those that are not the tenant's are left out. One query."""
    actor.must("catalog.view")
    rows = session.scalars(select(Product).where(Product.tenant_id == tenancy.current(), Product.id.in_(ids[:most])))
    by_id = {product.id: product for product in rows}
    return [by_id[product_id] for product_id in ids[:most] if product_id in by_id]
