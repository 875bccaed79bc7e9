"""Kept pages: keyed by tenant and stamp, never for cookies or odd queries, bounded in size."""

import gzip
from uuid import UUID

import brotli

from kernel.ids import new_id
from kernel.web.answers import Answer
from kernel.web.pagecache import Key, PageCache, coding_for, is_canonical

BODY = b"<p>Tern 54</p>" * 100


def key(tenant: UUID, path: bytes = b"/en-eu/") -> Key:
    return (tenant, b"veloria.localhost", path, b"")


def test_a_page_is_found_again_in_every_coding() -> None:
    cache, tenant = PageCache(), new_id()
    cache.keep(key(tenant), 0, Answer(BODY), [(b"content-type", b"text/html")])
    page = cache.find(key(tenant))
    assert page is not None
    plain, zipped, packed = (cache.variant(key(tenant), page, coding) for coding in (b"", b"gzip", b"br"))
    assert plain[1] == BODY
    assert gzip.decompress(zipped[1]) == BODY
    assert brotli.decompress(packed[1]) == BODY
    assert [dict(fields).get(b"content-encoding") for fields, _body in (plain, zipped, packed)] == [None, b"gzip", b"br"]
    assert dict(packed[0])[b"content-length"] == str(len(packed[1])).encode()
    assert {dict(fields)[b"etag"] for fields, _body in (plain, zipped, packed)} == {page.etag}


def test_a_page_is_compressed_once_and_what_that_takes_counts() -> None:
    tenant = new_id()
    cache = PageCache(most_bytes=2 * (len(BODY) + 1000) + 10)
    for path in (b"/a", b"/b"):
        cache.keep(key(tenant, path), 0, Answer(BODY), [])
    page = cache.find(key(tenant, b"/b"))
    assert page is not None
    first = cache.variant(key(tenant, b"/b"), page, b"gzip")
    assert cache.variant(key(tenant, b"/b"), page, b"gzip") is first
    assert page.size == len(BODY) + 1000 + len(first[1])
    assert cache.find(key(tenant, b"/a")) is None
    assert cache.find(key(tenant, b"/b")) is page


def test_a_new_stamp_hides_every_page_of_that_tenant_and_of_no_other() -> None:
    cache, one, other = PageCache(), new_id(), new_id()
    for tenant in (one, other):
        cache.keep(key(tenant), 0, Answer(BODY), [])
    cache.stamps[one] = 1
    assert cache.find(key(one)) is None
    assert cache.find(key(other)) is not None


def test_a_page_rendered_under_an_old_stamp_is_never_served() -> None:
    cache, tenant = PageCache(), new_id()
    cache.stamps[tenant] = 5
    cache.keep(key(tenant), 4, Answer(BODY), [])
    assert cache.find(key(tenant)) is None


def test_twins_with_the_same_path_get_their_own_page() -> None:
    cache, one, twin = PageCache(), new_id(), new_id()
    cache.keep(key(one), 0, Answer(b"canary-one"), [])
    assert cache.find(key(twin)) is None


def test_answers_with_cookies_or_errors_are_not_kept() -> None:
    cache, tenant = PageCache(), new_id()
    assert cache.keep(key(tenant), 0, Answer(BODY).cookie("galleria_session", "x"), []) is None
    assert cache.keep(key(tenant), 0, Answer(BODY, status=404), []) is None
    assert cache.find(key(tenant)) is None


def test_the_page_unused_for_longest_goes_first() -> None:
    tenant = new_id()
    cache = PageCache(most_bytes=2 * (len(BODY) + 1400))
    for path in (b"/a", b"/b"):
        cache.keep(key(tenant, path), 0, Answer(BODY), [])
    assert cache.find(key(tenant, b"/a")) is not None
    cache.keep(key(tenant, b"/c"), 0, Answer(BODY), [])
    assert cache.find(key(tenant, b"/b")) is None
    assert cache.find(key(tenant, b"/a")) is not None


def test_only_declared_parameters_may_be_kept() -> None:
    assert is_canonical(b"", ())
    assert is_canonical(b"page=2&f=colour%3Apine&f=size%3A54", ("page", "f"))
    assert not is_canonical(b"page=2&utm_source=x", ("page",))
    assert not is_canonical(b"page=" + b"9" * 400, ("page",))


def test_the_best_coding_the_browser_takes_is_chosen() -> None:
    assert coding_for(b"gzip, deflate, br") == b"br"
    assert coding_for(b"gzip") == b"gzip"
    assert coding_for(b"") == b""
