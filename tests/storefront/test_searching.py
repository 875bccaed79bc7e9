"""Searching: how often a network may have searches made anew, and which of their pages are kept."""

from collections.abc import Iterator

import pytest

from catalog.search import asking
from kernel import settings
from kernel.errors import TooMany
from kernel.pace import Asked, Pace
from storefront.pages import search
from tests.browsing import Site
from tests.isolation.world import World

FOUND = "/en-eu/search?q=bike"
BEGUN = "/en-eu/suggest?q=bik"


@pytest.fixture(autouse=True)
def from_the_start(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing asked, nothing kept; the settings as they were afterwards."""
    before = settings.current()
    monkeypatch.setattr(asking, "PACE", Pace("Too many searches at once. Please wait a moment."))
    monkeypatch.setattr(search, "ASKED", Asked())
    site.app.cache._pages.clear()
    yield
    settings.use(before)
    site.app.cache._pages.clear()


def kept(site: Site) -> list[str]:
    return [f"{path.decode()}?{query.decode()}" for _, _, path, query in site.app.cache._pages]


def test_a_network_that_searches_too_much_is_told_to_wait_and_others_are_not(site: Site, world: World) -> None:
    settings.use(settings.current().with_(searches_per_minute=3))
    home, abroad = site.browser(world.home), site.browser(world.abroad)
    answers = [home.get(f"/en-eu/search?q=word{n}") for n in range(3)]
    refused, also = home.get("/en-eu/search?q=word4"), home.get(BEGUN)
    assert [a.status_code for a in (*answers, refused, also)] == [200, 200, 200, 429, 429]
    assert "Too many searches at once. Please wait a moment." in refused.text
    assert int(refused.headers["retry-after"]) in range(15, 21)
    assert abroad.get("/en-eu/search?q=word4").status_code == 200
    assert home.get("/en-eu/all").status_code == 200


def test_what_the_page_cache_answers_is_not_counted(site: Site, world: World) -> None:
    settings.use(settings.current().with_(searches_per_minute=2))
    browser = site.browser(world.home)
    assert [browser.get(FOUND).status_code for _ in range(6)] == [200] * 6
    assert browser.get("/en-eu/search?q=other").status_code == 429


def test_zero_is_no_limit(site: Site, world: World) -> None:
    settings.use(settings.current().with_(searches_per_minute=0))
    browser = site.browser(world.home)
    assert {browser.get(f"/en-eu/suggest?q=ab{n}").status_code for n in range(30)} == {200}


def test_a_search_is_kept_when_it_is_asked_for_again(site: Site, world: World) -> None:
    browser = site.browser(world.home)
    first = [browser.get(path) for path in (FOUND, BEGUN)]
    assert kept(site) == []
    second = [browser.get(path) for path in (FOUND, BEGUN)]
    assert sorted(kept(site)) == sorted([FOUND, BEGUN])
    third = [browser.get(path) for path in (FOUND, BEGUN)]
    assert [a.content for a in first] == [a.content for a in second] == [a.content for a in third]
    assert site.browser(world.abroad).get(FOUND).text != first[0].text
    assert sorted(kept(site)) == sorted([FOUND, BEGUN])


@pytest.mark.parametrize("query", ["zzzzqqq", "bike" + " x" * 20])
def test_long_queries_and_those_that_find_nothing_are_never_kept(site: Site, world: World, query: str) -> None:
    browser = site.browser(world.home)
    for _ in range(3):
        assert browser.get(f"/en-eu/search?q={query.replace(' ', '+')}").status_code == 200
        assert browser.get(f"/en-eu/suggest?q={query.replace(' ', '+')}").status_code == 200
    assert kept(site) == []


def test_a_bucket_fills_up_evenly_and_every_network_has_its_own() -> None:
    now = [1000.0]
    pace = Pace("Slowly.", most=2, clock=lambda: now[0])
    one, two = ("shop", "192.0.2.1"), ("shop", "192.0.2.2")
    for _ in range(60):
        pace.step(one, 60)
    with pytest.raises(TooMany) as refused:
        pace.step(one, 60)
    assert refused.value.retry_after_seconds == 1
    pace.step(two, 60)
    now[0] += 2.0
    pace.step(one, 60)
    pace.step(one, 60)
    with pytest.raises(TooMany):
        pace.step(one, 60)
    pace.step(("shop", "192.0.2.3"), 60)
    assert len(pace._buckets) == 2


def test_what_was_asked_for_is_forgotten_in_its_turn(site: Site, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "ASKED", Asked(most=2))
    browser = site.browser(world.home)
    for path in (FOUND, "/en-eu/search?q=bikes", BEGUN, FOUND):
        browser.get(path)
    assert kept(site) == []


def test_twins_never_get_each_others_suggestions_from_what_is_kept(site: Site, world: World) -> None:
    for _ in range(3):
        for one, other in ((world.home, world.abroad), (world.abroad, world.home)):
            told = site.browser(one).get("/en-eu/suggest?q=only").text
            assert (f"Only {one.word}" in told, other.word in told) == (True, False)
