"""Products side by side: what they cost, whether they are there, and in what they differ."""

from typing import Any
from uuid import UUID

from catalog.assortment import ShopProduct, shop_products, view_for
from kernel.ids import parse_id
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from orders.availability import supplies_for
from storefront.cards import cards_html
from storefront.comparing import groups_of
from storefront.pages.product import MOST_COMPARED as MOST
from storefront.pages.product import alike
from storefront.variants import chosen_variant, pictures_of


def show(visit: Visit) -> Answer:
    """The products that `p` names by id, at most MOST, in that order; `d` shows only what differs. What is not sold here is left out."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    asked = [found for text in visit.query.getlist("p") if (found := parse_id(text))]
    ids = list(dict.fromkeys(asked))[:MOST]
    sold = shop_products(visit.session, view, ids, shown=True)
    products = [sold[i] for i in ids if i in sold and sold[i].parent_id is None]
    only_differing = visit.query.get("d") == "1" and len(products) > 1
    more = [] if len(products) in (0, MOST) else [i for i in alike(visit, view, products[0]) if i not in sold]
    return visit.render(
        "storefront/compare.html",
        products=_columns(visit, products, only_differing),
        groups=groups_of(products, only_differing),
        only_differing=only_differing,
        too_many=len(set(asked)) > MOST,
        toggle=_address(visit, [p.id for p in products], not only_differing),
        more=cards_html(visit, more, level=3),
        most=MOST,
    )


def _columns(visit: Visit, products: list[ShopProduct], only_differing: bool) -> list[dict[str, Any]]:
    chosen = {product.id: chosen_variant(product, "") for product in products}
    lines = {product.id: chosen[product.id] or product for product in products}
    supplies = supplies_for(visit.session, [line.id for line in lines.values()])
    ids = [product.id for product in products]
    return [
        {
            "product": product,
            "picture": next(iter(pictures_of(product, chosen[product.id])), None),
            "supply": supplies[lines[product.id].id].under(lines[product.id].selling),
            "without": _address(visit, [i for i in ids if i != product.id], only_differing),
        }
        for product in products
    ]


def _address(visit: Visit, ids: list[UUID], only_differing: bool) -> str:
    query = "&".join([*(f"p={i}" for i in ids), *(["d=1"] if only_differing else [])])
    return visit.url("compare") + (f"?{query}" if query else "")
