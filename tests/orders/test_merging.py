"""Signing in while the same person clicks elsewhere: nothing is lost, nothing collides, no cart grows beyond its room."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.db.session import retrying, transaction
from kernel.ids import new_id
from kernel.tenancy import entering
from orders import cart as carts
from orders import steps
from orders.details import AddressStep, ContactForm
from orders.lines import MOST_LINES
from orders.merging import merge_at_sign_in
from orders.models import Cart, CartLine
from tests.conftest import Shop
from tests.factories.orders import BERLIN, Goods, make_cart, open_shop, visitor
from tests.factories.tenants import staff


def at_once(goods: Goods, *tasks: Callable[[Session], object]) -> None:
    """Runs the tasks in threads that start together, each in a transaction of its own; the first error is raised."""
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[Session], object]) -> None:
        def work() -> None:
            with transaction() as session:
                task(session)

        with entering(goods.tenant_id):
            gate.wait()
            retrying(work)

    with ThreadPoolExecutor(len(tasks)) as pool:
        for done in [pool.submit(run, task) for task in tasks]:
            done.result()


def merging(guest: Actor, buyer: Actor, session: Session) -> None:
    merge_at_sign_in(session, buyer, guest.visitor or "")


def adding(goods: Goods, buyer: Actor, what: str, session: Session) -> None:
    carts.add(session, buyer, goods.view, goods.ids[what])


def contents(session: Session, actor: Actor, goods: Goods) -> dict[str, Decimal]:
    return {line.sku: line.quantity for line in carts.show(session, actor, goods.view).lines}


def test_signing_in_and_a_first_click_at_the_same_moment_make_one_cart(goods: Goods) -> None:
    for _round in range(8):
        guest, buyer = visitor(goods.tenant_id), staff(goods.tenant_id, "catalog.view")
        with entering(goods.tenant_id), transaction() as session:
            make_cart(session, guest, goods, bell=2, helmet=1)
        at_once(
            goods,
            partial(merging, guest, buyer),
            partial(adding, goods, buyer, "bell"),
            partial(adding, goods, buyer, "bike"),
        )
        with entering(goods.tenant_id), transaction() as session:
            assert contents(session, buyer, goods) == {"SKU-BELL": 3, "SKU-HELMET": 1, "SKU-BIKE": 1}
            assert contents(session, guest, goods) == {}


def test_signing_in_twice_at_once_adds_once(goods: Goods) -> None:
    guest, buyer = visitor(goods.tenant_id), staff(goods.tenant_id, "catalog.view")
    with entering(goods.tenant_id), transaction() as session:
        make_cart(session, guest, goods, bell=2)
        make_cart(session, buyer, goods, bell=1)
    at_once(goods, *[lambda session: merge_at_sign_in(session, buyer, guest.visitor or "")] * 6)
    with entering(goods.tenant_id), transaction() as session:
        assert contents(session, buyer, goods) == {"SKU-BELL": 3}
        assert session.scalar(select(func.count()).select_from(Cart).where(Cart.state == "open")) == 1


def test_what_finds_no_room_stays_in_the_guests_cart_and_comes_along_later(db: Engine, brand: Shop) -> None:
    names = [f"thing_{number}" for number in range(6)]
    with entering(brand.id), transaction() as session:
        goods = open_shop(session, brand.id, **dict.fromkeys(names, "5.00"))
        guest, buyer = visitor(brand.id), staff(brand.id, "catalog.view")
        make_cart(session, guest, goods, thing_0=1, thing_1=2, thing_2=3, thing_3=4)
        own = make_cart(session, buyer, goods, thing_1=1)
        # as many other lines as leave room for one more
        session.add_all(
            CartLine(
                tenant_id=brand.id, id=new_id(), cart_id=own.id, source_tenant_id=brand.id, product_id=new_id(), sku=f"OLD-{n}",
                quantity=Decimal(1), seen_name="Old", seen_amount=Decimal(1),
            )
            for n in range(MOST_LINES - 2)
        )  # fmt: skip
    with entering(brand.id), transaction() as session:
        merge_at_sign_in(session, buyer, guest.visitor or "")
        mine = contents(session, buyer, goods)
        assert len(mine) == MOST_LINES
        assert (mine["SKU-THING_0"], mine["SKU-THING_1"]) == (1, 3)
        assert contents(session, guest, goods) == {"SKU-THING_2": 3, "SKU-THING_3": 4}
    with entering(brand.id), transaction() as session:
        for line in carts.show(session, buyer, goods.view).lines[:5]:
            if line.sku.startswith("OLD"):
                carts.remove(session, buyer, own.id, line.line_id)
        merge_at_sign_in(session, buyer, guest.visitor or "")
        assert contents(session, guest, goods) == {}
        assert contents(session, buyer, goods).items() >= {("SKU-THING_2", Decimal(3)), ("SKU-THING_3", Decimal(4))}


def test_what_was_typed_at_checkout_comes_along_but_covers_nothing(goods: Goods) -> None:
    guest, buyer = visitor(goods.tenant_id), staff(goods.tenant_id, "catalog.view")
    with entering(goods.tenant_id), transaction() as session:
        make_cart(session, guest, goods, bell=1)
        steps.save_where(session, guest, goods.view, ContactForm(email="mira@example.com"), AddressStep(delivery=BERLIN))
        merge_at_sign_in(session, buyer, guest.visitor or "")
        assert carts.show(session, buyer, goods.view).details.email == "mira@example.com"
        again = visitor(goods.tenant_id)
        make_cart(session, again, goods, bell=1)
        steps.save_where(session, again, goods.view, ContactForm(email="somebody@example.com"), AddressStep(delivery=BERLIN))
        merge_at_sign_in(session, buyer, again.visitor or "")
        assert carts.show(session, buyer, goods.view).details.email == "mira@example.com"


def test_another_tenants_cart_does_not_come_along(goods: Goods, american: Goods) -> None:
    guest = visitor(american.tenant_id)
    with entering(american.tenant_id), transaction() as session:
        make_cart(session, guest, american, bell=1)
    buyer = staff(goods.tenant_id, "catalog.view")
    with entering(goods.tenant_id), transaction() as session:
        merge_at_sign_in(session, buyer, guest.visitor or "")
        assert contents(session, buyer, goods) == {}
    with entering(american.tenant_id), transaction() as session:
        assert contents(session, guest, american) == {"SKU-BELL": 1}
