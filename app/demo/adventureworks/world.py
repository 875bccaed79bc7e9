"""AdventureWorks as a brand: three files through the importer, a publication in three languages, two partners.

Rows that the importer refuses are reported with their reasons; `Report.read` = made + changed + same + wrong + passed over,
so none is lost.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import orjson
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.demo.stage import PASSWORD, administrator, inside, is_open, person, tenant_id_of
from catalog import overlays
from catalog.agreements import accept, list_agreements, offer
from catalog.exchange.importing import run_for, run_import, start_import
from catalog.exchange.mappings import save_mapping
from catalog.exchange.reporting import list_problems, list_runs
from catalog.models import Category, Publication
from catalog.publishing import publish
from catalog.terms import Terms
from kernel import clock, tenancy
from kernel.actors import Actor
from kernel.db.session import transaction
from tenants.markets import MarketDetails
from tenants.onboarding import Administrator, Opening, open_tenant
from tenants.profile import ShopDetails
from tenants.themes import Look

HERE = Path(__file__).parent
BRAND, MARKET = "adventureworks", "main"
FILES = ("products", "list_prices", "stock")
SHARED = ("bikes", "accessories")
WORLD = MarketDetails("World", ("US", "CA", "FR", "DE", "GB"), "USD", ("en", "fr", "zh-Hant"), prices_include_tax=False)
AMERICA = MarketDetails("United States", ("US",), "USD", ("en", "fr"), prices_include_tax=False)
FRANCE = MarketDetails("France", ("FR",), "EUR", ("fr", "en"), prices_include_tax=True)


class NoData(RuntimeError):
    """The files are not there; the message says where they were looked for."""


@dataclass(frozen=True)
class Partner:
    """A partner tenant with its market, look, and how far its prices lie from the list prices."""

    slug: str
    name: str
    market: str
    details: MarketDetails
    look: Look
    percent: Decimal


PARTNERS: tuple[Partner, ...] = (
    Partner("northpeak", "North Peak Bikes", "us", AMERICA, Look("#3b4a2b", "#c8742d", "workshop", "", "Up is the way"), Decimal(-5)),
    Partner("veloclairval", "Vélo Clairval", "fr", FRANCE, Look("#2b3f73", "#c9a227", "harbour", "", "Rouler, simplement"), Decimal(4)),
)


@dataclass(frozen=True)
class Report:
    """What became of a file's rows, and the first problems in words."""

    file: str
    read: int
    made: int
    changed: int
    same: int
    wrong: int
    passed_over: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        counts = f"{self.read} rows: {self.made} new, {self.changed} changed, {self.same} as they were"
        return f"{self.file}: {counts}, {self.passed_over} passed over, {self.wrong} refused"


def make_adventureworks(owner: Engine, folder: Path, say: Callable[[str], None]) -> list[Report]:
    """Everything; what is there already stays as it is. `folder` holds the CSV files. Raises NoData."""
    if missing := [name for name in FILES if not (folder / f"{name}.csv").is_file()]:
        raise NoData(f"There is no {missing[0]}.csv in {folder}. The AdventureWorks files are not part of this project.")
    open_shops(owner)
    reports = import_files(folder)
    for report in reports:
        say(str(report))
        for problem in report.problems:
            say(f"    {problem}")
    publish_once()
    for partner in PARTNERS:
        share_with(partner)
    say("AdventureWorks is published in English, French and Chinese; two partners sell its bikes and accessories at their own prices.")
    return reports


def open_shops(owner: Engine) -> None:
    """The brand and its partners, each with an administrator."""
    brand = (BRAND, "Adventure Works Cycles", "brand", MARKET, WORLD, Look("#7a1f2b", "#2f6f8f", "workshop", "", "Go further"))
    for slug, name, kind, market, details, look in (
        brand,
        *((p.slug, p.name, "partner", p.market, p.details, p.look) for p in PARTNERS),
    ):
        if not is_open(slug):
            first = Administrator(administrator(slug), "Ada Admin", PASSWORD)
            shop = ShopDetails(name, f"hello@{slug}.example")
            open_tenant(owner, Opening(slug, name, kind, first, ((market, details),), look, shop))


def import_files(folder: Path) -> list[Report]:
    """Products, list prices and stock, each by its saved mapping; a file that was finished before is only reported."""
    return [_import(folder / f"{name}.csv", orjson.loads((HERE / f"{name}.mapping.json").read_bytes())) for name in FILES]


def _import(path: Path, rules: dict[str, object]) -> Report:
    with inside(BRAND):
        with transaction() as session:
            ada = person(session, administrator(BRAND))
            done = next((run for run in list_runs(session, ada) if run.file_name == path.name and run.state == "finished"), None)
            if done is None:
                name = f"AdventureWorks {path.stem}"
                save_mapping(session, ada, name, rules)
                done = start_import(session, ada, path.name, path.read_bytes(), rules, name, by_worker=False)
            run_id = done.id
        run_import(ada, run_id)
        with transaction(read_only=True) as session:
            return _report(session, ada, run_id)


def _report(session: Session, ada: Actor, run_id: UUID) -> Report:
    run = run_for(session, ada, run_id)
    problems = tuple(
        f"row {one.row_number}, {one.column_name or 'article'} “{one.value}”: {one.reason}"
        for one in list_problems(session, ada, run_id, most=5)
    )
    counts = (run.rows_read, run.rows_made, run.rows_changed, run.rows_same, run.rows_wrong, run.rows_passed_over)
    return Report(run.file_name, *counts, problems)


def publish_once() -> None:
    """The first version of the brand's market."""
    with inside(BRAND), transaction() as session:
        mine = (Publication.tenant_id == tenancy.current(), Publication.market_code == MARKET)
        if session.scalar(select(Publication.id).where(*mine).limit(1)) is None:
            publish(session, person(session, administrator(BRAND)), MARKET, "First edition")


def share_with(partner: Partner, categories: Sequence[str] = SHARED) -> None:
    """Offered by the brand, accepted by the partner, priced by the partner."""
    partner_id = tenant_id_of(partner.slug)
    with inside(BRAND), transaction() as session:
        ada = person(session, administrator(BRAND))
        if any(agreement.partner_tenant_id == partner_id for agreement in list_agreements(session, ada, "brand")):
            return
        mine = (Category.tenant_id == tenancy.current(), Category.code.in_(categories))
        terms = Terms(
            name=f"Bikes and accessories for {partner.name}",
            market_code=MARKET,
            valid_from=clock.today(),
            category_ids=tuple(session.scalars(select(Category.id).where(*mine).order_by(Category.code))),
            countries=tuple(partner.details.countries),
            overlay_fields=("name", "text", "price"),
            corridor_low_percent=Decimal(-15),
            corridor_high_percent=Decimal(15),
        )
        agreement_id = offer(session, ada, partner_id, terms).id
    with inside(partner.slug), transaction() as session:
        seller = person(session, administrator(partner.slug))
        accept(session, seller, agreement_id)
        session.flush()
        overlays.set_prices_by_percent(session, seller, agreement_id, partner.details.currency, partner.percent)
