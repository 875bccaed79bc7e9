"""Business partners on the desk: how they are related, said from both sides."""

import re
from datetime import date
from uuid import UUID

import pytest

from backoffice.pages.parties import RELATIONS
from kernel.i18n import format_date, using
from tenants import parties
from tenants.models import Party
from tenants.models.party import RELATION_KINDS
from tests.backoffice.desks import Desk
from tests.browsing import Elements
from tests.factories.tenants import make_account, make_address, make_company, make_party, staff
from tests.tenants.conftest import inside


def made(desk: Desk, *names: str) -> list[UUID]:
    """A company called Nordwerk and persons of these names."""
    with inside(desk.shop.id) as session:
        company = make_company(session, desk.shop.id, "Nordwerk")
        make_address(session, company)
        return [company.id, *(make_party(session, desk.shop.id, name).id for name in names)]


def page_of(party_id: UUID) -> str:
    return f"/desk/parties/{party_id}"


def told(desk: Desk, party_id: UUID) -> list[tuple[str, str]]:
    """(relation, to whom) as the page says it."""
    table = desk.ada.get(page_of(party_id)).text
    return re.findall(r'<td data-label="Relation">([^<]+)</td><th scope="row"><a[^>]*>([^<]+)</a>', table)


def errors(page: str) -> list[str]:
    return re.findall(r'<li><a href="#f-([\w-]+)"', page)


def test_every_kind_of_relation_has_words_for_both_sides() -> None:
    assert set(RELATIONS) == set(RELATION_KINDS)
    words = [str(side) for both in RELATIONS.values() for side in both]
    assert len(set(words)) == len(words)


def test_a_relation_is_noted_from_either_side_and_taken_away(desk: Desk) -> None:
    nordwerk, nora, finn = made(desk, "Nora Field", "Finn Berg")
    assert told(desk, nordwerk) == []
    assert "No relation is noted" in desk.ada.get(page_of(nordwerk)).text
    given = {"kind": "-contact_person_of", "other": "nora", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    assert desk.ada.post(f"{page_of(nordwerk)}/relations", given).headers["location"] == f"{page_of(nordwerk)}?done=related"
    assert desk.ada.post(f"{page_of(finn)}/relations", {"kind": "employee_of", "other": "Nordwerk"}).status_code == 303
    assert told(desk, nordwerk) == [("has as contact person", "Nora Field"), ("employs", "Finn Berg")]
    assert told(desk, nora) == [("is contact person of", "Nordwerk")]
    assert told(desk, finn) == [("works for", "Nordwerk")]
    text = Elements(desk.ada.get(page_of(nordwerk)).text).text
    with using("en"):
        assert format_date(date(2026, 12, 31)) in text
    assert "Hafenweg 3 88131 Aarental Germany" in text
    company = Elements(desk.ada.get(f"/desk/companies/{nordwerk}").text).text
    assert "has as contact person Nora Field" in company
    with inside(desk.shop.id) as session:
        (tie,) = parties.ties(session, staff(desk.shop.id), nora)
    assert desk.ada.post(f"{page_of(finn)}/relations/{tie.relation.id}/end").status_code == 404
    assert desk.ada.post(f"{page_of(nora)}/relations/{tie.relation.id}/end").status_code == 303
    assert told(desk, nordwerk) == [("employs", "Finn Berg")]


def test_where_several_match_one_is_asked_who_is_meant(desk: Desk) -> None:
    nordwerk, first, second = made(desk, "Nora Field", "Nora Fieldman")
    asked = desk.ada.post(f"{page_of(nordwerk)}/relations", {"kind": "-employee_of", "other": "nora"})
    assert asked.status_code == 422
    assert errors(asked.text) == ["to"]
    assert re.findall(r'<option value="([0-9a-f-]{36})"', asked.text) == [str(first), str(second)]
    assert told(desk, nordwerk) == []
    answered = {"kind": "-employee_of", "other": "nora", "to": str(second)}
    assert desk.ada.post(f"{page_of(nordwerk)}/relations", answered).status_code == 303
    assert told(desk, nordwerk) == [("employs", "Nora Fieldman")]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "employee_of", "other": ""}, "other"),
        ({"kind": "employee_of", "other": "nobody at all"}, "other"),
        ({"kind": "employee_of", "other": "Nordwerk"}, "other"),
        ({"kind": "", "other": "Nora"}, "kind"),
        ({"kind": "-friend_of", "other": "Nora"}, "kind"),
        ({"kind": "employee_of", "other": "Nora", "valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "valid_to"),
        ({"kind": "employee_of", "other": "Nora", "valid_from": "soon"}, "valid_from"),
    ],
)
def test_what_does_not_hold_is_said_at_the_field(desk: Desk, given: dict[str, str], field: str) -> None:
    nordwerk, _nora = made(desk, "Nora Field")
    answer = desk.ada.post(f"{page_of(nordwerk)}/relations", given)
    assert answer.status_code == 422
    assert errors(answer.text) == [field]
    assert told(desk, nordwerk) == []


def test_the_list_of_customers_leads_to_the_person(desk: Desk) -> None:
    with inside(desk.shop.id) as session:
        mira = make_account(session, desk.shop.id, "mira@example.com", "Mira Castell")
        number = session.get_one(Party, (desk.shop.id, mira.party_id)).number
    assert page_of(mira.party_id) in desk.ada.get("/desk/customers").text
    assert str(number) in Elements(desk.ada.get(page_of(mira.party_id)).text).text


def test_another_brands_partner_is_not_there_and_rights_are_asked_for(desk: Desk, stranger: Desk) -> None:
    (theirs,) = made(stranger)
    (mine,) = made(desk)
    assert desk.ada.get(page_of(theirs)).status_code == 404
    assert desk.ada.post(f"{page_of(theirs)}/relations", {"kind": "member_of", "to": str(mine)}).status_code == 404
    assert desk.ada.post(f"{page_of(mine)}/relations", {"kind": "member_of", "to": str(theirs)}).status_code == 404
    assert stranger.clara.get(page_of(theirs)).status_code == 403
    assert told(desk, mine) == told(stranger, theirs) == []
