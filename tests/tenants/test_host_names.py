"""Host names in their normal form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.host_names import asked_host, is_below, is_slug, normal_host, slug_in, split_media


@pytest.mark.parametrize(
    ("given_host", "normal"),
    [
        ("Veloria.LocalHost:8000", "veloria.localhost"),
        ("shop.example.com.", "shop.example.com"),
        ("shop.example.com.:443", "shop.example.com"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("127.0.0.1:8000", "127.0.0.1"),
    ],
)
def test_spellings_of_one_host_have_one_form(given_host, normal):
    assert normal_host(given_host) == normal


@pytest.mark.parametrize(
    "host",
    [
        "", " ", ".", "..", "a b", "a..b", "-a.example", "a-.example", "a_b.example", "user@a.example", "a.example/x", "a.example:", "a.example:0",
        "a.example:65536", "a.example:80:80", "a.example:8o", "[::1]:8000", "a.example,b.example", "a\x00.example", "a.example\r\n", "a" * 64,
        ".".join(["abc"] * 70), "a.example:٨٠", "%61.example", "a.example?x", "a.example#x", "a\\b", "a.example:-1", "a.example:+80", "*",
    ],
)  # fmt: skip
def test_what_is_no_host_name_has_no_form(host):
    assert asked_host(host) == ""


def test_a_request_never_speaks_anything_but_ascii():
    assert asked_host("ｖeloria.localhost") == ""
    assert normal_host("ｖeloria.localhost") == "veloria.localhost"


@given(st.text(max_size=80))
def test_the_normal_form_of_a_normal_form_is_itself(text):
    once = normal_host(text)
    assert normal_host(once) == once
    assert once == once.lower()
    assert once.isascii()


def test_media_hosts_and_slugs_are_read_off():
    assert split_media("media.veloria.localhost") == ("veloria.localhost", True)
    assert split_media("veloria.localhost") == ("veloria.localhost", False)
    assert slug_in("veloria.localhost", "localhost") == "veloria"
    assert slug_in("a.veloria.localhost", "localhost") == ""
    assert slug_in("localhost", "localhost") == ""
    assert slug_in("veloria.localhost.example", "localhost") == ""


def test_slugs_are_short_plain_and_not_reserved():
    assert is_slug("radhaus-nord")
    for slug in ("", "A", "a--b", "-a", "a-", "media", "www", "a" * 41, "a.b", "a_b"):
        assert not is_slug(slug), slug


def test_the_platforms_domain_includes_what_is_below_it():
    assert is_below("x.localhost", "localhost")
    assert is_below("localhost", "localhost")
    assert not is_below("xlocalhost", "localhost")
