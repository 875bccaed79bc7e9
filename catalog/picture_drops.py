"""Many pictures at once: dropped on the desk, matched to products by the names of their files, attached by the worker.

A file goes its way alone: what is wrong with one does not hold up the others. What no article number fits waits, with
a small preview, until somebody says whose it is, tries the names again or discards it. The worker's part is catalog/attaching.py.
Nothing that was uploaded is ever served: previews and pictures are made by the process that decodes (catalog/decoding.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from catalog.decoding import check_start
from catalog.exchange.bundles import is_bundle
from catalog.models import DroppedPicture, Product
from catalog.picture_names import Candidate, candidates, plain_name, spellings
from kernel import audit, files, tenancy
from kernel.actors import Actor
from kernel.errors import GalleriaError, Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id
from kernel.jobs import defer

TASK = "catalog.dropped_pictures"
TIDY = "catalog.dropped_pictures.tidy"
MOST_OPEN = 5_000
MOST_OPEN_BYTES = 4_000_000_000
PER_PAGE = 60


@dataclass(frozen=True)
class DropPage:
    """Rows of the desk's list, the newest first, and how many there are in each state."""

    rows: list[DroppedPicture]
    counts: Mapping[str, int]
    products: Mapping[UUID, Product]


def drop(session: Session, actor: Actor, dropped: Sequence[tuple[str, bytes]], trim: bool = False) -> list[DroppedPicture]:
    """Takes files in (name, content); `trim`: an even background around what they show is cut away.

    A file that cannot be a picture is kept as `failed` with the reason, without its content. Raises Invalid at `pictures`
    where nothing was sent or too much waits already.
    """
    actor.must("catalog.edit")
    given = [(plain_name(name), data) for name, data in dropped if name]
    if not given:
        raise Invalid.at("pictures", _("Please choose at least one picture."), "missing")
    check_room(session, len(given), sum(len(data) for _name, data in given))
    found = match(session, [name for name, _data in given])
    rows = [taken(name, data, found.get(name), trim) for name, data in given]
    session.add_all(rows)
    session.flush()
    _ask(session)
    return rows


def taken(name: str, data: bytes, found: tuple[UUID, int | None] | None, trim: bool, drop_id: UUID | None = None) -> DroppedPicture:
    """A file as a row that is not yet stored; its content is. `found`: its product and place."""
    row = DroppedPicture(
        tenant_id=tenancy.current(), id=drop_id or new_id(), file_name=name, bytes=len(data), trim=trim, file_key="", state="waiting",
        product_id=found[0] if found else None, position=found[1] if found else None,
    )  # fmt: skip
    try:
        if is_bundle(name):
            row.state = "unpacking"
        else:
            check_start(data)
    except Invalid as error:
        row.state, row.reason = "failed", reason_of(error)
        return row
    row.file_key = f"uploads/{row.id}"
    files.put(row.file_key, data, "application/octet-stream")
    return row


def match(session: Session, names: Iterable[str]) -> dict[str, tuple[UUID, int | None]]:
    """File name → product and place, for those whose beginning is an article number or GTIN of the tenant. One query."""
    fitting = {name: candidates(name) for name in names}
    numbers = {spelt for own in fitting.values() for candidate in own for spelt in spellings(candidate.number)}
    there = or_(Product.sku.in_(numbers), Product.gtin.in_(numbers))
    rows = session.execute(select(Product.id, Product.sku, Product.gtin).where(Product.tenant_id == tenancy.current(), there))
    by_number: dict[str, UUID] = {}
    for product_id, sku, gtin in rows:
        if gtin:
            by_number.setdefault(gtin, product_id)
        by_number[sku] = product_id
    chosen = {name: _first(own, by_number) for name, own in fitting.items()}
    return {name: hit for name, hit in chosen.items() if hit is not None}


def _first(own: Sequence[Candidate], by_number: Mapping[str, UUID]) -> tuple[UUID, int | None] | None:
    hits = ((by_number[spelt], one.position) for one in own for spelt in spellings(one.number) if spelt in by_number)
    return next(hits, None)


def give_to(session: Session, actor: Actor, drop_id: UUID, sku: str) -> DroppedPicture:
    """Says by hand whose picture it is. Raises NotThere, Invalid at `sku`."""
    actor.must("catalog.edit")
    row = _row(session, drop_id)
    product_id = session.scalar(select(Product.id).where(Product.tenant_id == tenancy.current(), Product.sku == sku.strip()))
    if product_id is None:
        raise Invalid.at("sku", _("There is no product with this article number."), "not_there")
    if row.state == "unknown":
        row.product_id, row.state, row.reason = product_id, "waiting", ""
        session.flush()
        _ask(session)
    return row


def match_again(session: Session, actor: Actor) -> int:
    """Tries the names of all that nobody was found for once more; returns for how many there is a product now."""
    actor.must("catalog.edit")
    rows = list(session.scalars(select(DroppedPicture).where(*mine(DroppedPicture.state == "unknown")).limit(MOST_OPEN).with_for_update()))
    found = match(session, [row.file_name for row in rows])
    hits = [row for row in rows if row.file_name in found]
    for row in hits:
        row.product_id, row.position = found[row.file_name]
        row.state = "waiting"
    session.flush()
    if hits:
        _ask(session)
    return len(hits)


def discard(session: Session, actor: Actor, drop_id: UUID) -> None:
    """Takes one off the list with its files; a picture that was attached stays with its product. Raises NotThere."""
    actor.must("catalog.edit")
    row = _row(session, drop_id)
    if row.state != "attached":
        audit.record(session, actor, "picture.discarded", "dropped_picture", row.id, before={"file": row.file_name})
    remove_rows(session, [row])


def clear(session: Session, actor: Actor) -> int:
    """Takes everything off the list that is attached or failed; returns how many."""
    actor.must("catalog.edit")
    rows = list(session.scalars(select(DroppedPicture).where(*mine(DroppedPicture.state.in_(("attached", "failed"))))))
    remove_rows(session, rows)
    return len(rows)


def list_drops(session: Session, actor: Actor, state: str = "", page: int = 1) -> DropPage:
    """What was dropped, in one state or any; PER_PAGE a page. Three queries."""
    actor.must("catalog.view")
    counted = select(DroppedPicture.state, func.count()).where(*mine()).group_by(DroppedPicture.state)
    counts = {name: int(number) for name, number in session.execute(counted)}
    wanted = mine(DroppedPicture.state == state) if state else mine()
    query = select(DroppedPicture).where(*wanted).order_by(DroppedPicture.id.desc())
    rows = list(session.scalars(query.limit(PER_PAGE).offset((max(page, 1) - 1) * PER_PAGE)))
    ids = {row.product_id for row in rows if row.product_id}
    products = session.scalars(select(Product).where(Product.tenant_id == tenancy.current(), Product.id.in_(ids))) if ids else ()
    return DropPage(rows, counts, {product.id: product for product in products})


def open_drop(session: Session, drop_id: UUID) -> DroppedPicture | None:
    """The row, locked; None where it has gone."""
    return session.scalar(select(DroppedPicture).where(*mine(DroppedPicture.id == drop_id)).with_for_update())


def mine(*conditions: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """This tenant's rows, and what else is asked of them."""
    return (DroppedPicture.tenant_id == tenancy.current(), *conditions)


def reason_of(error: GalleriaError) -> str:
    """What went wrong, as one line for a person."""
    return " ".join(problem.reason for problem in getattr(error, "problems", [])) or _(error.message)


def check_room(session: Session, more: int, more_bytes: int) -> None:
    """Raises Invalid at `pictures` where more files or bytes would wait than a tenant may leave lying about."""
    query = select(func.count(), func.coalesce(func.sum(DroppedPicture.bytes), 0)).where(*mine(DroppedPicture.file_key != ""))
    count, held = session.execute(query).one()
    if count + more > MOST_OPEN or held + more_bytes > MOST_OPEN_BYTES:
        raise Invalid.at("pictures", _("Too many pictures wait already. Please attach or discard some first."), "too_many")


def _row(session: Session, drop_id: UUID) -> DroppedPicture:
    row = open_drop(session, drop_id)
    if row is None:
        raise NotThere
    return row


def _ask(session: Session) -> None:
    defer(session, TASK, {}, lock=TASK)


def remove_rows(session: Session, rows: Sequence[DroppedPicture]) -> None:
    """Rows go now, their files once that is committed."""
    keys = [key for row in rows for key in (row.file_key, row.preview_key) if key]
    session.execute(delete(DroppedPicture).where(*mine(DroppedPicture.id.in_([row.id for row in rows]))))
    if keys:
        defer(session, TIDY, {"keys": keys})
