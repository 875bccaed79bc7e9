"""Handlers of the catalog's events, wired in app/wiring.py: shops of partners learn that something they show has moved.

The application's role writes rows of the entered tenant only, so each partner's stamp is moved in a transaction of that
partner's own. A second delivery moves it once more, which costs a page rendered anew and nothing else.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.events import AgreementMoved, CatalogPublished
from catalog.models import Agreement
from catalog.states import IN_FORCE
from kernel import stamps, tenancy
from kernel.actors import Actor
from kernel.db.session import transaction


def tell_partners_of_publication(session: Session, _actor: Actor, event: CatalogPublished) -> None:
    """The shops of all partners that sell this market show the new version."""
    mine = (Agreement.tenant_id == tenancy.current(), Agreement.market_code == event.market_code, Agreement.state.in_(IN_FORCE))
    move_stamps(session.scalars(select(Agreement.partner_tenant_id).where(*mine)))


def tell_both_sides_of_agreement(_session: Session, _actor: Actor, event: AgreementMoved) -> None:
    """Both sides' shops show what holds now; the side that moved has done so already, in its own transaction."""
    move_stamps({event.brand_tenant_id, event.partner_tenant_id} - {tenancy.current()})


def move_stamps(tenant_ids: Iterable[UUID]) -> None:
    """Moves each tenant's stamp, in the order of their ids, each in a transaction of its own."""
    for tenant_id in sorted(tenant_ids):
        with tenancy.entering(tenant_id), transaction() as session:
            stamps.bump(session)
