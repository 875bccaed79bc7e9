"""What a process keeps of indexes: bounded, never from what may be undone, and out of reach without the right to read."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, text, update

from catalog.models import Agreement
from catalog.search.indexing import apply_changes
from catalog.search.pg import PgSearch
from catalog.search.provider import SearchScope, SearchSource
from catalog.search.shelf import OVERHEAD_BYTES, SHELF, Shelf
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.search import document, index, index_goods, names, own_scope, share

ENGINE = PgSearch()
FACETS = ("colour", "price", "category")


@pytest.fixture(autouse=True)
def empty_shelf() -> Iterator[None]:
    SHELF.clear()
    yield
    SHELF.clear()


def ask(scope: SearchScope, typed: str) -> list[str]:
    with entering(scope.seller_id), transaction(read_only=True) as session:
        found = ENGINE.search(session, scope, typed, facets=FACETS)
        return sorted(name for source in scope.sources for name in names(found, source.tenant_id))


def test_pieces_nobody_asks_for_go_first_and_the_bytes_stay_within_bounds() -> None:
    shelf = Shelf(3 * (100 + OVERHEAD_BYTES))
    for name in "abc":
        shelf.put(name, name.upper(), 100)
    assert shelf.find("a") == "A"
    shelf.put("d", "D", 100)
    assert [shelf.find(name) for name in "abcd"] == ["A", None, "C", "D"]
    shelf.put("huge", "H", 10_000)
    assert (shelf.find("huge"), shelf.bytes) == (None, 0)


def test_a_second_search_asks_the_database_only_for_the_state(db: Engine, brand: Shop) -> None:
    index_goods(brand.id)
    counts = []
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db, "before_cursor_execute", note)
    for _ in range(2):
        seen.clear()
        assert ask(own_scope(brand.id), "brass bell") == ["bell"]
        counts.append(sum("catalog.search_" in statement for statement in seen))
    event.remove(db, "before_cursor_execute", note)
    assert (counts[0] > 3, counts[1]) == (True, 1)


def test_a_publication_is_seen_at_once_and_one_that_fails_never(db: Engine, brand: Shop) -> None:
    index_goods(brand.id)
    scope = own_scope(brand.id)
    assert (ask(scope, "brass"), ask(scope, "kazoo")) == (["bell"], [])
    kept = SHELF.bytes

    def publish_and_fail() -> None:
        with entering(brand.id), transaction() as session:
            apply_changes(session, "eu", "en", [document(brand.id, "bell", title="Copper kazoo")])
            assert names(ENGINE.search(session, scope, "kazoo"), brand.id) == ["bell"]
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        publish_and_fail()
    assert (ask(scope, "brass"), ask(scope, "kazoo"), SHELF.bytes) == (["bell"], [], kept)
    index(brand.id, [document(brand.id, "bell", title="Copper trumpet")])
    assert (ask(scope, "brass"), ask(scope, "kazoo"), ask(scope, "trumpet")) == ([], [], ["bell"])


def test_twins_with_equal_goods_never_get_each_others_pieces(db: Engine, brand: Shop, twin: Shop) -> None:
    index_goods(brand.id)
    index(twin.id, [document(twin.id, "bell", title="Canary bell"), document(twin.id, "pump", facets={"colour": ("canary",)})])
    for _ in range(2):
        assert (ask(own_scope(brand.id), "canary"), ask(own_scope(twin.id), "canary")) == ([], ["bell"])
        assert (len(ask(own_scope(brand.id), "")), ask(own_scope(twin.id), "")) == (12, ["bell", "pump"])
    with entering(twin.id), transaction(read_only=True) as session:
        assert ENGINE.search(session, own_scope(brand.id), "bell", facets=FACETS).total == 0
        assert ENGINE.search(session, SearchScope(twin.id, "EUR", own_scope(brand.id).sources), "").total == 0


def test_what_lies_on_the_shelf_is_out_of_reach_when_the_agreement_is_over(db: Engine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id)
    scope = SearchScope(partner.id, "EUR", (SearchSource(brand.id, "eu", "en", agreement_id=agreement),), 1)
    assert ask(scope, "brass bell") == ["bell"]
    with entering(brand.id), transaction() as session:
        session.execute(update(Agreement).where(Agreement.id == agreement).values(state="ended"))
    assert (ask(scope, "brass bell"), ask(scope, "")) == ([], [])
    assert ask(own_scope(brand.id), "brass bell") == ["bell"]


def test_a_build_that_takes_the_number_of_a_forgotten_one_is_another(db: Engine, superuser_db: Engine, brand: Shop) -> None:
    index(brand.id, [document(brand.id, "bell")])
    assert ask(own_scope(brand.id), "bell") == ["bell"]
    with superuser_db.begin() as connection:
        for table in (
            "search_index",
            "search_doc",
            "search_posting",
            "search_word",
            "search_bits",
            "search_code",
            "search_unit",
            "search_number",
        ):
            connection.execute(text(f"DELETE FROM catalog.{table} WHERE tenant_id = :t"), {"t": brand.id})
    index(brand.id, [document(brand.id, "pump")])
    assert (ask(own_scope(brand.id), "bell"), ask(own_scope(brand.id), "pump")) == ([], ["pump"])
