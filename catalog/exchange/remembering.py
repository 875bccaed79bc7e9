"""What a run changed, product by product: kept with the run for UNDO_DAYS, so that the import can be taken back.

A product has one line per run: whether the run made it, the values before (of what changed, nothing else) and a short
digest of the values after, by which one sees later whether somebody has changed them since. `fields_of` says how a product
is cut into values: names:en, attribute_values:colour, price:EUR, relations:accessory, status … What makes a variant a variant is one value.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import orjson
from sqlalchemy import CursorResult, delete, func, select, text
from sqlalchemy.orm import Session

from catalog.lifecycle import DATES
from catalog.models import ImportChange, ImportRun
from catalog.trade_numbers import TRADE
from kernel import tenancy

UNDO_DAYS = 30
WORDED = ("names", "summaries", "texts", "attribute_values", "classes")
PLAIN = (
    "status", "category_ids", "brand", "gtin", "unit", "packaging", "ordering", *TRADE, *DATES, "weight_kg", "tax_class", "position",
    "family_id",
)  # fmt: skip
WHOLE = "*"  # stands for all values of a product the run made
NOTHING: Mapping[str, Sequence[UUID]] = {}
FAMILY = ("kind", "parent_id", "axes")

SAVE = text(
    """
    INSERT INTO catalog.import_change AS c (tenant_id, id, run_id, product_id, made, before, after, touched)
    SELECT :tenant, gen_random_uuid(), :run, n.product_id, n.made, n.before, n.after, p.touched
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (product_id uuid, made boolean, before jsonb, after jsonb)
    JOIN catalog.product p ON p.tenant_id = :tenant AND p.id = n.product_id
    ON CONFLICT (tenant_id, run_id, product_id) DO UPDATE
        SET before = excluded.before || c.before, after = c.after || excluded.after, touched = excluded.touched
    """
)


@dataclass(frozen=True)
class Move:
    """What a batch did to a product: `before` are values, `after` their digests, both by field."""

    product_id: UUID
    made: bool
    before: dict[str, Any]
    after: dict[str, str]


def move_of(product_id: UUID, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Move:
    """The difference between two states as `fields_of` tells them; `before` None: the product was made."""
    if before is None:
        return Move(product_id, True, {}, {WHOLE: digest_of(after)})
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    digests = {n: digest_of(after.get(n)) for n in changed}
    return Move(product_id, False, {n: before.get(n) for n in changed}, {**digests, WHOLE: digest_of(after)})


def fields_of(row: Mapping[str, Any], prices: Mapping[str, Decimal], relations: Mapping[str, Sequence[UUID]] = NOTHING) -> dict[str, Any]:
    """A product cut into values that go back one by one; what is empty in JSON columns is left out."""
    fields: dict[str, Any] = {f"{column}:{key}": value for column in WORDED for key, value in row[column].items()}
    fields |= {name: plain(row[name]) for name in PLAIN}
    fields["family"] = {name: plain(row[name]) for name in FAMILY}
    fields |= {f"relations:{kind}": plain(list(targets)) for kind, targets in relations.items()}
    return fields | {f"price:{currency}": plain(amount) for currency, amount in prices.items()}


def plain(value: Any) -> Any:
    """A value as JSON says it, the same for equal numbers."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return [plain(part) for part in value] if isinstance(value, list) else value


def digest_of(value: Any) -> str:
    """Sixteen hex digits that are the same for equal values."""
    return hashlib.blake2b(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


def remember(session: Session, run_id: UUID, moves: Sequence[Move]) -> None:
    """Keeps what a batch did, with the number of each product's last write. A value's first state before stands."""
    if moves:
        rows = [{"product_id": str(m.product_id), "made": m.made, "before": m.before, "after": m.after} for m in moves]
        session.execute(SAVE, {"tenant": tenancy.current(), "run": run_id, "rows": orjson.dumps(rows).decode()})


def forget_changes(session: Session) -> int:
    """Removes what runs older than UNDO_DAYS have changed; returns how many lines. A chore."""
    here, limit = tenancy.current(), func.now() - timedelta(days=UNDO_DAYS)
    old = select(ImportRun.id).where(ImportRun.tenant_id == here, ImportRun.created_at < limit)
    gone = delete(ImportChange).where(ImportChange.tenant_id == here, ImportChange.run_id.in_(old))
    return cast("CursorResult[object]", session.execute(gone, execution_options={"synchronize_session": False})).rowcount
