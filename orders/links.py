"""Links that open one order to whoever holds them: for guests, who have no account to look into.

A token is an HMAC-SHA256 (256 bits) by the installation's key over the tenant, the order and 256 random bits of the
order's own, so a copy of the database opens nothing, and nothing about an order helps to guess its link. Links are
good for LINK_DAYS after placing. Compared in constant time; every wrong one looks like an order that is not there.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta

from kernel import clock, settings
from orders.models import Order

LINK_DAYS = 180
SECRET_BYTES = 32
TOKEN_LENGTH = 43


def new_secret() -> bytes:
    """An order's own part of its link."""
    return secrets.token_bytes(SECRET_BYTES)


def token_of(order: Order) -> str:
    """The token of the order's link, 43 letters of base64url."""
    message = b"order-link:" + order.tenant_id.bytes + order.id.bytes + order.link_secret
    mark = hmac.new(settings.current().signing_key, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mark).decode().rstrip("=")


def link_to(order: Order) -> str:
    """The whole address for a mail; empty where the order came in without a shop page (API)."""
    return f"{order.link_base}/{order.number}/{token_of(order)}" if order.link_base else ""


def opens(order: Order, token: object) -> bool:
    """Is this the order's token, and still good?"""
    if not isinstance(token, str) or len(token) != TOKEN_LENGTH or not token.isascii():
        return False
    fresh = clock.now() < order.placed_at + timedelta(days=LINK_DAYS)
    return hmac.compare_digest(token, token_of(order)) and fresh
