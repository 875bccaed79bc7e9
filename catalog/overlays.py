"""What a partner lays over a brand's products: own prices within the corridor, own names and texts, hiding.

Without an overlay a product is sold as the brand published it. Every change takes effect at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from catalog.agreements import agreement_for
from catalog.attribute_values import BadValue
from catalog.checking import LONGEST_NAME, LONGEST_TEXT, Problems, check_amount, check_currency, check_seen, check_texts
from catalog.events import OverlayChanged
from catalog.models import Agreement, Overlay, Publication, PublishedProduct
from catalog.payload import Payload
from catalog.pricing import allowed_range
from catalog.search import own_names
from catalog.shop import Corridor, Source
from catalog.sources import in_sources, scope_of
from catalog.states import IN_FORCE
from kernel import audit, stamps, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, Invalid, NotThere
from kernel.events import publish
from kernel.i18n import format_money
from kernel.i18n import gettext as _
from kernel.money import Money


@dataclass(frozen=True)
class SharedProduct:
    """A product the partner may sell, as the brand published it, and what the partner has laid over it."""

    payload: Payload
    from_version: int
    overlay: Overlay | None


def set_price(
    session: Session, actor: Actor, agreement_id: UUID, product_id: UUID, currency: str, amount: Any, seen: int | None = None
) -> Overlay:
    """The partner's own price of a product or variant; an empty amount goes back to the list price.

    Raises Invalid with the allowed range for a price outside of the corridor, and where the terms allow no own price;
    NotThere for a product outside of the scope; Conflict for an agreement that is not in force.
    """
    actor.must("price.edit")
    agreement = _in_force(session, actor, agreement_id)
    _check_allowed(agreement, "price")
    shared = shared_products(session, agreement, [product_id])
    if product_id not in shared:
        raise NotThere
    overlay = _overlay(session, agreement, product_id)
    check_seen(overlay.edit_version, seen)
    if amount in ("", None):
        prices = {c: a for c, a in overlay.prices.items() if c != currency}
    else:
        money = _checked_price(agreement, shared[product_id].payload, currency, amount)
        prices = {**overlay.prices, currency: str(money.amount)}
    before = {"prices": overlay.prices}
    overlay.prices = prices
    return _settle(session, actor, overlay, "overlay.priced", before, {"prices": prices})


def set_prices_by_percent(
    session: Session, actor: Actor, agreement_id: UUID, currency: str, percent: Decimal, product_ids: Sequence[UUID] | None = None
) -> int:
    """Own prices = list price plus `percent`, rounded half up, for the products named (parents mean their variants) or
    all; returns how many prices were set. Raises Invalid at `percent` where that leaves the corridor, then nothing is set."""
    actor.must("price.edit")
    agreement = _in_force(session, actor, agreement_id)
    _check_allowed(agreement, "price")
    corridor = corridor_of(agreement)
    low, high = corridor.low_percent, corridor.high_percent
    if (low is not None and percent < low) or (high is not None and percent > high):
        raise Invalid.at("percent", _("Please stay between %(low)s %% and %(high)s %%.") % {"low": low, "high": high}, "corridor")
    rows = []
    for product_id, amount in _listed_prices(session, agreement, currency, product_ids):
        money = Money.of(amount, currency)
        own = Money(money.amount * (100 + percent) / 100, currency).rounded()
        least, most = allowed_range(money, corridor)
        own = max(own, least) if least else own
        own = min(own, most) if most else own
        rows.append((product_id, str(own.amount)))
    _write_prices(session, agreement, currency, rows)
    after = {"currency": currency, "percent": str(percent), "products": len(rows)}
    audit.record(session, actor, "overlay.priced_by_percent", "agreement", agreement.id, after=after)
    publish(session, OverlayChanged(agreement.id, [product_id for product_id, _price in rows[:1000]]))
    stamps.bump(session)
    return len(rows)


def set_words(
    session: Session,
    actor: Actor,
    agreement_id: UUID,
    product_id: UUID,
    names: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
    seen: int | None = None,
) -> Overlay:
    """Own name or text by language; empty ones go back to the brand's. Raises Invalid where the terms do not allow it."""
    actor.must("agreement.accept")
    agreement = _in_force(session, actor, agreement_id)
    if product_id not in shared_products(session, agreement, [product_id]):
        raise NotThere
    problems = Problems()
    if names is not None and "name" not in agreement.overlay_fields:
        problems.add("names", _("The agreement does not allow own names."), "not_agreed")
    if texts is not None and "text" not in agreement.overlay_fields:
        problems.add("texts", _("The agreement does not allow own texts."), "not_agreed")
    kept_names = problems.trying("names", check_texts, names, LONGEST_NAME) if names is not None else None
    kept_texts = problems.trying("texts", check_texts, texts, LONGEST_TEXT) if texts is not None else None
    problems.settle()
    overlay = _overlay(session, agreement, product_id)
    check_seen(overlay.edit_version, seen)
    before = {"names": overlay.names, "texts": overlay.texts}
    overlay.names = overlay.names if kept_names is None else kept_names
    overlay.texts = overlay.texts if kept_texts is None else kept_texts
    if names is not None:
        own_names.keep(session, [product_id])
    return _settle(session, actor, overlay, "overlay.worded", before, {"names": overlay.names, "texts": overlay.texts})


def set_hidden(session: Session, actor: Actor, agreement_id: UUID, product_id: UUID, hidden: bool) -> Overlay:
    """Takes a product (or one variant) out of the partner's shop, or puts it back."""
    actor.must("agreement.accept")
    agreement = _in_force(session, actor, agreement_id)
    if product_id not in shared_products(session, agreement, [product_id]):
        raise NotThere
    overlay = _overlay(session, agreement, product_id)
    before = {"hidden": overlay.hidden}
    overlay.hidden = hidden
    return _settle(session, actor, overlay, "overlay.hidden" if hidden else "overlay.shown", before, {"hidden": hidden})


def list_shared(session: Session, actor: Actor, agreement_id: UUID, product_ids: Sequence[UUID] | None = None) -> list[SharedProduct]:
    """What the partner may sell under the agreement with its overlays, by article number; variants follow their parent."""
    actor.must("agreement.view")
    agreement = agreement_for(session, actor, agreement_id, "partner")
    found = shared_products(session, agreement, product_ids)
    parents = {UUID(s.payload["id"]): s.payload["sku"] for s in found.values() if s.payload["parent_id"] is None}

    def place(shared: SharedProduct) -> tuple[str, bool, str]:
        parent = shared.payload["parent_id"]
        return (parents.get(UUID(parent), "") if parent else shared.payload["sku"], bool(parent), shared.payload["sku"])

    return sorted(found.values(), key=place)


def shared_products(session: Session, agreement: Agreement, product_ids: Iterable[UUID] | None = None) -> dict[UUID, SharedProduct]:
    """Products and variants in the agreement's scope by id, each parent's variants with it, in the first language agreed."""
    source = source_of(session, agreement)
    if source is None:
        return {}
    which = in_sources([source])
    if product_ids is not None:
        which = and_(which, _named(product_ids))
    laid = and_(
        Overlay.tenant_id == tenancy.current(),
        Overlay.source_tenant_id == PublishedProduct.tenant_id,
        Overlay.product_id == PublishedProduct.product_id,
    )
    columns = (PublishedProduct.product_id, PublishedProduct.payload, PublishedProduct.from_version, Overlay)
    rows = session.execute(select(*columns).outerjoin(Overlay, laid).where(which))
    return {row.product_id: SharedProduct(row.payload, row.from_version, row.Overlay) for row in rows}


def _listed_prices(session: Session, agreement: Agreement, currency: str, product_ids: Iterable[UUID] | None) -> list[tuple[UUID, str]]:
    """List prices of what is bought (no parents of variants), read without the rest of the payloads."""
    source = source_of(session, agreement)
    if source is None:
        return []
    amount = PublishedProduct.payload["prices"][currency].astext
    bought = PublishedProduct.payload["kind"].astext != "variant_parent"
    query = select(PublishedProduct.product_id, amount).where(in_sources([source]), amount.is_not(None), bought)
    if product_ids is not None:
        query = query.where(_named(product_ids))
    return [(product_id, listed) for product_id, listed in session.execute(query)]


def _named(product_ids: Iterable[UUID]) -> ColumnElement[bool]:
    """These, and the variants of the parents among them."""
    ids = list(product_ids)
    return or_(PublishedProduct.product_id.in_(ids), PublishedProduct.parent_id.in_(ids))


def source_of(session: Session, agreement: Agreement, language: str | None = None) -> Source | None:
    """The agreement as a source in `language`, else English, else the first one published; None before anything is published."""
    query = (
        select(Publication.language, Publication.version)
        .ext(distinct_on(Publication.language))
        .where(Publication.tenant_id == agreement.tenant_id, Publication.market_code == agreement.market_code)
        .order_by(Publication.language, Publication.version.desc())
    )
    versions = {row.language: row.version for row in session.execute(query)}
    usable = [tag for tag in versions if not agreement.languages or tag in agreement.languages]
    if not usable:
        return None
    chosen = next((tag for tag in (language or "en", "en") if tag in usable), usable[0])
    return Source(
        tenant_id=agreement.tenant_id,
        market_code=agreement.market_code,
        language=chosen,
        version=versions[chosen],
        agreement_id=agreement.id,
        scope=scope_of(agreement),
        countries=tuple(agreement.countries),
        overlay_fields=tuple(agreement.overlay_fields),
        corridor=corridor_of(agreement),
    )


def corridor_of(agreement: Agreement) -> Corridor:
    """The agreement's price corridor."""
    return Corridor(agreement.corridor_low_percent, agreement.corridor_high_percent, agreement.advertised_low_percent)


def _in_force(session: Session, actor: Actor, agreement_id: UUID) -> Agreement:
    agreement = agreement_for(session, actor, agreement_id, "partner")
    if agreement.state not in IN_FORCE:
        raise Conflict("This agreement is not in force; there is nothing to change under it.", state=agreement.state)
    return agreement


def _check_allowed(agreement: Agreement, what: str) -> None:
    if what not in agreement.overlay_fields:
        raise Invalid.at("amount", _("The agreement does not allow own prices."), "not_agreed")


def _checked_price(agreement: Agreement, payload: Payload, currency: str, raw: Any) -> Money:
    problems = Problems()
    amount = problems.trying("amount", check_amount, raw)
    problems.trying("currency", check_currency, currency)
    problems.settle()
    own = Money(amount or Decimal(0), currency)
    if own != own.rounded():
        raise Invalid.at("amount", _("This currency has no smaller coins than %(price)s.") % {"price": format_money(own)})
    corridor = corridor_of(agreement)
    listed = payload["prices"].get(currency)
    if listed is None and (corridor.low_percent, corridor.high_percent) != (None, None):
        raise Invalid.at("currency", _("The brand has no list price in this currency to measure yours by."), "no_list_price")
    if listed is not None:
        try:
            _check_corridor(own, *allowed_range(Money.of(listed, currency), corridor))
        except BadValue as error:
            raise Invalid.at("amount", str(error), "corridor") from None
    return own


def _check_corridor(own: Money, low: Money | None, high: Money | None) -> None:
    if (low is None or own >= low) and (high is None or own <= high):
        return
    if low is None and high is not None:
        raise BadValue(_("Please choose a price of at most %(high)s.") % {"high": format_money(high)})
    if high is None and low is not None:
        raise BadValue(_("Please choose a price of at least %(low)s.") % {"low": format_money(low)})
    if low is not None and high is not None:
        raise BadValue(_("Please choose a price from %(low)s to %(high)s.") % {"low": format_money(low), "high": format_money(high)})


def _overlay(session: Session, agreement: Agreement, product_id: UUID) -> Overlay:
    """The partner's overlay of this product, locked; made where there is none yet."""
    fresh = insert(Overlay).values(
        tenant_id=tenancy.current(),
        agreement_id=agreement.id,
        source_tenant_id=agreement.tenant_id,
        product_id=product_id,
        edit_version=0,
    )
    session.execute(fresh.on_conflict_do_nothing(index_elements=["tenant_id", "source_tenant_id", "product_id"]))
    mine = (Overlay.tenant_id == tenancy.current(), Overlay.source_tenant_id == agreement.tenant_id, Overlay.product_id == product_id)
    overlay = session.scalars(select(Overlay).where(*mine).with_for_update()).one()
    overlay.agreement_id = agreement.id
    return overlay


def _write_prices(session: Session, agreement: Agreement, currency: str, rows: Sequence[tuple[UUID, str]]) -> None:
    for start in range(0, len(rows), 1000):
        fresh = insert(Overlay).values(
            [
                {
                    "tenant_id": tenancy.current(),
                    "agreement_id": agreement.id,
                    "source_tenant_id": agreement.tenant_id,
                    "product_id": product_id,
                    "prices": {currency: amount},
                }
                for product_id, amount in rows[start : start + 1000]
            ]
        )
        laid = {
            "prices": Overlay.prices.op("||")(fresh.excluded.prices),
            "agreement_id": agreement.id,
            "edit_version": Overlay.edit_version + 1,
            "updated_at": func.now(),
        }
        session.execute(fresh.on_conflict_do_update(index_elements=["tenant_id", "source_tenant_id", "product_id"], set_=laid))


def _settle(session: Session, actor: Actor, overlay: Overlay, action: str, before: dict[str, Any], after: dict[str, Any]) -> Overlay:
    overlay.edit_version += 1
    session.flush()
    audit.record(session, actor, action, "product", overlay.product_id, before=before, after=after)
    publish(session, OverlayChanged(overlay.agreement_id, [overlay.product_id]))
    stamps.bump(session)
    return overlay
