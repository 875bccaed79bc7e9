"""Which tenant lives at this host? Exact match or nothing: an unknown host gets WrongHost, there is no default tenant.

- `<slug>.<base domain>` leads to every tenant, further hosts once they are proved (tenants/hosts.py); `media.` before any
  of them leads to the same tenant's media.
- Each process keeps what it has found. For a second it is taken as it is; after that the tenant's stamp is asked for, and
  only if that has moved (theme, markets, hosts, details) is everything read anew. While the database is away, what is
  known stays good for ten minutes, so that cached pages go on.
"""

import time
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel import settings, stamps, tenancy
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import Unavailable, WrongHost
from kernel.i18n import gettext as _
from tenants.host_names import asked_host, slug_in, split_media
from tenants.markets import list_markets
from tenants.models import Host, Market, Tenant
from tenants.profile import ShopDetails, details_of
from tenants.themes import Look, live_look

FRESH_SECONDS = 1.0
UNKNOWN_SECONDS = 5.0
STALE_SECONDS = 600.0
WHOLE_SECONDS = 60.0
MOST_KEPT = 5000


@dataclass(frozen=True)
class MarketView:
    """A market as pages need it; see tenants.models.Market."""

    code: str
    name: str
    countries: tuple[str, ...]
    currency: str
    languages: tuple[str, ...]
    default_language: str
    prices_include_tax: bool
    is_default: bool


@dataclass(frozen=True)
class TenantView:
    """A tenant as requests see it. `host` is the normal host that was asked for, `primary_host` the one links lead to,
    `hosts` are those of its own that are proved; none of them has a port. `stamp` is the tenant's stamp when this was read."""

    tenant_id: UUID
    slug: str
    name: str
    kind: str
    status: str
    host: str
    is_media: bool
    hosts: tuple[str, ...]
    primary_host: str
    markets: tuple[MarketView, ...]
    look: Look
    details: ShopDetails
    stamp: int

    @property
    def theme_digest(self) -> str:
        """Changes whenever the look does."""
        return self.look.digest

    @property
    def default_market(self) -> MarketView:
        """The market of people who come without a choice; Unavailable where the tenant has none yet."""
        if not self.markets:
            raise Unavailable(_("This shop is not open yet."), retry_after_seconds=60)
        return self.markets[0]

    @property
    def time_zone(self) -> str:
        """The zone in which the tenant's people read the clock (IANA name)."""
        return self.details.time_zone

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language of every market, those of the default market first."""
        return tuple(dict.fromkeys(tag for market in self.markets for tag in market.languages))

    def market(self, code: str) -> MarketView | None:
        """The market of this code."""
        return next((market for market in self.markets if market.code == code), None)

    @property
    def origin(self) -> str:
        """Scheme, primary host and port: what links in mails begin with where no page is at hand."""
        return _origin(self.primary_host)


def origin_of(session: Session) -> str:
    """The same for the current tenant, where nobody has come through a host: for the worker's mails. Two queries."""
    mine = (Host.tenant_id == tenancy.current(), Host.state == "active", Host.is_primary)
    primary = session.scalar(select(Host.host).where(*mine))
    slug = "" if primary else session.scalars(select(Tenant.slug).where(Tenant.id == tenancy.current())).one()
    return _origin(primary or f"{slug}.{settings.current().base_domain}")


def _origin(host: str) -> str:
    chosen = settings.current()
    usual = {"http": 80, "https": 443}[chosen.scheme]
    return f"{chosen.scheme}://{host}" + (f":{chosen.port}" if chosen.port not in (0, usual) else "")


@dataclass
class _Kept:
    view: TenantView | None
    read_at: float
    asked_at: float


_kept: dict[str, _Kept] = {}


def resolve(host: str) -> TenantView:
    """The tenant at the Host header's value. WrongHost where nobody lives there (or not any more), Unavailable where the
    tenant is suspended or the database is away."""
    name = asked_host(host)
    view = _known(name) if name else None
    if view is None or view.status == "closed":
        raise WrongHost(_("There is no shop at this address."))
    if view.status != "active":
        raise Unavailable(_("This shop is closed for the moment."), retry_after_seconds=3600)
    return view


def forget() -> None:
    """Empties what this process keeps (tests, and the process that has just changed something)."""
    _kept.clear()


def _known(name: str) -> TenantView | None:
    now = time.monotonic()
    kept = _kept.get(name)
    if kept is not None and now - kept.asked_at < (FRESH_SECONDS if kept.view else UNKNOWN_SECONDS):
        return kept.view
    try:
        if kept is not None and kept.view is not None and now - kept.read_at < WHOLE_SECONDS and _stamp(kept.view) == kept.view.stamp:
            kept.asked_at = now
            return kept.view
        view = _look_up(name)
    except Unavailable:
        if kept is not None and kept.view is not None and now - kept.read_at < STALE_SECONDS:
            return kept.view
        raise
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[name] = _Kept(view, now, now)
    return view


def _stamp(view: TenantView) -> int:
    with tenancy.entering(view.tenant_id), transaction(read_only=True) as session:
        return stamps.current(session)


def _look_up(name: str) -> TenantView | None:
    bare, is_media = split_media(name)
    with tenancy.outside(), transaction(read_only=True) as session:
        tenant = _tenant_at(session, bare)
    if tenant is None:
        return None
    with tenancy.entering(tenant.id), transaction(read_only=True) as session:
        return _read(session, tenant, name, is_media)


def _tenant_at(session: Session, host: str) -> Tenant | None:
    if slug := slug_in(host, settings.current().base_domain):
        return session.scalar(select(Tenant).where(Tenant.slug == slug))
    at_host = select(Tenant).join(Host, Host.tenant_id == Tenant.id).where(Host.host == host, Host.state == "active")
    return session.scalar(at_host)


def _read(session: Session, tenant: Tenant, host: str, is_media: bool) -> TenantView:
    # the stamp first: if something changes while the rest is read, the next look notices
    stamp = stamps.current(session)
    proved = select(Host).where(Host.tenant_id == tenant.id, Host.state == "active").order_by(Host.is_primary.desc(), Host.host)
    hosts = list(session.scalars(proved))
    primary = next((row.host for row in hosts if row.is_primary), f"{tenant.slug}.{settings.current().base_domain}")
    markets = list_markets(session, Actor.guest(tenant.id))
    return TenantView(
        tenant_id=tenant.id,
        slug=tenant.slug,
        name=tenant.name,
        kind=tenant.kind,
        status=tenant.status,
        host=host,
        is_media=is_media,
        hosts=tuple(row.host for row in hosts),
        primary_host=primary,
        markets=tuple(_as_view(market) for market in markets),
        look=live_look(session, tenant.id),
        details=details_of(session, tenant.id),
        stamp=stamp,
    )


def _as_view(market: Market) -> MarketView:
    return MarketView(
        market.code,
        market.name,
        tuple(market.countries),
        market.currency,
        tuple(market.languages),
        market.default_language,
        market.prices_include_tax,
        market.is_default,
    )
