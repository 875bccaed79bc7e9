"""The double orders as the real engine does, where its wheel is installed, and refuses what the server refuses."""

from typing import Any

import orjson
import pytest

from kernel.lines import Line
from tests.meilisearch import wheel
from tests.meilisearch.double import Double
from tests.meilisearch.ranking import Rules, rank

DOCUMENTS = [
    {"title": "Tour trekking bike", "description": "For long days on gravel roads"},
    {"title": "Ridge mountain bike 29 inch", "description": "Full suspension for steep trails"},
    {"title": "Comfort saddle", "description": "Memory foam, fits every bike"},
    {"title": "Brass bell", "description": "Rings clearly on the bike path"},
    {"title": "Headlight 60 lux", "description": "Bright light for dark roads"},
    {"title": "Rear light with brake signal", "description": "Charges by USB"},
    {"title": "Flat pedals", "description": "Grippy pins, comfort for the foot"},
    {"title": "Löffel aus Stahl", "description": "Gabel und Löffel"},
]
QUERIES = [
    "bike", "saddel", "comfrot saddel", "saddles", "head", "head light", "mountin bike", "light", "brass bell xyzzy", "xyzzy brass bell",
    "loffel", "löfel", "trekking", "suspension bike", "caturday", "bell bike", "roads", "rear brake light", "comfort", "sadle comfort", "bri", "li",
]  # fmt: skip


def by_rules(query: str) -> list[int]:
    rules = Rules(["title", "description"])
    found = [(n, ranked) for n, document in enumerate(DOCUMENTS) if (ranked := rank(document, query, rules)) is not None]
    return [n for n, _ in sorted(found, key=lambda pair: pair[1].key)]


@pytest.mark.skipif(not wheel.is_there(), reason="the engine's wheel is built for Python 3.11 on Linux only")
@pytest.mark.parametrize("query", QUERIES)
def test_the_double_finds_what_the_engine_finds_and_the_same_first(query: str) -> None:
    engine = wheel.order(DOCUMENTS, query, ["title", "description"])
    mine = by_rules(query)
    assert set(mine) == set(engine)
    assert mine[:1] == engine[:1]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/multi-search", {"queries": [{"indexUid": "none", "q": "x"}]}, 404, "index_not_found"),
        ("POST", "/multi-search", {"queries": [{"indexUid": "here", "query": "x"}]}, 400, "bad_request"),
        ("POST", "/multi-search", {"queries": [{"indexUid": "here", "filter": 'price = "1"'}]}, 400, "invalid_search_filter"),
        ("POST", "/multi-search", {"queries": [{"indexUid": "here", "filter": "id = 1 OR"}]}, 400, "invalid_search_filter"),
        ("POST", "/multi-search", {"queries": [{"indexUid": "here", "locales": ["xx"]}]}, 400, "invalid_search_locales"),
        ("POST", "/indexes", {"uid": "no spaces"}, 400, "invalid_index_uid"),
        ("PATCH", "/indexes/here/settings", {"rankingrules": []}, 400, "bad_request"),
        ("PATCH", "/indexes/here/settings", {"rankingRules": ["luck"]}, 400, "invalid_settings_ranking_rules"),
        ("GET", "/indexes/here/documents/none", None, 404, "document_not_found"),
        ("GET", "/tasks/99", None, 404, "task_not_found"),
    ],
)
def test_the_double_refuses_what_the_server_refuses(method: str, path: str, body: Any, status: int, code: str) -> None:
    with Double() as double:
        line = Line(double.url)
        key = {"authorization": f"Bearer {double.key}"}
        line.send("POST", "/indexes/here/documents", key, orjson.dumps([{"id": "1"}]), 2.0)
        while line.send("GET", "/tasks/0", key, b"", 2.0).body.find(b"succeeded") < 0:
            pass
        reply = line.send(method, path, key, orjson.dumps(body) if body is not None else b"", 2.0)
        assert (reply.status, orjson.loads(reply.body)["code"]) == (status, code)
        assert line.send(method, path, {}, b"", 2.0).status == 401
        assert line.send(method, path, {"authorization": "Bearer wrong"}, b"", 2.0).status == 403
