"""The desk's prices for a time: named, drawn, taken away; what is wrong stands at its field."""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select

from backoffice.pages.timed_prices import LABELS, WIDTH, draw
from catalog.models import TimedPrice
from tests.backoffice.desks import Desk
from tests.browsing import Elements
from tests.factories.catalog import in_tenant

SALE = {
    "currency": "EUR",
    "amount": "9,90",
    "begins": "2090-12-01T00:00",
    "ends": "2090-12-08T00:00",
    "zone": "Europe/Berlin",
    "note": "Winter sale",
}


def prices(desk: Desk) -> list[TimedPrice]:
    with in_tenant(desk.shop.id) as session:
        return list(session.scalars(select(TimedPrice).where(TimedPrice.tenant_id == desk.shop.id)))


def test_a_price_is_named_drawn_and_taken_away(desk: Desk) -> None:
    place = f"/desk/products/{desk.bell}/prices"
    assert "The list price always holds" in desk.ada.get(place).text
    assert desk.ada.post(place, SALE).headers["location"].endswith(f"{place}?done=added")
    page = desk.ada.get(place)
    text = Elements(page.text).text
    assert all(words in text for words in ("€9.90", "Winter sale", "To come", "When which price holds", "Dec 1, 2090"))
    assert page.text.count('class="bar"') == 3
    [price] = prices(desk)
    assert (price.amount, price.valid_from, price.valid_to) == (
        Decimal("9.9"),
        datetime(2090, 11, 30, 23, tzinfo=UTC),
        datetime(2090, 12, 7, 23, tzinfo=UTC),
    )
    assert desk.ada.post(f"{place}/{price.id}/remove", {}).status_code == 303
    assert prices(desk) == []


def test_what_is_wrong_stands_at_its_field_and_nothing_is_named(desk: Desk) -> None:
    place = f"/desk/products/{desk.bell}/prices"
    for wrong, words in (
        ({"ends": "2090-11-01T00:00"}, "The end must be after the beginning."),
        ({"begins": "2090-03-26T02:30"}, "This time is left out when the clocks are put forward."),
        ({"currency": "USD"}, "Give a list price in this currency first."),
    ):
        answer = desk.ada.post(place, SALE | wrong)
        assert (answer.status_code, words in answer.text, "Winter sale" in answer.text) == (422, True, True), words
    assert prices(desk) == []


def test_the_drawing_shows_every_moment_of_each_currency_once() -> None:
    def price(begins: int, ends: int | None) -> TimedPrice:
        stop = datetime(2090, 1, ends, tzinfo=UTC) if ends else None
        return TimedPrice(currency="EUR", amount=Decimal(9), valid_from=datetime(2090, 1, begins, tzinfo=UTC), valid_to=stop, note="")

    drawing = draw({"EUR": Decimal(10)}, [price(5, 10), price(10, 12), price(20, None)], datetime(2090, 1, 7, tzinfo=UTC))
    assert drawing is not None
    [(currency, bars)] = drawing.lanes
    assert (currency, [bar.is_usual for bar in bars]) == ("EUR", [True, False, False, True, False])
    edges = [LABELS, *(round(bar.x + bar.width, 1) for bar in bars)]
    assert all(abs(edge - bar.x) < 0.2 for edge, bar in zip(edges, bars, strict=False))
    assert abs(edges[-1] - WIDTH) < 0.2
    assert draw({"EUR": Decimal(10)}, [], datetime(2090, 1, 7, tzinfo=UTC)) is None


def test_who_may_look_only_or_works_elsewhere_changes_nothing(desk: Desk, stranger: Desk) -> None:
    place = f"/desk/products/{desk.bell}/prices"
    desk.ada.post(place, SALE)
    [price] = prices(desk)
    for browser, status in ((desk.clara, 403), (stranger.ada, 404)):
        assert browser.post(place, SALE | {"begins": "2091-01-01T00:00", "ends": ""}).status_code == status
        assert browser.post(f"{place}/{price.id}/remove", {}).status_code == status
    assert desk.clara.get(place).status_code == 200
    assert stranger.ada.get(place).status_code == 404
    assert [p.id for p in prices(desk)] == [price.id]
