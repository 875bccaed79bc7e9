"""Families: which attributes products of one sort have, in which groups, and what such a product needs before it is published.

A product belongs to one family at most, and may have values for attributes outside of it: they are kept and shown behind the
others. Changing a family lets the next publication look at its products again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from catalog import completeness
from catalog.attribute_values import AttributeFacts
from catalog.checking import LONGEST_NAME, Problems, check_code, check_seen, check_texts
from catalog.drafts import family_facts, read_attributes
from catalog.models import Family, Product
from catalog.payload import FamilyFacts
from catalog.scoring import THINGS
from kernel import audit, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, NotThere
from kernel.i18n import gettext as _
from kernel.i18n import ngettext
from kernel.ids import new_id

MOST_GROUPS = 40
MOST_ATTRIBUTES = 300


@dataclass(frozen=True)
class FamilyEdit:
    """What may be edited; None leaves a field as it is. `groups`: [{"labels": {"en": "Frame"}, "attributes": ["material"]}] in
    their order; `required` and `axes` are codes of attributes in the groups, `needs` are words of scoring.THINGS."""

    names: Mapping[str, str] | None = None
    groups: Sequence[Mapping[str, Any]] | None = None
    required: Sequence[str] | None = None
    needs: Sequence[str] | None = None
    axes: Sequence[str] | None = None


@dataclass(frozen=True)
class Move:
    """What a change of family means for a product's values, by codes of attributes: those that stay in the family's sheet,
    those that would stand outside of it, and those it would still need."""

    kept: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    needed: list[str] = field(default_factory=list)


def make_family(session: Session, actor: Actor, code: str, edit: FamilyEdit) -> Family:
    """A new family. Raises Invalid for a code that is taken or wrong, and for what does not hold."""
    actor.must("catalog.edit")
    problems = Problems()
    code = problems.trying("code", check_code, code) or ""
    if code and session.scalar(select(Family.id).where(Family.tenant_id == tenancy.current(), Family.code == code)):
        problems.add("code", _("There is already a family with this code."), "taken")
    family = Family(tenant_id=tenancy.current(), id=new_id(), code=code, names={}, groups=[], required=[], needs=[], axes=[])
    _apply(session, family, edit, problems)
    session.add(family)
    session.flush()
    audit.record(session, actor, "family.made", "family", family.id, after=_told(family))
    return family


def edit_family(session: Session, actor: Actor, family_id: UUID, edit: FamilyEdit, seen: int | None = None) -> Family:
    """Changes a family; its products are looked at by the next publication. Raises Invalid, Conflict (edited meanwhile), NotThere."""
    actor.must("catalog.edit")
    family = family_for(session, actor, family_id, lock=True)
    check_seen(family.edit_version, seen)
    before = _told(family)
    _apply(session, family, edit, Problems())
    if (after := _told(family)) == before:
        return family
    family.edit_version += 1
    session.flush()
    touch_products_of(session, family.id)
    completeness.ask(session)
    audit.record(session, actor, "family.edited", "family", family.id, before=before, after=after)
    return family


def remove_family(session: Session, actor: Actor, family_id: UUID) -> None:
    """Takes a family away that no product belongs to. Raises Conflict otherwise, NotThere."""
    actor.must("catalog.edit")
    family = family_for(session, actor, family_id, lock=True)
    if count := products_in(session, [family.id]).get(family.id, 0):
        told = ngettext("%(num)d product belongs to this family.", "%(num)d products belong to this family.", count) % {"num": count}
        raise Conflict(told, code="in_use")
    session.delete(family)
    audit.record(session, actor, "family.removed", "family", family_id, before=_told(family))


def family_for(session: Session, actor: Actor, family_id: UUID, lock: bool = False) -> Family:
    """The tenant's family. Raises NotThere."""
    actor.must("catalog.view")
    query = select(Family).where(Family.tenant_id == tenancy.current(), Family.id == family_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def list_families(session: Session, actor: Actor) -> list[Family]:
    """All families by code."""
    actor.must("catalog.view")
    return list(session.scalars(select(Family).where(Family.tenant_id == tenancy.current()).order_by(Family.code)))


def products_in(session: Session, family_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many products (variants stand for their parent) belong to each of these families."""
    mine = (Product.tenant_id == tenancy.current(), Product.family_id.in_(family_ids))
    rows = session.execute(select(Product.family_id, func.count()).where(*mine).group_by(Product.family_id))
    return {family_id: count for family_id, count in rows if family_id is not None}


def codes_of(family: FamilyFacts | None) -> list[str]:
    """The attributes of a family in the order of its sheet."""
    return [code for _labels, codes in family.groups for code in codes] if family else []


def move_of(product: Product, family: Family | None) -> Move:
    """What it would mean to put the product into this family (None: into none)."""
    facts = family_facts(family) if family else None
    inside = codes_of(facts)
    held = list(product.attribute_values)
    if facts is None:
        return Move(kept=held)
    needed = [code for code in facts.required if code not in product.attribute_values and code not in product.axes]
    return Move([code for code in inside if code in held], [code for code in held if code not in inside], needed)


def set_family(session: Session, actor: Actor, product_id: UUID, family_id: UUID | None, drop_outside: bool = False) -> Move:
    """Puts a product into a family, or into none. Values outside of the new family stay unless `drop_outside`; what its variants
    differ by stays in any case. Raises NotThere (product or family), Conflict for a variant: it belongs where its parent does."""
    actor.must("catalog.edit")
    mine = (Product.tenant_id == tenancy.current(), Product.id == product_id)
    product = session.scalar(select(Product).where(*mine).with_for_update())
    if product is None:
        raise NotThere
    if product.parent_id is not None:
        raise Conflict(_("A variant belongs to the family of its product."), code="is_variant")
    family = family_for(session, actor, family_id) if family_id else None
    move = move_of(product, family)
    gone = [code for code in move.outside if drop_outside and code not in product.axes]
    before = {"family": _code_of(session, product.family_id), "values": {code: product.attribute_values[code] for code in gone}}
    if product.family_id == family_id and not gone:
        return move
    product.family_id = family_id
    product.attribute_values = {code: value for code, value in product.attribute_values.items() if code not in gone}
    product.edit_version += 1
    session.flush()
    after: dict[str, Any] = {"family": family.code if family else None, "values": {}}
    audit.record(session, actor, "product.family_changed", "product", product.id, before=before, after=after)
    return move


def _code_of(session: Session, family_id: UUID | None) -> str | None:
    return session.scalar(select(Family.code).where(Family.tenant_id == tenancy.current(), Family.id == family_id)) if family_id else None


def touch_products_of(session: Session, family_id: UUID) -> None:
    """Products of the family are looked at by the next publication (the trigger moves their number)."""
    statement = "UPDATE catalog.product SET updated_at = now() WHERE tenant_id = :tenant AND family_id = :family"
    session.execute(text(statement), {"tenant": tenancy.current(), "family": family_id})


def _apply(session: Session, family: Family, edit: FamilyEdit, problems: Problems) -> None:
    known = read_attributes(session)
    if edit.names is not None:
        family.names = problems.trying("names", check_texts, edit.names, LONGEST_NAME) or {}
    groups = family.groups if edit.groups is None else _groups(edit.groups, known, problems)
    inside = [code for group in groups for code in group["attributes"]]
    required, needs, axes = (list(dict.fromkeys(n)) if n is not None else None for n in (edit.required, edit.needs, edit.axes))
    # what leaves the groups is no longer asked for
    kept = {name: [c for c in getattr(family, name) if c in inside] if told is None else told
            for name, told in (("required", required), ("axes", axes))}  # fmt: skip
    for name, codes in kept.items():
        if wrong := [code for code in codes if code not in inside]:
            problems.add(name, _("“%(code)s” is in none of the groups.") % {"code": wrong[0][:80]}, "outside")
    if wrong := [code for code in kept["axes"] if code in known and not known[code].is_axis]:
        problems.add("axes", _("Variants cannot differ by “%(code)s”.") % {"code": wrong[0][:80]})
    if wrong := [thing for thing in needs or () if thing not in THINGS]:
        problems.add("needs", _("“%(thing)s” is nothing a product could need.") % {"thing": wrong[0][:80]})
    problems.settle()
    family.groups = groups
    family.required, family.axes = kept["required"], kept["axes"]
    family.needs = family.needs if needs is None else needs


def _groups(told: Sequence[Mapping[str, Any]], known: Mapping[str, AttributeFacts], problems: Problems) -> list[dict[str, Any]]:
    """The groups as they are kept; ones without attributes stay, so that a form can be filled step by step."""
    if len(told) > MOST_GROUPS or sum(len(group.get("attributes", ())) for group in told) > MOST_ATTRIBUTES:
        problems.add(
            "groups", _("At most %(groups)s groups with %(count)s attributes.") % {"groups": MOST_GROUPS, "count": MOST_ATTRIBUTES}
        )
        return []
    kept: list[dict[str, Any]] = []
    seen: set[str] = set()
    for n, group in enumerate(told):
        labels = problems.trying(f"groups.{n}.labels", check_texts, group.get("labels", {}), LONGEST_NAME) or {}
        codes = [str(code) for code in group.get("attributes", ())]
        for code in codes:
            if code not in known:
                problems.add(
                    f"groups.{n}.attributes", _("There is no attribute of the code %(code)s.") % {"code": code[:80]}, "unknown_attribute"
                )
            elif code in seen:
                problems.add(f"groups.{n}.attributes", _("“%(code)s” stands in two groups.") % {"code": code[:80]}, "twice")
            seen.add(code)
        kept.append({"labels": labels, "attributes": codes})
    return kept


def _told(family: Family) -> dict[str, Any]:
    return {name: getattr(family, name) for name in ("code", "names", "groups", "required", "needs", "axes")}
