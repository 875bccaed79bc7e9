"""Opening, suspending and closing tenants: the platform owner's business, done by command as the database's owner role.

The directory (tenants.tenant) can be read by everybody and written by nobody else. Each function opens a transaction of
its own on the engine it is given, because the tenant has to be entered before the transaction begins.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel import stamps, tenancy
from kernel.actors import Actor
from kernel.audit import record
from kernel.errors import Conflict, Invalid
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.ids import new_id, new_token
from tenants.directory import tenant_called
from tenants.events import TenantOpened
from tenants.host_names import MEDIA, is_slug, normal_host
from tenants.markets import MarketDetails, new_market
from tenants.models import Host, Profile, Tenant, Theme
from tenants.models.tenant import KINDS, STATUSES
from tenants.people import add_person
from tenants.profile import ShopDetails
from tenants.profile import checked as checked_details
from tenants.roles import make_starting_roles
from tenants.themes import Look
from tenants.themes import checked as checked_look
from tenants.wording import line

FIRST_MARKET = MarketDetails("Europe", ("DE", "AT", "FR", "NL"), "EUR", ("en", "de"), prices_include_tax=True)


@dataclass(frozen=True)
class Administrator:
    """The first person of a tenant, who holds every right and invites the others."""

    email: str
    name: str
    password: str


@dataclass(frozen=True)
class Opening:
    """What a new tenant starts with. `markets`: code and details, the first being the default; `kind`: brand or partner."""

    slug: str
    name: str
    kind: str
    administrator: Administrator
    markets: tuple[tuple[str, MarketDetails], ...] = (("eu", FIRST_MARKET),)
    look: Look = field(default_factory=Look)
    details: ShopDetails = field(default_factory=ShopDetails)


@dataclass(frozen=True)
class Opened:
    """The ids of a new tenant: its own, its administrator's account, and its roles by key."""

    tenant_id: UUID
    account_id: UUID
    role_ids: dict[str, UUID]


def open_tenant(owner: Engine, opening: Opening) -> Opened:
    """A tenant that can be worked with at once: directory entry, details, markets, look, roles, administrator.

    Invalid for a slug that is taken or reserved, or anything else that does not hold; then nothing is left behind.
    """
    if not is_slug(opening.slug):
        raise Invalid.at("slug", _("Please use small letters, figures and single hyphens, at most forty."), "slug")
    if opening.kind not in KINDS:
        raise Invalid.at("kind", _("Please choose one of the list."), "unknown_choice")
    tenant_id = new_id()
    with _as_owner(owner, tenant_id) as session:
        name = line("name", opening.name, 120, required=True)
        session.add(Tenant(id=tenant_id, slug=opening.slug, name=name, kind=opening.kind, status="active"))
        try:
            session.flush()
        except IntegrityError as error:
            raise Invalid.at("slug", _("There is a tenant of this name already."), "taken") from error
        return _furnish(session, tenant_id, opening)


def set_status(owner: Engine, slug: str, status: str) -> None:
    """Suspends (`suspended`: answers 503), closes (`closed`: answers as if it had never been) or opens (`active`) again."""
    if status not in STATUSES:
        raise Invalid.at("status", _("Please choose one of the list."), "unknown_choice")
    with _entered(owner, slug) as (session, tenant):
        before, tenant.status = tenant.status, status
        _told(session, tenant, "tenant.set_status", {"status": before}, {"status": status})


def rename(owner: Engine, slug: str, name: str) -> None:
    """Changes the name that pages and mails show; the slug never changes."""
    with _entered(owner, slug) as (session, tenant):
        before, tenant.name = tenant.name, line("name", name, 120, required=True)
        _told(session, tenant, "tenant.rename", {"name": before}, {"name": tenant.name})


def grant_host(owner: Engine, slug: str, host: str) -> None:
    """Gives a tenant a host without the proof by TXT record: the platform's owner knows. Conflict where another tenant
    holds it."""
    name = normal_host(host)
    if not name or name.startswith(MEDIA):
        raise Invalid.at("host", _("This is no web address. It looks like shop.example.com."), "host")
    with _entered(owner, slug) as (session, tenant):
        row = session.scalar(select(Host).where(Host.tenant_id == tenant.id, Host.host == name))
        row = row or Host(tenant_id=tenant.id, id=new_id(), host=name, is_primary=False, proof=new_token())
        row.state, row.proved_at, row.checked_at = "active", func.now(), func.now()
        session.add(row)
        try:
            session.flush()
        except IntegrityError as error:
            raise Conflict(_("Another shop answers at this address. It has to give it up first.")) from error
        _told(session, tenant, "host.grant", None, {"host": name})


def _furnish(session: Session, tenant_id: UUID, opening: Opening) -> Opened:
    platform = _platform(tenant_id)
    session.add(Profile(tenant_id=tenant_id, id=new_id(), **checked_details(opening.details)))
    for code, details in opening.markets:
        new_market(session, tenant_id, code, details)
    look = checked_look(opening.look)
    session.add(
        Theme(
            tenant_id=tenant_id,
            id=new_id(),
            state="live",
            primary_colour=look.primary,
            second_colour=look.second,
            pairing=look.pairing,
            logo_key=look.logo_key,
            tagline=look.tagline,
            published_at=func.now(),
        )
    )
    roles = make_starting_roles(session, tenant_id, opening.kind)
    first = opening.administrator
    account = add_person(session, platform, first.email, first.name, first.password, [roles["administrator"].id])
    record(session, platform, "tenant.open", "tenant", tenant_id, after={"slug": opening.slug, "kind": opening.kind})
    publish(session, TenantOpened(tenant_id, opening.slug, opening.kind), platform)
    stamps.bump(session)
    return Opened(tenant_id, account.id, {key: role.id for key, role in roles.items()})


def _platform(tenant_id: UUID) -> Actor:
    return Actor.job(tenant_id, "platform")


def _told(session: Session, tenant: Tenant, action: str, before: dict[str, str] | None, after: dict[str, str]) -> None:
    session.flush()
    record(session, _platform(tenant.id), action, "tenant", tenant.id, before=before, after=after)
    stamps.bump(session)


@contextmanager
def _as_owner(owner: Engine, tenant_id: UUID) -> Iterator[Session]:
    with tenancy.entering(tenant_id), Session(owner, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def _entered(owner: Engine, slug: str) -> Iterator[tuple[Session, Tenant]]:
    with tenancy.outside(), Session(owner) as session:
        tenant_id = tenant_called(session, slug).id
    with _as_owner(owner, tenant_id) as session:
        yield session, session.get_one(Tenant, tenant_id, with_for_update=True)
