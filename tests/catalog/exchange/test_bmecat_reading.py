"""BMEcat files as rows: what a catalog says is in its columns, and what a file must not do is refused."""

import gzip
import sys
import time
import tracemalloc
from pathlib import Path
from typing import IO, Any, cast

import pytest

from catalog.exchange import bmecat_elements
from catalog.exchange.cells import WrongCell
from catalog.exchange.mappings import look_into
from catalog.exchange.reading import Table, open_table
from kernel.errors import Invalid, TooLarge

HEAD = "<HEADER><CATALOG><LANGUAGE>deu</LANGUAGE><CURRENCY>EUR</CURRENCY>%s</CATALOG></HEADER>"
OLD = """<ARTICLE mode="new"><SUPPLIER_AID>A-1</SUPPLIER_AID>
<ARTICLE_DETAILS><DESCRIPTION_SHORT>Glocke &amp; Horn</DESCRIPTION_SHORT><EAN>4006381333931</EAN><MANUFACTURER_AID>M-1</MANUFACTURER_AID>
<KEYWORD>laut</KEYWORD><KEYWORD>rot</KEYWORD><ARTICLE_STATUS type="new_article">neu</ARTICLE_STATUS></ARTICLE_DETAILS>
<ARTICLE_FEATURES><REFERENCE_FEATURE_SYSTEM_NAME>ETIM-6.0</REFERENCE_FEATURE_SYSTEM_NAME>
<REFERENCE_FEATURE_GROUP_ID>EC000001</REFERENCE_FEATURE_GROUP_ID>
<FEATURE><FNAME>EF000008</FNAME><FVALUE>12.50</FVALUE><FUNIT>MMT</FUNIT></FEATURE>
<FEATURE><FNAME>Farbe</FNAME><FVALUE>rot</FVALUE><FVALUE>blau</FVALUE></FEATURE></ARTICLE_FEATURES>
<ARTICLE_ORDER_DETAILS><ORDER_UNIT>BX</ORDER_UNIT><CONTENT_UNIT>C62</CONTENT_UNIT><NO_CU_PER_OU>6</NO_CU_PER_OU>
<PRICE_QUANTITY>100</PRICE_QUANTITY></ARTICLE_ORDER_DETAILS>
<ARTICLE_PRICE_DETAILS>
<ARTICLE_PRICE price_type="net_list"><PRICE_AMOUNT>90</PRICE_AMOUNT><PRICE_FACTOR>0.5</PRICE_FACTOR><LOWER_BOUND>10</LOWER_BOUND></ARTICLE_PRICE>
<ARTICLE_PRICE price_type="net_list"><PRICE_AMOUNT>250</PRICE_AMOUNT><PRICE_FACTOR>0.5</PRICE_FACTOR></ARTICLE_PRICE>
</ARTICLE_PRICE_DETAILS>
<MIME_INFO><MIME><MIME_SOURCE>a.jpg</MIME_SOURCE></MIME></MIME_INFO></ARTICLE>"""
GROUPS = """<CATALOG_GROUP_SYSTEM>
<CATALOG_STRUCTURE type="root"><GROUP_ID>1</GROUP_ID><GROUP_NAME>Alles</GROUP_NAME><PARENT_ID>0</PARENT_ID></CATALOG_STRUCTURE>
<CATALOG_STRUCTURE type="node"><GROUP_ID>2</GROUP_ID><GROUP_NAME>Teile</GROUP_NAME><PARENT_ID>1</PARENT_ID></CATALOG_STRUCTURE>
<CATALOG_STRUCTURE type="leaf"><GROUP_ID>3</GROUP_ID><GROUP_NAME>Glocken</GROUP_NAME><PARENT_ID>2</PARENT_ID></CATALOG_STRUCTURE>
</CATALOG_GROUP_SYSTEM>"""


def belongs(sku: str, group: str) -> str:
    told = f"<ART_ID>{sku}</ART_ID><CATALOG_GROUP_ID>{group}</CATALOG_GROUP_ID>"
    return f"<ARTICLE_TO_CATALOGGROUP_MAP>{told}</ARTICLE_TO_CATALOGGROUP_MAP>"


def catalog(inside: str, kind: str = "T_NEW_CATALOG", before: str = "", header: str = "") -> str:
    space = "http://www.bmecat.org/bmecat/1.2/bmecat_new_catalog"
    return f'{before}<BMECAT version="1.2" xmlns="{space}">{HEAD % header}<{kind}>{inside}</{kind}></BMECAT>'


def opened(folder: Path, text: str | bytes, name: str = "a.xml") -> Table:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return open_table(path, name)


def rows_of(folder: Path, text: str | bytes, name: str = "a.xml") -> list[tuple[int, dict[str, Any]]]:
    return list(opened(folder, text, name).rows)


def test_an_article_becomes_a_row_with_its_place_in_the_tree_though_that_stands_at_the_end(tmp_path: Path) -> None:
    [(number, row)] = rows_of(tmp_path, catalog(GROUPS + OLD + belongs("A-1", "3"), header="<MIME_ROOT>https://x.example/p/</MIME_ROOT>"))
    assert number == 1
    assert row == {
        "SUPPLIER_PID": "A-1",
        "MANUFACTURER_PID": "M-1",
        "GTIN": "4006381333931",
        "DESCRIPTION_SHORT:de": "Glocke & Horn",
        "KEYWORD:de": "laut|rot",
        "PRODUCT_STATUS": "new_product",
        "CATEGORY": ["Teile > Glocken"],
        "CLASS:ETIM-6.0": "EC000001",
        "FEATURE:EF000008 [MMT]": "12.50",
        "FEATURE:Farbe": ["rot", "blau"],
        "ORDER_UNIT": "BX",
        "CONTENT_UNIT": "C62",
        "NO_CU_PER_OU": "6",
        "PRICE:EUR:net_list": "1.25",  # 250 × 0.5 ÷ 100, from the first box on
        "PRICE:EUR:net_list:10": "0.45",
        "MIME:normal": ["https://x.example/p/a.jpg"],
    }


def test_release_2005_gives_the_same_columns(tmp_path: Path) -> None:
    old = catalog(GROUPS + OLD + belongs("A-1", "3"))
    new = old.replace("ARTICLE", "PRODUCT").replace("_AID", "_PID").replace("ART_ID", "PROD_ID")
    new = new.replace("<EAN>4006381333931</EAN>", '<INTERNATIONAL_PID type="gtin">4006381333931</INTERNATIONAL_PID>')
    assert rows_of(tmp_path, new.replace('"new_article"', '"new_product"')) == rows_of(tmp_path, old)


def test_texts_come_by_language(tmp_path: Path) -> None:
    words = '<DESCRIPTION_SHORT lang="deu">Glocke</DESCRIPTION_SHORT><DESCRIPTION_SHORT lang="eng">Bell</DESCRIPTION_SHORT>'
    text = catalog(f"<PRODUCT><SUPPLIER_PID>1</SUPPLIER_PID><PRODUCT_DETAILS>{words}</PRODUCT_DETAILS></PRODUCT>")
    assert rows_of(tmp_path, text) == [(1, {"SUPPLIER_PID": "1", "DESCRIPTION_SHORT:de": "Glocke", "DESCRIPTION_SHORT:en": "Bell"})]


def test_a_group_that_there_is_not_is_a_wrong_cell(tmp_path: Path) -> None:
    [(_number, row)] = rows_of(tmp_path, catalog(GROUPS + OLD + belongs("A-1", "9")))
    assert isinstance(row["CATEGORY"], WrongCell)
    assert (row["CATEGORY"], row["CATEGORY"].reason) == ("9", "The catalog has no group with this number.")


def test_groups_in_a_circle_end(tmp_path: Path) -> None:
    circle = GROUPS.replace("<PARENT_ID>1</PARENT_ID>", "<PARENT_ID>3</PARENT_ID>")
    [(_number, row)] = rows_of(tmp_path, catalog(circle + OLD + belongs("A-1", "3")))
    assert row["CATEGORY"] == ["Teile > Glocken"]


def test_price_updates_hold_prices_and_nothing_else(tmp_path: Path) -> None:
    [(_number, row)] = rows_of(tmp_path, catalog(GROUPS + OLD + belongs("A-1", "3"), "T_UPDATE_PRICES"))
    assert row == {"SUPPLIER_PID": "A-1", "PRICE:EUR:net_list": "1.25", "PRICE:EUR:net_list:10": "0.45"}


@pytest.mark.parametrize("amount", ["auf Anfrage", "1E999999999999999999", "9E999999", "NaN", "sNaN", "Infinity", "1.499,50"])
def test_a_price_that_is_no_number_stays_as_it_is_written(tmp_path: Path, amount: str) -> None:
    inside = OLD.replace(">250<", f">{amount}<").replace("<PRICE_FACTOR>0.5<", "<PRICE_FACTOR>1E+999999<")
    [(_number, row)] = rows_of(tmp_path, catalog(inside))
    assert row["PRICE:EUR:net_list"] == amount


def test_cells_and_names_of_columns_have_an_end(tmp_path: Path) -> None:
    long = OLD.replace("Glocke &amp; Horn", "x" * 50_001).replace("Farbe", "y" * 10_000)
    [(_number, row)] = rows_of(tmp_path, catalog(long))
    cell = row["DESCRIPTION_SHORT:de"]
    assert isinstance(cell, WrongCell)
    assert (len(cell), cell.reason) == (500, "At most 50000 characters.")
    assert max(map(len, row)) == 200


def test_the_suggested_mapping_knows_kinds_and_units_from_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    fillers = "".join(f"<ARTICLE><SUPPLIER_AID>F-{n}</SUPPLIER_AID></ARTICLE>" for n in range(30))
    path.write_text(catalog(fillers + OLD))
    headers, rows, rules = look_into(path, path.name)
    assert (len(rows), headers[0], rules["form"], rules["language"]) == (20, "SUPPLIER_PID", {"kind": "bmecat"}, "de")
    lines = {(line["column"], line["field"].partition(":")[0]): line for line in rules["columns"]}
    assert lines["FEATURE:EF000008 [MMT]", "attribute"] == {
        "column": "FEATURE:EF000008 [MMT]",
        "field": "attribute:ef000008",
        "create": True,
        "kind": "number",
        "unit": "MMT",
    }
    assert lines["FEATURE:Farbe", "attribute"]["kind"] == "multichoice"
    assert lines["PRICE:EUR:net_list", "price"]["field"] == "price:EUR"
    assert lines["PRICE:EUR:net_list:10", "ignore"]["field"] == "ignore"
    assert lines["CLASS:ETIM-6.0", "class"] == {"column": "CLASS:ETIM-6.0", "field": "class:ETIM-6.0", "create": True}


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE BMECAT [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE BMECAT [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
        '<!DOCTYPE BMECAT [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
        '<!DOCTYPE BMECAT SYSTEM "http://127.0.0.1:9/other.dtd">',
        '<!DOCTYPE BMECAT SYSTEM "bmecat_new_catalog.dtd" [<!ATTLIST BMECAT x CDATA "y">]>',
        '<!DOCTYPE BMECAT PUBLIC "-//x" "bmecat_new_catalog.dtd">',
        '<!DOCTYPE html SYSTEM "bmecat_new_catalog.dtd">',
        '<?xml version="1.0" encoding="utf-7"?>',
        '<?xml version="1.0" encoding="idna"?>',
    ],
)
def test_entities_foreign_document_types_and_odd_encodings_are_refused_and_nothing_is_opened(tmp_path: Path, before: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(catalog(OLD.replace("Glocke", "&x;"), before=before))
    opens: list[Any] = []
    listening = [True]
    sys.addaudithook(lambda event, told: opens.append(told) if listening[0] and event in ("open", "socket.connect") else None)
    start = time.process_time()
    with pytest.raises(Invalid):
        open_table(path, "a.xml")
    listening[0] = False
    assert time.process_time() - start < 0.1
    assert {str(told[0]) for told in opens} == {str(path)}


def test_the_document_type_of_bmecat_itself_is_taken_and_not_read(tmp_path: Path) -> None:
    with_type = catalog(OLD, before='<!DOCTYPE BMECAT SYSTEM "bmecat_new_catalog.dtd">')
    assert rows_of(tmp_path, with_type) == rows_of(tmp_path, catalog(OLD))
    with pytest.raises(Invalid):
        opened(tmp_path, with_type.replace("Glocke", "&nbsp;"))


@pytest.mark.parametrize(
    "text", ["", "<BMECAT>", "<html></html>", "<BMECAT></BMECAT>", "<BMECAT><T_NEW_CATALOG>", "\x00\x01", "a;b\n1;2\n"]
)
def test_what_is_no_catalog_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid):
        opened(tmp_path, text)


def test_deep_wide_and_long_elements_are_too_large(tmp_path: Path) -> None:
    for inside in (
        "<A>" * 60 + "</A>" * 60,
        "<ARTICLE>" + "<A/>" * 20_001 + "</ARTICLE>",
        "<ARTICLE><A>" + "a" * 1_000_001 + "</A></ARTICLE>",
        '<ARTICLE a="' + "a" * 3_000_000 + '"/>',
    ):
        with pytest.raises(TooLarge):
            opened(tmp_path, catalog(inside))


def test_a_packed_bomb_is_too_large(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        opened(tmp_path, gzip.compress(catalog("<A>" + " " * 30_000_000 + "</A>").encode()), "a.xml.gz")


def test_encodings_of_the_declaration_are_followed(tmp_path: Path) -> None:
    text = catalog(OLD.replace("Glocke", "Größe"))
    for encoding in ("iso-8859-1", "windows-1252", "utf-16"):
        told = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
        assert rows_of(tmp_path, told)[0][1]["DESCRIPTION_SHORT:de"] == "Größe & Horn"


class Articles:
    """A file of 10,000 articles that is nowhere as a whole."""

    def __init__(self) -> None:
        self._pieces = iter([b"<BMECAT><T_NEW_CATALOG>", *[OLD.encode()] * 10_000, b"</T_NEW_CATALOG></BMECAT>"])

    def read(self, _size: int) -> bytes:
        return next(self._pieces, b"")


def test_memory_holds_one_article_however_many_there_are() -> None:
    stream = bmecat_elements.ElementStream(("ARTICLE",), ())
    tracemalloc.start()
    try:
        assert sum(1 for _article in stream.read(cast(IO[bytes], Articles()))) == 10_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
