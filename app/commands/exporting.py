"""export bmecat: a tenant's catalog as a BMEcat file."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import DataDir, prepared, refused, settings_with
from app.commands.tenants import TenantSlug, entered
from catalog.exchange.bmecat_export import catalog_lines
from catalog.exchange.bmecat_mapping import PRICE_TYPES
from catalog.exchange.bmecat_writing import BmecatWriter, Heading
from kernel import tenancy
from kernel.db.session import transaction
from tenants.directory import tenant_names

Target = Annotated[Path, typer.Argument(help="The file to write; an earlier one is replaced when the new one is whole.", dir_okay=False)]
Languages = Annotated[str, typer.Option("--languages", help="Languages of the texts, with commas; the first one's names of categories.")]
Release = Annotated[str, typer.Option("--release", help="2005 or 1.2, which holds the first language only.")]
Version = Annotated[str, typer.Option("--catalog-version", help="The catalog's own version, such as 1.0.")]
PriceType = Annotated[str, typer.Option("--price-type", help=f"What the list prices are: {', '.join(PRICE_TYPES)}.")]


def export_bmecat(
    file: Target,
    tenant: TenantSlug,
    languages: Languages = "en",
    release: Release = "2005",
    catalog_version: Version = "1.0",
    price_type: PriceType = "net_list",
    data_dir: DataDir = None,
) -> None:
    """Write the products that are ready or phased out as a BMEcat catalog. What it has no room for is counted."""
    settings = settings_with(data_dir=data_dir)
    tags = tuple(tag.strip() for tag in languages.split(",") if tag.strip())
    with refused(), prepared(settings), entered(tenant) as actor, transaction(read_only=True) as session:
        name = tenant_names(session, [tenancy.current()])[tenancy.current()]
        writer = BmecatWriter(Heading(tenant, name, name, tags, catalog_version, price_type, release))
        with tempfile.TemporaryDirectory(dir=file.resolve().parent) as folder:
            fresh = Path(folder) / "catalog.xml"
            with fresh.open("w", encoding="utf-8", newline="\n") as out:
                out.writelines(catalog_lines(session, actor, writer, tags[0]))
            fresh.replace(file)
    told = writer.counts
    typer.echo(
        f"{file.name}: {told.written:,} articles, {told.left_out:,} left out (no price, no name in these languages, or a number beyond"
        f" 32 letters), {told.features_left_out:,} values too long, {told.texts_cut:,} texts cut."
    )
