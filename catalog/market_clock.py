"""The clock of a market: its own time zone, else the tenant's; from what the clock shows to the instant that is meant.

In spring an hour is left out: times in it are refused, since nobody can say which instant was meant. In autumn an hour
is there twice: the first one is taken.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel import tenancy
from kernel.errors import Invalid
from kernel.i18n import gettext as _
from tenants.models import Market
from tenants.profile import details_of

FORM = "%Y-%m-%dT%H:%M"
FIRST_YEAR, LAST_YEAR = 2000, 2200


def zone_of(session: Session, market: Market) -> str:
    """The IANA name of the zone that people of this market read the clock in."""
    return market.time_zone or details_of(session, tenancy.current()).time_zone


def zones(session: Session) -> Mapping[str, str]:
    """The zone of each of the tenant's markets, by code. Two queries."""
    usual = details_of(session, tenancy.current()).time_zone
    rows = session.execute(select(Market.code, Market.time_zone).where(Market.tenant_id == tenancy.current()).order_by(Market.position))
    return {row.code: row.time_zone or usual for row in rows}


def instant_at(shown: str, zone: str, where: str = "at") -> datetime:
    """The instant (UTC) at which a clock of the zone shows `2026-12-01T00:00`. Raises Invalid at the field `where`."""
    try:
        local = datetime.fromisoformat(shown.strip())
    except ValueError:
        raise Invalid.at(where, _("Please give a date and a time."), "when") from None
    if local.tzinfo is not None or not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise Invalid.at(where, _("Please give a date and a time."), "when")
    at = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise Invalid.at(where, _("This time is left out when the clocks are put forward. Please choose another one."), "left_out")
    return at


def shown_at(at: datetime, zone: str) -> str:
    """What a clock of the zone shows at the instant, in the form that `instant_at` reads."""
    return at.astimezone(ZoneInfo(zone)).strftime(FORM)
