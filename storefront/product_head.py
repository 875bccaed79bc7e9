"""What the head of a product's page tells search engines and other sites: schema.org Product with an Offer at the price that
every visitor of this page sees, and none where the page shows none."""

from typing import Any

from catalog.assortment import Price, ShopProduct, ShopVariant, ShopView
from catalog.content.elsewhere import product_elsewhere
from kernel.money import Money
from kernel.web.visit import Visit
from orders.availability import Supply
from storefront.structured import Told, breadcrumbs, image_url, named_elsewhere, shortened

AVAILABILITY = {"in_stock": "InStock", "few": "LimitedAvailability", "sold_out": "OutOfStock", "on_request": "BackOrder"}


def told_of_product(
    visit: Visit, view: ShopView, product: ShopProduct, line: ShopProduct | ShopVariant, supply: Supply, pictures: list[dict[str, Any]]
) -> Told:
    """The head of a product's page. Its address is the product's, whichever variant is chosen."""
    url = visit.tenant.origin + visit.url("product", slug=product.slug)
    trail = [(visit.tenant.name, visit.url("home"))]
    trail += [(link.name, visit.url("category", slug=link.slug)) for link in product.categories]
    markets = [market.code for market in visit.tenant.markets]
    description = shortened(product.summary or product.text)
    return Told(
        canonical=url,
        title=product.name,
        description=description,
        kind="product",
        image=image_url(pictures[0] if pictures else None),
        image_alt=str(pictures[0]["alt"]) if pictures else "",
        alternates=named_elsewhere(visit, "product", product_elsewhere(visit.session, view, product, markets)),
        data=(breadcrumbs(visit, [*trail, (product.name, "")]), _product(product, line, url, description, supply, pictures)),
    )


def _product(
    product: ShopProduct, line: ShopProduct | ShopVariant, url: str, description: str, supply: Supply, pictures: list[dict[str, Any]]
) -> dict[str, Any]:
    told: dict[str, Any] = {"@type": "Product", "name": product.name, "sku": line.sku, "url": url}
    told |= {"description": description} if description else {}
    told |= {"image": [image_url(picture) for picture in pictures]} if pictures else {}
    told |= {"brand": {"@type": "Brand", "name": product.brand}} if product.brand else {}
    told |= {f"gtin{len(line.gtin)}": line.gtin} if line.gtin else {}
    price: Price | None = line.price
    if price is not None:
        told["offers"] = _offer(price.money, price.includes_tax, url, supply)
    return told


def _offer(price: Money, includes_tax: bool, url: str, supply: Supply) -> dict[str, Any]:
    amount = f"{price.amount:.2f}" if price.amount == round(price.amount, 2) else str(price.amount.normalize())
    return {
        "@type": "Offer",
        "url": url,
        "price": amount,
        "priceCurrency": price.currency,
        "availability": f"https://schema.org/{AVAILABILITY[supply.kind]}",
        "priceSpecification": {
            "@type": "UnitPriceSpecification",
            "price": amount,
            "priceCurrency": price.currency,
            "valueAddedTaxIncluded": includes_tax,
        },
    }
