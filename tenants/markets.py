"""Markets: a set of countries that is sold to in one currency and some languages, with prices shown gross or net.

Every tenant has a default market; a country may belong to several (a market for consumers, one for companies).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kernel import stamps
from kernel.actors import Actor
from kernel.audit import record
from kernel.db.locks import wait_lock
from kernel.errors import Conflict, Invalid, Problem
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.i18n import is_known
from kernel.ids import new_id
from tenants.addresses import countries as known_countries
from tenants.events import MarketChanged
from tenants.finding import one
from tenants.models import Market
from tenants.wording import line

MOST_MARKETS = 60
_SHOWN = ("code", "name", "countries", "currency", "languages", "default_language", "prices_include_tax", "time_zone", "is_default")


@dataclass(frozen=True)
class MarketDetails:
    """`countries`: ISO 3166-1 alpha-2; `currency`: ISO 4217; `languages`: BCP 47, the first being the default;
    `prices_include_tax`: shown gross; `time_zone`: an IANA name, empty: the tenant's."""

    name: str
    countries: Sequence[str]
    currency: str
    languages: Sequence[str]
    prices_include_tax: bool
    time_zone: str = ""


def list_markets(session: Session, actor: Actor) -> list[Market]:
    """All markets of the tenant, the default first. Anybody may know them: they are the shop's front door."""
    query = select(Market).where(Market.tenant_id == actor.tenant_id).order_by(Market.is_default.desc(), Market.position, Market.code)
    return list(session.scalars(query.limit(MOST_MARKETS)))


def market_for(session: Session, actor: Actor, market_id: UUID, lock: bool = False) -> Market:
    """A market to change, for those who may edit markets."""
    actor.must("market.edit")
    return one(session, actor, Market, market_id, lock)


def add_market(session: Session, actor: Actor, code: str, details: MarketDetails) -> Market:
    """A new market. `code` (two to twelve small letters and figures) becomes part of shop addresses and stays."""
    actor.must("market.edit")
    wait_lock(session, "tenants.markets")
    market = new_market(session, actor.tenant_id, code, details)
    _told(session, actor, market, "market.add", None)
    return market


def new_market(session: Session, tenant_id: UUID, code: str, details: MarketDetails) -> Market:
    """The row itself, for use cases that have already asked who may. The first market of a tenant is its default."""
    values = _cleaned(details)
    present = list(session.scalars(select(Market.code).where(Market.tenant_id == tenant_id)))
    if not (code.isascii() and code.isalnum() and code == code.lower() and 2 <= len(code) <= 12):
        raise Invalid.at("code", _("Please use two to twelve small letters and figures."), "code")
    if code in present:
        raise Invalid.at("code", _("There is a market with this code already."), "taken")
    if len(present) >= MOST_MARKETS:
        raise Conflict(_("There can be at most %(count)s markets.") % {"count": MOST_MARKETS})
    market = Market(tenant_id=tenant_id, id=new_id(), code=code, is_default=not present, position=len(present), **values)
    session.add(market)
    session.flush()
    return market


def change_market(session: Session, actor: Actor, market_id: UUID, details: MarketDetails) -> Market:
    """Replaces everything but the code. What has been published for a language that is taken away stays, unseen."""
    market = market_for(session, actor, market_id, lock=True)
    before = as_json(market)
    for name, value in _cleaned(details).items():
        setattr(market, name, value)
    session.flush()
    _told(session, actor, market, "market.change", before)
    return market


def make_default(session: Session, actor: Actor, market_id: UUID) -> Market:
    """The market that people see who come without a choice."""
    market = market_for(session, actor, market_id)
    wait_lock(session, "tenants.markets")
    before = as_json(market)
    mine = Market.tenant_id == actor.tenant_id
    session.execute(update(Market).where(mine, Market.is_default).values(is_default=False))
    session.execute(update(Market).where(mine, Market.id == market.id).values(is_default=True, updated_at=func.now()))
    session.refresh(market)
    _told(session, actor, market, "market.make_default", before)
    return market


def as_json(market: Market) -> dict[str, Any]:
    """What the audit trail and the interface show of a market."""
    return {name: getattr(market, name) for name in _SHOWN}


def _told(session: Session, actor: Actor, market: Market, action: str, before: dict[str, Any] | None) -> None:
    record(session, actor, action, "market", market.id, before=before, after=as_json(market))
    publish(session, MarketChanged(market.code), actor)
    stamps.bump(session)


def _cleaned(details: MarketDetails) -> dict[str, Any]:
    countries = list(dict.fromkeys(code.strip().upper() for code in details.countries))
    languages = list(dict.fromkeys(tag.strip() for tag in details.languages))
    currency = details.currency.strip().upper()
    problems = []
    if not countries or any(code not in known_countries() for code in countries):
        problems.append(Problem("countries", _("Please choose at least one country."), "countries"))
    if not languages or any(not _is_language(tag) for tag in languages):
        problems.append(Problem("languages", _("Please choose at least one language."), "languages"))
    if currency not in list_currencies():
        problems.append(Problem("currency", _("Please choose a currency."), "currency"))
    if details.time_zone and details.time_zone not in available_timezones():
        problems.append(Problem("time_zone", _("Please choose one of the list."), "unknown_choice"))
    if problems:
        raise Invalid(problems)
    return {
        "name": line("name", details.name, 80, required=True),
        "countries": countries,
        "currency": currency,
        "languages": languages,
        "default_language": languages[0],
        "prices_include_tax": details.prices_include_tax,
        "time_zone": details.time_zone,
    }


def _is_language(tag: str) -> bool:
    """A language with or without script (`de`, `zh-Hans`); regions belong to markets."""
    parts = tag.split("-")
    return len(parts) <= 2 and (len(parts) == 1 or len(parts[1]) == 4) and tag.isascii() and is_known(tag)
