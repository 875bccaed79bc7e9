"""Relevance: what people judged, how near searches come to it now and with the draft, and judging side by side."""

from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from backoffice.pages.search_rules import FileForm, file_problems, uploaded
from backoffice.search_desk import around, chosen_language, pin_of, shown
from catalog.search.engine import ENGINE
from catalog.search.rules import Pin
from catalog.searching import files, goods, judging, measuring
from catalog.searching.measuring import QueryMeasure
from kernel.errors import Invalid, NotThere, Refused
from kernel.i18n import gettext as _
from kernel.i18n import mark
from kernel.web.answers import Answer, attachment
from kernel.web.forms import Form
from kernel.web.visit import Visit

GRADES = ((3, mark("Exactly")), (2, mark("Good")), (1, mark("A little")), (0, mark("Wrong")))
MOST_JUDGED_AT_ONCE = 2 * measuring.FIRST + judging.MOST_JUDGED


class GradeRow(BaseModel):
    """A product ("tenant.product") and its grade; none: not judged."""

    product: str = Field(max_length=80)
    grade: str = Field(default="", pattern=r"^[0-3]?$")


class JudgeForm(BaseModel):
    """The grades of one query."""

    language: str = Field(max_length=20)
    query: str = Field(max_length=200)
    rows: list[GradeRow] = Field(default_factory=list, max_length=MOST_JUDGED_AT_ONCE)


class QueryForm(BaseModel):
    """One judged query of a language."""

    language: str = Field(max_length=20)
    query: str = Field(default="", max_length=200)


def relevance(visit: Visit) -> Answer:
    """Every judged query with its nDCG now and with the draft, as last measured."""
    return _page(visit, chosen_language(visit), visit.fill(FileForm))


def judge(visit: Visit) -> Answer:
    """What a query finds now and with the draft, side by side, to be judged."""
    tag = chosen_language(visit)
    query = " ".join(visit.query.get("q", "").split())[:200]
    if not judging.key_of(tag, query):
        raise NotThere
    return _judge_page(visit, tag, query, visit.fill(JudgeForm, {"language": tag, "query": query}))


def save(visit: Visit) -> Answer:
    """Keeps the grades of a query; what is left open is not judged."""
    form: Form[JudgeForm] = visit.form
    given = form.given
    tag = chosen_language(visit, given.language)
    if not judging.key_of(tag, given.query):
        raise NotThere
    grades = {pin_of(row.product): int(row.grade) if row.grade else None for row in given.rows}
    try:
        judging.judge(visit.session, visit.actor, tag, given.query, grades)
    except Invalid as refused:
        form.errors["form"] = refused.problems[0].reason
        return _judge_page(visit, tag, given.query, form, refused.status)
    return visit.redirect(visit.url("desk.search.relevance", language=tag, done="judged"))


def forget(visit: Visit) -> Answer:
    """Takes all judgements of a query back."""
    given: QueryForm = visit.form.given
    tag = chosen_language(visit, given.language)
    judging.forget_query(visit.session, visit.actor, tag, given.query)
    return visit.redirect(visit.url("desk.search.relevance", language=tag, done="forgotten"))


def measure(visit: Visit) -> Answer:
    """Searches for every judged query under both sets of rules."""
    tag = chosen_language(visit, visit.form.given.language)
    try:
        measuring.measure(visit.session, visit.actor, ENGINE, goods.views_in(visit.session, tag)[0])
    except Refused as refused:
        return _page(visit, tag, visit.fill(FileForm).told(refused), refused.status)
    return visit.redirect(visit.url("desk.search.relevance", language=tag, done="measured"))


def export(visit: Visit) -> Answer:
    """All judgements as CSV."""
    tag = chosen_language(visit)
    return attachment(files.judgements_csv(visit.session, visit.actor, tag), f"judgements-{tag}.csv", "text/csv; charset=utf-8")


def upload(visit: Visit) -> Answer:
    """Judgements from a file beside those there are."""
    form: Form[FileForm] = visit.form
    tag = chosen_language(visit, form.given.language)
    content = uploaded(form)
    try:
        if content is None:
            raise Invalid.at("file", _("Please choose a file."), "missing")
        files.take_judgement_file(visit.session, visit.actor, tag, content)
    except Refused as refused:
        return _page(visit, tag, form.told(refused, "file"), refused.status, file_problems(refused))
    return visit.redirect(visit.url("desk.search.relevance", language=tag, done="taken"))


def _page(visit: Visit, tag: str, form: Form[FileForm], status: int = 200, problems: list[str] | None = None) -> Answer:
    queries = judging.list_judged(visit.session, visit.actor, tag)
    measured, holds = measuring.last_measure(visit.session, visit.actor, goods.views_in(visit.session, tag)[0])
    by_key = {told["key"]: QueryMeasure.of_json(told) for told in measured.queries} if measured else {}
    changed = [one for one in by_key.values() if one.is_changed]
    known = shown(visit, tag, [pin for one in changed for pin in (*one.came, *one.went)])
    rows = [(one, by_key.get(one.key), _names(by_key.get(one.key), known)) for one in queries]
    return visit.render(
        "backoffice/search_relevance.html", status=status, form=form, problems=problems or [], rows=rows, measured=measured, holds=holds,
        difference=measured.after - measured.before if measured else Decimal(0), changed=len(changed), most=judging.MOST_QUERIES,
        **around(visit, "desk.search.relevance", tag),
    )  # fmt: skip


def _names(measured: QueryMeasure | None, known: dict[Pin, Any]) -> dict[str, list[str]]:
    return {name: [known[pin].name for pin in getattr(measured, name)] if measured else [] for name in ("came", "went")}


def _judge_page(visit: Visit, tag: str, query: str, form: Form[JudgeForm], status: int = 200) -> Answer:
    view = goods.views_in(visit.session, tag)[0]
    now, draft = (measuring.first_ten(visit.session, ENGINE, scope, query) for scope in measuring.scopes_of(visit.session, view))
    grades = judging.grades_of(visit.session, visit.actor, tag, query)
    both = list(dict.fromkeys((*now, *draft)))
    rest = [pin for pin in grades if pin not in both]
    known = shown(visit, tag, (*both, *rest))
    return visit.render(
        "backoffice/search_judge.html", status=status, form=form, query=query, grades=[(grade, _(label)) for grade, label in GRADES],
        pairs=[(known.get(now[n]) if n < len(now) else None, known.get(draft[n]) if n < len(draft) else None)
               for n in range(max(len(now), len(draft)))],
        listed=[known[pin] for pin in (*both, *rest)], given={known[pin].value: grade for pin, grade in grades.items()},
        before=measuring.ndcg(now, grades), after=measuring.ndcg(draft, grades), is_same=now == draft, is_judged=bool(grades),
        crumbs=[(_("Relevance"), visit.url("desk.search.relevance", language=tag)), (query, "")],
        **around(visit, "desk.search.relevance", tag),
    )  # fmt: skip
