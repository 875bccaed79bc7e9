"""The draft of a language's rules: what people write before it is published. Permission: search.manage.

Every change is in the audit trail; the shop sees nothing of it until the draft is published.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from catalog.models.search_rules import ShopSearchRule
from catalog.search.rules import Pin
from catalog.searching import goods, reading
from catalog.searching.checking import key_of, leads_in_a_circle, problems_of, tidy
from catalog.searching.shapes import EVERYWHERE, MOST, PIN, REDIRECT, Rule
from kernel import audit, tenancy
from kernel.actors import Actor
from kernel.db.locks import wait_lock
from kernel.errors import Invalid, NotThere, Problem
from kernel.i18n import gettext as _

PER_PAGE = 50
RIGHT = "search.manage"


def list_rules(
    session: Session, actor: Actor, language: str, kind: str = "", text: str = "", page: int = 1
) -> tuple[list[ShopSearchRule], int]:
    """A page of the draft and how many rules there are in all: of one kind, and with a word, where these are given."""
    actor.must(RIGHT)
    query = _of(language).where(ShopSearchRule.kind == kind) if kind else _of(language)
    if text:
        words = func.array_to_string(ShopSearchRule.words + ShopSearchRule.means, " ")
        query = query.where(or_(words.icontains(text, autoescape=True), ShopSearchRule.address.icontains(text, autoescape=True)))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.order_by(ShopSearchRule.kind, ShopSearchRule.words, ShopSearchRule.market_code).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    )
    return list(rows), total


def count_rules(session: Session, actor: Actor, language: str) -> dict[str, int]:
    """{kind: how many rules of the draft}."""
    actor.must(RIGHT)
    here = (ShopSearchRule.tenant_id == tenancy.current(), ShopSearchRule.language == language)
    rows = session.execute(select(ShopSearchRule.kind, func.count()).where(*here).group_by(ShopSearchRule.kind))
    return {row.kind: row[1] for row in rows}


def rule_for(session: Session, actor: Actor, rule_id: UUID, lock: bool = False) -> ShopSearchRule:
    """One rule of the draft. NotThere where it is not this shop's."""
    actor.must(RIGHT)
    query = select(ShopSearchRule).where(ShopSearchRule.tenant_id == tenancy.current(), ShopSearchRule.id == rule_id)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotThere
    return row


def add_rule(session: Session, actor: Actor, language: str, rule: Rule) -> ShopSearchRule:
    """Another rule of the draft. Raises Invalid at words, means, products, address or market."""
    _begin(session, actor, language)
    wanted = tidy(rule)
    if problems := _problems(session, language, wanted, reading.drafted(session, language)):
        raise Invalid(problems)
    row = ShopSearchRule(tenant_id=tenancy.current(), language=language)
    _write(row, wanted)
    session.add(row)
    session.flush()
    audit.record(session, actor, "search_rule.add", "search_rule", row.id, after={"language": language, **wanted.as_json()})
    return row


def change_rule(session: Session, actor: Actor, rule_id: UUID, rule: Rule) -> ShopSearchRule:
    """Other words, products or address for a rule; it stays of its kind. Raises Invalid, NotThere."""
    row = rule_for(session, actor, rule_id)
    _begin(session, actor, row.language)
    row = rule_for(session, actor, rule_id, lock=True)
    before = Rule.of_row(row)
    wanted = tidy(Rule(row.kind, rule.words, rule.means, rule.products, rule.address, rule.market_code))
    if wanted == before:
        return row
    others = [one for one in reading.drafted(session, row.language) if one != before]
    if problems := _problems(session, row.language, wanted, others):
        raise Invalid(problems)
    _write(row, wanted)
    session.flush()
    audit.record(session, actor, "search_rule.change", "search_rule", row.id, before=before.as_json(), after=wanted.as_json())
    return row


def remove_rule(session: Session, actor: Actor, rule_id: UUID) -> str:
    """Takes a rule out of the draft; returns its language."""
    row = rule_for(session, actor, rule_id, lock=True)
    told = {"language": row.language, **Rule.of_row(row).as_json()}
    audit.record(session, actor, "search_rule.remove", "search_rule", row.id, before=told)
    session.delete(row)
    session.flush()
    return row.language


def replace_rules(session: Session, actor: Actor, language: str, rules: Sequence[Rule]) -> int:
    """These rules instead of the draft, all or none; returns how many there are. Raises Invalid at `rules.<n>.<field>`."""
    _begin(session, actor, language)
    wanted = [tidy(rule) for rule in rules]
    if problems := _problems_of_all(session, language, wanted):
        raise Invalid(problems)
    before = reading.drafted(session, language)
    if sorted(wanted, key=lambda rule: rule.group) == before:
        return len(before)
    _rewrite(session, language, wanted)
    told = ({"language": language, "rules": _counted(kinds)} for kinds in (before, wanted))
    audit.record(session, actor, "search_rules.replace", "search_rules", language, *told)
    return len(wanted)


def take_back(session: Session, actor: Actor, language: str) -> int:
    """The draft as it is in force: every change since is dropped. Returns how many rules there are."""
    _begin(session, actor, language)
    before, rules = reading.drafted(session, language), reading.in_force(session, language)
    _rewrite(session, language, rules)
    told = ({"language": language, "rules": _counted(kinds)} for kinds in (before, rules))
    audit.record(session, actor, "search_rules.take_back", "search_rules", language, *told)
    return len(rules)


def _of(language: str) -> Select[ShopSearchRule]:
    return select(ShopSearchRule).where(ShopSearchRule.tenant_id == tenancy.current(), ShopSearchRule.language == language)


def _begin(session: Session, actor: Actor, language: str) -> None:
    """One at a time per language; only in a language of the shop."""
    actor.must(RIGHT)
    if language not in goods.languages_of(session):
        raise NotThere
    wait_lock(session, f"catalog.search_rules {language}")


def _write(row: ShopSearchRule, rule: Rule) -> None:
    row.kind, row.market_code, row.key = rule.kind, rule.market_code, key_of(rule, row.language)
    row.words, row.means, row.address, row.products = list(rule.words), list(rule.means), rule.address, rule.kept_products


def _rewrite(session: Session, language: str, rules: Iterable[Rule]) -> None:
    here = (ShopSearchRule.tenant_id == tenancy.current(), ShopSearchRule.language == language)
    session.execute(delete(ShopSearchRule).where(*here))
    for rule in rules:
        row = ShopSearchRule(tenant_id=tenancy.current(), language=language)
        _write(row, rule)
        session.add(row)
    session.flush()


def _counted(rules: Sequence[Rule]) -> dict[str, int]:
    return {kind: sum(rule.kind == kind for rule in rules) for kind in MOST}


def _problems(session: Session, language: str, rule: Rule, others: Sequence[Rule]) -> list[Problem]:
    """What is wrong with one more rule beside the others."""
    return [Problem(where, reason, code) for _n, where, reason, code in _wrong(session, language, [rule], others)]


def _problems_of_all(session: Session, language: str, rules: Sequence[Rule]) -> list[Problem]:
    return [Problem(f"rules.{n}.{where}", reason, code) for n, where, reason, code in _wrong(session, language, rules, [])]


Wrong = tuple[int, str, str, str]


def _wrong(session: Session, language: str, rules: Sequence[Rule], others: Sequence[Rule]) -> list[Wrong]:
    """(number, field, reason, code) of everything that is wrong with the rules, one by one and together."""
    found: list[Wrong] = []
    seen = {(rule.kind, rule.market_code, key_of(rule, language)) for rule in others}
    counts = _counted(others)
    redirects = {key_of(rule, language): rule.address for rule in (*others, *rules) if rule.kind == REDIRECT}
    pins = [pin for rule in rules if rule.kind == PIN for pin in rule.products]
    there = goods.known(session, language, pins) if pins else set[Pin]()
    markets = {view.market_code for view in goods.views_in(session, language)}
    for n, rule in enumerate(rules):
        if rule.kind not in MOST:
            found.append((n, "kind", _("Please choose one of the list."), "unknown"))
            continue
        key = (rule.kind, rule.market_code, key_of(rule, language))
        counts[rule.kind] += 1
        wrong = problems_of(rule, language)
        if not wrong and key in seen:
            wrong = [Problem("words", _("There is such a rule already."), "twice")]
        if not wrong and counts[rule.kind] > MOST[rule.kind]:
            wrong = [Problem("words", _("A language holds at most %(count)s of these.") % {"count": MOST[rule.kind]}, "too_many")]
        if rule.market_code != EVERYWHERE and (rule.kind not in (PIN, REDIRECT) or rule.market_code not in markets):
            wrong.append(Problem("market", _("This market does not speak the language, or the rule holds everywhere."), "market"))
        if any(pin not in there for pin in rule.products):
            wrong.append(Problem("products", _("One of these products is not there (any more)."), "unknown_product"))
        if not wrong and rule.kind == REDIRECT and leads_in_a_circle(key[2], redirects, language):
            wrong = [Problem("address", _("This leads in a circle."), "circle")]
        seen.add(key)
        found += [(n, problem.where, problem.reason, problem.code) for problem in wrong]
    return found
