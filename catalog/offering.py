"""Products as one shop sells them: from sources, published rows and overlays to pages, cards and cart lines.

Each call makes at most four queries whatever the number of products: sources, published rows, overlays and, only where
the shop holds back changes of the brand, the rows as they were.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.dressing import dress_card, dress_product
from catalog.shop import ListCard, ShopProduct, ShopView, Source
from catalog.sources import as_held, overlays_for, published_at, published_by_id, sources_for
from kernel.errors import NotThere


def shop_product(session: Session, view: ShopView, slug: str) -> ShopProduct:
    """The product at this address, with prices as a page may show them. NotThere where the shop does not sell it (any more)."""
    sources = sources_for(session, view)
    rows = published_at(session, sources, slug)
    overlays = overlays_for(session, view, sources, [row.payload for row in rows])
    for source, payload in as_held(session, rows, overlays):
        if found := dress_product(view, source, payload, overlays, shown=True):
            return found
    raise NotThere


def shop_products(session: Session, view: ShopView, ids: Sequence[UUID], shown: bool = False) -> dict[UUID, ShopProduct]:
    """Products and variants by id, as sold at this moment; what is not sold is left out. The prices are those a cart charges, or with
    `shown` as a page may show them."""
    if not ids:
        return {}
    sources = sources_for(session, view)
    rows = published_by_id(session, sources, ids)
    overlays = overlays_for(session, view, sources, [row.payload for row in rows])
    found: dict[UUID, ShopProduct] = {}
    for source, payload in as_held(session, rows, overlays):
        if product := dress_product(view, source, payload, overlays, shown):
            found.setdefault(product.id, product)
    return found


def cards_for(session: Session, view: ShopView, ids: Sequence[UUID], sources: list[Source] | None = None) -> list[ListCard]:
    """Cards in the order of `ids` (a search's hits); what is not sold is left out. `sources`, where already known, save a query."""
    if not ids:
        return []
    sources = sources_for(session, view) if sources is None else sources
    rows = [row for row in published_by_id(session, sources, ids) if row.payload["parent_id"] is None]
    overlays = overlays_for(session, view, sources, [row.payload for row in rows])
    cards: dict[UUID, ListCard] = {}
    for source, payload in as_held(session, rows, overlays):
        if card := dress_card(view, source, payload, overlays):
            cards.setdefault(card.id, card)
    return [cards[product_id] for product_id in ids if product_id in cards]
