"""What an agreement's scope comes to: how many products it covers, and article numbers for lists of products."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import Agreement, Product, PublishedProduct
from catalog.overlays import source_of
from catalog.sources import in_sources
from kernel import tenancy
from kernel.actors import Actor
from kernel.errors import Invalid
from kernel.i18n import gettext as _

MOST_BRANDS = 100


def count_covered(session: Session, agreement: Agreement) -> int:
    """How many products with a page of their own the brand publishes in the scope now."""
    source = source_of(session, agreement)
    if source is None:
        return 0
    query = select(func.count()).select_from(PublishedProduct).where(in_sources([source]), PublishedProduct.parent_id.is_(None))
    return session.execute(query).scalar_one()


def products_of_numbers(session: Session, actor: Actor, numbers: Iterable[str], where: str = "products") -> list[UUID]:
    """The entered tenant's products (no variants) with these article numbers. Raises Invalid at `where` naming the first
    that there is not."""
    actor.must("catalog.view")
    wanted = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    mine = (Product.tenant_id == tenancy.current(), Product.sku.in_(wanted), Product.parent_id.is_(None))
    found = {row.sku: row.id for row in session.execute(select(Product.sku, Product.id).where(*mine))}
    if missing := [number for number in wanted if number not in found]:
        raise Invalid.at(
            where, _("There is no product with the article number “%(number)s”.") % {"number": missing[0][:80]}, "unknown_product"
        )
    return [found[number] for number in wanted]


def numbers_of_products(session: Session, product_ids: Sequence[UUID]) -> list[str]:
    """The article numbers of the entered tenant's products, in the order of their ids' list."""
    mine = (Product.tenant_id == tenancy.current(), Product.id.in_(product_ids))
    found = {row.id: row.sku for row in session.execute(select(Product.id, Product.sku).where(*mine))}
    return [found[product_id] for product_id in product_ids if product_id in found]


def brands_sold(session: Session, actor: Actor, most: int = MOST_BRANDS) -> list[str]:
    """The makers' brands that the entered tenant's products carry, by name."""
    actor.must("catalog.view")
    query = select(Product.brand).where(Product.tenant_id == tenancy.current(), Product.brand != "").distinct()
    return list(session.scalars(query.order_by(Product.brand).limit(most)))
