"""The form at a sold-out product, and the links of its mails."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from kernel.models import MailMessage
from orders.models import StockNotice
from orders.stock import StockLine, set_stock
from tests.browsing import Site, running_site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, somebody
from tests.factories.tenants import make_market


@pytest.fixture
def site(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as running:
        yield running


@pytest.fixture
def bell(brand: Shop) -> UUID:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        bell = make_product(session, brand.id, "BELL", "Bell", "12")
        publish_all(session, brand.id)
        set_stock(session, somebody(brand.id), [StockLine(bell.id, brand.id, "BELL", Decimal(0))], "Count")
        return bell.id


def link_of(shop: Shop) -> str:
    with in_tenant(shop.id) as session:
        found = re.search(r"(/en-eu/notices/\S+)", session.scalars(select(MailMessage.text)).one())
    assert found
    return found[1]


def states(shop: Shop) -> list[str]:
    with in_tenant(shop.id) as session:
        return list(session.scalars(select(StockNotice.state)))


def test_the_form_asks_the_link_shows_and_only_its_buttons_change_anything(site: Site, brand: Shop, bell: UUID) -> None:
    browser = site.browser(brand)
    page = browser.get("/en-eu/p/bell-bell").text
    assert 'action="/en-eu/notices"' in page
    sent = browser.post("/en-eu/notices", {"product_id": str(bell), "email": "mira@example.com"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/en-eu/notices")
    assert "Please look at your mail" in browser.get("/en-eu/notices").text
    link = link_of(brand)
    shown = site.browser(brand).get(link)
    assert ("Yes, write to me" in shown.text, shown.headers["referrer-policy"], states(brand)) == (True, "no-referrer", ["asked"])
    assert "We write to mira@example.com once" in browser.post(link, {"answer": "yes"}).text
    assert states(brand) == ["waiting"]
    assert "No mail will come to mira@example.com" in browser.post(link, {"answer": "no"}).text
    assert states(brand) == ["stopped"]
    assert browser.get(link[:-1] + "x").status_code == 404


def test_a_wrong_address_is_said_and_kept_and_what_is_in_stock_needs_no_notice(site: Site, brand: Shop, bell: UUID) -> None:
    browser = site.browser(brand)
    wrong = browser.post("/en-eu/notices", {"product_id": str(bell), "email": "nobody"})
    assert (wrong.status_code, "This does not look like an e-mail address." in wrong.text, 'value="nobody"' in wrong.text) == (
        422,
        True,
        True,
    )
    with in_tenant(brand.id) as session:
        set_stock(session, somebody(brand.id), [StockLine(bell, brand.id, "BELL", Decimal(20))], "Count")
    site.settle()
    assert "Tell me when it is there again" not in browser.get("/en-eu/p/bell-bell").text
    assert browser.post("/en-eu/notices", {"product_id": str(bell), "email": "mira@example.com"}).status_code == 409
    assert states(brand) == []
