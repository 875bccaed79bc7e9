"""What whoever starts the demo reads: where the shops are and who may sign in. `{port}` is filled in at the start."""

from collections.abc import Sequence

from app.demo.adventureworks.world import BRAND, PARTNERS
from app.demo.data.cast import COMPANIES, PEOPLE
from app.demo.houses import HOUSES
from app.demo.stage import PASSWORD, administrator
from kernel.settings import Settings

PARTS = {
    "customer": "customer",
    "buyer": "buys for {company}",
    "partner_seller": "sells, at the partner's desk",
    "catalog_manager": "catalog manager",
    "channel_manager": "channel manager",
    "sales": "sales desk",
    "administrator": "administrator",
}
KINDS = {"brand": "brand", "partner": "partner of Veloria"}


def welcome(settings: Settings, with_adventureworks: bool = False) -> str:
    """Two tables: shops with their addresses, people with their log-ins."""
    shops = [(house.name, _about(house.slug, house.kind), address(settings, house.slug)) for house in HOUSES]
    if with_adventureworks:
        shops.append(("Adventure Works Cycles", "504 imported products", address(settings, BRAND)))
        shops += [(one.name, "partner of Adventure Works", address(settings, one.slug)) for one in PARTNERS]
    companies = {one.key: one.name for one in COMPANIES}
    people = [(one.email, one.name, PARTS[one.role].format(company=companies.get(one.company or "", "")), one.tenant) for one in PEOPLE]
    if with_adventureworks:
        people += [(administrator(slug), "Ada Admin", PARTS["administrator"], slug) for slug in (BRAND, *(one.slug for one in PARTNERS))]
    lines = [
        *table(("Shop", "What", "Address"), shops),
        "",
        *table(("Sign in as", "Name", "Part", "At"), people),
        "",
        f"Everybody's password is {PASSWORD}. Staff: add /desk/ to the address of their shop, partners also /portal/.",
        "Mails are written to the data folder's mail. Ctrl-C stops everything; the next start takes seconds.",
    ]
    return "\n".join(lines)


def address(settings: Settings, slug: str) -> str:
    """Where a shop answers; the port is filled in when it is known."""
    port = "" if settings.scheme == "https" else ":{port}"
    return f"{settings.scheme}://{slug}.{settings.base_domain}{port}/"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns as wide as their widest cell, two blanks apart, a rule below the head."""
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]

    def line(cells: tuple[str, ...]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()

    return [line(head), "  ".join("─" * width for width in widths), *(line(row) for row in rows)]


def _about(slug: str, kind: str) -> str:
    return "a second brand" if slug == "lumenparts" else KINDS[kind]
