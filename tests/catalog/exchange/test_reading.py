"""Files as rows: separators, encodings, spreadsheets, bombs, and cells that spreadsheets would run."""

import gzip
import io
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from catalog.exchange.cells import RISKY, as_text, harmless
from catalog.exchange.reading import open_table, sniff_encoding, sniff_separator
from kernel.errors import Invalid, TooLarge


def rows_of(path: Path) -> list[tuple[int, dict[str, object]]]:
    return list(open_table(path, path.name).rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_and_encoding_are_found_out(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "a.csv"
    lines = [["sku", "name"], ["A-1", "Größe, hell"], ["A-2", "Café"]]
    path.write_bytes("\n".join(separator.join(f'"{c}"' for c in line) for line in lines).encode(encoding))
    assert rows_of(path) == [(2, {"sku": "A-1", "name": "Größe, hell"}), (3, {"sku": "A-2", "name": "Café"})]


def test_numbers_of_rows_are_those_people_see_and_empty_lines_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sku,name\nA,1\n,\n\nB,2\n")
    assert [(number, row["sku"]) for number, row in rows_of(path)] == [(2, "A"), (5, "B")]


def test_headers_are_never_empty_and_never_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,,name, name\n1,2,3,4\n")
    assert open_table(path, "a.csv").headers == ["name", "column 2", "name (2)", "name (3)"]


def test_json_lines_keep_their_types_and_may_be_packed(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"a": 1.5, "b": true}\n\n{"a": [1, 2]}\n'))
    assert rows_of(path) == [(1, {"a": 1.5, "b": True}), (3, {"a": [1, 2]})]


def test_a_line_that_is_no_object_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n[1]\n')
    with pytest.raises(Invalid) as refused:
        rows_of(path)
    assert "Row 2" in refused.value.problems[0].reason


def spreadsheet(path: Path, lines: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for n, line in enumerate(lines):
            sheet.write_row(n, 0, line)
    return path


def test_spreadsheets_are_read_with_their_types(tmp_path: Path) -> None:
    path = spreadsheet(tmp_path / "a.xlsx", [["sku", "price", "ready"], ["A-1", 12.5, True], ["", "", ""], ["A-2", 7, False]])
    assert rows_of(path) == [(2, {"sku": "A-1", "price": 12.5, "ready": True}), (4, {"sku": "A-2", "price": 7.0, "ready": False})]


def test_what_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK not really")
    with pytest.raises(Invalid):
        open_table(path, "a.xlsx")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(Invalid):
        rows_of(path)


def test_bombs_are_refused_within_a_second(tmp_path: Path) -> None:
    packed = tmp_path / "bomb.csv.gz"
    packed.write_bytes(gzip.compress(b"sku,name\n" + b"A,0000000000000000000000000000000\n" * 3_000_000, 9))
    sheet = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 150_000_000)
    nested = tmp_path / "nested.xlsx"
    with zipfile.ZipFile(nested, "w") as archive:
        archive.writestr("inner.zip", b"PK")
    linked = tmp_path / "linked.xlsx"
    with zipfile.ZipFile(linked, "w") as archive:
        entry = zipfile.ZipInfo("xl/link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    for path, error in ((packed, TooLarge), (sheet, TooLarge), (nested, Invalid), (linked, Invalid)):
        began = time.process_time()
        with pytest.raises(error):
            rows_of(path)
        assert time.process_time() - began < 1, path.name


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.exchange.reading.MOST_ROWS", 3)
    path = tmp_path / "a.csv"
    path.write_text("sku\n" + "A\n" * 4)
    with pytest.raises(TooLarge):
        rows_of(path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.exe"
    path.write_bytes(b"MZ")
    with pytest.raises(Invalid):
        open_table(path, "a.exe")


@pytest.mark.parametrize("risky", list("=+-@\t\r＝＋－＠"))
def test_cells_that_spreadsheets_run_are_made_harmless_and_come_back_as_they_were(risky: str) -> None:
    cell = f"{risky}cmd|' /C calc'!A0"
    assert harmless(cell) == "'" + cell
    assert as_text(harmless(cell)) == cell


@pytest.mark.parametrize("number", ["-5", "+12.50", "-1.299,00", "5%", "12"])
def test_plain_numbers_stay_as_they_are(number: str) -> None:
    assert harmless(number) == number


@given(st.text(max_size=30))
def test_no_cell_written_out_begins_with_a_risky_sign_unless_it_is_a_number(text: str) -> None:
    written = harmless(text)
    assert not written or written[0] not in RISKY or written.strip("+-%").replace(".", "").replace(",", "").isdigit()


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters='\r\n\x00"|\t;,'), max_size=8), min_size=3, max_size=3), min_size=1
    )
)
def test_a_table_of_three_columns_is_cut_where_it_was_joined(lines: list[list[str]]) -> None:
    text = "\n".join(";".join(line) for line in [["a", "b", "c"], *lines])
    assert sniff_separator(text) == ";"
    assert sniff_encoding(text.encode()) in ("utf-8", "utf-8-sig")


def test_as_text_of_numbers_as_spreadsheets_hold_them() -> None:
    assert [as_text(v) for v in (6.0, 0.1, 3, True, None, ["a", 2.0], " x ")] == ["6", "0.1", "3", "true", "", "a|2", "x"]


def test_reading_streams(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    out = io.StringIO()
    out.write("sku\n")
    out.writelines(f"A{n}\n" for n in range(1000))
    path.write_text(out.getvalue())
    rows = open_table(path, "a.csv").rows
    assert next(rows) == (2, {"sku": "A0"})
