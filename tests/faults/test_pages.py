"""F01, F02, F18, F20 as a customer meets them: double clicks, the back button, two tabs, lost answers, deadlocks, a killed answer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from kernel.db import session as sessions
from kernel.tenancy import entering
from kernel.web import running
from orders import stock
from tests.browsing import Browser, Site, fields_of
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all
from tests.factories.tenants import make_market, staff

WHERE = {
    "email": "guest@example.com", "delivery.country_code": "DE", "delivery.name": "Greta Guest", "delivery.street_address": "Hafenweg 3",
    "delivery.city": "Berlin", "delivery.postal_code": "10115",
}  # fmt: skip
REVIEW = "/en-eu/checkout/review"


@pytest.fixture
def bike(site: Site, brand: Shop) -> str:
    """A bike of which five are there; its id."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        made = make_product(session, brand.id, "BK-1", "Pine bike", "1299.00")
        publish_all(session, brand.id, "eu")
        stock.set_stock(session, staff(brand.id), [stock.StockLine(made.id, brand.id, "BK-1", Decimal(5))], "counted")
    site.settle()
    return str(made.id)


def at_the_review(site: Site, brand: Shop, bike: str) -> tuple[Browser, dict[str, str]]:
    """A guest who has one bike in the cart and the last page before them."""
    guest = site.browser(brand)
    assert guest.post("/en-eu/cart", {"product_id": bike, "quantity": "1"}).status_code == 303
    assert guest.post("/en-eu/checkout/where", WHERE).status_code == 303
    return guest, the_form(guest)


def the_form(guest: Browser) -> dict[str, str]:
    return {"payment": "on_account", "shipping": "standard", **fields_of(guest.get(REVIEW).text, REVIEW)}


def left(brand: Shop) -> tuple[int, int, int]:
    """Orders, mails and bikes that are there."""
    with entering(brand.id), sessions.transaction(read_only=True) as session:
        told = (
            "SELECT (SELECT count(*) FROM orders.order), (SELECT count(*) FROM kernel.mail_message),"
            " (SELECT on_hand::int FROM orders.stock), (SELECT coalesce(sum(change), 0)::int FROM orders.stock_movement)"
        )
        orders, mails, on_hand, moved = session.execute(text(told)).one()
        assert moved == on_hand
        return orders, mails, on_hand


def test_f20_two_clicks_at_once_are_one_order(site: Site, brand: Shop, bike: str) -> None:
    guest, form = at_the_review(site, brand, bike)
    answers = []

    def click() -> None:
        answers.append(guest.cookies_to(site.browser(brand)).post(REVIEW, form))

    clicks = [threading.Thread(target=click) for _ in range(6)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert left(brand) == (1, 1, 4)


def test_f20_a_reload_and_the_back_button_show_the_order_that_is_there(site: Site, brand: Shop, bike: str) -> None:
    guest, form = at_the_review(site, brand, bike)
    first = guest.post(REVIEW, form)
    again = guest.post(REVIEW, form)
    assert (first.status_code, again.status_code, again.headers["location"]) == (303, 303, first.headers["location"])
    assert guest.get(REVIEW).headers["location"] == "/en-eu/cart"
    assert left(brand) == (1, 1, 4)


def test_f20_two_tabs_with_a_form_each_are_one_order(site: Site, brand: Shop, bike: str) -> None:
    guest, form = at_the_review(site, brand, bike)
    other = the_form(guest)
    assert other["key"] != form["key"]
    assert guest.post(REVIEW, form).status_code == 303
    second = guest.post(REVIEW, other)
    assert second.status_code in (303, 404, 409)
    assert left(brand) == (1, 1, 4)


def test_f20_a_second_tab_that_changed_the_cart_is_noticed_before_anything_is_ordered(site: Site, brand: Shop, bike: str) -> None:
    guest, form = at_the_review(site, brand, bike)
    assert guest.post("/en-eu/cart", {"product_id": bike, "quantity": "1"}).status_code == 303
    stale = guest.post(REVIEW, form)
    assert stale.status_code == 409
    assert "2,598.00" in stale.text
    assert left(brand) == (0, 0, 5)
    shown = {"payment": "on_account", "shipping": "standard", **fields_of(stale.text, REVIEW)}
    assert guest.post(REVIEW, shown).status_code == 303
    assert left(brand) == (1, 1, 3)


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, *states: str) -> Iterator[list[str]]:
    """The next commits of requests fail with these SQLSTATEs, one after the other."""
    waiting, met = list(states), []
    real = sessions.transaction

    class Failed(Exception):
        def __init__(self, state: str) -> None:
            super().__init__(state)
            self.sqlstate = state

    @contextmanager
    def unlucky(read_only: bool = False):
        with real(read_only) as session:
            yield session
            if not read_only and waiting:
                met.append(waiting.pop(0))
                session.flush()
                raise OperationalError("COMMIT", {}, Failed(met[-1]))

    with monkeypatch.context() as patched:
        patched.setattr(running, "transaction", unlucky)
        yield met


@pytest.mark.parametrize("states", [("40P01",), ("40001",), ("55P03",), ("40P01", "40001", "40P01")])
def test_f18_deadlocks_and_the_like_are_tried_again_unseen(
    states: tuple[str, ...], site: Site, brand: Shop, bike: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest, form = at_the_review(site, brand, bike)
    with failing(monkeypatch, *states) as met:
        placed = guest.post(REVIEW, form)
    assert met == list(states)
    assert placed.status_code == 303
    assert left(brand) == (1, 1, 4)


def test_f18_after_three_times_the_customer_is_told_and_nothing_is_half_done(
    site: Site, brand: Shop, bike: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest, form = at_the_review(site, brand, bike)
    with failing(monkeypatch, *["40P01"] * 4) as met:
        refused = guest.post(REVIEW, form)
    assert len(met) == 4
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) >= 1
    assert left(brand) == (0, 0, 5)
    assert guest.post(REVIEW, form).status_code == 303
    assert left(brand) == (1, 1, 4)


@pytest.mark.parametrize("state", ["57P01", "08006"])
def test_f04_a_database_that_goes_away_is_said_with_when_to_come_back_and_the_cart_is_kept(
    state: str, site: Site, brand: Shop, bike: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest, form = at_the_review(site, brand, bike)
    with failing(monkeypatch, state):
        answer = guest.post(REVIEW, form)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert left(brand) == (0, 0, 5)
    assert "Pine bike" in guest.get("/en-eu/cart").text
    assert guest.post(REVIEW, form).status_code == 303
    assert left(brand) == (1, 1, 4)


def test_f02_an_answer_that_is_lost_after_the_commit_is_given_again(
    site: Site, brand: Shop, bike: str, monkeypatch: pytest.MonkeyPatch, db: Engine
) -> None:
    guest, form = at_the_review(site, brand, bike)
    with monkeypatch.context() as patched:

        def lost(*_given: object) -> None:
            raise ConnectionResetError("the line is dead")

        patched.setattr(running.Runner, "_response", lost)
        with pytest.raises(ConnectionResetError):
            guest.post(REVIEW, form)
    assert left(brand) == (1, 1, 4)
    again = guest.post(REVIEW, form)
    assert again.status_code == 303
    assert guest.get(again.headers["location"]).status_code == 200
    assert left(brand) == (1, 1, 4)
    assert db.pool.status().endswith("Current Checked out connections: 0")


def test_two_guests_and_one_last_bike_make_one_order_and_one_honest_answer(site: Site, brand: Shop, bike: str) -> None:
    with in_tenant(brand.id) as session:
        stock.set_stock(session, staff(brand.id), [stock.StockLine(UUID(bike), brand.id, "BK-1", Decimal(1))], "counted")
    buyers = [at_the_review(site, brand, bike) for _ in range(4)]
    answers = []
    clicks = [threading.Thread(target=lambda g=guest, f=form: answers.append(g.post(REVIEW, f))) for guest, form in buyers]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    assert left(brand) == (1, 1, 0)
