"""Ordering by the box: the cart takes any unit that may be ordered, counts in the base unit, and the order keeps what was asked for."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from kernel.db.session import transaction
from kernel.errors import Invalid
from kernel.money import Money
from kernel.tenancy import entering
from orders import cart as carts
from orders.merging import merge_at_sign_in
from orders.models import Cart, CartLine, OrderLine
from orders.quantities import QuantityRefused
from orders.stock import set_quantity_rule
from tests.factories.orders import Goods, place, publish_again, put_stock, visitor
from tests.factories.tenants import staff

BOX: dict[str, Any] = {"unit": "BX", "numerator": 12, "denominator": 1, "orderable": True}
PALLET: dict[str, Any] = {"unit": "PF", "numerator": 480, "denominator": 1, "orderable": True}


def pack(goods: Goods, name: str, packaging: list[dict[str, Any]], ordering: dict[str, Any] | None = None) -> None:
    """From the next version on the thing is packed like this."""
    with entering(goods.tenant_id), transaction() as session:
        publish_again(session, goods, name, packaging=packaging, ordering=ordering or {})


def test_two_boxes_are_24_pieces_everywhere_and_stay_two_boxes_on_the_order(goods: Goods) -> None:
    pack(goods, "bell", [BOX])
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bell=30)
        added = carts.add(session, guest, goods.view, goods.ids["bell"], 2, "BX")
        assert (added.quantity, added.said) == (24, "2 boxes (24 pieces)")
        seen = carts.show(session, guest, goods.view).lines[0]
        assert (seen.quantity, seen.count, seen.way.unit, seen.said) == (24, 2, "BX", "2 boxes (24 pieces)")
        assert (seen.unit_price, seen.amount) == (Money.of("150.00", "EUR"), Money.of("300.00", "EUR"))
        cart = session.scalars(select(Cart)).one()
        placed = place(session, guest, cart)
        line = session.scalars(select(OrderLine)).one()
        assert (line.quantity, line.unit, line.amount) == (24, "C62", 300)
        assert (line.ordered_quantity, line.ordered_unit, line.unit_numerator, line.unit_denominator) == (2, "BX", 12, 1)
        assert line.said == "2 boxes (24 pieces)"
        assert placed.order.goods_amount == 300


def test_boxes_and_pieces_of_a_product_add_up_in_one_line(goods: Goods) -> None:
    pack(goods, "bell", [BOX])
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        carts.add(session, guest, goods.view, goods.ids["bell"], 1, "BX")
        added = carts.add(session, guest, goods.view, goods.ids["bell"], 3)
        assert (added.quantity, added.said) == (15, "15 pieces")
        again = carts.add(session, guest, goods.view, goods.ids["bell"], 9)
        assert (again.quantity, carts.show(session, guest, goods.view).lines[0].said) == (24, "24 pieces")
        assert carts.add(session, guest, goods.view, goods.ids["bell"], 1, "BX").said == "3 boxes (36 pieces)"


def test_least_and_step_of_the_order_unit_hold_and_the_nearest_are_offered(goods: Goods) -> None:
    pack(goods, "bell", [BOX, PALLET], {"unit": "BX", "least": "4", "step": "2"})
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        for count, unit, nearest, reason in (
            (5, "BX", [4, 6], "Bell is sold from 4 boxes, in steps of 2 boxes. Nearest: 4 boxes / 6 boxes."),
            (1, "BX", [4], "Bell is sold from 4 boxes, in steps of 2 boxes. Nearest: 4 boxes."),
            (50, "", [48, 72], "Bell is sold from 48 pieces, in steps of 24 pieces. Nearest: 48 pieces / 72 pieces."),
        ):
            with pytest.raises(QuantityRefused) as refused:
                carts.add(session, guest, goods.view, goods.ids["bell"], count, unit)
            assert (refused.value.problems[0].where, refused.value.problems[0].reason) == ("quantity", reason)
            assert list(refused.value.nearest) == nearest
            assert carts.show(session, guest, goods.view).is_empty
        assert carts.add(session, guest, goods.view, goods.ids["bell"], 1, "PF").quantity == 480


def test_a_unit_it_is_not_sold_in_is_refused_by_name(goods: Goods) -> None:
    pack(goods, "bell", [BOX, {**PALLET, "orderable": False}], {"base": False})
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        for unit, count in (("PF", 1), ("C62", 5), ("XYZ", 1)):
            with pytest.raises(QuantityRefused) as refused:
                carts.add(session, guest, goods.view, goods.ids["bell"], count, unit)
            assert refused.value.problems[0].reason == "Bell is sold in these units: 1 box (12 pieces)."
            assert refused.value.problems[0].where == "unit"
        assert carts.show(session, guest, goods.view).is_empty
        assert carts.add(session, guest, goods.view, goods.ids["bell"], 24).said == "2 boxes (24 pieces)"


def test_half_a_box_is_refused(goods: Goods) -> None:
    pack(goods, "bell", [BOX])
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        with pytest.raises(QuantityRefused) as refused:
            carts.add(session, guest, goods.view, goods.ids["bell"], Decimal("1.5"), "BX")
        assert list(refused.value.nearest) == [1, 2]
        assert carts.show(session, guest, goods.view).is_empty


def test_what_is_left_is_told_in_the_unit_that_was_asked_for(goods: Goods) -> None:
    pack(goods, "bell", [BOX])
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bell=30)
        carts.add(session, guest, goods.view, goods.ids["bell"], 1, "BX")
        with pytest.raises(QuantityRefused) as refused:
            carts.add(session, guest, goods.view, goods.ids["bell"], 2, "BX")
        assert (refused.value.problems[0].reason, list(refused.value.nearest)) == ("Only 2 boxes of Bell are left.", [2])
        line = session.scalars(select(CartLine)).one()
        assert (line.quantity, line.unit, line.unit_numerator) == (12, "BX", 12)


def test_a_refusal_puts_unit_and_removal_back_as_they_were(goods: Goods) -> None:
    pack(goods, "bell", [BOX])
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bell=30)
        added = carts.add(session, guest, goods.view, goods.ids["bell"], 1, "BX")
        carts.remove(session, guest, added.cart_id, added.line_id)
        with pytest.raises(QuantityRefused):
            carts.add(session, guest, goods.view, goods.ids["bell"], 31)
        seen = carts.show(session, guest, goods.view)
        assert [(line.said, line.offer is not None) for line in seen.removed] == [("1 box (12 pieces)", True)]
        assert seen.is_empty


def test_a_line_changes_its_unit_and_its_number_together(goods: Goods) -> None:
    pack(goods, "bell", [BOX, PALLET])
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        added = carts.add(session, guest, goods.view, goods.ids["bell"], 5)
        carts.set_quantity(session, guest, goods.view, added.cart_id, added.line_id, 3, "BX")
        assert carts.show(session, guest, goods.view).lines[0].said == "3 boxes (36 pieces)"
        carts.set_quantity(session, guest, goods.view, added.cart_id, added.line_id, 7)
        assert carts.show(session, guest, goods.view).lines[0].said == "7 pieces"


def test_a_pallet_may_hold_more_than_the_most_single_pieces_one_takes(goods: Goods) -> None:
    pack(goods, "bell", [PALLET])
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        assert carts.add(session, guest, goods.view, goods.ids["bell"], 30, "PF").quantity == 14_400
        with pytest.raises(Invalid):
            carts.add(session, guest, goods.view, goods.ids["helmet"], 10_000)


def test_a_box_that_holds_less_from_now_on_is_said_and_changes_nothing_by_itself(goods: Goods) -> None:
    pack(goods, "bell", [BOX])
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart_id = carts.add(session, guest, goods.view, goods.ids["bell"], 1, "BX").cart_id
    pack(goods, "bell", [{**BOX, "numerator": 10}])
    with entering(goods.tenant_id), transaction() as session:
        seen = carts.show(session, guest, goods.view)
        text = "Bell is packed otherwise: 1 box (10 pieces) instead of 1 box (12 pieces). Your cart holds 12 pieces."
        assert [(c.kind, c.text, c.blocks) for c in seen.changes] == [("packed", text, False)]
        assert (seen.lines[0].quantity, seen.lines[0].said, seen.can_be_ordered) == (12, "12 pieces", True)
        carts.accept_changes(session, guest, goods.view, cart_id)
        assert carts.show(session, guest, goods.view).changes == ()


def test_the_sellers_own_rule_goes_before_the_published_one(goods: Goods) -> None:
    pack(goods, "bell", [BOX], {"unit": "BX", "least": "2", "step": "1"})
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        set_quantity_rule(session, staff(goods.tenant_id, "stock.edit"), goods.ids["bell"], Decimal(6), Decimal(6))
        assert carts.add(session, guest, goods.view, goods.ids["bell"], 6).said == "6 pieces"
        with pytest.raises(QuantityRefused):
            carts.add(session, guest, goods.view, goods.ids["bell"], 5)
        assert carts.show(session, guest, goods.view).lines[0].steps == (6, 6)


def test_signing_in_keeps_the_unit(goods: Goods) -> None:
    pack(goods, "bell", [BOX])
    guest, person = visitor(goods.tenant_id), staff(goods.tenant_id, "catalog.view")
    with entering(goods.tenant_id), transaction() as session:
        carts.add(session, guest, goods.view, goods.ids["bell"], 2, "BX")
        merge_at_sign_in(session, person, guest.visitor or "")
        assert carts.show(session, person, goods.view).lines[0].said == "2 boxes (24 pieces)"
