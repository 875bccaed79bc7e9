"""What a partner sells of what an agreement covers: by rule, by hand, or all; and many products hidden or shown at once.

Everything of this kind can be looked at before it is done and undone afterwards. A choice is one row whatever the
catalog holds; hiding keeps a row for each product that is hidden.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, not_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.adoptions import locked_adoption
from catalog.brand_changes import adoption_of
from catalog.checking import check_seen
from catalog.differences import in_force
from catalog.events import OverlayChanged
from catalog.models import Adoption, Agreement, AssortmentChange, Overlay, PublishedCategory, PublishedProduct
from catalog.selections import EVERYTHING, Selection
from catalog.shop import Source
from catalog.sources import chosen_of, in_sources
from kernel import audit, clock, stamps, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, Invalid, NotThere
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.ids import new_id

Mode = Literal["all", "rule", "picked"]
MODES: tuple[Mode, ...] = get_args(Mode)
MOST_PICKED = 1000
MOST_CONDITIONS = 100
MOST_TOLD = 1000
BATCH = 1000
EXAMPLES = 10
KEPT_CHANGES = 20


@dataclass(frozen=True)
class Choice:
    """`all` of the scope, what fits a `rule` (with what was picked beside it), or only what was `picked` by hand."""

    mode: Mode = "all"
    category_ids: tuple[UUID, ...] = ()
    brands: tuple[str, ...] = ()
    attribute_values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    picked_ids: tuple[UUID, ...] = ()

    @property
    def selection(self) -> Selection:
        """The same as what narrows a source."""
        return chosen_of(self.mode, asdict(self))


@dataclass(frozen=True)
class Preview:
    """What a change would do: how many products the shop shows of the brand before and after, and the first few (number,
    name) that come and go."""

    before: int
    after: int
    comes: int
    goes: int
    coming: list[tuple[str, str]]
    going: list[tuple[str, str]]


def choice_of(adoption: Adoption | None) -> Choice:
    """What the partner has chosen."""
    if adoption is None:
        return Choice()
    values = {code: list(told) for code, told in sorted(adoption.attribute_values.items())}
    mode: Mode = next(mode for mode in MODES if mode == adoption.assortment)
    return Choice(mode, tuple(adoption.category_ids), tuple(adoption.brands), values, tuple(adoption.picked_ids))


def preview_choice(session: Session, actor: Actor, agreement_id: UUID, choice: Choice) -> Preview:
    """What choosing this would change, without doing it. Four statements."""
    agreement, source = in_force(session, actor, agreement_id)
    now = choice_of(adoption_of(session, agreement.id)).selection
    checked = _checked(session, source, choice)
    return _preview(session, source, now, checked.selection)


def choose(session: Session, actor: Actor, agreement_id: UUID, choice: Choice, seen: int | None = None) -> AssortmentChange:
    """Sells this from now on. Raises Invalid for a choice that is too long, Conflict where somebody has chosen meanwhile."""
    agreement, source = in_force(session, actor, agreement_id)
    adoption = locked_adoption(session, agreement.id)
    check_seen(adoption.edit_version, seen)
    before, after = choice_of(adoption), _checked(session, source, choice)
    _put(adoption, after)
    change = _note(session, actor, agreement, "choice", before=_told(before), after=_told(after))
    audit.record(session, actor, "assortment.chosen", "agreement", agreement.id, before=_told(before), after=_told(after))
    stamps.bump(session)
    return change


def pick(session: Session, actor: Actor, agreement_id: UUID, product_ids: Sequence[UUID], is_in: bool) -> AssortmentChange:
    """Takes products into the choice by hand, or out of what was picked. Raises Invalid where all is sold anyway (hide
    instead) or where that would be more than 1,000; NotThere for a product outside of the scope."""
    agreement, source = in_force(session, actor, agreement_id)
    choice = choice_of(adoption_of(session, agreement.id))
    if choice.mode == "all":
        raise Invalid.at("mode", _("Everything is sold. Hide single products instead."), "everything")
    found = set(session.scalars(select(PublishedProduct.product_id).where(_pages(source), PublishedProduct.product_id.in_(product_ids))))
    if found != set(product_ids):
        raise NotThere
    kept = [one for one in choice.picked_ids if one not in found]
    return choose(session, actor, agreement_id, replace(choice, picked_ids=(*kept, *(dict.fromkeys(product_ids) if is_in else ()))))


def preview_hiding(session: Session, actor: Actor, agreement_id: UUID, found: ColumnElement[bool], hidden: bool) -> Preview:
    """What hiding (or showing) all that is found would change. `found`: a condition over published rows of the source,
    as shared_goods.py makes it."""
    _agreement, source = in_force(session, actor, agreement_id)
    moved = _joined(_pages(source), found, func.coalesce(Overlay.hidden, False).is_not(hidden))
    count = session.execute(select(func.count()).select_from(moved.subquery())).scalar_one()
    shown = _joined(_pages(source), func.coalesce(Overlay.hidden, False).is_(False))
    before = session.execute(select(func.count()).select_from(shown.subquery())).scalar_one()
    examples = _examples(session, moved)
    if hidden:
        return Preview(before, before - count, 0, count, [], examples)
    return Preview(before, before + count, count, 0, examples, [])


def hide_many(session: Session, actor: Actor, agreement_id: UUID, found: ColumnElement[bool], hidden: bool) -> AssortmentChange:
    """Hides (or shows again) all that is found, at once; what is so already is left alone."""
    agreement, source = in_force(session, actor, agreement_id)
    query = _joined(_pages(source), found, func.coalesce(Overlay.hidden, False).is_not(hidden))
    ids = sorted(session.scalars(select(query.subquery().c.product_id)))
    _set_hidden(session, agreement, ids, hidden)
    change = _note(session, actor, agreement, "hidden" if hidden else "shown", product_ids=ids)
    after = {"products": len(ids), "first": [str(one) for one in ids[:EXAMPLES]]}
    audit.record(session, actor, "assortment.hidden" if hidden else "assortment.shown", "agreement", agreement.id, after=after)
    return _settle(session, agreement, change, ids)


def undo(session: Session, actor: Actor, agreement_id: UUID, change_id: UUID) -> AssortmentChange:
    """Takes one change back: its products are shown (or hidden) again, or the choice is what it was. Raises Conflict for
    one that was undone already, or a choice that is not the newest."""
    agreement, _source = in_force(session, actor, agreement_id)
    mine = (AssortmentChange.tenant_id == tenancy.current(), AssortmentChange.agreement_id == agreement.id)
    change = session.scalar(select(AssortmentChange).where(*mine, AssortmentChange.id == change_id).with_for_update())
    if change is None:
        raise NotThere
    if change.undone_at is not None:
        raise Conflict(_("This change has been undone already."), code="undone")
    if change.kind == "choice":
        adoption = locked_adoption(session, agreement.id)
        if _told(choice_of(adoption)) != change.after:
            raise Conflict(_("The choice has been changed since. Undo the newest change first."), code="changed_since")
        _put(adoption, _from_told(change.before))
    else:
        _set_hidden(session, agreement, list(change.product_ids), change.kind == "shown")
    change.undone_at = clock.now()
    after = {"change": str(change.id), "kind": change.kind, "products": len(change.product_ids)}
    audit.record(session, actor, "assortment.undone", "agreement", agreement.id, after=after)
    return _settle(session, agreement, change, change.product_ids)


def list_changes(session: Session, actor: Actor, agreement_id: UUID) -> list[AssortmentChange]:
    """The newest changes of many products, newest first."""
    actor.must("agreement.view")
    mine = (AssortmentChange.tenant_id == tenancy.current(), AssortmentChange.agreement_id == agreement_id)
    query = select(AssortmentChange).where(*mine).order_by(AssortmentChange.created_at.desc(), AssortmentChange.id.desc())
    return list(session.scalars(query.limit(KEPT_CHANGES)))


def _checked(session: Session, source: Source, choice: Choice) -> Choice:
    if choice.mode not in MODES:
        raise Invalid.at("mode", _("Please choose from the list."))
    if len(choice.picked_ids) > MOST_PICKED:
        raise Invalid.at("picked", _("At most %(most)s products can be picked by hand. Use a rule for more.") % {"most": MOST_PICKED})
    values = {code: list(dict.fromkeys(told)) for code, told in sorted(choice.attribute_values.items()) if told}
    if max(len(choice.category_ids), len(choice.brands), sum(map(len, values.values()))) > MOST_CONDITIONS:
        raise Invalid.at("mode", _("The rule is too long."))
    if choice.mode == "rule" and not (choice.category_ids or choice.brands or values or choice.picked_ids):
        raise Invalid.at("mode", _("Please say what the rule is."), "empty_rule")
    if choice.mode == "all":
        return Choice()
    if choice.mode == "rule" and choice.category_ids:
        here = (PublishedCategory.tenant_id == source.tenant_id, PublishedCategory.category_id.in_(choice.category_ids))
        if session.scalar(select(func.count(PublishedCategory.category_id.distinct())).where(*here)) != len(set(choice.category_ids)):
            raise Invalid.at("categories", _("One of the categories does not exist."), "unknown_category")
    kept = replace(choice, category_ids=tuple(dict.fromkeys(choice.category_ids)), brands=tuple(dict.fromkeys(choice.brands)))
    return replace(kept, attribute_values=values) if choice.mode == "rule" else Choice("picked", picked_ids=choice.picked_ids)


def _put(adoption: Adoption, choice: Choice) -> None:
    adoption.assortment = choice.mode
    adoption.category_ids, adoption.brands = list(choice.category_ids), list(choice.brands)
    adoption.attribute_values = {code: list(values) for code, values in choice.attribute_values.items()}
    adoption.picked_ids = list(choice.picked_ids)
    adoption.edit_version += 1


def _told(choice: Choice) -> dict[str, Any]:
    return {
        "mode": choice.mode,
        "category_ids": [str(one) for one in choice.category_ids],
        "brands": list(choice.brands),
        "attribute_values": {code: list(values) for code, values in choice.attribute_values.items()},
        "picked_ids": [str(one) for one in choice.picked_ids],
    }


def _from_told(told: Mapping[str, Any]) -> Choice:
    ids = [tuple(UUID(one) for one in told[name]) for name in ("category_ids", "picked_ids")]
    return Choice(told["mode"], ids[0], tuple(told["brands"]), told["attribute_values"], ids[1])


def _pages(source: Source) -> ColumnElement[bool]:
    return and_(in_sources([source]), PublishedProduct.parent_id.is_(None))


def _joined(*conditions: ColumnElement[bool]) -> Any:
    laid = and_(
        Overlay.tenant_id == tenancy.current(),
        Overlay.source_tenant_id == PublishedProduct.tenant_id,
        Overlay.product_id == PublishedProduct.product_id,
    )
    columns = (PublishedProduct.product_id, PublishedProduct.sku, PublishedProduct.payload["name"].astext.label("name"))
    return select(*columns).outerjoin(Overlay, laid).where(*conditions)


def _examples(session: Session, query: Any) -> list[tuple[str, str]]:
    return [(row.sku, row.name) for row in session.execute(query.order_by(PublishedProduct.sku).limit(EXAMPLES))]


def _preview(session: Session, source: Source, now: Selection, then: Selection) -> Preview:
    shown = func.coalesce(Overlay.hidden, False).is_(False)
    sides = [in_sources([replace(source, chosen=selection)]) for selection in (now, then)]
    page = PublishedProduct.parent_id.is_(None)
    queries = [
        _joined(page, shown, sides[0]),
        _joined(page, shown, sides[1]),
        _joined(page, shown, sides[1], not_(sides[0])),
        _joined(page, shown, sides[0], not_(sides[1])),
    ]
    counts = [session.execute(select(func.count()).select_from(query.subquery())).scalar_one() for query in queries]
    same = now == then or EVERYTHING == now == then
    coming, going = ([], []) if same else (_examples(session, queries[2]), _examples(session, queries[3]))
    return Preview(counts[0], counts[1], counts[2], counts[3], coming, going)


def _set_hidden(session: Session, agreement: Agreement, ids: Sequence[UUID], hidden: bool) -> None:
    if not hidden:
        mine = (Overlay.tenant_id == tenancy.current(), Overlay.source_tenant_id == agreement.tenant_id)
        values = {"hidden": False, "edit_version": Overlay.edit_version + 1, "updated_at": func.now()}
        session.execute(update(Overlay).where(*mine, Overlay.product_id.in_(ids)).values(values))
        return
    for start in range(0, len(ids), BATCH):
        rows = [
            {
                "tenant_id": tenancy.current(),
                "agreement_id": agreement.id,
                "source_tenant_id": agreement.tenant_id,
                "product_id": product_id,
                "hidden": True,
            }
            for product_id in ids[start : start + BATCH]
        ]
        laid = {"hidden": True, "agreement_id": agreement.id, "edit_version": Overlay.edit_version + 1, "updated_at": func.now()}
        where = ["tenant_id", "source_tenant_id", "product_id"]
        session.execute(insert(Overlay).values(rows).on_conflict_do_update(index_elements=where, set_=laid))


def _note(session: Session, actor: Actor, agreement: Agreement, kind: str, **told: Any) -> AssortmentChange:
    change = AssortmentChange(
        tenant_id=tenancy.current(),
        id=new_id(),
        agreement_id=agreement.id,
        source_tenant_id=agreement.tenant_id,
        kind=kind,
        made_by=actor.name[:120],
        **told,
    )
    session.add(change)
    session.flush()
    return change


def _settle(session: Session, agreement: Agreement, change: AssortmentChange, ids: Sequence[UUID]) -> AssortmentChange:
    session.flush()
    publish(session, OverlayChanged(agreement.id, list(ids[:MOST_TOLD])))
    stamps.bump(session)
    return change
