"""One product from several sources: articles with the same GTIN, the partner's own among them, and which of them is sold.

The others of a group are hidden, which is an overlay like any other; the partner's own products are edited at its desk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, and_, func, select
from sqlalchemy.orm import Session

from catalog.dressing import dress_card
from catalog.models import Overlay, PublishedProduct
from catalog.overlays import set_hidden
from catalog.shop import ListCard, ShopView
from catalog.sources import in_sources, overlays_for, published_by_id, sources_for
from kernel import audit, tenancy
from kernel.actors import Actor
from kernel.errors import Invalid
from kernel.i18n import gettext as _

PER_PAGE = 25


@dataclass(frozen=True)
class Offered:
    """The product as one source has it. `card`: as the shop would show it, None where it cannot be sold (no price);
    `agreement_id` None: the partner's own."""

    product_id: UUID
    source_tenant_id: UUID
    agreement_id: UUID | None
    sku: str
    name: str
    hidden: bool
    card: ListCard | None


@dataclass(frozen=True)
class SameProduct:
    """A group of at least two offers; own ones first."""

    gtin: str
    offers: tuple[Offered, ...]

    @property
    def is_decided(self) -> bool:
        """Is exactly one of them sold?"""
        return sum(not offer.hidden for offer in self.offers) == 1


def same_products(session: Session, actor: Actor, view: ShopView, after: str = "") -> tuple[list[SameProduct], bool]:
    """Groups by GTIN behind `after`, and whether there are more. Five statements."""
    actor.must("agreement.view")
    sources = sources_for(session, view)
    if len(sources) < 2:
        return [], False
    gtin = PublishedProduct.payload["gtin"].astext.cast(Text)
    here = and_(in_sources(sources), PublishedProduct.parent_id.is_(None))
    query = select(gtin.label("gtin")).where(here, gtin > after).group_by(gtin)
    several = query.having(func.count(PublishedProduct.tenant_id.distinct()) > 1).order_by(gtin).limit(PER_PAGE + 1)
    codes = list(session.scalars(several))
    return _groups(session, view, codes[:PER_PAGE]), len(codes) > PER_PAGE


def lead(session: Session, actor: Actor, view: ShopView, gtin: str, product_id: UUID) -> SameProduct:
    """Sells this one of the group and hides the brands' others. Raises Invalid for a group or product that there is not, and
    where one of the others is the partner's own, which stays in its catalog until it is taken out there."""
    actor.must("agreement.accept")
    groups = _groups(session, view, [gtin])
    group = groups[0] if groups else None
    if group is None or product_id not in {offer.product_id for offer in group.offers}:
        raise Invalid.at("product", _("Please choose one of the list."), "unknown_product")
    if any(offer.agreement_id is None and offer.product_id != product_id for offer in group.offers):
        raise Invalid.at("product", _("Your own product is in your catalog. Take it out there first."), "own_product")
    for offer in group.offers:
        hidden = offer.product_id != product_id
        if offer.agreement_id is not None and offer.hidden != hidden:
            set_hidden(session, actor, offer.agreement_id, offer.product_id, hidden)
    after = {"gtin": gtin, "product": str(product_id), "of": [str(offer.product_id) for offer in group.offers]}
    audit.record(session, actor, "assortment.led", "product", product_id, after=after)
    return group


def _groups(session: Session, view: ShopView, codes: Sequence[str]) -> list[SameProduct]:
    sources = sources_for(session, view)
    gtin = PublishedProduct.payload["gtin"].astext
    here = and_(in_sources(sources), PublishedProduct.parent_id.is_(None), gtin.in_(codes), gtin != "")
    ids = list(session.scalars(select(PublishedProduct.product_id).where(here)))
    rows = published_by_id(session, sources, ids) if ids else []
    overlays = overlays_for(session, view, sources, [row.payload for row in rows])
    hidden = _hidden(session, ids)
    found: dict[str, list[Offered]] = {}
    for source, payload, _since in rows:
        product_id = UUID(payload["id"])
        card = dress_card(view, source, payload, overlays)
        name = card.name if card else payload["name"]
        told = Offered(product_id, source.tenant_id, source.agreement_id, payload["sku"], name, product_id in hidden, card)
        found.setdefault(payload["gtin"], []).append(told)
    return [SameProduct(code, tuple(found[code])) for code in sorted(found) if len(found[code]) > 1]


def _hidden(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    mine = (Overlay.tenant_id == tenancy.current(), Overlay.hidden, Overlay.product_id.in_(ids))
    return set(session.scalars(select(Overlay.product_id).where(*mine)))
