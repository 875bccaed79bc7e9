"""The desk's families and the work list: made, filled, given to products; what is missing leads to its field."""

import csv
import io
from uuid import UUID

from sqlalchemy import Engine, select

from catalog import completeness
from catalog.models import Family, Product
from kernel.jobs import drain_once
from tests.backoffice.desks import Desk
from tests.browsing import Site
from tests.factories.catalog import in_tenant, publish_all

FORM = {
    "code": "goods", "names.en": "Goods", "groups.0.labels.en": "Looks", "groups.0.add.0": "colour", "groups.0.add.1": "weight",
    "groups.1.labels.en": "Measures", "groups.1.add.0": "size",
}  # fmt: skip


def kept(desk: Desk) -> Family:
    with in_tenant(desk.shop.id) as session:
        return session.scalars(select(Family).where(Family.tenant_id == desk.shop.id)).one()


def make(desk: Desk, **more: str) -> UUID:
    assert desk.ada.post("/desk/families", {**FORM, **more}).status_code == 303
    return kept(desk).id


def product(desk: Desk, product_id: UUID) -> Product:
    with in_tenant(desk.shop.id) as session:
        return session.get_one(Product, (desk.shop.id, product_id))


def look(desk: Desk) -> None:
    with in_tenant(desk.shop.id) as session:
        completeness.refresh_due(session)


def test_a_family_is_made_with_groups_and_then_ordered_and_required(desk: Desk) -> None:
    family_id = make(desk)
    assert [g["attributes"] for g in kept(desk).groups] == [["colour", "weight"], ["size"]]
    path = f"/desk/families/{family_id}"
    page = desk.ada.get(path).text
    assert 'name="groups.0.members.1.code" value="weight"' in page
    told = {
        "names.en": "Goods", "edit_version": "1", "needs": ["price", "picture"],
        "groups.0.labels.en": "Looks", "groups.0.place": "2", "groups.0.members.0.code": "colour", "groups.0.members.0.required": "true",
        "groups.0.members.1.code": "weight", "groups.0.members.1.group": "1", "groups.0.members.1.place": "1",
        "groups.1.labels.en": "Measures", "groups.1.place": "1", "groups.1.members.0.code": "size", "groups.1.members.0.axis": "true",
        "groups.1.members.0.place": "2",
    }  # fmt: skip
    assert desk.ada.post(path, told).status_code == 303
    found = kept(desk)
    assert [(g["labels"], g["attributes"]) for g in found.groups] == [
        ({"en": "Measures"}, ["weight", "size"]),
        ({"en": "Looks"}, ["colour"]),
    ]
    assert (found.required, found.axes, sorted(found.needs)) == (["colour"], ["size"], ["picture", "price"])
    stale = desk.ada.post(path, told)
    assert (stale.status_code, "Somebody else has changed this" in stale.text) == (409, True)


def test_what_cannot_be_is_told_at_its_place_and_changes_nothing(desk: Desk) -> None:
    wrong = desk.ada.post("/desk/families", {**FORM, "groups.1.add.0": "colour"})
    assert (wrong.status_code, "“colour” stands in two groups." in wrong.text) == (422, True)
    with in_tenant(desk.shop.id) as session:
        assert session.scalars(select(Family).where(Family.tenant_id == desk.shop.id)).all() == []
    make(desk)
    taken = desk.ada.post("/desk/families", FORM)
    assert (taken.status_code, "There is already a family with this code." in taken.text) == (422, True)


def test_a_product_is_put_into_a_family_after_its_meaning_was_shown(desk: Desk) -> None:
    family_id = make(desk, **{"groups.0.add.0": "weight", "groups.0.add.1": ""})
    page = desk.ada.get(f"/desk/products/{desk.bell}/family?to={family_id}").text
    assert "Values that would stand outside of the family" in page
    assert desk.ada.post(f"/desk/products/{desk.bell}/family", {"family": str(family_id)}).status_code == 303
    held = product(desk, desk.bell)
    assert (held.family_id, held.attribute_values) == (family_id, {"colour": "pine"})
    shown = desk.ada.get(f"/desk/products/{desk.bell}").text
    assert "Outside of the family" in shown
    gone = desk.ada.post(f"/desk/families/{family_id}/remove", {})
    assert (gone.status_code, "1 product belongs to this family." in gone.text) == (409, True)
    assert desk.ada.post(f"/desk/products/{desk.bell}/family", {"family": str(family_id), "drop": "true"}).status_code == 303
    assert product(desk, desk.bell).attribute_values == {}
    assert desk.ada.post(f"/desk/products/{desk.bell}/family", {"family": ""}).status_code == 303
    assert product(desk, desk.bell).family_id is None


def test_looking_is_not_editing(desk: Desk) -> None:
    family_id = make(desk)
    assert desk.clara.get(f"/desk/families/{family_id}").status_code == 200
    assert desk.clara.post(f"/desk/families/{family_id}", {"names.en": "Mine", "edit_version": "1"}).status_code == 403
    assert desk.clara.post(f"/desk/products/{desk.bell}/family", {"family": str(family_id)}).status_code == 403
    assert (kept(desk).names, product(desk, desk.bell).family_id) == ({"en": "Goods"}, None)


def test_another_shops_family_is_not_there(desk: Desk, stranger: Desk) -> None:
    theirs = make(stranger)
    assert desk.ada.get(f"/desk/families/{theirs}").status_code == 404
    assert desk.ada.get(f"/desk/products/{desk.bell}/family?to={theirs}").status_code == 404
    assert desk.ada.post(f"/desk/products/{desk.bell}/family", {"family": str(theirs)}).status_code == 404
    assert desk.ada.post(f"/desk/families/{theirs}/remove", {}).status_code == 404
    assert (product(desk, desk.bell).family_id, kept(stranger).names) == (None, {"en": "Goods"})


def test_values_are_cleared_and_several_choices_are_kept(desk: Desk) -> None:
    path = f"/desk/products/{desk.bell}"
    same = {"sku": "BELL", "status": "ready", "names.en": "Bell"}
    assert desk.ada.post(path, {**same, "values.colour": ["", "copper"], "values.weight": "2", "edit_version": "1"}).status_code == 303
    assert product(desk, desk.bell).attribute_values == {"colour": "copper", "weight": "2"}
    assert desk.ada.post(path, {**same, "values.colour": "", "edit_version": "2"}).status_code == 303
    assert product(desk, desk.bell).attribute_values == {"weight": "2"}


def test_the_work_list_counts_narrows_and_leads_to_the_field(desk: Desk) -> None:
    family_id = make(desk)
    desk.ada.post(f"/desk/families/{family_id}", {
        "names.en": "Goods", "edit_version": "1", "groups.0.members.0.code": "weight", "groups.0.members.0.required": "true",
    })  # fmt: skip
    desk.ada.post(f"/desk/products/{desk.bell}/family", {"family": str(family_id)})
    look(desk)
    page = desk.ada.get("/desk/completeness?market=eu&language=en").text
    assert "0 of 2 complete" in page
    assert f'href="/desk/products/{desk.bell}#f-values-weight"' in page
    assert "1 held back" in page
    only = desk.ada.get("/desk/completeness?market=eu&language=en&missing=attribute:weight").text
    assert ("BELL" in only, f"/desk/products/{desk.jacket}" in only) == (True, False)
    rows = list(csv.DictReader(io.StringIO(desk.ada.get("/desk/completeness.csv?market=eu&language=en&held=1").text)))
    assert [(r["sku"], r["percent"], r["held"], r["missing"]) for r in rows] == [("BELL", "50", "yes", "text picture attribute:weight")]
    assert desk.ada.get("/desk/completeness?market=eu&language=fr").status_code == 404


def test_the_product_page_and_list_tell_how_complete_it_is(desk: Desk) -> None:
    look(desk)
    page = desk.ada.get(f"/desk/products/{desk.bell}").text
    assert f'href="/desk/products/{desk.bell}#f-texts-en"' in page
    assert "60 % complete" in page
    listed = desk.ada.get("/desk/products?gaps=open").text
    assert ("BELL" in listed, "60 %" in listed) == (True, True)
    assert "BELL" not in desk.ada.get("/desk/products?gaps=complete").text


def test_a_publication_tells_what_it_passed_over(desk: Desk, relay_db: Engine) -> None:
    family_id = make(desk)
    desk.ada.post(f"/desk/families/{family_id}", {
        "names.en": "Goods", "edit_version": "1", "groups.0.members.0.code": "weight", "groups.0.members.0.required": "true",
    })  # fmt: skip
    desk.ada.post(f"/desk/products/{desk.bell}/family", {"family": str(family_id)})
    run = desk.ada.post("/desk/publications", {"market": "eu"}).headers["location"]
    drain_once(relay_db, desk.shop.id)
    page = desk.ada.get(run).text
    assert "1 product was passed over" in page
    assert f'href="/desk/products/{desk.bell}"' in page


def test_a_document_is_uploaded_to_an_attribute_and_offered_in_the_shop(desk: Desk, site: Site) -> None:
    made = desk.ada.post("/desk/attributes", {"code": "manual", "kind": "file", "labels.en": "Manual", "per_language": "true"})
    assert made.status_code == 303
    path = f"/desk/products/{desk.bell}"
    assert 'value="manual.en"' in desk.ada.get(path).text
    wrong = desk.ada.post(f"{path}/documents", {"target": "manual.en"}, files=[("file", ("page.html", b"<b>", "text/html"))])
    assert (wrong.status_code, product(desk, desk.bell).attribute_values) == (422, {"colour": "pine"})
    good = desk.ada.post(f"{path}/documents", {"target": "manual.en"}, files=[("file", ("manual.pdf", b"%PDF-1.7\n", "application/pdf"))])
    assert good.status_code == 303
    with in_tenant(desk.shop.id) as session:
        publish_all(session, desk.shop.id)
    site.settle()
    shown = desk.ada.get("/en-eu/p/bell-bell").text
    assert ("Manual: manual.pdf" in shown, ".pdf" in shown) == (True, True)


def test_values_per_place_are_edited_in_their_fields_and_errors_stand_there(desk: Desk) -> None:
    desk.ada.post(
        "/desk/attributes", {"code": "care", "kind": "richtext", "labels.en": "Care", "per_language": "true", "rules.longest": "20"}
    )
    path = f"/desk/products/{desk.bell}"
    same = {"sku": "BELL", "status": "ready", "names.en": "Bell", "values.colour": "pine"}
    told = {**same, "values.care.en": "Keep it **dry**.", "values.care.de": "", "edit_version": "1"}
    assert desk.ada.post(path, told).status_code == 303
    assert product(desk, desk.bell).attribute_values == {"colour": "pine", "care": {"en": "Keep it **dry**."}}
    wrong = desk.ada.post(path, {**told, "values.care.de": "Viel länger als zwanzig Zeichen", "edit_version": "2"})
    assert (wrong.status_code, 'id="f-values-care-de-error"' in wrong.text, "Viel länger" in wrong.text) == (422, True, True)
    assert product(desk, desk.bell).attribute_values == {"colour": "pine", "care": {"en": "Keep it **dry**."}}
