"""A product as items of a Google Merchant feed (product data specification of Merchant Center, RSS 2.0 with the namespace g). Pure.

One item per variant, held together by the parent's article number; amounts as "1234.50 EUR" at the price that every visitor sees.
Texts are cut to the specification's limits.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from xml.sax.saxutils import escape

from catalog.assortment import Price, ShopPicture, ShopProduct, ShopVariant
from kernel.money import Money, minor_unit
from orders.availability import Supply
from storefront.markdown import to_html

NAMESPACE = "http://base.google.com/ns/1.0"
LONGEST = {"id": 50, "title": 150, "description": 5000, "product_type": 750, "brand": 70, "mpn": 70, "item_group_id": 50}
MOST_PICTURES = 10
AVAILABILITY = {"in_stock": "in_stock", "few": "in_stock", "sold_out": "out_of_stock", "on_request": "backorder"}
GOOGLE_CLASSES = "google"
TAG = re.compile(r"<[^>]+>")
# what XML 1.0 cannot hold at all
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Item:
    """One thing that can be bought: `link` is its page, `pictures` the addresses of its pictures, the first one first."""

    product: ShopProduct
    variant: ShopVariant | None
    supply: Supply
    link: str
    pictures: tuple[str, ...]

    @property
    def price(self) -> Price:
        """As everybody may see it."""
        return (self.variant or self.product).price


def pictures_for(product: ShopProduct, variant: ShopVariant | None) -> list[ShopPicture]:
    """The variant's own pictures first, then the product's others."""
    own = set(variant.picture_ids) if variant else set()
    return sorted(product.pictures, key=lambda picture: picture.id not in own)[: MOST_PICTURES + 1]


def item_xml(item: Item) -> str:
    """The item as one element; empty where it has no picture, which the specification demands."""
    if not item.pictures:
        return ""
    return "<item>" + "".join(f"<g:{name}>{_text(value)}</g:{name}>" for name, value in _told(item)) + _details(item) + "</item>\n"


def heading_xml(title: str, link: str, description: str) -> str:
    """Everything before the first item."""
    told = "".join(f"<{name}>{_text(value)}</{name}>" for name, value in (("title", title), ("link", link), ("description", description)))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="{NAMESPACE}"><channel>{told}\n'


ENDING = "</channel></rss>\n"


def _told(item: Item) -> Iterator[tuple[str, str]]:
    product, variant = item.product, item.variant
    line = variant or product
    text = unescape(TAG.sub(" ", str(to_html(product.text)))) if product.text else ""
    values: dict[str, str] = {
        "id": line.sku,
        "title": line.name,
        "description": " ".join((text or product.summary or product.name).split()),
        "link": item.link,
        "image_link": item.pictures[0],
        "availability": AVAILABILITY[item.supply.kind],
        "price": _money(item.price.list_money if item.price.is_reduced and item.price.list_money else item.price.money),
        "sale_price": _money(item.price.money) if item.price.is_reduced else "",
        "brand": product.brand,
        "gtin": line.gtin,
        "mpn": str(_trade(item).get("manufacturer_number", "")),
        "condition": "new",
        "item_group_id": product.sku if variant else "",
        "google_product_category": _google_class(_trade(item)),
        "product_type": " > ".join(step.name for step in product.categories),
        "shipping_weight": f"{line.weight_kg.normalize():f} kg" if line.weight_kg else "",
    }
    if not (values["gtin"] or (values["brand"] and values["mpn"])):
        values["identifier_exists"] = "no"
    yield from ((name, value[: LONGEST.get(name, 2000)]) for name, value in values.items() if value)
    yield from (("additional_image_link", address) for address in item.pictures[1 : MOST_PICTURES + 1])


def _details(item: Item) -> str:
    """What the variant is, axis by axis."""
    labels = {axis.code: axis.label for axis in item.product.axes}
    told = ((labels.get(code, code), text) for code, text in (item.variant.texts if item.variant else {}).items())
    return "".join(
        f"<g:product_detail><g:attribute_name>{_text(label)}</g:attribute_name><g:attribute_value>{_text(text)}</g:attribute_value></g:product_detail>"
        for label, text in told
    )


def _trade(item: Item) -> Mapping[str, object]:
    return {**item.product.trade, **(item.variant.trade if item.variant else {})}


def _google_class(trade: Mapping[str, object]) -> str:
    classes = trade.get("classes")
    known = classes if isinstance(classes, Mapping) else {}
    return next((str(code) for system, code in known.items() if str(system).startswith(GOOGLE_CLASSES)), "")


def _money(money: Money) -> str:
    exact = money.amount if money.amount % minor_unit(money.currency) else money.amount.quantize(minor_unit(money.currency))
    return f"{exact:f} {money.currency}"


def _text(value: str) -> str:
    return escape(UNWRITABLE.sub("", value))
