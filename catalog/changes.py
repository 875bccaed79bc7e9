"""What differs between two payloads of one product, field by field, in words a person can compare. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from catalog.packaging import factor_of
from catalog.payload import Payload
from catalog.trade_numbers import TRADE

PLAIN = ("sku", "name", "summary", "text", "brand", "gtin", "unit", "weight_kg", "status", "tax_class")
Kind = Literal["added", "changed", "removed"]


@dataclass(frozen=True)
class FieldChange:
    """`field` is a payload field or a path such as "prices.EUR", "attributes.colour", "variants.BR-1.prices.EUR"."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """One product that differs. `labels` names the attributes that occur in `fields`, by code."""

    product_id: UUID
    sku: str
    name: str
    kind: Kind
    fields: tuple[FieldChange, ...] = field(default=())
    labels: Mapping[str, str] = field(default_factory=dict)
    pictures_before: tuple[Payload, ...] = ()
    pictures_after: tuple[Payload, ...] = ()

    @property
    def has_moved_pictures(self) -> bool:
        """Are there others than before, or in another order?"""
        return [p["id"] for p in self.pictures_before] != [p["id"] for p in self.pictures_after]


def difference(old: Payload | None, new: Payload | None) -> Difference | None:
    """How the product moved, or None where both look alike to a shopper."""
    told = new or old
    if told is None:
        return None
    kind: Kind = "added" if old is None else "removed" if new is None else "changed"
    changes = tuple(field_changes(old, new)) if old and new else ()
    if kind == "changed" and not changes:
        return None
    labels = {a["code"]: a["label"] for payload in (old, new) if payload for a in (*payload["attributes"], *payload.get("axes", ()))}
    before, after = (tuple(payload["pictures"]) if payload else () for payload in (old, new))
    return Difference(UUID(told["id"]), told["sku"], told["name"], kind, changes, labels, before, after)


def kind_of_field(name: str) -> str:
    """What a field is about, for filters: "prices", "pictures", "attributes", "variants", "relations", or its own name."""
    head, _dot, rest = name.partition(".")
    return "prices" if head == "variants" and ".prices." in f".{rest}" else head


def field_changes(old: Payload, new: Payload) -> Iterator[FieldChange]:
    """Every field that reads differently."""
    before, after = flat(old), flat(new)
    for name in {**before, **after}:
        if before.get(name, "") != after.get(name, ""):
            yield FieldChange(name, before.get(name, ""), after.get(name, ""))


def flat(payload: Payload) -> dict[str, str]:
    """The payload as lines of text."""
    lines = {name: str(payload.get(name) or "") for name in PLAIN}
    lines["categories"] = " > ".join(c["name"] for c in payload["categories"])
    lines["pictures"] = ", ".join(p["id"] for p in payload["pictures"])
    lines |= {f"pictures.{p['id']}.alt": p["alt"] for p in payload["pictures"]}
    lines |= {f"prices.{currency}": amount for currency, amount in payload["prices"].items()}
    lines |= _timed("price_times", payload)
    lines |= {f"attributes.{a['code']}": a["text"] for a in payload["attributes"]}
    lines |= {name: str(payload[name]) for name in TRADE if name in payload}
    lines |= {f"classes.{system}": code for system, code in payload.get("classes", {}).items()}
    lines |= {name: _units_told(payload[name]) for name in ("packaging", "ordering") if name in payload}
    lines |= {f"relations.{kind}": ", ".join(ids) for kind, ids in _related(payload).items()}
    for variant in payload.get("variants", ()):
        place = f"variants.{variant['sku']}"
        lines[place] = variant["name"]
        lines |= {f"{place}.prices.{currency}": amount for currency, amount in variant["prices"].items()}
        lines |= _timed("price_times", variant, f" {variant['sku']}")
        lines |= {f"{place}.{code}": text for code, text in variant["texts"].items()}
    return lines


def _timed(head: str, entry: Payload, whose: str = "") -> dict[str, str]:
    """Prices that hold for a time: `2026-12-01 00:00 – 2026-12-08 00:00: 9.90`, in UTC."""
    return {
        f"{head}.{currency}{whose}": "; ".join(f"{_minute(begins)} – {_minute(ends)}: {amount}" for begins, ends, amount in times)
        for currency, times in entry.get("price_times", {}).items()
    }


def _minute(instant: str | None) -> str:
    return instant[:16].replace("T", " ") if instant else ""


def _related(payload: Payload) -> dict[str, list[str]]:
    """What goes with the product or any of its variants, by kind."""
    found: dict[str, list[str]] = {}
    for part in (payload, *payload.get("variants", ())):
        for kind, ids in part.get("relations", {}).items():
            found.setdefault(kind, []).extend(ids)
    return found


def _units_told(value: Any) -> str:
    """Units and quantities as one line: "BX=12, PF=480", "unit=BX, least=2"."""
    if isinstance(value, list):
        return ", ".join(f"{unit['unit']}={factor_of(unit)}{'' if unit.get('orderable', True) else ' –'}" for unit in value)
    return ", ".join(f"{name}={_units_told(part) if isinstance(part, dict) else part}" for name, part in sorted(value.items()))
