"""Writing the index while publishing: what changed is searchable when the publishing transaction commits.

- a changed product gets the next document number; its old number is switched off (`live` bits, rows by number)
- terms of new documents are appended to the newest chunk's rows, so the cost follows the change
- switched-off documents stay in the terms until `fold` (catalog/search/folding.py) writes the build anew
- documents are taken in batches: memory does not grow with the catalog

Works for the brand that is entered (kernel.tenancy); publishers of the same index wait for each other.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.search.documents import SearchDocument
from catalog.search.writing import BuildWriter, drop_build, find_current

BATCH = 2048
T = TypeVar("T")


def apply_changes(
    session: Session, market_code: str, language: str, changed: Iterable[SearchDocument], removed: Iterable[UUID] = ()
) -> None:
    """Puts changed and new products into the index of the entered tenant's market and takes removed ones out.

    Runs inside the publishing transaction and belongs to it. `changed` may be a generator of any length.
    """
    writer = BuildWriter.opening(session, market_code, language)
    for gone in batches(removed, BATCH):
        writer.take_out(gone)
    for batch in batches(changed, BATCH):
        writer.put_in(batch)
    writer.close()


def forget(session: Session, market_code: str, language: str) -> None:
    """The entered tenant no longer publishes this market or language: its index goes."""
    found = find_current(session, market_code, language)
    if found:
        drop_build(session, found.build)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items, so many at a time."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
