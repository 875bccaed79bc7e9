"""Completeness, kept: one row per product with a page, market and language, written anew when the product was written to.

Every write to a product, its prices, pictures, categories or family moves its number (trigger touch_product). A chore looks at
what moved since it last looked, exactly as publishing does (publishing.py tells why nothing is lost), a batch at a time;
whoever saves one product on the desk has it looked at at once. Lists, bars and counts read these rows and never a product's
insides. Whoever changes many at once (a family, an import) asks for it (`ask`). A change of markets or languages lets the chore begin anew.

Ended products are not asked for anything; they have no rows.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from catalog.drafts import read_attributes, read_categories, read_drafts, read_families
from catalog.models import Completeness, CompletenessMark, CompletenessTally, Product
from catalog.payload import CategoryFacts, Draft
from catalog.scoring import Score, ScoredPlace, score, scored_places
from kernel import tenancy
from kernel.actors import Actor
from kernel.db.locks import try_lock
from kernel.db.session import transaction
from kernel.ids import new_id
from kernel.jobs import defer, task
from tenants.models import Market

TASK = "catalog.completeness"
BATCH = 500
MOST_BATCHES = 20  # a turn of the chore; the rest waits for the next one
MOST_LINES = 2_000

WRITE = text(
    """
    INSERT INTO catalog.completeness AS c
        (tenant_id, id, product_id, market_code, language, percent, missing, is_held, category_ids)
    SELECT :tenant, gen_random_uuid(), n.product_id, n.market_code, n.language, n.percent, n.missing, n.is_held, n.category_ids
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (product_id uuid, market_code text, language text, percent int,
        missing text[], is_held boolean, category_ids uuid[])
    ON CONFLICT (tenant_id, market_code, language, product_id) DO UPDATE
        SET percent = excluded.percent, missing = excluded.missing, is_held = excluded.is_held, category_ids = excluded.category_ids
        WHERE (c.percent, c.missing, c.is_held, c.category_ids)
            IS DISTINCT FROM (excluded.percent, excluded.missing, excluded.is_held, excluded.category_ids)
    """
)
FOLD = text(
    """
    WITH gone AS (DELETE FROM catalog.completeness_tally WHERE tenant_id = :tenant RETURNING market_code, language, kind, key, count)
    INSERT INTO catalog.completeness_tally (tenant_id, id, market_code, language, kind, key, count)
    SELECT :tenant, gen_random_uuid(), market_code, language, kind, key, sum(count)
    FROM gone GROUP BY market_code, language, kind, key HAVING sum(count) <> 0
    """
)


def places_of(session: Session) -> list[ScoredPlace]:
    """Every market of the tenant in each of its languages, in the order of the markets."""
    query = select(Market).where(Market.tenant_id == tenancy.current()).order_by(Market.position, Market.code)
    return scored_places(session.scalars(query).all())


def score_product(session: Session, page_id: UUID) -> list[tuple[ScoredPlace, Score]]:
    """One product as it stands at this moment, place by place; nothing is written."""
    families, attributes = read_families(session), read_attributes(session)
    drafts = read_drafts(session, [page_id])
    places = places_of(session)
    return [(place, score(d, place, families.get(d.row["family_id"]), attributes)) for d in drafts for place in places]


def refresh(session: Session, page_ids: Sequence[UUID]) -> None:
    """Writes the rows of these products (ids of products with a page) anew; what is no more loses its rows."""
    if page_ids:
        _write(session, page_ids, places_of(session))


def refresh_due(session: Session) -> int:
    """Looks at what was written since it last looked; returns at how many products. A chore."""
    places = places_of(session)
    kept = session.scalar(select(CompletenessMark).where(CompletenessMark.tenant_id == tenancy.current()).with_for_update())
    if kept is None:
        kept = CompletenessMark(tenant_id=tenancy.current(), id=new_id(), mark=0, places=[])
        session.add(kept)
    names = sorted(f"{p.market_code} {p.language} {p.currency} {p.first}" for p in places)
    if kept.places != names:
        _forget_others(session, places)
        kept.mark, kept.places = 0, names
    safe, looked = _try_mark(session), 0
    for _turn in range(MOST_BATCHES):
        rows = session.execute(
            select(func.coalesce(Product.parent_id, Product.id), Product.touched)
            .where(Product.tenant_id == tenancy.current(), Product.touched > kept.mark)
            .order_by(Product.touched)
            .limit(BATCH)
        ).all()
        _write(session, list(dict.fromkeys(page_id for page_id, _touched in rows)), places)
        looked += len(rows)
        if safe is not None and rows:
            kept.mark = safe if len(rows) < BATCH else rows[-1][1]
        if safe is None or len(rows) < BATCH:
            break
    session.flush()
    _fold(session)
    return looked


def ask(session: Session) -> None:
    """Has it looked at once this transaction is committed, instead of at the chore's next turn."""
    defer(session, TASK, {}, lock=TASK)


@task(TASK, sweeps=True)
def look(_actor: Actor, _args: dict[str, Any]) -> None:
    """The worker's part: everything that is due, some thousand products a transaction."""
    looked = BATCH * MOST_BATCHES
    while looked >= BATCH * MOST_BATCHES:
        with transaction() as session:
            looked = refresh_due(session)


def _try_mark(session: Session) -> int | None:
    """A number above every committed write, where nobody writes at this moment; else the same rows are looked at again."""
    with session.begin_nested() as savepoint:
        free = try_lock(session, "catalog.touch")
        mark = int(session.execute(text("SELECT nextval('catalog.touch')")).scalar_one()) if free else None
        savepoint.rollback()
    return mark


def _write(session: Session, page_ids: Sequence[UUID], places: Sequence[ScoredPlace]) -> None:
    if not page_ids or not places:
        return
    families, attributes, categories = read_families(session), read_attributes(session), read_categories(session)
    drafts = [d for d in read_drafts(session, page_ids) if d.row["status"] != "end"]
    rows = []
    for draft in drafts:
        family, above = families.get(draft.row["family_id"]), _with_ancestors(draft, categories)
        rows += [_row(draft, place, score(draft, place, family, attributes), above) for place in places]
    gone = set(page_ids) - {d.id for d in drafts}
    if gone:
        mine = (Completeness.tenant_id == tenancy.current(), Completeness.product_id.in_(gone))
        session.execute(delete(Completeness).where(*mine))
    if rows:
        # in one order, so that two who write the same rows wait for each other instead of failing
        rows.sort(key=lambda r: (r["market_code"], r["language"], r["product_id"]))
        session.execute(WRITE, {"tenant": tenancy.current(), "rows": orjson.dumps(rows).decode()})


def _row(draft: Draft, place: ScoredPlace, found: Score, category_ids: list[str]) -> dict[str, Any]:
    return {
        "product_id": str(draft.id),
        "market_code": place.market_code,
        "language": place.language,
        "percent": found.percent,
        "missing": list(found.missing),
        "is_held": bool(found.holding),
        "category_ids": category_ids,
    }


def _with_ancestors(draft: Draft, categories: dict[UUID, CategoryFacts]) -> list[str]:
    paths = [categories[c].path for c in draft.row["category_ids"] if c in categories]
    return sorted({str(step) for path in paths for step in path})


def _forget_others(session: Session, places: Sequence[ScoredPlace]) -> None:
    """Rows of places that are no more."""
    there = [f"{p.market_code} {p.language}" for p in places]
    name = Completeness.market_code + " " + Completeness.language
    session.execute(delete(Completeness).where(Completeness.tenant_id == tenancy.current(), name.not_in(there)))


def _fold(session: Session) -> None:
    """Many lines of figures become one a key; nobody reads them in between, since all happens in one statement."""
    lines = session.scalar(select(func.count()).select_from(CompletenessTally).where(CompletenessTally.tenant_id == tenancy.current()))
    if (lines or 0) > MOST_LINES:
        session.execute(FOLD, {"tenant": tenancy.current()})
