"""List prices that hold for a time: named, taken away, read. They show after the next publication, and then begin and
end by themselves, to the instant.

Two of one product and currency never overlap: the product's row is locked while one is added.
"""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.checking import Problems, check_amount, check_currency
from catalog.list_prices import prices_of, touch
from catalog.market_clock import instant_at, shown_at, zones
from catalog.models import TimedPrice
from catalog.products import product_for
from kernel import audit, tenancy
from kernel.actors import Actor
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id
from tenants.profile import details_of

MOST_OF_A_PRODUCT = 200


def add_timed_price(
    session: Session,
    actor: Actor,
    product_id: UUID,
    currency: str,
    amount: object,
    begins: str,
    ends: str = "",
    zone: str = "",
    note: str = "",
) -> TimedPrice:
    """A price from `begins` until just before `ends` (what the zone's clock shows; no end: for good).

    `zone`: of one of the tenant's markets or its own, empty: its own. Raises Invalid at the field that does not hold: a
    currency the product has no list price in, an end before the beginning, a time that another price takes already.
    """
    actor.must("price.edit")
    product = product_for(session, actor, product_id, lock=True)
    problems = Problems()
    clock_zone = problems.trying("zone", _known_zone, session, zone) or "UTC"
    problems.trying("currency", check_currency, currency)
    checked: Decimal | None = problems.trying("amount", check_amount, amount)
    start = problems.trying("begins", instant_at, begins, clock_zone, "begins")
    stop = problems.trying("ends", instant_at, ends, clock_zone, "ends") if ends.strip() else None
    problems.settle()
    assert start is not None
    if currency not in prices_of(session, product.id):
        raise Invalid.at("currency", _("Give a list price in this currency first."), "no_list_price")
    if stop is not None and stop <= start:
        raise Invalid.at("ends", _("The end must be after the beginning."), "order")
    known = list_timed_prices(session, actor, product.id)
    if len(known) >= MOST_OF_A_PRODUCT:
        raise Invalid.at("begins", _("A product can have at most %(count)s such prices.") % {"count": MOST_OF_A_PRODUCT}, "too_many")
    same = [p for p in known if p.currency == currency]
    if any((stop is None or p.valid_from < stop) and (p.valid_to is None or start < p.valid_to) for p in same):
        raise Invalid.at("begins", _("Another price takes this time already."), "overlaps")
    made = TimedPrice(
        tenant_id=tenancy.current(),
        id=new_id(),
        product_id=product.id,
        currency=currency,
        amount=checked,
        valid_from=start,
        valid_to=stop,
        time_zone=clock_zone,
        note=note.strip()[:300],
    )
    session.add(made)
    session.flush()
    touch(session, [product.id])
    audit.record(session, actor, "price.timed", "product", product.id, after=as_json(made))
    return made


def remove_timed_price(session: Session, actor: Actor, product_id: UUID, price_id: UUID) -> None:
    """The list price holds at that time again. Raises NotThere."""
    actor.must("price.edit")
    product = product_for(session, actor, product_id, lock=True)
    mine = (TimedPrice.tenant_id == tenancy.current(), TimedPrice.product_id == product.id, TimedPrice.id == price_id)
    found = session.scalar(select(TimedPrice).where(*mine))
    if found is None:
        raise NotThere
    before = as_json(found)
    session.execute(delete(TimedPrice).where(*mine))
    touch(session, [product.id])
    audit.record(session, actor, "price.timed_removed", "product", product.id, before=before)


def list_timed_prices(session: Session, actor: Actor, product_id: UUID) -> list[TimedPrice]:
    """A product's prices for a time, by currency and beginning. Raises NotThere."""
    product_for(session, actor, product_id)
    mine = (TimedPrice.tenant_id == tenancy.current(), TimedPrice.product_id == product_id)
    return list(session.scalars(select(TimedPrice).where(*mine).order_by(TimedPrice.currency, TimedPrice.valid_from)))


def as_json(price: TimedPrice) -> dict[str, str]:
    """What the audit trail keeps: times as the clock shows them."""
    ends = shown_at(price.valid_to, price.time_zone) if price.valid_to else ""
    begins = shown_at(price.valid_from, price.time_zone)
    return {"currency": price.currency, "amount": str(price.amount), "from": begins, "to": ends, "zone": price.time_zone}


def _known_zone(session: Session, zone: str) -> str:
    usual = details_of(session, tenancy.current()).time_zone
    if zone and zone not in {usual, *zones(session).values()}:
        raise Invalid.at("zone", _("Please choose one of the list."), "unknown_choice")
    return zone or usual
