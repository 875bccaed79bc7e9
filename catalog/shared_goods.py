"""What a partner may sell under an agreement, page by page: searched, narrowed and counted by the database.

A page costs the same number of statements whatever the catalog holds, and reads only the payloads it shows.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, Uuid, and_, any_, cast, false, func, literal, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONPATH
from sqlalchemy.orm import Session, aliased

from catalog.brand_changes import CHANGED_IDS, adoption_of, asked
from catalog.choosing import choice_of
from catalog.differences import MOST_COUNTED
from catalog.models import Agreement, Overlay, PublishedProduct
from catalog.narrowing import taken_in
from catalog.overlays import SharedProduct, source_of
from catalog.shop import Source
from catalog.sources import in_sources
from kernel import tenancy
from kernel.actors import Actor

Only = Literal["", "changed", "own_price", "hidden", "left_out"]
ONLY: tuple[Only, ...] = get_args(Only)
PER_PAGE = 50


@dataclass(frozen=True)
class SharedPage:
    """One page of articles by article number, variants behind their parent; `counts` says for each way of narrowing
    ("": none) how many articles there are that the search finds."""

    rows: list[SharedProduct]
    counts: dict[Only, int]
    only: Only
    page: int
    pages: int

    @property
    def total(self) -> int:
        """Articles on all pages."""
        return self.counts[self.only]


def page_of_shared(
    session: Session,
    actor: Actor,
    agreement: Agreement,
    currency: str,
    text: str = "",
    only: Only = "",
    page: int = 1,
    category_id: UUID | None = None,
) -> SharedPage:
    """A page of what the agreement covers. `text` is part of a number, of the brand's name or of an own one; `only`
    narrows to what the brand changed since one last looked (the first 1000 such products), what has an own price in
    `currency`, what is hidden, or what the partner's choice leaves out. A page behind the last is the last."""
    actor.must("agreement.view")
    source = source_of(session, agreement)
    if source is None:
        return SharedPage([], dict.fromkeys(ONLY, 0), only, 1, 1)
    narrow = _narrowing(session, agreement, source, currency)
    found = _found(source, text, category_id)
    counted = [func.count().filter(condition).label(name or "everything") for name, condition in narrow.items()]
    row = session.execute(_joined(*counted).where(found)).one()
    counts: dict[Only, int] = dict(zip(narrow, row, strict=True))
    pages = max(1, -(-counts[only] // PER_PAGE))
    page = min(max(page, 1), pages)
    parent = aliased(PublishedProduct)
    columns = (PublishedProduct.payload, PublishedProduct.from_version, Overlay)
    order = (func.coalesce(parent.sku, PublishedProduct.sku), PublishedProduct.parent_id.is_not(None), PublishedProduct.sku)
    query = _joined(*columns).outerjoin(parent, _is_parent(parent)).where(found, narrow[only]).order_by(*order)
    rows = session.execute(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return SharedPage([SharedProduct(row.payload, row.from_version, row.Overlay) for row in rows], counts, only, page, pages)


def narrowed(
    session: Session, actor: Actor, agreement: Agreement, currency: str, text: str = "", only: Only = "", category_id: UUID | None = None
) -> ColumnElement[bool]:
    """The same as a condition: everything a page's search and narrowing find, on all pages."""
    actor.must("agreement.view")
    source = source_of(session, agreement)
    if source is None:
        return false()
    return and_(_found(source, text, category_id), _narrowing(session, agreement, source, currency)[only])


def _joined(*columns: Any) -> Select[Any]:
    laid = and_(
        Overlay.tenant_id == tenancy.current(),
        Overlay.source_tenant_id == PublishedProduct.tenant_id,
        Overlay.product_id == PublishedProduct.product_id,
    )
    return select(*columns).select_from(PublishedProduct).outerjoin(Overlay, laid)


def _narrowing(session: Session, agreement: Agreement, source: Source, currency: str) -> dict[Only, ColumnElement[bool]]:
    changed = list(session.scalars(CHANGED_IDS, asked(session, agreement, source, most=MOST_COUNTED)))
    return {
        "": PublishedProduct.product_id.is_not(None),
        "changed": func.coalesce(PublishedProduct.parent_id, PublishedProduct.product_id) == any_(literal(changed, ARRAY(Uuid))),
        "own_price": Overlay.prices.has_key(currency),
        "hidden": Overlay.hidden.is_(True),
        "left_out": not_(kept) if (kept := taken_in(choice_of(adoption_of(session, agreement.id)).selection)) is not None else false(),
    }


def _found(source: Source, text: str, category_id: UUID | None) -> ColumnElement[bool]:
    here = in_sources([source])
    if category_id:
        here = and_(here, PublishedProduct.category_ids.contains([category_id]))
    if not (text := text.strip()[:100]):
        return here
    own = cast(func.jsonb_path_query_array(Overlay.names, cast("$.*", JSONPATH)), Text).icontains(text, autoescape=True)
    named = PublishedProduct.payload["name"].astext.icontains(text, autoescape=True)
    return and_(here, or_(PublishedProduct.sku.icontains(text, autoescape=True), named, own))


def _is_parent(parent: Any) -> ColumnElement[bool]:
    return and_(
        parent.tenant_id == PublishedProduct.tenant_id,
        parent.market_code == PublishedProduct.market_code,
        parent.language == PublishedProduct.language,
        parent.product_id == PublishedProduct.parent_id,
        parent.to_version.is_(None),
    )
