"""What tests of orders share: a signing key, and a shop to buy from."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from kernel import settings
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.orders import Goods, open_shop


@pytest.fixture(autouse=True)
def signing_key() -> Iterator[None]:
    """Links are signed with a key of the test's own."""
    settings.use(settings.Settings(secret_key="a key for tests and nothing else"))
    yield
    settings.use(None)


@pytest.fixture
def goods(db: Engine, brand: Shop) -> Goods:
    """A brand's European market: prices with tax, a bike, a helmet and a bell."""
    with entering(brand.id), transaction() as session:
        return open_shop(session, brand.id, bike="1299.00", helmet="59.90", bell="12.50")


@pytest.fixture
def american(db: Engine, twin: Shop) -> Goods:
    """Another brand's American market: prices without tax."""
    with entering(twin.id), transaction() as session:
        return open_shop(session, twin.id, "us", bike="1299.00", bell="12.50")
