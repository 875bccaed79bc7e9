"""Pictures that an import brings: out of the zip beside the table, or from addresses; what is none is a problem of its row."""

import http.server
import io
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import orjson
import pytest
from PIL import Image
from sqlalchemy import Engine, select

from catalog.exchange import importing, picturing
from catalog.exchange.bundles import Bundle
from catalog.exchange.importing import resume_import, run_for, run_import, start_import, stop_import
from catalog.exchange.mappings import look_into
from catalog.exchange.reading import check_archive
from catalog.exchange.reporting import list_problems, rows_to_correct
from catalog.exchange.undoing import run_undo, undo_import
from catalog.media import MOST_PICTURES, add_picture, describe_picture
from catalog.models import ImportRun, Picture, Product
from kernel import files, outbound
from kernel.errors import Invalid, NotAllowed, TooLarge
from kernel.jobs import drain_once
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, somebody
from tests.factories.tenants import make_market

RULES: dict[str, Any] = {
    "columns": [
        {"column": "number", "field": "sku"},
        {"column": "name", "field": "name:en"},
        {"column": "pictures", "field": "picture"},
    ]
}
HEADER = "number,name,pictures\n"
NO_PICTURE = "This is not a picture we can read. PNG, JPEG, WebP and AVIF work."


def drawn(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "PNG")
    return out.getvalue()


def packed(**parts: bytes | str) -> bytes:
    """A zip of these files; `__` stands for a slash, `_dot_` for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


class Server(http.server.BaseHTTPRequestHandler):
    """Another firm's server with pictures."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        Server.asked.append(self.path)
        if self.path == "/moved.png":
            self.send_response(302)
            self.send_header("Location", "/teal.png")
            self.end_headers()
        elif self.path == "/broken":
            self.connection.close()
        else:
            body = drawn(self.path.strip("/").removesuffix(".png")) if self.path.endswith(".png") else b"<html>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_told: object) -> None:
        return


@pytest.fixture(autouse=True)
def store() -> Iterator[None]:
    files.use_store(files.memory_store())
    yield
    files.use_store(None)


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server that may be called."""
    Server.asked.clear()
    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    place = f"127.0.0.1:{listening.server_address[1]}"
    outbound.configure([place])
    yield f"http://{place}"
    outbound.configure([])
    listening.shutdown()


def begun(shop: Shop, data: bytes | str, name: str = "a.csv", **wanted: Any) -> UUID:
    with in_tenant(shop.id) as session:
        return start_import(
            session, somebody(shop.id), name, data.encode() if isinstance(data, str) else data, RULES, by_worker=False, **wanted
        ).id


def imported(shop: Shop, data: bytes | str, name: str = "a.csv", **wanted: Any) -> ImportRun:
    run_id = begun(shop, data, name, **wanted)
    with entering(shop.id):
        run_import(somebody(shop.id), run_id)
    return look(shop, run_id)


def look(shop: Shop, run_id: UUID) -> ImportRun:
    with in_tenant(shop.id) as session:
        return run_for(session, somebody(shop.id), run_id)


def pictures(shop: Shop) -> dict[str, int]:
    """How many pictures each product has."""
    with in_tenant(shop.id) as session:
        rows = session.execute(
            select(Product.sku, Picture.id)
            .outerjoin(Picture, (Picture.tenant_id == Product.tenant_id) & (Picture.product_id == Product.id))
            .where(Product.tenant_id == shop.id)
        )
        found: dict[str, int] = {}
        for sku, picture_id in rows:
            found[sku] = found.get(sku, 0) + (picture_id is not None)
        return found


def problems(shop: Shop, run: ImportRun) -> list[tuple[int, str, str, str]]:
    with in_tenant(shop.id) as session:
        return [(p.row_number, p.column_name, p.value, p.reason) for p in list_problems(session, somebody(shop.id), run.id)]


def test_pictures_lie_in_the_zip_beside_the_table(brand: Shop, relay_db: Engine) -> None:
    table = HEADER + "A-1,Bell,side.png|folder/FRONT.PNG\nA-2,Horn,missing.png\nA-3,Light,notes.md\n"
    data = packed(goods_dot_csv=table, side_dot_png=drawn(), folder__front_dot_png=drawn("navy"), notes_dot_md=b"# no picture")
    run = imported(brand, data, "goods.zip")
    assert (run.state, run.rows_made, run.rows_wrong, run.pictures_total, run.pictures_done) == ("finished", 3, 0, 4, 4)
    assert pictures(brand) == {"A-1": 2, "A-2": 0, "A-3": 0}
    assert problems(brand, run) == [
        (3, "pictures", "missing.png", "There is no file of this name in the archive."),
        (4, "pictures", "notes.md", NO_PICTURE),
    ]
    drain_once(relay_db, brand.id)
    with in_tenant(brand.id) as session:
        assert {p.state for p in session.scalars(select(Picture))} == {"ready"}
        told = "".join(rows_to_correct(session, somebody(brand.id), run.id)).splitlines()
    assert told[1].startswith("A-2,missing.png,")


def test_pictures_come_from_addresses_by_the_guarded_way_out(brand: Shop, server: str) -> None:
    rows = f"A-1,Bell,{server}/teal.png\nA-2,Horn,{server}/moved.png\nA-3,Light,{server}/page\nA-4,Rack,{server}/navy.png\n"
    rows += "A-5,Pump,http://169.254.169.254/latest/meta-data/\nA-6,Lock,http://127.0.0.1/x.png\nA-7,Grip,file:///etc/passwd\n"
    run = imported(brand, HEADER + rows)
    assert pictures(brand) == {"A-1": 1, "A-2": 0, "A-3": 0, "A-4": 1, "A-5": 0, "A-6": 0}
    assert Server.asked == ["/teal.png", "/moved.png", "/page", "/navy.png"]
    found = {row: reason for row, _column, _value, reason in problems(brand, run)}
    assert found == {
        3: "The server answered with 302.",
        4: NO_PICTURE,
        6: "This address does not lead to a public server.",
        7: "This address does not lead to a public server.",
        8: "This is neither an address nor the name of a file.",
    }


def test_a_server_that_does_not_answer_is_asked_no_more_after_some_tries(brand: Shop, server: str) -> None:
    run = imported(brand, HEADER + "".join(f"A-{n},Bell,{server}/broken\n" for n in range(8)))
    assert len(Server.asked) == picturing.MOST_FAILURES
    reasons = [reason for _row, _column, _value, reason in problems(brand, run)]
    assert reasons[-1] == "This server did not answer several times and is asked no more."
    assert (run.state, len(reasons), run.pictures_done) == ("finished", 8, 8)


def test_the_same_file_again_adds_no_picture_twice_and_a_dry_run_asks_nobody(brand: Shop, server: str) -> None:
    text = HEADER + f"A-1,Bell,{server}/teal.png\n"
    dry = imported(brand, text, dry_run=True)
    assert (dry.rows_made, dry.pictures_total, Server.asked, pictures(brand)) == (1, 0, [], {})
    imported(brand, text)
    again = imported(brand, text)
    assert (pictures(brand), again.rows_same, again.pictures_done) == ({"A-1": 1}, 1, 1)


def test_pictures_alone_make_no_product(brand: Shop) -> None:
    run = imported(brand, packed(t_dot_csv=b"number,pictures\nNEW-1,a.png\n", a_dot_png=drawn()), "t.zip")
    assert (run.rows_made, run.rows_wrong, run.pictures_total, pictures(brand)) == (0, 1, 0, {})


def test_a_run_stopped_among_its_pictures_goes_on_with_them(brand: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "A-1,Bell,a.png\nA-2,Horn,a.png\nA-3,Light,a.png\n"
    run_id = begun(brand, packed(t_dot_csv=HEADER + rows, a_dot_png=drawn()), "t.zip")
    fetched = picturing.PictureBringer._fetched
    asked: list[str] = []

    def stopping(self: Any, source: str) -> Any:
        asked.append(source)
        if len(asked) == 2:
            with in_tenant(brand.id) as session:
                stop_import(session, somebody(brand.id), run_id)
        return fetched(self, source)

    monkeypatch.setattr(picturing.PictureBringer, "_fetched", stopping)
    with entering(brand.id):
        run_import(somebody(brand.id), run_id)
    run = look(brand, run_id)
    assert (run.state, run.rows_done, run.pictures_done, pictures(brand)) == ("stopped", True, 1, {"A-1": 1, "A-2": 0, "A-3": 0})
    with in_tenant(brand.id) as session:
        resume_import(session, somebody(brand.id), run_id, by_worker=False)
    with entering(brand.id):
        run_import(somebody(brand.id), run_id)
    run = look(brand, run_id)
    assert (run.state, run.rows_read, run.pictures_done, pictures(brand)) == ("finished", 3, 3, {"A-1": 1, "A-2": 1, "A-3": 1})


def test_the_worker_lets_others_have_their_turn_among_many_pictures(brand: Shop, monkeypatch: pytest.MonkeyPatch, relay_db: Engine) -> None:
    monkeypatch.setattr(importing, "PICTURE_SECONDS", 0.0)
    with in_tenant(brand.id) as session:
        data = packed(t_dot_csv=HEADER + "A-1,Bell,a.png\nA-2,Horn,a.png\n", a_dot_png=drawn())
        run = start_import(session, somebody(brand.id), "t.zip", data, RULES)
    real, turns = importing.run_import, []

    def counted(*args: Any, **named: Any) -> None:
        turns.append(named["picture_seconds"])
        real(*args, **{**named, "picture_seconds": 0.0 if len(turns) < 3 else None})

    monkeypatch.setattr(importing, "run_import", counted)
    drain_once(relay_db, brand.id)
    assert (len(turns), look(brand, run.id).state, pictures(brand)) == (3, "finished", {"A-1": 1, "A-2": 1})


def test_taking_the_import_back_takes_its_pictures_off_unless_they_have_been_described(brand: Shop, relay_db: Engine) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        held = [make_product(session, brand.id, f"P-{n}") for n in (1, 2)]
        add_picture(session, somebody(brand.id), held[0].id, drawn("black"), {"en": "Mine"})
    rows = "P-1,,a.png\nP-2,,a.png\nN-1,New,a.png\nN-2,New,a.png\nN-3,New,a.png\n"
    run = imported(brand, packed(t_dot_csv=HEADER + rows, a_dot_png=drawn()), "t.zip")
    drain_once(relay_db, brand.id)
    assert pictures(brand) == {"P-1": 2, "P-2": 1, "N-1": 1, "N-2": 1, "N-3": 1}
    with in_tenant(brand.id) as session:
        publish_all(session, brand.id)
        joined = select(Product.sku, Picture).join(Picture, Picture.product_id == Product.id)
        by_sku = {row.sku: row.Picture for row in session.execute(joined)}
        describe_picture(session, somebody(brand.id), by_sku["P-2"].id, {"en": "From the side"})
        add_picture(session, somebody(brand.id), by_sku["N-2"].product_id, drawn("red"), {"en": "Another"})
        describe_picture(session, somebody(brand.id), by_sku["N-3"].id, {"en": "New, from the side"})
        undo = undo_import(session, somebody(brand.id), run.id, by_worker=False)
    with entering(brand.id):
        run_undo(somebody(brand.id), undo.id)
    undone = look(brand, undo.id)
    assert pictures(brand) == {"P-1": 1, "P-2": 1, "N-2": 2, "N-3": 1}
    assert (undone.rows_changed, undone.rows_removed, undone.rows_wrong) == (1, 1, 3)


def test_whoever_may_not_edit_brings_no_pictures(brand: Shop) -> None:
    with in_tenant(brand.id) as session, pytest.raises(NotAllowed):
        start_import(session, somebody(brand.id, "catalog.import", "catalog.view"), "a.csv", b"x", RULES)


def test_the_columns_of_a_zip_are_guessed_from_its_table(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(packed(in__goods_dot_csv="sku,title,image\nA,B,c.png\n", c_dot_png=drawn()))
    headers, rows, rules = look_into(tmp_path / "x", "goods.zip")
    assert (headers, rows) == (["sku", "title", "image"], [{"sku": "A", "title": "B", "image": "c.png"}])
    assert [line["field"] for line in rules["columns"]] == ["sku", "name:en", "picture"]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"a_dot_png": b"x"}, "exactly one table"),
        ({"a_dot_csv": b"x", "b_dot_csv": b"x"}, "exactly one table"),
        ({"a_dot_csv": b"x", "b_dot_zip": b"x"}, "does not belong there"),
    ],
)
def test_an_archive_that_is_none_of_ours_is_refused(parts: dict[str, bytes], reason: str, brand: Shop) -> None:
    run = imported(brand, packed(**parts), "t.zip")
    assert (run.state, run.rows_read, pictures(brand)) == ("failed", 0, {})
    assert reason in run.message


def test_a_bomb_is_refused_before_it_is_unpacked_and_a_lie_while_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bomb").write_bytes(packed(a_dot_csv=b"0" * 50_000_000))
    with pytest.raises(TooLarge):
        Bundle(tmp_path / "bomb")
    (tmp_path / "fine").write_bytes(packed(a_dot_csv=b"x", b_dot_png=bytes(range(256)) * 40))
    with Bundle(tmp_path / "fine") as bundle:
        monkeypatch.setattr("catalog.exchange.bundles.PICTURE_BYTES", 10_000)
        with pytest.raises(TooLarge):
            bundle.picture("b.png")
        with pytest.raises(Invalid):
            bundle.picture("../fine")
    (tmp_path / "text").write_bytes(b"not a zip")
    with pytest.raises(Invalid):
        Bundle(tmp_path / "text")


def test_an_archive_that_names_millions_of_files_is_refused_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.exchange.archives.MOST_CONTENTS", 10_000)
    (tmp_path / "many").write_bytes(packed(**{f"{n:04}_dot_png": b"" for n in range(400)}))
    with pytest.raises(TooLarge):
        Bundle(tmp_path / "many")
    with pytest.raises(TooLarge):
        check_archive(tmp_path / "many")
    (tmp_path / "few").write_bytes(packed(**{f"{n:04}_dot_png": b"" for n in range(40)}))
    with Bundle(tmp_path / "few") as bundle:
        assert bundle.picture("0039.png") == b""


@pytest.mark.parametrize("way", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_file_in_an_archive_is_a_problem_of_its_row_however_it_was_packed(way: int, brand: Shop) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("t.csv", HEADER + "A-1,Bell,a.png\n")
        archive.writestr("a.png", drawn(), way)
        place = archive.getinfo("a.png").header_offset
    data = bytearray(out.getvalue())
    begin = place + 30 + len("a.png")
    data[begin : begin + 40] = b"\xff" * 40
    run = imported(brand, bytes(data), "t.zip")
    assert (run.state, run.rows_made, pictures(brand)) == ("finished", 1, {"A-1": 0})
    assert problems(brand, run) == [(2, "pictures", "a.png", "This file is damaged.")]


def test_an_address_that_is_none_is_a_problem_of_its_row_and_the_run_ends(brand: Shop) -> None:
    run = imported(brand, HEADER + "A-1,Bell,http://[1/a.png\nA-2,Bell,http://\u2177\u2100.example/a.png\n")
    assert (run.state, run.rows_made, pictures(brand)) == ("finished", 2, {"A-1": 0, "A-2": 0})
    assert [row[0] for row in problems(brand, run)] == [2, 3]
    assert {row[3] for row in problems(brand, run)} == {"This is neither an address nor the name of a file."}


def test_a_row_with_more_pictures_than_a_product_may_have_is_refused_at_once(brand: Shop) -> None:
    listed = [f"{n}.png" for n in range(100_000)]
    told: list[dict[str, Any]] = [{"number": "A-1", "name": "Bell", "pictures": "|".join(listed[: MOST_PICTURES + 1])}]
    told.append({"number": "A-2", "name": "Bell", "pictures": listed})
    began = time.process_time()
    run = imported(brand, b"\n".join(map(orjson.dumps, told)), "t.jsonl")
    # comparing each with all others took minutes
    assert time.process_time() - began < 10
    assert (run.state, run.rows_wrong, run.pictures_total, pictures(brand)) == ("finished", 2, 0, {})
    assert {row[3] for row in problems(brand, run)} == {f"A product has at most {MOST_PICTURES} pictures."}


def test_a_run_brings_only_so_many_pictures(brand: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picturing, "MOST_OF_RUN", 3)
    run = imported(brand, HEADER + "A-1,Bell,a.png|b.png\nA-2,Bell,c.png|d.png\n")
    assert (run.state, run.pictures_total, pictures(brand)) == ("failed", 0, {})
    assert "Please split it." in run.message
