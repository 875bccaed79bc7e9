"""The application and the four tenants of tests/isolation/world.py, made once for each test process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from kernel import outbound
from kernel.db.session import use_engine
from kernel.ids import new_id
from tests.browsing import Site, running_site
from tests.conftest import MakeShop, Shop
from tests.isolation.people import People, meet
from tests.isolation.world import World, build


def shops_of(owner_db: Engine) -> MakeShop:
    """Makes tenants that live as long as the test process."""

    def make(kind: str = "brand") -> Shop:
        made = new_id()
        shop = Shop(made, f"{kind}-{made.hex[-8:]}", f"{kind.title()} {made.hex[-8:]}", kind)
        with owner_db.begin() as connection:
            opened = "INSERT INTO tenants.tenant (id, slug, name, kind, status) VALUES (:id, :slug, :name, :kind, 'active')"
            connection.execute(text(opened), shop.__dict__)
        return shop

    return make


@pytest.fixture(scope="session")
def house(app_engine: Engine, owner_db: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, World]]:
    """The application with the four tenants in it."""
    use_engine(app_engine)
    with running_site(app_engine, Path(tmp_path_factory.mktemp("house"))) as site:
        outbound.configure(["127.0.0.1:8080"])
        world = build(shops_of(owner_db))
        site.settle()
        yield site, world
    outbound.configure([])
    use_engine(None)


@pytest.fixture
def site(house: tuple[Site, World], db: Engine) -> Site:
    return house[0]


@pytest.fixture
def world(house: tuple[Site, World]) -> World:
    return house[1]


_met: dict[int, People] = {}


@pytest.fixture
def people(site: Site, world: World) -> People:
    """Everybody, signed in once."""
    if id(world) not in _met:
        _met[id(world)] = meet(site, world)
    return _met[id(world)]
