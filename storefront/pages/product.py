"""A product: picture, price, choice of variant, when it arrives, one button; then why, specification, what goes with it."""

from functools import partial
from uuid import UUID

from catalog.assortment import ShopProduct, ShopVariant, ShopView, shop_product, shop_state, view_for
from catalog.facets import facet_words
from catalog.search.engine import ENGINE
from catalog.search.provider import Filters, Page, Sort
from kernel import stamps
from kernel.errors import NotThere
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from orders.availability import supplies_for
from orders.shipping.provider import Parcel
from orders.terms import terms_for
from storefront.cards import cards_by_id
from storefront.listing import scope_of
from storefront.markdown import to_html
from storefront.pages import gone
from storefront.pictures import images
from storefront.product_head import told_of_product
from storefront.sheet import referred_ids, sheet_of
from storefront.units import unit_choice
from storefront.variants import VariantAxis, axes_of, chosen_variant, pictures_of

ALIKE = 4
MOST_SHOWN = 24
MOST_COMPARED = 4

_kept_best: stamps.Kept[tuple[UUID, ...]] = stamps.Kept(most=5000)


def show(visit: Visit) -> Answer:
    """One product; `v` names the chosen variant by its article number, `u` the unit it is to be ordered in."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    try:
        product = shop_product(visit.session, view, visit.param("slug"))
    except NotThere:
        return gone.show(visit, view, visit.param("slug"))
    chosen = chosen_variant(product, visit.query.get("v", ""))
    line = chosen or product
    axes = axes_of(product, chosen)
    related = related_ids(product, chosen)
    best = alike(visit, view, product)
    referred = referred_ids(product)
    cards = cards_by_id(visit, list(dict.fromkeys([*best, *(i for ids in related.values() for i in ids), *referred])), level=3)
    supply = supplies_for(visit.session, [line.id])[line.id].under(line.selling)
    ways = terms_for(visit.session, view).shipping.options(Parcel(view.countries[0], line.price.money))
    pictures = pictures_of(product, chosen)
    return visit.render(
        "storefront/product.html",
        told=told_of_product(visit, view, product, line, supply, images(visit, pictures)),
        product=product,
        line=line,
        price=line.price,
        axes=axes,
        swatches=swatches(visit, view, axes),
        pictures=pictures,
        supply=supply,
        unit=unit_choice(line.selling, supply, line.price, visit.query.get("u", ""), partial(_with_unit, visit, product, chosen)),
        delivery=ways[0] if ways else None,
        destination=view.countries[0],
        sheet=sheet_of(visit, product, chosen, {i: visit.url("product", slug=cards[i].slug) for i in referred if i in cards}),
        text=to_html(product.text),
        accessories=[cards[i].html for i in related["accessory"] if i in cards],
        spare_parts=[cards[i].html for i in related["spare_part"] if i in cards],
        successors=[cards[i] for i in related["successor"] if i in cards],
        alike=[cards[i].html for i in best if i in cards],
        compare=visit.url("compare") + "?" + "&".join(f"p={i}" for i in (product.id, *(i for i in best if i in cards))[:MOST_COMPARED]),
    )


def _with_unit(visit: Visit, product: ShopProduct, chosen: ShopVariant | None, unit: str) -> str:
    return visit.url("product", slug=product.slug, **({"v": chosen.sku} if chosen else {}), u=unit)


def related_ids(product: ShopProduct, chosen: ShopVariant | None) -> dict[str, list[UUID]]:
    """What goes with it, by kind: the chosen variant's own first, then the product's. Successors only of what is phased out."""
    found = {}
    for kind in ("accessory", "spare_part", "successor"):
        own = chosen.relations.get(kind, ()) if chosen else ()
        found[kind] = list(dict.fromkeys([*own, *product.relations.get(kind, ())]))[:MOST_SHOWN]
    if product.status != "phase_out":
        found["successor"] = []
    return found


def alike(visit: Visit, view: ShopView, product: ShopProduct) -> list[UUID]:
    """The products of the same category that the shop recommends most."""
    if not product.categories:
        return []
    category_id = product.categories[-1].id

    def find() -> tuple[UUID, ...]:
        scope = scope_of(visit.session, view)
        found = ENGINE.search(visit.session, scope, filters=Filters(category_id), sort=Sort.RANK, page=Page(1, ALIKE + 1))
        return tuple(hit.product_id for hit in found.hits)

    best = _kept_best.get(visit.session, (shop_state(visit.session, view), category_id), find)
    return [product_id for product_id in best if product_id != product.id][:ALIKE]


def swatches(visit: Visit, view: ShopView, axes: tuple[VariantAxis, ...]) -> dict[tuple[str, str], str]:
    """The colours of the axes' values, by axis and value; empty for values without one."""
    words = facet_words(visit.session, view) if axes else {}
    return {(axis.code, c.value): words[axis.code].swatch(c.value) for axis in axes if axis.code in words for c in axis.choices}
