"""Editing attributes: what products may be described, filtered and varied by."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.orm import Session

from catalog.attribute_rules import BadRule, check_rules
from catalog.attribute_values import BadValue, check_text
from catalog.checking import LONGEST_NAME, Problems, check_code, check_seen, check_texts
from catalog.models import Attribute, Family, Product
from catalog.models.product import ATTRIBUTE_KINDS
from kernel import audit, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, NotThere
from kernel.i18n import gettext as _
from kernel.i18n import ngettext

MOST_CHOICES = 500
CHOICE_KINDS = ("choice", "multichoice")
AXIS_KINDS = ("text", "number", "boolean", "date", "choice")
FILTERED_KINDS = ("text", "number", "boolean", "date", "choice", "multichoice")
USE = ("filterable", "is_axis", "per_language", "per_market", "rules")
TWICE = """
    SELECT 1 FROM catalog.product WHERE tenant_id = :tenant AND attribute_values ? :code
    GROUP BY attribute_values ->> :code HAVING count(*) > 1 LIMIT 1
"""
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class AttributeEdit:
    """What may be edited; None leaves a field as it is. `choices`: [{"code", "labels", "swatch"?}] in their order; `rules` as in
    attribute_rules.py. Where values differ by language or market is said while no product has one."""

    labels: Mapping[str, str] | None = None
    unit: str | None = None
    choices: Sequence[Mapping[str, Any]] | None = None
    filterable: bool | None = None
    is_axis: bool | None = None
    position: int | None = None
    per_language: bool | None = None
    per_market: bool | None = None
    rules: Mapping[str, Any] | None = None


def make_attribute(session: Session, actor: Actor, code: str, kind: str, edit: AttributeEdit | None = None) -> Attribute:
    """A new attribute. Raises Invalid for a code that is taken or wrong, or an unknown kind."""
    actor.must("catalog.edit")
    problems = Problems()
    code = problems.trying("code", check_code, code) or ""
    if kind not in ATTRIBUTE_KINDS:
        problems.add("kind", _("There is no such kind of attribute."))
    elif code and _by_code(session, code):
        problems.add("code", _("There is already an attribute with this code."), "taken")
    problems.settle()
    values = _checked(kind, edit or AttributeEdit())
    _check_use(kind, values)
    attribute = Attribute(tenant_id=tenancy.current(), code=code, kind=kind, labels={}, choices=[])
    _put(attribute, values)
    session.add(attribute)
    session.flush()
    audit.record(session, actor, "attribute.made", "attribute", attribute.id, after={"code": code, "kind": kind})
    return attribute


def edit_attribute(session: Session, actor: Actor, attribute_id: UUID, edit: AttributeEdit, seen: int | None = None) -> Attribute:
    """Changes an attribute; products that have a value for it are published anew next time. `seen`: the version edited.

    Raises Invalid, Conflict (edited meanwhile, or a choice is taken away that products still have).
    """
    actor.must("catalog.edit")
    attribute = attribute_for(session, actor, attribute_id, lock=True)
    check_seen(attribute.edit_version, seen)
    before = _told(attribute)
    values = _checked(attribute.kind, edit)
    _check_use(attribute.kind, {**{name: getattr(attribute, name) for name in USE}, **values})
    _check_scope(session, attribute, values)
    left = values.get("choices", attribute.choices)
    if gone := {c["code"] for c in attribute.choices} - {c["code"] for c in left}:
        _check_unused(session, attribute.code, gone)
    _put(attribute, values)
    attribute.edit_version += 1
    session.flush()
    touch_products_with(session, attribute.code)
    audit.record(session, actor, "attribute.edited", "attribute", attribute.id, before=before, after=_told(attribute))
    return attribute


def attribute_for(session: Session, actor: Actor, attribute_id: UUID, lock: bool = False) -> Attribute:
    """The tenant's attribute. Raises NotThere."""
    actor.must("catalog.view")
    query = select(Attribute).where(Attribute.tenant_id == tenancy.current(), Attribute.id == attribute_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def list_attributes(session: Session, actor: Actor) -> list[Attribute]:
    """All attributes in the order in which a specification shows them."""
    actor.must("catalog.view")
    query = select(Attribute).where(Attribute.tenant_id == tenancy.current()).order_by(Attribute.position, Attribute.code)
    return list(session.scalars(query))


def remove_attribute(session: Session, actor: Actor, attribute_id: UUID) -> None:
    """Takes an attribute away that no product uses. Raises Conflict where one has a value for it or varies by it."""
    actor.must("catalog.edit")
    attribute = attribute_for(session, actor, attribute_id, lock=True)
    if parents := _counted(session, Product.axes.contains([attribute.code])):
        told = ngettext(
            "The variants of %(num)d product differ by this attribute.",
            "The variants of %(num)d products differ by this attribute.",
            parents,
        ) % {"num": parents}
        raise Conflict(told, code="in_use")
    if count := products_with(session, attribute):
        told = ngettext(
            "%(num)d product has a value for this attribute. Take it away first.",
            "%(num)d products have a value for this attribute. Take it from them first.",
            count,
        ) % {"num": count}
        raise Conflict(told, code="in_use")
    if family := session.scalars(_families_with(attribute.code)).first():
        told = _("It stands in the family “%(family)s”. Take it out of its groups first.")
        raise Conflict(told % {"family": next(iter(family.names.values()), family.code)}, code="in_use")
    session.delete(attribute)
    audit.record(session, actor, "attribute.removed", "attribute", attribute_id, before={"code": attribute.code})


def products_with(session: Session, attribute: Attribute) -> int:
    """How many products, variants among them, have a value for the attribute."""
    return _counted(session, Product.attribute_values.has_key(attribute.code))


def touch_products_with(session: Session, code: str) -> None:
    """Products with a value for the attribute are looked at by the next publication (the trigger moves their number)."""
    statement = "UPDATE catalog.product SET updated_at = now() WHERE tenant_id = :tenant AND attribute_values ? :code"
    session.execute(text(statement), {"tenant": tenancy.current(), "code": code})


def _counted(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Product).where(Product.tenant_id == tenancy.current(), condition)) or 0


def _families_with(code: str) -> Select[Family]:
    fits = Family.groups.contains([{"attributes": [code]}])
    return select(Family).where(Family.tenant_id == tenancy.current(), fits).order_by(Family.code).limit(1)


def _by_code(session: Session, code: str) -> Attribute | None:
    return session.scalar(select(Attribute).where(Attribute.tenant_id == tenancy.current(), Attribute.code == code))


def _checked(kind: str, edit: AttributeEdit) -> dict[str, Any]:
    """The new values of the fields that the edit names. Raises Invalid."""
    problems = Problems()
    values: dict[str, Any] = {}
    if edit.labels is not None:
        values["labels"] = problems.trying("labels", check_texts, edit.labels, LONGEST_NAME)
    if edit.unit is not None:
        values["unit"] = problems.trying("unit", check_text, edit.unit, 20) if edit.unit else None
    if edit.choices is not None:
        values["choices"] = problems.trying("choices", _check_choices, kind, edit.choices)
    if edit.filterable is not None:
        values["filterable"] = edit.filterable
    if edit.is_axis is not None:
        values["is_axis"] = edit.is_axis
    if edit.rules is not None:
        try:
            values["rules"] = check_rules(kind, edit.rules)
        except BadRule as error:
            problems.add(f"rules.{error.name}", str(error))
    values |= {name: told for name in ("position", "per_language", "per_market") if (told := getattr(edit, name)) is not None}
    problems.settle()
    return values


def _check_use(kind: str, values: Mapping[str, Any]) -> None:
    """What goes together. Raises Invalid."""
    problems = Problems()
    is_scoped = bool(values.get("per_language") or values.get("per_market"))
    if values.get("is_axis") and (kind not in AXIS_KINDS or is_scoped):
        problems.add("is_axis", _("Variants differ by one value each, the same everywhere; choose another kind."))
    if values.get("filterable") and kind not in FILTERED_KINDS:
        problems.add("filterable", _("Nobody filters by this kind of value."))
    if (values.get("rules") or {}).get("is_unique") and is_scoped:
        problems.add("rules.is_unique", _("Only a value that is the same everywhere can be unique."))
    problems.settle()


def _check_scope(session: Session, attribute: Attribute, values: Mapping[str, Any]) -> None:
    """Values that are there stay where they are, and unique ones are. Raises Conflict."""
    moved = any(values.get(name, getattr(attribute, name)) != getattr(attribute, name) for name in ("per_language", "per_market"))
    if moved and (count := products_with(session, attribute)):
        told = ngettext(
            "%(num)d product has a value already; where values differ can no longer be changed.",
            "%(num)d products have a value already; where values differ can no longer be changed.",
            count,
        ) % {"num": count}
        raise Conflict(told, code="in_use")
    becomes_unique = (values.get("rules") or {}).get("is_unique") and not attribute.rules.get("is_unique")
    if becomes_unique and session.scalar(text(TWICE), {"tenant": tenancy.current(), "code": attribute.code}):
        raise Conflict(_("Some products share a value of this attribute; it cannot be unique yet."), code="in_use")


def _told(attribute: Attribute) -> dict[str, Any]:
    told = {name: getattr(attribute, name) for name in ("labels", "choices", *USE)}
    return {**told, "unit": attribute.unit}


def _put(attribute: Attribute, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(attribute, name, value)


def _check_choices(kind: str, choices: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if kind not in CHOICE_KINDS and choices:
        raise BadValue(_("Only choices have a list of values."))
    if len(choices) > MOST_CHOICES:
        raise BadValue(_("At most %(count)s choices.") % {"count": MOST_CHOICES})
    kept: dict[str, dict[str, Any]] = {}
    for choice in choices:
        code = check_text(choice.get("code", ""), 80)
        if not code or code in kept:
            raise BadValue(_("Every choice has a code of its own."))
        kept[code] = {"code": code, "labels": check_texts(choice.get("labels", {}), LONGEST_NAME)}
        if swatch := choice.get("swatch"):
            kept[code]["swatch"] = _colour(swatch)
    return list(kept.values())


def _colour(raw: Any) -> str:
    if not COLOUR.fullmatch(str(raw).strip()):
        raise BadValue(_("A colour is written as # and six digits, for example #0f4c3a."))
    return str(raw).strip().lower()


def _check_unused(session: Session, code: str, gone: set[str]) -> None:
    statement = """
        SELECT count(*) FROM catalog.product
        WHERE tenant_id = :tenant AND attribute_values ? :code
          AND (attribute_values ->> :code = ANY (:gone) OR attribute_values -> :code ?| CAST(:gone AS text[]))
    """
    told = {"tenant": tenancy.current(), "code": code, "gone": sorted(gone)}
    if count := session.execute(text(statement), told).scalar():
        words = ngettext(
            "%(num)d product still has one of the choices you took away.",
            "%(num)d products still have one of the choices you took away.",
            count,
        ) % {"num": count}
        raise Conflict(words, code="in_use")
