"""Which products a block means: article numbers and rules, looked up in what the shop sells (catalog/assortment.py)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.assortment import ShopView, search_scope, shop_category, sources_for
from catalog.content.blocks import Rule
from catalog.search.provider import Filters, Page, SearchEngine, Sort
from kernel.db.statements import Statement
from kernel.errors import NotThere

# a variant's number leads to the page it is sold on
BY_SKU = Statement(
    """
    SELECT p.sku, coalesce(p.parent_id, p.product_id) AS product_id
    FROM unnest(CAST(:tenants AS uuid[]), CAST(:markets AS text[]), CAST(:languages AS text[]))
        WITH ORDINALITY AS s (tenant_id, market_code, language, place)
    JOIN catalog.published_product p ON p.tenant_id = s.tenant_id AND p.market_code = s.market_code AND p.language = s.language
        AND p.to_version IS NULL AND p.sku = ANY (CAST(:skus AS text[]))
    ORDER BY s.place DESC
    """
)


def products_named(session: Session, view: ShopView, skus: Sequence[str]) -> dict[str, UUID]:
    """The products with these article numbers; numbers that nothing published has are left out. Whether the shop sells one
    is decided where its card is made. One query; where two brands have the same number, the shop's own product is meant."""
    sources = sources_for(session, view)
    if not skus or not sources:
        return {}
    tenants, markets, languages = [s.tenant_id for s in sources], [s.market_code for s in sources], [s.language for s in sources]
    rows = BY_SKU.all(session, tenants=tenants, markets=markets, languages=languages, skus=list(skus))
    return {row.sku: row.product_id for row in rows}


def products_by_rule(session: Session, view: ShopView, engine: SearchEngine, rule: Rule) -> list[UUID]:
    """The first products that the rule means, in its order; none where the shop has no such category."""
    category_id = None
    if rule.category:
        try:
            category_id = shop_category(session, view, rule.category).category.id
        except NotThere:
            return []
    scope = search_scope(view, sources_for(session, view))
    found = engine.search(session, scope, rule.words, Filters(category_id), sort=Sort(rule.sort), page=Page(1, rule.count))
    return [hit.product_id for hit in found.hits]
