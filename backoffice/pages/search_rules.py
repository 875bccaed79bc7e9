"""The shop's own rules of search: synonyms, stop words, pinned products, redirects; drafted here, published as a whole."""

import re
from math import ceil
from typing import Any

from pydantic import BaseModel, Field

from backoffice.search_desk import KINDS, around, chosen_language, shown, told
from catalog.search.engine import ENGINE
from catalog.search.provider import Page
from catalog.search.rules import Pin
from catalog.searching import drafts, files, goods, measuring, publishing, tallies
from catalog.searching.shapes import EVERYWHERE, ONE_WAY, PIN, REDIRECT, SYNONYM, Rule
from kernel.errors import Invalid, NotThere, Problem, Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer, attachment
from kernel.web.forms import Form
from kernel.web.visit import Visit

LONGEST = 5000
BETWEEN = re.compile(r"[\r\n,;，、；]+")
MOST_SUGGESTED = 12


class RuleForm(BaseModel):
    """A rule as typed: words, meanings and article numbers one a line (or with commas); `chosen` are numbers that were ticked."""

    kind: str = Field(default="", max_length=20)
    language: str = Field(default="", max_length=20)
    market: str = Field(default="", max_length=20)
    words: str = Field(default="", max_length=LONGEST)
    means: str = Field(default="", max_length=LONGEST)
    products: str = Field(default="", max_length=LONGEST)
    chosen: list[str] = Field(default_factory=list, max_length=100)
    address: str = Field(default="", max_length=1000)


class FileForm(BaseModel):
    """A file for one language."""

    language: str = Field(default="", max_length=20)


class PublishForm(BaseModel):
    """Which language, and a note for those who look back."""

    language: str = Field(max_length=20)
    note: str = Field(default="", max_length=publishing.LONGEST_NOTE)


class BackForm(BaseModel):
    """Which version is to be in force again; 0: none."""

    language: str = Field(max_length=20)
    version: int = Field(ge=0)


def show(visit: Visit) -> Answer:
    """The draft of a language, by kind and word."""
    return _list_page(visit, chosen_language(visit), visit.fill(FileForm))


def new(visit: Visit) -> Answer:
    """An empty rule of a kind, perhaps for a query that somebody looked for."""
    kind, query = visit.query.get("kind", SYNONYM), visit.query.get("about", "")[:200]
    if kind not in KINDS:
        raise NotThere
    tag = chosen_language(visit)
    return _rule_page(visit, visit.fill(RuleForm, {"kind": kind, "language": tag, "words": query}), tag, kind, None)


def make(visit: Visit) -> Answer:
    """Adds a rule to the draft."""
    form: Form[RuleForm] = visit.form
    given = form.value
    tag = chosen_language(visit, given.language if given else "")
    try:
        drafts.add_rule(visit.session, visit.actor, tag, _rule(visit, tag, form.given))
    except Refused as refused:
        return _rule_page(visit, form.told(refused), tag, _kind_of(given), None, refused.status)
    return visit.redirect(visit.url("desk.search", language=tag, kind=form.given.kind, done="added"))


def edit(visit: Visit) -> Answer:
    """One rule to change."""
    row = drafts.rule_for(visit.session, visit.actor, visit.id())
    rule = Rule.of_row(row)
    numbers = goods.numbers_of(visit.session, rule.products)
    typed = {
        "kind": rule.kind, "language": row.language, "market": rule.market_code, "address": rule.address,
        "words": "\n".join(rule.words), "means": "\n".join(rule.means),
        "products": "\n".join(numbers[pin] for pin in rule.products if pin in numbers),
    }  # fmt: skip
    return _rule_page(visit, visit.fill(RuleForm, typed), row.language, rule.kind, row.id, pins=rule.products)


def change(visit: Visit) -> Answer:
    """Saves a rule; its kind stays."""
    form: Form[RuleForm] = visit.form
    row = drafts.rule_for(visit.session, visit.actor, visit.id())
    kind, tag = row.kind, row.language
    try:
        form.given.kind = kind
        drafts.change_rule(visit.session, visit.actor, row.id, _rule(visit, tag, form.given))
    except Refused as refused:
        return _rule_page(visit, form.told(refused), tag, kind, visit.id(), refused.status)
    return visit.redirect(visit.url("desk.search", language=tag, kind=kind, done="changed"))


def remove(visit: Visit) -> Answer:
    """Takes a rule out of the draft."""
    tag = drafts.remove_rule(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.search", language=tag, done="removed"))


def export(visit: Visit) -> Answer:
    """The draft as CSV."""
    tag = chosen_language(visit)
    return attachment(files.rules_csv(visit.session, visit.actor, tag), f"search-rules-{tag}.csv", "text/csv; charset=utf-8")


def upload(visit: Visit) -> Answer:
    """A file instead of the draft, as a whole or not at all."""
    form: Form[FileForm] = visit.form
    tag = chosen_language(visit, form.given.language)
    content = uploaded(form)
    try:
        if content is None:
            raise Invalid.at("file", _("Please choose a file."), "missing")
        files.take_rules(visit.session, visit.actor, tag, content)
    except Refused as refused:
        return _list_page(visit, tag, form.told(refused, "file"), refused.status, file_problems(refused))
    return visit.redirect(visit.url("desk.search", language=tag, done="taken"))


def uploaded(form: Form[Any]) -> bytes | None:
    """The content of the one file of a form, at most a byte more than is taken; None where none was chosen."""
    return form.files["file"][0].file.read(files.MOST_BYTES + 1) if form.files.get("file") else None


def file_problems(refused: Refused) -> list[str]:
    """Everything that is wrong with a file, line by line; empty where it is one thing."""
    told = [problem.reason for problem in refused.problems] if isinstance(refused, Invalid) else []
    return told if len(told) > 1 else []


def asked(visit: Visit) -> Answer:
    """What shoppers looked for in the last thirty days: what found little first, or everything."""
    tag = chosen_language(visit)
    is_all = visit.query.get("all") == "1"
    rows = tallies.list_asked(visit.session, visit.actor, tag, None if is_all else tallies.FEW)
    return visit.render("backoffice/search_asked.html", rows=rows, is_all=is_all, **around(visit, "desk.search.asked", tag))


def versions(visit: Visit) -> Answer:
    """What publishing would change, how well it does, and the versions so far."""
    return _versions_page(visit, chosen_language(visit), visit.fill(PublishForm, {"language": chosen_language(visit)}))


def publish(visit: Visit) -> Answer:
    """Puts the draft in force."""
    form: Form[PublishForm] = visit.form
    tag = chosen_language(visit, form.given.language)
    view = goods.views_in(visit.session, tag)[0]
    measured, holds = measuring.last_measure(visit.session, visit.actor, view)
    figures = (measured.before, measured.after) if measured and holds else (None, None)
    try:
        publishing.publish_rules(visit.session, visit.actor, tag, form.given.note, *figures)
    except Refused as refused:
        return _versions_page(visit, tag, form.told(refused), refused.status)
    return visit.redirect(visit.url("desk.search.versions", language=tag, done="published"))


def back(visit: Visit) -> Answer:
    """Puts an old version in force again; the draft stays."""
    form: Form[BackForm] = visit.form
    tag = chosen_language(visit, form.given.language)
    try:
        publishing.go_back(visit.session, visit.actor, tag, form.given.version)
    except NotThere:
        raise
    except Refused as refused:
        return _versions_page(visit, tag, visit.fill(PublishForm, {"language": tag}).told(refused), refused.status)
    return visit.redirect(visit.url("desk.search.versions", language=tag, done="back"))


def take_back(visit: Visit) -> Answer:
    """The draft as it is in force."""
    tag = chosen_language(visit, visit.form.given.language)
    drafts.take_back(visit.session, visit.actor, tag)
    return visit.redirect(visit.url("desk.search", language=tag, done="taken_back"))


def _kind_of(given: RuleForm | None) -> str:
    return given.kind if given and given.kind in KINDS else SYNONYM


def _rule(visit: Visit, tag: str, given: RuleForm) -> Rule:
    """The rule that was typed. Invalid at `products` for numbers that nothing has."""
    single = given.kind in (PIN, REDIRECT)
    words = (given.words,) if single else tuple(BETWEEN.split(given.words))
    means = tuple(BETWEEN.split(given.means)) if given.kind == ONE_WAY else ()
    products = _products(visit, tag, given) if given.kind == PIN else ()
    market = given.market if single else EVERYWHERE
    return Rule(given.kind, words, means, products, given.address if given.kind == REDIRECT else "", market)


def _products(visit: Visit, tag: str, given: RuleForm) -> tuple[Pin, ...]:
    numbers = list(dict.fromkeys(n for told in (*given.products.splitlines(), *given.chosen) if (n := told.strip())))
    found = goods.by_number(visit.session, tag, numbers)
    unknown = [number for number in numbers if number not in found]
    if unknown:
        reason = _("There is no product with the article number “%(sku)s”.") % {"sku": unknown[0][:80]}
        raise Invalid([Problem("products", reason, "unknown_product")])
    return tuple(found[number] for number in numbers)


def _list_page(visit: Visit, tag: str, form: Form[FileForm], status: int = 200, problems: list[str] | None = None) -> Answer:
    kind, text, page = visit.query.get("kind", ""), visit.query.get("q", "").strip(), max(1, visit.number("page", 1))
    kind = kind if kind in KINDS else ""
    rows, total = drafts.list_rules(visit.session, visit.actor, tag, kind, text, page)
    rules = [(row.id, Rule.of_row(row)) for row in rows]
    counts = drafts.count_rules(visit.session, visit.actor, tag)
    added, removed = publishing.changes(visit.session, visit.actor, tag)
    return visit.render(
        "backoffice/search_rules.html", status=status, form=form, problems=problems or [],
        rules=rules, total=total, counts=counts, kind=kind, text=text,
        known=shown(visit, tag, [pin for _id, rule in rules for pin in rule.products]), waiting=len(added) + len(removed),
        page=page, pages=max(1, ceil(total / drafts.PER_PAGE)), **around(visit, "desk.search", tag),
    )  # fmt: skip


def _rule_page(
    visit: Visit, form: Form[RuleForm], tag: str, kind: str, rule_id: object, status: int = 200, pins: tuple[Pin, ...] = ()
) -> Answer:
    query = form.get("words") if kind == PIN else ""
    wanted = visit.query.get("find", "").strip() or query
    pinned = list(shown(visit, tag, pins).values())
    found = _found(visit, tag, wanted, pins) if kind == PIN and wanted else []
    markets = [(market.code, market.name) for market in visit.tenant.markets if tag in market.languages]
    return visit.render(
        "backoffice/search_rule.html", status=status, form=form, kind=kind, rule_id=rule_id, pinned=pinned, found=found,
        find=visit.query.get("find", "").strip(), markets=markets if len(markets) > 1 else [],
        crumbs=[(_("Search"), visit.url("desk.search", language=tag)), (_(KINDS[kind]), "")], **around(visit, "desk.search", tag),
    )  # fmt: skip


def _found(visit: Visit, tag: str, text: str, without: tuple[Pin, ...]) -> list[Any]:
    """What the shop finds for a text now: what somebody may want to put first."""
    view = goods.views_in(visit.session, tag)[0]
    scope, _draft = measuring.scopes_of(visit.session, view)
    hits = ENGINE.search(visit.session, scope, text, page=Page(1, MOST_SUGGESTED)).hits
    pins = [Pin(hit.tenant_id, hit.product_id) for hit in hits]
    return [one for pin, one in shown(visit, tag, pins).items() if pin not in without]


def _versions_page(visit: Visit, tag: str, form: Form[PublishForm], status: int = 200) -> Answer:
    added, removed = publishing.changes(visit.session, visit.actor, tag)
    known = shown(visit, tag, [pin for rule in (*added, *removed) for pin in rule.products])
    view = goods.views_in(visit.session, tag)[0]
    measured, holds = measuring.last_measure(visit.session, visit.actor, view)
    return visit.render(
        "backoffice/search_versions.html", status=status, form=form,
        measured=measured if holds else None, is_stale=bool(measured and not holds),
        added=[(rule.kind, told(rule, known)) for rule in added], removed=[(rule.kind, told(rule, known)) for rule in removed],
        versions=publishing.list_versions(visit.session, visit.actor, tag), **around(visit, "desk.search.versions", tag),
    )  # fmt: skip
