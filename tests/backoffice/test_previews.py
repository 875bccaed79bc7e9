"""The desk's preview links: made, opened by anybody, brought up to date, revoked."""

import re

from sqlalchemy import Engine, select

from catalog.models import PreviewLink
from kernel.jobs import drain_once
from tests.backoffice.desks import Desk
from tests.browsing import Browser, Site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant


def links(shop: Shop) -> list[PreviewLink]:
    with in_tenant(shop.id) as session:
        return list(session.scalars(select(PreviewLink).where(PreviewLink.tenant_id == shop.id)))


def test_a_link_is_made_opened_and_revoked(ada: Browser, site: Site, shop: Shop, relay_db: Engine) -> None:
    made = ada.post("/desk/publications/previews", {"place": "en-eu", "days": "3", "note": "For the agency"})
    assert made.status_code == 303
    waiting = ada.get(made.headers["location"]).text
    assert "Being prepared" in waiting
    drain_once(relay_db, shop.id)
    page = ada.get("/desk/publications/previews").text
    assert ("Being prepared" in page, "For the agency" in page) == (False, True)
    address = re.search(r'value="http://[^/]+(/en-eu~[\w-]{64}/)"', page)
    assert address is not None
    visitor = site.browser(shop)
    assert "Copper bike" in visitor.get(address[1] + "all").text
    [link] = links(shop)
    assert ada.post(f"/desk/publications/previews/{link.id}/refresh", {}).status_code == 303
    assert ada.post(f"/desk/publications/previews/{link.id}/revoke", {}).status_code == 303
    assert visitor.get(address[1] + "all").status_code == 404
    assert "Revoked on" in ada.get("/desk/publications/previews").text


def test_what_is_wrong_stands_at_its_field(ada: Browser, shop: Shop) -> None:
    for wrong, words in (({"days": "99"}, "Please choose 1 to 30 days."), ({"as_of": "x"}, "Please give a date and a time.")):
        answer = ada.post("/desk/publications/previews", {"place": "en-eu", "days": "3", "note": "Kept"} | wrong)
        assert (answer.status_code, words in answer.text, 'value="Kept"' in answer.text) == (422, True, True)
    assert ada.post("/desk/publications/previews", {"place": "fr-eu", "days": "3"}).status_code == 404
    assert links(shop) == []


def test_who_may_look_only_or_works_elsewhere_changes_nothing(desk: Desk, stranger: Desk) -> None:
    desk.ada.post("/desk/publications/previews", {"place": "en-eu", "days": "3"})
    [link] = links(desk.shop)
    for browser, status in ((desk.clara, 403), (stranger.ada, 404)):
        for verb in ("refresh", "revoke"):
            assert browser.post(f"/desk/publications/previews/{link.id}/{verb}", {}).status_code == status
    assert desk.clara.post("/desk/publications/previews", {"place": "en-eu", "days": "3"}).status_code == 403
    assert [(found.id, found.revoked_at) for found in links(desk.shop)] == [(link.id, None)]
