"""Folding, forgetting, and plans that begin with the tenant."""

import re
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from catalog.pricing import price_for
from catalog.search import folding
from catalog.search.folding import fold
from catalog.search.indexing import forget
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, SearchScope, SearchSource, Sort
from catalog.shop import Corridor, OverlayFacts, ShopView
from kernel import stamps
from kernel.db.base import Base
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.search import GOODS, document, explained, index, index_goods, names, overlay, own_scope, product_id, share

ENGINE = PgSearch()


def counted(superuser_db: Engine, tenant: Shop, table: str) -> int:
    with superuser_db.begin() as connection:
        found: int = connection.execute(text(f"SELECT count(*) FROM catalog.{table} WHERE tenant_id = :t"), {"t": tenant.id}).scalar_one()
        return found


def everything(shop: Shop) -> list[object]:
    """What a shop answers to a handful of questions."""
    with entering(shop.id), transaction(read_only=True) as session:
        scope = own_scope(shop.id)
        return [
            [names(ENGINE.search(session, scope, sort=sort), shop.id) for sort in (Sort.NEWEST, Sort.PRICE_UP, Sort.NAME)],
            [sorted(names(ENGINE.search(session, scope, typed), shop.id)) for typed in ("bike", "saddel", "VE-PUMP-47", "ligh")],
            ENGINE.search(
                session, scope, filters=Filters(ranges={"weight": (None, Decimal("0.3"))}), facets=("colour", "price", "category")
            ).facets,
        ]


def test_folding_gives_back_the_room_and_changes_no_answer(
    db: Engine, superuser_db: Engine, brand: Shop, twin: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "LEAST_SWITCHED_OFF", 5)
    index_goods(twin.id)
    index_goods(brand.id)
    index(brand.id, [document(brand.id, "bell", title="Copper gong"), *(document(brand.id, name) for name in GOODS if name != "bell")])
    before = everything(brand)
    with entering(brand.id), transaction() as session:
        assert fold(session) == 1
        assert fold(session) == 0
    assert everything(brand) == before
    with entering(brand.id), transaction(read_only=True) as session:
        assert ENGINE.suggest(session, own_scope(brand.id), "bras").texts == ()
        row = session.execute(text("SELECT documents, next_document FROM catalog.search_index WHERE is_current")).one()
    assert tuple(row) == (12, 12)
    assert counted(superuser_db, brand, "search_doc") == 24  # the retired build serves readers in flight
    with superuser_db.begin() as connection:
        connection.execute(text("UPDATE catalog.search_index SET retired_at = retired_at - interval '1 hour'"))
    with entering(brand.id), transaction() as session:
        fold(session)
    assert counted(superuser_db, brand, "search_doc") == 12
    assert everything(brand) == before
    assert counted(superuser_db, twin, "search_doc") == 12


def test_a_forgotten_market_leaves_nothing_behind(db: Engine, superuser_db: Engine, brand: Shop) -> None:
    index_goods(brand.id)
    with entering(brand.id), transaction() as session:
        forget(session, "eu", "en")
        forget(session, "eu", "xx")
    tables = ["search_index", *TABLES]
    assert {table: counted(superuser_db, brand, table) for table in tables} == dict.fromkeys(tables, 0)


TABLES = ["search_doc", "search_posting", "search_word", "search_word_del", "search_bits", "search_number", "search_code", "search_unit"]


def test_every_index_begins_with_the_tenant(superuser_db: Engine, db: Engine) -> None:
    with superuser_db.begin() as connection:
        found = connection.execute(
            text(
                "SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid"
                " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0] WHERE t.relname LIKE 'search\\_%'"
            )
        ).all()
    assert len(found) >= 16
    assert {row.attname for row in found} == {"tenant_id"}


def test_no_statement_reads_a_search_table_without_the_tenant_in_its_index_condition(db: Engine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id)
    with entering(partner.id), transaction() as session:
        overlay(session, partner.id, brand.id, agreement, "bell", prices={"EUR": "13.00"}, hidden=False)
    scope = SearchScope(partner.id, "EUR", (SearchSource(brand.id, "eu", "en", agreement_id=agreement),))
    seen: dict[str, Any] = {}

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen[statement] = parameters

    with entering(partner.id), transaction(read_only=True) as session:
        event.listen(db, "before_cursor_execute", note)
        filters = Filters(values={"colour": ("black",)}, ranges={"weight": (None, Decimal(1))}, price=(Decimal(1), None))
        ENGINE.search(session, scope, "comfrot saddle bell", filters, ("colour", "price", "weight"), Sort.PRICE_UP)
        ENGINE.search(session, scope, "", sort=Sort.NAME)
        ENGINE.suggest(session, scope, "bel")
        event.remove(db, "before_cursor_execute", note)
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        plans = [
            "\n".join(explained(session, statement, parameters)) for statement, parameters in seen.items() if "catalog.search_" in statement
        ]
    read = {name for plan in plans for name in re.findall(r" on (search_\w+)", plan)}
    assert read == {table.name for table in Base.metadata.tables.values() if table.name.startswith("search_")}
    for plan in plans:
        reads = [line for line in plan.splitlines() if "Index" in line and " using " in line and "search_" in line]
        assert "Seq Scan on search_" not in plan.replace("Seq Scan on search_index", ""), plan
        conditions = [line for line in plan.splitlines() if "Index Cond" in line]
        assert reads
        assert all("tenant_id" in line for line in conditions), plan


@pytest.mark.parametrize("own", ["80.00", "100.00", "89.994", "89.995", "111.00", "95.5555", "0.01"])
@pytest.mark.parametrize("low", [None, "-10", "-10.05", "0"])
@pytest.mark.parametrize("high", [None, "5.5", "0"])
def test_the_engines_price_is_the_shops_price(db: Engine, brand: Shop, partner: Shop, own: str, low: str | None, high: str | None) -> None:
    listed = {"bell": "99.99", "pump": "0.37"}
    index(brand.id, [document(brand.id, name, prices={"EUR": Decimal(amount)}) for name, amount in listed.items()])
    agreement = share(brand.id, partner.id)
    with entering(partner.id), transaction() as session:
        for name in listed:
            overlay(session, partner.id, brand.id, agreement, name, prices={"EUR": own})
    corridor = (Decimal(low) if low else None, Decimal(high) if high else None)
    scope = SearchScope(partner.id, "EUR", (SearchSource(brand.id, "eu", "en", agreement_id=agreement, corridor=corridor),))
    view = ShopView(partner.id, "de", "en", "EUR")
    for name, amount in listed.items():
        shown = price_for(view, {"EUR": amount}, OverlayFacts(prices={"EUR": own}), Corridor(*corridor))
        assert shown is not None
        with entering(partner.id), transaction(read_only=True) as session:
            only = SearchScope(
                partner.id, "EUR", (SearchSource(**{**vars(scope.sources[0]), "product_ids": frozenset({product_id(brand.id, name)})}),)
            )
            found = ENGINE.search(session, only, facets=("price",))
        assert (found.total, found.facets["price"].low, found.facets["price"].high) == (1, shown.money.amount, shown.money.amount)


def test_what_is_kept_under_a_stamp_is_never_shown_after_a_change(db: Engine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id)
    sources = (SearchSource(brand.id, "eu", "en", agreement_id=agreement),)

    def dearest() -> object:
        with entering(partner.id), transaction(read_only=True) as session:
            scope = SearchScope(partner.id, "EUR", sources, stamps.current(session))
            found = ENGINE.search(session, scope, facets=("price",))
            return (found.total, found.facets["price"].high)

    def price(name: str, amount: str) -> None:
        with entering(partner.id), transaction() as session:
            overlay(session, partner.id, brand.id, agreement, name, prices={"EUR": amount})
            stamps.bump(session)

    assert [dearest(), dearest()] == [(12, Decimal(2499))] * 2
    price("bell", "3000")
    assert [dearest(), dearest()] == [(12, Decimal(3000))] * 2
    index(brand.id, [document(brand.id, "bell"), document(brand.id, "pump", prices={"EUR": Decimal(4000)})])
    assert dearest() == (12, Decimal(4000))
    with pytest.raises(RuntimeError, match="changed my mind"), entering(partner.id), transaction() as session:
        overlay(session, partner.id, brand.id, agreement, "chain", prices={"EUR": "9000"})
        scope = SearchScope(partner.id, "EUR", sources, stamps.bump(session))
        assert ENGINE.search(session, scope, facets=("price",)).facets["price"].high == Decimal(9000)
        raise RuntimeError("changed my mind")
    price("saddle", "5000")
    assert dearest() == (12, Decimal(5000))
