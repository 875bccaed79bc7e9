"""Many sizes and colours at once: all variants of a product in a table of quantities."""

from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from catalog.assortment import ShopProduct, shop_product, view_for
from kernel.errors import Invalid, NotThere
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from orders.availability import supplies_for
from orders.several import MOST_AT_ONCE, add_several
from storefront.matrix import matrix_of
from storefront.shopper import remember, shopper


class MatrixForm(BaseModel):
    """How many of each variant, counted in its usual unit; empty ones are not ordered."""

    quantities: dict[UUID, Decimal | None] = Field(default_factory=dict, max_length=5 * MOST_AT_ONCE)


def show(visit: Visit) -> Answer:
    """The table, empty."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    return _page(visit, shop_product(visit.session, view, visit.param("slug")), visit.fill(MatrixForm))


def add(visit: Visit) -> Answer:
    """Everything that was typed goes into the cart, or nothing and the reasons stand at their fields."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    product = shop_product(visit.session, view, visit.param("slug"))
    form: Form[MatrixForm] = visit.form
    if not form.ok:
        return _page(visit, product, form, 422)
    actor = shopper(visit)
    try:
        add_several(visit.session, actor, view, _wanted(product, form.given))
    except Invalid as refused:
        return _page(visit, product, form.told(refused), 422)
    return remember(visit, actor, visit.redirect(visit.url("cart.show")))


def _wanted(product: ShopProduct, given: MatrixForm) -> dict[UUID, Decimal]:
    own = {variant.id for variant in product.variants}
    return {product_id: quantity for product_id, quantity in given.quantities.items() if quantity and product_id in own}


def _page(visit: Visit, product: ShopProduct, form: Form[MatrixForm], status: int = 200) -> Answer:
    supplies = supplies_for(visit.session, [variant.id for variant in product.variants])
    matrix = matrix_of(product, supplies)
    if matrix is None:
        raise NotThere
    return visit.render("storefront/matrix.html", status=status, product=product, matrix=matrix, form=form)
