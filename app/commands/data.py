"""backup, restore: everything an installation holds, in one file."""

from pathlib import Path
from typing import Annotated

import typer

from app.backups import BackupFault, Manifest, back_up
from app.backups import restore as restore_backup
from app.commands.options import DataDir, settings_with
from app.database import running
from app.migrating import bring_up_to_date
from kernel.settings import DATABASE

ADMIN_HELP = "A superuser's address of your own database server; not needed for the embedded one."
AdminUrl = Annotated[str, typer.Option("--admin-url", envvar="PG_ADMIN_URL", help=ADMIN_HELP)]
Target = Annotated[Path, typer.Argument(help="Where to write it; must not exist.")]


def backup(file: Target, data_dir: DataDir = None, admin_url: AdminUrl = "") -> None:
    """Write database, files and secret key into one tar file. Safe while the shop is running."""
    settings = settings_with(data_dir=data_dir)
    with running(settings) as addresses:
        try:
            manifest = back_up(_superuser(addresses.superuser, admin_url), file, settings.data_dir, bool(settings.files_url))
        except BackupFault as error:
            raise _failed(error) from error
    typer.echo(f"{file}: {_said(manifest)}, {file.stat().st_size / 1e6:.1f} MB.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file written by `galleria backup`.", exists=True, dir_okay=False)],
    data_dir: DataDir = None,
    admin_url: AdminUrl = "",
    replace: Annotated[bool, typer.Option("--replace", help="Put the backup in place of tenants that exist.")] = False,
) -> None:
    """Put a backup in place of an empty database, or with --replace of a full one. The shop must be stopped."""
    settings = settings_with(data_dir=data_dir)
    with running(settings) as addresses:
        try:
            manifest = restore_backup(_superuser(addresses.superuser, admin_url), DATABASE, file, settings.data_dir, replace)
        except BackupFault as error:
            raise _failed(error) from error
        bring_up_to_date(addresses.owner)
    typer.echo(f"Restored from {manifest.made_at}: {_said(manifest)}.")


def _superuser(embedded: str | None, admin_url: str) -> str:
    if embedded:
        return embedded
    if not admin_url:
        raise _failed(BackupFault("Row security hides rows from the application's roles. Please name a superuser with --admin-url."))
    return admin_url


def _said(manifest: Manifest) -> str:
    files = "files are in S3 and not included" if manifest.files_elsewhere else f"{manifest.files} files"
    return f"{sum(manifest.rows.values()):,} rows in {len(manifest.rows)} tables, {files}"


def _failed(error: BackupFault) -> typer.Exit:
    typer.secho(str(error), fg="red", err=True)
    return typer.Exit(1)
