"""The desk's classification: systems, lists of classes from files, and the classes of a product."""

import importlib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from catalog.classification import find_classes, list_systems, make_system, put_classes
from catalog.exchange.class_lists import take_class_list
from catalog.models import ClassSystem, Product, ProductClass
from catalog.products import ProductEdit, edit_product
from kernel.errors import Invalid
from tests.backoffice.desks import Desk
from tests.browsing import Elements
from tests.factories.catalog import in_tenant, somebody

ETIM = Path(__file__).parents[3] / "shared/data/bmecat/etim6_international_ixf_en_de_nl.zip"
LIST = b"code;name:en;name:de;parent\nEC1;Bell;Klingel;EG1\nEC2;Lamp;Lampe;EG1\n;Nothing;;\nEC3;;;EG1\n"


def made(desk: Desk, *rows: tuple[str, dict[str, str], str]) -> Any:
    with in_tenant(desk.shop.id) as session:
        system = make_system(session, somebody(desk.shop.id), "ETIM", "9.0")
        put_classes(session, somebody(desk.shop.id), system.id, list(rows))
        return system.id


def classes_of(desk: Desk) -> dict[str, str]:
    with in_tenant(desk.shop.id) as session:
        return session.get_one(Product, (desk.shop.id, desk.bell)).classes


def test_a_system_is_made_once(desk: Desk) -> None:
    answer = desk.ada.post("/desk/classes", {"code": "ETIM", "version": "9.0", "name": "ETIM international"})
    assert answer.status_code == 303
    assert "ETIM-9.0 ETIM international 0 0" in Elements(desk.ada.get("/desk/classes").text).text
    again = desk.ada.post("/desk/classes", {"code": "ETIM", "version": "9.0"})
    assert (again.status_code, "This system is there already." in again.text) == (422, True)
    assert desk.ada.post("/desk/classes", {"code": "no good", "version": "?"}).status_code == 422
    with in_tenant(desk.shop.id) as session:
        assert [s.key for s in list_systems(session, somebody(desk.shop.id))] == ["ETIM-9.0"]


def test_a_list_comes_in_by_file_and_its_bad_rows_are_told(desk: Desk) -> None:
    system = made(desk)
    answer = desk.ada.post(f"/desk/classes/{system}/list", {"language": "en"}, files=[("file", ("classes.csv", LIST, "text/csv"))])
    text = Elements(answer.text).text
    assert "2 classes have been taken in." in text
    assert "Row 4: The code of a class has 1 to 60 characters. Row 5: The class EC3 has no name." in text
    assert "Bell EG1" in Elements(desk.ada.get(f"/desk/classes/{system}?q=klingel").text).text
    assert "Nothing has this code or name." in desk.ada.get(f"/desk/classes/{system}?q=EC3").text


def test_a_file_that_is_no_list_is_refused_and_nothing_comes_in(desk: Desk) -> None:
    system = made(desk)
    for name, data in (("classes.csv", b"sku;price\nA;1\n"), ("classes.exe", b"MZ"), ("classes.csv", b"")):
        answer = desk.ada.post(f"/desk/classes/{system}/list", {"language": "en"}, files=[("file", (name, data, "text/csv"))])
        assert answer.status_code == 422, name
    with in_tenant(desk.shop.id) as session:
        assert session.scalar(select(func.count()).select_from(ProductClass)) == 0


def test_a_class_is_found_by_name_and_taken_and_typed_ones_are_checked(desk: Desk) -> None:
    made(desk, ("EC000001", {"en": "Bicycle bell"}, ""))
    path = f"/desk/products/{desk.bell}/classes"
    found = desk.ada.get(f"{path}?system=ETIM-9.0&q=bicycle").text
    assert 'name="code" value="EC000001"' in found
    picked = desk.ada.post(path, {"system": "ETIM-9.0", "code": "EC000001", "edit_version": "1"})
    assert (picked.status_code, classes_of(desk)) == (303, {"ETIM-9.0": "EC000001"})
    assert "Bicycle bell" in Elements(desk.ada.get(path).text).text
    wrong = desk.ada.post(path, {"rows.0.key": "ETIM-9.0", "rows.0.code": "EC9", "edit_version": "2"})
    assert wrong.status_code == 422
    assert 'href="#f-rows-0-code"' in wrong.text
    assert "ETIM-9.0 has no class “EC9”." in wrong.text
    assert classes_of(desk) == {"ETIM-9.0": "EC000001"}
    assert desk.ada.post(path, {"rows.0.key": "ETIM-9.0", "rows.0.code": "", "edit_version": "2"}).status_code == 303
    assert classes_of(desk) == {}


def test_who_may_only_look_changes_nothing(desk: Desk) -> None:
    system = made(desk, ("EC1", {"en": "Bell"}, ""))
    for path, body in (
        ("/desk/classes", {"code": "X"}),
        (f"/desk/classes/{system}/remove", {}),
        (f"/desk/classes/{system}/list", {"language": "en"}),
        (f"/desk/products/{desk.bell}/classes", {"system": "ETIM-9.0", "code": "EC1"}),
    ):
        assert desk.clara.post(path, body).status_code == 403, path
    assert classes_of(desk) == {}


def test_another_tenants_system_is_not_there(desk: Desk, stranger: Desk) -> None:
    theirs = made(stranger, ("EC1", {"en": "Bell"}, ""))
    assert desk.ada.get(f"/desk/classes/{theirs}").status_code == 404
    assert desk.ada.post(f"/desk/classes/{theirs}/remove", {}).status_code == 404
    with in_tenant(stranger.shop.id) as session:
        assert session.scalar(select(func.count()).select_from(ClassSystem)) == 1


@pytest.mark.skipif(not ETIM.exists(), reason="the ETIM classes are not beside the project")
def test_the_classes_of_etim_6_come_in_and_are_found_in_three_languages(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "etim.csv"
    path.write_text("\n".join(["code\tname:en\tname:de\tname:nl\tparent", *_etim_rows()]))
    with in_tenant(desk.shop.id) as session:
        actor = somebody(desk.shop.id)
        system = make_system(session, actor, "ETIM", "6.0")
        taken = take_class_list(session, actor, system.id, path, path.name, "en")
        assert (taken.wrong, taken.taken) == (0, 2380)
        code = session.scalars(select(ProductClass.code).order_by(ProductClass.code)).first()
        assert code is not None
        edit_product(session, actor, desk.bell, ProductEdit(classes={"ETIM-6.0": code}))
        with pytest.raises(Invalid):
            edit_product(session, actor, desk.bell, ProductEdit(classes={"ETIM-6.0": "EC999999"}))
        assert {tag for found in find_classes(session, actor, system.id, code) for tag in found.names} >= {"en", "de", "nl"}
    assert classes_of(desk) == {"ETIM-6.0": code}


def _etim_rows() -> list[str]:
    """Code, names and group of every class in the ETIM exchange file."""
    with zipfile.ZipFile(ETIM) as archive:
        root = importlib.import_module("lxml.etree").fromstring(archive.read(archive.namelist()[0]))
    rows = []
    for one in (e for e in root.iter() if isinstance(e.tag, str) and e.tag.rpartition("}")[2] == "Class"):
        parts = {child.tag.rpartition("}")[2]: child for child in one}
        names = {}
        for translation in parts.get("Translations", ()):
            told = {child.tag.rpartition("}")[2]: (child.text or "") for child in translation}
            names[translation.attrib.get("language", "")[:2].lower()] = told.get("Description", "")
        cells = [parts["Code"].text or "", *(names.get(tag, "") for tag in ("en", "de", "nl")), parts["GroupCode"].text or ""]
        rows.append("\t".join(" ".join(cell.split()) for cell in cells))
    return rows
