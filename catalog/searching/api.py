"""JSON: a shop's own rules of search under /api/v1/search-rules, for machine clients with the scope search.manage.

A PUT takes the place of the draft as a whole, so that a list that is kept elsewhere can simply be sent again; nothing of it is in
the shop before it is published. Products are named by article number, addresses by paths of the shop without a place.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from catalog.models.search_rules import ShopSearchVersion
from catalog.searching import drafts, goods, judging, publishing, reading
from catalog.searching.judging import Judgement
from catalog.searching.shapes import LONGEST_ADDRESS, LONGEST_WORDS, MOST, MOST_PINNED, MOST_WORDS, PIN, Rule
from kernel.errors import Invalid, NotThere, Problem
from kernel.i18n import gettext as _
from kernel.web.access import scope
from kernel.web.routes import Entry, api
from kernel.web.visit import Visit

MOST_RULES = sum(MOST.values())
MOST_JUDGEMENTS = judging.MOST_QUERIES * judging.MOST_JUDGED


class Strict(BaseModel):
    """Unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class RuleShape(Strict):
    """One rule. `words`: synonyms, what is typed (one_way), the stop word, or the query (pin, redirect); `means`: what one-way words
    find as well; `products`: article numbers, in their order; `address`: a path such as /c/locks, or one with https://; `market`: only
    there (pins and redirects), everywhere where it is empty."""

    kind: Literal["synonym", "one_way", "stop_word", "pin", "redirect"]
    words: list[str] = Field(min_length=1, max_length=MOST_WORDS)
    means: list[str] = Field(default_factory=list, max_length=MOST_WORDS)
    products: list[str] = Field(default_factory=list, max_length=MOST_PINNED)
    address: str = Field(default="", max_length=LONGEST_ADDRESS)
    market: str = Field(default="", max_length=20)


class LanguageQuery(Strict):
    """Which of the shop's languages."""

    language: str = Field(min_length=2, max_length=20)


class RulesIn(LanguageQuery):
    """All rules of a language."""

    rules: list[RuleShape] = Field(max_length=MOST_RULES)


class VersionOut(BaseModel):
    """Rules that were published. `back_to`: the version that was taken up again; `before`, `after`: nDCG@10, where it was measured."""

    version: int
    published_at: datetime
    published_by: str
    note: str
    back_to: int | None
    rules: int
    before: float | None
    after: float | None


class RulesOut(BaseModel):
    """The draft of a language, how many of its rules differ from those in force, and the version in force (none: no rules)."""

    language: str
    rules: list[RuleShape]
    changes: int
    in_force: VersionOut | None


class NoteIn(LanguageQuery):
    """A note for those who look back."""

    note: str = Field(default="", max_length=publishing.LONGEST_NOTE)


class BackIn(LanguageQuery):
    """Which version is to be in force again; 0: no rules."""

    version: int = Field(ge=0)


class JudgementShape(Strict):
    """What a product is worth for a query: 3 exactly what was meant, 0 has nothing to do with it; no grade: not judged (any more)."""

    query: str = Field(min_length=1, max_length=LONGEST_WORDS)
    sku: str = Field(min_length=1, max_length=80)
    grade: int | None = Field(default=None, ge=0, le=judging.BEST)


class Judgements(LanguageQuery):
    """Judgements of a language."""

    judgements: list[JudgementShape] = Field(max_length=MOST_JUDGEMENTS)


def show_rules(visit: Visit) -> RulesOut:
    """The draft of a language's rules."""
    return _rules_out(visit, _language(visit, visit.filter.language))


def put_rules(visit: Visit) -> RulesOut:
    """These rules instead of the draft, all or none."""
    given: RulesIn = visit.form
    tag = _language(visit, given.language)
    numbers = goods.by_number(visit.session, tag, [sku for rule in given.rules for sku in rule.products])
    problems = [
        Problem(f"rules.{n}.products", _("There is no product with the article number “%(sku)s”.") % {"sku": sku[:80]}, "unknown_product")
        for n, rule in enumerate(given.rules)
        for sku in rule.products
        if sku not in numbers
    ]
    if problems:
        raise Invalid(problems)
    rules = [
        Rule(
            rule.kind, tuple(rule.words), tuple(rule.means), tuple(numbers[sku] for sku in rule.products) if rule.kind == PIN else (),
            rule.address, rule.market,
        )
        for rule in given.rules
    ]  # fmt: skip
    drafts.replace_rules(visit.session, visit.actor, tag, rules)
    return _rules_out(visit, tag)


def publish_rules(visit: Visit) -> VersionOut:
    """Puts the draft in force at once."""
    return _version_out(publishing.publish_rules(visit.session, visit.actor, _language(visit, visit.form.language), visit.form.note))


def go_back(visit: Visit) -> VersionOut:
    """Puts an old version in force again; the draft stays as it is."""
    return _version_out(publishing.go_back(visit.session, visit.actor, _language(visit, visit.form.language), visit.form.version))


def show_judgements(visit: Visit) -> Judgements:
    """Everything that was judged, by query."""
    return _judgements(visit, _language(visit, visit.filter.language))


def _judgements(visit: Visit, tag: str) -> Judgements:
    told = judging.list_judgements(visit.session, visit.actor, tag)
    numbers = goods.numbers_of(visit.session, [one.product for one in told])
    return Judgements(
        language=tag,
        judgements=[JudgementShape(query=one.query, sku=numbers[one.product], grade=one.grade) for one in told if one.product in numbers],
    )


def put_judgements(visit: Visit) -> Judgements:
    """These judgements beside those there are, all or none; one without a grade is taken back."""
    given: Judgements = visit.form
    tag = _language(visit, given.language)
    numbers = goods.by_number(visit.session, tag, [one.sku for one in given.judgements])
    problems = [
        Problem(
            f"judgements.{n}.sku", _("There is no product with the article number “%(sku)s”.") % {"sku": one.sku[:80]}, "unknown_product"
        )
        for n, one in enumerate(given.judgements)
        if one.sku not in numbers
    ]
    if problems:
        raise Invalid(problems)
    judging.take_judgements(
        visit.session, visit.actor, tag, [Judgement(one.query, numbers[one.sku], one.grade) for one in given.judgements]
    )
    return _judgements(visit, tag)


def _language(visit: Visit, tag: str) -> str:
    """The language as it was asked for. NotThere where the shop does not speak it."""
    if tag not in goods.languages_of(visit.session):
        raise NotThere
    return tag


def _rules_out(visit: Visit, tag: str) -> RulesOut:
    rules = reading.drafted(visit.session, tag)
    numbers = goods.numbers_of(visit.session, [pin for rule in rules for pin in rule.products])
    added, removed = publishing.changes(visit.session, visit.actor, tag)
    newest = reading.newest(visit.session, tag)
    shapes = [
        RuleShape(
            kind=rule.kind, words=list(rule.words), means=list(rule.means), address=rule.address, market=rule.market_code,
            products=[numbers[pin] for pin in rule.products if pin in numbers],
        )
        for rule in rules
    ]  # fmt: skip
    return RulesOut(language=tag, rules=shapes, changes=len(added) + len(removed), in_force=_version_out(newest) if newest else None)


def _version_out(row: ShopSearchVersion) -> VersionOut:
    return VersionOut(
        version=row.version,
        published_at=row.published_at,
        published_by=str(row.published_by.get("name", "")),
        note=row.note,
        back_to=row.back_to,
        rules=len(row.rules),
        before=None if row.before is None else float(row.before),
        after=None if row.after is None else float(row.after),
    )


MANAGE = scope("search.manage")
ROUTES: list[Entry] = [
    api("GET", "/search-rules", show_rules, access=MANAGE, query=LanguageQuery, reply=RulesOut),
    api("PUT", "/search-rules", put_rules, access=MANAGE, body=RulesIn, reply=RulesOut),
    api("POST", "/search-rules/versions", publish_rules, access=MANAGE, body=NoteIn, reply=VersionOut, status=201, creates=True),
    api("POST", "/search-rules/back", go_back, access=MANAGE, body=BackIn, reply=VersionOut),
    api("GET", "/search-judgements", show_judgements, access=MANAGE, query=LanguageQuery, reply=Judgements),
    api("PUT", "/search-judgements", put_judgements, access=MANAGE, body=Judgements, reply=Judgements),
]
