"""JSON: attributes, families, completeness and documents under /api/v1, with the scopes of the desk's permissions."""

import base64
import binascii

from catalog import attributes, documents, families, worklist
from catalog.attributes import AttributeEdit
from catalog.completeness import places_of
from catalog.description_shapes import (
    AttributeChange,
    AttributeIn,
    AttributeOut,
    AttributesOut,
    CompletenessOut,
    CompletenessQuery,
    DocumentIn,
    DocumentOut,
    FamiliesOut,
    FamilyChange,
    FamilyIn,
    FamilyMoveIn,
    FamilyMoveOut,
    FamilyOut,
    GroupOut,
    OpenOut,
    PlaceOut,
    PlacesOut,
)
from catalog.families import FamilyEdit
from catalog.models import Attribute, Document, Family
from catalog.scoring import ScoredPlace
from catalog.worklist import Narrowing
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.web.access import scope
from kernel.web.routes import Entry, api
from kernel.web.visit import Visit

DOCUMENT_BYTES = documents.MOST_BYTES * 4 // 3 + 100_000


def list_attributes(visit: Visit) -> AttributesOut:
    """Every attribute in the order of the catalog."""
    return AttributesOut(items=[_attribute(a) for a in attributes.list_attributes(visit.session, visit.actor)])


def make_attribute(visit: Visit) -> AttributeOut:
    """A new attribute; code and kind stay as they are from now on."""
    given: AttributeIn = visit.form
    return _attribute(attributes.make_attribute(visit.session, visit.actor, given.code, given.kind, _attribute_edit(given)))


def change_attribute(visit: Visit) -> AttributeOut:
    """Changes what is named and leaves the rest."""
    given: AttributeChange = visit.form
    found = attributes.edit_attribute(visit.session, visit.actor, visit.id(), _attribute_edit(given), given.edit_version)
    return _attribute(found)


def list_families(visit: Visit) -> FamiliesOut:
    """Every family by code."""
    return FamiliesOut(items=[_family(f) for f in families.list_families(visit.session, visit.actor)])


def show_family(visit: Visit) -> FamilyOut:
    """One family."""
    return _family(families.family_for(visit.session, visit.actor, visit.id()))


def make_family(visit: Visit) -> FamilyOut:
    """A new family."""
    given: FamilyIn = visit.form
    return _family(families.make_family(visit.session, visit.actor, given.code, _family_edit(given)))


def change_family(visit: Visit) -> FamilyOut:
    """Changes what is named; its products are looked at by the next publication."""
    given: FamilyChange = visit.form
    return _family(families.edit_family(visit.session, visit.actor, visit.id(), _family_edit(given), given.edit_version))


def move_product(visit: Visit) -> FamilyMoveOut:
    """Puts a product into a family, or into none; tells what stays, what stands outside and what is still needed."""
    given: FamilyMoveIn = visit.form
    move = families.set_family(visit.session, visit.actor, visit.id(), given.family_id, given.drop_outside)
    return FamilyMoveOut(kept=move.kept, outside=move.outside, needed=move.needed)


def list_places(visit: Visit) -> PlacesOut:
    """How many products of each market and language are complete and how many are held back from publication."""
    found = worklist.list_places(visit.session, visit.actor)
    return PlacesOut(
        items=[
            PlaceOut(market=p.place.market_code, language=p.place.language, products=p.all, complete=p.complete, held=p.held) for p in found
        ]
    )


def show_completeness(visit: Visit) -> CompletenessOut:
    """The products of a place that are not complete, least complete first, and how many miss what."""
    wanted: CompletenessQuery = visit.filter
    place = _place(visit, wanted.market, wanted.language)
    narrowing = Narrowing(wanted.missing, wanted.category, wanted.held)
    found = worklist.list_open(visit.session, visit.actor, place, narrowing, wanted.page, wanted.limit)
    items = [
        OpenOut(product_id=r.product_id, sku=r.sku, status=r.status, percent=r.percent, held=r.is_held, missing=r.missing)
        for r in found.rows
    ]
    figures = worklist.figures_of(visit.session, visit.actor, place)
    return CompletenessOut(items=items, total=found.total, page=found.page, pages=found.pages, missing=figures.missing)


def add_document(visit: Visit) -> DocumentOut:
    """Takes a document in; values of attributes name it by its id or file name."""
    given: DocumentIn = visit.form
    try:
        data = base64.b64decode(given.content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid.at("content", _("This is not base64.")) from error
    return _document(documents.add_document(visit.session, visit.actor, given.name, data))


def show_document(visit: Visit) -> DocumentOut:
    """What is known of a document; its content is served to shops."""
    return _document(documents.document_for(visit.session, visit.actor, visit.id()))


def _place(visit: Visit, market: str, language: str) -> ScoredPlace:
    found = next((p for p in places_of(visit.session) if (p.market_code, p.language) == (market, language)), None)
    if found is None:
        raise NotThere
    return found


def _attribute_edit(given: AttributeChange) -> AttributeEdit:
    names = set(AttributeChange.model_fields) - {"edit_version"}
    return AttributeEdit(**{name: getattr(given, name) for name in names})


def _family_edit(given: FamilyChange) -> FamilyEdit:
    groups = None if given.groups is None else [group.model_dump() for group in given.groups]
    return FamilyEdit(given.names, groups, given.required, given.needs, given.axes)


def _attribute(a: Attribute) -> AttributeOut:
    return AttributeOut(**{name: getattr(a, name) for name in AttributeOut.model_fields})


def _family(f: Family) -> FamilyOut:
    names = set(FamilyOut.model_fields) - {"groups"}
    groups = [GroupOut(labels=g.get("labels", {}), attributes=g.get("attributes", [])) for g in f.groups]
    return FamilyOut(**{name: getattr(f, name) for name in names}, groups=groups)


def _document(d: Document) -> DocumentOut:
    return DocumentOut(**{name: getattr(d, name) for name in DocumentOut.model_fields})


VIEW, EDIT = scope("catalog.view"), scope("catalog.edit")
ROUTES: list[Entry] = [
    api("GET", "/attributes", list_attributes, access=VIEW, reply=AttributesOut),
    api("POST", "/attributes", make_attribute, access=EDIT, body=AttributeIn, reply=AttributeOut, status=201, creates=True),
    api("PATCH", "/attributes/{id}", change_attribute, access=EDIT, body=AttributeChange, reply=AttributeOut),
    api("GET", "/families", list_families, access=VIEW, reply=FamiliesOut),
    api("POST", "/families", make_family, access=EDIT, body=FamilyIn, reply=FamilyOut, status=201, creates=True),
    api("GET", "/families/{id}", show_family, access=VIEW, reply=FamilyOut),
    api("PATCH", "/families/{id}", change_family, access=EDIT, body=FamilyChange, reply=FamilyOut),
    api("PATCH", "/products/{id}/family", move_product, access=EDIT, body=FamilyMoveIn, reply=FamilyMoveOut),
    api("GET", "/completeness", show_completeness, access=VIEW, query=CompletenessQuery, reply=CompletenessOut),
    api("GET", "/completeness/places", list_places, access=VIEW, reply=PlacesOut),
    api(
        "POST",
        "/documents",
        add_document,
        access=EDIT,
        body=DocumentIn,
        reply=DocumentOut,
        status=201,
        creates=True,
        max_bytes=DOCUMENT_BYTES,
    ),
    api("GET", "/documents/{id}", show_document, access=VIEW, reply=DocumentOut),
]
