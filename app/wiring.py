"""Who listens to what, and which chores run when: the one place where packages that must not know each other meet."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from catalog import agreements, attaching, completeness, lifecycle, relaying, sharing_mails
from catalog.content.requests import forget_requests
from catalog.events import AgreementEnding, AgreementMoved, CatalogPublished, OverlayChanged, PricesTurned, StockReported
from catalog.exchange.remembering import forget_changes
from catalog.price_turns import register as follow_prices
from catalog.publication_starts import register as start_planned_publications
from catalog.search import rebuilding
from catalog.search.folding import fold
from catalog.search.meili import following
from catalog.search.stock import read_stock_by
from catalog.searching import tallies
from kernel import tenancy
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.events import subscribe
from kernel.jobs import every, list_tenants_by
from orders import notices, webhook_sending, webhooks
from orders.availability import products_on_hand
from orders.events import StockChanged
from orders.forgetting import forget_carts, forget_deliveries
from orders.stock_reports import take_report
from orders.webhooks import TYPES
from tenants import chores as tenant_chores
from tenants.directory import list_tenants

EVERY_MINUTE = "* * * * *"
EVERY_TEN_MINUTES = "*/10 * * * *"
EVERY_HOUR = "1 * * * *"
EVERY_NIGHT = "17 2 * * *"


def wire() -> None:
    """Connects everything; called once at the start of each process. Doing it again changes nothing."""
    list_tenants_by(tenant_ids)
    tenant_chores.register()
    start_planned_publications()
    follow_prices()
    subscribe(PricesTurned, relaying.tell_partners_of_prices)
    read_stock_by(products_on_hand)
    subscribe(CatalogPublished, relaying.tell_partners_of_publication)
    subscribe(CatalogPublished, following.ask_for_feed, wanted=following.is_connected)
    subscribe(OverlayChanged, following.ask_for_names, wanted=following.is_connected)
    subscribe(AgreementMoved, relaying.tell_both_sides_of_agreement)
    subscribe(AgreementMoved, sharing_mails.tell_people_of_agreement)
    subscribe(AgreementEnding, sharing_mails.tell_people_of_ending)
    subscribe(StockReported, take_report)
    subscribe(StockChanged, notices.tell_after_change)
    for event in TYPES:
        subscribe(event, webhooks.tell, wanted=webhooks.is_wanted)
    every(EVERY_MINUTE, "orders.webhooks.ask_again", webhook_sending.ask_again)
    every(EVERY_TEN_MINUTES, "orders.tell_waiting", notices.tell)
    every(EVERY_NIGHT, "orders.forget_notices", notices.forget_notices)
    every(EVERY_NIGHT, "orders.forget_carts", forget_carts)
    every(EVERY_NIGHT, "catalog.forget_import_changes", forget_changes)
    every(EVERY_NIGHT, "catalog.forget_dropped_pictures", attaching.forget_old)
    every(EVERY_NIGHT, "catalog.forget_requests", forget_requests)
    every(EVERY_NIGHT, "orders.forget_deliveries", forget_deliveries)
    every(EVERY_MINUTE, "catalog.search.fold", fold)
    every(EVERY_MINUTE, "catalog.search.rebuild", rebuilding.catch_up)
    every(EVERY_NIGHT, "catalog.search.forget_tallies", tallies.forget)
    every(EVERY_MINUTE, "catalog.search.catch_up", following.catch_up)
    every(EVERY_MINUTE, "catalog.completeness", completeness.refresh_due)
    every(EVERY_HOUR, "catalog.agreements.keep_time", _keep_time)
    every(EVERY_HOUR, "catalog.lifecycle", _keep_life)


def _keep_time(session: Session) -> int:
    """Agreements start and end by the calendar; soon after midnight, since kept pages change only with the stamp it moves."""
    return agreements.keep_time(session, Actor.job(tenancy.current(), "calendar"))


def _keep_life(session: Session) -> int:
    """Products become old, are phased out and end by the calendar; the same."""
    return lifecycle.keep_time(session, Actor.job(tenancy.current(), "calendar"))


def tenant_ids() -> Iterable[UUID]:
    """All tenants that are served."""
    with tenancy.outside(), transaction(read_only=True) as session:
        return [tenant.id for tenant in list_tenants(session)]
