"""Publishing: the drafts of a market become its next version, in every language, in one transaction.

Steps:
- one publication of a market at a time (an advisory lock until the commit);
- take the mark: a number such that every product write below it is committed and visible. Writers hold a shared lock
  from their first write to their commit (trigger touch_product); holding the lock alone for a moment means that no write
  is under way. It is taken inside a savepoint that is rolled back, which lets go of it again at once;
- look only at products written since the last version's mark (all of them in a language published for the first time);
- compare digests; add rows for what differs, close their predecessors, tell the search index; nothing else is written.

A product is published while it is ready or phased out; a draft or ended one is taken out of the shops. One that misses
something its family requires in a language is passed over there and told of: shops keep what they had of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from catalog.drafts import read_attributes, read_categories, read_drafts, read_families
from catalog.edition import Counts, Edition, HeldBack
from catalog.events import CatalogPublished
from catalog.facets import remember_words
from catalog.intervals import Place, in_place
from catalog.models import Product, Publication, PublishedProduct
from catalog.price_turns import arrange_turns
from catalog.versions import market_for, newest_publications
from kernel import audit, stamps, tenancy
from kernel.actors import Actor
from kernel.db.locks import try_lock, wait_lock
from kernel.errors import Conflict, NotThere
from kernel.events import publish as tell
from tenants.models import Market

BATCH = 500
BUSY = "being_published"
Progress = Callable[[int, int], None]  # products looked at, products to look at


@dataclass(frozen=True)
class Published:
    """The version a market now has; `is_new` is False where nothing had changed and none was made."""

    version: int
    is_new: bool
    languages: dict[str, Counts] = field(default_factory=dict)
    held_back: tuple[HeldBack, ...] = ()


def publish(
    session: Session, actor: Actor, market_code: str, note: str = "", progress: Progress | None = None, only: Sequence[str] = ()
) -> Published:
    """Makes the market's next version out of the drafts; `progress` hears now and then how far it is.

    `only` these languages, all of the market where there are none; the others keep their version and their mark. Raises
    NotThere for a market that is not the tenant's and where it has none of the languages (any more), Conflict while
    somebody else publishes it.
    """
    actor.must("catalog.publish")
    market = market_for(session, market_code)
    wanted = [tag for tag in market.languages if tag in only or not only]
    if not wanted:
        raise NotThere
    lock_market(session, market_code)
    mark = take_mark(session)
    last = newest_publications(session, market_code)
    version = max((p.version for p in last.values()), default=0) + 1
    editions = editions_of(session, market, wanted, version, set(last))
    since = min((last[language].mark if language in last else 0) for language in wanted)
    batches = candidates(session, since)
    total, seen = sum(map(len, batches)), 0
    for ids in batches:
        drafts = read_drafts(session, ids)
        for edition in editions:
            edition.put(drafts, ids)
        seen += len(ids)
        if progress is not None:
            progress(seen, total)
    for edition in editions:
        edition.tell_index()
    counts = {edition.place.language: edition.counts for edition in editions}
    held_back = tuple(held for edition in editions for held in edition.held_back)
    if not any(c.any for c in counts.values()) and set(wanted) <= set(last):
        for language in wanted:
            last[language].mark = mark
        session.flush()
        return Published(version - 1, False, counts, held_back)
    remember_words(session, market_code, market.languages, market.default_language)
    record_version(session, actor, market_code, version, mark, counts, note)
    return Published(version, True, counts, held_back)


def editions_of(session: Session, market: Market, wanted: Sequence[str], version: int, known: set[str], code: str = "") -> list[Edition]:
    """One for each language, its categories put in; those that are not `known` are published for the first time. `code`:
    under which they are published, where that is not the market's own."""
    attributes, categories, families = read_attributes(session), read_categories(session), read_families(session)
    editions = []
    for language in wanted:
        place = Place(code or market.code, language)
        languages = [language, market.default_language]
        is_first = language not in known
        editions.append(Edition(session, place, version, languages, attributes, categories, is_first, families, market.currency))
        editions[-1].put_categories()
    return editions


def lock_market(session: Session, market_code: str) -> None:
    """From here to the commit nobody else publishes this market. Raises Conflict where somebody does."""
    if not try_lock(session, f"catalog.publish {market_code}"):
        raise Conflict("This market is being published at this moment. Please try again in a minute.", code=BUSY)


def take_mark(session: Session) -> int:
    """A number above every committed product write and below every later one."""
    with session.begin_nested() as savepoint:
        wait_lock(session, "catalog.touch")
        mark = int(session.execute(text("SELECT nextval('catalog.touch')")).scalar_one())
        savepoint.rollback()
    return mark


def candidates(session: Session, since: int) -> list[list[UUID]]:
    """Products with a page (variants stand for their parent) written after the mark `since`, in batches."""
    page = func.coalesce(Product.parent_id, Product.id)
    ids = list(session.scalars(select(page).where(Product.tenant_id == tenancy.current(), Product.touched > since).distinct()))
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def record_version(session: Session, actor: Actor, market_code: str, version: int, mark: int, counts: dict[str, Counts], note: str) -> None:
    """Writes the version down, in the audit trail too, and tells everybody who shows it."""
    for language, moved in counts.items():
        here = (in_place(PublishedProduct, Place(market_code, language)), PublishedProduct.to_version.is_(None))
        pages = select(func.count()).select_from(PublishedProduct).where(*here, PublishedProduct.parent_id.is_(None))
        session.add(
            Publication(
                tenant_id=tenancy.current(),
                market_code=market_code,
                language=language,
                version=version,
                published_by=actor.as_json(),
                note=note[:500],
                mark=mark,
                products_added=moved.added,
                products_changed=moved.changed,
                products_removed=moved.removed,
                products_total=session.scalar(pages) or 0,
            )
        )
    session.flush()
    changed = max((c.added + c.changed for c in counts.values()), default=0)
    removed = max((c.removed for c in counts.values()), default=0)
    arrange_turns(session, market_code)
    tell(session, CatalogPublished(market_code, list(counts), version, changed, removed))
    after = {"market": market_code, "version": version, "changed": changed, "removed": removed}
    audit.record(session, actor, "catalog.publish", "market", market_code, after=after)
    stamps.bump(session)
