"""Pictures of products: taken in, rendered, described, put in order, taken away.

Files have names made of their content and are never overwritten; a picture that is taken away keeps its files, because
published versions go on showing it.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.checking import Problems, check_texts
from catalog.list_prices import touch
from catalog.models import Picture
from catalog.picture_files import ENDINGS, BadPicture, Prepared, Rendered, prepare, render
from catalog.products import product_for
from kernel import audit, files, tenancy
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import Conflict, Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id
from kernel.jobs import defer, task

LONGEST_ALT = 300
MOST_PICTURES = 40


def add_picture(
    session: Session,
    actor: Actor,
    product_id: UUID,
    data: bytes,
    alts: Mapping[str, str] | None = None,
    at_once: bool = False,
    trusted: bool = False,
) -> Picture:
    """Takes a picture in at the end of the product's pictures. Renditions are made by the worker, or `at_once`.

    `trusted` is for pictures drawn by our own code. Raises Invalid at `picture` for bytes that are no picture we take.
    """
    actor.must("catalog.edit")
    try:
        prepared = prepare(data, with_renditions=at_once, trusted=trusted)
    except BadPicture as error:
        raise Invalid.at("picture", _(str(error)), "bad_picture") from error
    return add_prepared(session, actor, product_id, prepared, alts)


def add_prepared(session: Session, actor: Actor, product_id: UUID, prepared: Prepared, alts: Mapping[str, str] | None = None) -> Picture:
    """Like `add_picture`, for one that `catalog.picture_files.prepare` has made ready (several at a time, in other processes)."""
    actor.must("catalog.edit")
    product = product_for(session, actor, product_id, lock=True)
    problems = Problems()
    kept = problems.trying("alts", check_texts, alts or {}, LONGEST_ALT) or {}
    mine = (Picture.tenant_id == tenancy.current(), Picture.product_id == product.id)
    count, last = session.execute(select(func.count(), func.max(Picture.position)).where(*mine)).one()
    if count >= MOST_PICTURES:
        problems.add("picture", _("A product has at most %(count)s pictures.") % {"count": MOST_PICTURES})
    problems.settle()
    picture = Picture(
        tenant_id=tenancy.current(),
        id=new_id(),
        product_id=product.id,
        file_key=f"pictures/{prepared.digest[:2]}/{prepared.digest}.webp",
        digest=prepared.digest,
        width=prepared.width,
        height=prepared.height,
        position=(last or 0) + 1,
        alts=kept,
        renditions=[],
    )
    files.put(picture.file_key, prepared.master, "image/webp")
    session.add(picture)
    session.flush()
    if prepared.renditions:
        _keep(picture, prepared.renditions)
        touch(session, [product.id])
    else:
        defer(session, "catalog.renditions", {"picture_id": str(picture.id)})
    session.flush()
    audit.record(session, actor, "picture.added", "product", product.id, after={"picture": str(picture.id), "file": picture.file_key})
    return picture


@task("catalog.renditions")
def make_renditions(actor: Actor, args: dict[str, Any]) -> None:
    """The worker's part: encodes outside of any transaction, then writes. A picture that is gone, or done, is left alone."""
    with transaction(read_only=True) as session:
        picture = session.get(Picture, (tenancy.current(), UUID(args["picture_id"])))
        if picture is None or picture.state != "waiting":
            return
        key = picture.file_key
    try:
        made = render(files.get(key))
    except BadPicture:
        made = ()
    with transaction() as session:
        picture = session.get(Picture, (tenancy.current(), UUID(args["picture_id"])), with_for_update=True)
        if picture is None or picture.state != "waiting":
            return
        _keep(picture, made)
        session.flush()
        touch(session, [picture.product_id])


def describe_picture(session: Session, actor: Actor, picture_id: UUID, alts: Mapping[str, str]) -> Picture:
    """Sets the texts that stand for the picture, by language. Raises Invalid, NotThere."""
    actor.must("catalog.edit")
    picture = picture_for(session, actor, picture_id, lock=True)
    problems = Problems()
    kept = problems.trying("alts", check_texts, alts, LONGEST_ALT) or {}
    problems.settle()
    before = {"alts": picture.alts}
    picture.alts = kept
    session.flush()
    touch(session, [picture.product_id])
    audit.record(session, actor, "picture.described", "product", picture.product_id, before=before, after={"alts": kept})
    return picture


def order_pictures(session: Session, actor: Actor, product_id: UUID, picture_ids: Sequence[UUID]) -> None:
    """Puts the product's pictures in this order; the first is shown in lists. Raises Conflict where the list is not complete."""
    actor.must("catalog.edit")
    product = product_for(session, actor, product_id, lock=True)
    pictures = {picture.id: picture for picture in list_pictures(session, actor, product.id)}
    if set(pictures) != set(picture_ids) or len(pictures) != len(picture_ids):
        raise Conflict("The pictures have changed meanwhile. Please look at them again.", code="edited_meanwhile")
    for position, picture_id in enumerate(picture_ids, 1):
        pictures[picture_id].position = position
    session.flush()
    touch(session, [product.id])
    audit.record(session, actor, "picture.ordered", "product", product.id, after={"pictures": [str(p) for p in picture_ids]})


def remove_picture(session: Session, actor: Actor, picture_id: UUID) -> None:
    """Takes a picture from its product. Raises NotThere."""
    actor.must("catalog.edit")
    picture = picture_for(session, actor, picture_id, lock=True)
    session.delete(picture)
    session.flush()
    touch(session, [picture.product_id])
    audit.record(session, actor, "picture.removed", "product", picture.product_id, before={"file": picture.file_key})


def picture_for(session: Session, actor: Actor, picture_id: UUID, lock: bool = False) -> Picture:
    """The tenant's picture. Raises NotThere."""
    actor.must("catalog.view")
    query = select(Picture).where(Picture.tenant_id == tenancy.current(), Picture.id == picture_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def list_pictures(session: Session, actor: Actor, product_id: UUID) -> list[Picture]:
    """A product's pictures in their order."""
    actor.must("catalog.view")
    return pictures_of(session, product_id)


def pictures_of(session: Session, product_id: UUID) -> list[Picture]:
    """The same, for who has fetched the product already."""
    mine = (Picture.tenant_id == tenancy.current(), Picture.product_id == product_id)
    return list(session.scalars(select(Picture).where(*mine).order_by(Picture.position, Picture.id)))


def file_picture(actor: Actor, data: bytes) -> str:
    """Files a picture that belongs to no product (a page's opening picture, a logo) and returns its key. The same checks
    and the same encoding anew. Raises Invalid at `picture`."""
    if not (actor.can("theme.edit") or actor.can("catalog.edit")):
        actor.must("catalog.edit")
    try:
        prepared = prepare(data, with_renditions=False)
    except BadPicture as error:
        raise Invalid.at("picture", _(str(error)), "bad_picture") from error
    key = f"pictures/{prepared.digest[:2]}/{prepared.digest}.webp"
    files.put(key, prepared.master, "image/webp")
    return key


def _keep(picture: Picture, renditions: Sequence[Rendered]) -> None:
    told = []
    for made in renditions:
        key = f"pictures/{picture.digest[:2]}/{picture.digest}-{made.width}.{ENDINGS[made.format]}"
        kind = f"image/{made.format}"
        files.put(key, made.data, kind)
        told.append({"format": made.format, "width": made.width, "height": made.height, "key": key, "bytes": len(made.data)})
    picture.renditions = told
    picture.state = "ready" if told else "failed"
