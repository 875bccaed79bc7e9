"""A shop's own rules on its search page: synonyms, pins, redirects; what was searched for is counted, and nothing about who."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, update

from catalog.models.search_rules import ShopSearchTally
from catalog.search.rules import Pin
from catalog.searching import tallies
from catalog.searching.drafts import add_rule
from catalog.searching.publishing import publish_rules
from catalog.searching.shapes import PIN, REDIRECT, SYNONYM, Rule
from catalog.searching.tallies import Tallies, forget, list_asked
from kernel.clock import now
from kernel.errors import NotAllowed
from kernel.pace import Asked
from storefront import led
from storefront.pages import search
from tests.browsing import Site, running_site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, somebody
from tests.factories.tenants import make_market

RIGHT = "search.manage"
GATHERED = Tallies()


@pytest.fixture
def running(db: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(led, "TALLIES", GATHERED)
    with running_site(db, tmp_path) as site:
        yield site


@pytest.fixture
def goods(brand: Shop) -> dict[str, UUID]:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        told = {"BELL": "Brass bell", "LAMP": "Bright lamp", "BIKE": "Steel bike"}
        made = {sku: make_product(session, brand.id, f"P-{sku}-1", name).id for sku, name in told.items()}
        publish_all(session, brand.id, "eu")
    return made


def rule(shop: Shop, *rules: Rule) -> None:
    with in_tenant(shop.id) as session:
        for one in rules:
            add_rule(session, somebody(shop.id, RIGHT), "en", one)
        publish_rules(session, somebody(shop.id, RIGHT), "en")


def shown(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"/en-eu/p/([a-z]+-[a-z]+)", page)))


def test_a_search_follows_the_rules_as_soon_as_they_are_published(running: Site, brand: Shop, goods: dict[str, UUID]) -> None:
    browser = running.browser(brand)
    for _ in range(3):
        assert shown(browser.get("/en-eu/search?q=bell").text) == ["brass-bell"]
    assert shown(browser.get("/en-eu/search?q=klaxon").text) == []
    rule(brand, Rule(SYNONYM, ("klaxon", "bell")), Rule(PIN, ("bell",), products=(Pin(brand.id, goods["LAMP"]),)))
    running.app.cache.stamps.clear()
    running.app.cache._pages.clear()
    assert shown(browser.get("/en-eu/search?q=klaxon").text) == ["brass-bell"]
    assert shown(browser.get("/en-eu/search?q=Bells").text) == ["bright-lamp", "brass-bell"]
    assert shown(browser.get("/en-eu/suggest?q=bell").text) == ["bright-lamp", "brass-bell"]


def test_a_redirect_sends_the_shopper_to_a_page_of_the_shop_and_is_kept_nowhere(running: Site, brand: Shop, goods: dict[str, UUID]) -> None:
    rule(brand, Rule(REDIRECT, ("returns",), address="/p/steel-bike-p-bike-1?v=1"))
    browser = running.browser(brand)
    for _ in range(3):
        answer = browser.get("/en-eu/search?q=+Returns")
        assert (answer.status_code, answer.headers["location"]) == (303, "/en-eu/p/steel-bike-p-bike-1?v=1")
    assert running.app.cache._pages == {}
    assert browser.get("/en-eu/search?q=returns&sort=name").status_code == 200


def test_an_address_elsewhere_is_shown_with_a_link(running: Site, brand: Shop, goods: dict[str, UUID]) -> None:
    rule(brand, Rule(REDIRECT, ("jobs",), address="https://jobs.example.com/?a=1&b=2"))
    answer = running.browser(brand).get("/en-eu/search?q=jobs")
    assert answer.status_code == 200 and "location" not in answer.headers
    assert 'href="https://jobs.example.com/?a=1&amp;b=2"' in answer.text and "Go on to jobs.example.com" in answer.text


def test_the_api_tells_where_a_query_leads(running: Site, brand: Shop, goods: dict[str, UUID]) -> None:
    rule(brand, Rule(REDIRECT, ("returns",), address="/p/steel-bike"), Rule(SYNONYM, ("klaxon", "bell")))
    browser = running.browser(brand)
    told = browser.get("/api/v1/search?market=eu&language=en&q=returns").json()
    assert (told["redirect"], told["total"]) == ("/p/steel-bike", 0)
    told = browser.get("/api/v1/search?market=eu&language=en&q=klaxon").json()
    assert (told["redirect"], [item["sku"] for item in told["items"]]) == (None, ["P-BELL-1"])


def asked(shop: Shop, few: int | None = None) -> list[tuple[str, int, int]]:
    with in_tenant(shop.id) as session:
        return [told[:3] for told in list_asked(session, somebody(shop.id, RIGHT), "en", few)]


def test_searches_are_counted_by_day_without_anybody(
    running: Site, brand: Shop, twin: Shop, goods: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "ASKED", Asked())
    GATHERED.write()
    browser = running.browser(brand)
    for path in ("?q=Saddles", "?q=saddle", "?q=saddle%20", "?q=saddle&sort=name", "?q=saddle&page=2", "?q=bell", "?q=rare"):
        assert browser.get(f"/en-eu/search{path}").status_code == 200
    for private in ("mira@example.com", "+49 171 1234567", "x" * 150):
        browser.get(f"/en-eu/search?q={quote(private)}")
    assert GATHERED.write() == 3
    assert GATHERED.write() == 0
    with in_tenant(brand.id) as session:
        kept = {row.key: (row.query, row.searches, row.found, row.day) for row in session.scalars(select(ShopSearchTally))}
    assert kept == {
        "saddl": ("saddle", 3, 0, now().date()), "bell": ("bell", 1, 1, now().date()), "rare": ("rare", 1, 0, now().date()),
    }  # fmt: skip
    assert asked(brand) == [("saddle", 3, 0)]
    assert asked(twin) == []
    with in_tenant(brand.id) as session, pytest.raises(NotAllowed):
        list_asked(session, somebody(brand.id, "catalog.view"), "en")


def test_what_was_counted_is_forgotten_in_time(db: Engine, brand: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered = Tallies()
    for word, times in (("often", 4), ("seldom", 2)):
        for _ in range(times):
            gathered.note(brand.id, "eu", "en", word, 5)
    assert gathered.write() == 2

    def age(days: int) -> list[str]:
        with in_tenant(brand.id) as session:
            session.execute(update(ShopSearchTally).values(day=now().date() - timedelta(days=days)))
            forget(session)
            return sorted(session.scalars(select(ShopSearchTally.query)))

    assert (age(6), age(7), age(89), age(90)) == (["often", "seldom"], ["often"], ["often"], [])


def test_a_process_gathers_so_much_and_no_more(db: Engine, brand: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "MOST_GATHERED", 2)
    gathered = Tallies()
    for word in ("one", "two", "three", "one"):
        gathered.note(brand.id, "eu", "en", f"{word} bell", 1)
    assert gathered.write() == 2
    with in_tenant(brand.id) as session:
        assert sorted((row.query, row.searches) for row in session.scalars(select(ShopSearchTally))) == [("one bell", 2), ("two bell", 1)]
