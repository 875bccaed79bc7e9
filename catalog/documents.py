"""Documents that attributes name: manuals, certificates, data sheets. Kept by the digest of their content, served as they are.

Which kinds are taken is a short list, and a file has to begin like what its name says. The media host shows a PDF in a sandbox
without scripts and hands everything else over as a download (kernel/web/media.py).
"""

import hashlib
from collections.abc import Sequence
from pathlib import PurePath
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.attribute_values import BadValue, check_text
from catalog.models import Document
from kernel import audit, files, tenancy
from kernel.actors import Actor
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id

MOST_BYTES = 20_000_000
LONGEST_NAME = 200
MOST_LISTED = 500
# how each kind begins; nothing: text, which has to be UTF-8
BEGINNINGS = {"pdf": b"%PDF-", "xlsx": b"PK\x03\x04", "zip": b"PK\x03\x04", "csv": b"", "txt": b""}


def add_document(session: Session, actor: Actor, name: str, data: bytes) -> Document:
    """Takes a file in; the one there is where the same content of the same name is there already. Raises Invalid at `file`."""
    actor.must("catalog.edit")
    name = _name(name)
    kind = _kind(name, data)
    digest = hashlib.sha256(data).hexdigest()
    mine = (Document.tenant_id == tenancy.current(), Document.digest == digest, Document.name == name)
    if (known := session.scalar(select(Document).where(*mine))) is not None:
        return known
    key = f"documents/{digest[:40]}.{kind}"
    files.put(key, data, files.CONTENT_TYPES[kind])
    made = Document(
        tenant_id=tenancy.current(), id=new_id(), file_key=key, name=name, content_type=files.CONTENT_TYPES[kind], bytes=len(data),
        digest=digest,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, actor, "document.added", "document", made.id, after={"name": name, "bytes": len(data)})
    return made


def document_for(session: Session, actor: Actor, document_id: UUID) -> Document:
    """The tenant's document. Raises NotThere."""
    actor.must("catalog.view")
    found = session.scalar(select(Document).where(Document.tenant_id == tenancy.current(), Document.id == document_id))
    if found is None:
        raise NotThere
    return found


def list_documents(session: Session, actor: Actor, most: int = MOST_LISTED) -> list[Document]:
    """The newest documents, by name."""
    actor.must("catalog.view")
    newest = select(Document).where(Document.tenant_id == tenancy.current()).order_by(Document.created_at.desc()).limit(most)
    return sorted(session.scalars(newest), key=lambda d: (d.name.casefold(), d.created_at))


def documents_of(session: Session, ids: Sequence[UUID]) -> list[Document]:
    """These of the tenant's documents."""
    return list(session.scalars(select(Document).where(Document.tenant_id == tenancy.current(), Document.id.in_(ids)))) if ids else []


def _name(raw: str) -> str:
    try:
        name = check_text(PurePath(raw.replace("\\", "/")).name, LONGEST_NAME)
    except BadValue as error:
        raise Invalid.at("file", str(error)) from error
    if not name:
        raise Invalid.at("file", _("The file has no name."))
    return name


def _kind(name: str, data: bytes) -> str:
    kind = name.lower().rpartition(".")[2]
    if kind not in BEGINNINGS:
        raise Invalid.at("file", _("Please choose one of these: %(kinds)s.") % {"kinds": ", ".join(BEGINNINGS)}, "unknown_kind")
    if not data or len(data) > MOST_BYTES:
        raise Invalid.at("file", _("A document has up to 20 MB, and is not empty."), "size")
    if not data.startswith(BEGINNINGS[kind]) or (not BEGINNINGS[kind] and not _is_text(data)):
        raise Invalid.at("file", _("This file is not what its name says."), "unreadable")
    return kind


def _is_text(data: bytes) -> bool:
    try:
        return "\x00" not in data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
