"""Who may use a route. Every route carries one of these; the application does not start where one is missing.

This is the coarse lock at the door (is somebody signed in, is it staff, which permission). Whether *this*
order is yours is decided by the use case that fetches it.
"""

from dataclasses import dataclass

from kernel.actors import Actor, ActorKind
from kernel.errors import NotAllowed, SignInNeeded


@dataclass(frozen=True)
class Access:
    """`audience` is one of anyone, signed_in, staff, machine; `permission` narrows it further."""

    audience: str
    permission: str = ""

    def check(self, actor: Actor, is_staff: bool) -> None:
        """Raises SignInNeeded for guests and NotAllowed for those who are signed in but not meant."""
        if self.audience == "anyone":
            return
        if not actor.is_signed_in:
            raise SignInNeeded("Please sign in to go on.")
        if self.audience == "staff" and not is_staff:
            raise NotAllowed("This part is for the people who work here.")
        if self.audience == "machine" and actor.kind is not ActorKind.MACHINE:
            raise NotAllowed("This address is for machine clients.")
        if self.permission:
            actor.must(self.permission)

    def __str__(self) -> str:
        return f"{self.audience}:{self.permission}" if self.permission else self.audience


ANYONE = Access("anyone")
SIGNED_IN = Access("signed_in")
STAFF = Access("staff")


def may(permission: str) -> Access:
    """Staff who hold the permission."""
    return Access("staff", permission)


def scope(permission: str) -> Access:
    """Machine clients whose token carries the permission as a scope."""
    return Access("machine", permission)
