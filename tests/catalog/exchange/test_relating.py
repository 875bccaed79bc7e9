"""What an import says goes with a product: by article number, also one that stands further down in the same file."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from catalog import relations
from catalog.exchange.guessing import suggest_mapping
from catalog.exchange.importing import resume_import, run_for, run_import, start_import, stop_import
from catalog.exchange.relating import settle_relations
from catalog.exchange.reporting import list_problems
from catalog.exchange.undoing import run_undo, undo_import
from catalog.models import ImportRelation, ImportRun, Product
from kernel import files
from kernel.tenancy import entering
from tests.browsing import counted
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, somebody

RULES = {
    "language": "en",
    "columns": [
        {"column": "number", "field": "sku"},
        {"column": "name", "field": "name:en"},
        {"column": "accessories", "field": "accessories"},
        {"column": "spares", "field": "spare_parts"},
        {"column": "next", "field": "successor"},
    ],
}
HEAD = "number,name,accessories,spares,next\n"


@pytest.fixture(autouse=True)
def store() -> Iterator[None]:
    files.use_store(files.memory_store())
    yield
    files.use_store(None)


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """A bell and a lamp."""
    with in_tenant(brand.id) as session:
        for sku in ("BELL", "LAMP"):
            make_product(session, brand.id, sku)
    return brand


def begun(shop: Shop, text: str, dry_run: bool = False) -> UUID:
    with in_tenant(shop.id) as session:
        return start_import(session, somebody(shop.id), "goods.csv", (HEAD + text).encode(), RULES, dry_run=dry_run, by_worker=False).id


def imported(shop: Shop, text: str, dry_run: bool = False) -> ImportRun:
    run_id = begun(shop, text, dry_run)
    with entering(shop.id):
        run_import(somebody(shop.id), run_id, batch=2)
    return look(shop, run_id)


def look(shop: Shop, run_id: UUID) -> ImportRun:
    with in_tenant(shop.id) as session:
        run = run_for(session, somebody(shop.id), run_id)
        session.expunge(run)
        return run


def problems(shop: Shop, run: ImportRun) -> list[tuple[int, str, str, str]]:
    with in_tenant(shop.id) as session:
        found = list_problems(session, somebody(shop.id), run.id)
        return [(p.row_number, p.column_name, p.value, p.reason) for p in found]


def lists(shop: Shop, sku: str) -> dict[str, list[str]]:
    with in_tenant(shop.id) as session:
        product = session.scalars(select(Product.id).where(Product.sku == sku)).one()
        found: dict[str, list[str]] = {}
        for one in relations.related_to(session, somebody(shop.id), product):
            found.setdefault(one.kind, []).append(one.sku)
        return found


def counts(run: ImportRun) -> tuple[str, int, int, int, int]:
    return run.state, run.rows_made, run.rows_changed, run.rows_same, run.rows_wrong


def test_numbers_further_down_in_the_file_work_and_several_rows_add_to_one_list(shop: Shop) -> None:
    run = imported(shop, "BIKE,Bike,CHAIN|BELL,CHAIN,NEXT\nBIKE,,LAMP,,\nCHAIN,Chain,,,\nNEXT,Next,,,\n")
    assert (counts(run), problems(shop, run)) == (("finished", 4, 0, 0, 0), [])
    assert lists(shop, "BIKE") == {"accessory": ["CHAIN", "BELL", "LAMP"], "spare_part": ["CHAIN"], "successor": ["NEXT"]}
    again = imported(shop, "BIKE,Bike,CHAIN|BELL|LAMP,,\nCHAIN,Chain,BELL,,\n")
    assert counts(again) == ("finished", 0, 1, 1, 0)
    assert (lists(shop, "BIKE")["spare_part"], lists(shop, "CHAIN")) == (["CHAIN"], {"accessory": ["BELL"]})
    assert imported(shop, "BIKE,,BELL,,\n").state == "finished"
    assert lists(shop, "BIKE")["accessory"] == ["BELL"]


def test_an_unknown_number_is_a_problem_of_its_row_that_names_it_when_trying_out_too(shop: Shop, twin: Shop) -> None:
    with in_tenant(twin.id) as session:
        make_product(session, twin.id, "THEIRS")
    rows = "BIKE,Bike,BELL|NOPE,,\nCART,Cart,THEIRS,,\nDOG,Dog,LAMP|DOG2,,\nDOG2,Second,,,\n"
    told = [
        (2, "accessories", "NOPE", "There is no product with the article number “NOPE”."),
        (3, "accessories", "THEIRS", "There is no product with the article number “THEIRS”."),
    ]
    tried = imported(shop, rows, dry_run=True)
    assert (counts(tried), problems(shop, tried)) == (("finished", 2, 0, 0, 2), told)
    with in_tenant(shop.id) as session:
        assert session.scalar(select(func.count()).select_from(Product)) == 2
        assert session.scalar(select(func.count()).select_from(ImportRelation)) == 0
    run = imported(shop, rows)
    assert (counts(run), problems(shop, run)) == (("finished", 2, 0, 0, 2), told)
    assert lists(shop, "DOG") == {"accessory": ["LAMP", "DOG2"]}


def test_what_shows_only_in_the_end_is_a_problem_and_the_rest_of_the_row_holds(shop: Shop) -> None:
    run = imported(shop, "A,First,,,B\nB,Second,BELL,,C\nC,Third,LAMP,,A\nD,,BAD,,\nBAD,x,NOPE,,\nE,Fifth,BAD,,\n")
    leads_back = "This product comes after the other one already. Successors must not lead back."
    assert problems(shop, run) == [
        (4, "next", "A", leads_back),
        (5, "", "D", "There is no product with this article number."),
        (6, "accessories", "NOPE", "There is no product with the article number “NOPE”."),
        (7, "accessories", "BAD", "There is no product with the article number “BAD”."),
    ]
    assert [lists(shop, sku) for sku in "ABCE"] == [
        {"successor": ["B"]}, {"accessory": ["BELL"], "successor": ["C"]}, {"accessory": ["LAMP"]}, {},
    ]  # fmt: skip
    itself = imported(shop, "A,First,A|BELL,,\n")
    assert problems(shop, itself) == [(2, "accessories", "A|BELL", "“A” is this product itself, or a variant of it.")]
    many = imported(shop, f"B,Second,{'|'.join(f'N{n}' for n in range(101))},,\n")
    assert problems(shop, many)[0][3] == "A list holds at most 100 products."


def test_a_stopped_run_goes_on_where_it_was_and_writes_each_list_once(shop: Shop) -> None:
    run_id = begun(shop, "BIKE,Bike,BELL,,\nCART,Cart,LAMP,,\n")
    actor = somebody(shop.id)
    with in_tenant(shop.id) as session:
        stop_import(session, actor, run_id)
    with entering(shop.id):
        assert settle_relations(run_id) is False
        run_import(actor, run_id)
    assert look(shop, run_id).state == "stopped"
    with in_tenant(shop.id) as session:
        resume_import(session, actor, run_id, by_worker=False)
    with entering(shop.id):
        run_import(actor, run_id, batch=1)
    assert (counts(look(shop, run_id)), lists(shop, "CART")) == (("finished", 2, 0, 0, 0), {"accessory": ["LAMP"]})


def test_an_import_that_is_taken_back_puts_the_lists_back_but_for_what_somebody_changed_since(shop: Shop) -> None:
    actor = somebody(shop.id)
    with in_tenant(shop.id) as session:
        bell, lamp = (session.scalars(select(Product.id).where(Product.sku == sku)).one() for sku in ("BELL", "LAMP"))
        relations.relate(session, actor, bell, "accessory", ["LAMP"])
    run = imported(shop, "BELL,,CHAIN,CHAIN,\nLAMP,,CHAIN,,\nCHAIN,Chain,BELL,,\n")
    assert lists(shop, "BELL") == {"accessory": ["CHAIN"], "spare_part": ["CHAIN"]}
    with in_tenant(shop.id) as session:
        relations.relate(session, actor, lamp, "accessory", ["BELL"])
    with in_tenant(shop.id) as session:
        undo = undo_import(session, actor, run.id, by_worker=False).id
    with entering(shop.id):
        run_undo(actor, undo)
    done = look(shop, undo)
    assert (done.state, done.rows_changed, done.rows_removed, done.rows_wrong) == ("finished", 1, 1, 1)
    assert [(column, reason) for _row, column, _value, reason in problems(shop, done)] == [
        ("LAMP relations:accessory", "This has been changed since the import. It stays.")
    ]
    assert (lists(shop, "BELL"), lists(shop, "LAMP")) == ({"accessory": ["LAMP"]}, {"accessory": ["BELL"]})


def test_settling_takes_as_many_statements_for_many_products_as_for_few(shop: Shop, db: Engine) -> None:
    taken = []
    for count in (2, 40):
        rows = "".join(f"P{count}-{n},Product,BELL|LAMP,P{count}-0,BELL\n" for n in range(1, count)) + f"P{count}-0,Zero,,,\n"
        run_id = begun(shop, rows)
        with entering(shop.id), counted(db) as sent:
            run_import(somebody(shop.id), run_id)
        taken.append(len([s for s in sent if "set_config" not in s]))
        assert lists(shop, f"P{count}-{count - 1}") == {"accessory": ["BELL", "LAMP"], "spare_part": [f"P{count}-0"], "successor": ["BELL"]}
    assert taken[0] == taken[1]


def test_headers_that_sound_like_it_are_recognised() -> None:
    fields = [line["field"] for line in suggest_mapping(["Artikelnummer", "Zubehör", "Spare parts", "nachfolger"], [])["columns"]]
    assert fields == ["sku", "accessories", "spare_parts", "successor"]
