"""Meilisearch's indexes follow publications and own names: by version, again without harm, never empty, soon."""

import time
from typing import Any

import pytest
from sqlalchemy import Engine, select

from app.wiring import wire
from catalog.assortment import search_scope, sources_for, view_for
from catalog.intervals import Place
from catalog.overlays import set_hidden, set_words
from catalog.products import ProductEdit, edit_product
from catalog.rolling_back import roll_back
from catalog.search.breaker import Circuit
from catalog.search.engine import ENGINE, GuardedSearch
from catalog.search.meili import feeding, following
from catalog.search.meili.engine import MeiliSearch
from catalog.search.meili.naming import names_index, products_index
from catalog.search.meili.server import MeiliServer, MeiliTrouble
from kernel import stamps
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.jobs import drain_once
from kernel.models import OutboxRow
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, share, somebody
from tests.factories.tenants import make_market
from tests.meilisearch.double import Double


def published(brand: Shop, **names: str) -> dict[str, Any]:
    """Products by article number, published in market eu."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        made = {sku: make_product(session, brand.id, sku, name, "10.00") for sku, name in names.items()}
        publish_all(session, brand.id)
    return made


def fed(server: MeiliServer, shop: Shop) -> list[feeding.Lag]:
    with entering(shop.id):
        return feeding.feed(server)


def found(server: MeiliServer, shop: Shop, text: str) -> int:
    """How many products Meilisearch alone finds in the shop."""
    with entering(shop.id), transaction(read_only=True) as session:
        view = view_for(session, "eu", "en")
        return MeiliSearch(server).search(session, search_scope(view, sources_for(session, view)), text).total


def sent(double: Double) -> list[str]:
    """The ids of all documents that were put into the brand's index, in order; "state" is the mark."""
    return [d["id"] for method, path, body in double.requests if method == "POST" and path.endswith("/documents") for d in body]


def english(shop: Shop) -> str:
    return products_index(shop.id, "eu", "en")


def test_a_publication_makes_the_index_and_the_next_one_sends_what_moved(double: Double, server: MeiliServer, brand: Shop) -> None:
    made = published(brand, a="Copper kettle", b="Brass bell", c="Iron pan")
    fed(server, brand)
    assert set(double.indexes[english(brand)].documents) == {*(p.id.hex for p in made.values()), "state"}
    with in_tenant(brand.id) as session:
        edit_product(session, somebody(brand.id), made["a"].id, ProductEdit(names={"en": "Copper teapot"}))
        edit_product(session, somebody(brand.id), made["c"].id, ProductEdit(status="end"))
        publish_all(session, brand.id)
    double.requests.clear()
    fed(server, brand)
    assert [found(server, brand, text) for text in ("kettle", "teapot", "bell", "pan")] == [0, 1, 1, 0]
    assert set(sent(double)) == {made["a"].id.hex, "state"}
    assert double.indexes[english(brand)].documents["state"]["version"] == 2


def test_feeding_again_sends_nothing(double: Double, server: MeiliServer, brand: Shop) -> None:
    published(brand, a="Copper kettle")
    fed(server, brand)
    double.requests.clear()
    assert fed(server, brand) == []
    assert {method for method, _path, _body in double.requests} == {"GET"}


def test_going_back_to_an_old_version_is_followed(server: MeiliServer, brand: Shop) -> None:
    made = published(brand, a="Copper kettle")
    with in_tenant(brand.id) as session:
        edit_product(session, somebody(brand.id), made["a"].id, ProductEdit(names={"en": "Copper teapot"}))
        publish_all(session, brand.id)
    fed(server, brand)
    with in_tenant(brand.id) as session:
        roll_back(session, somebody(brand.id), "eu", 1)
    fed(server, brand)
    assert [found(server, brand, text) for text in ("kettle", "teapot")] == [1, 0]


def test_a_feed_that_broke_off_is_made_up_for_by_the_next(double: Double, server: MeiliServer, brand: Shop) -> None:
    made = published(brand, a="Copper kettle")
    fed(server, brand)
    with in_tenant(brand.id) as session:
        edit_product(session, somebody(brand.id), made["a"].id, ProductEdit(names={"en": "Copper teapot"}))
        publish_all(session, brand.id)

    def cut(path: str) -> None:
        if path.endswith("/documents"):
            raise ConnectionResetError

    double.faults = cut
    with pytest.raises(MeiliTrouble):
        fed(server, brand)
    double.faults = None
    with in_tenant(brand.id) as session:
        make_product(session, brand.id, "d", "Iron pan", "5.00")
        publish_all(session, brand.id)
    fed(server, brand)
    assert [found(server, brand, text) for text in ("kettle", "teapot", "pan")] == [0, 1, 1]


def test_a_rebuilt_index_is_never_empty_or_half_full(double: Double, server: MeiliServer, brand: Shop) -> None:
    published(brand, **{f"p{n}": f"Kettle {n}" for n in range(30)})
    fed(server, brand)
    seen: set[int] = set()
    double.after_task = lambda _task: seen.add(found(server, brand, "kettle"))
    with entering(brand.id):
        assert feeding.rebuild(server, Place("eu", "en")) == 30
    time.sleep(0.2)
    assert seen == {30}
    assert english(brand) + "-next" not in double.indexes


def test_an_index_of_other_settings_is_made_anew(double: Double, server: MeiliServer, brand: Shop) -> None:
    published(brand, a="Copper kettle")
    fed(server, brand)
    index = double.indexes[english(brand)]
    index.documents["state"]["made_of"] = "an older program"
    index.settings["searchableAttributes"] = ["brand"]
    fed(server, brand)
    assert double.indexes[english(brand)] is not index
    assert found(server, brand, "kettle") == 1


def test_a_change_that_takes_too_long_is_told_and_tried_again_later(double: Double, server: MeiliServer, brand: Shop) -> None:
    double.task_seconds = 0.3
    task = server.make_index("galleria-slow")
    with pytest.raises(MeiliTrouble, match="has not finished"):
        server.wait([task], seconds=0.05)
    server.wait([task])
    with pytest.raises(MeiliTrouble, match="already exists"):
        server.wait([server.make_index("galleria-slow")])


def test_publications_and_overlays_are_followed_through_the_queue(
    double: Double, server: MeiliServer, relay_db: Engine, brand: Shop, partner: Shop, twin: Shop
) -> None:
    wire()
    made = published(brand, a="Copper kettle", b="Brass bell")
    drain_once(relay_db, brand.id)
    assert found(server, brand, "kettle") == 1
    [agreement] = share(brand.id, partner.id, overlay_fields=("name",))
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu")
        set_words(session, Actor.job(partner.id, "test"), agreement.id, made["b"].id, names={"en": "Dingdong deluxe"})
    drain_once(relay_db, partner.id)
    assert [d["title"] for d in double.indexes[names_index(partner.id)].documents.values() if "title" in d] == ["Dingdong deluxe"]
    assert [found(server, shop, "dingdong") for shop in (partner, brand)] == [1, 0]
    with entering(partner.id), transaction(read_only=True) as session:
        moved = stamps.current(session)
    with in_tenant(partner.id) as session:
        set_words(session, Actor.job(partner.id, "test"), agreement.id, made["b"].id, names={"en": ""})
    with in_tenant(partner.id) as session:
        assert stamps.current(session) == moved + 1
        set_hidden(session, Actor.job(partner.id, "test"), agreement.id, made["a"].id, True)
    drain_once(relay_db, partner.id)
    assert found(server, partner, "dingdong") == 0
    with entering(partner.id), transaction(read_only=True) as session:
        assert stamps.current(session) == moved + 3  # two edits, and names that had to be fed once
    assert [index for index in double.indexes if twin.id.hex in index] == []


def test_a_publication_is_found_at_once_also_while_the_index_is_behind(double: Double, server: MeiliServer, brand: Shop) -> None:
    made = published(brand, a="Copper kettle")
    fed(server, brand)
    with in_tenant(brand.id) as session:
        edit_product(session, somebody(brand.id), made["a"].id, ProductEdit(names={"en": "Copper teapot"}))
        publish_all(session, brand.id)
    with pytest.raises(MeiliTrouble, match="newest publication"):
        found(server, brand, "teapot")
    for _ in range(4):
        with entering(brand.id), transaction(read_only=True) as session:
            view = view_for(session, "eu", "en")
            scope = search_scope(view, sources_for(session, view))
            assert [ENGINE.search(session, scope, text).total for text in ("teapot", "kettle")] == [1, 0]
    assert isinstance(ENGINE.chosen, GuardedSearch)
    assert ENGINE.chosen.circuit.is_open is False
    fed(server, brand)
    assert found(server, brand, "teapot") == 1


def test_nothing_is_queued_where_no_server_is_connected(relay_db: Engine, brand: Shop) -> None:
    wire()
    published(brand, a="Copper kettle")
    with entering(brand.id), transaction() as session:
        assert following.catch_up(session) == 0
        asked = session.scalars(select(OutboxRow.name).where(OutboxRow.tenant_id == brand.id)).all()
    assert "catalog.CatalogPublished" in asked
    assert [name for name in asked if name.startswith("task:catalog.search")] == []
    drain_once(relay_db, brand.id)
    with entering(brand.id), transaction(read_only=True) as session:
        asked = session.scalars(select(OutboxRow.name).where(OutboxRow.tenant_id == brand.id)).all()
    assert [name for name in asked if name.startswith("task:catalog.search")] == []
    assert ENGINE.server is None


def test_a_new_or_emptied_server_is_noticed_within_a_minute(double: Double, server: MeiliServer, relay_db: Engine, brand: Shop) -> None:
    published(brand, a="Copper kettle")
    drain_once(relay_db, brand.id, raising=False)
    double.indexes.clear()
    with entering(brand.id), transaction() as session:
        assert following.catch_up(session) == 1
    drain_once(relay_db, brand.id)
    assert found(server, brand, "kettle") == 1
    with entering(brand.id), transaction() as session:
        assert following.catch_up(session) == 0


def test_a_server_that_is_away_is_asked_once_and_not_for_every_tenant(
    monkeypatch: pytest.MonkeyPatch, double: Double, server: MeiliServer, relay_db: Engine, brand: Shop, twin: Shop
) -> None:
    wire()
    monkeypatch.setattr(following, "_reach", Circuit(failures=1, pause=0.2))
    asked: list[str] = []

    def cut(path: str) -> None:
        asked.append(path)
        raise ConnectionResetError

    for shop in (brand, twin):
        published(shop, a="Copper kettle")
    double.faults = cut
    for shop in (brand, twin):
        drain_once(relay_db, shop.id)
    asked.clear()
    for shop in (brand, twin):
        with entering(shop.id), transaction() as session:
            assert following.catch_up(session) == 0
    assert len(set(asked)) == 1
    double.faults = None
    time.sleep(0.3)
    for shop in (brand, twin):
        with entering(shop.id), transaction() as session:
            assert following.catch_up(session) == 1
        drain_once(relay_db, shop.id)
        assert found(server, shop, "kettle") == 1


def test_a_large_index_is_made_by_a_long_task(
    monkeypatch: pytest.MonkeyPatch, double: Double, server: MeiliServer, relay_db: Engine, brand: Shop
) -> None:
    wire()
    monkeypatch.setattr(feeding, "FEW", 2)
    published(brand, a="Copper kettle", b="Brass bell", c="Iron pan")
    assert Place("eu", "en") in [lag.place for lag in fed(server, brand)]
    assert double.indexes == {}
    drain_once(relay_db, brand.id)
    assert found(server, brand, "kettle") == 1
    with entering(brand.id), transaction(read_only=True) as session:
        asked = session.scalars(select(OutboxRow.name).where(OutboxRow.tenant_id == brand.id)).all()
    assert "task:" + following.REBUILD in asked


def test_a_tenants_indexes_go_and_nobody_elses(double: Double, server: MeiliServer, brand: Shop, twin: Shop) -> None:
    for shop in (brand, twin):
        published(shop, a="Copper kettle")
        fed(server, shop)
    with entering(brand.id):
        assert feeding.drop_all(server) > 0
    assert {twin.id.hex in index for index in double.indexes} == {True}
    assert found(server, twin, "kettle") == 1
