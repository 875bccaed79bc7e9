"""Pictures that an import brings: from the zip beside the table, or from addresses by the one way out (kernel/outbound.py).

They come after the last row, one at a time: fetched outside of any transaction, added in a short one. What cannot be
taken is a problem of its row; the product stays. A server that does not answer several times is asked no more.
"""

import time
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from catalog.exchange.bundles import PICTURE_BYTES, Bundle, is_bundle
from catalog.media import add_picture, pictures_of
from catalog.models import ImportChange, ImportPicture, ImportProblem, ImportRun, Product
from kernel import outbound, tenancy
from kernel.actors import Actor
from kernel.db.session import retrying, transaction
from kernel.errors import GalleriaError, Invalid, Refused, TooLarge
from kernel.i18n import gettext as _
from kernel.ids import new_id

MOST_FAILURES = 5
MOST_OF_RUN = 200_000


def note_pictures(session: Session, run: ImportRun, pictures: list[tuple[UUID, int, str]]) -> None:
    """Keeps where a batch's pictures are, for later. `pictures`: (product, row, address or file name). TooLarge for a run of
    more than MOST_OF_RUN."""
    if run.pictures_total + len(pictures) > MOST_OF_RUN:
        raise TooLarge("This file is too large to be taken in one piece. Please split it.")
    if pictures:
        names = ("product_id", "row_number", "source")
        rows = [{"tenant_id": tenancy.current(), "id": new_id(), "run_id": run.id, **dict(zip(names, p, strict=True))} for p in pictures]
        session.execute(insert(ImportPicture), rows)
        run.pictures_total += len(rows)


class PictureBringer:
    """Brings a run's pictures. `path` is the run's file where it is a zip."""

    def __init__(self, actor: Actor, run_id: UUID, path: Path, file_name: str) -> None:
        self._actor = actor
        self._run_id = run_id
        self._path = path if is_bundle(file_name) else None
        self._bundle: Bundle | None = None
        self._failures: dict[str, int] = {}

    def bring(self, seconds: float | None = None) -> bool:
        """All that wait, or as many as fit into `seconds`; False where some are left or the run was stopped."""
        if self._path is None:
            return self._bring(seconds)
        with Bundle(self._path) as self._bundle:
            return self._bring(seconds)

    def _bring(self, seconds: float | None) -> bool:
        until = None if seconds is None else time.monotonic() + seconds
        while (entry := self._next()) is not None:
            if until is not None and time.monotonic() > until:
                return False
            data, reason = self._fetched(entry.source)
            if not retrying(partial(self._settle, entry.id, data, reason)):
                return False
        return True

    def _next(self) -> ImportPicture | None:
        mine = (ImportPicture.tenant_id == tenancy.current(), ImportPicture.run_id == self._run_id, ImportPicture.state == "waiting")
        with transaction(read_only=True) as session:
            return session.scalar(select(ImportPicture).where(*mine).order_by(ImportPicture.id).limit(1))

    def _fetched(self, source: str) -> tuple[bytes, str]:
        """The picture's bytes, or why there are none."""
        try:
            return (self._from_address(source) if "://" in source else self._from_bundle(source)), ""
        except GalleriaError as error:
            return b"", _reason(error)

    def _from_bundle(self, name: str) -> bytes:
        if self._bundle is None:
            raise Invalid.at("file", _("Names of files need an archive with the table and the pictures."), "no_archive")
        return self._bundle.picture(name)

    def _from_address(self, url: str) -> bytes:
        try:
            host = urlsplit(url).netloc.lower()
        except ValueError as error:
            raise Refused(_("This is neither an address nor the name of a file.")) from error
        if self._failures.get(host, 0) >= MOST_FAILURES:
            raise Refused(_("This server did not answer several times and is asked no more."))
        try:
            reply = outbound.send("GET", url, {"accept": "image/*"}, most_bytes=PICTURE_BYTES)
        except outbound.NoAnswer:
            self._failures[host] = self._failures.get(host, 0) + 1
            raise
        self._failures.pop(host, None)
        if not reply.ok:
            raise Refused(_("The server answered with %(status)s.") % {"status": reply.status})
        return reply.body

    def _settle(self, entry_id: UUID, data: bytes, reason: str) -> bool:
        """Adds the picture, or reports it; False where the run is no longer under way."""
        with transaction() as session:
            mine = (ImportRun.tenant_id == tenancy.current(), ImportRun.id == self._run_id)
            run = session.scalars(select(ImportRun).where(*mine).with_for_update()).one()
            entry = session.get_one(ImportPicture, (tenancy.current(), entry_id))
            if run.state != "running" or entry.state != "waiting":
                return run.state == "running"
            if not reason:
                reason = self._add(session, entry, data)
            entry.state = "failed" if reason else "done"
            run.pictures_done += 1
            if reason:
                _report(session, run, entry, reason)
        return True

    def _add(self, session: Session, entry: ImportPicture, data: bytes) -> str:
        held = {picture.id for picture in pictures_of(session, entry.product_id)}
        try:
            picture = add_picture(session, self._actor, entry.product_id, data, {})
        except Refused as error:
            return _reason(error)
        if picture.id not in held:
            entry.picture_id = picture.id
            change = {"tenant_id": tenancy.current(), "id": new_id(), "run_id": entry.run_id, "product_id": entry.product_id}
            session.execute(upsert(ImportChange).values(**change, made=False, touched=0).on_conflict_do_nothing())
        return ""


def count_waiting(session: Session, run_id: UUID) -> int:
    """How many of the run's pictures have not been brought yet."""
    mine = (ImportPicture.tenant_id == tenancy.current(), ImportPicture.run_id == run_id, ImportPicture.state == "waiting")
    return session.scalar(select(func.count()).select_from(ImportPicture).where(*mine)) or 0


def _report(session: Session, run: ImportRun, entry: ImportPicture, reason: str) -> None:
    sku = session.scalar(select(Product.sku).where(Product.tenant_id == tenancy.current(), Product.id == entry.product_id))
    column, number = _column(run, "picture") or "picture", _column(run, "sku")
    row = {**({number: sku or ""} if number else {}), column: entry.source}
    session.add(
        ImportProblem(
            tenant_id=tenancy.current(), id=new_id(), run_id=run.id, row_number=entry.row_number, column_name=column[:500],
            value=entry.source[:500], reason=reason, row=row,
        )
    )  # fmt: skip


def _column(run: ImportRun, target: str) -> str:
    """The first column of the file that the mapping makes this field of."""
    lines = [line for line in run.rules.get("columns", ()) if line.get("field") == target]
    return next((column for line in lines for column in line.get("columns") or [line.get("column", "")]), "")


def _reason(error: GalleriaError) -> str:
    problems = getattr(error, "problems", [])
    return " ".join(problem.reason for problem in problems) or _(error.message)
