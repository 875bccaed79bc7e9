"""The desk's attributes: made, reworded, their choices ordered, and kept while products use them."""

from typing import Any

import pytest
from sqlalchemy import select

from backoffice.pages.attributes import ChoiceRow, merged
from catalog.models import Attribute
from tests.backoffice.desks import Desk
from tests.factories.catalog import in_tenant, make_product


def kept(desk: Desk, code: str) -> Attribute | None:
    with in_tenant(desk.shop.id) as session:
        return session.scalar(select(Attribute).where(Attribute.tenant_id == desk.shop.id, Attribute.code == code))


def choices_of(desk: Desk, code: str) -> list[tuple[str, dict[str, str], str]]:
    found = kept(desk, code)
    assert found is not None
    return [(c["code"], c["labels"], c.get("swatch", "")) for c in found.choices]


def colour_form(desk: Desk, **changes: str) -> dict[str, str]:
    """The colour's form with both choices as they are, and the changes."""
    same = {"labels.en": "Colour", "filterable": "true", "edit_version": "1", "position": "0"}
    rows = {"choices.0.code": "pine", "choices.0.labels.en": "Pine", "choices.0.place": "1"}
    return {**same, **rows, "choices.1.code": "copper", "choices.1.labels.en": "Copper", "choices.1.place": "2", **changes}


def test_an_attribute_is_made_with_words_and_choices(desk: Desk) -> None:
    told = {"code": "frame-form", "kind": "choice", "labels.en": "Frame", "choices.0.labels.en": "Diamond", "choices.1.code": "low"}
    answer = desk.ada.post("/desk/attributes", told)
    assert answer.status_code == 303
    assert choices_of(desk, "frame-form") == [("diamond", {"en": "Diamond"}, ""), ("low", {}, "")]
    page = desk.ada.get(answer.headers["location"]).text
    assert "The attribute is there." in page
    assert ">Frame<" in desk.ada.get("/desk/attributes").text
    taken = desk.ada.post("/desk/attributes", {"code": "colour", "kind": "text", "labels.en": "Other"})
    assert (taken.status_code, "There is already an attribute with this code." in taken.text) == (422, True)


def test_words_use_and_choices_are_edited_and_the_kind_stays(desk: Desk) -> None:
    path = f"/desk/attributes/{desk.attributes['colour']}"
    changes = {"labels.en": "Paint", "kind": "text", "filterable": "", "choices.1.place": "1", "choices.1.swatch": "#B87333"}
    assert desk.ada.post(path, colour_form(desk, **changes, **{"choices.2.labels.en": "Chalk white"})).status_code == 303
    found = kept(desk, "colour")
    assert found is not None
    assert (found.labels, found.kind, found.filterable, found.edit_version) == ({"en": "Paint"}, "choice", False, 2)
    assert choices_of(desk, "colour") == [
        ("copper", {"en": "Copper"}, "#b87333"),
        ("pine", {"en": "Pine"}, ""),
        ("chalk-white", {"en": "Chalk white"}, ""),
    ]
    stale = desk.ada.post(path, colour_form(desk))
    assert (stale.status_code, "Somebody else has changed this" in stale.text) == (409, True)
    assert len(choices_of(desk, "colour")) == 3


@pytest.mark.parametrize(("code", "unit"), [("weight", "KGM"), ("size", "CMT")])
def test_a_unit_is_edited(desk: Desk, code: str, unit: str) -> None:
    path = f"/desk/attributes/{desk.attributes[code]}"
    assert desk.ada.post(path, {"labels.en": "Measure", "unit": unit, "edit_version": "1"}).status_code == 303
    assert f'value="{unit}"' in desk.ada.get(path).text
    found = kept(desk, code)
    assert found is not None
    assert found.unit == unit
    assert desk.ada.post(path, {"labels.en": "Measure", "unit": "GRM", "edit_version": "2"}).status_code == 303
    found = kept(desk, code)
    assert found is not None
    assert found.unit == "GRM"


def test_what_products_use_is_not_taken_away(desk: Desk) -> None:
    colour, size = (f"/desk/attributes/{desk.attributes[code]}" for code in ("colour", "size"))
    gone = desk.ada.post(colour, colour_form(desk, **{"choices.0.gone": "true"}))
    assert (gone.status_code, "1 product still has one of the choices you took away." in gone.text) == (409, True)
    assert 'name="choices.0.gone" value="true" checked' in gone.text
    for path, reason in (
        (colour, "1 product has a value for this attribute."),
        (size, "The variants of 1 product differ by this attribute."),
    ):
        answer = desk.ada.post(f"{path}/remove")
        assert (answer.status_code, reason in answer.text) == (409, True)
    assert (kept(desk, "size") is not None, choices_of(desk, "colour")[0][0]) == (True, "pine")
    assert desk.ada.post(colour, colour_form(desk, **{"choices.1.gone": "true"})).status_code == 303
    assert [c[0] for c in choices_of(desk, "colour")] == ["pine"]
    assert desk.ada.post(f"/desk/attributes/{desk.attributes['weight']}/remove").headers["location"] == "/desk/attributes?done=removed"
    assert kept(desk, "weight") is None


@pytest.mark.parametrize("wrong", [{"choices.0.swatch": "red"}, {"position": "-1"}, {"choices.0.place": "x"}])
def test_what_does_not_hold_is_said_and_nothing_changes(desk: Desk, wrong: dict[str, str]) -> None:
    path = f"/desk/attributes/{desk.attributes['colour']}"
    answer = desk.ada.post(path, colour_form(desk, **{"labels.en": "Paint", **wrong}))
    assert answer.status_code == 422
    assert 'value="Paint"' in answer.text
    found = kept(desk, "colour")
    assert found is not None
    assert (found.labels, found.edit_version) == ({"en": "Colour"}, 1)


def test_a_long_list_is_shown_in_pages_and_the_rest_stays(desk: Desk) -> None:
    path = f"/desk/attributes/{desk.attributes['colour']}"
    many: dict[str, Any] = {f"choices.{n}.code": f"c{n:03}" for n in range(2, 150)}
    assert desk.ada.post(path, colour_form(desk, **many)).status_code == 303
    second = desk.ada.get(f"{path}?page=2").text
    assert ("<code>c100</code>" in second, "<code>pine</code>" in second) == (True, False)
    one = {"labels.en": "Colour", "edit_version": "2", "choices.0.code": "c100", "choices.0.labels.en": "Hundred", "choices.0.place": "101"}
    assert desk.ada.post(f"{path}?page=2", one).headers["location"].endswith("page=2")
    found = choices_of(desk, "colour")
    assert (len(found), found[0][0], found[100]) == (150, "pine", ("c100", {"en": "Hundred"}, ""))


def test_only_who_may_edit_does_and_another_brands_attribute_is_not_there(desk: Desk, stranger: Desk) -> None:
    mine, theirs = (f"/desk/attributes/{d.attributes['weight']}" for d in (desk, stranger))
    assert desk.clara.get(mine).status_code == 200
    assert "New attribute" not in desk.clara.get("/desk/attributes").text
    for path in (mine, f"{mine}/remove"):
        assert desk.clara.post(path, {"labels.en": "Other", "edit_version": "1"}).status_code == 403
    assert [desk.ada.get(theirs).status_code, desk.ada.post(f"{theirs}/remove").status_code] == [404, 404]
    assert desk.ada.post(theirs, {"labels.en": "Other", "edit_version": "1"}).status_code == 404
    for whose in (desk, stranger):
        found = kept(whose, "weight")
        assert found is not None
        assert found.labels == {"en": "Weight"}


def test_rows_are_merged_over_the_kept_list() -> None:
    old = [{"code": code, "labels": {"en": code}} for code in "abcd"]

    def codes(*rows: ChoiceRow) -> list[str]:
        return [c["code"] for c in merged(old, rows)]

    same = [ChoiceRow(code=c, labels={"en": c}, place=n) for n, c in enumerate("abcd", 1)]
    assert merged(old, same) == old
    assert codes(ChoiceRow(code="d", place=1)) == ["d", "a", "b", "c"]
    assert codes(ChoiceRow(code="a", place=3)) == ["b", "c", "a", "d"]
    assert codes(ChoiceRow(code="b", gone=True), ChoiceRow(labels={"en": "Neu Grün"}, place=1)) == ["neu-gruen", "a", "c", "d"]
    assert codes(ChoiceRow(), ChoiceRow(place=2)) == ["a", "b", "c", "d"]


def test_the_page_says_how_many_products_have_a_value(desk: Desk) -> None:
    with in_tenant(desk.shop.id) as session:
        make_product(session, desk.shop.id, "LAMP", "Lamp", "30", attribute_values={"weight": "1.5"})
    page = desk.ada.get(f"/desk/attributes/{desk.attributes['weight']}").text
    assert "<dt>Products with a value</dt><dd>1</dd>" in page
