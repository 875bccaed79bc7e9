"""Moments: called once they have passed, in their tenant, once; and stamps that move by themselves."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kernel import moments, stamps, tenancy
from kernel.db.session import transaction
from kernel.models import MailMessage, Moment
from tests.conftest import Shop

NAME = "tests.bell"


@pytest.fixture
def heard() -> Iterator[list[object]]:
    """Who was called."""
    found: list[object] = []
    moments.when(NAME, lambda _session: found.append(tenancy.current()))
    yield found
    moments._functions.pop(NAME)


def arrange(shop: Shop, *seconds: int) -> None:
    now = datetime.now(UTC)
    with tenancy.entering(shop.id), transaction() as session:
        moments.arrange(session, NAME, [now + timedelta(seconds=s) for s in seconds])


def left(shop: Shop) -> int:
    with tenancy.entering(shop.id), transaction(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Moment).where(Moment.tenant_id == shop.id)) or 0


def test_a_moment_that_has_passed_is_called_once_in_its_tenant(brand: Shop, twin: Shop, heard: list[object]) -> None:
    arrange(brand, -60, -30, 3600)
    arrange(twin, 3600)
    assert moments.run_due() == 0
    assert (heard, left(brand), left(twin)) == ([brand.id], 1, 1)
    assert moments.run_due() == 0
    assert heard == [brand.id]


def test_what_failed_is_called_again_and_the_others_are_not_held_up(brand: Shop, twin: Shop, heard: list[object]) -> None:
    def fail(session: Session) -> None:
        heard.append(tenancy.current())
        if tenancy.current() == brand.id and heard.count(brand.id) == 1:
            session.add(MailMessage(tenant_id=brand.id))
            raise ZeroDivisionError

    moments.when(NAME, fail)
    arrange(brand, -1)
    arrange(twin, -1)
    assert moments.run_due() == 1
    assert (left(brand), left(twin), set(heard)) == (1, 0, {brand.id, twin.id})
    assert moments.run_due() == 0
    assert (left(brand), heard.count(brand.id), heard.count(twin.id)) == (0, 2, 1)


def test_nobody_sees_another_tenants_moments_nor_can_set_them(brand: Shop, twin: Shop) -> None:
    arrange(brand, 3600)
    with tenancy.entering(twin.id), transaction() as session:
        assert session.scalars(select(Moment.at)).all() == []
        session.execute(delete(Moment).where(Moment.tenant_id == brand.id))
    with tenancy.outside(), transaction() as session:
        assert brand.id in set(session.scalars(select(Moment.tenant_id)))
        session.execute(delete(Moment).where(Moment.tenant_id == brand.id))
    assert left(brand) == 1


def test_a_stamp_moves_by_itself_and_taking_it_into_the_counter_changes_nothing(brand: Shop) -> None:
    with tenancy.entering(brand.id), transaction() as session:
        stamps.bump(session)
        soon = datetime.now(UTC)
        stamps.turn(session, [soon - timedelta(seconds=2), soon - timedelta(seconds=1), soon + timedelta(hours=1)])

    def read() -> tuple[int, int]:
        with tenancy.entering(brand.id), transaction(read_only=True) as session:
            mine = stamps.current(session)
        with tenancy.outside(), transaction(read_only=True) as session:
            return mine, stamps.read_all(session)[brand.id]

    assert read() == (3, 3)
    together = threading.Barrier(2)

    def settle() -> None:
        together.wait()
        with tenancy.entering(brand.id), transaction() as session:
            stamps.settle(session)

    threads = [threading.Thread(target=settle) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read() == (3, 3)
    assert left(brand) == 1
