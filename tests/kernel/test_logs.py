"""Log lines: one line each, whatever comes in; who and where from context; secrets struck out (T37, T48)."""

import io
import json
import logging

import pytest

from kernel import logs, tenancy
from kernel.actors import Actor, ActorKind, acting
from kernel.ids import new_id


@pytest.fixture
def lines():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("json", "INFO", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)


log = logging.getLogger("tests.logs")


def test_a_line_says_who_where_and_in_which_request(lines):
    tenant_id, person = new_id(), new_id()
    with tenancy.entering(tenant_id), acting(Actor(ActorKind.PERSON, tenant_id, id=person)), logs.binding(request_id="r1", path="/en-eu/"):
        log.info("order %s placed", "A-1", extra={"lines": 3})
    (line,) = lines()
    assert line["message"] == "order A-1 placed"
    assert (line["tenant"], line["actor"], line["request_id"], line["path"], line["lines"]) == (
        str(tenant_id), f"person:{person}", "r1", "/en-eu/", 3,
    )  # fmt: skip
    assert (line["level"], line["logger"]) == ("info", "tests.logs")
    assert line["timestamp"].endswith("Z")


def test_nothing_is_carried_over_when_the_context_ends(lines):
    with tenancy.entering(new_id()), logs.binding(request_id="r1"):
        log.info("inside")
    log.info("outside")
    assert "tenant" not in lines()[1] and "request_id" not in lines()[1]


SECRETS = {
    "password": "canary", "new_password": "canary", "Authorization": "Bearer canarycanary", "cookie": "sid=canary", "csrf": "canary",
    "client_secret": "canary", "api_key": "canary", "token": "canary", "card_number": "4111 1111 1111 1111", "iban": "canary",
}  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
def test_fields_with_the_name_of_a_secret_are_struck_out_at_any_depth(lines, name):
    log.info("sign-in", extra={name: SECRETS[name], "form": {"deep": [{name: SECRETS[name]}]}})
    text = json.dumps(lines())
    assert "canary" not in text and "4111" not in text
    assert lines()[0][name] == "[removed]"


@pytest.mark.parametrize(
    "text",
    [
        "GET /reset?token=canary&x=1", "https://x.example/cb?code=canary", "password=canary;", "Authorization: Bearer canary.canary",
        "Basic Y2FuYXJ5Y2FuYXJ5 canaryless", "paid with 4111 1111 1111 1111", "paid with 4111-1111-1111-1111", "amex 378282246310005",
    ],
)  # fmt: skip
def test_secrets_inside_of_texts_are_struck_out(lines, text):
    log.info(text)
    log.info("%s", text)
    log.info("x", extra={"detail": text})
    written = json.dumps(lines()).replace("canaryless", "")
    assert "canary" not in written and "Y2FuYXJ5" not in written and "1111" not in written and "378282246310005" not in written


def test_errors_are_written_in_one_line_without_secrets(lines):
    def call():
        raise RuntimeError("no answer from https://x.example/?token=canary")

    try:
        call()
    except RuntimeError:
        log.exception("failed")
    (line,) = lines()
    assert "RuntimeError" in line["exception"]
    assert "canary" not in line["exception"]


def test_ordinary_numbers_stay(lines):
    log.info("EAN 4006381333931, order 2026112300017")
    assert lines()[0]["message"] == "EAN 4006381333931, order 2026112300017"


EVIL = 'x\r\n{"level": "info", "message": "forged"}\x1b[31m\u2028\u202e'


@pytest.mark.parametrize("style", ["json", "console"])
def test_line_breaks_and_control_signs_forge_no_line(style):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(style, "INFO", stream)
    log.info(EVIL, extra={"name_of_company": EVIL})
    with logs.binding(path=EVIL):
        log.info("second")
    root.handlers[:] = handlers
    root.setLevel(level)
    text = stream.getvalue()
    assert len(text.splitlines()) == 2 or (style == "json" and text.count("\n") == 2)
    assert "\x1b" not in text and "\r" not in text
    if style == "console":
        assert "\u202e" not in text
