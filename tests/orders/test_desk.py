"""Lists of orders: newest first, page by page, found by beginnings."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, select, text

from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import NotAllowed, SignInNeeded
from kernel.tenancy import entering
from orders import desk, status
from orders.desk import OrderFilter
from orders.models import Order
from tests.factories.orders import BERLIN, Goods, details, make_order, visitor
from tests.factories.tenants import make_account, make_company, person, staff

START = datetime(2026, 11, 1, 9, tzinfo=UTC)


def clerk(goods: Goods) -> Actor:
    return staff(goods.tenant_id, "order.view", "order.manage")


def make_month(goods: Goods) -> None:
    people = [("Mira Castell", "mira@example.com", ""), ("Jonas Feld", "jonas@stadtwerke.example", "Stadtwerke Aarental"),
              ("Åsa Öberg", "asa@example.com", ""), ("Mira Lund", "lund@example.com", ""), ("李 小龙", "li@example.com", "")]  # fmt: skip
    with entering(goods.tenant_id), transaction() as session:
        for day, (name, email, company) in enumerate(people):
            address = BERLIN.model_copy(update={"name": name, "company_name": company})
            with time_machine.travel(START + timedelta(days=day), tick=False):
                make_order(session, goods, None, details(address, email), bell=1)


def numbers(goods: Goods, wanted: OrderFilter) -> list[str]:
    with entering(goods.tenant_id), transaction(read_only=True) as session:
        return [order.number for order in desk.list_orders(session, clerk(goods), wanted).orders]


def test_pages_follow_each_other_without_gap_or_repeat(goods: Goods) -> None:
    make_month(goods)
    with entering(goods.tenant_id), transaction() as session:
        first = desk.list_orders(session, clerk(goods), limit=2)
        make_order(session, goods, bell=1)
        second = desk.list_orders(session, clerk(goods), after=first.next, limit=2)
        third = desk.list_orders(session, clerk(goods), after=second.next, limit=2)
        seen = [[order.number for order in page.orders] for page in (first, second, third)]
        assert seen == [["100005", "100004"], ["100003", "100002"], ["100001"]]
        assert third.next is None


def test_orders_of_the_same_instant_are_not_lost_between_pages(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        with time_machine.travel(START, tick=False):
            made = {make_order(session, goods, bell=1).number for _ in range(5)}
        seen, after = [], None
        while True:
            page = desk.list_orders(session, clerk(goods), after=after, limit=2)
            seen += [order.number for order in page.orders]
            after = page.next
            if after is None:
                break
        assert len(seen) == 5
        assert set(seen) == made


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("100002", ["100002"]),
        ("#100002", ["100002"]),
        ("mira@", ["100001"]),
        ("MIRA@EXAMPLE.COM", ["100001"]),
        ("castell", ["100001"]),
        ("Mira Castell", ["100001"]),
        ("oberg", ["100003"]),
        ("Stadtw", ["100002"]),
        ("feld", ["100002"]),
        ("小龙", ["100005"]),
        ("example", []),
        ("%", []),
        ("' OR 1=1 --", []),
    ],
)
def test_orders_are_found_by_beginnings(goods: Goods, words: str, found: list[str]) -> None:
    make_month(goods)
    assert numbers(goods, OrderFilter(text=words)) == found


def test_filters_narrow_together(goods: Goods) -> None:
    make_month(goods)
    with entering(goods.tenant_id), transaction() as session:
        for number in ("100002", "100003"):
            status.confirm(session, clerk(goods), number)
    assert numbers(goods, OrderFilter(states=("confirmed",))) == ["100003", "100002"]
    assert numbers(goods, OrderFilter(states=("confirmed",), placed_from=START + timedelta(days=2))) == ["100003"]
    assert numbers(goods, OrderFilter(placed_before=START + timedelta(days=1))) == ["100001"]
    assert numbers(goods, OrderFilter(market_code="us")) == []


def test_only_what_wants_work_is_counted(goods: Goods) -> None:
    make_month(goods)
    with entering(goods.tenant_id), transaction() as session:
        status.confirm(session, clerk(goods), "100001")
        status.cancel(session, clerk(goods), "100002", "no")
        session.flush()
        assert desk.count_open(session, clerk(goods)) == {"placed": 3, "confirmed": 1, "shipped": 0}


def test_buyers_see_their_own_and_their_companys(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        mira, jonas, ines = (make_account(session, goods.tenant_id) for _ in range(3))
        company = make_company(session, goods.tenant_id, "Stadtwerke", (jonas, "buyer"), (ines, "buyer"))
        make_order(session, goods, person(mira), bell=1)
        make_order(session, goods, person(jonas, company), bell=1)
        make_order(session, goods, person(ines), bell=1)
        make_order(session, goods, visitor(goods.tenant_id), bell=1)
        listed = {
            name: [order.number for order in desk.my_orders(session, actor).orders]
            for name, actor in {"mira": person(mira), "jonas": person(jonas, company), "ines": person(ines, company)}.items()
        }
        assert listed == {"mira": ["100001"], "jonas": ["100002"], "ines": ["100003", "100002"]}
        with pytest.raises(SignInNeeded):
            desk.my_orders(session, visitor(goods.tenant_id))


def test_staff_without_the_right_see_no_list(goods: Goods, american: Goods) -> None:
    make_month(goods)
    with entering(goods.tenant_id), transaction() as session:
        with pytest.raises(NotAllowed):
            desk.list_orders(session, staff(goods.tenant_id, "catalog.edit"))
        with pytest.raises(NotAllowed):
            desk.count_open(session, staff(goods.tenant_id, "catalog.edit"))
    assert numbers(american, OrderFilter()) == []
    assert numbers(american, OrderFilter(text="mira@example.com")) == []


def test_search_uses_indexes_behind_row_security(goods: Goods, superuser_db: Engine) -> None:
    with entering(goods.tenant_id), transaction() as session:
        order = make_order(session, goods, bell=1)
        names = [column.name for column in Order.__table__.columns]
        anew = {"id": "gen_random_uuid()", "cart_id": "gen_random_uuid()", "number": "'X' || n", "key": "'k' || n"}
        anew |= dict.fromkeys(("email_key", "buyer_key", "company_key"), "md5(n::text)")
        listed = ", ".join(f'"{name}"' for name in names)
        chosen = ", ".join(anew.get(name, f'o."{name}"') for name in names)
        copies = f'INSERT INTO orders."order" ({listed}) SELECT {chosen} FROM orders."order" o, generate_series(1, 3000) n WHERE o.id = :id'
        session.execute(text(copies), {"id": order.id})
    with superuser_db.begin() as connection:
        connection.execute(text('ANALYZE orders."order"'))
    with entering(goods.tenant_id), transaction() as session:
        query = select(Order).where(Order.tenant_id == goods.tenant_id, *desk._conditions(OrderFilter(text="mira lund")))
        shown = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(session.scalars(text(f"EXPLAIN {str(shown).replace(':', chr(92) + ':')}")))
    assert "Seq Scan" not in plan, plan
    for index in ("uq_order_tenant_id_number", "ix_order_email_key", "ix_order_buyer_key", "ix_order_company_key"):
        assert index in plan, plan
