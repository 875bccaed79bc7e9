"""Reading versions: which there are, what waits to be published, what a product looked like in one of them."""

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from catalog.intervals import Place, at, in_place
from catalog.models import Product, Publication, PublishedProduct
from catalog.payload import SELLABLE, Payload
from kernel import tenancy
from kernel.actors import Actor
from kernel.errors import NotThere
from tenants.models import Market

MOST_LISTED = 200


def market_for(session: Session, market_code: str) -> Market:
    """The tenant's market of this code. Raises NotThere."""
    market = session.scalar(select(Market).where(Market.tenant_id == tenancy.current(), Market.code == market_code))
    if market is None:
        raise NotThere
    return market


def newest_publications(session: Session, market_code: str) -> dict[str, Publication]:
    """The newest publication of each language of one of the tenant's markets."""
    rows = session.scalars(
        select(Publication)
        .ext(distinct_on(Publication.language))
        .where(Publication.tenant_id == tenancy.current(), Publication.market_code == market_code)
        .order_by(Publication.language, Publication.version.desc())
    )
    return {row.language: row for row in rows}


def list_versions(session: Session, actor: Actor, market_code: str, language: str, most: int = MOST_LISTED) -> list[Publication]:
    """The last versions of a market in a language, newest first."""
    actor.must("catalog.view")
    mine = (Publication.tenant_id == tenancy.current(), Publication.market_code == market_code, Publication.language == language)
    return list(session.scalars(select(Publication).where(*mine).order_by(Publication.version.desc()).limit(most)))


def count_unpublished(session: Session, actor: Actor, market_code: str) -> int:
    """How many products were written since the market's last version and are, or could be, in its shops."""
    actor.must("catalog.view")
    last = newest_publications(session, market_code)
    page = func.coalesce(Product.parent_id, Product.id)
    shown = select(PublishedProduct.product_id).where(
        PublishedProduct.tenant_id == Product.tenant_id,
        PublishedProduct.market_code == market_code,
        PublishedProduct.language.in_(list(last)),
        PublishedProduct.product_id == Product.id,
        PublishedProduct.to_version.is_(None),
    )
    since = min((p.mark for p in last.values()), default=0)
    touched = (Product.tenant_id == tenancy.current(), Product.touched > since, or_(Product.status.in_(SELLABLE), shown.exists()))
    return session.scalar(select(func.count(page.distinct())).where(*touched)) or 0


def published_at(session: Session, actor: Actor, place: Place, version: int) -> dict[UUID, Payload]:
    """Everything with a page as it was published in `version`: for comparing and for showing the past."""
    actor.must("catalog.view")
    here = (in_place(PublishedProduct, place), at(PublishedProduct, version), PublishedProduct.parent_id.is_(None))
    rows = session.execute(select(PublishedProduct.product_id, PublishedProduct.payload).where(*here))
    return {row.product_id: row.payload for row in rows}
