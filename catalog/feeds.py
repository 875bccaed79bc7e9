"""The feed of an agreement for a partner who runs a foreign shop: what it sells, in its words and at its prices.

Whole, or what has changed since a point that an earlier answer named. Read in batches, each in a transaction of its own, so
that a catalog of any size passes through in constant memory; where the agreement ends meanwhile, so does the feed.
A change may be told twice, never not at all: after a point, what moved up to five minutes before it is told again.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from catalog.brand_changes import adoption_of
from catalog.dressing import dress_product
from catalog.feed_keys import READ, agreement_of_key
from catalog.models import Agreement, Overlay, PublishedProduct
from catalog.payload import Payload
from catalog.shop import ShopProduct, ShopView, Source
from catalog.sources import Row, as_held, in_sources, overlays_for, sources_for, view_for
from catalog.states import IN_FORCE
from kernel import tenancy
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _

BATCH = 500
OVERLAP = timedelta(minutes=5)
FIRST_ID = UUID(int=0)
TOKEN = re.compile(r"(\d{1,9})\.(\d{1,17})\.([0-9a-f]{12})", re.ASCII)


@dataclass(frozen=True)
class Point:
    """Up to where a feed has told: the brand's version, the instant, and a digest of what the terms and rules were."""

    version: int
    at: datetime
    state: str

    @property
    def token(self) -> str:
        """As it is handed out: version, microseconds of the instant, digest."""
        return f"{self.version}.{int(self.at.timestamp() * 1_000_000)}.{self.state}"

    @classmethod
    def read(cls, token: str) -> "Point":
        """Back from `token`. Raises Invalid for one that was not handed out."""
        found = TOKEN.fullmatch(token)
        if found is None:
            raise Invalid.at("since", _("This point was not named by a feed."), "unknown_point")
        at = datetime.fromtimestamp(int(found[2]) / 1_000_000, UTC)
        return cls(int(found[1]), at, found[3])


@dataclass(frozen=True)
class Feed:
    """An agreement's feed at this moment. `since`: told from there on; None: the whole."""

    tenant_id: UUID
    agreement_id: UUID
    view: ShopView
    point: Point
    since: Point | None
    brand_id: UUID

    def mark(self, *told: str) -> str:
        """An entity tag: the same for as long as the feed in this form says the same."""
        since = self.since.token if self.since else ""
        words = (str(self.agreement_id), str(self.point.version), str(self.view.stamp), self.point.state, since, *told)
        return hashlib.sha256("\n".join(words).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Entry:
    """An article that the shop sells, or that it does not sell any more (`product` None). `parent`: of a variant."""

    sku: str
    product: ShopProduct | None = None
    parent: ShopProduct | None = None


def feed_for(session: Session, actor: Actor, agreement_id: UUID, market_code: str, language: str, since: str = "") -> Feed:
    """The feed for one of the partner's markets and languages. NotThere for an agreement that is not the partner's, not in
    force, not the key's, or a market that there is not; Invalid for a point that no answer named."""
    actor.must(READ)
    bound = agreement_of_key(session, actor)
    mine = (Agreement.id == agreement_id, Agreement.partner_tenant_id == tenancy.current(), Agreement.state.in_(IN_FORCE))
    agreement = session.scalar(select(Agreement).where(*mine))
    if agreement is None or bound not in (None, agreement_id):
        raise NotThere
    view = view_for(session, market_code, language)
    source = _source(session, view, agreement_id)
    adoption = adoption_of(session, agreement_id)
    # where rules hold content back, taking everything changes products without touching a row of theirs
    looked = adoption.seen_version if adoption and source.following.holds_content else 0
    words = (agreement.revision, adoption.edit_version if adoption else 0, looked, market_code, language, source.language)
    state = hashlib.sha256(".".join(map(str, words)).encode()).hexdigest()[:12]
    now: datetime = session.execute(select(func.now())).scalar_one()
    point, asked = Point(source.version, now, state), Point.read(since) if since else None
    # other terms, rules or words: everything may have changed
    usable = asked if asked and asked.state == state and asked.version <= source.version else None
    return Feed(tenancy.current(), agreement_id, view, point, usable, agreement.tenant_id)


def entries(feed: Feed) -> Iterator[Entry]:
    """By article number, variants behind each other. Reads as it goes; may be asked again."""
    after: tuple[str, UUID] | None = ("", FIRST_ID)
    while after is not None:
        found, after = _batch(feed, after)
        yield from found
    if feed.since is not None:
        yield from _gone(feed, feed.since)


def _batch(feed: Feed, after: tuple[str, UUID]) -> tuple[list[Entry], tuple[str, UUID] | None]:
    with tenancy.entering(feed.tenant_id), transaction(read_only=True) as session:
        view = view_for(session, feed.view.market_code, feed.view.language)
        try:
            source = _source(session, view, feed.agreement_id)
        except NotThere:
            return [], None
        place = tuple_(PublishedProduct.sku, PublishedProduct.product_id)
        here = [in_sources([source]), PublishedProduct.parent_id.is_(None), place > after]
        if feed.since is not None:
            here.append(_moved(feed, feed.since))
        columns = (PublishedProduct.product_id, PublishedProduct.sku, PublishedProduct.from_version, PublishedProduct.payload)
        query = select(*columns).where(*here).order_by(PublishedProduct.sku, PublishedProduct.product_id).limit(BATCH)
        rows = session.execute(query).all()
        dressed = _dressed(session, view, [Row(source, row.payload, row.from_version) for row in rows])
        before = _earlier(session, source, feed.since, [row.product_id for row in rows])
        found = [entry for row in rows for entry in _entries(row.payload, dressed.get(row.product_id), before.get(row.product_id), feed)]
        return found, (rows[-1].sku, rows[-1].product_id) if len(rows) == BATCH else None


def _dressed(session: Session, view: ShopView, rows: Sequence[Row]) -> dict[UUID, ShopProduct]:
    sources = list(dict.fromkeys(row.source for row in rows))
    overlays = overlays_for(session, view, sources, [row.payload for row in rows])
    found = [dress_product(view, source, payload, overlays) for source, payload in as_held(session, rows, overlays)]
    return {product.id: product for product in found if product is not None}


def _entries(payload: Payload, product: ShopProduct | None, before: Payload | None, feed: Feed) -> Iterator[Entry]:
    sold: set[str] = set()
    if product is not None and product.can_be_bought:
        sold.add(product.sku)
        yield Entry(product.sku, product)
    for variant in product.variants if product else ():
        sold.add(variant.sku)
        yield Entry(variant.sku, product, product)
    if feed.since is not None:
        gone = {sku for told in (payload, before) if told for sku in _skus(told)} - sold
        yield from (Entry(sku) for sku in sorted(gone))


def _skus(payload: Payload) -> list[str]:
    variants = [variant["sku"] for variant in payload.get("variants", ())]
    return variants if payload["kind"] == "variant_parent" else [payload["sku"]]


def _moved(feed: Feed, since: Point) -> Any:
    laid = select(Overlay.product_id).where(
        Overlay.tenant_id == feed.tenant_id, Overlay.agreement_id == feed.agreement_id, Overlay.updated_at > since.at - OVERLAP
    )
    variants = select(PublishedProduct.parent_id).where(
        PublishedProduct.tenant_id == feed.brand_id, PublishedProduct.product_id.in_(laid), PublishedProduct.parent_id.is_not(None)
    )
    of_parent = PublishedProduct.product_id.in_(variants)
    return or_(PublishedProduct.from_version > since.version, PublishedProduct.product_id.in_(laid), of_parent)


def _earlier(session: Session, source: Source, since: Point | None, product_ids: Sequence[UUID]) -> Mapping[UUID, Payload]:
    """How the products were at the point, to know the numbers that are gone."""
    if since is None or not product_ids:
        return {}
    here = (_place(source), PublishedProduct.product_id.in_(product_ids), PublishedProduct.from_version <= since.version)
    then = or_(PublishedProduct.to_version.is_(None), PublishedProduct.to_version > since.version)
    rows = session.execute(select(PublishedProduct.product_id, PublishedProduct.payload).where(*here, then))
    return {row.product_id: row.payload for row in rows}


def _gone(feed: Feed, since: Point) -> Iterator[Entry]:
    """Products that were there at the point and are not any more, or lie outside of the scope now."""
    with tenancy.entering(feed.tenant_id), transaction(read_only=True) as session:
        view = view_for(session, feed.view.market_code, feed.view.language)
        try:
            source = _source(session, view, feed.agreement_id)
        except NotThere:
            return
        closed = and_(PublishedProduct.from_version <= since.version, PublishedProduct.to_version > since.version)
        old = select(PublishedProduct.product_id, PublishedProduct.payload).where(
            _place(source), PublishedProduct.parent_id.is_(None), closed
        )
        rows = session.execute(old).all()
        ids = [row.product_id for row in rows]
        now = select(PublishedProduct.product_id).where(in_sources([source]), PublishedProduct.product_id.in_(ids))
        still = set(session.scalars(now)) if ids else set()
        found = sorted(sku for row in rows if row.product_id not in still for sku in _skus(row.payload))
    yield from (Entry(sku) for sku in found)


def _place(source: Source) -> Any:
    return and_(
        PublishedProduct.tenant_id == source.tenant_id,
        PublishedProduct.market_code == source.market_code,
        PublishedProduct.language == source.language,
    )


def _source(session: Session, view: ShopView, agreement_id: UUID) -> Source:
    found = next((source for source in sources_for(session, view) if source.agreement_id == agreement_id), None)
    if found is None:
        raise NotThere
    return found
