"""Figures and addresses of orders as pages show them; both are copied from the order, never looked up again."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kernel.i18n import format_money
from kernel.money import Money
from tenants.addresses import PostalAddress, label_lines


def amount(value: Decimal | str, currency: str) -> str:
    """An amount with its currency, in the current language."""
    return format_money(Money(Decimal(value), currency))


def address_lines(address: Mapping[str, Any] | PostalAddress) -> list[str]:
    """An address as on a label, country last."""
    return label_lines(address if isinstance(address, PostalAddress) else PostalAddress.from_json(address))
