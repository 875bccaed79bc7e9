"""What of a space the seller has in stock. Stock belongs to the orders, above this package: app/wiring.py gives the reader.

A product is in stock where it, or one of its variants, is counted and there is some of it. What is sold on request is not.
The set is kept under the seller's stamp, which moves whenever a shop page would show a product's stock differently.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.search import bits
from catalog.search.arrays import plain
from catalog.search.shelf import Shelf
from catalog.search.space import Space, Strip

StockReader = Callable[[Session], Iterable[UUID]]

_DOCS = text(
    "SELECT DISTINCT u.doc FROM unnest(CAST(:products AS uuid[])) AS p(product_id)"
    " CROSS JOIN LATERAL (SELECT u.doc FROM catalog.search_unit u"
    "  WHERE u.tenant_id = :tenant AND u.build = :build AND u.product_id = p.product_id AND u.doc < :length OFFSET 0) AS u"
)

_readers: list[StockReader] = []


@dataclass(frozen=True)
class InStock:
    """A build's documents that are in stock, in its own numbers."""

    members: int
    size: int

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return 100 + self.size // 7


def read_stock_by(reader: StockReader | None) -> None:
    """Sets who says of which products and variants the entered tenant has some; None: nobody, nothing is in stock."""
    _readers[:] = [reader] if reader else []


@contextmanager
def reading_stock_by(reader: StockReader) -> Iterator[None]:
    """For as long as the block lasts `reader` is asked instead (checks of an engine)."""
    before = list(_readers)
    _readers[:] = [reader]
    try:
        yield
    finally:
        _readers[:] = before


def products_in_stock(session: Session) -> Iterator[UUID]:
    """Products and variants of which the seller has some."""
    return (product_id for reader in _readers for product_id in reader(session))


def in_stock(space: Space) -> int:
    """The documents of the space that are in stock."""
    shelf = space.shelf if space.scope.stamp is not None else Shelf()
    products: str | None = None
    members = 0
    for strip in space.strips:
        key = ("in stock", space.scope.seller_id, space.scope.stamp, strip.build.state)
        found = shelf.find(key)
        if found is None:
            products = products or plain(products_in_stock(space.session))
            found = _read(space, strip, products)
            shelf.put(key, found, found.bytes)
        members |= space.placed(found.members, strip)
    return members


def _read(space: Space, strip: Strip, products: str) -> InStock:
    told = {"tenant": strip.build.tenant_id, "build": strip.build.number, "length": strip.length, "products": products}
    docs = space.session.execute(_DOCS, told).scalars()
    return InStock(bits.of_documents(docs, strip.length), strip.length)
