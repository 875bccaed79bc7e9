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

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.agreements import agreement_for
from catalog.changes import Difference, difference
from catalog.models import Adoption, Agreement, Overlay, PublishedProduct
from catalog.overlays import source_of
from catalog.shop import Source
from catalog.states import IN_FORCE
from kernel import audit, stamps, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, NotThere

# what of a payload `catalog.changes.difference` compares; the order of attributes and variants does not count
LOOKS = """jsonb_build_array(
    coalesce(it ->> 'sku', ''), coalesce(it ->> 'name', ''), coalesce(it ->> 'summary', ''), coalesce(it ->> 'text', ''),
    coalesce(it ->> 'brand', ''), coalesce(it ->> 'gtin', ''), coalesce(it ->> 'unit', ''), coalesce(it ->> 'weight_kg', ''),
    coalesce(it ->> 'status', ''), coalesce(it ->> 'tax_class', ''), it -> 'prices', it -> 'relations',
    jsonb_path_query_array(it, '$.categories[*].name'),
    jsonb_path_query_array(it, '$.pictures[*].id'), jsonb_path_query_array(it, '$.pictures[*].alt'),
    (SELECT jsonb_object_agg(a ->> 'code', a ->> 'text') FROM jsonb_array_elements(it -> 'attributes') a),
    (SELECT jsonb_object_agg(v ->> 'sku', jsonb_build_array(v -> 'name', v -> 'prices', v -> 'texts', v -> 'relations'))
     FROM jsonb_array_elements(it -> 'variants') v))"""

# products that look different from what the partner has seen, by article number. OFFSET 0 holds the comparison, which
# reads two payloads, above the sort: it is made row by row until LIMIT is reached, not for everything that has moved
DIFFERING = """
    WITH seen AS (
        SELECT DISTINCT p.product_id, o.held_version, greatest(:seen, coalesce(o.seen_version, 0)) AS version
        FROM catalog.published_product p
        LEFT JOIN catalog.overlay o ON o.tenant_id = :partner AND o.source_tenant_id = p.tenant_id AND o.product_id = p.product_id
        WHERE p.tenant_id = :brand AND p.market_code = :market AND p.language = :language AND p.parent_id IS NULL
          AND (p.from_version > greatest(:seen, coalesce(o.seen_version, 0)) OR p.to_version > greatest(:seen, coalesce(o.seen_version, 0)))
          AND (CAST(:ids AS uuid[]) IS NULL OR p.product_id = ANY (CAST(:ids AS uuid[])))
    ), moved AS (
        SELECT s.product_id, s.version, s.held_version, coalesce(new.sku, old.sku) AS sku, old.id AS old_id, new.id AS new_id
        FROM seen s
        LEFT JOIN catalog.published_product old ON old.tenant_id = :brand AND old.market_code = :market AND old.language = :language
            AND old.product_id = s.product_id AND old.from_version <= coalesce(s.held_version, s.version)
            AND (old.to_version IS NULL OR old.to_version > coalesce(s.held_version, s.version)) AND (SCOPE_OF_OLD)
        LEFT JOIN catalog.published_product new ON new.tenant_id = :brand AND new.market_code = :market AND new.language = :language
            AND new.product_id = s.product_id AND new.to_version IS NULL AND (SCOPE_OF_NEW)
        WHERE old.product_id IS NOT NULL OR new.product_id IS NOT NULL
        ORDER BY coalesce(new.sku, old.sku), s.product_id OFFSET 0
    )
    SELECT COLUMNS FROM moved m
    LEFT JOIN LATERAL (
        SELECT payload FROM catalog.published_product WHERE tenant_id = :brand AND id = m.old_id OFFSET 0
    ) old ON true
    LEFT JOIN LATERAL (
        SELECT payload FROM catalog.published_product WHERE tenant_id = :brand AND id = m.new_id OFFSET 0
    ) new ON true
    WHERE (m.sku, m.product_id) > (:after_sku, CAST(:after_id AS uuid))
      AND (old.payload IS NULL OR new.payload IS NULL OR LOOKS_OLD <> LOOKS_NEW)
    ORDER BY m.sku, m.product_id
    LIMIT :most
"""
SCOPE = """cardinality(CAST(:categories AS uuid[])) + cardinality(CAST(:products AS uuid[])) = 0
    OR it.category_ids && CAST(:categories AS uuid[]) OR it.product_id = ANY (CAST(:products AS uuid[]))"""


def _differing(columns: str) -> str:
    words = {
        "SCOPE_OF_OLD": SCOPE.replace("it.", "old."),
        "SCOPE_OF_NEW": SCOPE.replace("it.", "new."),
        "LOOKS_OLD": LOOKS.replace("it ", "old.payload ").replace("(it,", "(old.payload,"),
        "LOOKS_NEW": LOOKS.replace("it ", "new.payload ").replace("(it,", "(new.payload,"),
        "COLUMNS": columns,
    }
    statement = DIFFERING
    for word, told in words.items():
        statement = statement.replace(word, told)
    return statement


CHANGED = text(_differing("m.product_id, m.version, m.held_version, old.payload AS old, new.payload AS new"))
CHANGED_IDS = text(_differing("m.product_id")).columns(PublishedProduct.product_id)
COUNTED = select(func.count()).select_from(CHANGED_IDS.subquery())
MOST = 500
MOST_COUNTED = 1000
FIRST_ID = UUID(int=0)


@dataclass(frozen=True)
class BrandChange:
    """A product the brand changed. `seen_version`: up to where the partner had looked; `is_held`: the shop shows it as it was."""

    difference: Difference
    seen_version: int
    is_held: bool


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
    return [] if source is None else _changes(session, agreement, source, most=most, after=after)


def count_differences(session: Session, actor: Actor, agreement_id: UUID, most: int = MOST_COUNTED) -> int:
    """How many products `list_differences` would name, counted up to `most`."""
    agreement = agreement_for(session, actor, agreement_id, "partner")
    source = source_of(session, agreement)
    return 0 if source is None else session.execute(COUNTED, asked(session, agreement, source, most=most)).scalar_one()


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
        listed = {change.difference.product_id for change in _changes(session, agreement, source, product_ids)}
        product_ids = [product_id for product_id in product_ids if product_id in listed]
        if not product_ids:
            return
        _mark(session, agreement, product_ids, {"held_version": None, "seen_version": source.version})
    _settle(session, actor, agreement, "differences.taken", product_ids)


def hold(session: Session, actor: Actor, agreement_id: UUID, product_ids: Sequence[UUID]) -> None:
    """The shop goes on showing these products as they were; they stay on the list. Raises NotThere for one that has not changed."""
    agreement, source = _in_force(session, actor, agreement_id)
    for change in _listed(session, agreement, source, product_ids):
        if change.difference.kind == "changed" and not change.is_held:
            _mark(session, agreement, [change.difference.product_id], {"held_version": change.seen_version})
    _settle(session, actor, agreement, "differences.held", product_ids)


def refuse_changes(session: Session, actor: Actor, agreement_id: UUID, product_ids: Sequence[UUID]) -> None:
    """The shop goes on showing these products as they were, and they leave the list; newly added ones are hidden."""
    agreement, source = _in_force(session, actor, agreement_id)
    for change in _listed(session, agreement, source, product_ids):
        told: dict[str, object] = {"seen_version": source.version}
        if change.difference.kind == "added":
            told["hidden"] = True
        elif change.difference.kind == "changed" and not change.is_held:
            told["held_version"] = change.seen_version
        _mark(session, agreement, [change.difference.product_id], told)
    _settle(session, actor, agreement, "differences.refused", product_ids)


def _changes(
    session: Session,
    agreement: Agreement,
    source: Source,
    product_ids: Sequence[UUID] | None = None,
    most: int | None = None,
    after: tuple[str, UUID] | None = None,
) -> list[BrandChange]:
    found = []
    for row in session.execute(CHANGED, asked(session, agreement, source, product_ids, most, after)):
        if told := difference(row.old, row.new):
            found.append(BrandChange(told, row.version, row.held_version is not None))
    return found


def _listed(session: Session, agreement: Agreement, source: Source, product_ids: Sequence[UUID]) -> list[BrandChange]:
    found = _changes(session, agreement, source, product_ids)
    if len(found) < len(set(product_ids)):
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


def asked(
    session: Session,
    agreement: Agreement,
    source: Source,
    product_ids: Sequence[UUID] | None = None,
    most: int | None = None,
    after: tuple[str, UUID] | None = None,
) -> dict[str, object]:
    """What the statements above ask with: of these products or of all, at most so many (None: all of them)."""
    mine = (Adoption.tenant_id == tenancy.current(), Adoption.agreement_id == agreement.id)
    after_sku, after_id = after or ("", FIRST_ID)
    return {
        "partner": tenancy.current(),
        "brand": agreement.tenant_id,
        "market": source.market_code,
        "language": source.language,
        "seen": session.scalar(select(Adoption.seen_version).where(*mine)) or 0,
        "ids": None if product_ids is None else list(product_ids),
        "categories": list(source.category_ids),
        "products": list(source.product_ids),
        "after_sku": after_sku,
        "after_id": after_id,
        "most": most,
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
