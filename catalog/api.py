"""JSON: products, publications and agreements under /api/v1, for machine clients with the scopes of the same names."""

from decimal import Decimal

import orjson

from catalog import agreements, list_prices, products, publication_runs, relations, versions
from catalog.exchange import importing, mappings, reporting, undoing
from catalog.models import Agreement, ImportProblem, ImportRun, Product, Publication, PublicationRun
from catalog.products import ProductEdit
from catalog.shapes import (
    MOST,
    AgreementOut,
    ImportIn,
    ImportOut,
    ImportProblemOut,
    ListQuery,
    MarketQuery,
    ProductIn,
    ProductOut,
    PublicationOut,
    PublicationProblemOut,
    PublicationRunOut,
    PublicationsOut,
    PublishIn,
    RelatedOut,
    RelationsIn,
    RelationsOut,
    TermsIn,
)
from catalog.terms import Terms
from kernel.errors import Invalid
from kernel.i18n import gettext as _
from kernel.web.access import scope
from kernel.web.answers import Answer
from kernel.web.cursors import Page as CursorPage
from kernel.web.cursors import pack, unpack, unpack_instant
from kernel.web.routes import Entry, api
from kernel.web.visit import Visit

IMPORT_BYTES = 60_000_000


def list_products(visit: Visit) -> CursorPage[ProductOut]:
    """Products and variants by article number."""
    after, limit = unpack(visit.filter.after, 1), visit.filter.limit
    rows, is_last = products.list_by_number(visit.session, visit.actor, str(after[0]) if after else "", limit)
    prices = list_prices.prices_of_all(visit.session, [p.id for p in rows])
    items = [product_out(p, prices.get(p.id, {})) for p in rows]
    return CursorPage[ProductOut](items=items, next=None if is_last else pack([rows[-1].sku]))


def show_product(visit: Visit) -> ProductOut:
    """One product."""
    found = products.product_for(visit.session, visit.actor, visit.id())
    return product_out(found, list_prices.prices_of(visit.session, found.id))


def make_product(visit: Visit) -> ProductOut:
    """A new product; it shows in shops after the next publication."""
    made = products.make_product(visit.session, visit.actor, _edit(visit.form))
    return _priced(visit, made)


def change_product(visit: Visit) -> ProductOut:
    """Changes what is named and leaves the rest."""
    changed = products.edit_product(visit.session, visit.actor, visit.id(), _edit(visit.form), visit.form.edit_version)
    return _priced(visit, changed)


def show_relations(visit: Visit) -> RelationsOut:
    """What goes with a product: accessories, spare parts, successors."""
    product = products.product_for(visit.session, visit.actor, visit.id())
    found = relations.related_to(visit.session, visit.actor, product.id)
    lists = {n: [RelatedOut(id=r.product_id, sku=r.sku) for r in found if r.kind == kind] for n, kind in relations.LISTS.items()}
    return RelationsOut(**lists)


def change_relations(visit: Visit) -> RelationsOut:
    """Replaces the lists that are named; it shows in shops after the next publication."""
    given: RelationsIn = visit.form
    relations.replace_related(visit.session, visit.actor, visit.id(), given.model_dump(exclude_none=True))
    return show_relations(visit)


def publish(visit: Visit) -> Answer:
    """Asks for the edited catalog to be made visible in all languages of a market; the worker does it, and the
    publication tells how far it is. Where one of the market is under way already, it is that one."""
    run = publication_runs.publish_later(visit.session, visit.actor, visit.form.market, visit.form.note)
    return visit.json(publication_run_out(run), status=202).header("location", visit.url("api.api.show_publication", id=run.id))


def show_publication(visit: Visit) -> PublicationRunOut:
    """A publication: how far it is, what has moved, what went wrong."""
    return publication_run_out(publication_runs.run_for(visit.session, visit.actor, visit.id()))


def list_publications(visit: Visit) -> PublicationsOut:
    """Every version of a market, language by language."""
    market = versions.market_for(visit.session, visit.filter.market)
    rows = [p for tag in market.languages for p in versions.list_versions(visit.session, visit.actor, market.code, tag)]
    return PublicationsOut(items=[_publication(p) for p in rows])


def list_agreements(visit: Visit) -> CursorPage[AgreementOut]:
    """What this tenant shares or is given to sell, newest first."""
    limit, after = visit.filter.limit, unpack_instant(visit.filter.after)
    found = agreements.list_agreements(visit.session, visit.actor, after=after, limit=limit + 1)
    rows = found[:limit]
    following = pack([rows[-1].created_at, rows[-1].id]) if len(found) > limit else None
    return CursorPage[AgreementOut](items=[agreement_out(a) for a in rows], next=following)


def show_agreement(visit: Visit) -> AgreementOut:
    """One agreement, from either side."""
    return agreement_out(agreements.agreement_for(visit.session, visit.actor, visit.id()))


def offer_agreement(visit: Visit) -> AgreementOut:
    """Offers terms to a partner."""
    given: TermsIn = visit.form
    return agreement_out(agreements.offer(visit.session, visit.actor, given.partner_id, terms_in(given)))


def terms_in(given: TermsIn) -> Terms:
    """Terms as the API is given them."""
    plain = given.model_dump(exclude={"partner_id", "market"})
    lists = {name: tuple(value) for name, value in plain.items() if isinstance(value, list)}
    return Terms(**{**plain, **lists, "market_code": given.market})


MOVES = {
    "accept": agreements.accept,
    "refuse": agreements.refuse,
    "leave": agreements.leave,
    "suspend": agreements.suspend,
    "resume": agreements.resume,
    "end": agreements.end,
    "withdraw": agreements.withdraw,
}


def move_agreement(visit: Visit) -> AgreementOut:
    """Moves an agreement on: accept, refuse, leave (partner); suspend, resume, end, withdraw (brand)."""
    move = MOVES.get(visit.param("verb"))
    if move is None:
        raise Invalid.at("verb", _("Use one of %(words)s.") % {"words": ", ".join(MOVES)}, "unknown")
    return agreement_out(move(visit.session, visit.actor, visit.id()))


def start_import(visit: Visit) -> ImportOut:
    """Brings rows in; the worker carries it out, and the run tells how far it is."""
    given: ImportIn = visit.form
    rules = given.mapping or mappings.mapping_for(visit.session, visit.actor, given.mapping_name).rules
    lines = b"\n".join(orjson.dumps(row) for row in given.rows)
    name = given.file_name if given.file_name.endswith(".jsonl") else f"{given.file_name}.jsonl"
    run = importing.start_import(visit.session, visit.actor, name, lines, rules, given.mapping_name, given.dry_run)
    return import_out(run, [])


def show_import(visit: Visit) -> ImportOut:
    """A run: progress and what was wrong."""
    run = importing.run_for(visit.session, visit.actor, visit.id())
    return import_out(run, reporting.list_problems(visit.session, visit.actor, run.id, 0, MOST))


def undo_import(visit: Visit) -> Answer:
    """Takes an import back as far as nobody has changed anything since; a run of its own tells how far it is."""
    run = undoing.undo_import(visit.session, visit.actor, visit.id())
    return visit.json(import_out(run, []), status=202).header("location", visit.url("api.api.show_import", id=run.id))


def import_out(run: ImportRun, problems: list[ImportProblem]) -> ImportOut:
    """A run as the API shows it."""
    told = [ImportProblemOut(row=p.row_number, column=p.column_name, value=p.value, reason=p.reason) for p in problems]
    return ImportOut(**{name: getattr(run, name) for name in ImportOut.model_fields.keys() - {"problems"}}, problems=told)


def product_out(product: Product, prices: dict[str, Decimal]) -> ProductOut:
    """A product with its list prices as the API shows it."""
    names = ProductOut.model_fields.keys() - {"prices"}
    return ProductOut(**{name: getattr(product, name) for name in names}, prices=prices)


def agreement_out(a: Agreement) -> AgreementOut:
    """An agreement as the API shows it."""
    names = AgreementOut.model_fields.keys() - {"brand_id", "partner_id", "market"}
    return AgreementOut(**{n: getattr(a, n) for n in names}, brand_id=a.tenant_id, partner_id=a.partner_tenant_id, market=a.market_code)


def publication_run_out(run: PublicationRun) -> PublicationRunOut:
    """A publication on its way as the API shows it."""
    told = [PublicationProblemOut(code=p["code"], reason=_(p["reason"])) for p in run.problems]
    names = PublicationRunOut.model_fields.keys() - {"market", "problems"}
    return PublicationRunOut(**{name: getattr(run, name) for name in names}, market=run.market_code, problems=told)


def _publication(p: Publication) -> PublicationOut:
    names = PublicationOut.model_fields.keys() - {"market"}
    return PublicationOut(**{n: getattr(p, n) for n in names}, market=p.market_code)


def _edit(given: ProductIn) -> ProductEdit:
    return ProductEdit(**given.model_dump(exclude={"prices", "edit_version"}))


def _priced(visit: Visit, product: Product) -> ProductOut:
    if visit.form.prices is not None:
        list_prices.set_list_prices(visit.session, visit.actor, product.id, visit.form.prices)
    visit.session.flush()
    visit.session.refresh(product)
    return product_out(product, list_prices.prices_of(visit.session, product.id))


ROUTES: list[Entry] = [
    api("GET", "/products", list_products, access=scope("catalog.view"), query=ListQuery, reply=CursorPage[ProductOut]),
    api("POST", "/products", make_product, access=scope("catalog.edit"), body=ProductIn, reply=ProductOut, status=201, creates=True),
    api("GET", "/products/{id}", show_product, access=scope("catalog.view"), reply=ProductOut),
    api("PATCH", "/products/{id}", change_product, access=scope("catalog.edit"), body=ProductIn, reply=ProductOut),
    api("GET", "/products/{id}/relations", show_relations, access=scope("catalog.view"), reply=RelationsOut),
    api("PATCH", "/products/{id}/relations", change_relations, access=scope("catalog.edit"), body=RelationsIn, reply=RelationsOut),
    api(
        "POST",
        "/imports",
        start_import,
        access=scope("catalog.import"),
        body=ImportIn,
        reply=ImportOut,
        status=201,
        creates=True,
        max_bytes=IMPORT_BYTES,
    ),
    api("GET", "/imports/{id}", show_import, access=scope("catalog.import"), reply=ImportOut),
    api("POST", "/imports/{id}/undo", undo_import, access=scope("catalog.import"), reply=ImportOut, status=202),
    api("GET", "/publications", list_publications, access=scope("catalog.view"), query=MarketQuery, reply=PublicationsOut),
    api(
        "POST", "/publications", publish, access=scope("catalog.publish"), body=PublishIn, reply=PublicationRunOut, status=202, creates=True
    ),
    api("GET", "/publications/{id}", show_publication, access=scope("catalog.publish"), reply=PublicationRunOut),
    api("GET", "/agreements", list_agreements, access=scope("agreement.view"), query=ListQuery, reply=CursorPage[AgreementOut]),
    api(
        "POST", "/agreements", offer_agreement, access=scope("agreement.offer"), body=TermsIn, reply=AgreementOut, status=201, creates=True
    ),
    api("GET", "/agreements/{id}", show_agreement, access=scope("agreement.view"), reply=AgreementOut),
    api("POST", "/agreements/{id}/{verb}", move_agreement, access=scope("agreement.view"), reply=AgreementOut),
]
