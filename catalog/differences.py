"""What a brand has changed since the partner last looked, and what the partner does about it.

By default the partner's shop takes changes at once and they are listed here until they are seen. A change may be
- taken: seen, nothing held back;
- held: the shop goes on showing name, texts, pictures and specification as they were; the change stays on the list;
- refused: the same, but the change leaves the list; a product newly added is hidden instead.
Prices, variants and availability always follow the brand; what the brand takes out of its catalog leaves the shop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.agreements import agreement_for
from catalog.changes import Difference, difference
from catalog.models import Adoption, Agreement, Overlay
from catalog.overlays import source_of
from catalog.shop import Source
from catalog.states import IN_FORCE
from kernel import audit, stamps, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, NotThere

CHANGED = text(
    """
    WITH seen AS (
        SELECT DISTINCT p.product_id, o.held_version, greatest(:seen, coalesce(o.seen_version, 0)) AS version
        FROM catalog.published_product p
        LEFT JOIN catalog.overlay o ON o.tenant_id = :partner AND o.source_tenant_id = p.tenant_id AND o.product_id = p.product_id
        WHERE p.tenant_id = :brand AND p.market_code = :market AND p.language = :language AND p.parent_id IS NULL
          AND (p.from_version > greatest(:seen, coalesce(o.seen_version, 0)) OR p.to_version > greatest(:seen, coalesce(o.seen_version, 0)))
    )
    SELECT s.product_id, s.version, s.held_version, old.payload AS old, new.payload AS new,
        old.category_ids AS old_categories, new.category_ids AS new_categories
    FROM seen s
    LEFT JOIN catalog.published_product old ON old.tenant_id = :brand AND old.market_code = :market AND old.language = :language
        AND old.product_id = s.product_id AND old.from_version <= coalesce(s.held_version, s.version)
        AND (old.to_version IS NULL OR old.to_version > coalesce(s.held_version, s.version))
    LEFT JOIN catalog.published_product new ON new.tenant_id = :brand AND new.market_code = :market AND new.language = :language
        AND new.product_id = s.product_id AND new.to_version IS NULL
    ORDER BY coalesce(new.sku, old.sku)
    LIMIT :most
    """
)
MOST = 500
MOST_LISTED = 100_000


@dataclass(frozen=True)
class BrandChange:
    """A product the brand changed. `seen_version`: up to where the partner had looked; `is_held`: the shop shows it as it was."""

    difference: Difference
    seen_version: int
    is_held: bool


def list_differences(
    session: Session, actor: Actor, agreement_id: UUID, language: str | None = None, most: int = MOST
) -> list[BrandChange]:
    """What the brand changed in the scope since the partner last looked, by article number."""
    agreement = agreement_for(session, actor, agreement_id, "partner")
    source = source_of(session, agreement, language)
    if source is None:
        return []
    found = []
    for row in session.execute(CHANGED, _where(session, agreement, source) | {"most": most}):
        old = row.old if row.old and source.covers(row.product_id, row.old_categories) else None
        new = row.new if row.new and source.covers(row.product_id, row.new_categories) else None
        if told := difference(old, new):
            found.append(BrandChange(told, row.version, row.held_version is not None))
    return found


def take(session: Session, actor: Actor, agreement_id: UUID, product_ids: Sequence[UUID] | None = None) -> None:
    """Seen and taken: these products, or everything."""
    agreement, source = _in_force(session, actor, agreement_id)
    if product_ids is None:
        adoption = _adoption(session, agreement)
        adoption.seen_version = source.version
        mine = (Overlay.tenant_id == tenancy.current(), Overlay.agreement_id == agreement.id)
        session.execute(update(Overlay).where(*mine).values(held_version=None, seen_version=source.version))
    else:
        # what is not on the list (any more) is passed over, so that taking twice is taking once
        listed = {change.difference.product_id for change in list_differences(session, actor, agreement_id, most=MOST_LISTED)}
        product_ids = [product_id for product_id in product_ids if product_id in listed]
        if not product_ids:
            return
        _mark(session, agreement, product_ids, {"held_version": None, "seen_version": source.version})
    _settle(session, actor, agreement, "differences.taken", product_ids)


def hold(session: Session, actor: Actor, agreement_id: UUID, product_ids: Sequence[UUID]) -> None:
    """The shop goes on showing these products as they were; they stay on the list. Raises NotThere for one that has not changed."""
    agreement, _source = _in_force(session, actor, agreement_id)
    for change in _listed(session, actor, agreement_id, product_ids):
        if change.difference.kind == "changed" and not change.is_held:
            _mark(session, agreement, [change.difference.product_id], {"held_version": change.seen_version})
    _settle(session, actor, agreement, "differences.held", product_ids)


def refuse_changes(session: Session, actor: Actor, agreement_id: UUID, product_ids: Sequence[UUID]) -> None:
    """The shop goes on showing these products as they were, and they leave the list; newly added ones are hidden."""
    agreement, source = _in_force(session, actor, agreement_id)
    for change in _listed(session, actor, agreement_id, product_ids):
        told: dict[str, object] = {"seen_version": source.version}
        if change.difference.kind == "added":
            told["hidden"] = True
        elif change.difference.kind == "changed" and not change.is_held:
            told["held_version"] = change.seen_version
        _mark(session, agreement, [change.difference.product_id], told)
    _settle(session, actor, agreement, "differences.refused", product_ids)


def _listed(session: Session, actor: Actor, agreement_id: UUID, product_ids: Sequence[UUID]) -> list[BrandChange]:
    wanted = set(product_ids)
    found = [c for c in list_differences(session, actor, agreement_id, most=MOST_LISTED) if c.difference.product_id in wanted]
    if len(found) < len(wanted):
        raise NotThere
    return found


def _in_force(session: Session, actor: Actor, agreement_id: UUID) -> tuple[Agreement, Source]:
    actor.must("agreement.accept")
    agreement = agreement_for(session, actor, agreement_id, "partner")
    source = source_of(session, agreement)
    if agreement.state not in IN_FORCE or source is None:
        raise Conflict("This agreement is not in force; there is nothing to review under it.", state=agreement.state)
    return agreement, source


def _adoption(session: Session, agreement: Agreement) -> Adoption:
    mine = (Adoption.tenant_id == tenancy.current(), Adoption.agreement_id == agreement.id)
    found = session.scalar(select(Adoption).where(*mine).with_for_update())
    if found is None:
        raise NotThere
    return found


def _where(session: Session, agreement: Agreement, source: Source) -> dict[str, object]:
    mine = (Adoption.tenant_id == tenancy.current(), Adoption.agreement_id == agreement.id)
    return {
        "partner": tenancy.current(),
        "brand": agreement.tenant_id,
        "market": source.market_code,
        "language": source.language,
        "seen": session.scalar(select(Adoption.seen_version).where(*mine)) or 0,
    }


def _mark(session: Session, agreement: Agreement, product_ids: Sequence[UUID], told: dict[str, object]) -> None:
    for product_id in sorted(product_ids):
        fresh = insert(Overlay).values(
            tenant_id=tenancy.current(),
            agreement_id=agreement.id,
            source_tenant_id=agreement.tenant_id,
            product_id=product_id,
            **told,
        )
        changed = told | {"edit_version": Overlay.edit_version + 1}
        session.execute(fresh.on_conflict_do_update(index_elements=["tenant_id", "source_tenant_id", "product_id"], set_=changed))


def _settle(session: Session, actor: Actor, agreement: Agreement, action: str, product_ids: Sequence[UUID] | None) -> None:
    after = {"products": None if product_ids is None else [str(p) for p in product_ids]}
    audit.record(session, actor, action, "agreement", agreement.id, after=after)
    stamps.bump(session)
