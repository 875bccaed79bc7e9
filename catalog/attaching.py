"""The worker's part of dropped pictures: archives are unpacked, pictures attached to their products or given a preview.

Each picture has a transaction of its own. A second run after a crash goes on where the first one stopped: rows tell how far
each is, and what an archive has become already is known by ids made of the archive's and the entry's place.
"""

import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from catalog.decoding import Decoder
from catalog.exchange.bundles import BROKEN, Bundle
from catalog.media import add_picture, order_pictures, pictures_of
from catalog.models import DroppedPicture, Picture
from catalog.picture_drops import MOST_OPEN, TASK, TIDY, check_room, match, mine, open_drop, reason_of, remove_rows, taken
from catalog.picture_names import plain_name
from kernel import files
from kernel.actors import Actor
from kernel.db.session import retrying, transaction
from kernel.errors import GalleriaError
from kernel.i18n import gettext as _
from kernel.jobs import task

BATCH = 20
ATTACHED_DAYS, OTHER_DAYS = 14, 90


@task(TASK, long=True, sweeps=True)
def work_off(actor: Actor, _args: dict[str, Any]) -> None:
    """The worker's part: archives are unpacked, then every picture that waits is attached or gets its preview."""
    while (archive := _next("unpacking")) is not None:
        _unpack(archive)
    with Decoder() as decoder:
        while (waiting := _next("waiting")) is not None:
            upload = waiting.file_key
            retrying(partial(_settle, actor, waiting.id, decoder))
            if upload:
                _drop_upload(waiting.id, upload)


@task(TIDY)
def tidy(_actor: Actor, args: dict[str, Any]) -> None:
    """Removes the files of what was taken off the list."""
    for key in args["keys"]:
        files.delete(key)


def forget_old(session: Session) -> int:
    """The night's chore: what is attached goes off the list after ATTACHED_DAYS, everything else after OTHER_DAYS."""
    old = or_(
        (DroppedPicture.state == "attached") & (DroppedPicture.updated_at < func.now() - timedelta(days=ATTACHED_DAYS)),
        DroppedPicture.updated_at < func.now() - timedelta(days=OTHER_DAYS),
    )
    rows = list(session.scalars(select(DroppedPicture).where(*mine(old)).limit(MOST_OPEN)))
    remove_rows(session, rows)
    return len(rows)


def _next(state: str) -> DroppedPicture | None:
    with transaction(read_only=True) as session:
        query = select(DroppedPicture).where(*mine(DroppedPicture.state == state))
        row = session.scalar(query.order_by(DroppedPicture.product_id, DroppedPicture.position.nulls_last(), DroppedPicture.id).limit(1))
        if row is not None:
            session.expunge(row)
        return row


def _settle(actor: Actor, row_id: UUID, decoder: Decoder) -> None:
    """One picture: with its product, or waiting for one with a preview, or failed with the reason."""
    with transaction() as session:
        row = open_drop(session, row_id)
        if row is None or row.state != "waiting":
            return
        try:
            data = files.get(row.file_key)
            if row.product_id is None:
                row.preview_key, row.state = _preview(row.id, data, decoder), "unknown"
                return
            with session.begin_nested():
                picture = _attach(session, actor, row.product_id, row, data, decoder)
            row.state, row.shown_key = "attached", min(picture.renditions, key=lambda one: one["bytes"])["key"]
        except GalleriaError as error:
            row.state, row.reason = "failed", reason_of(error)


def _attach(session: Session, actor: Actor, product_id: UUID, row: DroppedPicture, data: bytes, decoder: Decoder) -> Picture:
    picture = add_picture(session, actor, product_id, data, {}, at_once=True, decoder=decoder, trim=row.trim)
    if row.position is not None:
        order = [one.id for one in pictures_of(session, product_id) if one.id != picture.id]
        order.insert(row.position - 1, picture.id)
        order_pictures(session, actor, product_id, order)
    return picture


def _preview(row_id: UUID, data: bytes, decoder: Decoder) -> str:
    _size, made = decoder.renditions(data)
    key = f"drops/{row_id}.webp"
    files.put(key, min((m for m in made if m.format == "webp"), key=lambda m: m.width).data)
    return key


def _drop_upload(row_id: UUID, upload: str) -> None:
    """The upload of what needs it no more goes, after the commit; what waits for its product keeps it."""
    with transaction() as session:
        row = open_drop(session, row_id)
        if row is None or row.state not in ("attached", "failed"):
            return
        row.file_key = ""
        keys = [upload, *([row.preview_key] if row.preview_key else [])]
        row.preview_key = ""
    for key in keys:
        files.delete(key)


def _unpack(archive: DroppedPicture) -> None:
    """The pictures of an archive become rows of their own, and the archive goes; or it fails with the reason."""
    reason = ""
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pictures.zip"
            with path.open("wb") as file:
                file.writelines(files.open_stream(archive.file_key).chunks)
            with Bundle(path) as bundle:
                _unpacked(archive, bundle)
    except (GalleriaError, *BROKEN) as error:
        reason = reason_of(error) if isinstance(error, GalleriaError) else _("This file is damaged.")
    with transaction() as session:
        row = open_drop(session, archive.id)
        if row is not None and reason:
            row.state, row.reason, row.file_key = "failed", reason, ""
        elif row is not None:
            session.delete(row)
    files.delete(archive.file_key)


def _unpacked(archive: DroppedPicture, bundle: Bundle) -> None:
    names = bundle.names()
    for start in range(0, len(names), BATCH):
        by_id = {uuid5(archive.id, str(start + n)): name for n, name in enumerate(names[start : start + BATCH])}
        with transaction() as session:
            known = set(session.scalars(select(DroppedPicture.id).where(*mine(DroppedPicture.id.in_(by_id)))))
            fresh = {drop_id: name for drop_id, name in by_id.items() if drop_id not in known}
            check_room(session, len(fresh), 0)
            found = match(session, [plain_name(name) for name in fresh.values()])
            for drop_id, name in fresh.items():
                plain = plain_name(name)
                session.add(taken(plain, bundle.picture(name), found.get(plain), archive.trim, drop_id))
