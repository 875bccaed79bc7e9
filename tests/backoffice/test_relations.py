"""The desk's lists of what goes with a product: added by number or picked, ordered, taken off."""

from uuid import UUID, uuid4

from catalog.relations import related_to
from tests.backoffice.desks import Desk
from tests.browsing import Elements
from tests.factories.catalog import in_tenant, somebody


def lists(desk: Desk, product: UUID) -> list[tuple[str, str]]:
    with in_tenant(desk.shop.id) as session:
        return [(one.kind, one.sku) for one in related_to(session, somebody(desk.shop.id), product)]


def text(desk: Desk, path: str) -> str:
    return Elements(desk.ada.get(path).text).text


def test_products_are_added_by_number_and_stand_on_the_products_page(desk: Desk) -> None:
    path = f"/desk/products/{desk.jacket}"
    assert "No accessories, spare parts or successors yet." in text(desk, path)
    assert f'href="{path}/relations"' in desk.ada.get(path).text
    assert desk.ada.post(f"{path}/relations", {"accessories": "BELL\r\n\r\n"}).headers["location"] == f"{path}/relations?done=added"
    assert lists(desk, desk.jacket) == [("accessory", "BELL")]
    assert "What goes with it Add, order, take off Accessories BELL Bell" in text(desk, path)
    assert "Added. It shows in the shop after the next publication." in text(desk, f"{path}/relations?done=added")
    assert "It comes after" not in text(desk, f"/desk/products/{desk.bell}/relations")
    assert desk.ada.post(f"{path}/relations", {"successor": "BELL"}).status_code == 303
    assert "It comes after Jacket JK" in text(desk, f"/desk/products/{desk.bell}/relations")


def test_a_wrong_number_is_told_at_its_field_with_what_was_typed_and_nothing_is_written(desk: Desk) -> None:
    path = f"/desk/products/{desk.bell}/relations"
    answer = desk.ada.post(path, {"spare_parts": "JK\nNOPE-7", "accessories": "JK"})
    assert answer.status_code == 422
    assert "There is no product with the article number “NOPE-7”." in answer.text
    assert 'href="#f-spare_parts"' in answer.text
    assert "JK\nNOPE-7</textarea>" in answer.text.replace("\r", "")
    assert 'aria-invalid="true"' in answer.text
    assert lists(desk, desk.bell) == []


def test_a_search_finds_what_can_be_picked(desk: Desk) -> None:
    path = f"/desk/products/{desk.bell}/relations"
    page = desk.ada.get(f"{path}?q=jac").text
    assert '<button class="btn btn-quiet btn-xs" name="spare_parts" value="JK">' in page
    assert 'value="BELL"' not in desk.ada.get(f"{path}?q=bell").text
    assert "Nothing has this number or name." in text(desk, f"{path}?q=bell")
    assert desk.ada.post(path, {"spare_parts": "JK"}).status_code == 303
    assert lists(desk, desk.bell) == [("spare_part", "JK")]


def test_a_list_is_ordered_and_a_product_taken_off(desk: Desk) -> None:
    path = f"/desk/products/{desk.bell}/relations"
    desk.ada.post(path, {"accessories": "JK\nJK-s\nJK-m"})
    small, medium = desk.sizes
    ids = [str(desk.jacket), str(small), str(medium)]
    moved = desk.ada.post(f"{path}/order", {"kind": "accessory", "ids": ids, "move": "earlier 2"})
    assert moved.headers["location"] == f"{path}?done=moved"
    assert lists(desk, desk.bell) == [("accessory", "JK"), ("accessory", "JK-m"), ("accessory", "JK-s")]
    stale = desk.ada.post(f"{path}/order", {"kind": "accessory", "ids": ids[:2], "move": "later 0"})
    assert (stale.status_code, "The list has changed meanwhile." in stale.text) == (409, True)
    gone = desk.ada.post(f"{path}/order", {"kind": "accessory", "ids": ids, "remove": str(desk.jacket)})
    assert gone.headers["location"] == f"{path}?done=removed"
    assert lists(desk, desk.bell) == [("accessory", "JK-m"), ("accessory", "JK-s")]
    for wrong in ({"kind": "cousin", "ids": ids}, {"kind": "accessory", "remove": str(uuid4())}):
        assert desk.ada.post(f"{path}/order", wrong).status_code == 404
    assert len(lists(desk, desk.bell)) == 2


def test_who_may_only_look_sees_lists_without_controls_and_another_brands_product_is_not_there(desk: Desk, stranger: Desk) -> None:
    path = f"/desk/products/{desk.bell}/relations"
    desk.ada.post(path, {"accessories": "JK"})
    page = desk.clara.get(path)
    assert (page.status_code, "Jacket" in page.text, "Add accessories" in page.text, 'name="remove"' in page.text) == (
        200,
        True,
        False,
        False,
    )
    assert desk.clara.post(path, {"accessories": "JK-s"}).status_code == 403
    theirs = f"/desk/products/{stranger.bell}/relations"
    assert desk.ada.get(theirs).status_code == desk.ada.post(theirs, {"accessories": "JK"}).status_code == 404
    assert desk.ada.post(f"{theirs}/order", {"kind": "accessory", "remove": str(stranger.jacket)}).status_code == 404
    assert (lists(desk, desk.bell), lists(stranger, stranger.bell)) == ([("accessory", "JK")], [])
