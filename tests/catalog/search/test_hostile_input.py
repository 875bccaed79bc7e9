"""Whatever is typed or sent as a filter: no error, nothing foreign, no dear query, and never a part of a statement."""

import random
import time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, event

from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, Page, SearchScope, SearchSource, Sort
from catalog.search.unindexed import UnindexedSearch
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.search import document, index, index_goods, own_scope

PIECES = [
    "'", '"', "\\", ";", "--", "/*", "*/", ")", "(", "{", "}", ",", "%", "_", "%s", "%(x)s", ":x", "$1", "$$", "\0", "\n", "\ud800", "\x1f", "💡",
    " OR 1=1", " UNION SELECT tenant_id FROM catalog.search_doc", "'; DROP TABLE catalog.search_doc; --", "tenant_id", "NULL", "null", "canary",
    "Canary bell", "{canary}", '","canary', "a:colour", "l", "c", "brand", "colour", "price", "in_stock", "category", "' || (SELECT 1) || '",
    "\u202e", "\ufeff", "ﷺ", "0x41", "1e999", "NaN", "-1", "..", "[]", "<script>", "x" * 300, "&|!:*<->", "\\x00", "E'\\\\'", "pg_sleep(5)",
]  # fmt: skip
NUMBERS = [None, Decimal(0), Decimal("-1e30"), Decimal("1e30"), Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")]
SEARCHES = 1000
VARIANTS_EACH = 5


def twisted(dice: random.Random) -> str:
    return "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 4)))


def test_5000_twisted_texts_filters_and_facets_find_nothing_foreign(db: Engine, brand: Shop, twin: Shop) -> None:
    index_goods(brand.id)
    index(twin.id, [document(twin.id, "bell", title="Canary bell", facets={"colour": ("canary",)})])
    dice = random.Random(20261123)
    engine, scope = PgSearch(), own_scope(brand.id)
    statements: set[str] = set()

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.add(statement)

    event.listen(db, "before_cursor_execute", note)
    with entering(brand.id), transaction(read_only=True) as session:
        for _ in range(SEARCHES):
            text, code, value, number, facet = (twisted(dice) for _ in range(VARIANTS_EACH))
            filters = dice.choice([
                Filters(values={code: (value, "black")}),
                Filters(values={"colour": (value,)}, ranges={number: (dice.choice(NUMBERS), dice.choice(NUMBERS))}),
                Filters(price=(dice.choice(NUMBERS), dice.choice(NUMBERS))),
            ])  # fmt: skip
            found = engine.search(
                session, scope, dice.choice([text, ""]), filters, ("colour", facet, "price"), dice.choice(list(Sort)), Page(dice.randint(-5, 10**9), dice.randint(-5, 10**9))
            )  # fmt: skip
            assert {hit.tenant_id for hit in found.hits} <= {brand.id}
            assert found.total <= 12
            assert "canary" not in {v.value for f in found.facets.values() for v in f.values if v.count}
            told = engine.suggest(session, scope, text)
            assert {hit.tenant_id for hit in told.products} <= {brand.id}
    event.remove(db, "before_cursor_execute", note)
    assert len(statements) < 40, "a value became part of a statement"
    assert engine_still_answers(engine, scope)


def test_nothing_twisted_is_an_error_without_an_index(db: Engine, brand: Shop) -> None:
    dice = random.Random(20261124)
    engine, scope = UnindexedSearch(), own_scope(brand.id)
    with entering(brand.id), transaction(read_only=True) as session:
        for _ in range(SEARCHES // 4):
            text, code, value, number, place = (twisted(dice) for _ in range(VARIANTS_EACH))
            filters = dice.choice([
                Filters(values={code: (value, "black"), "category": (value,), "brand": (value,)}),
                Filters(values={"colour": (value,)}, ranges={number: (dice.choice(NUMBERS), dice.choice(NUMBERS))}),
                Filters(price=(dice.choice(NUMBERS), dice.choice(NUMBERS))),
            ])  # fmt: skip
            where = SearchScope(brand.id, "EUR", (SearchSource(brand.id, place, place),)) if dice.random() < 0.2 else scope
            page = Page(dice.randint(-5, 10**9), dice.randint(-5, 10**9))
            assert engine.search(session, where, text, filters, ("colour",), dice.choice(list(Sort)), page).total == 0
            assert engine.suggest(session, where, text).products == ()


def engine_still_answers(engine: PgSearch, scope: SearchScope) -> bool:
    with entering(scope.seller_id), transaction(read_only=True) as session:
        return engine.search(session, scope, "bell").total == 1


def test_places_that_are_not_ours_to_name_find_nothing(db: Engine, brand: Shop) -> None:
    index_goods(brand.id)
    with entering(brand.id), transaction(read_only=True) as session:
        for piece in PIECES:
            scope = SearchScope(brand.id, "EUR", (SearchSource(brand.id, piece, piece),))
            assert PgSearch().search(session, scope, "bell").total == 0


@pytest.mark.parametrize(
    "evil",
    [
        "a" * 10**6,
        "a " * 10**5,
        "bell-" * 10**5,
        "(" * 10**5 + "bell",
        "bell" * 10**5,
        "é" * 10**5,
        "1," * 10**5,
        "saddle " * 10**4,
        "灯" * 10**5,
    ],
)
def test_a_hostile_query_costs_at_most_a_quarter_of_a_second(db: Engine, brand: Shop, evil: str) -> None:
    index_goods(brand.id)
    with entering(brand.id), transaction(read_only=True) as session:
        PgSearch().search(session, own_scope(brand.id), "bell", facets=("colour", "price"))
        started = time.process_time()
        PgSearch().search(session, own_scope(brand.id), evil, facets=("colour", "price"))
        PgSearch().suggest(session, own_scope(brand.id), evil)
        assert time.process_time() - started < 0.25


def test_more_words_filters_and_values_than_allowed_are_cut(db: Engine, brand: Shop) -> None:
    index_goods(brand.id)
    with entering(brand.id), transaction(read_only=True) as session:
        many = Filters(values={"colour": tuple(str(n) for n in range(10_000)), **{f"c{n}": ("x",) for n in range(10_000)}})
        assert PgSearch().search(session, own_scope(brand.id), filters=many).total == 0
        words = " ".join(["xyzzy"] * 12 + ["bell"])
        assert PgSearch().search(session, own_scope(brand.id), words).total == 0
        assert len(PgSearch().search(session, own_scope(brand.id), facets=tuple(f"f{n}" for n in range(500))).facets) == 20
