"""What a brand has changed since the partner last looked, and what the partner does about it.

By default the partner's shop takes changes at once and they are listed here until they are seen; rules per field say it
otherwise (following.py). Of what is listed each field may be
- taken: seen, shown as the brand has it;
- held: the shop goes on showing it as it was; it stays on the list. A product newly added is not sold until it is taken;
- refused: the same, but it leaves the list until the brand changes it again; a product newly added stays out of the shop.
Name, texts, pictures and specification can be held back. Prices, variants and availability always follow the brand (held
ones are put off only); what the brand takes out of its catalog leaves the shop.
"""

from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy import case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.agreements import agreement_for
from catalog.brand_changes import COUNTED, BrandChange, asked, read_changes
from catalog.following import CONTENT
from catalog.models import Adoption, Agreement, Overlay
from catalog.overlays import source_of
from catalog.shop import Source
from catalog.states import IN_FORCE
from kernel import audit, stamps, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, Invalid, NotThere
from kernel.i18n import gettext as _

Answer = Literal["take", "hold", "refuse"]
ANSWERS: tuple[Answer, ...] = ("take", "hold", "refuse")
ALL = "*"
MOST = 500
MOST_COUNTED = 1000


def list_differences(
    session: Session,
    actor: Actor,
    agreement_id: UUID,
    language: str | None = None,
    most: int = MOST,
    after: tuple[str, UUID] | None = None,
) -> list[BrandChange]:
    """What the brand changed in the scope since the partner last looked, by article number; `after`: from behind the
    change with this article number and product id."""
    agreement = agreement_for(session, actor, agreement_id, "partner")
    source = source_of(session, agreement, language)
    return [] if source is None else read_changes(session, agreement, source, most=most, after=after)


def count_differences(session: Session, actor: Actor, agreement_id: UUID, most: int = MOST_COUNTED) -> int:
    """How many products `list_differences` would name, counted up to `most`."""
    agreement = agreement_for(session, actor, agreement_id, "partner")
    source = source_of(session, agreement)
    return 0 if source is None else session.execute(COUNTED, asked(session, agreement, source, most=most)).scalar_one()


def take(session: Session, actor: Actor, agreement_id: UUID, product_ids: Sequence[UUID] | None = None) -> None:
    """Seen and taken: these products, or everything."""
    if product_ids is None:
        _take_everything(session, actor, agreement_id)
        return
    # what is not on the list (any more) is passed over, so that taking twice is taking once
    decide(session, actor, agreement_id, {product_id: {ALL: "take"} for product_id in product_ids}, is_strict=False)


def hold(session: Session, actor: Actor, agreement_id: UUID, product_ids: Sequence[UUID]) -> None:
    """The shop goes on showing these products as they were; they stay on the list. Raises NotThere for one that has not changed."""
    decide(session, actor, agreement_id, {product_id: {ALL: "hold"} for product_id in product_ids})


def refuse_changes(session: Session, actor: Actor, agreement_id: UUID, product_ids: Sequence[UUID]) -> None:
    """The shop goes on showing these products as they were, and they leave the list; newly added ones are hidden."""
    decide(session, actor, agreement_id, {product_id: {ALL: "refuse"} for product_id in product_ids})


def decide(
    session: Session,
    actor: Actor,
    agreement_id: UUID,
    decisions: Mapping[UUID, Mapping[str, str]],
    is_strict: bool = True,
) -> None:
    """Answers field by field: {product: {field: "take" | "hold" | "refuse"}}, "*" for all that are not named. A field that
    is listed and not answered stays held where it was, and counts as seen where it was not.

    Raises Invalid for other words, NotThere (`is_strict`) for a product that is not on the list.
    """
    agreement, source = in_force(session, actor, agreement_id)
    if unknown := [word for told in decisions.values() for word in told.values() if word not in ANSWERS]:
        raise Invalid.at("answers", _("“%(word)s” is not an answer.") % {"word": unknown[0][:20]})
    listed = read_changes(session, agreement, source, list(decisions))
    if is_strict and len(listed) < len(decisions):
        raise NotThere
    answered = {}
    for change in sorted(listed, key=lambda c: c.difference.product_id):
        told = decisions[change.difference.product_id]
        _mark(session, agreement, change.difference.product_id, _laid(change, told, source.version))
        answered[str(change.difference.product_id)] = dict(told)
    if not answered:
        return
    words = {word for told in answered.values() for word in told.values()}
    _settle(
        session,
        actor,
        agreement,
        "differences.taken"
        if words == {"take"}
        else "differences.held"
        if words == {"hold"}
        else "differences.refused"
        if words == {"refuse"}
        else "differences.decided",
        {"products": list(answered), "answers": answered},
    )


def _laid(change: BrandChange, told: Mapping[str, str], version: int) -> dict[str, object]:
    """What the overlay says after the answer."""
    held, waiting = dict(change.decided.held), set(change.decided.waiting)
    kind = change.difference.kind
    if kind != "changed":
        answer = told.get(kind) or told.get(ALL, "take")
        if kind == "removed":
            return {} if answer == "hold" else {"seen_version": version, "held": {}, "waiting": []}
        if answer == "hold":
            return {"hidden": True, "waiting": sorted(waiting | {"added"})}
        kept: dict[str, object] = {"seen_version": version, "waiting": sorted(waiting - {"added"})}
        hides = {"hidden": True} if answer == "refuse" else {"hidden": False} if "added" in waiting else {}
        return kept | hides
    for name in change.fields:
        answer = told.get(name) or told.get(ALL) or ("hold" if name in change.held else "")
        waiting.discard(name)
        if answer == "take" or not answer:
            held.pop(name, None)
        elif name in CONTENT or answer == "hold":
            held[name] = change.held.get(name, held.get(name, change.seen_version))
        if answer == "hold":
            waiting.add(name)
    return {"seen_version": version, "held": held, "waiting": sorted(waiting)}


def _take_everything(session: Session, actor: Actor, agreement_id: UUID) -> None:
    agreement, source = in_force(session, actor, agreement_id)
    mine = (Adoption.tenant_id == tenancy.current(), Adoption.agreement_id == agreement.id)
    adoption = session.scalar(select(Adoption).where(*mine).with_for_update())
    if adoption is None:
        raise NotThere
    adoption.seen_version = source.version
    laid = (Overlay.tenant_id == tenancy.current(), Overlay.agreement_id == agreement.id)
    shown = case((Overlay.waiting.contains(["added"]), False), else_=Overlay.hidden)
    values = {"hidden": shown, "held": {}, "waiting": [], "seen_version": source.version, "updated_at": func.now()}
    session.execute(update(Overlay).where(*laid).values(values))
    _settle(session, actor, agreement, "differences.taken", {"products": None})


def in_force(session: Session, actor: Actor, agreement_id: UUID) -> tuple[Agreement, Source]:
    """The agreement as the partner answers under it. Raises Conflict where it is not in force or nothing is published."""
    actor.must("agreement.accept")
    agreement = agreement_for(session, actor, agreement_id, "partner")
    source = source_of(session, agreement)
    if agreement.state not in IN_FORCE or source is None:
        raise Conflict("This agreement is not in force; there is nothing to review under it.", state=agreement.state)
    return agreement, source


def _mark(session: Session, agreement: Agreement, product_id: UUID, told: dict[str, object]) -> None:
    if not told:
        return
    fresh = insert(Overlay).values(
        tenant_id=tenancy.current(), agreement_id=agreement.id, source_tenant_id=agreement.tenant_id, product_id=product_id, **told
    )
    changed = told | {"edit_version": Overlay.edit_version + 1, "updated_at": func.now()}
    session.execute(fresh.on_conflict_do_update(index_elements=["tenant_id", "source_tenant_id", "product_id"], set_=changed))


def _settle(session: Session, actor: Actor, agreement: Agreement, action: str, after: dict[str, object]) -> None:
    audit.record(session, actor, action, "agreement", agreement.id, after=after)
    stamps.bump(session)
