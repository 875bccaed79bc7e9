"""Typed forms: what is read, what is refused, and that nothing typed is lost."""

import io
from decimal import Decimal

import pytest
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile

from kernel.errors import Conflict, Invalid, Problem
from kernel.web.forms import Form


class Line(BaseModel):
    sku: str
    quantity: int = Field(gt=0)


class QuickOrder(BaseModel):
    name: str = Field(min_length=1, max_length=20)
    price: Decimal | None = None
    tags: list[str] = []
    lines: list[Line] = []


def test_a_form_that_holds_becomes_a_typed_value() -> None:
    form = Form.read(QuickOrder, FormData([("name", "Tern"), ("price", "12.50"), ("tags", "a"), ("tags", "b")]))
    assert form.ok
    assert form.given == QuickOrder(name="Tern", price=Decimal("12.50"), tags=["a", "b"])


def test_numbered_names_become_lines_in_order() -> None:
    pairs: list[tuple[str, str | UploadFile]] = [
        ("name", "x"),
        ("lines.1.sku", "B"),
        ("lines.1.quantity", "2"),
        ("lines.0.sku", "A"),
        ("lines.0.quantity", "1"),
    ]
    assert Form.read(QuickOrder, FormData(pairs)).given.lines == [Line(sku="A", quantity=1), Line(sku="B", quantity=2)]


def test_an_error_stands_at_its_field_and_the_typed_text_stays() -> None:
    form = Form.read(QuickOrder, FormData([("name", ""), ("price", "cheap"), ("lines.0.sku", "A"), ("lines.0.quantity", "0")]))
    assert not form.ok
    assert form.error("name") == "Please fill this in."
    assert form.error("price") == "Please give a number."
    assert form.error("lines.0.quantity") == "This must be more."
    assert form.get("price") == "cheap"


def test_fields_that_the_model_does_not_list_never_arrive() -> None:
    form = Form.read(QuickOrder, FormData([("name", "x"), ("tenant_id", "evil"), ("is_admin", "1")]))
    assert form.given.model_dump() == {"name": "x", "price": None, "tags": [], "lines": []}


def test_what_a_use_case_refuses_is_shown_at_the_field() -> None:
    form = Form.read(QuickOrder, FormData([("name", "x")])).refuse([Problem("name", "This name is taken.")])
    assert not form.ok
    assert form.error("name") == "This name is taken."


def test_a_refusal_stands_at_its_fields_or_above_them_all() -> None:
    form = Form.read(QuickOrder, FormData([("name", "Bells"), ("price", "2")]))
    told = form.told(Invalid.at("price", "This is below the corridor.")).told(Conflict("Edited meanwhile."))
    assert (told is form, form.ok) == (True, False)
    assert form.errors == {"price": "This is below the corridor.", "form": "Edited meanwhile."}
    assert form.told(Conflict("Already one of them."), "name").error("name") == "Already one of them."
    assert form.get("price") == "2"


def test_a_filled_form_shows_what_is_known() -> None:
    form = Form.filled(QuickOrder, QuickOrder(name="Tern", lines=[Line(sku="A", quantity=3)]))
    assert (form.get("name"), form.get("lines.0.quantity"), form.get("price")) == ("Tern", "3", "")


def test_null_bytes_and_huge_indexes_do_no_harm() -> None:
    form = Form.read(QuickOrder, FormData([("name", "a\x00b"), ("lines.99999.sku", "A")]))
    assert form.get("name") == "ab"
    assert not form.ok


def test_a_form_that_is_read_again_gives_its_files_from_the_beginning() -> None:
    data = FormData([("name", "x"), ("picture", UploadFile(io.BytesIO(b"pixels"), filename="a.png"))])
    read = [Form.read(QuickOrder, data).files["picture"][0].file.read() for _attempt in range(2)]
    assert read == [b"pixels", b"pixels"]


@pytest.mark.parametrize("dots", [9, 500, 100_000])
def test_a_name_deeper_than_any_form_is_left_out(dots: int) -> None:
    sent: list[tuple[str, str | UploadFile]] = [
        ("name", "Tern"),
        ("lines" + ".a" * dots, "x"),
        ("lines.0.sku", "T-1"),
        ("lines.0.quantity", "2"),
    ]
    assert Form.read(QuickOrder, FormData(sent)).given == QuickOrder(name="Tern", lines=[Line(sku="T-1", quantity=2)])
