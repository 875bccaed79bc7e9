"""Addresses that have moved: old path to new path, kept so that one step always arrives.

A target is never another's source: when a chain would arise, the older step is led on to the new end; a loop is refused.
Paths belong to this shop's host, so nobody is ever sent elsewhere. A page that stands at an address comes before a redirect.
"""

import csv
import io
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from catalog.models import ContentRedirect
from kernel import audit, stamps, tenancy
from kernel.actors import Actor
from kernel.db.statements import Statement
from kernel.errors import Invalid, NotThere, Problem
from kernel.i18n import gettext as _
from kernel.ids import new_id

LONGEST = 500
MOST_ROWS = 5000
MOST_LISTED = 5000
OWN_WORDS = ("desk", "portal", "api", "oauth", "static", "theme")
BAD = re.compile(r"[\x00-\x20\\\"'<>]|^//")
FIND = Statement("SELECT r.target FROM catalog.content_redirect r WHERE r.tenant_id = :tenant_id AND r.source = :source")


@dataclass(frozen=True)
class Step:
    """From where to where."""

    source: str
    target: str


def target_of(session: Session, path: str) -> str | None:
    """Where this path has moved, None where it has not. One query."""
    if len(path) > LONGEST:
        return None
    row = FIND.first(session, tenant_id=tenancy.current(), source=path)
    return row.target if row else None


def list_redirects(session: Session, actor: Actor, text: str = "") -> list[ContentRedirect]:
    """The tenant's redirects by their source; `text` in either path."""
    actor.must("content.edit")
    query = select(ContentRedirect).where(ContentRedirect.tenant_id == tenancy.current())
    if text:
        query = query.where(ContentRedirect.source.contains(text, autoescape=True) | ContentRedirect.target.contains(text, autoescape=True))
    return list(session.scalars(query.order_by(ContentRedirect.source).limit(MOST_LISTED)))


def add_redirect(session: Session, actor: Actor, source: str, target: str) -> Step:
    """Leads one path to another from now on. Raises Invalid at `source` or `target`: no path, or a loop."""
    actor.must("content.publish")
    step = _checked(source, target)
    _write(session, actor, step)
    audit.record(session, actor, "redirect.added", "redirect", step.source, after={"source": step.source, "target": step.target})
    stamps.bump(session)
    return step


def page_has_moved(session: Session, actor: Actor, old: str, new: str) -> None:
    """A page's address has changed: the old one leads to the new one, and nothing leads away from the new one."""
    session.execute(delete(ContentRedirect).where(ContentRedirect.tenant_id == tenancy.current(), ContentRedirect.source == new))
    _write(session, actor, Step(old, new), automatic=True)
    audit.record(session, actor, "redirect.added", "redirect", old, after={"source": old, "target": new, "automatic": True})
    stamps.bump(session)


def remove_redirect(session: Session, actor: Actor, redirect_id: UUID) -> None:
    """The old path leads nowhere again. Raises NotThere."""
    actor.must("content.publish")
    row = session.scalar(select(ContentRedirect).where(ContentRedirect.tenant_id == tenancy.current(), ContentRedirect.id == redirect_id))
    if row is None:
        raise NotThere
    audit.record(session, actor, "redirect.removed", "redirect", row.source, before={"source": row.source, "target": row.target})
    session.delete(row)
    session.flush()
    stamps.bump(session)


def read_file(session: Session, actor: Actor, data: bytes) -> tuple[int, list[Problem]]:
    """Takes in a table with the columns source and target; gives how many rows were taken and what is wrong with the others,
    at their row. Rows that hold are taken even where others do not; the same source again replaces its target."""
    actor.must("content.publish")
    rows = _rows(data)
    taken, problems = 0, []
    for number, (source, target) in rows:
        try:
            _write(session, actor, _checked(source, target))
            taken += 1
        except Invalid as refused:
            problems += [Problem(f"row {number}", f"{source}: {p.reason}", p.code) for p in refused.problems]
    if taken:
        audit.record(session, actor, "redirect.imported", "redirect", "file", after={"taken": taken, "refused": len(problems)})
        stamps.bump(session)
    return taken, problems


def write_file(session: Session, actor: Actor) -> bytes:
    """All redirects as the same table, UTF-8 with a mark at the beginning, for spreadsheet programs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["source", "target"])
    for row in list_redirects(session, actor):
        writer.writerow([row.source, row.target])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _rows(data: bytes) -> list[tuple[int, tuple[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid.at("file", _("This file is not UTF-8 text. Please save it as CSV UTF-8."), "encoding") from error
    head = text.split("\n", 1)[0]
    found = list(csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ","))
    if not found or [cell.strip().lower() for cell in found[0][:2]] != ["source", "target"]:
        raise Invalid.at("file", _("The first row must name the columns: source, target."), "columns")
    if len(found) > MOST_ROWS + 1:
        raise Invalid.at("file", _("A file has at most %(count)s rows.") % {"count": MOST_ROWS}, "too_many")
    return [
        (n, (row[0].strip(), row[1].strip() if len(row) > 1 else "")) for n, row in enumerate(found[1:], 2) if any(c.strip() for c in row)
    ]


def _checked(source: str, target: str) -> Step:
    problems = []
    step = Step(_path(source), _path(target, keep_query=True))
    for where, told in (("source", step.source), ("target", step.target)):
        if not told.startswith("/") or BAD.search(told) or len(told) > LONGEST:
            problems.append(Problem(where, _("Please give a path of this shop, for example /old/page."), "no_path"))
    if not problems and (step.source == "/" or step.source.split("/")[1] in OWN_WORDS):
        problems.append(Problem("source", _("This address belongs to the shop itself."), "own"))
    if not problems and step.source == step.target.split("?")[0].split("#")[0]:
        problems.append(Problem("target", _("This address would lead to itself."), "loop"))
    if problems:
        raise Invalid(problems)
    return step


def _path(raw: str, keep_query: bool = False) -> str:
    """A path as requests have it: no host, no trailing slash, percent-signs read; a target may have a query."""
    if re.match(r"https?://", raw.strip()):
        parts = urlsplit(raw.strip())
        raw = parts.path + (f"?{parts.query}" if parts.query else "")
    path, mark, query = raw.strip().partition("?")
    path = unquote(path)
    path = path.rstrip("/") if path.count("/") > 2 or not path.endswith("/") else path
    return path + (mark + query if keep_query else "")


def _write(session: Session, actor: Actor, step: Step, automatic: bool = False) -> None:
    mine = ContentRedirect.tenant_id == tenancy.current()
    beyond = target_of(session, step.target)
    if beyond == step.source:
        raise Invalid.at("target", _("This would go round in a circle: %(path)s leads back.") % {"path": step.target}, "loop")
    target = beyond or step.target
    session.execute(delete(ContentRedirect).where(mine, ContentRedirect.source == step.source))
    session.execute(delete(ContentRedirect).where(mine, ContentRedirect.source == target, ContentRedirect.target == step.source))
    session.execute(update(ContentRedirect).where(mine, ContentRedirect.target == step.source).values(target=target))
    session.add(
        ContentRedirect(
            tenant_id=tenancy.current(), id=new_id(), source=step.source, target=target, automatic=automatic, made_by=actor.name
        )
    )  # fmt: skip
    session.flush()
