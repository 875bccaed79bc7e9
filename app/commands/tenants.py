"""tenant create, tenant host, user create, client create: what the platform's owner does for tenants."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import orjson
import typer
from sqlalchemy import create_engine, pool
from sqlalchemy.orm import Session

from app.commands.options import DataDir, prepared, refused, settings_with
from kernel import tenancy
from kernel.actors import Actor
from kernel.db.roles import driver_url
from kernel.db.session import transaction
from kernel.errors import Invalid
from kernel.settings import Settings
from tenants.clients import create_client
from tenants.directory import tenant_called
from tenants.markets import MarketDetails
from tenants.onboarding import Administrator, Opening, grant_host, open_tenant
from tenants.people import add_person
from tenants.roles import list_roles

TenantSlug = Annotated[str, typer.Option("--tenant", help="The tenant's short name, as in its address.")]
Password = Annotated[
    str, typer.Option("--password", envvar="GALLERIA_NEW_PASSWORD", help="Left out: one is made and printed.", show_envvar=False)
]
Email = Annotated[str, typer.Argument(help="Mail address to sign in with.")]


def create_tenant(
    slug: Annotated[str, typer.Argument(help="Short name: small letters, figures, hyphens. It becomes the address.")],
    name: Annotated[str, typer.Option("--name", help="Name for people.")],
    admin_email: Annotated[str, typer.Option("--admin-email", help="Who administers it.")],
    kind: Annotated[str, typer.Option("--kind", help="brand or partner.")] = "brand",
    admin_name: Annotated[str, typer.Option("--admin-name", help="Name of the administrator.")] = "Administrator",
    countries: Annotated[str, typer.Option("--countries", help="Countries of the first market, ISO 3166, with commas.")] = "DE,AT,FR,NL",
    currency: Annotated[str, typer.Option("--currency", help="Currency of the first market, ISO 4217.")] = "EUR",
    languages: Annotated[str, typer.Option("--languages", help="Languages of the first market, the default first.")] = "en,de",
    market: Annotated[str, typer.Option("--market", help="Code of the first market, as in the address.")] = "eu",
    net: Annotated[bool, typer.Option("--net", help="Prices are shown without tax.")] = False,
    password: Password = "",
    data_dir: DataDir = None,
) -> None:
    """Open a tenant with a first market, the starting roles and an administrator. Prints JSON."""
    settings = settings_with(data_dir=data_dir)
    chosen = password or secrets.token_urlsafe(12)
    details = MarketDetails(name, tuple(_parts(countries)), currency, tuple(_parts(languages)), prices_include_tax=not net)
    opening = Opening(slug, name, kind, Administrator(admin_email, admin_name, chosen), ((market, details),))
    with refused(), prepared(settings) as addresses:
        owner = create_engine(driver_url(addresses.owner), poolclass=pool.NullPool)
        opened = open_tenant(owner, opening)
    _print(
        tenant=slug, tenant_id=str(opened.tenant_id), address=address_of(settings, slug), administrator=admin_email,
        **({} if password else {"password": chosen}),
    )  # fmt: skip


def add_host(
    host: Annotated[str, typer.Argument(help="Exact host name, such as shop.example.com.")], tenant: TenantSlug, data_dir: DataDir = None
) -> None:
    """Let a tenant answer at one more host name."""
    settings = settings_with(data_dir=data_dir)
    with refused(), prepared(settings) as addresses:
        grant_host(create_engine(driver_url(addresses.owner), poolclass=pool.NullPool), tenant, host)
    typer.echo(f"{tenant} answers at {host} now.")


def create_user(
    email: Email,
    tenant: TenantSlug,
    name: Annotated[str, typer.Option("--name", help="Name for people.")],
    role: Annotated[list[str] | None, typer.Option("--role", help="Name of a role; may be given several times.")] = None,
    customer: Annotated[bool, typer.Option("--customer", help="A customer instead of a member of the staff.")] = False,
    password: Password = "",
    data_dir: DataDir = None,
) -> None:
    """Make an account that may sign in at once. Prints JSON."""
    settings = settings_with(data_dir=data_dir)
    chosen = password or secrets.token_urlsafe(12)
    with refused(), prepared(settings), inside(tenant) as (session, actor):
        account = add_person(session, actor, email, name, chosen, _roles(session, actor, role or []), is_staff=not customer)
        made = str(account.id)
    _print(tenant=tenant, account_id=made, email=email, **({} if password else {"password": chosen}))


def create_machine(
    name: Annotated[str, typer.Argument(help="What the program is called.")],
    tenant: TenantSlug,
    scope: Annotated[list[str], typer.Option("--scope", help="A permission, such as catalog.view; may be given several times.")],
    data_dir: DataDir = None,
) -> None:
    """Make an OAuth client for a program. Prints JSON; the secret is shown this one time."""
    settings = settings_with(data_dir=data_dir)
    with refused(), prepared(settings), inside(tenant) as (session, actor):
        made = create_client(session, actor, name, scope)
        shown = {"client_id": made.client_id, "client_secret": made.client_secret, "scopes": sorted(made.client.scopes)}
    _print(tenant=tenant, token_url=f"{address_of(settings, tenant)}/oauth/token", **shown)


@contextmanager
def entered(slug: str) -> Iterator[Actor]:
    """Inside the tenant, as the platform's owner."""
    with tenancy.outside(), transaction(read_only=True) as session:
        tenant_id = tenant_called(session, slug).id
    with tenancy.entering(tenant_id):
        yield Actor.job(tenant_id, "platform")


@contextmanager
def inside(slug: str) -> Iterator[tuple[Session, Actor]]:
    """A transaction inside the tenant, as the platform's owner."""
    with entered(slug) as actor, transaction() as session:
        yield session, actor


def address_of(settings: Settings, slug: str) -> str:
    """Where a tenant answers to begin with."""
    port = "" if settings.scheme == "https" else f":{settings.port}"
    return f"{settings.scheme}://{slug}.{settings.base_domain}{port}"


def _roles(session: Session, actor: Actor, wanted: list[str]) -> list[UUID]:
    known = {role.name.lower(): role.id for role, _holders in list_roles(session, actor)}
    if missing := [name for name in wanted if name.lower() not in known]:
        raise Invalid.at("role", f"There is no role {missing[0]!r}; there are {', '.join(sorted(known))}.")
    return [known[name.lower()] for name in wanted]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _print(**shown: object) -> None:
    typer.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())
