"""What the brand shares: agreements offered and accepted, the partners' own prices, names and texts, and one change of the
brand that nobody has looked at yet."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.catalogs import MANAGERS, newest_version, publish_markets
from app.demo.data.partners import CORRIDORS, OVERLAYS, SCOPES, Overlay
from app.demo.stage import Stage, person, tenant_id_of, working
from catalog import overlays
from catalog.agreements import accept, list_agreements, offer
from catalog.list_prices import set_list_prices
from catalog.models import Category, Product
from catalog.models import Overlay as OverlayRow
from catalog.products import ProductEdit, edit_product
from catalog.terms import Terms
from kernel import tenancy
from kernel.actors import Actor

BRAND, CHANNEL = "veloria", "david@veloria.example"
SELLERS = {"radhaus": "petra@radhaus.example", "harborcycles": "sam@harborcycles.example"}
OFFERS: dict[str, tuple[str, str, str, tuple[str, ...], str]] = {
    "radhaus": (
        "Bicycles and equipment for the north",
        "eu",
        "EUR",
        ("DE",),
        "As agreed in Kiel: whole bicycles, clothing, light and bags.",
    ),
    "harborcycles": ("Veloria on the East Coast", "us", "USD", ("US",), "The bikes that suit your roads, and the spares for them."),
}
OFFERED_DAYS_AGO, ACCEPTED_DAYS_AGO, PRICED_DAYS_AGO = 199, 198, 190
CHANGED = "VEL-EGRET"
CHANGED_TEXTS = {
    "en": "The Egret carries a quieter motor since this autumn: the gears run in grease, and what you hear is the road.",
    "de": "Seit diesem Herbst trägt das Egret einen leiseren Motor: Die Zahnräder laufen in Fett, und was man hört, ist die Straße.",
    "zh-Hans": "自今年秋天起，Egret 换上了更安静的电机：齿轮在油脂中运转，听到的只有路面。",
}
CHANGED_PRICES = {"EUR": "3399.00", "USD": "3499.00"}


def agree(stage: Stage) -> None:
    """The brand offers, each partner accepts a day later."""
    for partner in OFFERS:
        partner_id = tenant_id_of(partner)
        with working(BRAND, stage.moment(OFFERED_DAYS_AGO)) as session:
            david = person(session, CHANNEL)
            found = next((a for a in list_agreements(session, david, "brand") if a.partner_tenant_id == partner_id), None)
            agreement = found or offer(session, david, partner_id, _terms(session, stage, partner))
            agreement_id, state = agreement.id, agreement.state
        if state == "offered":
            with working(partner, stage.moment(ACCEPTED_DAYS_AGO, 9)) as session:
                accept(session, person(session, SELLERS[partner]), agreement_id, "Agreed, we look forward to it.")


def _terms(session: Session, stage: Stage, partner: str) -> Terms:
    name, market, _currency, countries, note = OFFERS[partner]
    low, high = CORRIDORS[partner]
    shelves = (
        select(Category.id).where(Category.tenant_id == tenancy.current(), Category.code.in_(SCOPES[partner])).order_by(Category.position)
    )
    return Terms(
        name=name,
        market_code=market,
        valid_from=stage.moment(ACCEPTED_DAYS_AGO).date(),
        valid_to=stage.last_day + timedelta(days=3 * 365),
        category_ids=tuple(session.scalars(shelves)),
        countries=countries,
        overlay_fields=("name", "text", "price"),
        corridor_low_percent=Decimal(low),
        corridor_high_percent=Decimal(high),
        note=note,
    )


def lay_over(stage: Stage, partner: str) -> None:
    """The partner's own prices (of a bicycle: of every size and paint), names and texts, and what it does not sell."""
    with working(partner, stage.moment(PRICED_DAYS_AGO)) as session:
        if session.scalar(select(OverlayRow.id).where(OverlayRow.tenant_id == tenancy.current()).limit(1)):
            return
        seller = person(session, SELLERS[partner])
        agreement = list_agreements(session, seller, "partner")[0]
        family: dict[str, list[UUID]] = {}
        for shared in overlays.list_shared(session, seller, agreement.id):
            head = shared.payload["id"] if shared.payload["parent_id"] is None else shared.payload["parent_id"]
            family.setdefault(head, []).append(UUID(shared.payload["id"]))
            if shared.payload["parent_id"] is None:
                family[shared.payload["sku"]] = family[head]
        for one in OVERLAYS[partner]:
            _lay(session, seller, agreement.id, one, family[one.sku])


def _lay(session: Session, seller: Actor, agreement_id: UUID, one: Overlay, family: list[UUID]) -> None:
    """`family`: the product first, then its variants; prices lie on what is bought."""
    for currency, amount in one.prices.items():
        for product_id in family[1:] or family:
            overlays.set_price(session, seller, agreement_id, product_id, currency, amount)
    if one.names or one.descriptions:
        overlays.set_words(session, seller, agreement_id, family[0], one.names or None, one.descriptions or None)
    if one.hidden:
        overlays.set_hidden(session, seller, agreement_id, family[0], hidden=True)


def change_one_thing(stage: Stage) -> None:
    """Yesterday the brand gave a bicycle a new text and a new price, and published; the partners have not looked yet."""
    with working(BRAND, stage.moment(1, 15)) as session:
        if newest_version(session, "eu") > 1:
            return
        clara = person(session, MANAGERS[BRAND])
        mine = Product.tenant_id == tenancy.current()
        product = session.scalars(select(Product).where(mine, Product.sku == CHANGED)).one()
        edit_product(session, clara, product.id, ProductEdit(texts=CHANGED_TEXTS))
        for product_id in [product.id, *session.scalars(select(Product.id).where(mine, Product.parent_id == product.id))]:
            set_list_prices(session, clara, product_id, CHANGED_PRICES)
    publish_markets(stage, BRAND, ("eu", "us"), 1, 2, "Egret: quieter motor, new price from today")
