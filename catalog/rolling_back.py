"""Rolling back: what an old version showed is published again, as a new version. Nothing is unpublished or rewritten.

The drafts stay as they are and wait: the new version takes over the old one's mark, so everything written since then
is looked at by the next publication.

Addresses cannot clash: an address is part of the digest, so what stays open stands in the old version as it is, and the
old version held no address twice. Who took an address since gets another one when it is published again.
"""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.edition import Counts
from catalog.findable import search_document
from catalog.intervals import Place, in_place
from catalog.models import PublishedProduct
from catalog.publishing import Published, lock_market, record_version
from catalog.search import indexing
from catalog.versions import newest_publications, publications_at
from kernel import tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, NotThere
from kernel.i18n import gettext as _

BATCH = 500
NOTHING_TO_DO = "nothing_to_do"

CLOSE = """
    UPDATE catalog.{table} o SET to_version = :version
    WHERE o.tenant_id = :tenant AND o.market_code = :market AND o.language = :language AND o.to_version IS NULL
      AND NOT EXISTS (
        SELECT FROM catalog.{table} p
        WHERE p.tenant_id = o.tenant_id AND p.market_code = o.market_code AND p.language = o.language AND p.{subject} = o.{subject}
          AND p.from_version <= :old AND (p.to_version IS NULL OR p.to_version > :old) AND p.digest = o.digest)
    RETURNING o.{subject}
"""
ADD = """
    INSERT INTO catalog.{table} (tenant_id, id, market_code, language, {columns}, from_version)
    SELECT p.tenant_id, gen_random_uuid(), p.market_code, p.language, {values}, :version FROM catalog.{table} p
    WHERE p.tenant_id = :tenant AND p.market_code = :market AND p.language = :language
      AND p.from_version <= :old AND (p.to_version IS NULL OR p.to_version > :old)
      AND NOT EXISTS (
        SELECT FROM catalog.{table} o
        WHERE o.tenant_id = p.tenant_id AND o.market_code = p.market_code AND o.language = p.language AND o.{subject} = p.{subject}
          AND o.to_version IS NULL)
    RETURNING {subject}
"""
PRODUCT_COLUMNS = "product_id, parent_id, sku, slug, position, category_ids, currencies, digest, payload"
CATEGORY_COLUMNS = "category_id, slug, digest, payload"
TABLES = (("published_category", "category_id", CATEGORY_COLUMNS), ("published_product", "product_id", PRODUCT_COLUMNS))


def roll_back(session: Session, actor: Actor, market_code: str, old: int, note: str = "") -> Published:
    """Publishes what version `old` showed as the market's next version. Raises NotThere for a version there is not,
    Conflict where it is what shops show already."""
    actor.must("catalog.publish")
    lock_market(session, market_code)
    found = publications_at(session, market_code, old)
    if not found:
        raise NotThere
    version = max(p.version for p in newest_publications(session, market_code).values()) + 1
    counts = {language: _restore(session, Place(market_code, language), old, version) for language in found}
    if not any(c.any for c in counts.values()):
        raise Conflict("Shops show this version already.", code=NOTHING_TO_DO)
    mark = min(row.mark for row in found.values())
    record_version(session, actor, market_code, version, mark, counts, note or _("Back to version %(version)s") % {"version": old})
    return Published(version, True, counts)


def _restore(session: Session, place: Place, old: int, version: int) -> Counts:
    told = {"tenant": tenancy.current(), "market": place.market_code, "language": place.language, "old": old, "version": version}
    moved = []
    for table, subject, columns in TABLES:
        listed = {"table": table, "subject": subject, "columns": columns, "values": "p." + columns.replace(", ", ", p.")}
        closed = set(session.scalars(text(CLOSE.format(**listed)), told))
        moved.append((closed, set(session.scalars(text(ADD.format(**listed)), told))))
    (categories_closed, categories_added), (closed, added) = moved
    pages = _pages(session, place, closed | added)
    _tell_index(session, place, list(pages & added), list(pages & closed - added))
    return Counts(
        added=len(pages & added - closed),
        changed=len(pages & added & closed),
        removed=len(pages & closed - added),
        categories=len(categories_closed | categories_added),
    )


def _pages(session: Session, place: Place, ids: set[UUID]) -> set[UUID]:
    """Those of the products that have a page of their own."""
    pages = (in_place(PublishedProduct, place), PublishedProduct.product_id.in_(ids), PublishedProduct.parent_id.is_(None))
    return set(session.scalars(select(PublishedProduct.product_id).where(*pages).distinct()))


def _tell_index(session: Session, place: Place, added: list[UUID], removed: list[UUID]) -> None:
    for start in range(0, len(added), BATCH):
        these = (in_place(PublishedProduct, place), PublishedProduct.to_version.is_(None))
        payloads = session.scalars(
            select(PublishedProduct.payload).where(*these, PublishedProduct.product_id.in_(added[start : start + BATCH]))
        )
        indexing.apply_changes(session, place.market_code, place.language, [search_document(p) for p in payloads], [])
    if removed:
        indexing.apply_changes(session, place.market_code, place.language, [], removed)
