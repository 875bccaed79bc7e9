"""Selections (selections.py) as conditions over published rows, of pages and of variants."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, any_, false, literal, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import aliased

from catalog.models import PublishedProduct
from catalog.selections import Selection, Values


def taken_in(selection: Selection) -> ColumnElement[bool] | None:
    """The condition that a published row, of a page or a variant, is taken in; None where everything is."""
    parts: list[ColumnElement[bool]] = []
    if not selection.is_open:
        parts.append(or_(_is_one_of(selection.product_ids), *([_rule(selection)] if selection.has_rule else [])))
    if selection.excluded_ids:
        parts.append(not_(_is_one_of(selection.excluded_ids)))
    return and_(*parts) if parts else None


def _is_one_of(ids: tuple[UUID, ...]) -> ColumnElement[bool]:
    if not ids:
        return false()
    listed = list(ids)
    # a page has no parent: NULL would make the whole condition unknown where it is negated
    in_parent = and_(PublishedProduct.parent_id.is_not(None), PublishedProduct.parent_id.in_(listed))
    return or_(PublishedProduct.product_id.in_(listed), in_parent)


def _rule(selection: Selection) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    if selection.category_ids:
        parts.append(PublishedProduct.category_ids.overlap(list(selection.category_ids)))
    if selection.brands:
        parts.append(PublishedProduct.payload["brand"].astext == any_(literal(list(selection.brands), ARRAY(Text))))
    if selection.values:
        parts.append(_with_values(selection.values))
    return and_(*parts)


def _with_values(values: Values) -> ColumnElement[bool]:
    """Of a variant, its parent's payload is asked: its own has no sheet of attributes."""
    parent = aliased(PublishedProduct)
    above = select(parent.id).where(
        parent.tenant_id == PublishedProduct.tenant_id,
        parent.market_code == PublishedProduct.market_code,
        parent.language == PublishedProduct.language,
        parent.product_id == PublishedProduct.parent_id,
        parent.to_version.is_(None),
        *(_has_one(parent.payload, code, wanted) for code, wanted in values),
    )
    itself = [_has_one(PublishedProduct.payload, code, wanted) for code, wanted in values]
    return or_(and_(PublishedProduct.parent_id.is_(None), *itself), and_(PublishedProduct.parent_id.is_not(None), above.exists()))


def _has_one(payload: Any, code: str, wanted: Iterable[str]) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = []
    for value in wanted:
        spelt: list[Any] = [value, [value]]
        if value in ("true", "false"):
            spelt.append(value == "true")
        ways += [payload.op("@>")(literal({"attributes": [{"code": code, "value": one}]}, JSONB)) for one in spelt]
        ways.append(payload.op("@>")(literal({"axes": [{"code": code, "choices": [{"value": value}]}]}, JSONB)))
    return or_(*ways)
