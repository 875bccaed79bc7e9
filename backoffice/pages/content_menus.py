"""Menus: rows with a word and where it leads; a row may lie below the one before it. Rows move by buttons, all is kept by one."""

from typing import Any

from pydantic import BaseModel, Field

from backoffice.pages.content_pages import places_of
from catalog.content.menus import MOST_BELOW, MOST_ENTRIES, MenuEntry, menu_to_edit, write_menu
from kernel.errors import Conflict, Invalid, NotThere, Problem
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit

EMPTY_ROWS = 3
MOST_ROWS = MOST_ENTRIES * (MOST_BELOW + 1)


class RowIn(BaseModel):
    """A row as typed."""

    label: str = ""
    link: str = ""
    kind: str = "link"
    below: str = ""


class MenuForm(BaseModel):
    """A menu as typed; `do`: what is to happen to a row (`up:2`), or nothing: then it is kept."""

    place: str = Field(default="", max_length=60)
    spot: str = Field(default="head", max_length=10)
    edit_version: int = 0
    do: str = Field(default="", max_length=20)
    rows: list[RowIn] = Field(default_factory=list, max_length=MOST_ROWS + EMPTY_ROWS)


def show(visit: Visit) -> Answer:
    """One menu of one place."""
    place, spot = visit.query.get("place") or places_of(visit)[0][0], visit.query.get("spot", "head")
    if place not in dict(places_of(visit)) or spot not in ("head", "foot"):
        raise NotThere
    market, _slash, language = place.partition("/")
    entries, seen = menu_to_edit(visit.session, visit.actor, market, language, spot)
    form = visit.fill(MenuForm, {"place": place, "spot": spot, "edit_version": seen, "rows": rows_of(entries)})
    return _page(visit, form, len(rows_of(entries)), done=visit.query.get("done", ""))


def save(visit: Visit) -> Answer:
    """Moves a row, or keeps the menu; visitors see it at once."""
    form: Form[MenuForm] = visit.form
    try:
        given = form.given
        rows = [row.model_dump() for row in given.rows if row.label or row.link or row.kind == "categories"]
        if given.do:
            told = _moved(rows, given.do)
            return _page(visit, visit.fill(MenuForm, {**given.model_dump(exclude={"do"}), "rows": told}), len(told))
        market, _slash, language = given.place.partition("/")
        entries, where = _nested(rows)
        try:
            write_menu(visit.session, visit.actor, market, language, given.spot, entries, given.edit_version)
        except Invalid as refused:
            raise Invalid([Problem(_row_of(p.where, where), p.reason, p.code) for p in refused.problems]) from refused
    except (Invalid, Conflict) as refused:
        count = len([name for name in form.typed if name.endswith(".label")])
        return _page(visit, form.told(refused), count, refused.status)
    return visit.redirect(visit.url("desk.menus", place=given.place, spot=given.spot, done="saved"))


def rows_of(entries: list[MenuEntry]) -> list[dict[str, str]]:
    """A menu as rows, those below an entry behind it."""
    rows = []
    for entry in entries:
        rows.append({"label": entry.label, "link": entry.link, "kind": entry.kind, "below": ""})
        rows += [{"label": child.label, "link": child.link, "kind": "link", "below": "true"} for child in entry.children]
    return rows


def _nested(rows: list[dict[str, str]]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Rows as entries, and in which row each stands (`2`, `2.children.0`)."""
    entries: list[dict[str, Any]] = []
    where: dict[str, int] = {}
    for place, row in enumerate(rows):
        if row["below"] and entries:
            where[f"{len(entries) - 1}.children.{len(entries[-1]['children'])}"] = place
            entries[-1]["children"].append({"label": row["label"], "link": row["link"]})
        else:
            where[str(len(entries))] = place
            entries.append({"kind": row["kind"], "label": row["label"], "link": row["link"], "children": []})
    return entries, where


def _row_of(told: str, where: dict[str, int]) -> str:
    """`entries.1.children.0.link` → `rows.3.link`."""
    path, _dot, name = told.removeprefix("entries.").rpartition(".")
    return f"rows.{where[path]}.{name}" if path in where else told


def _moved(rows: list[dict[str, str]], do: str) -> list[dict[str, str]]:
    verb, _colon, number = do.partition(":")
    at = int(number) if number.isdecimal() else -1
    if not 0 <= at < len(rows):
        return rows
    row = rows.pop(at)
    if verb in ("up", "down"):
        rows.insert(max(0, at + (1 if verb == "down" else -1)), row)
    return rows


def _page(visit: Visit, form: Form[MenuForm], count: int, status: int = 200, done: str = "") -> Answer:
    return visit.render(
        "backoffice/menus.html", status=status, form=form, rows=range(min(count + EMPTY_ROWS, MOST_ROWS)), filled=count,
        own_places=places_of(visit), done=done,
    )  # fmt: skip
