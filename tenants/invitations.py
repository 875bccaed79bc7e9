"""How many invitations go out: an invitation is a mail to somebody who has not asked for it, with words that its sender chose.

Three buckets, all per tenant: what one person sends, what the whole tenant sends, and what one address gets.
"""

from kernel import limits, settings
from kernel.actors import Actor
from kernel.errors import TooMany
from kernel.i18n import gettext as _

TO_ONE_ADDRESS, HOUR = 5, 60 * 60
DAY = 24 * HOUR


def count_invitation(actor: Actor, email_key: str) -> None:
    """Counts one invitation before it is written; TooMany where the person, the tenant or the address has had enough."""
    chosen = settings.current()
    try:
        # a person who goes on trying uses up nobody else's share
        limits.hit("invitations_of", str(actor.id or actor.kind), chosen.invitations_per_hour, HOUR)
        limits.hit("invitation_to", email_key, TO_ONE_ADDRESS, HOUR)
        limits.hit("invitations", "all", chosen.invitations_per_day, DAY)
    except TooMany as error:
        words = _("So many invitations have been sent that we wait a little. Please try again in %(minutes)s minutes.")
        minutes = -(-error.retry_after_seconds // 60)
        raise TooMany(error.retry_after_seconds, words % {"minutes": minutes}) from error
