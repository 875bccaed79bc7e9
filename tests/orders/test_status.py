"""After the order: who sees it, how it moves, what goes back."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kernel import clock
from kernel.actors import Actor, ActorKind
from kernel.db.session import transaction
from kernel.errors import Conflict, NotAllowed, NotThere, SignInNeeded
from kernel.ids import new_id, new_token
from kernel.models import AuditEntry, MailMessage, OutboxRow
from kernel.tenancy import entering
from orders import links, status
from orders.links import LINK_DAYS, link_to, token_of
from orders.models import Order, OrderEvent, StockMovement
from orders.states import ORDER
from tests.factories.orders import Goods, make_cart, make_order, on_hand, place, put_stock, visitor
from tests.factories.tenants import make_account, make_company, person, staff


def clerk(goods: Goods) -> Actor:
    return staff(goods.tenant_id, "order.view", "order.manage")


def events_of(session: Session) -> list[str]:
    rows = session.scalars(select(OutboxRow.name).where(OutboxRow.name.like("orders.Order%")).order_by(OutboxRow.id))
    return [name.removeprefix("orders.") for name in rows]


def test_an_order_goes_its_way_and_everybody_hears_of_it(goods: Goods) -> None:
    seller = clerk(goods)
    with entering(goods.tenant_id), transaction() as session:
        order = make_order(session, goods, bike=1)
        status.confirm(session, seller, order.number)
        status.ship(session, seller, order.id, "Parcel Post", "PP 123", "Handle with care")
        status.deliver(session, seller, order.id)
        status.close(session, seller, order.id)
        session.flush()
        assert (order.state, order.carrier, order.tracking_number) == ("closed", "Parcel Post", "PP 123")
        told = [(event.verb, event.from_state, event.to_state, event.note) for event in status.timeline(session, order)]
        assert told == [
            ("place", "", "placed", ""),
            ("confirm", "placed", "confirmed", ""),
            ("ship", "confirmed", "shipped", "Handle with care"),
            ("deliver", "shipped", "delivered", ""),
            ("close", "delivered", "closed", ""),
        ]
        assert events_of(session) == ["OrderPlaced", "OrderConfirmed", "OrderShipped", "OrderDelivered", "OrderClosed"]
        subjects = session.scalars(select(MailMessage.subject).order_by(MailMessage.id)).all()
        assert subjects == ["Your order 100001", "Your order 100001 is on its way"]
        letters = session.scalars(select(MailMessage.text).order_by(MailMessage.id)).all()
        assert "Number of the parcel: PP 123." in letters[-1]
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "order").order_by(AuditEntry.id)).all()
        assert actions == ["order.place", "order.confirm", "order.ship", "order.deliver", "order.close"]


@pytest.mark.parametrize("state", list(ORDER.states))
def test_every_move_that_the_table_does_not_have_is_refused(goods: Goods, state: str) -> None:
    seller = clerk(goods)
    verbs = {
        "confirm": lambda s, i: status.confirm(s, seller, i),
        "ship": lambda s, i: status.ship(s, seller, i),
        "deliver": lambda s, i: status.deliver(s, seller, i),
        "close": lambda s, i: status.close(s, seller, i),
        "cancel": lambda s, i: status.cancel(s, seller, i, "no"),
    }
    allowed = {move.verb for move in ORDER.allowed(state)}
    with entering(goods.tenant_id), transaction() as session:
        order = make_order(session, goods, bell=1)
        session.execute(update(Order).where(Order.id == order.id).values(state=state))
        session.expire(order)
        for verb, move in verbs.items():
            if verb in allowed:
                continue
            with pytest.raises(Conflict):
                move(session, order.id)
        assert order.state == state
        assert session.scalar(select(func.count()).select_from(OrderEvent)) == 1


@pytest.mark.parametrize("verb", ["confirm", "ship", "deliver", "close"])
def test_only_staff_with_the_right_move_an_order(goods: Goods, verb: str) -> None:
    buyer = staff(goods.tenant_id, "catalog.view")
    with entering(goods.tenant_id), transaction() as session:
        order = make_order(session, goods, buyer, bell=1)
        with pytest.raises(NotAllowed):
            getattr(status, verb)(session, buyer, order.id)
        with pytest.raises(NotAllowed):
            getattr(status, verb)(session, staff(goods.tenant_id, "order.view"), order.id)
        with pytest.raises(NotThere):
            getattr(status, verb)(session, Actor.guest(goods.tenant_id), order.id)
        assert order.state == "placed"


def test_a_guest_who_placed_the_order_cannot_move_it(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        order = make_order(session, goods, guest, bell=1)
        with pytest.raises(SignInNeeded):
            status.confirm(session, guest, order.id)
        assert order.state == "placed"


def test_cancelling_puts_back_what_was_taken_and_nothing_else(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bike=5)
        order = make_order(session, goods, bike=2, bell=3)
        put_stock(session, goods, bell=7)
        status.cancel(session, clerk(goods), order.id, "the bike was damaged")
        session.flush()
        assert (order.state, on_hand(session, goods, "bike"), on_hand(session, goods, "bell")) == ("cancelled", 5, 7)
        moved = session.execute(select(StockMovement.kind, StockMovement.change).where(StockMovement.order_id == order.id)).all()
        assert sorted(moved) == [("put_back", 2), ("sold", -2)]
        assert session.scalars(select(MailMessage.subject).order_by(MailMessage.id.desc())).first() == "Your order 100001 was cancelled"
        with pytest.raises(Conflict):
            status.cancel(session, clerk(goods), order.id, "again")
        assert on_hand(session, goods, "bike") == 5


def test_the_customer_withdraws_until_the_seller_has_confirmed(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        first, second = make_order(session, goods, guest, bell=1), make_order(session, goods, guest, bell=1)
        assert [move.verb for move in status.moves_for(guest, first)] == ["withdraw"]
        status.cancel(session, guest, first.id, "changed my mind")
        assert first.state == "cancelled"
        status.confirm(session, clerk(goods), second.id)
        with pytest.raises(Conflict):
            status.cancel(session, guest, second.id, "too late")
        assert (second.state, status.moves_for(guest, second)) == ("confirmed", [])


def test_the_link_withdraws_too_but_staff_who_may_only_look_cannot(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        order = make_order(session, goods, bell=1)
        with pytest.raises(NotAllowed):
            status.cancel(session, staff(goods.tenant_id, "order.view"), order.id, "because")
        assert order.state == "placed"
        status.cancel(session, Actor.guest(goods.tenant_id), order.number, "by link", token=token_of(order))
        assert order.state == "cancelled"


def test_whoever_holds_the_link_is_shown_that_the_order_can_be_withdrawn(goods: Goods) -> None:
    elsewhere = Actor.guest(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        order, other = make_order(session, goods, bell=1), make_order(session, goods, bell=1)
        assert [move.verb for move in status.moves_for(elsewhere, order, token=token_of(order))] == ["withdraw"]
        assert status.moves_for(elsewhere, order, token=token_of(other)) == []


def test_of_a_companys_buyers_those_withdraw_who_may_order(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        jonas, ines, kemal = (make_account(session, goods.tenant_id) for _ in range(3))
        company = make_company(session, goods.tenant_id, "Stadtwerke", (jonas, "buyer"), (ines, "viewer"), (kemal, "buyer"))
        put_stock(session, goods, bell=10)
        order = make_order(session, goods, person(jonas, company), bell=4)
        viewer, colleague = person(ines, company, "viewer"), person(kemal, company)
        assert status.order_for(session, viewer, order.number) is order
        assert status.moves_for(viewer, order) == []
        with pytest.raises(NotAllowed):
            status.cancel(session, viewer, order.number, "not mine to say")
        assert (order.state, on_hand(session, goods, "bell")) == ("placed", 6)
        assert [move.verb for move in status.moves_for(colleague, order)] == ["withdraw"]
        status.cancel(session, colleague, order.number, "ordered twice")
        assert (order.state, on_hand(session, goods, "bell")) == ("cancelled", 10)


def test_who_sees_an_order(goods: Goods, american: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        mira, jonas, ines = (make_account(session, goods.tenant_id) for _ in range(3))
        company = make_company(session, goods.tenant_id, "Stadtwerke", (jonas, "buyer"), (ines, "viewer"))
        other = make_company(session, goods.tenant_id, "Others", (mira, "buyer"))
        of_guest = make_order(session, goods, guest, bell=1)
        of_mira = make_order(session, goods, person(mira), bell=1)
        of_company = make_order(session, goods, person(jonas, company), bell=1)
        seen = {
            "guest": guest,
            "other guest": visitor(goods.tenant_id),
            "nobody": Actor.guest(goods.tenant_id),
            "mira": person(mira),
            "mira for others": person(mira, other),
            "jonas": person(jonas, company),
            "ines": person(ines, company, "viewer"),
            "staff": staff(goods.tenant_id, "order.view"),
            "other staff": staff(goods.tenant_id, "catalog.edit", "order.manage"),
            "machine": Actor(ActorKind.MACHINE, goods.tenant_id, new_id(), "ERP", frozenset({"order.view"})),
        }
        found = {name: visible(session, actor, of_guest, of_mira, of_company) for name, actor in seen.items()}
        ids = of_guest.id
    assert found == {
        "guest": "G..", "other guest": "...", "nobody": "...", "mira": ".M.", "mira for others": ".M.", "jonas": "..C", "ines": "..C",
        "staff": "GMC", "other staff": "...", "machine": "GMC",
    }  # fmt: skip
    with entering(american.tenant_id), transaction() as session:
        for actor in (staff(american.tenant_id), Actor.guest(american.tenant_id, guest.visitor)):
            with pytest.raises(NotThere):
                status.order_for(session, actor, ids)
            with pytest.raises(NotThere):
                status.order_for(session, actor, "100001")


def visible(session: Session, actor: Actor, *orders: Order) -> str:
    letters = ""
    for letter, order in zip("GMC", orders, strict=True):
        for ref in (order.id, order.number):
            try:
                assert status.order_for(session, actor, ref) is order
            except NotThere:
                letters += "."
            else:
                letters += letter
    assert letters[::2] == letters[1::2]
    return letters[::2]


def test_a_link_opens_its_order_and_no_other(goods: Goods) -> None:
    nobody = Actor.guest(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        order, other = make_order(session, goods, bell=1), make_order(session, goods, bell=1)
        assert status.order_for(session, nobody, order.number, token=token_of(order)) is order
        assert link_to(order) == f"https://shop.test/en-eu/order/{order.number}/{token_of(order)}"
        with pytest.raises(NotThere):
            status.order_for(session, nobody, other.number, token=token_of(order))


@pytest.mark.parametrize(
    "token", [None, "", [], ["x"], {}, 0, True, b"", "x" * 43, "=" * 43, "ä" * 43, "a" * 42, "a" * 44, "a" * 100_000, "%00"]
)
def test_a_token_that_is_none_opens_nothing(goods: Goods, token: object) -> None:
    with entering(goods.tenant_id), transaction() as session:
        order = make_order(session, goods, bell=1)
        with pytest.raises(NotThere):
            status.order_for(session, Actor.guest(goods.tenant_id), order.number, token=token)


def test_none_of_ten_thousand_variants_of_a_token_opens_the_order(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        order = make_order(session, goods, bell=1)
        token = token_of(order)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    variants = {token[:place] + letter + token[place + 1 :] for place in range(len(token)) for letter in letters} - {token}
    variants |= {new_token() for _ in range(7500)} | {token[:length] for length in range(43)} | {token.lower(), token.upper(), token[::-1]}
    assert len(variants) > 10_000
    assert [variant for variant in variants if links.opens(order, variant)] == []
    assert links.opens(order, token)


def test_a_link_ends_after_its_days(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        order = make_order(session, goods, bell=1)
        token = token_of(order)
    with time_machine.travel(clock.now() + timedelta(days=LINK_DAYS - 1)):
        assert links.opens(order, token)
    with time_machine.travel(clock.now() + timedelta(days=LINK_DAYS + 1)):
        assert not links.opens(order, token)


def test_tokens_have_256_bits_and_do_not_follow_from_the_order(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        order = make_order(session, goods, bell=1)
        before = token_of(order)
        assert len(before) == 43
        order.link_secret = links.new_secret()
        assert token_of(order) != before


@settings(deadline=None)  # a busy machine is no fault of ours
@given(st.text(max_size=60))
def test_no_text_is_taken_for_a_token(text: str) -> None:
    order = Order(tenant_id=UUID(int=1), id=UUID(int=2), link_secret=bytes(32), placed_at=clock.now())
    assert not links.opens(order, text)


def test_text_of_a_move_cannot_break_lines(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        guest = visitor(goods.tenant_id)
        order = place(session, guest, make_cart(session, guest, goods, bell=1)).order
        status.confirm(session, clerk(goods), order.id, "one\r\nBcc: two@example.com")
        session.flush()
        assert status.timeline(session, order)[-1].note == "one Bcc: two@example.com"
