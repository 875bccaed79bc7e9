"""Who is shopping: somebody signed in, or a guest whose browser carries a random key that their cart belongs to.

A guest gets the key with the first thing put into the cart, never by looking.
"""

from dataclasses import replace

from kernel.actors import Actor
from kernel.ids import new_token
from kernel.web.answers import Answer
from kernel.web.running import VISITOR_COOKIE
from kernel.web.visit import Visit

VISITOR_SECONDS = 60 * 60 * 24 * 60
# how long a browser keeps a customer's session cookie; the session itself may end sooner
SESSION_SECONDS = 60 * 60 * 24 * 90


def shopper(visit: Visit) -> Actor:
    """The actor, with a fresh visitor key where a guest has none yet. `remember` hands it to the browser."""
    actor = visit.actor
    return actor if actor.is_signed_in or actor.visitor else replace(actor, visitor=new_token())


def remember(visit: Visit, actor: Actor, answer: Answer) -> Answer:
    """Sets the guest's cookie on the answer where the key is new."""
    if actor.visitor and actor.visitor != visit.actor.visitor:
        answer.cookie(VISITOR_COOKIE, actor.visitor, VISITOR_SECONDS)
    return answer
