"""Terms of sale on the desk: freight by country, purchase on account, states where tax is collected."""

import re
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from orders.terms import DEFAULT_LIMIT, FreightRow, TermsEdit, edit_of
from tenants.models import Market
from tests.backoffice.desks import Desk
from tests.browsing import fields_of
from tests.factories.tenants import make_market
from tests.tenants.conftest import inside


def market_of(desk: Desk, code: str = "eu") -> UUID:
    with inside(desk.shop.id) as session:
        return session.scalars(select(Market.id).where(Market.code == code)).one()


def page_of(desk: Desk, code: str = "eu") -> str:
    return f"/desk/markets/{market_of(desk, code)}/terms"


def terms(desk: Desk, code: str = "eu") -> TermsEdit:
    with inside(desk.shop.id) as session:
        return edit_of(session, code)


def errors(page: str) -> list[str]:
    return re.findall(r'<li><a href="#f-([\w-]+)"', page)


def test_terms_are_set_with_comma_or_point_and_blank_rows_are_left_out(desk: Desk) -> None:
    page = page_of(desk)
    assert 'value="4.90"' in desk.ada.get(page).text
    given = {
        "freight.0.row": "0", "freight.0.country": "", "freight.0.price": "1",
        "freight.1.row": "1", "freight.1.country": "DE", "freight.1.price": "3,90", "freight.1.free_from": "50",
        "freight.2.row": "2", "freight.2.country": "*", "freight.2.price": "15.00", "freight.2.days_least": "3", "freight.2.days_most": "9",
        "order_limit": "", "days_person": "7", "days_company": "45",
    }  # fmt: skip
    assert desk.ada.post(page, given).headers["location"] == f"{page}?done=saved"
    expected = [
        FreightRow(country="DE", price=Decimal("3.90"), free_from=Decimal(50)),
        FreightRow(country="*", price=Decimal("15.00"), days_least=3, days_most=9),
    ]
    assert terms(desk) == TermsEdit(freight=expected, order_limit=None, days_person=7, days_company=45)


def test_saving_the_page_as_it_is_changes_nothing(desk: Desk) -> None:
    page = page_of(desk)
    before = terms(desk)
    html = desk.ada.get(page).text
    chosen = dict(re.findall(r'<select[^>]*name="(freight\.\d+\.country)".*?<option value="([^"]*)" selected', html, re.S))
    assert desk.ada.post(page, {**fields_of(html, page), **chosen}).status_code == 303
    assert terms(desk) == before


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"freight.4.row": "4", "freight.4.country": "DE"}, "freight-4-price"),
        ({"freight.4.row": "4", "freight.4.country": "DE", "freight.4.price": "much"}, "freight-4-price"),
        ({"freight.4.row": "4", "freight.4.country": "DE", "freight.4.price": "-1"}, "freight-4-price"),
        (
            {
                "freight.4.row": "4",
                "freight.4.country": "DE",
                "freight.4.price": "1",
                "freight.4.days_least": "9",
                "freight.4.days_most": "2",
            },
            "freight-4-days_most",
        ),
        (
            {
                "freight.1.row": "1",
                "freight.1.country": "DE",
                "freight.1.price": "1",
                "freight.4.row": "4",
                "freight.4.country": "DE",
                "freight.4.price": "1",
            },
            "freight-4-country",
        ),
        ({"freight.0.row": "0", "freight.0.country": ""}, "freight-0-country"),
        ({"freight.0.row": "0", "freight.0.country": "DE", "freight.0.price": "1", "order_limit": "a lot"}, "order_limit"),
        ({"freight.0.row": "0", "freight.0.country": "DE", "freight.0.price": "1", "days_person": "9999"}, "days_person"),
    ],
)
def test_what_does_not_hold_is_said_at_its_row_and_changes_nothing(desk: Desk, given: dict[str, str], where: str) -> None:
    answer = desk.ada.post(page_of(desk), given)
    assert answer.status_code == 422
    assert errors(answer.text) == [where]
    assert f'id="f-{where}"' in answer.text
    assert terms(desk).order_limit == DEFAULT_LIMIT
    assert [row.country for row in terms(desk).freight] == ["*"]


def test_states_are_asked_for_where_the_market_sells_to_the_united_states(desk: Desk) -> None:
    with inside(desk.shop.id) as session:
        make_market(session, desk.shop.id, "us", countries=("US",), currency="USD")
    page = page_of(desk, "us")
    html = desk.ada.get(page).text
    assert "New York" in html and "States where tax is collected" in html
    assert "States where tax is collected" not in desk.ada.get(page_of(desk)).text
    given = {"freight.0.row": "0", "freight.0.country": "US", "freight.0.price": "9", "tax_regions": ["NY", "CA"]}
    assert desk.ada.post(page, given).status_code == 303
    assert terms(desk, "us").tax_regions == ["CA", "NY"]
    assert terms(desk).tax_regions == []


def test_another_brands_market_is_not_there_and_rights_are_asked_for(desk: Desk, stranger: Desk) -> None:
    given = {"freight.0.row": "0", "freight.0.country": "DE", "freight.0.price": "1"}
    assert desk.ada.get(page_of(stranger)).status_code == 404
    assert desk.ada.post(page_of(stranger), given).status_code == 404
    assert stranger.clara.post(page_of(stranger), given).status_code == 403
    assert [row.country for row in terms(stranger).freight] == ["*"]


def test_a_form_that_our_page_would_not_send_is_refused_with_words(desk: Desk) -> None:
    page, before = page_of(desk), terms(desk)
    long = desk.ada.post(page, {"freight.0.row": "0", "freight.0.country": "DE", "freight.0.price": "9" * 31})
    assert (long.status_code, "This is too long." in long.text) == (422, True)
    for name in ("freight.x.country", "freight..country", "freight.².country", "freight.0.1.country"):
        assert desk.ada.post(page, {name: "DE", "freight.1.price": "9"}).status_code == 422
    assert terms(desk) == before
