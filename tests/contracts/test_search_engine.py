"""What every search engine owes a shop (catalog/search/checks), run against each engine there is.

Meilisearch is the double of tests/meilisearch, served over HTTP, once with the documented ranking rules and, where its wheel is
installed, once in the real engine's order; and a real server where GALLERIA_MEILISEARCH_URL names one. An engine alone owes
what needs no knowledge that it lacks; as shops search, with the embedded engine behind it, everything is owed.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from catalog.search.checks.checking import BEHIND_ANOTHER, EVERYTHING, Check, all_checks
from catalog.search.checks.running import PARTS
from catalog.search.checks.world import World
from catalog.search.engine import GuardedSearch
from catalog.search.meili.engine import MeiliSearch
from catalog.search.meili.server import MeiliServer
from catalog.search.pg import PgSearch
from catalog.search.provider import SearchEngine
from kernel.lines import Line
from tests.meilisearch import wheel
from tests.meilisearch.double import Double

REAL = os.environ.get("GALLERIA_MEILISEARCH_URL", "")
KEY = os.environ.get("GALLERIA_MEILISEARCH_KEY", "")
# the wheel has no dictionary of Chinese and knows the default order of rules only
NOT_BY_WHEEL = {"Chinese is found by any piece", "what stands in a title counts more than the very phrase in a description"}


@dataclass(frozen=True)
class Kit:
    """An engine and the server it needs to be fed."""

    engine: SearchEngine
    server: MeiliServer | None = None


def kits() -> dict[str, frozenset[str]]:
    """Who is asked, and what each knows."""
    listed = {"embedded": EVERYTHING, "meilisearch alone": frozenset(), "meilisearch guarded": BEHIND_ANOTHER}
    if wheel.is_there():
        listed["meilisearch by its engine"] = frozenset()
    if REAL:
        listed |= {"a real server": frozenset(), "a real server guarded": BEHIND_ANOTHER}
    return listed


def pairs() -> list[object]:
    assert PARTS  # importing them makes the checks
    return [
        pytest.param(name, check, id=f"{name}: {check.name}")
        for name, knowledge in kits().items()
        for check in all_checks(knowledge)
        if not (name == "meilisearch by its engine" and check.name in NOT_BY_WHEEL)
    ]


@pytest.fixture(scope="module")
def doubles() -> Iterator[dict[str, Double]]:
    """The double, and the double that asks the wheel."""
    with Double() as plain, Double(by_wheel=True) as by_wheel:
        yield {"plain": plain, "by wheel": by_wheel}


def kit_of(name: str, doubles: dict[str, Double]) -> Kit:
    if name == "embedded":
        return Kit(PgSearch())
    double = doubles["by wheel" if name == "meilisearch by its engine" else "plain"]
    server = MeiliServer(Line(REAL), KEY) if name.startswith("a real") else MeiliServer(Line(double.url), double.key)
    alone = MeiliSearch(server)
    return Kit(GuardedSearch(alone, PgSearch()) if name.endswith("guarded") else alone, server)


@pytest.mark.parametrize(("name", "check"), pairs())
def test_engine_owes(db: Engine, doubles: dict[str, Double], name: str, check: Check) -> None:
    kit = kit_of(name, doubles)
    with World(kit.engine, kit.server) as world:
        check.run(world)
    for double in doubles.values():
        assert double.indexes == {}, "a world leaves nothing behind"
