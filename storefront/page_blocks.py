"""Blocks of a page as templates take them: files with addresses, products as cards at the shop's own price, texts as HTML.

One query for all files and one for all article numbers of a page; what a rule means is kept for as long as the shop shows
the same, so that a page with several lists searches once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from markupsafe import Markup

from catalog.assortment import ListCard, ShopView, cards_for, shop_categories, shop_state, view_for
from catalog.content.addresses import href
from catalog.content.blocks import Chosen, PageContent, Rule, Ways
from catalog.content.goods import products_by_rule, products_named
from catalog.content.showing import ShownFile, files_of, shown_blocks
from catalog.search.engine import ENGINE
from catalog.search.provider import Page, Sort
from catalog.shop import ShopCategory, ShopPicture
from kernel import stamps
from kernel.web.visit import Visit
from storefront.cards import cards_by_id
from storefront.listing import scope_of
from storefront.pictures import image

LOOKED_AT = 48
Tile = tuple[ShopCategory, ShopPicture | None]

_kept_rules: stamps.Kept[tuple[UUID, ...]] = stamps.Kept(most=2000)
_kept_tiles: stamps.Kept[list[Tile]] = stamps.Kept(most=200)


@dataclass(frozen=True)
class Shown:
    """A block and what it needs to be shown. `url` is where its link leads, `cards` are a list's products."""

    block: Any
    url: str = ""
    picture: dict[str, Any] | None = None
    film: str = ""
    cards: list[Markup] = field(default_factory=list)
    tiles: list[Tile] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Which kind of block."""
        return str(self.block.kind)


@dataclass(frozen=True)
class Dressed:
    """A whole page: its blocks, and the picture that stands for it where it is shared."""

    blocks: list[Shown]
    picture: dict[str, Any] | None


def dress(visit: Visit, content: PageContent, everything: bool = False) -> Dressed:
    """What is to be shown of a page now; `everything`: banners out of their time as well (while editing)."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    blocks = list(content.blocks) if everything else shown_blocks(content)
    files = files_of(visit.session, content.file_ids(), visit.place.language)
    wanted = _wanted(visit, view, blocks)
    ids = list(dict.fromkeys(product for listed in wanted.values() for product in listed))
    cards = cards_by_id(visit, ids, level=3) if ids else {}
    made = []
    for block in blocks:
        listed = [cards[product].html for product in wanted.get(block.id, ()) if product in cards]
        tiles = main_tiles(visit, view) if isinstance(block, Ways) else []
        made.append(_shown(visit, block, files, listed, tiles))
    return Dressed(made, _picture(visit, files, content.picture_id) or next((b.picture for b in made if b.picture), None))


def main_tiles(visit: Visit, view: ShopView) -> list[Tile]:
    """Every main category that sells something, with the picture of its most recommended product."""

    def find() -> list[Tile]:
        found = ENGINE.search(visit.session, scope_of(visit.session, view), sort=Sort.RANK, page=Page(1, LOOKED_AT))
        cards = cards_for(visit.session, view, [hit.product_id for hit in found.hits])
        return tiles(shop_categories(visit.session, view), cards)

    return _kept_tiles.get(visit.session, shop_state(visit.session, view), find)


def tiles(roots: Sequence[ShopCategory], cards: Sequence[ListCard]) -> list[Tile]:
    """Main categories beside the picture of the first of these products that lies in them."""
    return [
        (root, next((c.picture for c in cards if c.picture and root.id in c.category_ids), None)) for root in roots if root.product_count
    ]


def _wanted(visit: Visit, view: ShopView, blocks: Sequence[Any]) -> dict[str, list[UUID]]:
    """The products each block lists, by its id."""
    skus = list(dict.fromkeys(sku for block in blocks if isinstance(block, Chosen) for sku in block.skus))
    found: dict[str, list[UUID]] = {}
    by_sku = products_named(visit.session, view, skus)
    for block in blocks:
        if isinstance(block, Chosen):
            found[block.id] = list(dict.fromkeys(by_sku[sku] for sku in block.skus if sku in by_sku))
        elif isinstance(block, Rule):
            found[block.id] = list(_by_rule(visit, view, block))
    return found


def _by_rule(visit: Visit, view: ShopView, rule: Rule) -> tuple[UUID, ...]:
    key = (shop_state(visit.session, view), rule.category, rule.words, rule.sort, rule.count)
    return _kept_rules.get(visit.session, key, lambda: tuple(products_by_rule(visit.session, view, ENGINE, rule)))


def _shown(visit: Visit, block: Any, files: dict[UUID, ShownFile], cards: list[Markup], tiles: list[Tile]) -> Shown:
    film = files.get(block.file_id) if block.kind == "video" and block.file_id else None
    picture_id: UUID | None = getattr(block, "poster_id" if block.kind == "video" else "file_id", None)
    picture = _picture(visit, files, picture_id)
    if picture and block.kind != "video" and block.alt:
        picture = {**picture, "alt": block.alt}
    return Shown(
        block,
        href(visit.place.tag, str(getattr(block, "link", ""))),
        picture,
        visit.file_url(film.tenant_id, film.file_key) if film and film.kind == "video" else "",
        cards,
        tiles,
    )


def _picture(visit: Visit, files: dict[UUID, ShownFile], file_id: UUID | None) -> dict[str, Any] | None:
    file = files.get(file_id) if file_id else None
    return image(visit, file.picture) if file else None
