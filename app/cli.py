"""The `galleria` command: run the shop, look after its data, make tenants and people. Each command names its use case."""

import typer

from app.commands import data, doctor, run

cli = typer.Typer(
    name="galleria",
    help="Commerce for brands and their partners.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

cli.command()(run.serve)
cli.command()(run.web)
cli.command()(run.worker)
cli.command()(run.migrate)
cli.command()(run.prepare)
cli.command()(doctor.doctor)
cli.command()(data.backup)
cli.command()(data.restore)


def main() -> None:
    """Entry point of the console script."""
    cli()


if __name__ == "__main__":
    main()
