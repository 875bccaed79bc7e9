"""The kernel's look-ups, answered by tenants: who lives at a host, whose cookie or token is this, what surrounds a page."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from app.layouts import layout_of
from catalog.feed_keys import find_by_key
from catalog.previews import open_link
from catalog.shown_preview import Preview, showing
from kernel import tenancy
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import WrongHost
from kernel.web.doors import Place, SignedIn
from kernel.web.visit import Visit
from tenants.actors import actor_for
from tenants.clients import find_by_token
from tenants.resolution import MarketView, TenantView, resolve
from tenants.signin.sessions import touch


@dataclass(frozen=True)
class TenantDoors:
    """Implements kernel.web.doors.Doors."""

    def tenant(self, host: str) -> TenantView | None:
        """The tenant at this host, None where nobody lives there."""
        try:
            return resolve(host)
        except WrongHost:
            return None

    def places(self, tenant: TenantView) -> Sequence[Place]:
        """Every language of every market; the default market's default language first."""
        return _places(tenant.markets)

    def person(self, session: Session, tenant: TenantView, token: str | None, visitor: str | None) -> SignedIn:
        """Whoever holds the cookie."""
        found = actor_for(session, tenant.tenant_id, token, visitor)
        return SignedIn(
            actor=found.actor,
            csrf=found.csrf,
            is_staff=found.is_staff,
            language=found.language,
            name=found.actor.name,
            email=found.email,
            session_id=found.actor.session_id,
            touch_due=found.touch_due,
        )

    def touch(self, tenant: TenantView, signed_in: SignedIn) -> None:
        """Notes that the session was used."""
        if signed_in.session_id is not None:
            with tenancy.entering(tenant.tenant_id), transaction() as session:
                touch(session, signed_in.session_id, signed_in.is_staff)

    def machine(self, session: Session, tenant: TenantView, token: str) -> Actor | None:
        """The machine client behind a bearer token, or the program behind a key to a feed."""
        return find_by_token(session, token) or find_by_key(session, token)

    def preview(self, session: Session, place: Place) -> AbstractContextManager[Preview]:
        """The shop as the preview of this token has it."""
        return showing(open_link(session, place.preview, place.market, place.language))

    def layout(self, visit: Visit) -> dict[str, Any]:
        """What surrounds the page."""
        return layout_of(visit)


@lru_cache(maxsize=1000)
def _places(markets: tuple[MarketView, ...]) -> tuple[Place, ...]:
    found = []
    for market in sorted(markets, key=lambda m: not m.is_default):
        for language in sorted(market.languages, key=lambda tag: tag != market.default_language):
            found.append(Place(f"{language.lower()}-{market.code}", language, market.code, market.currency))
    return tuple(found)
