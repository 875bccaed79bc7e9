"""Meilisearch down, slow, refused or talking nonsense: shops go on finding, and it is left alone for a while (F13)."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from catalog.intervals import Place
from catalog.search.breaker import Circuit
from catalog.search.engine import ENGINE, GuardedSearch, connect, meilisearch
from catalog.search.meili import feeding
from catalog.search.meili.condition import condition_of
from catalog.search.meili.engine import MeiliSearch
from catalog.search.meili.server import MeiliServer, MeiliTrouble
from catalog.search.pg import PgSearch
from catalog.search.provider import SearchResult
from kernel.db.session import transaction
from kernel.lines import Line
from kernel.tenancy import entering
from tests.browsing import Site, running_site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all
from tests.factories.search import GOODS, document, index_goods, names, own_scope
from tests.factories.tenants import make_market
from tests.meilisearch.double import Double


def closed(_double: Double) -> str:
    return "http://127.0.0.1:9"


def refused(double: Double) -> str:
    double.key = "another key"
    return double.url


def nonsense(double: Double) -> str:
    double._route = lambda *_told: ["hello"]  # type: ignore[method-assign]
    return double.url


def broken(double: Double) -> str:
    def fail(_path: str) -> None:
        raise ValueError("internal")

    double.faults = fail
    return double.url


def empty(double: Double) -> str:
    return double.url


FAULTS = [closed, refused, nonsense, broken, empty]


def ask(engine: GuardedSearch | MeiliSearch, shop: Shop, text: str) -> SearchResult:
    with entering(shop.id), transaction(read_only=True) as session:
        return engine.search(session, own_scope(shop.id), text)


def guarded(url: str, key: str, **circuit: float) -> GuardedSearch:
    return GuardedSearch(MeiliSearch(MeiliServer(Line(url), key)), PgSearch(), Circuit(**circuit))  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_is_wrong_with_the_server_the_embedded_engine_answers(
    db: Engine, double: Double, brand: Shop, fault: Callable[[Double], str]
) -> None:
    key = double.key
    engine = guarded(fault(double), key)
    index_goods(brand.id)
    for _ in range(5):
        assert names(ask(engine, brand, "brass bell"), brand.id)[0] == "bell"
    with entering(brand.id), transaction(read_only=True) as session:
        assert engine.suggest(session, own_scope(brand.id), "brass be").texts == ("brass bell",)
    assert engine.circuit.is_open is (fault is not empty)


def test_alone_it_says_that_it_does_not_answer(db: Engine, brand: Shop) -> None:
    index_goods(brand.id)
    with pytest.raises(MeiliTrouble, match="does not answer"):
        ask(MeiliSearch(MeiliServer(Line(closed(Double())), "")), brand, "bell")


def test_a_server_that_hangs_costs_three_searches_a_second_and_then_nobody(db: Engine, double: Double, brand: Shop) -> None:
    engine = guarded(double.url, double.key)
    index_goods(brand.id)
    gate = threading.Event()

    def hang(_path: str) -> None:
        gate.wait(20)

    double.faults = hang
    took = []
    for _ in range(6):
        began = time.perf_counter()
        assert ask(engine, brand, "brass bell").total >= 1
        took.append(time.perf_counter() - began)
    gate.set()
    assert [seconds > 0.9 for seconds in took] == [True] * 3 + [False] * 3
    assert max(took[:3]) < 2.5


def test_a_slow_server_is_left_alone_too_though_its_answers_count(db: Engine, server: MeiliServer, double: Double, brand: Shop) -> None:
    index_goods(brand.id)
    with entering(brand.id):
        feeding.put_anew(server, Place("eu", "en"), [document(brand.id, name) for name in GOODS], 1)
    engine = guarded(double.url, double.key)
    double.faults = lambda _path: time.sleep(0.75)
    for _ in range(3):
        assert names(ask(engine, brand, "brass bell"), brand.id) == ["bell"]
    assert engine.circuit.is_open


def test_the_circuit_lets_one_try_after_a_pause_that_grows_and_closes_on_success() -> None:
    circuit = Circuit(failures=2, pause=0.05, longest=0.1)
    assert [circuit.may_try(), circuit.went_wrong(), circuit.went_wrong(), circuit.may_try()] == [True, False, True, False]
    time.sleep(0.06)
    assert [circuit.may_try(), circuit.may_try()] == [True, False]
    circuit.went_wrong()
    time.sleep(0.06)
    assert circuit.may_try() is False
    time.sleep(0.06)
    assert circuit.may_try() is True
    circuit.went_well()
    assert (circuit.is_open, circuit.may_try(), circuit.may_try()) == (False, True, True)


def test_lists_without_a_text_never_ask(server: MeiliServer, double: Double, brand: Shop) -> None:
    index_goods(brand.id)
    with entering(brand.id), transaction(read_only=True) as session:
        assert ENGINE.search(session, own_scope(brand.id), "  ").total == 12
    assert double.requests == []


def test_what_it_does_not_find_the_embedded_engine_may(server: MeiliServer, double: Double, brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_product(session, brand.id, "S-1", "Fahrradschloss Granit", "49.00", names={"en": "Lock", "de": "Fahrradschloss Granit"})
        publish_all(session, brand.id)
    with entering(brand.id):
        feeding.feed(server)
        with transaction(read_only=True) as session:
            found = ENGINE.search(session, own_scope(brand.id, language="de"), "schloss")
    assert (found.total, len(double.searches())) == (1, 4)


@pytest.fixture
def site(db: Engine, double: Double, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as made:
        connect(double.url, double.key)
        yield made
        connect("")


@pytest.mark.parametrize("is_down", [False, True])
def test_shop_pages_never_fail_with_the_server(site: Site, double: Double, brand: Shop, is_down: bool) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_product(session, brand.id, "K-1", "Copper kettle", "49.00")
        publish_all(session, brand.id)
    server = meilisearch()
    assert server is not None
    with entering(brand.id):
        feeding.feed(server)
    site.settle()
    double.requests.clear()
    if is_down:
        broken(double)
    visitor = site.browser(brand)
    pages = [visitor.get(path) for path in ("/en-eu/search?q=copper", "/en-eu/suggest?q=copp", "/en-eu/")]
    assert [page.status_code for page in pages] == [200] * 3
    assert "Copper kettle" in pages[0].text
    assert len(double.searches()) == (0 if is_down else 8)


def test_the_doctor_tells_what_is_wrong_with_it(server: MeiliServer, double: Double) -> None:
    told = [condition_of(server)]
    double.version = "1.9.0"
    told.append(condition_of(server))
    double.key = "another key"
    told.append(condition_of(server))
    told.append(condition_of(MeiliServer(Line(closed(double)), "")))
    assert [(c.ok, c.detail) for c in told] == [
        (True, "version 1.16.0"), (False, "version 1.9.0"), (False, "the key is refused"), (False, "Meilisearch does not answer."),
    ]  # fmt: skip
    assert [bool(c.way_out) for c in told] == [False, True, True, True]
