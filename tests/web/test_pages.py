"""Every page carries its safety headers, has nothing inline, survives odd input, and shows texts as texts (T30, T31, T33, T44)."""

import re
from typing import Any
from urllib.parse import quote

import pytest

from app.routes import all_routes
from tests.browsing import Browser, Elements, Program, Site
from tests.isolation.people import People
from tests.isolation.samples import SAMPLES, path_of, value, whose
from tests.isolation.world import World

READING = {e.name: e for e in all_routes()[0] if e.read_only and e.name in SAMPLES}
LISTED = (
    "everything", "category", "search", "suggest", "orders.mine", "desk.orders", "desk.products", "desk.stock", "desk.customers", "desk.people",
    "desk.trail", "desk.trail.export", "desk.differences", "desk.publications", "desk.front", "portal.assortment", "portal.changes", "api.api.list_products",
    "api.api.list_orders", "api.api.search", "api.api.list_publications", "product",
)  # fmt: skip
ODD = [
    "'", "' OR '1'='1", "%27", "\x00", "a\x00b", "\\", "%", "_", "-1", "0", "99999999999999999999", "1e309", "NaN", "٣", "²", "\ud83d\ude00", "\u202egpj",
    "../../etc/passwd", "{{7*7}}", "${7*7}", "<script>alert(1)</script>", "[]", "{}", "null", "true", "a" * 3000, "\r\nx-evil: 1", ";--", "1;SELECT 1",
    "2026-13-45", "0001-01-01T00:00:00", "eyJhIjoxfQ", "W10", "WzEsMl0", "WyJ4IiwieSJd", "W251bGwsbnVsbF0", "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
WORST = ["99999999999999999999", "W251bGwsbnVsbF0"]
PARAMETERS = (
    "q", "f", "low", "high", "stock", "sort", "page", "after", "state", "status", "category", "action", "actor", "object", "since", "until", "market",
    "language", "old", "new", "kind", "v", "done", "limit", "next", "sku", "version", "email",
)  # fmt: skip


def target(entry, world: World) -> str:
    mine = world.dealer if whose(entry) == "dealer" else world.home
    return path_of(entry, {param: value(name, mine) for param, name in SAMPLES[entry.name].params.items()})


@pytest.mark.parametrize("name", sorted(READING))
def test_every_answer_has_its_headers_and_nothing_inline(name: str, people: People, world: World) -> None:
    entry = READING[name]
    answer = people.who_may(whose(entry)).get(target(entry, world))
    headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("strict-origin-when-cross-origin", "no-referrer")
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert not re.search(r"unsafe-inline|unsafe-eval|script-src[^;]*(\*|http)", policy)
    if headers["content-type"].startswith("text/html"):
        assert ("frame-ancestors 'none'" in policy) == (headers["x-frame-options"] == "DENY")
        assert "require-trusted-types-for 'script'" in policy
        nothing_inline(Elements(answer.text), policy)
    if not entry.shared:
        assert "no-store" in headers["cache-control"] or entry.name in ("looks.style", "looks.robots", "feed.google")


def nothing_inline(page: Elements, policy: str) -> None:
    for tag, attributes in page.found:
        assert tag != "style", attributes
        assert "style" not in attributes, (tag, attributes)
        assert [a for a in attributes if a.startswith("on")] == []
        # data for search engines: of a type that no browser runs, with every sign escaped that could end it
        if tag == "script" and attributes.get("type") != "application/ld+json":
            assert attributes["src"].startswith("/static/"), attributes
            nonce = re.search(r"'nonce-([\w-]+)'", policy)
            assert attributes.get("nonce") == nonce[1] if nonce else attributes["integrity"] in policy


def test_error_pages_carry_the_same_headers(people: People, world: World, site: Site) -> None:
    for who, path in ((site.browser(world.home), "/en-eu/p/none"), (people.bare, "/desk/orders"), (people.staff, "/nowhere/at/all")):
        answer = who.get(path)
        assert answer.status_code in (403, 404)
        assert re.search(r"script-src '(nonce|sha256)-", answer.headers["content-security-policy"])
        assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
        nothing_inline(Elements(answer.text), answer.headers["content-security-policy"])


@pytest.mark.parametrize("name", LISTED)
def test_no_parameter_of_a_list_brings_a_page_down(name: str, people: People, world: World) -> None:
    entry = READING[name]
    path, who = target(entry, world), people.who_may(whose(entry))
    bare, _, usual = path.partition("?")
    questions = [(parameter, odd) for parameter in PARAMETERS for odd in WORST]
    faults = []
    for parameter, odd in questions:
        kept = "&".join(pair for pair in usual.split("&") if pair and not pair.startswith(f"{parameter}="))
        answer = who.get(f"{bare}?{kept}&{parameter}={quote(odd)}")
        if answer.status_code >= 500:
            faults.append((parameter, odd))
    for odd in ODD:
        answer = who.get(
            f"{bare}?" + "&".join(f"{parameter}={quote(odd[:500].encode('utf-8', 'surrogatepass'))}" for parameter in PARAMETERS)
        )
        if answer.status_code >= 500:
            faults.append(("all of them", odd))
        assert "x-evil" not in answer.headers
    assert faults == []


@pytest.mark.parametrize("name", sorted(n for n, e in READING.items() if SAMPLES[n].params))
def test_no_parameter_of_a_path_brings_a_page_down(name: str, people: People, world: World) -> None:
    entry = READING[name]
    mine = world.dealer if whose(entry) == "dealer" else world.home
    own = {param: value(given, mine) for param, given in SAMPLES[name].params.items()}
    who = people.who_may(whose(entry))
    for param in own:
        for odd in ODD:
            path = path_of(entry, {**own, param: quote(odd.encode("utf-8", "surrogatepass"), safe="")})
            # the page behind a confirmation link shows its form whatever the link says
            assert who.get(path).status_code in ((200, 400, 404, 405) if name == "signing_in.confirm" else (303, 400, 401, 404, 405)), (
                param,
                odd,
            )


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../README.md",
        "/static/..%2f..%2fREADME.md",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/static//etc/passwd",
        "/static/manifest.json/..",
        "/static/%00",
    ],
)
def test_static_files_come_from_their_folder_alone(path: str, site: Site, world: World) -> None:
    answer = site.browser(world.home).get(path)
    assert answer.status_code in (404, 400)
    assert "galleria" not in answer.text.lower()


def test_media_answers_only_to_marked_addresses_of_its_own_host(site: Site, world: World) -> None:
    media = site.app.runner.around.media
    good = media.mark(world.home.id, world.home.id, "pictures/x.webp")
    browser = site.browser(world.home, host=f"media.{world.home.slug}.localhost")
    other = site.browser(world.abroad, host=f"media.{world.abroad.slug}.localhost")
    stolen = media.mark(world.abroad.id, world.abroad.id, "pictures/x.webp")
    told = [
        (browser, f"/{good}/{world.home.id}/pictures/x.webp"),
        (browser, f"/{stolen}/{world.abroad.id}/pictures/x.webp"),
        (browser, f"/{good}/{world.abroad.id}/pictures/x.webp"),
        (browser, f"/{'A' * 16}/{world.home.id}/pictures/x.webp"),
        (browser, f"/{good}/{world.home.id}/../{world.abroad.id}/pictures/x.webp"),
        (other, f"/{good}/{world.home.id}/pictures/x.webp"),
        (browser, "/en-eu/"),
        (browser, "/desk/"),
    ]
    for who, path in told:
        answer = who.get(path)
        assert (answer.status_code, answer.text) in ((404, "There is nothing here."), (404, "Not Found")), path
        assert "set-cookie" not in answer.headers


def test_other_methods_and_other_spellings_open_no_door(people: People, site: Site, world: World) -> None:
    guest = site.browser(world.home)
    for path in ("/desk/orders", "/desk/people", "/portal/", "/en-eu/account", "/api/v1/orders"):
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "LINK", "get"):
            answer = guest.client.request(method, path, headers={"x-http-method-override": "GET"})
            assert answer.status_code in (303, 400, 401, 404, 405), (method, path)
            assert world.home.secret not in answer.text
        for spelling in (
            f"{path}/",
            f"/{path}",
            f"{path}//",
            path.upper(),
            path.replace("/", "//"),
            f"{path}/.",
            f"{path};x",
            f"{path}%20",
            f"{path}%00",
            f"/en-eu/..{path}",
            path.replace("e", "%65"),
        ):
            answer = guest.get(spelling)
            assert answer.status_code in (303, 400, 401, 404, 405), spelling
            assert world.home.secret not in answer.text


def test_a_program_that_asks_oddly_is_told_what_is_wrong(people: People) -> None:
    program: Program = people.program
    bodies: tuple[Any, ...] = (
        None,
        [],
        "x",
        7,
        {"sku": None},
        {"sku": ["a"]},
        {"names": []},
        {"names": {"en": {"deep": 1}}},
        {"prices": {"EUR": "NaN"}},
    )
    for body in bodies:
        answer = program.post("/products", body)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), body
    for raw in (b"{", b"\xff\xfe", b'{"sku": "a\\u0000b"}', b'{"sku": "\\ud800"}', b'{"prices": {"EUR": 1e400}}', b"NaN"):
        headers = {"authorization": f"Bearer {program.token}", "idempotency-key": "raw" * 9}
        assert program.client.post("/api/v1/products", content=raw, headers=headers).status_code == 422, raw
    deep = program.client.post(
        "/api/v1/products", content=b"[" * 100_000, headers={"authorization": f"Bearer {program.token}", "idempotency-key": "deep" * 8}
    )
    assert deep.status_code == 422


def test_a_form_of_very_many_fields_or_bytes_is_refused_at_once(people: People, site: Site, world: World) -> None:
    browser: Browser = site.browser(world.home)
    many = browser.client.post("/en-eu/sign-in", data={f"f{n}": "x" for n in range(5000)}, headers={"origin": browser.origin})
    assert many.status_code in (400, 413)
    large = browser.client.post("/en-eu/sign-in", data={"email": "x" * 2_000_000}, headers={"origin": browser.origin})
    assert large.status_code == 413
