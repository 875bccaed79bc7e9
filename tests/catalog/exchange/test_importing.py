"""Import runs: what a file says is in the catalog afterwards, and what it says wrongly is in the report."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from catalog.drafts import read_attributes
from catalog.exchange import importing
from catalog.exchange.importing import resume_import, run_for, run_import, start_again, start_import, stop_import
from catalog.exchange.mappings import list_mappings, look_into, save_mapping
from catalog.exchange.reporting import list_problems, list_runs, rows_to_correct
from catalog.list_prices import prices_of
from catalog.models import Attribute, Category, ImportRun, ImportStock, ListPrice, Product
from kernel import files
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.jobs import drain_once
from kernel.models import OutboxRow
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, publish_all, somebody
from tests.factories.tenants import make_market

RULES: dict[str, Any] = {
    "language": "en",
    "columns": [
        {"column": "number", "field": "sku"},
        {"column": "name", "field": "name:en"},
        {"column": "name_de", "field": "name:de"},
        {"column": "category", "field": "category"},
        {"column": "price", "field": "price:EUR", "steps": [{"number": ","}]},
        {"column": "colour", "field": "attribute:colour", "kind": "choice", "create": True},
        {"column": "weight", "field": "weight"},
        {"column": "stock", "field": "stock"},
        {"constant": "ready", "field": "status"},
    ],
}
HEADER = "number,name,name_de,category,price,colour,weight,stock\n"


@pytest.fixture(autouse=True)
def store():
    files.use_store(files.memory_store())
    yield
    files.use_store(None)


def run_file(shop: Shop, text: str | bytes, rules: dict | None = None, name: str = "a.csv", **wanted) -> ImportRun:
    """Starts and carries out; returns the run as it ended."""
    data = text.encode() if isinstance(text, str) else text
    with in_tenant(shop.id) as session:
        run = start_import(session, somebody(shop.id), name, data, rules or RULES, by_worker=False, **wanted)
    with entering(shop.id):
        run_import(somebody(shop.id), run.id, batch=2)
    return again(shop, run)


def again(shop: Shop, run: ImportRun) -> ImportRun:
    with in_tenant(shop.id) as session:
        return run_for(session, somebody(shop.id), run.id)


def counts(run: ImportRun) -> tuple[str, int, int, int, int, int]:
    return (run.state, run.rows_read, run.rows_made, run.rows_changed, run.rows_same, run.rows_wrong)


def test_rows_become_products_with_categories_attributes_and_prices(brand: Shop) -> None:
    run = run_file(brand, HEADER + 'A-1,Bell,Glocke,Parts > Bells,"1.299,50",Pine green,0.4,3\nA-2,Horn,,Parts,5,,,\n')
    assert counts(run) == ("finished", 2, 2, 0, 0, 0)
    with in_tenant(brand.id) as session:
        bell = session.scalars(select(Product).where(Product.sku == "A-1")).one()
        assert (bell.names, bell.status, bell.weight_kg) == ({"en": "Bell", "de": "Glocke"}, "ready", Decimal("0.4"))
        assert bell.attribute_values == {"colour": "pine-green"}
        assert prices_of(session, bell.id) == {"EUR": Decimal("1299.5")}
        parents = {c.id: c.names["en"] for c in session.scalars(select(Category))}
        [category] = [c for c in session.scalars(select(Category)) if c.id in bell.category_ids]
        assert [parents[step] for step in category.path] == ["Parts", "Bells"]
        assert read_attributes(session)["colour"].choices == {"pine-green": {"en": "Pine green"}}


def test_the_same_file_again_changes_nothing(brand: Shop) -> None:
    text = HEADER + "A-1,Bell,,Parts,5,Red,0.4,\nA-2,Horn,,Parts,6,Blue,,\nA-3,Light,,,7,Red,,\n"
    run_file(brand, text)
    with in_tenant(brand.id) as session:
        before = sorted(map(tuple, session.execute(select(Product.sku, Product.touched, Product.edit_version))))
    assert counts(run_file(brand, text)) == ("finished", 3, 0, 0, 3, 0)
    with in_tenant(brand.id) as session:
        assert sorted(map(tuple, session.execute(select(Product.sku, Product.touched, Product.edit_version)))) == before
        assert [session.scalar(select(func.count()).select_from(t)) for t in (Product, ListPrice, Category, Attribute)] == [3, 3, 1, 1]


def test_empty_cells_leave_what_is_there(brand: Shop) -> None:
    run_file(brand, HEADER + "A-1,Bell,Glocke,Parts,5,Red,0.4,\n")
    run = run_file(brand, HEADER + "A-1,Loud bell,,,,,,\n")
    assert counts(run) == ("finished", 1, 0, 1, 0, 0)
    with in_tenant(brand.id) as session:
        bell = session.scalars(select(Product)).one()
        assert (bell.names, bell.attribute_values, len(bell.category_ids)) == ({"en": "Loud bell", "de": "Glocke"}, {"colour": "red"}, 1)
        assert prices_of(session, bell.id) == {"EUR": Decimal(5)}


def test_wrong_rows_are_reported_cell_by_cell_and_the_others_go_on(brand: Shop) -> None:
    text = HEADER + "A-1,Bell,,,abc,,-3,\n,No number,,,5,,,\nA-3,Good,,,5,,,\nA-3,Twice,,,6,,,\nA-4,Also good,,,1,,,\n"
    run = run_file(brand, text)
    assert counts(run) == ("finished", 5, 2, 0, 0, 3)
    with in_tenant(brand.id) as session:
        found = [(p.row_number, p.column_name, p.value) for p in list_problems(session, somebody(brand.id), run.id)]
        assert found == [(2, "price", "abc"), (2, "weight", "-3"), (3, "number", ""), (5, "", "A-3")]
        assert sorted(session.scalars(select(Product.sku))) == ["A-3", "A-4"]


def test_the_rows_to_correct_can_be_corrected_and_imported(brand: Shop) -> None:
    text = HEADER + 'A-1,"=HYPERLINK(""x"")",,,abc,,,\nA-2,Horn,,,5,,,\n'
    run = run_file(brand, text)
    with in_tenant(brand.id) as session:
        table = list(csv.reader(io.StringIO("".join(rows_to_correct(session, somebody(brand.id), run.id)))))
    assert table[0] == [*HEADER.strip().split(","), "problem"]
    assert table[1][:2] == ["A-1", '\'=HYPERLINK("x")']
    table[1][4] = "7"
    out = io.StringIO()
    csv.writer(out).writerows(table)
    assert counts(run_file(brand, out.getvalue())) == ("finished", 1, 1, 0, 0, 0)
    with in_tenant(brand.id) as session:
        assert session.scalars(select(Product.names).where(Product.sku == "A-1")).one() == {"en": '=HYPERLINK("x")'}


def test_a_dry_run_reports_and_changes_nothing(brand: Shop) -> None:
    run = run_file(brand, HEADER + "A-1,Bell,,Parts,5,Red,,2\nA-2,Horn,,,x,,,\nA-3,Light,,Parts,5,Blue,,\n", dry_run=True)
    assert counts(run) == ("finished", 3, 2, 0, 0, 1)
    with in_tenant(brand.id) as session:
        for table in (Product, ListPrice, Category, Attribute, ImportStock):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_file_that_was_tried_out_runs_again_with_other_rules_and_is_kept_once(brand: Shop, twin: Shop) -> None:
    tried = run_file(brand, HEADER + "A-1,Bell,Glocke,,5,,,\n", dry_run=True)
    fewer = {**RULES, "columns": [rule for rule in RULES["columns"] if rule.get("column") != "name_de"]}
    with in_tenant(brand.id) as session:
        run = start_again(session, somebody(brand.id), tried.id, fewer, "Without German")
        assert (run.file_key, run.file_digest, run.file_name) == (tried.file_key, tried.file_digest, "a.csv")
    with entering(brand.id):
        run_import(somebody(brand.id), run.id)
    assert counts(again(brand, run)) == ("finished", 1, 1, 0, 0, 0)
    with in_tenant(brand.id) as session:
        assert session.scalars(select(Product.names)).all() == [{"en": "Bell"}]
        with pytest.raises(NotAllowed):
            start_again(session, somebody(brand.id, "catalog.view"), tried.id, RULES)
    with in_tenant(twin.id) as session, pytest.raises(NotThere):
        start_again(session, somebody(twin.id), tried.id, RULES)
    with entering(brand.id):
        assert len(files.keys("imports")) == 1


def test_who_may_import_sees_runs_and_mappings_without_the_rest_of_the_catalog(brand: Shop) -> None:
    run = run_file(brand, HEADER + "A-1,Bell,,,x,,,\n")
    importer, stranger = somebody(brand.id, "catalog.import"), somebody(brand.id, "order.view")
    with in_tenant(brand.id) as session:
        save_mapping(session, somebody(brand.id), "Ours", RULES)
        assert run_for(session, importer, run.id).rows_wrong == 1
        assert [found.id for found in list_runs(session, importer)] == [run.id]
        assert [p.column_name for p in list_problems(session, importer, run.id)] == ["price"]
        assert [m.name for m in list_mappings(session, importer)] == ["Ours"]
        for look in (list_runs, list_mappings, lambda s, a: run_for(s, a, run.id)):
            with pytest.raises(NotAllowed):
                look(session, stranger)


def test_a_killed_run_goes_on_where_it_was_and_writes_nothing_twice(brand: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEADER + "".join(f"A-{n},Thing {n},,,5,,,{n}\n" for n in range(7)) + "A-0,Again,,,5,,,\n"
    with in_tenant(brand.id) as session:
        run = start_import(session, somebody(brand.id), "a.csv", text.encode(), RULES, by_worker=False)
    batches = []
    real = importing._one_batch

    def killed(*told):
        batches.append(1)
        if len(batches) == 3:
            raise KeyboardInterrupt
        return real(*told)

    monkeypatch.setattr(importing, "_one_batch", killed)
    with pytest.raises(KeyboardInterrupt), entering(brand.id):
        run_import(somebody(brand.id), run.id, batch=2)
    assert counts(again(brand, run)) == ("running", 4, 4, 0, 0, 0)
    monkeypatch.setattr(importing, "_one_batch", real)
    with entering(brand.id):
        run_import(somebody(brand.id), run.id, batch=2)
    assert counts(again(brand, run)) == ("finished", 8, 7, 0, 0, 1)
    with in_tenant(brand.id) as session:
        assert session.scalar(select(func.count()).select_from(Product)) == 7
        [report] = session.scalars(select(OutboxRow).where(OutboxRow.name == "catalog.StockReported"))
        assert {line["sku"]: line["quantity"] for line in report.payload["lines"]} == {f"A-{n}": str(n) for n in range(7)}
    with entering(brand.id):
        run_import(somebody(brand.id), run.id)
    assert again(brand, run).rows_read == 8


def test_a_run_can_be_stopped_and_taken_up_again(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        run = start_import(session, actor, "a.csv", (HEADER + "A-1,Bell,,,5,,,\n").encode(), RULES, by_worker=False)
        stop_import(session, actor, run.id)
    with entering(brand.id):
        run_import(actor, run.id)
    assert counts(again(brand, run)) == ("stopped", 0, 0, 0, 0, 0)
    with in_tenant(brand.id) as session:
        resume_import(session, actor, run.id, by_worker=False)
    with entering(brand.id):
        run_import(actor, run.id)
    assert counts(again(brand, run)) == ("finished", 1, 1, 0, 0, 0)
    with in_tenant(brand.id) as session, pytest.raises(Conflict):
        resume_import(session, actor, run.id)


def test_variants_come_with_a_parent_that_is_made(brand: Shop) -> None:
    rules = {
        "axes": ["size"],
        "columns": [
            {"column": "sku", "field": "sku"},
            {"column": "parent", "field": "parent"},
            {"column": "title", "field": "parent_name:en"},
            {"column": "size", "field": "attribute:size", "kind": "choice", "create": True},
            {"column": "price", "field": "price:EUR"},
            {"constant": "ready", "field": "status"},
        ],
    }
    text = "sku,parent,title,size,price\nJ-S,J,Jacket,S,10\nJ-M,J,Jacket,M,12\nJ-X,J,Jacket,M,12\nJ-Y,J,Jacket,,12\nK,,Cap,,3\n"
    run = run_file(brand, text, rules)
    assert (run.rows_made, run.rows_wrong) == (3, 2)
    with in_tenant(brand.id) as session:
        parent = session.scalars(select(Product).where(Product.sku == "J")).one()
        assert (parent.kind, parent.axes, parent.names) == ("variant_parent", ["size"], {"en": "Jacket"})
        assert sorted(session.scalars(select(Product.sku).where(Product.parent_id == parent.id))) == ["J-M", "J-S"]
        reasons = {p.row_number: p.reason for p in list_problems(session, somebody(brand.id), run.id)}
        assert reasons == {4: "Variant J-M has the same values.", 5: "A variant needs a value for size."}


def test_prices_and_stock_alone_need_a_product_that_is_there(brand: Shop) -> None:
    run_file(brand, HEADER + "A-1,Bell,,,5,,,\n")
    rules = {"columns": [{"column": "n", "field": "sku"}, {"column": "q", "field": "stock"}]}
    run = run_file(brand, "n,q\nA-1,3\nZ-9,1\nA-1,4\n", rules)
    assert counts(run) == ("finished", 3, 0, 0, 2, 1)
    with in_tenant(brand.id) as session:
        [report] = session.scalars(select(OutboxRow).where(OutboxRow.name == "catalog.StockReported"))
        assert [(line["sku"], line["quantity"]) for line in report.payload["lines"]] == [("A-1", "7")]
        assert session.scalar(select(func.count()).select_from(ImportStock)) == 0


def test_a_damaged_file_fails_with_its_reason_and_keeps_what_was_committed(brand: Shop) -> None:
    good = "".join(json.dumps({"number": f"A-{n}", "name": "x"}) + "\n" for n in range(4))
    run = run_file(brand, good + "{broken\n", name="a.jsonl")
    assert (run.state, run.message, run.rows_made) == ("failed", "Row 5 is not a JSON object.", 4)


def test_rights_mappings_and_other_tenants(brand: Shop, twin: Shop) -> None:
    with in_tenant(brand.id) as session:
        with pytest.raises(NotAllowed):
            start_import(session, somebody(brand.id, "catalog.edit"), "a.csv", b"x", RULES)
        with pytest.raises(NotAllowed):  # prices in the mapping
            start_import(session, somebody(brand.id, "catalog.import", "stock.edit"), "a.csv", b"x", RULES)
        with pytest.raises(Invalid) as refused:
            start_import(session, somebody(brand.id), "a.csv", b"x", {"columns": [{"column": "a", "field": "tenant_id"}]})
        assert [p.where for p in refused.value.problems] == ["columns.0", "columns"]
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 0
        save_mapping(session, somebody(brand.id), "mine", RULES)
        save_mapping(session, somebody(brand.id), "mine", {**RULES, "language": "de"})
        assert [(m.name, m.rules["language"]) for m in list_mappings(session, somebody(brand.id))] == [("mine", "de")]
    run = run_file(brand, HEADER + "A-1,Canary,,,5,,,\n")
    with in_tenant(twin.id) as session:
        assert list_mappings(session, somebody(twin.id)) == []
        for call in (run_for, stop_import, list_problems):
            with pytest.raises(NotThere):
                call(session, somebody(twin.id), run.id)
        assert session.scalar(select(func.count()).select_from(Product)) == 0


def test_columns_nobody_listed_cannot_be_reached(brand: Shop) -> None:
    run_file(brand, HEADER + "A-1,Bell,,,5,,,\n")
    text = "number,name,id,tenant_id,touched,edit_version,kind\nA-1,Horn,x,y,99,99,variant\n"
    run_file(brand, text)
    with in_tenant(brand.id) as session:
        bell = session.scalars(select(Product)).one()
        assert (bell.tenant_id, bell.kind, bell.edit_version, bell.names["en"]) == (brand.id, "product", 2, "Horn")


def test_a_mapping_is_suggested_from_what_headers_sound_like(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Artikelnummer;Bezeichnung;Beschreibung (fr);Preis EUR;Bestand;Warengruppe;Farbe;Gewicht\nA;Glocke;Cloche;1.299,50;3;Teile;rot;0,4\n"
    )
    headers, rows, rules = look_into(path, "a.csv", language="de")
    assert (len(headers), len(rows)) == (8, 1)
    assert [line["field"] for line in rules["columns"]] == [
        "sku", "name:de", "text:fr", "price:EUR", "stock", "category", "attribute:farbe", "weight",
    ]  # fmt: skip
    assert rules["columns"][3]["steps"] == [{"number": ","}]


def test_what_was_imported_can_be_published(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
    run_file(brand, HEADER + "A-1,Bell,Glocke,Parts,5,Red,0.4,\n")
    with in_tenant(brand.id) as session:
        assert publish_all(session, brand.id).languages["de"].added == 1


def test_the_worker_carries_a_run_out(brand: Shop, relay_db: Engine) -> None:
    with in_tenant(brand.id) as session:
        run = start_import(session, somebody(brand.id), "a.csv", (HEADER + "A-1,Bell,,,5,,,\n").encode(), RULES)
    assert drain_once(relay_db, brand.id) >= 1
    assert counts(again(brand, run)) == ("finished", 1, 1, 0, 0, 0)
