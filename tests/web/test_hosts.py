"""T11, T12: a host is matched exactly or not served; nothing that a visitor sends reaches another visitor's page."""

import re

import pytest
from sqlalchemy import Engine, text

from tests.browsing import Browser, Site
from tests.isolation.world import MIRA, World

STRANGE = [
    "evil.test", "", " ", "a b", "localhost", ".localhost", "127.0.0.1", "[::1]", "[::1]:80", "{slug}", "{slug}.", "www.{slug}.localhost",
    "{slug}.localhost.evil.test", "{slug}.localhostevil.test", "evil-{slug}.localhost", "{slug}x.localhost", "{slug}.localhost:0",
    "{slug}.localhost:99999", "{slug}.localhost:abc", "{slug}.localhost:-1", "{slug}.localhost:80:80", "{slug}.localhost:80 ", "{slug}.localhost:",
    "{slug}.localhost/", "{slug}.localhost/evil", "{slug}.localhost#x", "{slug}.localhost?x", "{slug}.localhost,evil.test", "{slug}.localhost;evil",
    "evil.test@{slug}.localhost", "{slug}.localhost@evil.test", "{slug}.localhost\t", "{slug}.localhost\\evil", "{slug}..localhost", "%2e{slug}.localhost",
    "{slug}%00.localhost", "media.media.{slug}.localhost", "http://{slug}.localhost", "{slug}_.localhost", "-{slug}.localhost", "'or'1'='1", "*", "_",
]  # fmt: skip
FORGED = {
    "x-forwarded-host": "evil.test",
    "x-host": "evil.test",
    "x-forwarded-server": "evil.test",
    "x-http-host-override": "evil.test",
    "forwarded": "host=evil.test",
    "x-original-url": "/desk/",
    "x-rewrite-url": "/desk/",
    "x-forwarded-proto": "https",
    "x-forwarded-prefix": "/evil",
    "x-forwarded-port": "1337",
}
PAGES = ["", "all", "search?q=bike", "p/{twin_slug}", "c/bikes"]


@pytest.mark.parametrize("host", STRANGE)
def test_a_host_that_is_not_exactly_a_tenants_is_not_served(host: str, site: Site, world: World) -> None:
    client = site.browser(world.home).client
    for path in ("/", "/en-eu/", "/en-eu/sign-in", "/desk/", "/api/v1/search?market=eu&language=en"):
        answer = client.get(path, headers={"host": host.replace("{slug}", world.home.slug)})
        assert answer.status_code in (400, 421), (path, answer.status_code)
        assert world.home.word not in answer.text
        assert "set-cookie" not in answer.headers


def test_there_are_enough_of_them() -> None:
    assert len(set(STRANGE)) >= 40


def test_two_hosts_or_two_lengths_in_one_request_are_refused(site: Site, world: World) -> None:
    client = site.browser(world.home).client
    for headers in (
        [("host", f"{world.home.slug}.localhost"), ("host", f"{world.abroad.slug}.localhost")],
        [("content-length", "0"), ("transfer-encoding", "chunked")],
        [("content-length", "0"), ("content-length", "5")],
    ):
        assert client.request("POST", "/en-eu/sign-in", headers=headers).status_code == 400


def pages(world: World) -> list[str]:
    return [f"/en-eu/{page.format(**world.home.ids)}" for page in PAGES]


@pytest.mark.parametrize("header", sorted(FORGED))
def test_forged_headers_change_no_page_and_no_kept_one(header: str, site: Site, world: World) -> None:
    for path in pages(world):
        site.app.cache._pages.clear()
        forged = site.browser(world.home).client.get(path, headers={header: FORGED[header]})
        honest = site.browser(world.home).get(path)
        assert (honest.status_code, honest.headers["content-type"]) == (200, "text/html; charset=utf-8"), path
        assert forged.text == honest.text
        assert "evil.test" not in honest.text + str(honest.headers)
        assert site.app.cache._pages, path


@pytest.mark.parametrize("query", ["utm_source=%22%3E%3Cxss", "x=1", "locale=de-eu", "callback=evil", "v=1&v=2&w=3", "page=1&evil=1"])
def test_undeclared_parameters_never_reach_a_kept_page(query: str, site: Site, world: World) -> None:
    site.app.cache._pages.clear()
    for path in pages(world):
        odd = site.browser(world.home).get(path + ("&" if "?" in path else "?") + query)
        assert odd.status_code in (200, 303)
    assert all(b"evil" not in key[3] and b"xss" not in key[3] and b"utm" not in key[3] for key in site.app.cache._pages)
    assert site.browser(world.home).get("/en-eu/all").text.count("xss") == 0


def test_a_page_asked_for_under_another_port_is_not_what_others_get(site: Site, world: World) -> None:
    site.app.cache._pages.clear()
    path = f"/en-eu/p/{world.home.ids['twin_slug']}"
    first = site.browser(world.home, host=f"{world.home.slug}.localhost:1337").get(path)
    assert first.status_code == 200
    assert ":1337" in first.text + first.headers["content-security-policy"]
    second = site.browser(world.home).get(path)
    assert ":1337" not in second.text + second.headers["content-security-policy"]


def test_twins_with_the_same_addresses_never_get_each_others_kept_pages(site: Site, world: World) -> None:
    site.app.cache._pages.clear()
    for _round in range(2):
        for one, other in ((world.home, world.abroad), (world.abroad, world.home)):
            for path in pages(world):
                told = site.browser(one).get(path).text
                assert other.word not in told, path
    assert len(site.app.cache._pages) == 2 * len(PAGES)


def test_kept_pages_are_the_same_bytes_for_everybody_and_carry_nothing_personal(site: Site, world: World, people) -> None:
    site.app.cache._pages.clear()
    for path in pages(world):
        rendered = site.browser(world.home).get(path)
        kept = [visitor.get(path) for visitor in (site.browser(world.home), people.customer, people.staff, people.manager)]
        assert {page.content for page in kept} == {rendered.content}
        assert people.customer.csrf not in rendered.text
        assert not re.search(r'name="csrf"|nonce=', rendered.text)
        for page in (rendered, *kept):
            assert "set-cookie" not in page.headers
            assert "x-request-id" not in page.headers
            assert "nonce" not in page.headers["content-security-policy"]
        tag = kept[0].headers["etag"]
        assert (people.customer.get(path, if_none_match=tag).status_code, kept[0].headers["cache-control"]) == (304, "no-cache")


def test_what_is_personal_or_an_error_is_never_kept(site: Site, world: World, people) -> None:
    site.app.cache._pages.clear()
    for path in (
        "/en-eu/me",
        "/en-eu/cart",
        "/en-eu/account",
        "/en-eu/orders",
        "/en-eu/sign-in",
        "/en-eu/p/no-such-thing",
        "/desk/",
        "/en-eu/checkout/where",
    ):
        answer = people.customer.get(path)
        assert answer.headers["cache-control"] == "no-store", path
    assert not site.app.cache._pages


def test_links_in_mails_lead_to_the_shop_alone(site: Site, world: World, superuser_db: Engine) -> None:
    visitor: Browser = site.browser(world.home)
    answer = visitor.client.post(
        "/en-eu/reset",
        data={"email": MIRA},
        headers={"origin": visitor.origin, "x-forwarded-host": "evil.test", "referer": "http://evil.test/"},
    )
    assert answer.status_code == 200
    with superuser_db.connect() as connection:
        query = text(
            "SELECT payload::text FROM kernel.outbox WHERE tenant_id = :id UNION ALL SELECT text || html FROM kernel.mail_message WHERE tenant_id = :id"
        )
        told = " ".join(connection.execute(query, {"id": world.home.id}).scalars())
    links = set(re.findall(r"https?://([^/\"\s<]+)", told))
    assert links <= {f"{world.home.slug}.localhost", "127.0.0.1:8080"}, links
    assert f"{world.home.slug}.localhost" in links
