"""The desk's pages on search: rules drafted, published and undone, files, what is asked for, judging side by side."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import Engine

from catalog.search.rules import Pin
from catalog.searching import drafts, reading
from catalog.searching.judging import grades_of
from catalog.searching.shapes import ONE_WAY, PIN, REDIRECT, STOP_WORD, SYNONYM, Rule
from catalog.searching.tallies import Tallies
from tests.backoffice.desks import Desk
from tests.browsing import Elements, counted
from tests.factories.catalog import in_tenant, somebody

RULES = "/desk/search/rules"
FILE = "/desk/search/rules.csv"
JUDGEMENTS = "/desk/search/judgements.csv"


def text(desk: Desk, path: str) -> str:
    return Elements(desk.ada.get(path).text).text


def drafted(desk: Desk) -> list[Rule]:
    with in_tenant(desk.shop.id) as session:
        return reading.drafted(session, "en")


def make(desk: Desk, kind: str, **typed: Any) -> Response:
    return desk.ada.post(RULES, {"kind": kind, "language": "en", **typed})


def upload(desk: Desk, path: str, content: str) -> Response:
    return desk.ada.post(path, {"language": "en"}, files=[("file", ("rules.csv", content.encode(), "text/csv"))])


def test_an_empty_desk_says_what_to_do(desk: Desk) -> None:
    for path, said in (
        ("/desk/search", "No rules yet"),
        ("/desk/search/asked", "Everything that was looked for three times has found something."),
        ("/desk/search/relevance", "Start with a query that many people type, and grade what it finds."),
        ("/desk/search/versions", "Nothing has been published yet"),
    ):
        assert said in text(desk, path)


def test_every_kind_of_rule_is_added_shown_changed_and_removed(desk: Desk) -> None:
    for kind, typed in (
        (SYNONYM, {"words": "klaxon\r\nbell, ringer"}),
        (ONE_WAY, {"words": "trike", "means": "jacket"}),
        (STOP_WORD, {"words": "cheap"}),
        (PIN, {"words": "rain, cold", "products": "JK\nBELL", "chosen": ["BELL"]}),
        (REDIRECT, {"words": "returns", "address": "/en-eu/all"}),
    ):
        assert make(desk, kind, **typed).headers["location"] == f"/desk/search?language=en&kind={kind}&done=added"
    jacket, bell = (Pin(desk.shop.id, product) for product in (desk.jacket, desk.bell))
    assert drafted(desk) == [
        Rule(ONE_WAY, ("trike",), ("jacket",)),
        Rule(PIN, ("rain, cold",), products=(jacket, bell)),
        Rule(REDIRECT, ("returns",), address="/all"),
        Rule(STOP_WORD, ("cheap",)),
        Rule(SYNONYM, ("klaxon", "bell", "ringer")),
    ]
    shown = text(desk, "/desk/search")
    assert "trike → jacket" in shown and "Jacket and 1 more" in shown and "returns → /all" in shown
    assert "5 changes are not in the shop yet." in shown
    assert "trike" not in text(desk, f"/desk/search?kind={SYNONYM}").replace("“trike”", "")
    page = desk.ada.get("/desk/search?q=klaxon").text
    path = re.findall(r'class="row-link" href="([^"]+)"', page)[0]
    assert "klaxon\nbell\nringer</textarea>" in desk.ada.get(path).text.replace("\r", "")
    assert desk.ada.post(path, {"words": "klaxon\nbell", "kind": PIN}).status_code == 303
    assert drafted(desk)[-1] == Rule(SYNONYM, ("klaxon", "bell"))
    assert desk.ada.post(f"{path}/remove").status_code == 303
    assert [rule.kind for rule in drafted(desk)] == [ONE_WAY, PIN, REDIRECT, STOP_WORD]


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        (SYNONYM, {"words": "bell"}, "Please give at least two different words."),
        (PIN, {"words": "bell", "products": "NOPE-7"}, "There is no product with the article number “NOPE-7”."),
        (REDIRECT, {"words": "bell", "address": "/desk"}, "Please give a path of the shop, such as /c/locks."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_with_what_was_typed(desk: Desk, kind: str, typed: Mapping[str, str], said: str) -> None:
    answer = make(desk, kind, **typed)
    assert answer.status_code == 422
    assert said in answer.text and 'aria-invalid="true"' in answer.text
    assert all(value in answer.text for value in typed.values())
    assert drafted(desk) == []


def test_a_pin_offers_what_the_shop_finds(desk: Desk) -> None:
    page = desk.ada.get(f"{RULES}/new?kind=pin&about=jacket").text
    assert 'name="chosen" value="JK"' in page and 'value="BELL"' not in page
    page = desk.ada.get(f"{RULES}/new?kind=pin&about=jacket&find=bell").text
    assert 'name="chosen" value="BELL"' in page
    assert make(desk, PIN, words="jacket", chosen=["BELL"]).status_code == 303
    assert drafted(desk) == [Rule(PIN, ("jacket",), products=(Pin(desk.shop.id, desk.bell),))]


def test_rules_are_published_measured_and_undone(desk: Desk) -> None:
    make(desk, SYNONYM, words="klaxon\nringer\nbells")
    assert desk.ada.post("/desk/search/relevance/measure", {"language": "en"}).status_code == 409
    grades = {
        "language": "en", "query": "klaxon",
        "rows.0.product": f"{desk.shop.id}.{desk.bell}", "rows.0.grade": "3",
        "rows.1.product": f"{desk.shop.id}.{desk.jacket}", "rows.1.grade": "",
    }  # fmt: skip
    assert desk.ada.post("/desk/search/judge", grades).headers["location"] == "/desk/search/relevance?language=en&done=judged"
    with in_tenant(desk.shop.id) as session:
        assert grades_of(session, somebody(desk.shop.id), "en", "Klaxons") == {Pin(desk.shop.id, desk.bell): 3}
    assert desk.ada.post("/desk/search/relevance/measure", {"language": "en"}).status_code == 303
    shown = text(desk, "/desk/search/relevance?done=measured")
    assert "Now 0 nDCG@10, all queries With the draft 1 +1 Queries that change 1" in shown
    assert "comes: Bell" in shown
    assert "comes klaxon, ringer, bells Synonyms" in text(desk, "/desk/search/versions")
    published = desk.ada.post("/desk/search/versions", {"language": "en", "note": "More bells"})
    assert published.headers["location"] == "/desk/search/versions?language=en&done=published"
    versions = text(desk, "/desk/search/versions")
    assert "More bells" in versions and "0 → 1" in versions
    assert "Rules, catalog or judgements have changed since." in text(desk, "/desk/search/relevance")
    assert desk.ada.post("/desk/search/versions", {"language": "en"}).status_code == 409
    assert desk.ada.post("/desk/search/versions/back", {"language": "en", "version": "0"}).status_code == 303
    assert "in force Version 0 again" in text(desk, "/desk/search/versions")
    assert desk.ada.post("/desk/search/draft/drop", {"language": "en"}).status_code == 303
    assert drafted(desk) == []


def test_the_lists_stand_side_by_side(desk: Desk) -> None:
    assert "Nothing is found, now or with the draft" in text(desk, "/desk/search/judge?q=klaxon")
    make(desk, SYNONYM, words="klaxon\nbell")
    shown = text(desk, "/desk/search/judge?q=klaxon")
    assert "1 – Bell" in shown and "another list" in shown and "BELL" in shown
    assert desk.ada.get("/desk/search/judge?q=!!").status_code == 404
    answer = desk.ada.post("/desk/search/judge", {"language": "en", "query": "klaxon", "rows.0.product": "nonsense", "rows.0.grade": "3"})
    assert answer.status_code == 404


def test_a_query_forgets_its_judgements(desk: Desk) -> None:
    upload(desk, JUDGEMENTS, "query,sku,grade\nbell,BELL,3\n")
    assert "Forget these judgements" in text(desk, "/desk/search/judge?q=bell")
    forget = {"language": "en", "query": "bell"}
    assert [desk.ada.post("/desk/search/judge/forget", forget).status_code for _ in range(2)] == [303, 404]
    assert "Nothing has been judged yet" in text(desk, "/desk/search/relevance")


def test_a_file_comes_back_as_it_went(desk: Desk) -> None:
    content = (
        "kind,market,words,means,products,address\r\n"
        "one_way,,trike,jacket | coat,,\r\n"
        "pin,,rain,,JK | BELL,\r\n"
        "redirect,,returns,,,/all\r\n"
        "stop_word,,'=cheap,,,\r\n"
        "synonym,,bell | klaxon,,,\r\n"
    )
    assert upload(desk, FILE, content).headers["location"] == "/desk/search?language=en&done=taken"
    assert drafted(desk)[3] == Rule(STOP_WORD, ("=cheap",))
    assert desk.ada.get(f"{FILE}?language=en").text.lstrip("\ufeff") == content
    judged = "query,sku,grade\r\nbell,BELL,3\r\nbell,JK,0\r\n"
    assert upload(desk, JUDGEMENTS, judged).status_code == 303
    assert desk.ada.get(f"{JUDGEMENTS}?language=en").text.lstrip("\ufeff") == judged
    assert upload(desk, JUDGEMENTS, "grade;query;sku\n;bell;JK\n").status_code == 303
    assert desk.ada.get(f"{JUDGEMENTS}?language=en").text.lstrip("\ufeff") == "query,sku,grade\r\nbell,BELL,3\r\n"


def test_a_wrong_file_is_refused_as_a_whole_line_by_line(desk: Desk) -> None:
    make(desk, STOP_WORD, words="cheap")
    answer = upload(desk, FILE, "kind,words,products\nsynonym,bell | klaxon,\n\nsynonym,bell,\npin,rain,\n")
    assert answer.status_code == 422
    assert "Line 4, words: Please give at least two different words." in Elements(answer.text).text
    assert "Line 5, products: Please name at least one product." in Elements(answer.text).text
    for content, said in (
        ("kind,products,words\npin,NOPE-7,rain\n", "Line 2, products: There is no product with the article number “NOPE-7”."),
        ("word\nbell\n", "The first line has to name the columns: kind, market, words, means, products, address."),
        ("", "The first line has to name the columns"),
        ('kind,words\nsynonym,"bell', "This is not a CSV file."),
    ):
        answer = upload(desk, FILE, content)
        assert answer.status_code == 422 and said in answer.text
    assert desk.ada.post(FILE, {"language": "en"}).status_code == 422
    assert upload(desk, JUDGEMENTS, "query,sku,grade\nbell,BELL,4\n").status_code == 422
    assert drafted(desk) == [Rule(STOP_WORD, ("cheap",))]


def test_what_found_nothing_leads_to_a_rule(desk: Desk) -> None:
    gathered = Tallies()
    for query, found, times in (("klaxon", 0, 4), ("jacket", 9, 5), ("rare", 0, 2)):
        for _ in range(times):
            gathered.note(desk.shop.id, "eu", "en", query, found)
    gathered.write()
    few, everything = text(desk, "/desk/search/asked"), text(desk, "/desk/search/asked?all=1")
    assert "klaxon 4 nothing" in few and "jacket" not in few and "rare" not in everything
    assert "jacket 5 9" in everything
    assert f'href="{RULES}/new?language=en&amp;kind=synonym&amp;about=klaxon"' in desk.ada.get("/desk/search/asked").text
    assert "klaxon</textarea>" in desk.ada.get(f"{RULES}/new?language=en&kind=synonym&about=klaxon").text


def test_the_pages_are_for_those_who_keep_the_rules_and_languages_of_the_shop(desk: Desk) -> None:
    for path in ("/desk/search", f"{RULES}/new", "/desk/search/asked", "/desk/search/versions", "/desk/search/relevance", FILE, JUDGEMENTS):
        assert desk.clara.get(path).status_code == 403
        assert desk.ada.get(f"{path}?language=fr").status_code == 404
    assert desk.clara.post(RULES, {"kind": STOP_WORD, "words": "cheap", "language": "en"}).status_code == 403
    assert drafted(desk) == []
    assert "/desk/search" not in desk.clara.get("/desk/").text and "/desk/search" in desk.ada.get("/desk/").text


def test_lists_cost_the_same_however_long_they_are(desk: Desk, db: Engine) -> None:
    def cost() -> list[int]:
        counts = []
        for path in ("/desk/search", "/desk/search/versions", "/desk/search/relevance"):
            with counted(db) as statements:
                assert desk.ada.get(path).status_code == 200
            counts.append(len(statements))
        return counts

    with in_tenant(desk.shop.id) as session:
        actor, pins = somebody(desk.shop.id), (Pin(desk.shop.id, desk.bell), Pin(desk.shop.id, desk.jacket))
        drafts.add_rule(session, actor, "en", Rule(PIN, ("first",), products=pins))
    before = cost()
    with in_tenant(desk.shop.id) as session:
        for n in range(20):
            drafts.add_rule(session, actor, "en", Rule(PIN, (f"query {'abcdefghijklmnopqrst'[n]}x",), products=pins))
    assert cost() == before
    assert max(before) <= 20
