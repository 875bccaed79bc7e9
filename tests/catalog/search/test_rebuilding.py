"""Indexes made anew from what is published: found as overdue, queued once, whole at every moment."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text, update

from app.wiring import wire
from catalog.assortment import search_scope, sources_for, view_for
from catalog.models import Overlay, Product
from catalog.search import analysis, own_names, rebuilding, writing
from catalog.search.models import SearchIndex
from catalog.search.pg import PgSearch
from kernel.db.session import transaction
from kernel.events import TASK_PREFIX
from kernel.jobs import tasks
from kernel.jobs.chores import all_chores
from kernel.models import OutboxRow
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all
from tests.factories.catalog import share as share_goods
from tests.factories.tenants import make_market

ENGINE = PgSearch()


def filled(shop: Shop, *names: str) -> None:
    with in_tenant(shop.id) as session:
        make_market(session, shop.id, "eu")
        for n, name in enumerate(names):
            make_product(session, shop.id, f"{shop.slug}-{n}", name=name, price="10.00")
        publish_all(session, shop.id, "eu")


def found(shop: Shop, typed: str) -> int:
    with entering(shop.id), transaction(read_only=True) as session:
        view = view_for(session, "eu", "en")
        return ENGINE.search(session, search_scope(view, sources_for(session, view)), typed).total


def overdue(shop: Shop) -> list[tuple[str, str]]:
    with entering(shop.id), transaction(read_only=True) as session:
        return rebuilding.list_overdue(session)


def age(superuser_db: Engine, shop: Shop) -> None:
    with superuser_db.begin() as connection:
        connection.execute(text("UPDATE catalog.search_index SET analysis = 1 WHERE tenant_id = :t"), {"t": shop.id})


def catch_up(shop: Shop) -> int:
    with entering(shop.id), transaction() as session:
        return rebuilding.catch_up(session)


def queued(shop: Shop) -> int:
    with entering(shop.id), transaction(read_only=True) as session:
        return len(session.scalars(select(OutboxRow.id).where(OutboxRow.name == TASK_PREFIX + rebuilding.TASK)).all())


def work(shop: Shop) -> None:
    with entering(shop.id), transaction() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.name == TASK_PREFIX + rebuilding.TASK)).one()
    with entering(shop.id):
        tasks.run(row)


def builds(shop: Shop) -> list[tuple[str, str, bool, int, int]]:
    with entering(shop.id), transaction(read_only=True) as session:
        mine = select(SearchIndex).where(SearchIndex.tenant_id == shop.id)
        rows = session.scalars(mine.order_by(SearchIndex.market_code, SearchIndex.language, SearchIndex.build))
        return [(row.market_code, row.language, row.is_current, row.analysis, row.documents) for row in rows]


def test_an_index_of_an_older_reading_is_queued_once_and_made_anew(db: Engine, superuser_db: Engine, brand: Shop, twin: Shop) -> None:
    filled(brand, "Pine bell", "Copper bell")
    filled(twin, "Twin bell")
    assert (overdue(brand), catch_up(brand), queued(brand)) == ([], 0, 0)
    age(superuser_db, brand)
    assert overdue(brand) == [("eu", "de"), ("eu", "en")]
    assert (catch_up(brand), catch_up(brand), queued(brand)) == (2, 2, 1)
    work(brand)
    assert (overdue(brand), found(brand, "bell")) == ([], 2)
    assert builds(brand) == [
        ("eu", "de", False, 1, 2),
        ("eu", "de", True, analysis.VERSION, 2),
        ("eu", "en", False, 1, 2),
        ("eu", "en", True, analysis.VERSION, 2),
    ]
    assert (len(builds(twin)), queued(twin)) == (2, 0)


def test_a_lost_index_is_made_anew_and_nothing_is_asked_of_what_was_never_published(db: Engine, superuser_db: Engine, brand: Shop) -> None:
    filled(brand, "Pine bell")
    with superuser_db.begin() as connection:
        for table in ("index", "doc", "posting", "word", "word_del", "bits", "number", "code", "unit"):
            connection.execute(text(f"DELETE FROM catalog.search_{table} WHERE tenant_id = :t"), {"t": brand.id})
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "us", currency="USD")
    assert overdue(brand) == [("eu", "de"), ("eu", "en")]
    assert catch_up(brand) == 2
    work(brand)
    assert (overdue(brand), found(brand, "bell")) == ([], 1)


def test_searches_never_see_a_part_of_an_index(db: Engine, superuser_db: Engine, brand: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(brand, *(f"Bell {letter}" for letter in "abcdef"))
    seen: list[int] = []
    put_in: Callable[..., None] = writing.BuildWriter.put_in

    def watched(writer: writing.BuildWriter, documents: list[object]) -> None:
        put_in(writer, documents)
        seen.append(found(brand, "bell"))

    monkeypatch.setattr(rebuilding, "BATCH", 2)
    monkeypatch.setattr(rebuilding, "READ_AT_ONCE", 4)
    monkeypatch.setattr(writing.BuildWriter, "put_in", watched)
    with entering(brand.id), transaction() as session:
        assert rebuilding.rebuild(session, "eu", "en") == 6
        seen.append(found(brand, "bell"))
    assert (seen, found(brand, "bell")) == ([6, 6, 6, 6], 6)


def test_a_rebuilding_that_fails_changes_nothing(db: Engine, brand: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(brand, "Pine bell")
    before = builds(brand)
    monkeypatch.setattr(writing.BuildWriter, "close", lambda _writer: 1 / 0)
    with pytest.raises(ZeroDivisionError), entering(brand.id), transaction() as session:
        rebuilding.rebuild(session, "eu", "en")
    assert (builds(brand), found(brand, "bell")) == (before, 1)


def test_publishing_goes_on_in_the_new_index(db: Engine, brand: Shop) -> None:
    filled(brand, "Pine bell")
    with entering(brand.id), transaction() as session:
        rebuilding.rebuild(session, "eu", "en")
    with in_tenant(brand.id) as session:
        session.execute(update(Product).values(names={"en": "Pine gong"}))
        publish_all(session, brand.id, "eu")
    assert (found(brand, "bell"), found(brand, "gong")) == (0, 1)


def test_a_partners_own_names_are_made_anew_as_well(db: Engine, superuser_db: Engine, brand: Shop, partner: Shop) -> None:
    filled(brand, "Pine bell")
    [agreement] = share_goods(brand.id, partner.id, overlay_fields=("name", "price"))
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu")
        product = _only_product(brand)
        session.add(
            Overlay(
                tenant_id=partner.id, id=product, agreement_id=agreement.id, source_tenant_id=brand.id, product_id=product, names={"en": "Zebra"}
            )
        )  # fmt: skip
        own_names.keep(session, [product])
    age(superuser_db, partner)
    assert overdue(partner) == [(own_names.MARKET, "en")]
    catch_up(partner)
    work(partner)
    assert builds(partner) == [(own_names.MARKET, "en", False, 1, 1), (own_names.MARKET, "en", True, analysis.VERSION, 1)]
    with entering(partner.id), transaction(read_only=True) as session:
        view = view_for(session, "eu", "en")
        scope = search_scope(view, sources_for(session, view))
        assert ENGINE.search(session, scope, "zebra").total == 1


def _only_product(shop: Shop) -> UUID:
    with entering(shop.id), transaction(read_only=True) as session:
        return session.scalars(select(Product.id)).one()


def test_a_start_sees_to_it_that_what_is_overdue_is_looked_for_every_minute() -> None:
    wire()
    chores = {chore.name: chore for chore in all_chores()}
    assert (chores[rebuilding.TASK].turns, chores[rebuilding.TASK].call) == ("* * * * *", rebuilding.catch_up)
