"""Families: groups of attributes in their order, what products of the family need, and the family of one product."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from backoffice.labels import label_of
from backoffice.missing_words import WORDS, attribute_labels
from catalog import families, products
from catalog.attributes import list_attributes
from catalog.families import FamilyEdit
from catalog.models import Attribute, Family
from catalog.scoring import THINGS
from kernel.errors import NotThere, Refused
from kernel.i18n import gettext as _
from kernel.ids import parse_id
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit

ADDED_AT_ONCE = 3
MOST_OFFERED = 500


class MemberRow(BaseModel):
    """An attribute of a group: where it stands, whether it is required, whether variants usually differ by it; `group`:
    the number of the group it is to stand in."""

    code: str = Field(default="", max_length=200)
    place: int | None = Field(default=None, ge=1, le=100_000)
    group: int | None = Field(default=None, ge=0, le=1000)
    required: bool = False
    axis: bool = False
    gone: bool = False


class GroupRow(BaseModel):
    """A group: heading, place, its attributes, and codes of attributes to be added."""

    labels: dict[str, str] = Field(default_factory=dict)
    place: int | None = Field(default=None, ge=1, le=100_000)
    gone: bool = False
    members: list[MemberRow] = Field(default_factory=list)
    add: list[str] = Field(default_factory=list, max_length=50)


class FamilyForm(BaseModel):
    """A family as the desk asks for it; the code is asked for once."""

    code: str = Field(default="", max_length=200)
    names: dict[str, str] = Field(default_factory=dict)
    groups: list[GroupRow] = Field(default_factory=list, max_length=100)
    needs: list[str] = Field(default_factory=list)
    edit_version: int = 0


class MoveForm(BaseModel):
    """Into which family a product goes (empty: none), and whether values outside of it are taken away."""

    family: str = Field(default="", max_length=40)
    drop: bool = False


def show(visit: Visit) -> Answer:
    """All families."""
    found = families.list_families(visit.session, visit.actor)
    return visit.render(
        "backoffice/families.html",
        found=[(f, label_of(visit, f.names, f.code), sum(len(g["attributes"]) for g in f.groups)) for f in found],
        used=families.products_in(visit.session, [f.id for f in found]),
        done=visit.query.get("done", ""),
    )


def new(visit: Visit) -> Answer:
    """An empty family."""
    visit.actor.must("catalog.edit")
    return _page(visit, visit.fill(FamilyForm), None)


def make(visit: Visit) -> Answer:
    """Makes a family."""
    form: Form[FamilyForm] = visit.form
    try:
        made = families.make_family(visit.session, visit.actor, form.given.code, edit_of(form.given))
    except Refused as refused:
        return _page(visit, form.told(refused), None, refused.status)
    return visit.redirect(visit.url("desk.family", id=made.id, done="made"))


def edit(visit: Visit) -> Answer:
    """One family to change."""
    found = families.family_for(visit.session, visit.actor, visit.id())
    return _page(visit, visit.fill(FamilyForm, known(found)), found)


def change(visit: Visit) -> Answer:
    """Saves names, groups and what is needed."""
    form: Form[FamilyForm] = visit.form
    found = families.family_for(visit.session, visit.actor, visit.id())
    try:
        families.edit_family(visit.session, visit.actor, found.id, edit_of(form.given), form.given.edit_version)
    except Refused as refused:
        return _page(visit, form.told(refused), found, refused.status)
    return visit.redirect(visit.url("desk.family", id=found.id, done="saved"))


def remove(visit: Visit) -> Answer:
    """Removes a family that no product belongs to."""
    found = families.family_for(visit.session, visit.actor, visit.id())
    try:
        families.remove_family(visit.session, visit.actor, found.id)
    except Refused as refused:
        form = visit.fill(FamilyForm, known(found))
        return _page(visit, form.told(refused), found, refused.status)
    return visit.redirect(visit.url("desk.families", done="removed"))


def choose(visit: Visit) -> Answer:
    """A product's family: which there are and, for the one that is picked, what a change would mean."""
    product = products.product_for(visit.session, visit.actor, visit.id())
    if product.parent_id is not None:
        raise NotThere
    known_families = families.list_families(visit.session, visit.actor)
    asked = visit.query.get("to")
    to = next((f for f in known_families if str(f.id) == asked), None) if asked else None
    if asked and to is None:
        raise NotThere
    labels = attribute_labels(visit, list_attributes(visit.session, visit.actor))
    move = families.move_of(product, to) if asked is not None else None
    lists = {name: [labels.get(c, c) for c in getattr(move, name)] for name in ("kept", "outside", "needed")} if move else {}
    name = label_of(visit, product.names, product.sku)
    return visit.render(
        "backoffice/product_family.html",
        product=product,
        families=[(str(f.id), label_of(visit, f.names, f.code)) for f in known_families],
        present=next((label_of(visit, f.names, f.code) for f in known_families if f.id == product.family_id), ""),
        asked=asked,
        to_name=label_of(visit, to.names, to.code) if to else "",
        lists=lists,
        may_edit=visit.actor.can("catalog.edit"),
        crumbs=[(_("Products"), visit.url("desk.products")), (name, visit.url("desk.product", id=product.id)), (_("Family"), "")],
    )


def move(visit: Visit) -> Answer:
    """Puts the product into the family."""
    given: MoveForm = visit.form.given
    wanted = parse_id(given.family)
    if given.family and wanted is None:
        raise NotThere
    families.set_family(visit.session, visit.actor, visit.id(), wanted, given.drop)
    return visit.redirect(visit.url("desk.product", id=visit.id(), done="saved"))


def edit_of(given: FamilyForm) -> FamilyEdit:
    """The form as an edit: groups and attributes by their places, moved ones in their new group; empty new groups are left out."""
    rows = [(row, [m for m in row.members if m.code and not m.gone]) for row in given.groups]
    placed: list[list[tuple[float, str]]] = [[] for _row in rows]
    for n, (row, members) in enumerate(rows):
        for at, member in enumerate(members, 1):
            goal = member.group if member.group is not None and member.group < len(rows) else n
            placed[goal].append((_place(at, member.place), member.code))
        placed[n] += [(10_000 + at, code.strip()) for at, code in enumerate(row.add) if code.strip()]
    order = sorted((n for n, (row, _m) in enumerate(rows) if not row.gone), key=lambda n: _place(n + 1, rows[n][0].place))
    groups = [
        {"labels": rows[n][0].labels, "attributes": [code for _at, code in sorted(placed[n])]}
        for n in order
        if rows[n][0].labels or placed[n]
    ]
    inside = {code for group in groups for code in group["attributes"]}
    members = [m for _row, kept in rows for m in kept if m.code in inside]
    required, axes = [m.code for m in members if m.required], [m.code for m in members if m.axis]
    return FamilyEdit(given.names, groups, required, given.needs, axes)


def _place(at: int, wanted: int | None) -> float:
    """Moved up it stands before whoever stood there, moved down behind."""
    if wanted is None or wanted == at:
        return at
    return wanted + (0.5 if wanted > at else -0.5)


def known(found: Family) -> dict[str, Any]:
    """A family as the form shows it."""
    groups = [
        {
            "labels": group.get("labels", {}),
            "place": n,
            "members": [
                {"code": code, "place": at, "group": n - 1, "required": code in found.required, "axis": code in found.axes}
                for at, code in enumerate(group.get("attributes", ()), 1)
            ],
        }
        for n, group in enumerate(found.groups, 1)
    ]
    told = {"code": found.code, "names": found.names, "needs": found.needs, "edit_version": found.edit_version}
    return {**told, "groups": groups} if groups else told


def _page(visit: Visit, form: Form[FamilyForm], found: Family | None, status: int = 200) -> Answer:
    attributes = list_attributes(visit.session, visit.actor)
    labels = attribute_labels(visit, attributes)
    groups = _groups(form)
    inside = {code for codes in groups for code in codes}
    name = label_of(visit, found.names, found.code) if found else ""
    return visit.render(
        "backoffice/family.html",
        status=status,
        form=form,
        family=found,
        heading=name,
        groups=groups,
        group_names=[(n, _group_name(form, visit.locale, n)) for n in range(len(groups))],
        labels=labels,
        axes={a.code for a in attributes if a.is_axis},
        outside=_offered(attributes, labels, inside),
        added=ADDED_AT_ONCE,
        things=[(thing, _(WORDS[thing])) for thing in THINGS],
        used=families.products_in(visit.session, [found.id]).get(found.id, 0) if found else 0,
        languages=visit.tenant.languages,
        may_edit=visit.actor.can("catalog.edit"),
        crumbs=[(_("Families"), visit.url("desk.families")), (name or _("New"), "")],
        done=visit.query.get("done", ""),
    )


def _groups(form: Form[FamilyForm]) -> list[list[str]]:
    """The codes of each group of the form as it was typed or filled."""
    counted = {int(name.split(".")[1]) for name in form.typed if name.startswith("groups.") and name.split(".")[1].isdigit()}
    found = []
    for n in range(max(counted, default=-1) + 1):
        codes: list[str] = []
        while code := form.get(f"groups.{n}.members.{len(codes)}.code"):
            codes.append(code)
        found.append(codes)
    return found


def _group_name(form: Form[FamilyForm], locale: str, n: int) -> str:
    typed = form.get(f"groups.{n}.labels.{locale}")
    return (
        typed
        or next((v[-1] for k, v in form.typed.items() if k.startswith(f"groups.{n}.labels.") and v), "")
        or _("Group %(n)s") % {"n": n + 1}
    )


def _offered(attributes: Sequence[Attribute], labels: dict[str, str], inside: set[str]) -> list[tuple[str, str]]:
    return [(a.code, labels[a.code]) for a in attributes if a.code not in inside][:MOST_OFFERED]
