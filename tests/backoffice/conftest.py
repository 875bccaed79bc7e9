"""The desk of a brand with two products, one of them published, over the test database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.backoffice.desks import Desk, furnish
from tests.browsing import Browser, Site, running_site
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_product, publish_all
from tests.factories.tenants import make_administrator, make_market


@pytest.fixture
def site(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as running:
        yield running


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """A market with one published product and one that waits."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_administrator(session, brand.id, "ada@example.com", "Ada Admin")
        make_product(session, brand.id, "BK-1", name="Pine bike")
        publish_all(session, brand.id)
        make_product(session, brand.id, "BK-2", name="Copper bike")
    return brand


@pytest.fixture
def ada(site: Site, shop: Shop) -> Browser:
    """Signed in at the desk, with every right."""
    return site.browser(shop).sign_in("ada@example.com")


@pytest.fixture
def desk(site: Site, brand: Shop) -> Desk:
    return furnish(site, brand)


@pytest.fixture
def stranger(site: Site, make_shop: MakeShop) -> Desk:
    """Another brand with the same things."""
    return furnish(site, make_shop("brand"))
