"""Pictures of products: taken in, re-encoded, cut to the sizes pages use, named by their content.

Whatever was uploaded is never served: a child process decodes it within limits (catalog/pixels.py) and everything shown
is encoded anew. `at_once` does that in the request (imports, the demo world); otherwise the upload waits as it
is and the worker does it. File names carry the digest of their content, so they never change and may be kept for good.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from catalog.attribute_values import BadValue
from catalog.checking import check_texts
from catalog.decoding import Decoder, check_start
from catalog.list_prices import touch
from catalog.models import Picture
from catalog.pixels import Made
from catalog.products import product_for
from kernel import audit, files, tenancy
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import Conflict, Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id
from kernel.jobs import defer, task

TASK = "catalog.pictures"
MOST_PICTURES = 60
LONGEST_ALT = 300
EXTENSIONS = {"jpeg": "jpg"}
PICTURES = "pictures/"  # where files lie that may be shown to everybody


def add_picture(
    session: Session,
    actor: Actor,
    product_id: UUID,
    data: bytes,
    alts: Mapping[str, str],
    at_once: bool = False,
    decoder: Decoder | None = None,
    trim: bool = False,
) -> Picture:
    """Adds a picture behind the product's others. `alts` says per language what it shows; `trim` (only `at_once`) cuts an even
    background around it away.

    The same picture again is not added twice: the one there is gets the new words. `decoder` saves a process where
    many pictures of one tenant come one after the other. Raises Invalid at `file` or `alts`, NotThere.
    """
    actor.must("catalog.edit")
    product = product_for(session, actor, product_id, lock=True)
    words = _words(alts)
    check_start(data)
    there, digest = pictures_of(session, product.id), hashlib.sha256(data).hexdigest()
    known = next((p for p in there if p.digest == digest), None)
    if known is not None:
        return _describe(session, actor, known, {**known.alts, **words})
    if len(there) >= MOST_PICTURES:
        raise Invalid.at("file", _("A product has at most %(count)s pictures.") % {"count": MOST_PICTURES}, "too_many")
    picture = Picture(
        tenant_id=tenancy.current(), id=new_id(), product_id=product.id, digest=digest, alts=words, file_key="", width=0, height=0,
        position=max((p.position for p in there), default=0) + 1, renditions=[],
    )  # fmt: skip
    if at_once:
        _cut(picture, data, decoder, trim)
        session.add(picture)
    else:
        _let_wait(session, picture, data)
    session.flush()
    touch(session, [product.id])
    audit.record(session, actor, "picture.added", "product", product.id, after={"picture": str(picture.id), "alts": words})
    return picture


def _let_wait(session: Session, picture: Picture, data: bytes) -> None:
    """Keeps the upload as it is and asks the worker to cut it. A file of its own: the same picture may wait for several
    products, and the first that is done takes it away."""
    picture.file_key = f"uploads/{picture.id}"
    files.put(picture.file_key, data, "application/octet-stream")
    session.add(picture)
    session.flush()
    defer(session, TASK, {"picture_id": str(picture.id)})


def describe_picture(session: Session, actor: Actor, picture_id: UUID, alts: Mapping[str, str]) -> Picture:
    """Sets the words that stand for the picture, by language. Raises Invalid, NotThere."""
    actor.must("catalog.edit")
    return _describe(session, actor, _picture(session, picture_id), _words(alts))


def order_pictures(session: Session, actor: Actor, product_id: UUID, picture_ids: Sequence[UUID]) -> None:
    """Puts a product's pictures in this order; lists show the first. Raises Conflict where the list is not the product's."""
    actor.must("catalog.edit")
    product = product_for(session, actor, product_id, lock=True)
    there = {picture.id: picture for picture in pictures_of(session, product.id)}
    if sorted(there) != sorted(picture_ids):
        raise Conflict("The pictures have changed meanwhile. Please look at them again.", code="edited_meanwhile")
    for position, picture_id in enumerate(picture_ids, 1):
        there[picture_id].position = position
    session.flush()
    touch(session, [product.id])
    audit.record(session, actor, "picture.ordered", "product", product.id, after={"pictures": [str(p) for p in picture_ids]})


def remove_picture(session: Session, actor: Actor, picture_id: UUID) -> None:
    """Takes a picture off its product. Its files stay: published versions and past orders go on showing them."""
    actor.must("catalog.edit")
    picture = _picture(session, picture_id)
    session.delete(picture)
    session.flush()
    touch(session, [picture.product_id])
    audit.record(
        session, actor, "picture.removed", "product", picture.product_id, before={"picture": str(picture.id), "alts": picture.alts}
    )


def _describe(session: Session, actor: Actor, picture: Picture, words: dict[str, str]) -> Picture:
    before = picture.alts
    if words != before:
        picture.alts = words
        session.flush()
        touch(session, [picture.product_id])
        audit.record(session, actor, "picture.described", "product", picture.product_id, before={"alts": before}, after={"alts": words})
    return picture


def _words(alts: Mapping[str, str]) -> dict[str, str]:
    try:
        return check_texts(alts, LONGEST_ALT)
    except BadValue as error:
        raise Invalid.at("alts", str(error)) from error


def _picture(session: Session, picture_id: UUID) -> Picture:
    picture = session.scalar(select(Picture).where(Picture.tenant_id == tenancy.current(), Picture.id == picture_id).with_for_update())
    if picture is None:
        raise NotThere
    return picture


def pictures_of(session: Session, product_id: UUID) -> list[Picture]:
    """A product's pictures in their order, also those still being cut."""
    mine = (Picture.tenant_id == tenancy.current(), Picture.product_id == product_id)
    return list(session.scalars(select(Picture).where(*mine).order_by(Picture.position, Picture.id)))


def first_pictures(session: Session, product_ids: Sequence[UUID]) -> dict[UUID, Picture]:
    """The picture that each of these products shows first, one query for all; products without any are left out."""
    mine = (Picture.tenant_id == tenancy.current(), Picture.product_id.in_(product_ids))
    query = select(Picture).where(*mine).ext(distinct_on(Picture.product_id)).order_by(Picture.product_id, Picture.position, Picture.id)
    return {picture.product_id: picture for picture in session.scalars(query)}


def file_picture(actor: Actor, data: bytes, decoder: Decoder | None = None) -> str:
    """A picture that belongs to no product (home page, logo): re-encoded; returns the key of the widest WebP."""
    actor.must("theme.edit")
    _size, made = _decoded(data, decoder)
    return keep_made(max((m for m in made if m.format == "webp"), key=lambda m: m.width))


@task(TASK)
def cut_waiting(_actor: Actor, args: dict[str, Any]) -> None:
    """The worker's part: a picture that was uploaded gets its files, or the state `failed` where it is none."""
    picture_id = UUID(args["picture_id"])
    with transaction() as session:
        picture = session.scalar(select(Picture).where(Picture.tenant_id == tenancy.current(), Picture.id == picture_id).with_for_update())
        if picture is None or picture.state == "ready":
            return
        upload = picture.file_key
        try:
            _cut(picture, files.get(upload), None)
        except Invalid:
            picture.state = "failed"
        touch(session, [picture.product_id])
    files.delete(upload)


def count_waiting(session: Session) -> int:
    """How many of the tenant's pictures are still being cut."""
    mine = (Picture.tenant_id == tenancy.current(), Picture.state == "waiting")
    return session.scalar(select(func.count()).select_from(Picture).where(*mine)) or 0


def _cut(picture: Picture, data: bytes, decoder: Decoder | None, trim: bool = False) -> None:
    size, made = _decoded(data, decoder, trim)
    master, *smaller = made
    picture.width, picture.height = size
    picture.file_key = keep_made(master)
    picture.renditions = [
        {"format": m.format, "width": m.width, "height": m.height, "key": keep_made(m), "bytes": len(m.data)} for m in smaller
    ]
    picture.state = "ready"


def _decoded(data: bytes, decoder: Decoder | None, trim: bool = False) -> tuple[tuple[int, int], list[Made]]:
    if decoder is not None:
        return decoder.renditions(data, trim)
    with Decoder() as own:
        return own.renditions(data, trim)


def keep_made(made: Made) -> str:
    """Stores a file under the digest of its content; returns its key."""
    digest = hashlib.sha256(made.data).hexdigest()[:32]
    key = f"{PICTURES}{digest[:2]}/{digest}-{made.width}.{EXTENSIONS.get(made.format, made.format)}"
    if not files.exists(key):
        files.put(key, made.data)
    return key
