"""The audit trail: who, what, when, before and after; filter, export, check."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

from backoffice.trail_words import action_label, actions_of, nouns
from kernel.i18n import gettext as _
from kernel.web.answers import Answer, attachment
from kernel.web.cursors import pack, unpack_instant
from kernel.web.visit import Visit
from tenants.trail import TrailFilter, check_trail, list_trail

EXPORTED = 10_000


def show(visit: Visit) -> Answer:
    """A page of the trail, newest first."""
    cursor = unpack_instant(visit.query.get("after"))
    wanted = _wanted(visit)
    found = list_trail(visit.session, visit.actor, wanted, cursor)
    params = {name: visit.query.get(name) or None for name in ("action", "actor", "object", "since", "until")}
    following = visit.url("desk.trail", after=pack(list(found.next)), **params) if found.next else ""
    return visit.render(
        "backoffice/trail.html",
        entries=[(e, who(e.actor_name, e.actor_kind), action_label(e.action), changes(e.before, e.after)) for e in found.entries],
        following=following,
        params=params,
        choices=nouns(),
        is_first=cursor is None,
        report=None,
    )


def check(visit: Visit) -> Answer:
    """Recomputes the chain and says whether it holds."""
    report = check_trail(visit.session, visit.actor)
    return visit.render("backoffice/trail.html", entries=[], following="", params={}, choices=[], is_first=True, report=report)


def export(visit: Visit) -> Answer:
    """The filtered trail as CSV, at most 10,000 rows; cells that a spreadsheet would take for a formula are quoted."""
    found = list_trail(visit.session, visit.actor, _wanted(visit), None, EXPORTED)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["at", "who", "kind", "action", "what", "id", "before", "after", "request"])
    for e in found.entries:
        row = [e.at.isoformat(), e.actor_name, e.actor_kind, e.action, e.object_type, e.object_id, e.before, e.after, e.request_id]
        writer.writerow([harmless("" if v is None else str(v)) for v in row])
    return attachment(("\ufeff" + text.getvalue()).encode(), "audit-trail.csv", "text/csv; charset=utf-8")


def who(name: str, kind: str) -> str:
    """The actor in words: a name, or what sort of actor has none."""
    kinds = {"guest": _("Somebody who had not signed in"), "machine": _("A program"), "job": _("The shop itself"), "person": _("Somebody")}
    return name or kinds.get(kind, kind)


def changes(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[dict[str, str]]:
    """Field by field what differs."""
    old, new = before or {}, after or {}
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return [{"label": name, "before": _short(old.get(name)), "after": _short(new.get(name))} for name in names]


def _short(value: Any) -> str:
    return "" if value is None else str(value)[:300]


def harmless(text: str) -> str:
    """A cell of a table that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r\uff1d\uff0b\uff0d\uff20" and text else text


def _day(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None


def _wanted(visit: Visit) -> TrailFilter:
    query, until = visit.query, _day(visit.query.get("until"))
    return TrailFilter(
        actions_of(query.get("action", "")), query.get("actor", "")[:200], query.get("object", ""), _day(query.get("since")),
        until + timedelta(days=1) if until else None,
    )  # fmt: skip
