"""What a product is worth to who asks for something, as people of the shop judge it. Permission: search.manage.

Grades: 3 just what was meant, 2 would do as well, 1 has to do with it, 0 has nothing to do with it. Queries are told apart as the
index tells them, whatever the shop's stop words. Judgements belong to the shop, not to a market.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from catalog.models.search_rules import ShopSearchJudgement
from catalog.search.rules import Pin, SearchRules
from catalog.searching import goods
from catalog.searching.drafts import RIGHT
from catalog.searching.shapes import LONGEST_WORDS
from kernel import audit, tenancy
from kernel.actors import Actor
from kernel.db.locks import wait_lock
from kernel.errors import Invalid, NotThere, Problem
from kernel.i18n import gettext as _

BEST = 3
GRADES = range(BEST + 1)
MOST_QUERIES = 200
MOST_JUDGED = 100

Grades = Mapping[Pin, int]


@dataclass(frozen=True)
class JudgedQuery:
    """A query with how many products were judged for it, and how many of them are worth something."""

    key: str
    query: str
    judged: int
    worth: int


@dataclass(frozen=True)
class Judgement:
    """One line of a file of judgements; `grade` None takes the judgement back."""

    query: str
    product: Pin
    grade: int | None


def list_judged(session: Session, actor: Actor, language: str) -> list[JudgedQuery]:
    """All judged queries of the language by their words."""
    actor.must(RIGHT)
    worth = func.count().filter(ShopSearchJudgement.grade > 0)
    columns = (ShopSearchJudgement.key, func.max(ShopSearchJudgement.query), func.count(), worth)
    mine = (ShopSearchJudgement.tenant_id == tenancy.current(), ShopSearchJudgement.language == language)
    rows = session.execute(select(*columns).where(*mine).group_by(ShopSearchJudgement.key).order_by(func.max(ShopSearchJudgement.query)))
    return [JudgedQuery(*row) for row in rows]


def grades_of(session: Session, actor: Actor, language: str, query: str) -> dict[Pin, int]:
    """What the products are worth for this query, as far as somebody has judged."""
    return all_grades(session, actor, language).get(key_of(language, query), {})


def all_grades(session: Session, actor: Actor, language: str) -> dict[str, dict[Pin, int]]:
    """{query key: grades}, of all judged queries."""
    actor.must(RIGHT)
    found: dict[str, dict[Pin, int]] = {}
    for row in session.scalars(_all(language)):
        found.setdefault(row.key, {})[Pin(row.source_tenant_id, row.product_id)] = row.grade
    return found


def list_judgements(session: Session, actor: Actor, language: str) -> list[Judgement]:
    """Every judgement, by query and falling grade: what a file of them holds."""
    actor.must(RIGHT)
    ordered = _all(language).order_by(ShopSearchJudgement.query, ShopSearchJudgement.grade.desc(), ShopSearchJudgement.id)
    return [Judgement(row.query, Pin(row.source_tenant_id, row.product_id), row.grade) for row in session.scalars(ordered)]


def key_of(language: str, query: str) -> str:
    """The query as judgements know it; "" where no word is in it."""
    return SearchRules(language).query_key(query)


def judge(session: Session, actor: Actor, language: str, query: str, grades: Mapping[Pin, int | None]) -> int:
    """Grades for a query; None takes one back. Returns how many changed. Raises Invalid at `query` or `grades`."""
    return take_judgements(session, actor, language, [Judgement(query, product, grade) for product, grade in grades.items()])


def take_judgements(session: Session, actor: Actor, language: str, given: Sequence[Judgement]) -> int:
    """Many at once, all or none; the rest stay as they are. Returns how many changed. Raises Invalid at `rows.<n>.<field>`."""
    actor.must(RIGHT)
    if language not in goods.languages_of(session):
        raise NotThere
    wait_lock(session, f"catalog.search_judgements {language}")
    before = {(row.key, Pin(row.source_tenant_id, row.product_id)): row for row in session.scalars(_all(language))}
    there = goods.known(session, language, list({one.product for one in given if one.grade is not None}))
    problems = _problems(language, given, there)
    wanted = {(key_of(language, one.query), one.product): one for one in given}
    after = {where: row.grade for where, row in before.items()} | {where: one.grade for where, one in wanted.items()}
    problems += _too_many([where for where, grade in after.items() if grade is not None])
    if problems:
        raise Invalid(problems)
    changed = {where: one for where, one in wanted.items() if one.grade != (before[where].grade if where in before else None)}
    for where, one in changed.items():
        _set(session, actor, language, where, one, before.get(where))
    session.flush()
    if changed:
        told = {"language": language, "queries": sorted({one.query for one in changed.values()})[:20], "judgements": len(changed)}
        audit.record(session, actor, "search_judgement.set", "search_judgement", language, after=told)
    return len(changed)


def forget_query(session: Session, actor: Actor, language: str, query: str) -> None:
    """Takes all judgements of a query back. NotThere where it has none."""
    actor.must(RIGHT)
    key = key_of(language, query)
    count = len(grades_of(session, actor, language, query))
    if not count:
        raise NotThere
    mine = (ShopSearchJudgement.tenant_id == tenancy.current(), ShopSearchJudgement.language == language, ShopSearchJudgement.key == key)
    session.execute(delete(ShopSearchJudgement).where(*mine))
    told = {"language": language, "queries": [query], "judgements": count}
    audit.record(session, actor, "search_judgement.forget", "search_judgement", language, before=told)


def _all(language: str) -> Select[ShopSearchJudgement]:
    return select(ShopSearchJudgement).where(
        ShopSearchJudgement.tenant_id == tenancy.current(), ShopSearchJudgement.language == language
    )  # fmt: skip


def _set(session: Session, actor: Actor, language: str, where: tuple[str, Pin], one: Judgement, row: ShopSearchJudgement | None) -> None:
    if one.grade is None:
        if row is not None:
            session.delete(row)
        return
    if row is None:
        key, product = where
        row = ShopSearchJudgement(
            tenant_id=tenancy.current(), language=language, key=key, source_tenant_id=product.tenant_id, product_id=product.product_id
        )
        session.add(row)
    row.query, row.grade, row.judged_by = " ".join(one.query.split()), one.grade, actor.as_json()


def _problems(language: str, given: Sequence[Judgement], there: set[Pin]) -> list[Problem]:
    found = []
    for n, one in enumerate(given):
        if not key_of(language, one.query) or len(one.query) > LONGEST_WORDS:
            reason = _("Please give the query, with at least one word that is not a small one.")
            found.append(Problem(f"rows.{n}.query", reason, "query"))
        if one.grade is not None and one.grade not in GRADES:
            found.append(Problem(f"rows.{n}.grade", _("Please give a grade from 0 to 3."), "grade"))
        if one.grade is not None and one.product not in there:
            found.append(Problem(f"rows.{n}.sku", _("One of these products is not there (any more)."), "unknown_product"))
    return found


def _too_many(judged: Sequence[tuple[str, Pin]]) -> list[Problem]:
    counts: dict[str, int] = {}
    for key, _product in judged:
        counts[key] = counts.get(key, 0) + 1
    if len(counts) > MOST_QUERIES:
        return [Problem("query", _("A language holds at most %(count)s judged queries.") % {"count": MOST_QUERIES}, "too_many")]
    if max(counts.values(), default=0) > MOST_JUDGED:
        return [Problem("query", _("A query holds at most %(count)s judgements.") % {"count": MOST_JUDGED}, "too_many")]
    return []
