"""The desk's stock: products by name and picture, counted on their own page, sold in quantities."""

from decimal import Decimal
from uuid import UUID

import pytest

from kernel import stamps
from orders import stock
from orders.availability import Supply, supplies_for
from tests.backoffice.desks import Desk
from tests.browsing import Elements
from tests.factories.catalog import in_tenant, make_product
from tests.factories.tenants import staff


def supply(desk: Desk, product_id: UUID) -> Supply:
    with in_tenant(desk.shop.id) as session:
        return supplies_for(session, [product_id])[product_id]


def test_the_list_shows_names_as_the_shop_does_and_numbers_where_it_sells_nothing(desk: Desk) -> None:
    with in_tenant(desk.shop.id) as session:
        draft = make_product(session, desk.shop.id, "OLD-1", "Old lamp", "5", status="draft")
        lines = [
            stock.StockLine(p, desk.shop.id, sku, Decimal("4.5"))
            for p, sku in ((desk.bell, "BELL"), (desk.sizes[0], "JK-s"), (draft.id, "OLD-1"))
        ]
        stock.set_stock(session, staff(desk.shop.id), lines, "count of November")
    html = desk.ada.get("/desk/stock").text
    page = Elements(html).text
    assert "Bell BELL 4.5" in page
    assert "Jacket, S JK-s 4.5" in page
    assert "OLD-1 OLD-1 not in the shop at present 4.5" in page
    assert f'href="/desk/stock/{desk.bell}"' in html
    assert "count of November" in Elements(desk.ada.get(f"/desk/stock/{desk.bell}").text).text


def test_a_figure_in_the_list_that_does_not_hold_is_said_and_kept(desk: Desk) -> None:
    with in_tenant(desk.shop.id) as session:
        stock.set_stock(session, staff(desk.shop.id), [stock.StockLine(desk.bell, desk.shop.id, "BELL", Decimal("4.5"))], "count")
    assert 'value="4.5"' in desk.ada.get("/desk/stock").text
    answer = desk.ada.post("/desk/stock?q=BE", {"product_id": str(desk.bell), "on_hand": "many"})
    assert (answer.status_code, 'value="many" aria-invalid="true"' in answer.text) == (422, True)
    assert "Please give a number." in answer.text
    assert 'action="/desk/stock?q=BE"' in answer.text
    assert supply(desk, desk.bell).left == Decimal("4.5")
    done = desk.ada.post("/desk/stock?q=BE", {"product_id": str(desk.bell), "on_hand": "6"})
    assert (done.headers["location"], supply(desk, desk.bell).left) == ("/desk/stock?q=BELL&done=counted", Decimal(6))


def test_a_product_is_counted_on_its_own_page(desk: Desk) -> None:
    path = f"/desk/stock/{desk.bell}"
    assert f'href="{path}"' in desk.ada.get(f"/desk/products/{desk.bell}").text
    assert "Not counted: sold on request." in desk.ada.get(path).text
    assert desk.ada.post(path, {"on_hand": "12.5", "reason": "found a box"}).headers["location"] == f"{path}?done=counted"
    assert supply(desk, desk.bell).left == Decimal("12.5")
    page = Elements(desk.ada.get(path).text).text
    assert "Counted +12.5 12.5" in page
    assert "found a box" in page
    for wrong in ("-1", "many", ""):
        answer = desk.ada.post(path, {"on_hand": wrong, "reason": "found a box"})
        assert (answer.status_code, 'value="found a box"' in answer.text) == (422, True)
    assert supply(desk, desk.bell).left == Decimal("12.5")


def test_a_product_is_sold_in_quantities_and_shop_pages_learn_of_it(desk: Desk) -> None:
    path = f"/desk/stock/{desk.bell}"
    with in_tenant(desk.shop.id) as session:
        before = stamps.read_all(session)[desk.shop.id]
    assert desk.ada.post(f"{path}/quantities", {"least": "6", "step": "3"}).headers["location"] == f"{path}?done=quantities"
    assert supply(desk, desk.bell) == Supply(None, Decimal(6), Decimal(3))
    with in_tenant(desk.shop.id) as session:
        assert stamps.read_all(session)[desk.shop.id] > before
    page = desk.ada.get(path).text
    assert 'name="least" type="text" value="6"' in page
    assert 'name="step" type="text" value="3"' in page


@pytest.mark.parametrize(("least", "step"), [("5", "3"), ("0", "0"), ("1", "2"), ("x", "1"), ("20000", "1")])
def test_quantities_that_do_not_fit_are_refused(desk: Desk, least: str, step: str) -> None:
    answer = desk.ada.post(f"/desk/stock/{desk.bell}/quantities", {"least": least, "step": step})
    assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (422, True)
    assert supply(desk, desk.bell) == Supply()


def test_what_is_not_sold_here_is_not_there(desk: Desk, stranger: Desk) -> None:
    path = f"/desk/stock/{stranger.bell}"
    assert desk.ada.get(path).status_code == 404
    assert desk.ada.post(path, {"on_hand": "7"}).status_code == 404
    assert desk.ada.post(f"{path}/quantities", {"least": "2", "step": "2"}).status_code == 404
    mine = f"/desk/stock/{desk.bell}"
    assert desk.clara.get(mine).status_code == 403
    assert desk.clara.post(f"{mine}/quantities", {"least": "2", "step": "2"}).status_code == 403
    assert [supply(whose, stranger.bell) for whose in (desk, stranger)] == [Supply(), Supply()]
    assert supply(desk, desk.bell) == Supply()
