"""Files: every key stays below its tenant, whatever it is spelled like; the same behaviour from every store."""

import io

import pytest

from kernel import files, tenancy
from kernel.errors import NotThere
from kernel.ids import new_id


@pytest.fixture(params=["local", "memory"])
def store(request, tmp_path):
    made = files.local_store(tmp_path / "files") if request.param == "local" else files.memory_store()
    files.use_store(made)
    yield made
    files.use_store(None)


@pytest.fixture
def mine(store):
    tenant_id = new_id()
    with tenancy.entering(tenant_id):
        yield tenant_id


def test_what_is_put_can_be_read_whole_and_in_pieces(mine, request):
    data = bytes(range(256)) * 4000
    files.put("pictures/bike.jpg", data)
    assert files.get("pictures/bike.jpg") == data
    stored = files.open_stream("pictures/bike.jpg")
    assert (stored.size, stored.content_type) == (len(data), "image/jpeg")
    pieces = list(stored.chunks)
    assert b"".join(pieces) == data
    assert len(pieces) > 1 or "memory" in request.node.name


def test_large_content_may_come_in_pieces_or_from_an_open_file(mine):
    files.put("imports/a.csv", (b"x" * 1000 for _ in range(3000)))
    files.put("imports/b.csv", io.BytesIO(b"sku,name"))
    assert files.open_stream("imports/a.csv").size == 3_000_000
    assert files.get("imports/b.csv") == b"sku,name"
    assert sorted(files.keys("imports")) == ["imports/a.csv", "imports/b.csv"]


def test_a_file_is_replaced_and_removed(mine):
    files.put("a.txt", b"old")
    files.put("a.txt", b"new")
    assert files.get("a.txt") == b"new"
    assert files.exists("a.txt")
    files.delete("a.txt")
    files.delete("a.txt")
    assert not files.exists("a.txt")
    with pytest.raises(NotThere):
        files.get("a.txt")


def test_another_tenant_has_nothing_under_the_same_key(mine):
    files.put("a.txt", b"canary")
    with tenancy.entering(new_id()):
        assert files.keys() == []
        assert not files.exists("a.txt")
        with pytest.raises(NotThere):
            files.get("a.txt")
        files.delete("a.txt")
        files.put("a.txt", b"theirs")
    assert files.get("a.txt") == b"canary"
    assert files.keys() == ["a.txt"]


CLIMBING = [
    "", "/", "/etc/passwd", "../a.txt", "a/../../b", "a/..", "..", ".", "a//b", "a/./b", "a\\b", "a\x00b", "a%2e%2e", "a b", "ä.txt",
    "a..b/c", "-rf", ".hidden", "a/.hidden", "a\nb", "C:a", "~/a", "a/", "x" * 401, "a\u202eb", "%2e%2e/a", "a?b", "a#b", "a:b",
]  # fmt: skip


@pytest.mark.parametrize("key", CLIMBING)
def test_a_key_that_could_climb_is_refused_by_every_verb(mine, key):
    other = new_id()
    with tenancy.entering(other):
        files.put("a.txt", b"canary")
    for act in (files.get, files.open_stream, files.exists, files.delete, lambda k: files.put(k, b"x")):
        with pytest.raises(ValueError, match="no such key"):
            act(key)
    assert files.keys() == []
    with tenancy.entering(other):
        assert files.get("a.txt") == b"canary"


def test_outside_of_any_tenant_there_are_no_files(store):
    with pytest.raises(tenancy.NoTenant):
        files.put("a.txt", b"x")


def test_the_type_is_said_by_the_extension_and_unknown_ones_are_downloads():
    assert files.content_type_for("a/b.WEBP") == "image/webp"
    for key in ("page.html", "script.js", "noextension", "a.svgz"):
        assert files.content_type_for(key) == "application/octet-stream"


def test_stores_are_named_by_address(tmp_path):
    assert type(files.store_from("", tmp_path)).__name__ == "LocalStore"
    bucket = files.store_from("s3://key:sec%2Fret@shop-files/prefix?region=eu-west-1&endpoint=http://127.0.0.1:9000", tmp_path)
    assert type(bucket).__name__ == "S3Store"
    assert getattr(bucket, "prefix", None) == "prefix"
    for wrong in ("ftp://x", "s3://", "s3://bucket?color=red"):
        with pytest.raises(ValueError, match="file store"):
            files.store_from(wrong, tmp_path)
