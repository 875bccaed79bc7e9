"""The desk's pictures: put in order and described in every language."""

from uuid import UUID, uuid4

from backoffice.pages.pictures import moved
from catalog.media import LONGEST_ALT, pictures_of
from catalog.models import Picture
from kernel.ids import new_id
from tests.backoffice.desks import Desk
from tests.factories.catalog import in_tenant


def hang(desk: Desk, count: int) -> list[UUID]:
    """So many pictures on the bell."""
    with in_tenant(desk.shop.id) as session:
        made = [
            Picture(
                tenant_id=desk.shop.id, id=new_id(), product_id=desk.bell, file_key=f"pictures/{n}.webp", digest=f"{n:064}", width=800, height=600,
                position=n + 1, alts={"en": f"View {n}"}, state="ready", renditions=[{"format": "webp", "width": 320, "height": 240, "key": f"r/{n}.webp", "bytes": 9}],
            )
            for n in range(count)
        ]  # fmt: skip
        session.add_all(made)
        return [picture.id for picture in made]


def hung(desk: Desk) -> list[tuple[UUID, dict[str, str]]]:
    with in_tenant(desk.shop.id) as session:
        return [(p.id, p.alts) for p in pictures_of(session, desk.bell)]


def form(ids: list[UUID], **words: str) -> dict[str, str]:
    same = {f"pictures.{n}.alts.en": f"View {n}" for n in range(len(ids))}
    return {**{f"pictures.{n}.id": str(picture) for n, picture in enumerate(ids)}, **same, **words}


def test_pictures_are_described_in_every_language_and_put_in_order(desk: Desk) -> None:
    ids = hang(desk, 3)
    path = f"/desk/products/{desk.bell}/pictures"
    page = desk.ada.get(path).text
    assert 'value="View 2"' in page
    assert f'href="{path}"' in desk.ada.get(f"/desk/products/{desk.bell}").text
    words = {"pictures.0.alts.de": "Die Glocke", "pictures.1.alts.en": "", "move": "later 0"}
    assert desk.ada.post(f"{path}/order", form(ids, **words)).headers["location"] == f"{path}?done=moved"
    assert hung(desk) == [(ids[1], {}), (ids[0], {"en": "View 0", "de": "Die Glocke"}), (ids[2], {"en": "View 2"})]
    again = [ids[1], ids[0], ids[2]]
    assert (
        desk.ada.post(f"{path}/order", {f"pictures.{n}.id": str(p) for n, p in enumerate(again)} | {"move": "first 2"}).status_code == 303
    )
    assert [picture for picture, _words in hung(desk)] == [ids[2], ids[1], ids[0]]


def test_where_something_is_wrong_nothing_of_it_holds(desk: Desk) -> None:
    ids = hang(desk, 2)
    before, path = hung(desk), f"/desk/products/{desk.bell}/pictures/order"
    long = desk.ada.post(
        path, form(ids, **{"pictures.0.alts.en": "Fine", "pictures.1.alts.en": "x" * (LONGEST_ALT + 1), "move": "later 0"})
    )
    assert (long.status_code, f"At most {LONGEST_ALT} characters." in long.text, 'value="Fine"' in long.text) == (422, True, True)
    for others in (ids[:1], [*ids, uuid4()], [ids[0], ids[0]]):
        stale = desk.ada.post(path, form(others, **{"pictures.0.alts.en": "Other"}))
        assert (stale.status_code, "The pictures have changed meanwhile." in stale.text) == (409, True)
    assert desk.ada.post(path, form(ids, move="sideways 0")).status_code == 422
    assert hung(desk) == before


def test_only_who_may_edit_does_and_other_brands_pictures_are_not_there(desk: Desk, stranger: Desk) -> None:
    ids, theirs = hang(desk, 2), hang(stranger, 2)
    mine = f"/desk/products/{desk.bell}/pictures"
    assert desk.clara.get(mine).status_code == 200
    assert desk.clara.post(f"{mine}/order", form(ids, move="later 0")).status_code == 403
    assert desk.ada.get(f"/desk/products/{stranger.bell}/pictures").status_code == 404
    assert desk.ada.post(f"/desk/products/{stranger.bell}/pictures/order", form(theirs, move="later 0")).status_code == 404
    assert desk.ada.post(f"{mine}/order", form(theirs, move="later 0")).status_code == 409
    assert [picture for picture, _words in hung(stranger)] == theirs
    assert [picture for picture, _words in hung(desk)] == ids


def test_a_picture_moves_by_one_place_or_to_the_front() -> None:
    a, b, c = ids = [uuid4() for _ in range(3)]
    assert moved(ids, "") == moved(ids, "earlier 0") == moved(ids, "later 2") == moved(ids, "first 7") == ids
    assert moved(ids, "later 0") == moved(ids, "earlier 1") == [b, a, c]
    assert moved(ids, "first 2") == [c, a, b]
