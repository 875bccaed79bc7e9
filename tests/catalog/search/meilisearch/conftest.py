"""The double, and the process's engine connected to it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from catalog.search import engine
from catalog.search.meili.server import MeiliServer
from tests.meilisearch.double import Double


@pytest.fixture
def double() -> Iterator[Double]:
    """An empty server."""
    with Double() as made:
        yield made


@pytest.fixture
def server(db: Engine, double: Double) -> Iterator[MeiliServer]:
    """Shops of this process search with the double."""
    engine.connect(double.url, double.key)
    connected = engine.meilisearch()
    assert connected is not None
    yield connected
    engine.connect("")
