"""What the brand changed since the partner last looked: take it, hold it, refuse it, product by product or field by field."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from catalog import agreements, differences
from catalog.brand_changes import BrandChange
from catalog.change_words import change_lines
from catalog.following import CONTENT, FIELDS, field_of
from kernel.i18n import gettext as _
from kernel.ids import parse_id
from kernel.web.answers import Answer
from kernel.web.cursors import pack, unpack
from kernel.web.visit import Visit
from partner_portal.pages.following import NAMES

PER_PAGE = 25


class ChosenForm(BaseModel):
    """The products an action is for, and which action; or `answers` {product: {field: answer}}."""

    ids: list[UUID] = Field(default_factory=list)
    action: str = Field(default="take", pattern="^(take|take_all|hold|refuse|answers)$")
    answers: dict[str, dict[str, str]] = Field(default_factory=dict)


def show(visit: Visit) -> Answer:
    """Field by field what changed, so many products at a time, by article number."""
    agreement = agreements.agreement_for(visit.session, visit.actor, visit.id(), "partner")
    after = _after(visit.query.get("after"))
    found = differences.list_differences(visit.session, visit.actor, agreement.id, most=PER_PAGE + 1, after=after)
    shown, following = found[:PER_PAGE], ""
    if len(found) > PER_PAGE:
        last = shown[-1].difference
        following = visit.url("portal.changes", id=agreement.id, after=pack([last.sku, last.product_id]))
    return visit.render(
        "partner_portal/changes.html",
        agreement=agreement,
        changes=[{"told": change, "parts": _parts(change)} for change in shown],
        may_answer=visit.actor.can("agreement.accept"),
        following=following,
        first=visit.url("portal.changes", id=agreement.id) if after else "",
        crumbs=[(agreement.name, visit.url("portal.offer", id=agreement.id)), (_("Changes"), "")],
        done=visit.query.get("done", ""),
    )


def _parts(change: BrandChange) -> list[dict[str, Any]]:
    """The lines of a change under the fields they belong to."""
    by_field: dict[str, list[Any]] = {}
    told = change.difference
    skus = {line.field for line in told.fields if line.field.startswith("variants.")}
    for line in told.fields:
        below = any(line.field.startswith(f"{sku}.") for sku in skus)
        by_field.setdefault(field_of(line.field, below or not (line.old and line.new)), []).append(line)
    parts = []
    for name in sorted(by_field, key=FIELDS.index):
        only = type(told)(told.product_id, told.sku, told.name, told.kind, tuple(by_field[name]), told.labels)
        parts.append(
            {"name": name, "label": NAMES[name], "lines": change_lines(only), "held": name in change.held, "is_content": name in CONTENT}
        )
    return parts


def _after(cursor: str | None) -> tuple[str, UUID] | None:
    key = unpack(cursor, 2)
    product_id = parse_id(str(key[1])) if key else None
    return (str(key[0]), product_id) if key and product_id else None


def answer(visit: Visit) -> Answer:
    """Takes, holds or refuses the chosen changes, or answers field by field."""
    given: ChosenForm = visit.form.given
    if given.action == "take_all":
        differences.take(visit.session, visit.actor, visit.id())
    elif given.action == "answers":
        answers = {one: told for text, told in given.answers.items() if (one := parse_id(text))}
        differences.decide(visit.session, visit.actor, visit.id(), answers, is_strict=False)
    elif given.ids:
        action = {"take": differences.take, "hold": differences.hold, "refuse": differences.refuse_changes}[given.action]
        action(visit.session, visit.actor, visit.id(), given.ids)
    return visit.redirect(visit.url("portal.changes", id=visit.id(), done=given.action))
