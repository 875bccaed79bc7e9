"""A partner's own names for a brand's products, searchable in the partner's shop and nowhere else.

They stand in builds of the partner's own, one per language, under a market's name that no market can have; behind row
security like everything else of the partner's. A search lays them over the brand's build: an own name's terms count for the
brand's document as if they stood there, the better weight of the two. The brand's name goes on being found.

Written in the transaction that changes the overlay; what is laid over under which agreement is asked when it is read, so
names under an agreement that is over find nothing.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.models.sharing import Overlay
from catalog.search.documents import SearchDocument
from catalog.search.indexing import apply_changes
from catalog.search.models import SearchIndex
from catalog.search.pieces import Posting
from catalog.search.reading import Build
from kernel import tenancy

MARKET = "own names"

_PLACES = text(
    "SELECT o.doc AS own, d.doc FROM catalog.search_doc o"
    " JOIN catalog.overlay v ON v.tenant_id = :seller AND v.source_tenant_id = :brand AND v.product_id = o.product_id"
    "  AND v.agreement_id = :agreement"
    " CROSS JOIN LATERAL (SELECT d.doc FROM catalog.search_doc d"
    "   WHERE d.tenant_id = :brand AND d.build = :build AND d.product_id = o.product_id"
    "  UNION SELECT u.doc FROM catalog.search_unit u"
    "   WHERE u.tenant_id = :brand AND u.build = :build AND u.product_id = o.product_id OFFSET 0) AS d"
    " WHERE o.tenant_id = :seller AND o.build = :own AND d.doc < :length"
)


@dataclass(frozen=True)
class Placed:
    """Which documents of the brand's build the documents of an own build speak of."""

    docs: dict[int, list[int]] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return 100 + 200 * len(self.docs)


def read_places(session: Session, own: Build, brand: Build, agreement_id: UUID) -> Placed:
    """Asks the overlays that hold now."""
    told = {"seller": own.tenant_id, "own": own.number, "brand": brand.tenant_id, "build": brand.number, "length": brand.length}
    docs: dict[int, list[int]] = {}
    for own_doc, doc in session.execute(_PLACES, {**told, "agreement": agreement_id}):
        docs.setdefault(own_doc, []).append(doc)
    return Placed(docs)


def laid_over(posting: Posting, own: Posting, places: Placed, size: int) -> Posting:
    """A term's places with the own names' among them; `size` is how many numbers the brand's build takes."""
    weights = dict(zip(posting.docs, posting.weights, strict=True))
    for own_doc, weight in zip(own.docs, own.weights, strict=True):
        for doc in places.docs.get(own_doc, ()):
            weights[doc] = max(weight, weights.get(doc, 0))
    docs = sorted(weights)
    return Posting(array("i", docs), array("h", map(weights.__getitem__, docs)), size)


def keep(session: Session, product_ids: Sequence[UUID]) -> None:
    """Puts the entered tenant's own names of these products into its index, and takes out those that are gone."""
    here = tenancy.current()
    session.flush()
    rows = session.execute(select(Overlay.product_id, Overlay.names).where(Overlay.tenant_id == here, Overlay.product_id.in_(product_ids)))
    names = {row.product_id: row.names for row in rows}
    kept = select(SearchIndex.language).where(SearchIndex.tenant_id == here, SearchIndex.market_code == MARKET, SearchIndex.is_current)
    languages = {*session.scalars(kept), *(language for told in names.values() for language, name in told.items() if name)}
    for language in sorted(languages):
        named = {product_id: told[language] for product_id, told in names.items() if told.get(language)}
        apply_changes(session, MARKET, language, documents(named.items()), [p for p in product_ids if p not in named])


def catch_up(session: Session) -> int:
    """Indexes the entered tenant's own names where it has some and no index of them (data from before there was one, or
    written past the overlays' use cases); returns how many products have one."""
    here = tenancy.current()
    found = select(SearchIndex.id).where(SearchIndex.tenant_id == here, SearchIndex.market_code == MARKET)
    if session.execute(found.limit(1)).first() is not None:
        return 0
    named = session.scalars(select(Overlay.product_id).where(Overlay.tenant_id == here, Overlay.names != {})).all()
    if named:
        keep(session, named)
    return len(named)


def documents(names: Iterable[tuple[UUID, str]]) -> Iterator[SearchDocument]:
    """What is indexed of names by product."""
    return (SearchDocument(product_id=product_id, sku="", title=name) for product_id, name in names)
