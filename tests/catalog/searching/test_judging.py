"""Judgements of what searches find, and what comes of them: nDCG@10 of the rules in force and of the draft."""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select

from catalog.assortment import view_for
from catalog.models.search_rules import ShopSearchJudgement
from catalog.search.pg import PgSearch
from catalog.search.rules import Pin
from catalog.searching import drafts, judging, measuring
from catalog.searching.judging import Judgement
from catalog.searching.measuring import QueryMeasure, ndcg
from catalog.searching.publishing import publish_rules
from catalog.searching.shapes import PIN, STOP_WORD, SYNONYM, Rule
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.models import AuditEntry
from tests.browsing import counted
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, somebody
from tests.factories.tenants import make_market

RIGHT = "search.manage"
ENGINE = PgSearch()


@pytest.fixture
def goods(brand: Shop) -> dict[str, UUID]:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en", "de"))
        names = {"P-1": "Brass bell", "P-2": "Steel bell", "P-3": "Bright lamp", "P-4": "Steel bike"}
        made = {sku: make_product(session, brand.id, sku, name).id for sku, name in names.items()}
        publish_all(session, brand.id, "eu")
    return made


def judge(shop: Shop, query: str, grades: dict[UUID, int | None], language: str = "en") -> int:
    with in_tenant(shop.id) as session:
        told = {Pin(shop.id, product): grade for product, grade in grades.items()}
        return judging.judge(session, somebody(shop.id, RIGHT), language, query, told)


def kept(shop: Shop) -> dict[tuple[str, UUID], int]:
    with in_tenant(shop.id) as session:
        return {(row.key, row.product_id): row.grade for row in session.scalars(select(ShopSearchJudgement))}


def draft(shop: Shop, *rules: Rule) -> None:
    with in_tenant(shop.id) as session:
        for rule in rules:
            drafts.add_rule(session, somebody(shop.id, RIGHT), "en", rule)


def measured(shop: Shop) -> tuple[Decimal, Decimal, list[QueryMeasure]]:
    with in_tenant(shop.id) as session:
        row = measuring.measure(session, somebody(shop.id, RIGHT), ENGINE, view_for(session, "eu", "en"))
        return row.before, row.after, [QueryMeasure.of_json(told) for told in row.queries]


def holds(shop: Shop) -> bool:
    with in_tenant(shop.id) as session:
        return measuring.last_measure(session, somebody(shop.id, RIGHT), view_for(session, "eu", "en"))[1]


def test_the_figure_is_the_one_of_the_book() -> None:
    a, b, c, d, unknown = (Pin(uuid4(), uuid4()) for _ in range(5))
    grades = {a: 3, b: 0, c: 2, d: 1}
    assert ndcg([a, c, d, b], grades) == 1.0
    assert ndcg([a, b, c], grades) == pytest.approx(0.84000, abs=1e-5)
    assert ndcg([a, unknown, c], grades) == ndcg([a, b, c], grades)
    assert ndcg([b, a], grades) == pytest.approx(0.39749, abs=1e-5)
    assert (ndcg([], grades), ndcg([b], {b: 0}), ndcg([a], {})) == (0.0, 0.0, 0.0)
    assert ndcg([unknown] * 10 + [a], grades) == 0.0


def test_queries_are_told_apart_as_the_index_tells_them(db: Engine, brand: Shop, goods: dict[str, UUID]) -> None:
    draft(brand, Rule(STOP_WORD, ("cheap",)))
    assert judge(brand, "Bells", {goods["P-1"]: 3, goods["P-3"]: 0}) == 2
    assert judge(brand, "the bell", {goods["P-1"]: 2, goods["P-3"]: None}) == 2
    assert judge(brand, "bell", {goods["P-1"]: 2}) == 0
    assert judge(brand, "cheap bell", {goods["P-1"]: 1}) == 1
    assert kept(brand) == {("bell", goods["P-1"]): 2, ("cheap bell", goods["P-1"]): 1}
    with in_tenant(brand.id) as session:
        told = [(one.query, one.judged, one.worth) for one in judging.list_judged(session, somebody(brand.id, RIGHT), "en")]
        assert told == [("cheap bell", 1, 1), ("the bell", 1, 1)]
        judging.forget_query(session, somebody(brand.id, RIGHT), "en", "BELL")
        trail = session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "search_judgement").order_by(AuditEntry.id))
        assert list(trail) == ["search_judgement.set"] * 3 + ["search_judgement.forget"]
    assert kept(brand) == {("cheap bell", goods["P-1"]): 1}


def test_what_is_no_judgement_is_refused_and_nothing_of_it_is_kept(
    db: Engine, brand: Shop, twin: Shop, goods: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = somebody(brand.id, RIGHT)

    def refused(*given: Judgement) -> list[tuple[str, str]]:
        with in_tenant(brand.id) as session, pytest.raises(Invalid) as error:
            judging.take_judgements(session, actor, "en", given)
        assert kept(brand) == {}
        return [(problem.where, problem.code) for problem in error.value.problems]

    mine, theirs = Pin(brand.id, goods["P-1"]), Pin(twin.id, goods["P-1"])
    assert refused(Judgement("bell", mine, 3), Judgement("?!", mine, 1)) == [("rows.1.query", "query")]
    assert refused(Judgement("bell", mine, 4)) == [("rows.0.grade", "grade")]
    assert refused(Judgement("bell", theirs, 3)) == [("rows.0.sku", "unknown_product")]
    monkeypatch.setattr(judging, "MOST_QUERIES", 1)
    assert refused(Judgement("bell", mine, 3), Judgement("lamp", mine, 0)) == [("query", "too_many")]
    with in_tenant(brand.id) as session, pytest.raises(NotAllowed):
        judging.judge(session, somebody(brand.id, "catalog.edit"), "en", "bell", {mine: 3})
    with in_tenant(brand.id) as session, pytest.raises(NotThere):
        judging.judge(session, actor, "fr", "bell", {mine: 3})
    assert kept(brand) == {}


def test_the_draft_is_measured_against_the_rules_in_force(db: Engine, brand: Shop, goods: dict[str, UUID]) -> None:
    with in_tenant(brand.id) as session, pytest.raises(Conflict):
        measuring.measure(session, somebody(brand.id, RIGHT), ENGINE, view_for(session, "eu", "en"))
    judge(brand, "klaxon", {goods["P-1"]: 3, goods["P-2"]: 3})
    judge(brand, "bright lamp", {goods["P-3"]: 3})
    judge(brand, "nothing", {goods["P-4"]: 0})
    assert measured(brand)[:2] == (Decimal("0.5000"), Decimal("0.5000"))
    draft(brand, Rule(SYNONYM, ("klaxon", "bell")))
    before, after, queries = measured(brand)
    assert (before, after) == (Decimal("0.5000"), Decimal("1.0000"))
    by_query = {one.query: one for one in queries}
    assert set(by_query) == {"klaxon", "bright lamp"}
    klaxon = by_query["klaxon"]
    assert (klaxon.before, klaxon.after, klaxon.went, set(klaxon.came)) == (
        0.0, 1.0, (), {Pin(brand.id, goods["P-1"]), Pin(brand.id, goods["P-2"])},
    )  # fmt: skip
    assert klaxon.is_changed and not by_query["bright lamp"].is_changed
    with in_tenant(brand.id) as session:
        publish_rules(session, somebody(brand.id, RIGHT), "en")
    assert measured(brand)[:2] == (Decimal("1.0000"), Decimal("1.0000"))
    draft(brand, Rule(PIN, ("klaxon",), products=(Pin(brand.id, goods["P-3"]),)))
    before, after, _queries = measured(brand)
    assert before == 1 and after < before


def test_a_measurement_holds_until_something_changes(db: Engine, brand: Shop, twin: Shop, goods: dict[str, UUID]) -> None:
    assert not holds(brand)
    judge(brand, "bell", {goods["P-1"]: 3})
    measured(brand)
    assert holds(brand)
    judge(brand, "bell", {goods["P-1"]: 2})
    assert not holds(brand)
    measured(brand)
    draft(brand, Rule(STOP_WORD, ("cheap",)))
    assert not holds(brand)
    measured(brand)
    with in_tenant(brand.id) as session:
        make_product(session, brand.id, "P-5", "Copper bell")
        publish_all(session, brand.id, "eu")
    assert not holds(brand)
    with in_tenant(twin.id) as session:
        make_market(session, twin.id, "eu", languages=("en",))
    assert not holds(twin)


def test_judging_many_products_costs_the_same_as_one(db: Engine, brand: Shop, goods: dict[str, UUID]) -> None:
    actor = somebody(brand.id, RIGHT)

    def cost() -> int:
        with in_tenant(brand.id) as session, counted(db) as statements:
            judging.list_judgements(session, actor, "en")
            judging.all_grades(session, actor, "en")
        return len(statements)

    judge(brand, "bell", {goods["P-1"]: 3})
    one = cost()
    judge(brand, "bell", dict.fromkeys(goods.values(), 1))
    assert cost() == one
