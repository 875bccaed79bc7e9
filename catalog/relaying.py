"""Handlers of the catalog's events, wired in app/wiring.py: shops of partners learn that something they show has moved.

The application's role writes rows of the entered tenant only, so each partner's stamp is moved in a transaction of that
partner's own. A second delivery moves it once more, which costs a page rendered anew and nothing else.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.adoptions import Moved, follow, read_moved
from catalog.brand_changes import adoption_of
from catalog.events import AgreementMoved, CatalogPublished, PricesTurned
from catalog.models import Agreement
from catalog.overlays import source_of
from catalog.price_turns import turns_ahead
from catalog.states import IN_FORCE
from kernel import stamps, tenancy
from kernel.actors import Actor
from kernel.db.session import transaction


def tell_partners_of_publication(session: Session, _actor: Actor, event: CatalogPublished) -> None:
    """The shops of all partners that sell this market show the new version; then each partner's rules for such changes are
    carried out and written down, each in a transaction of the partner's."""
    mine = (Agreement.tenant_id == tenancy.current(), Agreement.market_code == event.market_code, Agreement.state.in_(IN_FORCE))
    agreements = list(session.scalars(select(Agreement).where(*mine)))
    move_stamps((agreement.partner_tenant_id for agreement in agreements), turns_ahead(session, event.market_code))
    _follow(session, agreements, event)


def tell_partners_of_prices(session: Session, _actor: Actor, event: PricesTurned) -> None:
    """The shops of all partners that sell this market show lists in the order of the new prices."""
    mine = (Agreement.tenant_id == tenancy.current(), Agreement.market_code == event.market_code, Agreement.state.in_(IN_FORCE))
    move_stamps(list(session.scalars(select(Agreement.partner_tenant_id).where(*mine))))


def _follow(session: Session, agreements: Sequence[Agreement], event: CatalogPublished) -> None:
    """What has moved is read once for each language, and only where a partner has rules."""
    moved: dict[str, list[Moved]] = {}
    for agreement in sorted(agreements, key=lambda a: a.partner_tenant_id):
        source = source_of(session, agreement)
        if source is None or not _has_rules(agreement):
            continue
        if source.language not in moved:
            moved[source.language] = read_moved(session, event.market_code, source.language, event.version)
        with tenancy.entering(agreement.partner_tenant_id), transaction() as theirs:
            told = follow(theirs, agreement.id, agreement.tenant_id, source.scope, source.language, event.version, moved[source.language])
            if told is not None:
                stamps.bump(theirs)


def _has_rules(agreement: Agreement) -> bool:
    with tenancy.entering(agreement.partner_tenant_id), transaction(read_only=True) as theirs:
        adoption = adoption_of(theirs, agreement.id)
        return adoption is not None and bool(adoption.rules)


def tell_both_sides_of_agreement(_session: Session, _actor: Actor, event: AgreementMoved) -> None:
    """Both sides' shops show what holds now; the side that moved has done so already, in its own transaction."""
    move_stamps({event.brand_tenant_id, event.partner_tenant_id} - {tenancy.current()})


def move_stamps(tenant_ids: Iterable[UUID], turns: Sequence[datetime] = ()) -> None:
    """Moves each tenant's stamp, in the order of their ids, each in a transaction of its own; at `turns` it moves by itself."""
    for tenant_id in sorted(tenant_ids):
        with tenancy.entering(tenant_id), transaction() as session:
            stamps.turn(session, turns)
            stamps.bump(session)
