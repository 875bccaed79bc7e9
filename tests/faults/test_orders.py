"""F01, F02, F04 for orders: whoever is killed, an order that was confirmed stays, and one that was not can be placed again."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text

from app.migrating import migrate
from kernel import settings
from kernel.actors import Actor
from kernel.db.embedded import Cluster
from kernel.db.rls import APP_ROLE, OWNER_ROLE
from kernel.db.roles import prepare_database
from kernel.db.session import PoolSize, make_engine, retrying, transaction, use_engine
from kernel.errors import Unavailable
from kernel.ids import new_id, new_token
from kernel.models import MailMessage
from kernel.money import Money
from kernel.tenancy import entering
from orders import cart as carts
from orders.checkout import PlacedOrder, place_order
from orders.models import Order, Stock, StockMovement
from tests.cluster import Database
from tests.conftest import Shop
from tests.factories.orders import Goods, details, make_cart, on_hand, open_shop, put_stock, visitor

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
TOTAL = Money.of("1299", "EUR")
WAIT_SECONDS = 90

# a web worker that places one order and is killed: before its commit, or after it and before anybody hears of it
WORKER = """
import os, signal, sys
from uuid import UUID
from kernel import settings
from kernel.actors import Actor
from kernel.db.session import make_engine, transaction, use_engine
from kernel.money import Money
from kernel.tenancy import entering
from orders.checkout import place_order
from tests.factories.orders import details

address, tenant, guest, cart, key, when = sys.argv[1:]
settings.use(settings.Settings(secret_key="a key for tests and nothing else"))
use_engine(make_engine(address))
with entering(UUID(tenant)):
    with transaction() as session:
        place_order(session, Actor.guest(UUID(tenant), guest), UUID(cart), key, details(), Money.of("1299", "EUR"))
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def signing_key() -> Iterator[None]:
    settings.use(settings.Settings(secret_key="a key for tests and nothing else"))
    yield
    settings.use(None)


@pytest.fixture
def goods(db: Engine, brand: Shop) -> Goods:
    with entering(brand.id), transaction() as session:
        made = open_shop(session, brand.id, bike="1299.00")
        put_stock(session, made, bike=5)
        return made


def killed_worker(database: Database, goods: Goods, guest: Actor, cart_id: UUID, key: str, when: str) -> None:
    arguments = [database.app_url, str(goods.tenant_id), guest.visitor or "", str(cart_id), key, when]
    done = subprocess.run([sys.executable, "-c", WORKER, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_f01_a_worker_killed_before_its_commit_has_done_nothing_and_the_retry_succeeds(database: Database, goods: Goods) -> None:
    guest, key = visitor(goods.tenant_id), new_token()
    with entering(goods.tenant_id):
        with transaction() as session:
            cart_id = make_cart(session, guest, goods, bike=1).id
        killed_worker(database, goods, guest, cart_id, key, "before")
        with transaction() as session:
            assert session.scalar(select(func.count()).select_from(Order)) == 0
            assert (on_hand(session, goods, "bike"), carts.count(session, guest, "eu")) == (5, 1)
        with transaction() as session:
            placed = place_order(session, guest, cart_id, key, details(), TOTAL)
            assert (placed.is_new, placed.order.number) == (True, "100001")
            assert on_hand(session, goods, "bike") == 4


def test_f02_a_worker_killed_after_its_commit_has_placed_one_order_and_the_retry_returns_it(database: Database, goods: Goods) -> None:
    guest, key = visitor(goods.tenant_id), new_token()
    with entering(goods.tenant_id):
        with transaction() as session:
            cart_id = make_cart(session, guest, goods, bike=1).id
        killed_worker(database, goods, guest, cart_id, key, "after")
        with transaction() as session:
            again = place_order(session, guest, cart_id, key, details(), TOTAL)
            assert (again.is_new, again.order.number) == (False, "100001")
        with transaction() as session:
            for table in (Order, MailMessage):
                assert session.scalar(select(func.count()).select_from(table)) == 1
            assert on_hand(session, goods, "bike") == 4


@pytest.fixture
def own_server() -> Iterator[tuple[Cluster, Goods]]:
    """A server of this test's own that writes safely to disk, with one shop in it."""
    with tempfile.TemporaryDirectory(prefix="glr-") as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder) / "pg", dies_with_us=True)
        cluster.start()
        try:
            prepare_database(cluster.url("postgres", "postgres"), "shop")
            migrate(cluster.url(OWNER_ROLE, "shop"))
            owner = make_engine(cluster.url(OWNER_ROLE, "shop"))
            tenant_id = new_id()
            with owner.begin() as connection:
                opened = "INSERT INTO tenants.tenant (id, slug, name, kind, status) VALUES (:id, 'flash', 'Flash', 'brand', 'active')"
                connection.execute(text(opened), {"id": tenant_id})
            owner.dispose()
            engine = make_engine(cluster.url(APP_ROLE, "shop"), PoolSize(connections=8))
            use_engine(engine)
            with entering(tenant_id), transaction() as session:
                goods = open_shop(session, tenant_id, bike="1299.00")
                put_stock(session, goods, bike=1000)
            yield cluster, goods
            engine.dispose()
            use_engine(None)
        finally:
            cluster.stop()


def order_until_answered(goods: Goods, acknowledged: list[str], stop: threading.Event) -> None:
    """A customer's browser: fills a cart, orders, and tries again with the same key until there is an answer."""
    while not stop.is_set():
        guest, key = visitor(goods.tenant_id), new_token()
        with entering(goods.tenant_id):
            cart_id = insisting(lambda who=guest: filled(goods, who))
            acknowledged.append(insisting(lambda who=guest, cart=cart_id, k=key: placed(who, cart, k)).order.number)


def filled(goods: Goods, guest: Actor) -> UUID:
    with transaction() as session:
        found = carts.current_cart(session, guest, "eu")
        return found.id if found else make_cart(session, guest, goods, bike=1).id


def placed(guest: Actor, cart_id: UUID, key: str) -> PlacedOrder:
    with transaction() as session:
        return place_order(session, guest, cart_id, key, details(), TOTAL)


def insisting(work):
    """Every failure must be one that says: come back."""
    ends = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return retrying(work)
        except Unavailable:
            assert time.monotonic() < ends
            time.sleep(0.05)


def test_f04_a_killed_database_loses_no_acknowledged_order_and_makes_none_twice(own_server: tuple[Cluster, Goods]) -> None:
    cluster, goods = own_server
    acknowledged: list[str] = []
    stop = threading.Event()
    customers = [threading.Thread(target=order_until_answered, args=(goods, acknowledged, stop)) for _ in range(4)]
    for customer in customers:
        customer.start()
    for _round in range(2):
        before = len(acknowledged)
        wait_until(lambda seen=before: len(acknowledged) >= seen + 10)
        server = cluster.pid()
        assert server is not None
        os.kill(server, signal.SIGKILL)
        killed_at = time.monotonic()
        wait_until(cluster.start)
        assert time.monotonic() - killed_at < WAIT_SECONDS
    after = len(acknowledged)
    wait_until(lambda: len(acknowledged) >= after + 10)
    stop.set()
    for customer in customers:
        customer.join(WAIT_SECONDS)
    assert not any(customer.is_alive() for customer in customers)
    with entering(goods.tenant_id), transaction() as session:
        there = session.scalars(select(Order.number)).all()
        assert sorted(there) == sorted(acknowledged)
        assert len(set(acknowledged)) == len(acknowledged)
        assert session.scalar(select(func.count(func.distinct(Order.cart_id)))) == len(there)
        assert session.scalar(select(func.count()).select_from(MailMessage)) == len(there)
        left = session.scalars(select(Stock.on_hand)).one()
        assert left == 1000 - len(there)
        assert session.scalar(select(func.sum(StockMovement.change))) == left


def wait_until(is_so) -> None:
    ends = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.05)
