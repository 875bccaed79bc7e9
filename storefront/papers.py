"""Papers of an order as the shop and the desk show them: figures, addresses, the timeline. All is copied from the order,
never looked up or computed again."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from kernel.i18n import format_money, format_number
from kernel.i18n import gettext as _
from kernel.money import Money
from orders.models import Order
from orders.states import ORDER
from tenants.addresses import PostalAddress, label_lines

PATH = ("placed", "confirmed", "shipped", "delivered")


def amount(value: Decimal | str, currency: str) -> str:
    """An amount with its currency, in the current language."""
    return format_money(Money(Decimal(value), currency))


def address_lines(address: Mapping[str, Any] | PostalAddress) -> list[str]:
    """An address as on a label, country last."""
    return label_lines(address if isinstance(address, PostalAddress) else PostalAddress.from_json(address))


def steps(order: Order, happened: list[Any]) -> list[dict[str, Any]]:
    """What happened and what comes next, for the timeline: each step with its sentence and its instant."""
    seen = [{"state": e.to_state, "at": e.at, "note": e.note, "mark": "done"} for e in happened]
    if seen:
        seen[-1]["mark"] = "stopped" if order.state == "cancelled" else "done" if ORDER.states[order.state].final else "now"
    if order.state in PATH:
        ahead = PATH[PATH.index(order.state) + 1 :]
        seen += [{"state": name, "at": None, "note": "", "mark": "next"} for name in ahead]
    return [{**step, "meaning": ORDER.states[step["state"]].meaning} for step in seen]


def totals_of(order: Order) -> list[dict[str, Any]]:
    """The figures of an order as the sums table takes them: copied from the order, nothing is computed here."""
    money = partial(Money, currency=order.currency)
    label = order.snapshot["tax"]["label"]
    words = _("includes %(label)s %(rate)s %%") if order.prices_include_tax else _("%(label)s %(rate)s %%")
    rates = [(words % {"label": _(label), "rate": _plain(r["percent"])}, Decimal(r["tax"])) for r in order.snapshot["tax"]["rates"]]
    tax = [{"label": text, "amount": money(amount), "minor": order.prices_include_tax} for text, amount in rates if amount]
    freight: Any = money(order.freight_amount) if order.freight_amount else _("free")
    goods = [{"label": _("Goods"), "amount": money(order.goods_amount)}, {"label": _("Delivery"), "amount": freight}]
    paid = {"label": _("Total") if ORDER.states[order.state].final else _("To pay"), "amount": money(order.total_amount), "total": True}
    return [*goods, paid, *tax] if order.prices_include_tax else [*goods, *tax, paid]


def _plain(percent: str) -> str:
    return format_number(Decimal(percent))
