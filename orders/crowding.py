"""How often guests may order: whoever needs no account could otherwise fill a shop with orders and a stranger's mailbox
with confirmations.

Counted in the order's own transaction, so that only orders that were placed count, and late in it, since orders from
one network wait for each other from here on. People and programs that have signed in are known and not counted.
"""

from sqlalchemy.orm import Session

from kernel import limits, settings
from kernel.actors import Actor
from kernel.errors import TooMany
from kernel.i18n import gettext as _

HOUR = 60 * 60


def count_order(session: Session, actor: Actor, email: str, network: str) -> None:
    """Counts a guest's order by mail address and by network (kernel.limits.network_of); an empty network counts nothing.

    Raises TooMany where either has had its share of this hour (settings guest_orders_per_address, …_per_network).
    """
    if actor.is_signed_in or not network:
        return
    chosen = settings.current()
    most = {
        ("guest_order_to", email.lower()): chosen.guest_orders_per_address,
        ("guest_order_from", network): chosen.guest_orders_per_network,
    }
    try:
        limits.hit_with(session, {key: allowed for key, allowed in most.items() if allowed}, HOUR)
    except TooMany as error:
        words = _("So many orders have come from you that we wait a little. Your cart is kept; please order in %(minutes)s minutes.")
        raise TooMany(error.retry_after_seconds, words % {"minutes": -(-error.retry_after_seconds // 60)}) from error
