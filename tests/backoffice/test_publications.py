"""The desk's publications: the button asks the worker, a page tells how far it is, a second click leads to the same."""

import pytest
from sqlalchemy import Engine

from catalog import publication_runs
from kernel.jobs import drain_once
from kernel.tenancy import entering
from tests.browsing import Browser, Elements
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, somebody


def click(ada: Browser, note: str = "") -> str:
    answer = ada.post("/desk/publications", {"market": "eu", "note": note})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def polls(html: str) -> list[str]:
    return [a["hx-get"] for _tag, a in Elements(html).found if "hx-get" in a and a.get("hx-trigger") == "every 1s"]


def test_the_button_leads_to_the_progress_and_the_progress_to_the_end(ada: Browser, shop: Shop, relay_db: Engine) -> None:
    place = click(ada, "Copper")
    waiting = ada.get(place).text
    assert "Waits for its turn" in waiting
    assert polls(waiting) == [place]
    assert f'href="{place}"' in waiting.split("<noscript>", 1)[1]
    listed = ada.get("/desk/publications").text
    assert place in listed
    assert 'name="note"' not in listed
    drain_once(relay_db, shop.id)
    done = ada.get(place).text
    assert "Version 2 is live." in done
    assert polls(done) == []
    assert 'name="note"' in ada.get("/desk/publications").text


def test_a_second_click_leads_to_the_one_that_runs(ada: Browser, shop: Shop, relay_db: Engine) -> None:
    place = click(ada)
    assert click(ada) == place
    drain_once(relay_db, shop.id)
    assert click(ada) != place


def test_an_old_version_is_shown_again_by_the_worker(ada: Browser, shop: Shop, relay_db: Engine) -> None:
    click(ada)
    drain_once(relay_db, shop.id)
    answer = ada.post("/desk/publications/back", {"market": "eu", "version": "1"})
    drain_once(relay_db, shop.id)
    assert "Version 3 shows the old content again." in ada.get(answer.headers["location"]).text
    again = ada.post("/desk/publications/back", {"market": "eu", "version": "1"})
    drain_once(relay_db, shop.id)
    assert "Nothing has changed: shops show this already." in ada.get(again.headers["location"]).text


def test_what_went_wrong_is_said_in_words_with_a_way_on(
    ada: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch, relay_db: Engine
) -> None:
    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    place = click(ada, "Copper")
    monkeypatch.setattr(publication_runs, "publish", broken)
    with in_tenant(shop.id) as session:
        [run] = publication_runs.newest_runs(session, somebody(shop.id)).values()
    with entering(shop.id), pytest.raises(ZeroDivisionError):
        publication_runs.run_publication(somebody(shop.id), run.id)
    failed = Elements(ada.get(place).text).text
    assert "Shops show what they showed before; please publish again." in failed
    assert "Publish again" in failed
    assert "The last publication did not succeed." in ada.get("/desk/publications").text
    monkeypatch.undo()
    again = click(ada)
    drain_once(relay_db, shop.id)
    assert "Version 2 is live." in ada.get(again).text
    assert "did not succeed" not in ada.get("/desk/publications").text
