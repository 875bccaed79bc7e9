"""What a shop sells: the front door for shop pages, carts and searches. Nothing a shopper sees comes from elsewhere.

sources.py   which publications, cut to which scope, with which overlays
offering.py  products and cards
browsing.py  lists and categories
shop.py      the shapes
"""

from catalog.browsing import shop_categories, shop_category, shop_list
from catalog.offering import cards_for, shop_product, shop_products
from catalog.shop import (
    Axis,
    CategoryLink,
    CategoryPage,
    Choice,
    Corridor,
    ListCard,
    ListPage,
    Price,
    Rendition,
    ShopAttribute,
    ShopCategory,
    ShopPicture,
    ShopProduct,
    ShopVariant,
    ShopView,
    Source,
)
from catalog.shop_state import ShopState, shop_state
from catalog.sources import search_scope, sources_for, view_for

__all__ = [
    "Axis",
    "CategoryLink",
    "CategoryPage",
    "Choice",
    "Corridor",
    "ListCard",
    "ListPage",
    "Price",
    "Rendition",
    "ShopAttribute",
    "ShopCategory",
    "ShopPicture",
    "ShopProduct",
    "ShopState",
    "ShopVariant",
    "ShopView",
    "Source",
    "cards_for",
    "search_scope",
    "shop_categories",
    "shop_category",
    "shop_list",
    "shop_product",
    "shop_products",
    "shop_state",
    "sources_for",
    "view_for",
]
