"""How often guests may order: by mail address and by network, through the real pages, with nothing lost."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from kernel import settings
from kernel.db.session import transaction
from kernel.errors import TooMany
from kernel.models import MailMessage
from kernel.tenancy import entering
from orders.crowding import count_order
from orders.models import Order
from tests.browsing import Browser, Site, running_site
from tests.conftest import Shop
from tests.factories.orders import Goods, on_hand, open_shop, put_stock, visitor
from tests.factories.tenants import staff

FIELD = re.compile(r'name="(key|total|shipping)" value="([^"]*)"')
ADDRESS = {
    "delivery.country_code": "DE", "delivery.name": "Mira Castell", "delivery.street_address": "Hafenweg 3",
    "delivery.city": "Berlin", "delivery.postal_code": "10115",
}  # fmt: skip


@pytest.fixture
def site(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as made:
        yield made


@pytest.fixture
def shop(site: Site, brand: Shop) -> Goods:
    settings.use(settings.current().with_(guest_orders_per_address=2, guest_orders_per_network=4))
    with entering(brand.id), transaction() as session:
        goods = open_shop(session, brand.id, bell="12.50")
        put_stock(session, goods, bell=100)
    site.settle()
    return goods


def order(browser: Browser, goods: Goods, email: str) -> tuple[int, str]:
    """A guest's whole order; status and text of the last answer."""
    browser.post("/en-eu/cart", {"product_id": str(goods.ids["bell"]), "quantity": "3"})
    browser.post("/en-eu/checkout/where", {**ADDRESS, "email": email})
    review = dict(FIELD.findall(browser.get("/en-eu/checkout/review").text))
    answer = browser.post("/en-eu/checkout/review", {"payment": "on_account", **review})
    return answer.status_code, answer.text


def placed(goods: Goods) -> int:
    with entering(goods.tenant_id), transaction() as session:
        return session.scalar(select(func.count()).select_from(Order)) or 0


def test_one_mail_address_gets_so_many_orders_an_hour_and_the_cart_is_kept(site: Site, shop: Goods, brand: Shop) -> None:
    assert [order(site.browser(brand), shop, "Mira@example.com")[0] for _ in range(2)] == [303, 303]
    browser = site.browser(brand)
    status, text = order(browser, shop, "mira@example.com")
    assert status == 429
    assert "So many orders have come from you that we wait a little." in text
    assert placed(shop) == 2
    with entering(shop.tenant_id), transaction() as session:
        assert on_hand(session, shop, "bell") == 94
        assert session.scalar(select(func.count()).select_from(MailMessage)) == 2
    assert "SKU-BELL" in browser.get("/en-eu/cart").text
    assert order(site.browser(brand), shop, "jonas@example.com")[0] == 303


def test_one_network_gets_so_many_orders_an_hour_whatever_the_mail_addresses(site: Site, shop: Goods, brand: Shop) -> None:
    answers = [order(site.browser(brand), shop, f"guest{n}@example.com")[0] for n in range(5)]
    assert answers == [303, 303, 303, 303, 429]
    assert placed(shop) == 4


def test_refused_orders_do_not_count(site: Site, shop: Goods, brand: Shop) -> None:
    for _ in range(3):
        browser = site.browser(brand)
        browser.post("/en-eu/cart", {"product_id": str(shop.ids["bell"]), "quantity": "1"})
        browser.post("/en-eu/checkout/where", {**ADDRESS, "email": "mira@example.com"})
        review = dict(FIELD.findall(browser.get("/en-eu/checkout/review").text))
        assert browser.post("/en-eu/checkout/review", {"payment": "on_account", **review, "total": "1.00 EUR"}).status_code == 409
    assert order(site.browser(brand), shop, "mira@example.com")[0] == 303


def test_other_tenants_programs_and_people_who_signed_in_are_not_counted(shop: Goods, twin: Shop) -> None:
    guest = visitor(shop.tenant_id)
    for tenant_id, actor, network in (
        (shop.tenant_id, guest, "192.0.2.7"),
        (shop.tenant_id, guest, "192.0.2.7"),
        (twin.id, visitor(twin.id), "192.0.2.7"),
        (shop.tenant_id, staff(shop.tenant_id), "192.0.2.7"),
        (shop.tenant_id, guest, ""),
    ):
        with entering(tenant_id), transaction() as session:
            count_order(session, actor, "mira@example.com", network)
    with entering(shop.tenant_id), pytest.raises(TooMany), transaction() as session:
        count_order(session, guest, "MIRA@example.com", "198.51.100.1")
