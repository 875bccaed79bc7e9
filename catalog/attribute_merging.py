"""New values of a product's attributes laid over those it has: checked by kind, place and rules, names turned into ids."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.attribute_links import is_taken, links_for, taken_values
from catalog.attribute_values import AttributeFacts, check_places
from catalog.checking import Problems
from kernel.i18n import gettext as _


def merge_values(
    session: Session, known: Mapping[str, AttributeFacts], product_id: UUID | None, held: Mapping[str, Any], new: Mapping[str, Any],
    problems: Problems,
) -> dict[str, Any]:  # fmt: skip
    """The held values with the new ones over them; empty ones are taken away. Problems stand at `attribute_values.<code>`, of one
    with several places at `attribute_values.<code>.<place>`."""
    merged, fresh = dict(held), {}
    for code, raw in new.items():
        where = f"attribute_values.{code}"
        if code not in known:
            problems.add(where, _("There is no attribute of this code."), "unknown_attribute")
            continue
        before = len(problems.found)
        value = _checked(known[code], where, held.get(code), raw, problems)
        if len(problems.found) > before:
            continue
        if value is None:
            merged.pop(code, None)
        elif value != held.get(code):
            fresh[code] = value
    links = links_for(session, known, [fresh])
    for code, value in fresh.items():
        settled = problems.trying(f"attribute_values.{code}", links.settle, known[code], value)
        if settled is not None:
            merged[code] = settled
    for (code, _value), owner in taken_values(session, known, [(product_id, fresh)]).items():
        if owner != product_id:
            problems.add(f"attribute_values.{code}", is_taken(), "taken")
    return merged


def _checked(facts: AttributeFacts, where: str, held: Any, raw: Any, problems: Problems) -> Any:
    if not facts.is_scoped or not isinstance(raw, Mapping):
        return problems.trying(where, check_places, facts, held, raw)
    for place, told in raw.items():
        found = problems.trying(f"{where}.{place}", check_places, facts, held, {place: told})
        held = found if found is not None or told in (None, "") else held
    return held
