"""Under which address name the same product or category is shown in the shop's other languages and markets.

One query for a product and one for all categories, both kept for as long as the shop shows the same: what another market of
its own publishes moves its stamp, what a brand publishes moves its state.
"""

from operator import attrgetter
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.shop import ShopCategory, ShopProduct, ShopView
from catalog.shop_state import shop_state
from catalog.sources import sources_for
from kernel import stamps
from kernel.db.statements import Statement

_WHERE = " WHERE p.tenant_id = :tenant_id AND p.market_code = ANY (CAST(:markets AS text[])) AND p.to_version IS NULL"
PRODUCT = Statement(f"SELECT p.market_code, p.language, p.slug FROM catalog.published_product p{_WHERE} AND p.product_id = :id")  # noqa: S608 - both parts are constants
CATEGORIES = Statement(f"SELECT p.category_id, p.market_code, p.language, p.slug FROM catalog.published_category p{_WHERE}")  # noqa: S608
# (market of the shop, language, address name)
Elsewhere = list[tuple[str, str, str]]

_kept_products: stamps.Kept[Elsewhere] = stamps.Kept(most=10_000)
_kept_categories: stamps.Kept[dict[UUID, Elsewhere]] = stamps.Kept(most=100, place=attrgetter("place"))


def product_elsewhere(session: Session, view: ShopView, product: ShopProduct, markets: list[str]) -> Elsewhere:
    """A product: the shop's own in all its `markets`, a brand's in the languages of this one."""
    return _kept_products.get(session, (shop_state(session, view), product.id), lambda: _product(session, view, product, markets))


def category_elsewhere(session: Session, view: ShopView, category: ShopCategory, markets: list[str]) -> Elsewhere:
    """A category, likewise."""
    found = _kept_categories.get(session, shop_state(session, view), lambda: _categories(session, view, markets))
    return found.get(category.id, [])


def _product(session: Session, view: ShopView, product: ShopProduct, markets: list[str]) -> Elsewhere:
    owner = product.source_tenant_id
    rows = PRODUCT.all(session, tenant_id=owner, markets=_markets(session, view, owner, markets), id=product.id)
    return [(_market(view, owner, row.market_code), row.language, row.slug) for row in rows]


def _categories(session: Session, view: ShopView, markets: list[str]) -> dict[UUID, Elsewhere]:
    found: dict[UUID, Elsewhere] = {}
    for owner in dict.fromkeys(source.tenant_id for source in sources_for(session, view)):
        for row in CATEGORIES.all(session, tenant_id=owner, markets=_markets(session, view, owner, markets)):
            found.setdefault(row.category_id, []).append((_market(view, owner, row.market_code), row.language, row.slug))
    return found


def _markets(session: Session, view: ShopView, owner: UUID, own: list[str]) -> list[str]:
    """The owner's markets that this shop shows; a partner's market stands for the one that its agreement names."""
    if owner == view.tenant_id:
        return own
    return [source.market_code for source in sources_for(session, view) if source.tenant_id == owner]


def _market(view: ShopView, owner: UUID, market_code: str) -> str:
    return market_code if owner == view.tenant_id else view.market_code
