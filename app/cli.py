"""The `galleria` command: run the shop, look after its data, make tenants and people. Each command names its use case."""

from collections.abc import Callable

import typer

from app.commands import data, demo, doctor, exporting, importing, jobs, run, search, tenants

cli = typer.Typer(
    name="galleria",
    help="Commerce for brands and their partners.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

cli.command()(demo.demo)
cli.command()(run.serve)
cli.command()(run.web)
cli.command()(run.worker)
cli.command()(run.migrate)
cli.command()(run.prepare)
cli.command()(doctor.doctor)
cli.command()(data.backup)
cli.command()(data.restore)

Commands = dict[str, Callable[..., None]]
GROUPS: tuple[tuple[str, str, Commands], ...] = (
    ("tenant", "Brands and partners.", {"create": tenants.create_tenant, "host": tenants.add_host}),
    ("user", "People who sign in.", {"create": tenants.create_user}),
    ("import", "Files into a catalog.", {"products": importing.import_products, "undo": importing.undo_products}),
    ("export", "A catalog into files.", {"bmecat": exporting.export_bmecat}),
    ("jobs", "Work in the background.", {"failed": jobs.failed, "retry": jobs.retry}),
    ("search", "What shops find.", {"check": search.check, "rebuild": search.rebuild}),
    ("client", "Programs that use the interface.", {"create": tenants.create_machine}),
)
for name, subject, commands in GROUPS:
    group = typer.Typer(help=subject, no_args_is_help=True)
    for verb, command in commands.items():
        group.command(verb)(command)
    cli.add_typer(group, name=name)


def main() -> None:
    """Entry point of the console script."""
    cli()


if __name__ == "__main__":
    main()
