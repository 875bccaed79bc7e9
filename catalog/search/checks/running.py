"""The whole contract, against the engine of this process: what shops ask, and where Meilisearch is connected that one alone, too."""

from collections.abc import Iterator

from catalog.search.checks import belonging, finding, following, listing
from catalog.search.checks.checking import BEHIND_ANOTHER, EVERYTHING, Outcome, all_checks, run_checks
from catalog.search.checks.world import World
from catalog.search.engine import ENGINE
from catalog.search.meili.engine import MeiliSearch

PARTS = (finding, listing, belonging, following)


def check_all() -> Iterator[tuple[str, Outcome]]:
    """(who was asked, how it went) of every check, as they end."""
    server = ENGINE.server
    if server is not None:
        alone = MeiliSearch(server)
        for outcome in run_checks(all_checks(frozenset()), lambda: World(alone, server)):
            yield "Meilisearch alone", outcome
    knowledge = EVERYTHING if server is None else BEHIND_ANOTHER
    for outcome in run_checks(all_checks(knowledge), lambda: World(ENGINE, server)):
        yield "as shops search", outcome
