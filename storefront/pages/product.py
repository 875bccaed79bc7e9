"""A product: picture, price, choice of variant, when it arrives, one button; then why, specification, what goes with it."""

from catalog.assortment import ShopProduct, ShopVariant, cards_for, shop_product, view_for
from catalog.facets import facet_words
from catalog.search.provider import Filters, Page, Sort
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from orders.availability import supplies_for
from orders.shipping.provider import Parcel
from orders.terms import terms_for
from storefront.listing import ENGINE, scope_of
from storefront.markdown import to_html
from storefront.variants import axes_of, chosen_variant, pictures_of

ALIKE = 4


def show(visit: Visit) -> Answer:
    """One product; `v` names the chosen variant by its article number."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    product = shop_product(visit.session, view, visit.param("slug"))
    chosen = chosen_variant(product, visit.query.get("v", ""))
    line = chosen or product
    category = product.categories[-1] if product.categories else None
    alike = []
    if category:
        found = ENGINE.search(
            visit.session, scope_of(visit.session, view), filters=Filters(category.id), sort=Sort.RANK, page=Page(1, ALIKE + 1)
        )
        alike = cards_for(visit.session, view, [h.product_id for h in found.hits if h.product_id != product.id][:ALIKE])
    ways = terms_for(visit.session, view).shipping.options(Parcel(view.countries[0], line.price.money))
    return visit.render(
        "storefront/product.html",
        product=product,
        chosen=chosen,
        line=line,
        price=line.price,
        axes=axes_of(product, chosen),
        swatches={(w.code, value): w.swatch(value) for w in facet_words(visit.session, view).values() for value in w.words},
        pictures=pictures_of(product, chosen),
        supply=supplies_for(visit.session, [line.id])[line.id],
        delivery=ways[0] if ways else None,
        destination=view.countries[0],
        specification=specification(product, chosen),
        text=to_html(product.text),
        alike=alike,
    )


def specification(product: ShopProduct, chosen: ShopVariant | None) -> list[tuple[str, str]]:
    """Label and value of everything that is known, the chosen variant's own values first."""
    labels = {axis.code: axis.label for axis in product.axes}
    own = [(labels.get(code, code), text) for code, text in chosen.texts.items()] if chosen else []
    taken = set(chosen.texts) if chosen else set()
    return own + [(a.label, a.text) for a in product.attributes if a.code not in taken and a.text]
