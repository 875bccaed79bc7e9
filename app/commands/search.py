"""search check: does the engine that is configured do what every engine owes a shop?"""

from typing import Annotated

import typer

from app.commands.options import DataDir, prepared, settings_with
from catalog.search.checks.running import check_all

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
