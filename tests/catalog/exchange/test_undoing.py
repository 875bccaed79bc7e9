"""Taking an import back: what it changed is as before, what others have changed since is left and named."""

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text

from catalog.exchange import undoing
from catalog.exchange.importing import resume_import, run_for, run_import, start_again, start_import, stop_import
from catalog.exchange.remembering import forget_changes
from catalog.exchange.reporting import list_problems, rows_to_correct
from catalog.exchange.undoing import reason_against, run_undo, undo_import, undo_of
from catalog.list_prices import prices_of, set_list_prices
from catalog.models import ImportChange, ImportRun, Product
from catalog.products import ProductEdit, edit_product
from kernel import files
from kernel.errors import Conflict, NotAllowed, NotThere
from kernel.jobs import drain_once
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_product, make_variants, publish_all, somebody
from tests.factories.tenants import make_market

COLUMNS = [
    {"column": "number", "field": "sku"},
    {"column": "name", "field": "name:en"},
    {"column": "price", "field": "price:EUR"},
    {"column": "dollars", "field": "price:USD"},
    {"column": "colour", "field": "attribute:colour"},
    {"column": "weight", "field": "weight"},
    {"column": "brand", "field": "brand"},
    {"column": "category", "field": "category"},
    {"column": "parent", "field": "parent"},
    {"column": "size", "field": "attribute:size", "kind": "choice", "create": True},
]
RULES: dict[str, Any] = {"language": "en", "axes": ["size"], "columns": COLUMNS}


@pytest.fixture(autouse=True)
def store():
    files.use_store(files.memory_store())
    yield
    files.use_store(None)


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """Two products with words, price and colour."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_attribute(session, brand.id, "colour", "choice", ("pine", "copper"))
        for n in (1, 2):
            make_product(session, brand.id, f"P-{n}", name=f"Bell {n}", price="10", attribute_values={"colour": "pine"}, weight_kg="1.5")
    return brand


def imported(shop: Shop, text: str, rules: dict[str, Any] | None = None, batch: int = 2) -> ImportRun:
    with in_tenant(shop.id) as session:
        run = start_import(session, somebody(shop.id), "wrong.csv", text.encode(), rules or RULES, by_worker=False)
    with entering(shop.id):
        run_import(somebody(shop.id), run.id, batch=batch)
    return look(shop, run.id)


def undone(shop: Shop, run: ImportRun, batch: int = 2) -> ImportRun:
    with in_tenant(shop.id) as session:
        undo = undo_import(session, somebody(shop.id), run.id, by_worker=False)
    with entering(shop.id):
        run_undo(somebody(shop.id), undo.id, batch)
    return look(shop, undo.id)


def look(shop: Shop, run_id: UUID) -> ImportRun:
    with in_tenant(shop.id) as session:
        return run_for(session, somebody(shop.id), run_id)


def catalog(shop: Shop) -> dict[str, Any]:
    """Everything an import can change of every product."""
    with in_tenant(shop.id) as session:
        return {
            p.sku: (
                p.names, p.attribute_values, p.weight_kg, p.brand, p.status, p.kind, p.parent_id, p.axes, p.category_ids,
                prices_of(session, p.id),
            )
            for p in session.scalars(select(Product).where(Product.tenant_id == shop.id))
        }  # fmt: skip


def product_id(shop: Shop, sku: str) -> UUID:
    with in_tenant(shop.id) as session:
        return session.scalars(select(Product.id).where(Product.tenant_id == shop.id, Product.sku == sku)).one()


def edit(shop: Shop, sku: str, change: ProductEdit) -> None:
    with in_tenant(shop.id) as session:
        edit_product(session, somebody(shop.id), product_id(shop, sku), change)


def counts(run: ImportRun) -> tuple[str, int, int, int, int, int]:
    return run.state, run.rows_changed, run.rows_removed, run.rows_ended, run.rows_same, run.rows_wrong


def left(shop: Shop, run: ImportRun) -> list[tuple[str, str, str]]:
    with in_tenant(shop.id) as session:
        return [(p.column_name, p.value, p.reason) for p in list_problems(session, somebody(shop.id), run.id)]


def test_everything_is_as_before(shop: Shop) -> None:
    before = catalog(shop)
    run = imported(
        shop,
        "number,name,price,dollars,colour,weight,brand,category\nP-1,Horn,12.50,13,copper,2,Veloria,Bells > Loud\nN-1,New,9,9,pine,1,,\n"
        "P-2,Gong,,,,,,\nN-2,Newer,,,,,,\n",
    )
    assert (run.rows_made, run.rows_changed, run.rows_wrong) == (2, 2, 0)
    undo = undone(shop, run)
    assert catalog(shop) == before
    assert counts(undo) == ("finished", 2, 2, 0, 0, 0)
    assert (undo.rows_read, left(shop, undo)) == (4, [])


def test_values_changed_since_stay_and_are_named_the_others_go_back(shop: Shop) -> None:
    run = imported(shop, "number,name,price,colour,brand\nP-1,Horn,12.50,copper,Veloria\nP-2,Gong,13,copper,Veloria\n")
    edit(shop, "P-1", ProductEdit(names={"en": "My horn"}))
    with in_tenant(shop.id) as session:
        set_list_prices(session, somebody(shop.id), product_id(shop, "P-2"), {"EUR": "14"})
    undo = undone(shop, run)
    now = catalog(shop)
    assert [now["P-1"][i] for i in (0, 1, 3)] == [{"en": "My horn"}, {"colour": "pine"}, ""]
    assert [now["P-2"][i] for i in (0, 1, 3)] == [{"en": "Bell 2"}, {"colour": "pine"}, ""]
    assert [(str(now[sku][9]["EUR"])) for sku in ("P-1", "P-2")] == ["10.0000", "14.0000"]
    assert counts(undo) == ("finished", 2, 0, 0, 0, 2)
    reason = "This has been changed since the import. It stays."
    assert sorted(left(shop, undo)) == [("P-1 names:en", "My horn", reason), ("P-2 price:EUR", "14", reason)]
    with in_tenant(shop.id) as session:
        told = list(csv.DictReader(io.StringIO("".join(rows_to_correct(session, somebody(shop.id), undo.id)))))
    assert [(r["sku"], r["field"], r["now"], r["before"]) for r in told] == [
        ("P-1", "names:en", "My horn", "Bell 1"),
        ("P-2", "price:EUR", "14", "10"),
    ]


def test_what_somebody_has_put_right_by_hand_is_no_conflict(shop: Shop) -> None:
    run = imported(shop, "number,name\nP-1,Horn\n")
    edit(shop, "P-1", ProductEdit(names={"en": "Bell 1"}))
    assert counts(undone(shop, run)) == ("finished", 0, 0, 0, 1, 0)


def test_a_new_product_is_removed_ended_or_left(shop: Shop) -> None:
    run = imported(shop, "number,name\nN-1,Untouched\nN-2,Published\nN-3,Edited\nN-4,Removed\n")
    edit(shop, "N-2", ProductEdit(status="ready"))
    with in_tenant(shop.id) as session:
        publish_all(session, shop.id)
    again = imported(
        shop, "number,name\nN-5,Published at once\n", {**RULES, "columns": [*COLUMNS, {"constant": "ready", "field": "status"}]}
    )
    with in_tenant(shop.id) as session:
        publish_all(session, shop.id)
        edit_product(session, somebody(shop.id), product_id(shop, "N-3"), ProductEdit(brand="Mine"))
        session.execute(text("DELETE FROM catalog.product WHERE sku = 'N-4'"))
    assert counts(undone(shop, run)) == ("finished", 0, 1, 0, 1, 2)
    assert counts(undone(shop, again)) == ("finished", 0, 0, 1, 0, 0)
    now = catalog(shop)
    assert sorted(now) == ["N-2", "N-3", "N-5", "P-1", "P-2"]
    assert [now[sku][4] for sku in ("N-2", "N-3", "N-5")] == ["ready", "draft", "end"]


def test_a_new_product_that_is_again_what_the_import_made_is_removed(shop: Shop) -> None:
    before = catalog(shop)
    first = imported(shop, "number,name,price\nN-1,New,5\n")
    second = imported(shop, "number,name,price\nN-1,Newer,6\n")
    undone(shop, second)
    assert catalog(shop)["N-1"][0] == {"en": "New"}
    assert counts(undone(shop, first)) == ("finished", 0, 1, 0, 0, 0)
    assert catalog(shop) == before


def test_variants_and_parents_that_an_import_made_go_together(shop: Shop) -> None:
    before = catalog(shop)
    run = imported(shop, "number,name,parent,size\nP-1,Bell S,BELLS,S\nN-1,Bell M,BELLS,M\nN-2,Bell L,P-2,L\n", batch=10)
    assert (run.rows_wrong, sorted(catalog(shop))) == (0, ["BELLS", "N-1", "N-2", "P-1", "P-2"])
    undo = undone(shop, run, batch=1)
    assert catalog(shop) == before
    assert counts(undo) == ("finished", 2, 3, 0, 0, 0)


def test_a_parent_stays_while_a_variant_of_it_stays(shop: Shop) -> None:
    run = imported(shop, "number,name,parent,size\nN-1,Bell M,BELLS,M\nN-2,Bell L,P-2,L\n")
    for sku in ("N-1", "N-2"):
        edit(shop, sku, ProductEdit(brand="Mine"))
    undo = undone(shop, run)
    now = catalog(shop)
    assert (sorted(now), now["P-2"][5], counts(undo)) == (
        ["BELLS", "N-1", "N-2", "P-1", "P-2"],
        "variant_parent",
        ("finished", 0, 0, 0, 0, 4),
    )


def test_a_variant_does_not_go_back_to_a_place_that_is_taken(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        make_attribute(session, shop.id, "size", "choice", ["s", "m", "l"], is_axis=True)
        parent = make_product(session, shop.id, "JK", name="Jacket", price=None)
        make_variants(session, shop.id, parent, "size", {"s": "80.00"})
    run = imported(shop, "number,size,brand\nJK-s,m,New brand\n")
    assert run.rows_wrong == 0
    with in_tenant(shop.id) as session:
        held = session.get_one(Product, (shop.id, parent.id))
        session.add(
            Product(
                tenant_id=shop.id, sku="JK-other", kind="variant", parent_id=held.id, names={}, attribute_values={"size": "s"}, axes=[],
                summaries={}, texts={}, category_ids=[],
            )
        )  # fmt: skip
    undo = undone(shop, run)
    assert left(shop, undo) == [("JK-s attribute_values:size", "m", "Another variant has these values now.")]
    assert (catalog(shop)["JK-s"][1], catalog(shop)["JK-s"][3]) == ({"size": "m"}, "")


def test_of_several_rows_for_a_product_the_first_state_stands(shop: Shop) -> None:
    rules = {**RULES, "columns": [COLUMNS[0], COLUMNS[2]]}
    run = imported(shop, "number,price\nP-1,20\nP-2,21\nP-1,30\n", rules)
    assert str(catalog(shop)["P-1"][9]["EUR"]) == "30.0000"
    undo = undone(shop, run)
    assert [str(catalog(shop)[sku][9]["EUR"]) for sku in ("P-1", "P-2")] == ["10.0000", "10.0000"]
    assert counts(undo) == ("finished", 2, 0, 0, 0, 0)


def test_a_run_is_taken_back_once(shop: Shop, relay_db: Engine) -> None:
    run = imported(shop, "number,name\nP-1,Horn\n")
    with in_tenant(shop.id) as session:
        first = undo_import(session, somebody(shop.id), run.id)
        assert undo_import(session, somebody(shop.id), run.id).id == first.id
    drain_once(relay_db, shop.id)
    assert look(shop, first.id).state == "finished"
    edit(shop, "P-1", ProductEdit(names={"en": "Horn"}))
    drain_once(relay_db, shop.id)
    with in_tenant(shop.id) as session:
        assert undo_import(session, somebody(shop.id), run.id).id == first.id
        found = undo_of(session, run)
        assert found is not None and found.id == first.id
    with entering(shop.id):
        run_undo(somebody(shop.id), first.id)
    assert catalog(shop)["P-1"][0] == {"en": "Horn"}


def test_a_killed_undo_goes_on_where_it_was(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalog(shop)
    run = imported(shop, "number,name\nP-1,Horn\nP-2,Gong\nN-1,New\n")
    with in_tenant(shop.id) as session:
        undo = undo_import(session, somebody(shop.id), run.id, by_worker=False)
    real, calls = undoing._report, []

    def killed(*told: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*told)

    monkeypatch.setattr(undoing, "_report", killed)
    with entering(shop.id), pytest.raises(KeyboardInterrupt):
        run_undo(somebody(shop.id), undo.id, batch=1)
    assert (look(shop, undo.id).state, look(shop, undo.id).rows_read) == ("running", 1)
    with entering(shop.id):
        run_undo(somebody(shop.id), undo.id, batch=1)
    assert catalog(shop) == before
    assert (counts(look(shop, undo.id)), look(shop, undo.id).rows_read) == (("finished", 2, 1, 0, 0, 0), 3)


def test_a_stopped_undo_goes_on_when_asked(shop: Shop, relay_db: Engine) -> None:
    before = catalog(shop)
    run = imported(shop, "number,name\nP-1,Horn\n")
    with in_tenant(shop.id) as session:
        undo = undo_import(session, somebody(shop.id), run.id)
        stop_import(session, somebody(shop.id), undo.id)
    drain_once(relay_db, shop.id)
    assert catalog(shop) != before
    with in_tenant(shop.id) as session:
        resume_import(session, somebody(shop.id), undo.id)
    drain_once(relay_db, shop.id)
    assert (catalog(shop), look(shop, undo.id).state) == (before, "finished")


def test_whoever_could_not_have_begun_a_run_cannot_let_it_go_on(shop: Shop, relay_db: Engine) -> None:
    run = imported(shop, "number,price\nP-1,12\n")
    with in_tenant(shop.id) as session:
        undo = undo_import(session, somebody(shop.id), run.id)
        stop_import(session, somebody(shop.id), undo.id)
        again = start_again(session, somebody(shop.id), run.id, RULES)
        stop_import(session, somebody(shop.id), again.id)
    after = catalog(shop)
    for run_id, lacking in ((undo.id, "catalog.edit"), (undo.id, "price.edit"), (again.id, "price.edit")):
        held = {"catalog.view", "catalog.import", "catalog.edit", "price.edit", "stock.edit"} - {lacking}
        with in_tenant(shop.id) as session, pytest.raises(NotAllowed):
            resume_import(session, somebody(shop.id, *held), run_id)
    drain_once(relay_db, shop.id)
    assert (look(shop, undo.id).state, look(shop, again.id).state, catalog(shop)) == ("stopped", "stopped", after)


def test_what_cannot_be_taken_back_says_why_and_changes_nothing(shop: Shop, superuser_db: Engine) -> None:
    run = imported(shop, "number,name\nP-1,Horn\n")
    same = imported(shop, "number,name\nP-1,Horn\n")
    with in_tenant(shop.id) as session:
        dry = start_again(session, somebody(shop.id), run.id, RULES, dry_run=True)
        waiting = start_again(session, somebody(shop.id), run.id, RULES)
    after = catalog(shop)
    reasons = {same.id: "changed nothing", dry.id: "written nothing", waiting.id: "still running"}
    for run_id, reason in reasons.items():
        with in_tenant(shop.id) as session, pytest.raises(Conflict, match=reason):
            undo_import(session, somebody(shop.id), run_id)
    with in_tenant(shop.id) as session:
        with pytest.raises(NotAllowed):
            undo_import(session, somebody(shop.id, "catalog.import", "catalog.view"), run.id)
        with pytest.raises(NotAllowed):
            undo_import(session, somebody(shop.id, "catalog.import", "catalog.edit"), run.id)
        assert reason_against(session, run) == ""
    with superuser_db.begin() as connection:
        connection.exec_driver_sql("UPDATE catalog.import_run SET created_at = now() - interval '31 days' WHERE id = %s", (run.id,))
    with in_tenant(shop.id) as session, pytest.raises(Conflict, match="too old"):
        undo_import(session, somebody(shop.id), run.id)
    assert catalog(shop) == after


def test_what_a_run_changed_is_forgotten_after_thirty_days(shop: Shop, superuser_db: Engine) -> None:
    old, new = imported(shop, "number,name\nP-1,Horn\n"), imported(shop, "number,name\nP-2,Gong\n")
    with superuser_db.begin() as connection:
        connection.exec_driver_sql("UPDATE catalog.import_run SET created_at = now() - interval '31 days' WHERE id = %s", (old.id,))
    with in_tenant(shop.id) as session:
        assert forget_changes(session) == 1
        assert list(session.scalars(select(ImportChange.run_id))) == [new.id]


def test_a_dry_run_remembers_nothing_and_a_large_text_is_kept_once(shop: Shop) -> None:
    long = "x" * 5000
    edit(shop, "P-1", ProductEdit(texts={"en": long}))
    rules = {**RULES, "columns": [COLUMNS[0], {"column": "text", "field": "text:en"}]}
    imported(shop, "number,text\nP-1,short\nN-1,new\n", {**rules, "columns": [*rules["columns"], COLUMNS[1]]})
    with in_tenant(shop.id) as session:
        kept = {c.product_id: (c.made, c.before, len(c.after)) for c in session.scalars(select(ImportChange))}
        run = start_import(session, somebody(shop.id), "a.csv", b"number,name\nP-2,Gong\n", RULES, dry_run=True, by_worker=False)
    assert kept == {product_id(shop, "P-1"): (False, {"texts:en": long}, 2), product_id(shop, "N-1"): (True, {}, 1)}
    with entering(shop.id):
        run_import(somebody(shop.id), run.id)
    with in_tenant(shop.id) as session:
        assert session.scalar(select(func.count()).select_from(ImportChange)) == 2


def test_the_twin_takes_nothing_back_and_sees_nothing(shop: Shop, twin: Shop) -> None:
    run = imported(shop, "number,name\nP-1,Horn\n")
    after = catalog(shop)
    with in_tenant(twin.id) as session:
        with pytest.raises(NotThere):
            undo_import(session, somebody(twin.id), run.id)
        assert session.scalar(select(func.count()).select_from(ImportChange)) == 0
    assert catalog(shop) == after
