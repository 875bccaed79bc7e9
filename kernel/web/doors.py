"""What the kernel must be told from above, since it knows no tenants and no people: three look-ups, handed in by app/.

`TenantFace` and `Place` say which few facts of a tenant the plumbing and the layouts read.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from kernel.actors import Actor


class TenantFace(Protocol):
    """A tenant as the plumbing sees it: identity, name, zone (IANA), whether the host asked for serves
    media only, and the stamp under which all this was read."""

    @property
    def tenant_id(self) -> UUID: ...
    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def is_media(self) -> bool: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def stamp(self) -> int: ...


@dataclass(frozen=True)
class Place:
    """Where in the world a page is shown: the first part of a shop's path, e.g. `de-eu`.

    `language` is a BCP 47 tag (`zh-Hans`), `market` the tenant's market code, `currency` ISO 4217. `preview` is the token
    of a preview, part of the tag; empty for the shop itself.
    """

    tag: str
    language: str
    market: str
    currency: str
    preview: str = ""


@dataclass(frozen=True)
class SignedIn:
    """Who stands behind a session cookie: the actor, the token its forms must carry, staff or not, their language."""

    actor: Actor
    csrf: str = ""
    is_staff: bool = False
    language: str = ""
    name: str = ""
    email: str = ""
    session_id: UUID | None = None
    touch_due: bool = False


class Doors(Protocol):
    """The look-ups that app/ implements with tenants/."""

    def tenant(self, host: str) -> TenantFace | None:
        """The tenant at exactly this host (with port), None where none lives there. May read the database."""

    def places(self, tenant: Any) -> Sequence[Place]:
        """All places of the tenant's shop, the default first."""

    def person(self, session: Session, tenant: Any, token: str | None, visitor: str | None) -> SignedIn:
        """The actor of a session cookie; a guest for none, an unknown or an expired one."""

    def touch(self, tenant: Any, signed_in: SignedIn) -> None:
        """Notes that the session was used; called after an answer where `touch_due` was set. Opens its own transaction."""

    def machine(self, session: Session, tenant: Any, token: str) -> Actor | None:
        """The actor of a bearer token, None for an unknown or expired one."""

    def preview(self, session: Session, place: Place) -> AbstractContextManager[Any]:
        """Inside the `with` the shop is shown as the preview of `place.preview` has it; gives what pages say of it. Raises
        NotThere for a token that opens nothing (any more)."""

    def layout(self, visit: Any) -> dict[str, Any]:
        """What every page of the tenant shows around its content (navigation, theme), for a kernel.web.visit.Visit."""
