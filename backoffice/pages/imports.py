"""Imports: a file is tried out first, its columns are mapped, then it runs, with progress and a report row by row."""

import tempfile
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, Field

from catalog.exchange import importing, mappings, reporting, undoing
from catalog.exchange.mapping import BY_LANGUAGE, PLAIN
from kernel.errors import Invalid, Refused
from kernel.i18n import gettext as _
from kernel.i18n import language_name, mark
from kernel.web.answers import Answer, attachment
from kernel.web.forms import Form
from kernel.web.visit import Visit

FILE_BYTES = 210_000_000
MOST_SHOWN = 100
FIELDS = {
    "sku": mark("Article number"), "parent": mark("Article number of the product it is a variant of"), "category": mark("Category"),
    "family": mark("Family (its code)"),
    "status": mark("State"), "brand": mark("Brand"), "gtin": "GTIN", "unit": mark("Unit"), "weight": mark("Weight"),
    "weight_unit": mark("Unit of the weight"), "tax_class": mark("Tax class"), "position": mark("Position"), "stock": mark("Stock"),
    "picture": mark("Pictures: addresses, or names of files in the same archive"),
    "accessories": mark("Accessories: article numbers, parted by |"), "spare_parts": mark("Spare parts: article numbers, parted by |"),
    "successor": mark("Successor: article numbers, parted by |"),
    "ignore": mark("Nothing, leave it out"),
    "name": mark("Name"), "summary": mark("One line about it"), "text": mark("Description"),
    "parent_name": mark("Name of the product it is a variant of"),
}  # fmt: skip


class UploadForm(BaseModel):
    """Which remembered mapping to use; none: the columns are guessed."""

    mapping: str = Field(default="", max_length=120)


class MappingForm(BaseModel):
    """What each column becomes, and the name to remember it by. `rules` is what the page does not show, as JSON."""

    fields: list[str] = Field(default_factory=list)
    name: str = Field(default="", max_length=120)
    rules: str = Field(default="{}", max_length=200_000)


class StartForm(BaseModel):
    """For real, or tried out once more."""

    dry_run: bool = False


def show(visit: Visit) -> Answer:
    """Runs, newest first, and the form to bring in a file."""
    return _list_page(visit, visit.fill(UploadForm))


def upload(visit: Visit) -> Answer:
    """Takes a file in and tries it out; nothing is written to the catalog yet."""
    form: Form[UploadForm] = visit.form
    if not form.files.get("file"):
        form.errors["file"] = _("Please choose a file.")
        return _list_page(visit, form, 422)
    file = form.files["file"][0]
    name = file.filename or "products.csv"
    try:
        with tempfile.NamedTemporaryFile(suffix=Path(name).suffix) as kept:
            while piece := file.file.read(1 << 20):
                kept.write(piece)
            kept.flush()
            rules = _rules_for(visit, Path(kept.name), name, form.given.mapping)
            run = importing.start_import(visit.session, visit.actor, name, Path(kept.name), rules, form.given.mapping, dry_run=True)
    except Refused as refused:
        form.errors["file"] = refused.problems[0].reason if isinstance(refused, Invalid) and refused.problems else refused.message
        return _list_page(visit, form, refused.status)
    return visit.redirect(visit.url("desk.import", id=run.id))


def run(visit: Visit) -> Answer:
    """One run: progress, what was wrong, and the mapping to change."""
    return _run_page(visit)


def save_mapping(visit: Visit) -> Answer:
    """Remembers the changed mapping and tries the same file out with it."""
    form: Form[MappingForm] = visit.form
    before = importing.run_for(visit.session, visit.actor, visit.id())
    try:
        rules = _changed(before.rules, form.given.fields)
        name = form.given.name.strip()
        if name:
            mappings.save_mapping(visit.session, visit.actor, name, rules)
        again = importing.start_again(visit.session, visit.actor, before.id, rules, name, dry_run=True)
    except Refused as refused:
        reason = _(refused.problems[0].reason if isinstance(refused, Invalid) and refused.problems else refused.message)
        return _run_page(visit, reason, refused.status)
    return visit.redirect(visit.url("desk.import", id=again.id))


def start(visit: Visit) -> Answer:
    """Runs the file of a run that was tried out, or lets a stopped one go on."""
    run = importing.go_on(visit.session, visit.actor, visit.id(), visit.form.given.dry_run)
    return visit.redirect(visit.url("desk.import", id=run.id))


def stop(visit: Visit) -> Answer:
    """Stops before the next batch; what is in stays in, and it can go on later."""
    importing.stop_import(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.import", id=visit.id()))


def undo(visit: Visit) -> Answer:
    """Takes the import back, as far as nobody has changed anything since."""
    run = undoing.undo_import(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.import", id=run.id))


def problems_file(visit: Visit) -> Answer:
    """The rows that were left out, ready to be corrected and brought in again."""
    text = "".join(reporting.rows_to_correct(visit.session, visit.actor, visit.id()))
    return attachment(("\ufeff" + text).encode(), "rows-to-correct.csv", "text/csv; charset=utf-8")


def choices(languages: tuple[str, ...], currencies: list[str]) -> list[tuple[str, str]]:
    """Everything a column may become, as (field, words)."""
    plain = [(name, _(FIELDS[name]) if name in FIELDS else name.replace("_", " ")) for name in PLAIN]
    worded = [(f"{name}:{tag}", f"{_(FIELDS[name])}, {language_name(tag)}") for name in BY_LANGUAGE for tag in languages]
    return [*plain, *worded, *((f"price:{c}", _("List price in %(currency)s") % {"currency": c}) for c in currencies)]


def _rules_for(visit: Visit, path: Path, name: str, mapping: str) -> dict[str, Any]:
    if mapping:
        return dict(mappings.mapping_for(visit.session, visit.actor, mapping).rules)
    market = visit.tenant.default_market
    _headers, _rows, rules = mappings.look_into(path, name, market.default_language, market.currency)
    return rules


def _changed(rules: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    """The rules with each line's field replaced by what the page sent, in the same order."""
    lines = rules.get("columns", [])
    if len(fields) != len(lines):
        raise Invalid.at("fields", "This page is out of date. Please load it again.")
    return {**rules, "columns": [{**line, "field": chosen} for line, chosen in zip(lines, fields, strict=True)]}


def _list_page(visit: Visit, form: Form[UploadForm], status: int = 200) -> Answer:
    return visit.render(
        "backoffice/imports.html",
        status=status,
        runs=reporting.list_runs(visit.session, visit.actor),
        mappings=[(m.name, m.name) for m in mappings.list_mappings(visit.session, visit.actor)],
        form=form,
    )


def _run_page(visit: Visit, reason: str = "", status: int = 200) -> Answer:
    found = importing.run_for(visit.session, visit.actor, visit.id())
    undo = undoing.undo_of(visit.session, found)
    lines = [
        (line.get("column") or ", ".join(line.get("columns", [])) or orjson.dumps(line.get("constant")).decode(), line["field"])
        for line in found.rules.get("columns", [])
    ]
    known = choices(visit.tenant.languages, sorted({m.currency for m in visit.tenant.markets}))
    extra = sorted({field for _column, field in lines} - {value for value, _label in known})
    return visit.render(
        "backoffice/import.html",
        status=status,
        run=found,
        is_open=found.state in importing.OPEN_STATES,
        undo=undo,
        may_undo=undo is None and visit.actor.can("catalog.edit") and not undoing.reason_against(visit.session, found),
        problems=reporting.list_problems(visit.session, visit.actor, found.id, 0, MOST_SHOWN),
        most=MOST_SHOWN,
        lines=lines,
        choices=[*known, *((field, field) for field in extra)],
        reason=reason,
        crumbs=[(_("Imports"), visit.url("desk.imports")), (found.file_name, "")],
    )
