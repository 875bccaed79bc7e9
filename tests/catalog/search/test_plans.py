"""How PostgreSQL reads for the heaviest pages of a large shop: along indexes that begin with the tenant, never through whole tables."""

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, insert, text, update
from sqlalchemy.orm import Session

from catalog.assortment import cards_for, search_scope, shop_list, shop_product, sources_for, view_for
from catalog.facets import facet_words
from catalog.models import Agreement, Overlay, PublishedProduct
from catalog.search import own_names
from catalog.search.documents import SearchDocument
from catalog.search.indexing import apply_changes
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, Page, Sort
from catalog.search.shelf import SHELF
from catalog.search.stock import read_stock_by
from catalog.shop import ShopView
from kernel.db.session import transaction
from kernel.ids import new_id
from kernel.tenancy import entering
from orders.availability import products_on_hand
from tests.conftest import Shop
from tests.factories.orders import payload, publish_products
from tests.factories.search import explained, share
from tests.factories.tenants import make_market

PRODUCTS = 5_200
COLOURS = ("green", "copper", "black", "sand")
THINGS = ("lamp", "saddle", "pedal", "rack", "bell", "pump", "chain", "helmet", "grip", "lock")
ENGINE = PgSearch()
READ_WHOLE = re.compile(r"Seq Scan on (?:catalog\.)?(search_(?!index)\w+|published_product)\b")


@dataclass(frozen=True)
class Shops:
    """A brand, and a partner that sells its goods."""

    brand: UUID
    partner: UUID


def in_letters(n: int) -> str:
    """A word of its own for every product."""
    return "".join("aeioubdglm"[int(digit)] for digit in f"{n:06}")


def published(tenant_id: UUID, product_id: UUID, n: int, name: str) -> dict[str, Any]:
    """A row of the shop, written past the session: thousands of objects would take longer than the test."""
    told = {**payload(product_id, name, "EUR", "10.00"), "slug": f"thing-{n}", "sku": f"T-{n}"}
    return {
        "tenant_id": tenant_id, "id": new_id(), "market_code": "eu", "language": "en", "product_id": product_id, "sku": f"T-{n}",
        "slug": f"thing-{n}", "category_ids": [], "currencies": ["EUR"], "from_version": 1, "digest": b"", "payload": told,
    }  # fmt: skip


def fill(tenant_id: UUID) -> list[UUID]:
    """A market with PRODUCTS published and indexed products in 20 categories."""
    shelves = [new_id() for _ in range(20)]
    rows = [(new_id(), n, f"{COLOURS[n % 4].title()} {THINGS[n % 10]} {in_letters(n)} {n}", shelves[n % 20]) for n in range(PRODUCTS)]
    with entering(tenant_id), transaction() as session:
        make_market(session, tenant_id, "eu")
        publish_products(session, tenant_id, "eu", "en", [])
        session.execute(insert(PublishedProduct), [published(tenant_id, p, n, name) for p, n, name, _ in rows])
        apply_changes(session, "eu", "en", [
            SearchDocument(
                product_id=product_id, sku=f"T-{n}", title=name, brand=f"House {n % 7}", category_ids=(shelf,), rank=n / PRODUCTS,
                facets={"colour": (COLOURS[n % 4],), "brand": (f"House {n % 7}",)}, numbers={"gears": Decimal(n % 12)},
                prices={"EUR": Decimal(5 + n % 300)},
            )
            for product_id, n, name, shelf in rows
        ])  # fmt: skip
    return [product_id for product_id, *_ in rows]


@contextmanager
def plans_of(db: Engine, session: Session) -> Iterator[dict[str, str]]:
    """Collects the plan of every statement that is run meanwhile, {statement: plan}."""
    seen: dict[str, Any] = {}
    plans: dict[str, str] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.setdefault(statement, parameters)

    event.listen(db, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        event.remove(db, "before_cursor_execute", note)
    for statement, parameters in seen.items():
        plans[statement] = "\n".join(explained(session, statement, parameters))


@pytest.fixture
def shops(db: Engine, superuser_db: Engine, brand: Shop, partner: Shop, twin: Shop) -> Iterator[Shops]:
    """The brand, its partner with own prices, names and a hidden product, and a twin with as many goods of its own."""
    goods = fill(brand.id)
    fill(twin.id)
    agreement = share(brand.id, partner.id)
    with entering(brand.id), transaction() as session:
        session.execute(update(Agreement).values(overlay_fields=["name", "price"]))
    with entering(partner.id), transaction() as session:
        make_market(session, partner.id, "eu")
        for n in range(100):
            laid = {"agreement_id": agreement, "source_tenant_id": brand.id, "product_id": goods[n]}
            session.add(Overlay(tenant_id=partner.id, id=new_id(), **laid, prices={"EUR": str(20 + n)}, names={"en": f"Zebra {n}"}))
        session.flush()
        own_names.catch_up(session)
    with superuser_db.begin() as connection:
        connection.execute(text("ANALYZE"))
    SHELF.clear()
    read_stock_by(products_on_hand)
    yield Shops(brand.id, partner.id)
    read_stock_by(None)


def a_list(session: Session, view: ShopView, shops: Shops) -> None:
    found = ENGINE.search(session, search_scope(view, sources_for(session, view)), sort=Sort.RANK)
    assert (found.total, len(cards_for(session, view, [hit.product_id for hit in found.hits]))) == (PRODUCTS, 24)
    assert shop_list(session, view).total == PRODUCTS


def a_list_with_facets(session: Session, view: ShopView, shops: Shops) -> None:
    facet_words(session, view)
    scope = search_scope(view, sources_for(session, view))
    filters = Filters(values={"colour": ("green",)}, ranges={"gears": (Decimal(2), None)}, price=(Decimal(9), Decimal(99)))
    found = ENGINE.search(session, scope, "", filters, ("colour", "brand", "category", "gears", "price", "in_stock"), Sort.PRICE_UP)
    assert 0 < found.total < PRODUCTS / 4
    assert ENGINE.search(session, scope, sort=Sort.NAME, page=Page(200, 24)).total == PRODUCTS


def a_search(session: Session, view: ShopView, shops: Shops) -> None:
    scope = search_scope(view, sources_for(session, view))
    assert ENGINE.search(session, scope, "green lamp", facets=("colour", "brand", "price")).total > 0
    assert ENGINE.search(session, scope, "grene sadle").corrected_text == "green saddle"
    assert ENGINE.search(session, scope, "T-77").exact is not None
    assert ENGINE.search(session, scope, "zebra").total == (100 if view.tenant_id == shops.partner else 0)


def suggestions(session: Session, view: ShopView, shops: Shops) -> None:
    told = ENGINE.suggest(session, search_scope(view, sources_for(session, view)), "copper sad")
    assert (told.texts[0], len(told.products)) == ("copper saddle", 8)


def a_product(session: Session, view: ShopView, shops: Shops) -> None:
    assert shop_product(session, view, "thing-77").sku == "T-77"


def test_no_page_of_a_large_shop_reads_a_whole_table(db: Engine, shops: Shops) -> None:
    pages: list[Callable[[Session, ShopView, Shops], None]] = [a_list, a_list_with_facets, a_search, suggestions, a_product]
    for tenant_id, page in itertools.product((shops.brand, shops.partner), pages):
        SHELF.clear()
        with entering(tenant_id), transaction(read_only=True) as session:
            view = view_for(session, "eu", "en")
            with plans_of(db, session) as plans:
                page(session, view, shops)
        assert any(" using " in plan and ("search_" in plan or "published_product" in plan) for plan in plans.values()), page.__name__
        for statement, plan in plans.items():
            assert not READ_WHOLE.search(plan), f"{page.__name__}\n{statement}\n{plan}"
    with entering(shops.brand), transaction(read_only=True) as session, plans_of(db, session) as plans:
        session.execute(text("SELECT count(*) FROM catalog.search_doc WHERE title LIKE 'x%'"))
    assert [bool(READ_WHOLE.search(plan)) for plan in plans.values()] == [True]  # the check can fail
