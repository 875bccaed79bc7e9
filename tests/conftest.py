"""What every test may ask for: the database by role, and tenants of its own.

Tests keep apart by making fresh tenants, never by emptying tables: `brand`, `partner` and `twin` are new in every test.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import hypothesis
import pytest
from sqlalchemy import Engine, inspect, text

from kernel.db.session import PoolSize, make_engine, use_engine
from kernel.ids import new_id
from tests.cluster import Database, fresh_database, running_cluster

# examples without a clock (how fast a thing is, the benches say); the same ones for the same code where a change is judged
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


@dataclass(frozen=True)
class Shop:
    """A tenant made for one test."""

    id: UUID
    slug: str
    name: str
    kind: str


MakeShop = Callable[..., Shop]


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """A migrated database of this test process, by addresses."""
    with running_cluster() as cluster, fresh_database(cluster) as made:
        yield made


@pytest.fixture(scope="session")
def app_engine(database: Database) -> Iterator[Engine]:
    """Connections as the application role, as in production."""
    engine = make_engine(database.app_url, PoolSize(connections=20))
    yield engine
    engine.dispose()


@pytest.fixture
def db(app_engine: Engine) -> Iterator[Engine]:
    """The process's engine is the application role's: `kernel.db.session.transaction()` works."""
    use_engine(app_engine)
    yield app_engine
    use_engine(None)


@pytest.fixture(scope="session")
def owner_db(database: Database) -> Iterator[Engine]:
    """Connections as galleria_owner: the tenant directory and structure. Row security holds for it, too."""
    engine = make_engine(database.owner_url, PoolSize(connections=3))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def superuser_db(database: Database) -> Iterator[Engine]:
    """Connections that see everything: only for tests about the catalogue of tables and for counting what is left."""
    engine = make_engine(database.superuser_url, PoolSize(connections=3))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def relay_db(database: Database) -> Iterator[Engine]:
    """Connections as galleria_relay, who hands outbox rows to the job queue."""
    engine = make_engine(database.relay_url, PoolSize(connections=3))
    yield engine
    engine.dispose()


@pytest.fixture
def make_shop(db: Engine, owner_db: Engine) -> MakeShop:
    """Makes a tenant: `make_shop()`, `make_shop("partner")`, `make_shop(slug="…")`."""

    def make(kind: str = "brand", slug: str | None = None) -> Shop:
        slug = slug or f"{kind}-{secrets.token_hex(4)}"
        shop = Shop(new_id(), slug, slug.replace("-", " ").title(), kind)
        with owner_db.begin() as connection:
            if inspect(connection).has_table("tenant", "tenants"):
                connection.execute(
                    text("INSERT INTO tenants.tenant (id, slug, name, kind, status) VALUES (:id, :slug, :name, :kind, 'active')"),
                    {"id": shop.id, "slug": shop.slug, "name": shop.name, "kind": shop.kind},
                )
        return shop

    return make


@pytest.fixture
def brand(make_shop: MakeShop) -> Shop:
    """A brand with nothing in it yet."""
    return make_shop("brand")


@pytest.fixture
def partner(make_shop: MakeShop) -> Shop:
    """A partner tenant with nothing in it yet."""
    return make_shop("partner")


@pytest.fixture
def twin(make_shop: MakeShop) -> Shop:
    """A second brand that must never see the first one's rows, nor be seen by it."""
    return make_shop("brand")
