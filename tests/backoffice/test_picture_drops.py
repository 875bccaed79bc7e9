"""The desk where many pictures are dropped at once."""

import io

from PIL import Image
from sqlalchemy import Engine

from catalog.media import pictures_of
from catalog.picture_drops import list_drops
from kernel.jobs import drain_once
from tests.backoffice.desks import Desk
from tests.factories.catalog import in_tenant, somebody


def drawn(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "PNG")
    return out.getvalue()


def upload(*names: str) -> list[tuple[str, tuple[str, bytes, str]]]:
    """Files as a browser sends them; each has a colour of its own."""
    return [("pictures", (name, drawn(colour), "image/png")) for name, colour in zip(names, ("teal", "red", "gold"), strict=False)]


def test_pictures_are_dropped_given_away_by_hand_and_taken_off_the_list(desk: Desk, relay_db: Engine) -> None:
    assert "Nothing here" in desk.ada.get("/desk/pictures").text
    sent = desk.ada.post("/desk/pictures", files=upload("BELL_1.png", "who.png"))
    assert (sent.status_code, sent.headers["location"]) == (303, "/desk/pictures?done=dropped")
    assert "2 files are being worked on" in desk.ada.get("/desk/pictures").text
    drain_once(relay_db, desk.shop.id)
    page = desk.ada.get("/desk/pictures").text
    assert ("being worked on" in page, "BELL_1.png" in page, "who.png" in page, ">Attached<" in page) == (False, True, True, True)
    with in_tenant(desk.shop.id) as session:
        who = list_drops(session, somebody(desk.shop.id), "unknown").rows[0].id
        assert len(pictures_of(session, desk.bell)) == 1
    wrong = desk.ada.post(f"/desk/pictures/{who}/product", {"sku": "NONE"})
    assert (wrong.status_code, "There is no product with this article number." in wrong.text, 'value="NONE"' in wrong.text) == (
        422,
        True,
        True,
    )
    assert desk.ada.post(f"/desk/pictures/{who}/product", {"sku": "BELL"}).status_code == 303
    drain_once(relay_db, desk.shop.id)
    with in_tenant(desk.shop.id) as session:
        assert len(pictures_of(session, desk.bell)) == 2
    assert desk.ada.post("/desk/pictures/clear").headers["location"] == "/desk/pictures?done=cleared"
    assert "Nothing here" in desk.ada.get("/desk/pictures").text


def test_a_form_without_files_says_so_and_whoever_may_only_look_drops_nothing(desk: Desk) -> None:
    empty = desk.ada.post("/desk/pictures", {"trim": "true"})
    assert (empty.status_code, "Please choose at least one picture." in empty.text) == (422, True)
    assert desk.clara.post("/desk/pictures", files=upload("BELL.png")).status_code == 403
    with in_tenant(desk.shop.id) as session:
        assert list_drops(session, somebody(desk.shop.id)).rows == []
