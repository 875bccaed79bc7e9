"""How many searches may be made anew: by one network (an address, or an IPv6 /64) of people nobody knows, by one machine client.

The shop's search page, its suggestions and the search API share a bucket, so that going from one to the other buys nothing
(setting searches_per_minute; docs/decisions/0016). Counted in each web process by itself: counting in the database would
cost more than the search.
"""

from kernel import limits, settings
from kernel.actors import Actor, ActorKind
from kernel.i18n import mark
from kernel.pace import Pace

PACE = Pace(mark("Too many searches at once. Please wait a moment."))


def keep_pace(actor: Actor, address: str) -> None:
    """Counts one search; TooMany where there were too many. `address` is where the request came from."""
    allowed = settings.current().searches_per_minute
    if allowed:
        who = f"client {actor.id}" if actor.kind is ActorKind.MACHINE else limits.network_of(address)
        PACE.step((actor.tenant_id, who), allowed)
