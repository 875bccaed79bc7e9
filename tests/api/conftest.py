"""The application over the test database, one tenant per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.browsing import Site, running_site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_category, make_product, publish_all
from tests.factories.tenants import make_market


@pytest.fixture
def site(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as running:
        yield running


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """A brand with two published bicycles in one market."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        bikes = make_category(session, brand.id, "bikes")
        make_product(session, brand.id, "BK-1", name="Pine bike", price="1299.00", category=bikes)
        make_product(session, brand.id, "BK-2", name="Copper bike", price="899.00", category=bikes)
        publish_all(session, brand.id, "eu")
    return brand
