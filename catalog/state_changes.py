"""Published products follow a change of state that the calendar made: a version in which nothing but these states differs.

What was edited since the last publication is not taken along: the published payloads are changed, not made anew from drafts, and the
version takes over the mark of the one before it, so that the next publication looks at everything still waiting.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog.edition import Counts
from catalog.findable import search_document
from catalog.intervals import NewRow, Place, add_products, close_products, in_place
from catalog.models import PublishedProduct
from catalog.payload import Payload, digest_of, lowest_prices
from catalog.publishing import lock_market, record_version
from catalog.search import indexing
from catalog.versions import newest_publications
from kernel import tenancy
from kernel.actors import Actor
from kernel.i18n import gettext as _


def publish_states(session: Session, actor: Actor, states: Mapping[UUID, str]) -> None:
    """In every market in which one of the products is shown, it is shown in its new state from now on; ended ones no longer.

    Raises Conflict while one of these markets is being published.
    """
    for market_code in _markets_of(session, list(states)):
        lock_market(session, market_code)
        last = newest_publications(session, market_code)
        version = max(p.version for p in last.values()) + 1
        counts = {language: _follow(session, Place(market_code, language), version, states) for language in last}
        if any(c.any for c in counts.values()):
            mark = min(p.mark for p in last.values())
            record_version(session, actor, market_code, version, mark, counts, _("States by the calendar"))


def _markets_of(session: Session, ids: Sequence[UUID]) -> list[str]:
    shown = (PublishedProduct.tenant_id == tenancy.current(), PublishedProduct.to_version.is_(None), PublishedProduct.product_id.in_(ids))
    return sorted(session.scalars(select(PublishedProduct.market_code).where(*shown).distinct()))


def _follow(session: Session, place: Place, version: int, states: Mapping[UUID, str]) -> Counts:
    here = (in_place(PublishedProduct, place), PublishedProduct.to_version.is_(None))
    ids = list(states)
    pages = select(PublishedProduct.parent_id).where(*here, PublishedProduct.product_id.in_(ids), PublishedProduct.parent_id.is_not(None))
    parents = list(session.scalars(pages.distinct()))
    concerned = or_(PublishedProduct.product_id.in_([*ids, *parents]), PublishedProduct.parent_id.in_(ids))
    counts, fresh, gone = Counts(), list[NewRow](), list[UUID]()
    told, removed = [], []
    for row in session.scalars(select(PublishedProduct).where(*here, concerned)):
        ended_above = row.parent_id is not None and states.get(row.parent_id) == "end"
        payload = None if ended_above else moved_payload(row.payload, states)
        if payload == row.payload:
            continue
        if payload is None:
            gone.append(row.product_id)
        else:
            fresh.append(_row(row, payload))
        if row.parent_id is None:
            counts.changed += payload is not None
            counts.removed += payload is None
            if payload is None:
                removed.append(row.product_id)
            else:
                told.append(search_document(payload))
    close_products(session, place, version, [*gone, *(row.subject_id for row in fresh)])
    add_products(session, place, version, fresh)
    if told or removed:
        indexing.apply_changes(session, place.market_code, place.language, told, removed)
    return counts


def moved_payload(payload: Payload, states: Mapping[UUID, str]) -> Payload | None:
    """The payload with the new states; None where it is no longer sold, a parent also where none of its variants is. Pure."""
    state = states.get(UUID(payload["id"]), payload["status"])
    if state == "end":
        return None
    moved = {**payload, "status": state}
    if "variants" in payload:
        moved["variants"] = [v for v in payload["variants"] if states.get(UUID(v["id"])) != "end"]
        if not moved["variants"]:
            return None
        if len(moved["variants"]) < len(payload["variants"]):
            moved["prices"] = lowest_prices([v["prices"] or payload["prices"] for v in moved["variants"]])
    return moved


def _row(row: PublishedProduct, payload: Payload) -> NewRow:
    digest, told = digest_of(payload)
    categories, currencies = [str(c) for c in row.category_ids], sorted(payload["prices"])
    return NewRow(row.product_id, row.parent_id, row.sku, row.slug, row.position, categories, currencies, digest, told)
