"""Many pictures at once: each finds its product by the name of its file, or waits for somebody to say whose it is."""

import io
import zipfile
from collections.abc import Iterator, Sequence

import pytest
from PIL import Image
from sqlalchemy import Engine, func, select

from catalog import picture_drops
from catalog.attaching import forget_old
from catalog.media import add_picture, pictures_of
from catalog.models import DroppedPicture, Picture
from catalog.picture_drops import clear, discard, drop, give_to, list_drops, match_again
from kernel import files
from kernel.errors import Invalid, NotAllowed, NotThere
from kernel.jobs import drain_once
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, somebody


@pytest.fixture(autouse=True)
def store() -> Iterator[None]:
    """Files in memory."""
    files.use_store(files.memory_store())
    yield
    files.use_store(None)


def drawn(colour: str = "teal", size: tuple[int, int] = (320, 240)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def let_go(shop: Shop, dropped: Sequence[tuple[str, bytes]], relay_db: Engine, trim: bool = False) -> list[tuple[str, str]]:
    """Drops the files, lets the worker do its part; names and states, in the order of names."""
    with in_tenant(shop.id) as session:
        drop(session, somebody(shop.id), dropped, trim)
    drain_once(relay_db, shop.id)
    return states(shop)


def states(shop: Shop) -> list[tuple[str, str]]:
    with in_tenant(shop.id) as session:
        rows = list_drops(session, somebody(shop.id)).rows
        return sorted((row.file_name, row.state) for row in rows)


def widths(shop: Shop, sku_id: object) -> list[int]:
    with in_tenant(shop.id) as session:
        return [picture.width for picture in pictures_of(session, sku_id)]  # type: ignore[arg-type]


def test_pictures_find_their_products_by_number_and_take_the_place_their_name_tells(brand: Shop, relay_db: Engine) -> None:
    with in_tenant(brand.id) as session:
        bike, pump = (make_product(session, brand.id, sku).id for sku in ("VEL-1", "VEL"))
        add_picture(session, somebody(brand.id), bike, drawn("red", (100, 100)), {}, at_once=True)
    dropped = [
        ("vel-1_2.png", drawn("green", (220, 100))),
        ("VEL-1 (1) side.png", drawn("blue", (210, 100))),
        ("VEL-1.png", drawn("black", (230, 100))),
        ("VEL-9.png", drawn("white", (300, 100))),
    ]
    assert let_go(brand, dropped, relay_db) == [(name, "attached") for name in sorted(name for name, _data in dropped)]
    assert widths(brand, bike) == [210, 220, 100, 230]
    assert widths(brand, pump) == [300]  # the longest number that exists is VEL
    with in_tenant(brand.id):
        assert files.keys("uploads") == []


def test_what_no_number_fits_waits_with_a_preview_until_somebody_says_whose_it_is(brand: Shop, relay_db: Engine) -> None:
    with in_tenant(brand.id) as session:
        bike = make_product(session, brand.id, "BK-1").id
    assert let_go(brand, [("holiday.png", drawn())], relay_db) == [("holiday.png", "unknown")]
    with in_tenant(brand.id) as session:
        row = list_drops(session, somebody(brand.id), "unknown").rows[0]
        assert Image.open(io.BytesIO(files.get(row.preview_key))).format == "WEBP"
        with pytest.raises(Invalid) as refused:
            give_to(session, somebody(brand.id), row.id, "BK-2")
        assert (refused.value.problems[0].where, row.state) == ("sku", "unknown")
        give_to(session, somebody(brand.id), row.id, " BK-1 ")
    drain_once(relay_db, brand.id)
    assert (states(brand), widths(brand, bike)) == ([("holiday.png", "attached")], [320])
    with in_tenant(brand.id):
        assert (files.keys("uploads"), files.keys("drops")) == ([], [])


def test_names_are_tried_again_when_the_products_have_come(brand: Shop, relay_db: Engine) -> None:
    let_go(brand, [("LATE-1_3.png", drawn()), ("never.png", drawn("red"))], relay_db)
    with in_tenant(brand.id) as session:
        assert match_again(session, somebody(brand.id)) == 0
        late = make_product(session, brand.id, "LATE-1").id
        assert match_again(session, somebody(brand.id)) == 1
    drain_once(relay_db, brand.id)
    assert (states(brand), len(widths(brand, late))) == ([("LATE-1_3.png", "attached"), ("never.png", "unknown")], 1)


def test_one_bad_file_does_not_hold_up_the_others(brand: Shop, relay_db: Engine) -> None:
    with in_tenant(brand.id) as session:
        make_product(session, brand.id, "BK-1")
    broken = drawn()[:60]
    found = let_go(brand, [("BK-1.png", broken), ("BK-1_2.png", drawn()), ("BK-1.svg", b"<svg onload=alert(1)>")], relay_db)
    assert found == [("BK-1.png", "failed"), ("BK-1.svg", "failed"), ("BK-1_2.png", "attached")]
    with in_tenant(brand.id) as session:
        reasons = {row.reason for row in list_drops(session, somebody(brand.id), "failed").rows}
        assert reasons == {"This is not a picture we can read. PNG, JPEG, WebP and AVIF work."}
        assert files.keys("uploads") == []


def test_an_archive_is_unpacked_picture_by_picture_and_a_second_run_adds_nothing(brand: Shop, relay_db: Engine) -> None:
    with in_tenant(brand.id) as session:
        bike = make_product(session, brand.id, "BK-1").id
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for n in range(1, 4):
            archive.writestr(f"shots/BK-1_{n}.png", drawn("teal", (100 + n, 80)))
        archive.writestr("shots/readme.txt", "no picture")
        archive.writestr("__MACOSX/._BK-1_1.png", "nothing")
    found = let_go(brand, [("all.zip", packed.getvalue())], relay_db)
    assert found == [("BK-1_1.png", "attached"), ("BK-1_2.png", "attached"), ("BK-1_3.png", "attached"), ("readme.txt", "failed")]
    assert widths(brand, bike) == [101, 102, 103]
    drain_once(relay_db, brand.id)
    assert (len(states(brand)), widths(brand, bike)) == (4, [101, 102, 103])


def test_a_damaged_archive_fails_with_a_reason_and_leaves_nothing(brand: Shop, relay_db: Engine) -> None:
    assert let_go(brand, [("all.zip", b"PK\x03\x04 and nothing else")], relay_db) == [("all.zip", "failed")]
    with in_tenant(brand.id) as session:
        assert list_drops(session, somebody(brand.id)).rows[0].reason == "This file is damaged."
        assert files.keys() == []


def test_an_even_background_is_cut_away_where_that_was_asked_for(brand: Shop, relay_db: Engine) -> None:
    with in_tenant(brand.id) as session:
        bike = make_product(session, brand.id, "BK-1").id
    image = Image.new("RGB", (1000, 800), "white")
    image.paste((20, 60, 40), (400, 300, 600, 400))
    out = io.BytesIO()
    image.save(out, "PNG")
    let_go(brand, [("BK-1.png", out.getvalue())], relay_db, trim=True)
    assert widths(brand, bike) == [216]


def test_a_tenant_may_not_let_more_lie_about_than_its_share(brand: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_drops, "MOST_OPEN", 2)
    with in_tenant(brand.id) as session:
        drop(session, somebody(brand.id), [("a.png", drawn()), ("b.png", drawn())])
        with pytest.raises(Invalid) as refused:
            drop(session, somebody(brand.id), [("c.png", drawn())])
        assert refused.value.problems[0].code == "too_many"
        assert session.scalar(select(func.count()).select_from(DroppedPicture)) == 2
        with pytest.raises(Invalid):
            drop(session, somebody(brand.id), [])


def test_discarding_and_clearing_take_rows_and_files_but_never_a_products_picture(brand: Shop, relay_db: Engine) -> None:
    with in_tenant(brand.id) as session:
        bike = make_product(session, brand.id, "BK-1").id
    let_go(brand, [("BK-1.png", drawn()), ("lost.png", drawn("red")), ("bad.png", b"nothing")], relay_db)
    with in_tenant(brand.id) as session:
        lost = list_drops(session, somebody(brand.id), "unknown").rows[0]
        discard(session, somebody(brand.id), lost.id)
        assert clear(session, somebody(brand.id)) == 2
    drain_once(relay_db, brand.id)
    assert (states(brand), len(widths(brand, bike))) == ([], 1)
    with in_tenant(brand.id):
        assert (files.keys("uploads"), files.keys("drops")) == ([], [])


def test_the_night_forgets_what_is_old(brand: Shop, relay_db: Engine) -> None:
    let_go(brand, [("lost.png", drawn())], relay_db)
    with in_tenant(brand.id) as session:
        assert forget_old(session) == 0
        session.execute(DroppedPicture.__table__.update().values(updated_at=func.now() - func.make_interval(0, 0, 0, 91)))  # type: ignore[attr-defined]
        assert forget_old(session) == 1
    drain_once(relay_db, brand.id)
    with in_tenant(brand.id):
        assert files.keys("drops") == []


def test_nobody_gives_away_or_discards_another_tenants_pictures(brand: Shop, twin: Shop, relay_db: Engine) -> None:
    for shop in (brand, twin):
        with in_tenant(shop.id) as session:
            make_product(session, shop.id, "SAME-1")
    let_go(brand, [("lost.png", drawn()), ("SAME-1.png", drawn("red"))], relay_db)
    with in_tenant(brand.id) as session:
        lost = list_drops(session, somebody(brand.id), "unknown").rows[0].id
        with pytest.raises(NotAllowed):
            drop(session, somebody(brand.id, "catalog.view"), [("a.png", drawn())])
    with in_tenant(twin.id) as session:
        theirs = somebody(twin.id)
        for attempt in (lambda: give_to(session, theirs, lost, "SAME-1"), lambda: discard(session, theirs, lost)):
            with pytest.raises(NotThere):
                attempt()
        assert (list_drops(session, theirs).rows, match_again(session, theirs), clear(session, theirs)) == ([], 0, 0)
        assert session.scalar(select(func.count()).select_from(Picture)) == 0
    assert states(brand) == [("SAME-1.png", "attached"), ("lost.png", "unknown")]
