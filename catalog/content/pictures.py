"""The files that pages show: pictures, re-encoded and cut like those of products, and films.

A file stands once per tenant, whatever it is uploaded for and how often; what it shows is said per language.
"""

import hashlib
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.attribute_values import BadValue
from catalog.checking import check_texts
from catalog.decoding import Decoder
from catalog.media import keep_made
from catalog.models import ContentFile
from catalog.pixels import Made
from kernel import audit, files, stamps, tenancy
from kernel.actors import Actor
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id

LONGEST_ALT = 300
LONGEST_NAME = 200
MOST_FILM_BYTES = 60_000_000
FILMS = "films/"
MOST_LISTED = 200


def add_picture(
    session: Session, actor: Actor, data: bytes, name: str = "", alts: Mapping[str, str] | None = None, decoder: Decoder | None = None
) -> ContentFile:
    """Takes in a picture; the same one again gives the one there is. `decoder` saves a process where many come one after the
    other. Raises Invalid at `file` or `alts`."""
    actor.must("content.edit")
    words = _words(alts or {})
    digest = hashlib.sha256(data).hexdigest()
    known = _known(session, digest)
    if known is not None:
        return describe(session, actor, known.id, {**known.alts, **words}) if words else known
    (width, height), made = _decoded(data, decoder)
    master, *smaller = made
    renditions = [{"format": m.format, "width": m.width, "height": m.height, "key": keep_made(m), "bytes": len(m.data)} for m in smaller]
    file = ContentFile(
        kind="picture", name=name, digest=digest, file_key=keep_made(master), width=width, height=height, renditions=renditions, alts=words
    )  # fmt: skip
    return _add(session, actor, file)


def _decoded(data: bytes, decoder: Decoder | None) -> tuple[tuple[int, int], list[Made]]:
    if decoder is not None:
        return decoder.renditions(data)
    with Decoder() as own:
        return own.renditions(data)


def add_film(session: Session, actor: Actor, data: bytes, name: str = "") -> ContentFile:
    """Takes in an MP4 film as it is. Raises Invalid at `file` for anything else."""
    actor.must("content.edit")
    if len(data) > MOST_FILM_BYTES:
        raise Invalid.at("file", _("A film has at most %(count)s MB.") % {"count": MOST_FILM_BYTES // 1_000_000}, "too_large")
    if data[4:8] != b"ftyp":
        raise Invalid.at("file", _("This is not a film we can show. MP4 works."), "no_film")
    digest = hashlib.sha256(data).hexdigest()
    known = _known(session, digest)
    if known is not None:
        return known
    key = f"{FILMS}{digest[:2]}/{digest[:32]}.mp4"
    files.put(key, data)
    return _add(
        session, actor, ContentFile(kind="video", name=name, digest=digest, file_key=key, width=0, height=0, renditions=[], alts={})
    )


def describe(session: Session, actor: Actor, file_id: UUID, alts: Mapping[str, str]) -> ContentFile:
    """Sets the words that stand for a file, by language. Raises Invalid at `alts`, NotThere."""
    actor.must("content.edit")
    words = _words(alts)
    found = file_for(session, file_id, lock=True)
    if words != found.alts:
        audit.record(session, actor, "page_file.described", "page_file", found.id, before={"alts": found.alts}, after={"alts": words})
        found.alts = words
        session.flush()
        stamps.bump(session)
    return found


def file_for(session: Session, file_id: UUID, lock: bool = False) -> ContentFile:
    """One of the tenant's files. Raises NotThere."""
    query = select(ContentFile).where(ContentFile.tenant_id == tenancy.current(), ContentFile.id == file_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def list_files(session: Session, actor: Actor, kind: str) -> list[ContentFile]:
    """The tenant's files of a kind, newest first."""
    actor.must("content.edit")
    mine = (ContentFile.tenant_id == tenancy.current(), ContentFile.kind == kind)
    return list(session.scalars(select(ContentFile).where(*mine).order_by(ContentFile.id.desc()).limit(MOST_LISTED)))


def _known(session: Session, digest: str) -> ContentFile | None:
    return session.scalar(select(ContentFile).where(ContentFile.tenant_id == tenancy.current(), ContentFile.digest == digest))


def _add(session: Session, actor: Actor, file: ContentFile) -> ContentFile:
    file.tenant_id, file.id, file.name = tenancy.current(), new_id(), file.name[:LONGEST_NAME]
    session.add(file)
    session.flush()
    audit.record(session, actor, "page_file.added", "page_file", file.id, after={"name": file.name, "kind": file.kind, "alts": file.alts})
    return file


def _words(alts: Mapping[str, str]) -> dict[str, str]:
    try:
        return check_texts(alts, LONGEST_ALT)
    except BadValue as error:
        raise Invalid.at("alts", str(error)) from error
