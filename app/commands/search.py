"""search check: does the engine that is configured do what every engine owes a shop? search rebuild: indexes made anew."""

from typing import Annotated

import typer

from app.commands.options import DataDir, prepared, refused, settings_with
from app.wiring import tenant_ids
from catalog.search import rebuilding
from catalog.search.checks.running import check_all
from catalog.search.engine import meilisearch
from catalog.search.meili import feeding
from kernel import tenancy
from kernel.db.session import transaction
from tenants.directory import tenant_called, tenant_names

Tenant = Annotated[str, typer.Option("--tenant", help="Only this tenant, by its short name.")]
Quiet = Annotated[bool, typer.Option("--failed", help="Print only what failed.")]


def check(failed: Quiet = False, data_dir: DataDir = None) -> None:
    """Try everything a search engine owes on the one that is configured, with goods and tenants of its own that are removed
    again. Prints a list; ends with status 1 where something failed."""
    settings = settings_with(data_dir=data_dir)
    broken = total = 0
    with prepared(settings):
        shown = ""
        for asked, outcome in check_all():
            total += 1
            broken += not outcome.ok
            if outcome.ok and failed:
                continue
            if asked != shown:
                typer.echo(f"{asked}:")
                shown = asked
            typer.echo(f"  {'ok     ' if outcome.ok else 'FAILED '} {outcome.check.name} ({outcome.seconds:.1f} s)")
            if not outcome.ok:
                typer.echo(f"           {outcome.problem}")
    typer.echo(f"{total - broken} of {total} checks went well.")
    if broken:
        raise typer.Exit(1)


def rebuild(tenant: Tenant = "", data_dir: DataDir = None) -> None:
    """Make every search index anew from what is published. Shops go on searching in the old ones until each new one is whole."""
    with refused(), prepared(settings_with(data_dir=data_dir)):
        with tenancy.outside(), transaction(read_only=True) as session:
            chosen = [tenant_called(session, tenant).id] if tenant else list(tenant_ids())
            names = tenant_names(session, chosen)
        for tenant_id in chosen:
            with tenancy.entering(tenant_id):
                _rebuild_all(names[tenant_id])


def _rebuild_all(name: str) -> None:
    with transaction(read_only=True) as session:
        wanted = rebuilding.list_indexes(session)
    for market_code, language in wanted:
        with transaction() as session:
            documents = rebuilding.rebuild(session, market_code, language)
        typer.echo(f"{name}, {market_code}, {language}: {documents:,} products")
    server = meilisearch()
    if server is not None:
        typer.echo(f"{name}, Meilisearch: {feeding.rebuild_all(server):,} products")
