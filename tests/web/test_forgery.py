"""T32, T38: no form of ours can be sent from elsewhere, reading writes nothing, and no redirect leaves the host."""

import pytest
from sqlalchemy import Engine, event

from app.routes import all_routes
from kernel.ids import new_token
from tests.browsing import Browser, Site
from tests.isolation.fingerprints import fingerprint
from tests.isolation.people import People
from tests.isolation.samples import SAMPLES, filled, path_of, value, whose
from tests.isolation.world import ADA, World

ENTRIES = [e for e in all_routes()[0] if e.name in SAMPLES]
UNSAFE = {e.name: e for e in ENTRIES if not e.read_only and e.kind == "page"}
READING = {e.name: e for e in ENTRIES if e.read_only}

FORGERIES: dict[str, dict[str, str]] = {
    "no origin": {},
    "another origin": {"origin": "http://evil.test"},
    "null": {"origin": "null"},
    "another scheme": {"origin": "https://{host}"},
    "a port more": {"origin": "http://{host}:81"},
    "a name before": {"origin": "http://evil.{host}"},
    "a name behind": {"origin": "http://{host}.evil.test"},
    "cross-site": {"sec-fetch-site": "cross-site"},
    "same-site": {"sec-fetch-site": "same-site"},
    "the twin": {"origin": "http://{twin}"},
}


def target(entry, world: World):
    mine = world.dealer if whose(entry) == "dealer" else world.home
    values = {param: value(name, mine) for param, name in SAMPLES[entry.name].params.items()}
    return path_of(entry, values), filled(SAMPLES[entry.name].body, mine), mine


@pytest.mark.parametrize("name", sorted(UNSAFE))
def test_a_form_sent_from_elsewhere_is_refused_and_writes_nothing(name: str, people: People, world: World, superuser_db: Engine) -> None:
    entry = UNSAFE[name]
    path, body, mine = target(entry, world)
    who = people.who_may(whose(entry))
    assert isinstance(who, Browser)
    hosts = {"host": f"{mine.slug}.localhost", "twin": f"{world.abroad.slug}.localhost"}
    before = fingerprint(superuser_db, mine.id)
    for forgery, headers in FORGERIES.items():
        sent = {header: text.format(**hosts) for header, text in headers.items()}
        answer = who.client.post(path, data={**body, "csrf": who.csrf}, headers=sent)
        assert answer.status_code == 403, forgery
    for kind in ("text/plain", "application/json"):
        answer = who.client.post(path, content=b'{"csrf": ""}', headers={"origin": who.origin, "content-type": kind})
        assert answer.status_code == 403, kind
    assert fingerprint(superuser_db, mine.id) == before


@pytest.mark.parametrize("name", sorted(n for n, e in UNSAFE.items() if not e.origin_only))
def test_a_session_without_its_token_or_with_anothers_is_refused(name: str, people: People, world: World, superuser_db: Engine) -> None:
    entry = UNSAFE[name]
    path, body, mine = target(entry, world)
    who = people.who_may(whose(entry))
    assert isinstance(who, Browser)
    before = fingerprint(superuser_db, mine.id)
    for token in (None, "", "x", who.csrf[:-1], new_token(), people.other_customer.csrf, people.foreign_staff.csrf):
        fields = {**body, **({} if token is None else {"csrf": token})}
        assert who.client.post(path, data=fields, headers={"origin": who.origin}).status_code == 403, token
    assert fingerprint(superuser_db, mine.id) == before


def test_a_cookie_opens_nothing_of_the_interface_for_programs(people: People, world: World, superuser_db: Engine) -> None:
    before = fingerprint(superuser_db, world.home.id)
    for entry in ENTRIES:
        if entry.kind == "api" and entry.access is not None and entry.access.audience == "machine":
            path, body, _mine = target(entry, world)
            answer = people.staff.client.request(
                entry.methods[0], path, json=body, headers={"origin": people.staff.origin, "idempotency-key": new_token()}
            )
            assert answer.status_code == 401, entry.name
    assert fingerprint(superuser_db, world.home.id) == before


@pytest.mark.parametrize("name", sorted(READING))
def test_reading_writes_nothing_and_runs_read_only(name: str, people: People, world: World, superuser_db: Engine, db: Engine) -> None:
    entry = READING[name]
    path, _body, mine = target(entry, world)
    who = people.who_may(whose(entry))
    before = fingerprint(superuser_db, mine.id)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db, "before_cursor_execute", note)
    try:
        assert who.get(path).status_code in (200, 303, *SAMPLES[name].works)
    finally:
        event.remove(db, "before_cursor_execute", note)
    begins = [s for s in statements if s.startswith("SELECT set_config")]
    assert all("transaction_read_only" in s for s in begins)
    assert [s for s in statements if s.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "WITH MOVED"))] == []
    assert fingerprint(superuser_db, mine.id) == before


ELSEWHERE = [
    "http://evil.test", "https://evil.test/", "//evil.test", "///evil.test", "////evil.test", "/\\evil.test", "\\\\evil.test", "\\/evil.test",
    "/\\/evil.test", "http:evil.test", "http:/evil.test", "https:\\\\evil.test", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
    "vbscript:x", "file:///etc/passwd", "ftp://evil.test", " //evil.test", "\t//evil.test", "\n//evil.test", "\r//evil.test", "/\t/evil.test",
    "/\n/evil.test", "/\r/evil.test", "/\x00/evil.test", "//evil.test@{host}", "http://{host}@evil.test", "http://{host}.evil.test",
    "@evil.test", ".evil.test", "evil.test", "?next=//evil.test", "#//evil.test", "//%65vil.test", "//evil%2etest", "//evil.test:80", "//[::1]",
    "//0x7f000001", "//localhost", "mailto:x@evil.test", "blob:http://evil.test", "about:blank", "http://", "//", "///", "\\", "://evil.test",
    "/%5cevil.test/..//evil.test\\", "\u2044\u2044evil.test", "\uff0f\uff0fevil.test", "http\uff1a//evil.test", "\u3000//evil.test", "//\u24d4vil.test",
    "/..\\evil.test", "/.\\evil.test", "%2f%2fevil.test", "%5c%5cevil.test", "wss://evil.test", "view-source:http://evil.test", "x:y",
]  # fmt: skip


@pytest.mark.parametrize("where", ELSEWHERE)
def test_signing_in_never_leads_elsewhere(where: str, site: Site, world: World, people: People) -> None:
    wanted = where.replace("{host}", f"{world.home.slug}.localhost")
    visitor = people.staff.cookies_to(site.browser(world.home))
    answer = visitor.client.get("/en-eu/sign-in", params={"next": wanted})
    if "\x00" in wanted:
        assert answer.status_code == 400
        return
    assert answer.status_code == 303
    assert leads_home(answer.headers["location"]), answer.headers["location"]


def test_there_are_enough_spellings() -> None:
    assert len(set(ELSEWHERE)) >= 60


def test_signing_in_with_a_next_from_elsewhere_leads_to_the_desk(site: Site, world: World) -> None:
    for where in ("//evil.test", "/\\evil.test", "https://evil.test"):
        answer = site.browser(world.home).post("/en-eu/sign-in", {"email": ADA, "password": "galleria-demo", "next": where})
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/")
    answer = site.browser(world.home).post(
        "/en-eu/sign-in", {"email": ADA, "password": "galleria-demo", "next": "/desk/orders?state=placed"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/orders?state=placed")


def leads_home(location: str) -> bool:
    """Would a browser stay on this host?"""
    return location.startswith("/") and not location.replace("\\", "/").startswith("//") and not set(location) & set("\t\r\n\\\x00")
