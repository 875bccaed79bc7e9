"""What the shop offers at this moment: the one door from orders to the catalog.

Everything a cart or order needs of a product comes from the publication (with the partner's overlay) by way of
catalog.assortment, never from the editing tables, and always as it is now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.assortment import shop_products
from catalog.packaging import PIECES, Selling
from catalog.shop import ShopPicture, ShopProduct, ShopView
from kernel.money import Money


@dataclass(frozen=True)
class Offer:
    """One thing that can be bought: price as the market shows prices, `list_price` where it is reduced.

    `version` is the publication the texts come from, `agreement_id` the agreement under which a partner sells it,
    `countries` where that allows it (empty: everywhere), `selling` in which units and quantities it is ordered.
    """

    product_id: UUID
    source_tenant_id: UUID
    agreement_id: UUID | None
    version: int
    sku: str
    slug: str
    name: str
    unit: str
    tax_class: str
    price: Money
    list_price: Money | None
    weight_g: Decimal
    picture: ShopPicture | None
    countries: tuple[str, ...] = ()
    selling: Selling = PIECES

    def as_json(self) -> dict[str, Any]:
        """What the order keeps of it beside the line's own columns: enough to show the line as it was seen."""
        return {
            "slug": self.slug,
            "version": self.version,
            "tax_class": self.tax_class,
            "list_price": str(self.list_price.amount) if self.list_price else None,
            "picture": picture_json(self.picture) if self.picture else None,
        }


def picture_json(picture: ShopPicture) -> dict[str, Any]:
    """A picture by its files, which stay as long as orders show them."""
    return {
        "id": str(picture.id),
        "source_tenant_id": str(picture.source_tenant_id),
        "alt": picture.alt,
        "width": picture.width,
        "height": picture.height,
        "renditions": [{"format": r.format, "width": r.width, "height": r.height, "key": r.key} for r in picture.renditions],
    }


def offers_for(session: Session, view: ShopView, product_ids: Iterable[UUID]) -> dict[UUID, Offer]:
    """The offers by product id. What is not sold here now (withdrawn, ended, hidden, without a price, or only the
    parent of variants) is left out."""
    ids = sorted(set(product_ids))
    found = shop_products(session, view, ids) if ids else {}
    return {product_id: offer for product_id, product in found.items() if (offer := _offer(product)) is not None}


def _offer(product: ShopProduct) -> Offer | None:
    if not product.can_be_bought:
        return None
    return Offer(
        product_id=product.id,
        source_tenant_id=product.source_tenant_id,
        agreement_id=product.agreement_id,
        version=product.version,
        sku=product.sku,
        slug=product.slug,
        name=product.name,
        unit=product.unit,
        tax_class=product.tax_class,
        price=product.price.money,
        list_price=product.price.list_money if product.price.is_reduced else None,
        weight_g=(product.weight_kg or Decimal(0)) * 1000,
        picture=product.pictures[0] if product.pictures else None,
        countries=product.countries,
        selling=product.selling,
    )
