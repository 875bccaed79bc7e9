"""A shop's own rules of search and its judgements, over the API."""

from tests.browsing import Site
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_product
from tests.factories.tenants import make_market

PATH, JUDGED, EN = "/search-rules", "/search-judgements", "?language=en"


def rule(kind: str, *words: str, **more: object) -> dict[str, object]:
    return {"kind": kind, "words": list(words), "means": [], "products": [], "address": "", "market": "", **more}


RULES = [
    rule("pin", "bike", products=["BK-2", "BK-1"], market="eu"),
    rule("redirect", "returns", address="/pages/returns"),
    rule("synonym", "velo", "bike"),
]


def test_rules_are_replaced_published_and_undone(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "search.manage")
    assert erp.get(PATH + EN).json() == {"language": "en", "rules": [], "changes": 0, "in_force": None}
    put = erp.send("PUT", PATH, {"language": "en", "rules": RULES})
    assert (put.status_code, put.json()["rules"], put.json()["changes"]) == (200, RULES, 3)
    query = "/search?market=eu&language=en&q="
    assert erp.get(f"{query}velo").json()["total"] == 0
    made = erp.post(f"{PATH}/versions", {"language": "en", "note": "First"}, "key-1")
    assert made.status_code == 201
    assert {name: made.json()[name] for name in ("version", "rules", "note", "back_to", "before")} == {
        "version": 1, "rules": 3, "note": "First", "back_to": None, "before": None,
    }  # fmt: skip
    assert erp.post(f"{PATH}/versions", {"language": "en", "note": "First"}, "key-1").json() == made.json()
    assert erp.post(f"{PATH}/versions", {"language": "en"}, "key-2").status_code == 409
    assert [item["sku"] for item in erp.get(f"{query}bikes").json()["items"]] == ["BK-2", "BK-1"]
    assert (erp.get(f"{query}velo").json()["total"], erp.get(f"{query}returns").json()["redirect"]) == (2, "/pages/returns")
    assert erp.post(f"{PATH}/back", {"language": "en", "version": 0}).json()["version"] == 2
    assert (erp.get(f"{query}velo").json()["total"], erp.get(PATH + EN).json()["changes"]) == (0, 3)


def test_what_cannot_be_is_refused_at_its_place_and_nothing_is_written(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "search.manage")
    erp.send("PUT", PATH, {"language": "en", "rules": RULES})
    wrong = erp.send("PUT", PATH, {"language": "en", "rules": [rule("pin", "bike", products=["NOPE"]), rule("stop_word", "cheap")]})
    assert (wrong.status_code, [(e["field"], e["code"]) for e in wrong.json()["errors"]]) == (
        422,
        [("rules.0.products", "unknown_product")],
    )
    wrong = erp.send("PUT", PATH, {"language": "en", "rules": [rule("stop_word", "cheap"), rule("synonym", "bike", "bikes")]})
    assert [(e["field"], e["code"]) for e in wrong.json()["errors"]] == [("rules.1.words", "too_few")]
    assert erp.send("PUT", PATH, {"language": "en", "rules": [rule("boost", "bike")]}).status_code == 422
    assert erp.send("PUT", PATH, {"language": "en", "rules": [], "synonyms": []}).status_code == 422
    assert erp.get(PATH + EN).json()["rules"] == RULES
    assert erp.send("PUT", PATH, {"language": "fr", "rules": []}).status_code == 404
    assert erp.post(f"{PATH}/back", {"language": "en", "version": 0}).status_code == 404


def test_judgements_are_put_beside_those_there_are(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "search.manage")
    first = [{"query": "pine", "sku": "BK-1", "grade": 3}, {"query": "pine", "sku": "BK-2", "grade": 0}]
    assert erp.send("PUT", JUDGED, {"language": "en", "judgements": first}).json() == {"language": "en", "judgements": first}
    again = erp.send("PUT", JUDGED, {"language": "en", "judgements": [{"query": "Pines", "sku": "BK-2", "grade": None}]})
    assert again.json() == {"language": "en", "judgements": first[:1]}
    wrong = erp.send("PUT", JUDGED, {"language": "en", "judgements": [{"query": "pine", "sku": "NOPE", "grade": 1}]})
    assert [(e["field"], e["code"]) for e in wrong.json()["errors"]] == [("judgements.0.sku", "unknown_product")]
    assert erp.send("PUT", JUDGED, {"language": "en", "judgements": [{"query": "pine", "sku": "BK-1", "grade": 4}]}).status_code == 422
    assert erp.get(JUDGED + EN).json() == {"language": "en", "judgements": first[:1]}


def test_the_scope_is_asked_and_another_tenants_rules_stay_as_they_are(site: Site, shop: Shop, make_shop: MakeShop) -> None:
    twin = make_shop("brand")
    with in_tenant(twin.id) as session:
        make_market(session, twin.id, "eu")
        make_product(session, twin.id, "THEIRS")
    erp, theirs = site.program(shop, "search.manage"), site.program(twin, "search.manage")
    erp.send("PUT", PATH, {"language": "en", "rules": RULES})
    assert theirs.get(PATH + EN).json()["rules"] == []
    assert theirs.send("PUT", PATH, {"language": "en", "rules": RULES[:1]}).status_code == 422
    assert theirs.send("PUT", PATH, {"language": "en", "rules": RULES[1:]}).status_code == 200
    assert erp.get(PATH + EN).json()["rules"] == RULES
    reader = site.program(shop, "catalog.view", "catalog.edit")
    assert [reader.get(path + EN).status_code for path in (PATH, JUDGED)] == [403, 403]
    assert reader.send("PUT", PATH, {"language": "en", "rules": []}).status_code == 403
    assert erp.get(PATH + EN).json()["rules"] == RULES
