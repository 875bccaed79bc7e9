"""Products that rules and judgements name: found by article number, and what the shop shows of them.

A brand names its own products, published or not; a partner what it may sell from a brand's catalog. What is not in the shop's
own eyes is told exactly like what does not exist.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import any_, literal, select, text
from sqlalchemy.orm import Session

from catalog.assortment import ListCard, ShopView, cards_for, sources_for, view_for
from catalog.models import Product
from catalog.search.rules import Pin
from catalog.searching.shapes import EVERYWHERE
from kernel import tenancy
from kernel.errors import NotThere
from tenants.models import Market

PUBLISHED = text(
    """
    SELECT DISTINCT p.sku, p.tenant_id, coalesce(p.parent_id, p.product_id) AS product_id
    FROM unnest(CAST(:tenants AS uuid[]), CAST(:markets AS text[]), CAST(:languages AS text[])) AS s (tenant_id, market_code, language)
    JOIN catalog.published_product p ON p.tenant_id = s.tenant_id AND p.market_code = s.market_code AND p.language = s.language
        AND p.to_version IS NULL AND p.sku = ANY (CAST(:skus AS text[]))
    """
)
NUMBERS = text(
    """
    SELECT DISTINCT ON (p.tenant_id, p.product_id) p.tenant_id, p.product_id, p.sku
    FROM unnest(CAST(:tenants AS uuid[]), CAST(:ids AS uuid[])) AS w (tenant_id, product_id)
    JOIN catalog.published_product p ON p.tenant_id = w.tenant_id AND p.product_id = w.product_id AND p.to_version IS NULL
    ORDER BY p.tenant_id, p.product_id
    """
)


def languages_of(session: Session) -> list[str]:
    """The languages in which the shop speaks, the standard market's first."""
    rows = session.execute(select(Market).where(Market.tenant_id == tenancy.current()).order_by(Market.is_default.desc(), Market.code))
    markets = rows.scalars().all()
    return list(dict.fromkeys(tag for m in markets for tag in (m.default_language, *m.languages)))


def views_in(session: Session, language: str, market_code: str = EVERYWHERE) -> list[ShopView]:
    """The shop in each market that speaks the language, or in the one market. NotThere where there is none."""
    markets = select(Market.code).where(Market.tenant_id == tenancy.current(), literal(language) == any_(Market.languages))
    if market_code:
        markets = markets.where(Market.code == market_code)
    codes = session.scalars(markets.order_by(Market.is_default.desc(), Market.code)).all()
    if not codes:
        raise NotThere
    return [view_for(session, code, language) for code in codes]


def by_number(session: Session, language: str, skus: Iterable[str]) -> dict[str, Pin]:
    """{article number: product}; a variant's number stands for its page. What the shop does not know is left out."""
    wanted = list(dict.fromkeys(sku.strip() for sku in skus))
    here = tenancy.current()
    columns = select(Product.sku, Product.parent_id, Product.id).where(Product.tenant_id == here, Product.sku.in_(wanted))
    found = {row.sku: Pin(here, row.parent_id or row.id) for row in session.execute(columns)}
    missing = [sku for sku in wanted if sku not in found]
    for view in views_in(session, language) if missing else []:
        sources = [source for source in sources_for(session, view) if source.agreement_id]
        if sources:
            places = {
                "tenants": [source.tenant_id for source in sources],
                "markets": [source.market_code for source in sources],
                "languages": [source.language for source in sources],
            }
            rows = session.execute(PUBLISHED, {**places, "skus": missing}).all()
            sold = {card.id for card in cards_for(session, view, [row.product_id for row in rows], sources)}
            found |= {row.sku: Pin(row.tenant_id, row.product_id) for row in rows if row.product_id in sold and row.sku not in found}
    return found


def known(session: Session, language: str, pins: Sequence[Pin]) -> set[Pin]:
    """Those of the products that the shop knows: its own, or sold in one of its markets now."""
    here = tenancy.current()
    own = select(Product.id).where(Product.tenant_id == here, Product.id.in_([pin.product_id for pin in pins if pin.tenant_id == here]))
    found = {Pin(here, product_id) for product_id in session.scalars(own)}
    others = [pin for pin in pins if pin.tenant_id != here]
    for view in views_in(session, language) if others else []:
        sources = [source for source in sources_for(session, view) if source.agreement_id]
        for tenant_id in {source.tenant_id for source in sources}:
            asked = [pin.product_id for pin in others if pin.tenant_id == tenant_id]
            shared = [source for source in sources if source.tenant_id == tenant_id]
            found |= {Pin(tenant_id, card.id) for card in cards_for(session, view, asked, shared)}
    return found


def cards_of(session: Session, views: Sequence[ShopView], pins: Iterable[Pin]) -> dict[UUID, ListCard]:
    """What the shop shows of the products now, in the first market that sells them; two queries a market at most."""
    wanted = list(dict.fromkeys(pin.product_id for pin in pins))
    found: dict[UUID, ListCard] = {}
    for view in views:
        missing = [product_id for product_id in wanted if product_id not in found]
        found |= {card.id: card for card in cards_for(session, view, missing)} if missing else {}
    return found


def numbers_of(session: Session, pins: Iterable[Pin]) -> dict[Pin, str]:
    """Article numbers, also of products that are not sold now. Two queries."""
    wanted = list(dict.fromkeys(pins))
    here = tenancy.current()
    own = select(Product.id, Product.sku).where(
        Product.tenant_id == here, Product.id.in_([p.product_id for p in wanted if p.tenant_id == here])
    )
    found = {Pin(here, row.id): row.sku for row in session.execute(own)}
    missing = [pin for pin in wanted if pin not in found]
    if missing:
        asked = {"tenants": [pin.tenant_id for pin in missing], "ids": [pin.product_id for pin in missing]}
        found |= {Pin(row.tenant_id, row.product_id): row.sku for row in session.execute(NUMBERS, asked)}
    return found
