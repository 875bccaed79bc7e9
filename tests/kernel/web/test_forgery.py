"""Requests that did not begin on one of our own pages are refused (T32)."""

import pytest

from kernel.errors import Forged
from kernel.web.forgery import check_origin, check_token

HOST = "veloria.localhost:8000"


@pytest.mark.parametrize(
    "headers",
    [{"origin": f"http://{HOST}"}, {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}, {"sec-fetch-site": "same-origin"}],
)
def test_our_own_pages_are_let_through(headers: dict[str, str]) -> None:
    check_origin(headers, "http", HOST)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": ""},
        {"origin": f"https://{HOST}"},
        {"origin": "http://veloria.localhost"},
        {"origin": "http://evil.veloria.localhost:8000"},
        {"origin": "http://radhaus.localhost:8000", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_everything_else_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Forged):
        check_origin(headers, "http", HOST)


def test_the_sessions_token_must_match() -> None:
    check_token("abc", "abc")
    check_token("", None)
    for sent in (None, "", "abd", "abc "):
        with pytest.raises(Forged):
            check_token("abc", sent)
