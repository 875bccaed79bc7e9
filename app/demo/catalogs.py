"""The brands' catalogs: attributes and shelves by hand, products and variants through the importer, then the market's publication."""

from collections.abc import Sequence
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.demo import past
from app.demo.data.assortment import DemoProduct, products
from app.demo.data.attributes import ATTRIBUTES
from app.demo.data.categories import CATEGORIES
from app.demo.data.families import FAMILIES, family_of
from app.demo.data.sheets import files
from app.demo.stage import Stage, administrator, inside, person, working
from catalog.attributes import AttributeEdit, list_attributes, make_attribute
from catalog.categories import CategoryEdit, edit_category, list_categories, make_category
from catalog.exchange.importing import run_import, start_import
from catalog.exchange.mappings import save_mapping
from catalog.exchange.reporting import list_problems
from catalog.families import FamilyEdit, list_families, make_family
from catalog.models import ImportProblem, ImportRun, Product, Publication
from catalog.product_kinds import make_parent
from catalog.publishing import publish
from kernel import tenancy
from kernel.actors import Actor
from kernel.db.session import transaction

MANAGERS = {"veloria": "clara@veloria.example", "lumenparts": administrator("lumenparts")}
MADE_DAYS_AGO, PUBLISHED_DAYS_AGO = 205, 200


class BadDemoData(RuntimeError):
    """The importer refused rows of the demo's own catalog; the message names them."""


def fill_catalog(stage: Stage, brand: str) -> None:
    """Everything up to the list prices; pictures come from app/demo/pictures.py."""
    email, own = MANAGERS[brand], products(brand)
    with working(brand, stage.moment(MADE_DAYS_AGO)) as session:
        rows = sum(1 + len(one.variants) for one in own)
        if session.scalar(select(func.count()).select_from(Product).where(Product.tenant_id == tenancy.current())) == rows:
            return
        manager = person(session, email)
        _attributes(session, manager, {code for one in own for code in _codes(one)})
        _families(session, manager, {family_of(one) for one in own})
        _shelves(session, manager, {one.category for one in own})
        save_mapping(session, manager, "Products and variants", orjson.loads(files(brand)["products.mapping.json"]))
    _import(stage, brand, email, "products.csv")
    if any(one.variants for one in own):
        with working(brand, stage.moment(MADE_DAYS_AGO, 14)) as session:
            _parents(session, person(session, email), own)
        _import(stage, brand, email, "variants.csv")


def publish_markets(stage: Stage, brand: str, markets: Sequence[str], days_ago: int, version: int, note: str) -> None:
    """This version of these markets, where it is not there yet."""
    with working(brand, stage.moment(days_ago, 16)) as session:
        manager = person(session, MANAGERS[brand])
        for market in markets:
            if newest_version(session, market) < version:
                publish(session, manager, market, note)


def newest_version(session: Session, market: str) -> int:
    """The version of a market of the entered brand, 0 before the first."""
    mine = (Publication.tenant_id == tenancy.current(), Publication.market_code == market)
    return max(session.scalars(select(Publication.version).where(*mine)), default=0)


def _codes(one: DemoProduct) -> set[str]:
    return {*one.values, *(code for variant in one.variants for code in (*variant.axes, *variant.values))}


def _attributes(session: Session, manager: Actor, wanted: set[str]) -> None:
    known = {attribute.code for attribute in list_attributes(session, manager)}
    for position, one in enumerate(ATTRIBUTES, start=1):
        if one.code not in wanted - known:
            continue
        choices = [
            {"code": code, "labels": labels} | ({"swatch": one.swatches[code]} if code in one.swatches else {})
            for code, labels in one.choices.items()
        ]
        edit = AttributeEdit(one.labels, one.unit, choices or None, one.filterable, one.is_axis, position)
        make_attribute(session, manager, one.code, one.kind, edit)


def _families(session: Session, manager: Actor, wanted: set[str]) -> None:
    """The families of the catalog, with those of their attributes that the brand has."""
    known = {attribute.code for attribute in list_attributes(session, manager)}
    made = {family.code for family in list_families(session, manager)}
    for one in FAMILIES:
        if one.code in made or one.code not in wanted:
            continue
        groups = [(labels, [code for code in codes if code in known]) for labels, codes in one.groups]
        told = [{"labels": labels, "attributes": codes} for labels, codes in groups if codes]
        lists = {name: [code for code in getattr(one, name) if code in known] for name in ("required", "axes")}
        make_family(session, manager, one.code, FamilyEdit(one.names, told, needs=one.needs, **lists))


def _shelves(session: Session, manager: Actor, wanted: set[str]) -> None:
    known: dict[str, UUID] = {category.code: category.id for category in list_categories(session, manager)}
    branches = {one.parent for one in CATEGORIES if one.code in wanted}
    for position, one in enumerate(CATEGORIES, start=1):
        if one.code in known or one.code not in wanted | branches:
            continue
        made = make_category(session, manager, one.code, one.names, known[one.parent] if one.parent else None)
        edit_category(session, manager, made.id, CategoryEdit(position=position))
        known[one.code] = made.id


def _parents(session: Session, manager: Actor, own: Sequence[DemoProduct]) -> None:
    ids = dict(session.execute(select(Product.sku, Product.id).where(Product.tenant_id == tenancy.current())).all())
    for one in own:
        if one.variants:
            make_parent(session, manager, ids[one.sku], list(one.variants[0].axes))


def _import(stage: Stage, brand: str, email: str, name: str) -> None:
    """One file through the importer, as if it had been uploaded at the desk. Raises BadDemoData for a row that is refused."""
    sheets = files(brand)
    with inside(brand), past.at(stage.moment(MADE_DAYS_AGO, 12)):
        with transaction() as session:
            manager = person(session, email)
            rules = orjson.loads(sheets["products.mapping.json"])
            run = start_import(session, manager, name, sheets[name], rules, "Products and variants", by_worker=False)
        run_import(manager, run.id)
        with transaction(read_only=True) as session:
            _check(session, manager, run.id)


def _check(session: Session, manager: Actor, run_id: UUID) -> None:
    run = session.scalars(select(ImportRun).where(ImportRun.tenant_id == tenancy.current(), ImportRun.id == run_id)).one()
    problems: list[ImportProblem] = list_problems(session, manager, run_id, most=5)
    if run.state != "finished" or problems:
        told = "; ".join(f"row {one.row_number}, {one.column_name}: {one.reason}" for one in problems)
        raise BadDemoData(f"{run.file_name} is {run.state}: {told or run.message}")
