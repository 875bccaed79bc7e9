"""The check box that leaves only what the shop has in stock."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from catalog.search.stock import read_stock_by
from kernel import stamps
from orders.availability import products_on_hand
from orders.models import Stock
from tests.browsing import Elements, Site
from tests.isolation.world import Tenant, World
from tests.tenants.conftest import inside

BOX = re.compile(r'name="stock" value="1"( checked)?')


@pytest.fixture(autouse=True)
def told_by_the_orders(site: Site) -> Iterator[None]:
    read_stock_by(products_on_hand)
    site.app.cache._pages.clear()
    yield
    site.app.cache._pages.clear()


def shown(site: Site, tenant: Tenant, path: str) -> tuple[int, bool | None]:
    """How many products the list tells of, and whether the box is ticked; None: there is none."""
    page = site.browser(tenant).get(path).text
    box = BOX.search(page)
    said = re.search(r"(\d+) products?", Elements(page).text)
    return int(said[1]) if said else 0, bool(box[1]) if box else None


def count_again(tenant: Tenant, sku: str, on_hand: int) -> None:
    """As orders and counts do: the figure, and the stamp where a page shows it differently."""
    with inside(tenant.id) as session:
        session.execute(update(Stock).where(Stock.tenant_id == tenant.id, Stock.sku == sku).values(on_hand=on_hand))
        stamps.bump(session)


def test_the_box_is_there_where_it_parts_products_and_counts_this_shops_stock_only(site: Site, world: World) -> None:
    everything, _ = shown(site, world.home, "/en-eu/all")
    abroad = shown(site, world.abroad, "/en-eu/all?stock=1")
    before, _ = shown(site, world.home, "/en-eu/all?stock=1")
    assert 0 < before <= everything
    count_again(world.home, "BK-1", 0)
    site.settle()
    try:
        assert shown(site, world.home, "/en-eu/all") == (everything, False)
        assert shown(site, world.home, "/en-eu/all?stock=1") == (before - 1, True)
        assert shown(site, world.abroad, "/en-eu/all?stock=1") == abroad
    finally:
        count_again(world.home, "BK-1", 20)
        site.settle()
    assert shown(site, world.home, "/en-eu/all?stock=1")[0] == before
