"""People and roles on the desk: a limit is said at the field, and what a right includes is said in words."""

import re

from kernel import settings
from tests.backoffice.desks import Desk
from tests.browsing import Elements
from tests.tenants.conftest import count, inside


def test_beyond_the_limit_of_invitations_the_page_says_when_to_go_on_and_nobody_is_invited(desk: Desk) -> None:
    settings.use(settings.current().with_(invitations_per_hour=1))  # the site of this test sets its own again
    given = {"email": "noor@example.com", "name": "Noor Haddad"}
    assert desk.ada.post("/desk/people", given).headers["location"] == "/desk/people?done=invited"
    with inside(desk.shop.id) as session:
        before = count(session, "tenants.account"), count(session, "kernel.mail_message")
    answer = desk.ada.post("/desk/people", {**given, "email": "second@example.com"})
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["retry-after"]) <= 3600
    assert re.findall(r'<li><a href="#f-([\w-]+)"', answer.text) == ["email"]
    assert "Please try again in 60 minutes." in answer.text
    assert 'value="second@example.com"' in answer.text
    with inside(desk.shop.id) as session:
        assert (count(session, "tenants.account"), count(session, "kernel.mail_message")) == before


def test_the_page_of_a_role_and_that_of_programs_say_what_comes_with_a_right(desk: Desk) -> None:
    for path in ("/desk/roles/new", "/desk/programs"):
        text = Elements(desk.ada.get(path).text).text
        assert "Confirm, ship, close and cancel orders. Includes: See orders." in text
        assert "Add and change products, categories, attributes and pictures. Includes: See the catalog desk." in text


def test_the_trail_says_what_happened_in_words_and_narrows_by_what_it_is_about(desk: Desk) -> None:
    desk.ada.post("/desk/roles", {"name": "Counter", "permissions": "order.view"})
    told = Elements(desk.ada.get("/desk/trail").text).text
    assert "Made a role" in told and "Signed in" in told
    assert "role.make" not in told
    narrowed = Elements(desk.ada.get("/desk/trail?action=role").text).text
    assert "Made a role" in narrowed and "Signed in" not in narrowed
