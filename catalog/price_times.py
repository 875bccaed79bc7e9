"""Prices that hold for a time, in what is published: which one holds at an instant. Pure.

In a payload (or a variant's entry) that has any:

    price_times   {currency: [[from, to or null, amount], …]}, instants as ISO texts in UTC, in order, never overlapping
    price_turns   the instants at which a price of the page or of a variant of it changes, in order; of rows only

`prices` beside them are those that hold outside of these times. An instant belongs to the time that begins with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from kernel import clock

Times = Mapping[str, Sequence[Sequence[Any]]]


def told(at: datetime) -> str:
    """An instant as it stands in payloads; texts are in the order of the instants."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def with_times(entry: dict[str, Any], times: Times) -> dict[str, Any]:
    """The entry with the times of the currencies that it has a price in; unchanged where there are none."""
    kept = {currency: [list(one) for one in rows] for currency, rows in sorted(times.items()) if currency in entry["prices"]}
    return entry | {"price_times": kept} if kept else entry


def turns_of(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """The instants at which one of these entries' prices changes."""
    rows = [one for entry in entries for times in entry.get("price_times", {}).values() for one in times]
    return sorted({moment for begins, ends, _amount in rows for moment in (begins, ends) if moment is not None})


def turning(*entries: Mapping[str, Any]) -> dict[str, list[str]]:
    """`price_turns` of a row with these entries; nothing where no price changes."""
    turns = turns_of(entries)
    return {"price_turns": turns} if turns else {}


def prices_at(entry: Mapping[str, Any], at: str) -> dict[str, str]:
    """The prices by currency that hold at the instant (`told`)."""
    prices: dict[str, str] = dict(entry["prices"])
    for currency, times in entry.get("price_times", {}).items():
        for begins, ends, amount in times:
            if begins <= at and (ends is None or at < ends):
                prices[currency] = amount
    return prices


def priced_at(payload: dict[str, Any], at: datetime | None) -> dict[str, Any]:
    """The payload with the prices that hold at the instant (none: now); the same one where none changes. A parent's price is the lowest
    of its variants, as when it is published."""
    if "price_turns" not in payload:
        return payload
    moment = told(at or clock.now())
    changed = {**payload, "prices": prices_at(payload, moment)}
    if "variants" in payload:
        changed["variants"] = [{**variant, "prices": prices_at(variant, moment)} for variant in payload["variants"]]
        changed["prices"] = lowest([variant["prices"] for variant in changed["variants"]]) or dict(payload["prices"])
    return changed


def lowest(price_lists: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The lowest amount in each currency."""
    found: dict[str, str] = {}
    for prices in price_lists:
        for currency, amount in prices.items():
            if currency not in found or Decimal(amount) < Decimal(found[currency]):
                found[currency] = amount
    return dict(sorted(found.items()))
