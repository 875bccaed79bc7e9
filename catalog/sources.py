"""From what a shop sells: every publication it may sell from, cut to the agreements' scope, and its own overlays.

Each function makes one query whatever the number of products. Sources are read anew in every transaction, so a
withdrawal works at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from catalog.models import PublishedProduct
from catalog.payload import Payload
from catalog.search.provider import SearchScope, SearchSource
from catalog.shop import Corridor, OverlayFacts, ShopView, Source
from kernel import stamps, tenancy
from kernel.db.statements import Statement
from kernel.errors import NotThere

# the market, the shop's stamp and everything it may sell from in one answer: every page needs all three
VIEW = Statement(
    """
    WITH here AS (
        SELECT m.code, m.currency, m.prices_include_tax, m.countries, m.languages,
            coalesce((SELECT s.stamp FROM kernel.tenant_stamp s WHERE s.tenant_id = :tenant_id), 0)
                + (SELECT count(*) FROM kernel.moment t WHERE t.tenant_id = :tenant_id AND t.name = 'shop' AND t.at <= now()) AS stamp
        FROM tenants.market m WHERE m.tenant_id = :tenant_id AND m.code = :market_code
    ), source AS (
        SELECT p.tenant_id, p.market_code, p.language, max(p.version) AS version, CAST(NULL AS uuid) AS agreement_id,
            CAST('{}' AS uuid[]) AS category_ids, CAST('{}' AS uuid[]) AS product_ids, CAST('{}' AS text[]) AS territory,
            CAST('{}' AS text[]) AS overlay_fields, CAST(NULL AS numeric) AS corridor_low_percent,
            CAST(NULL AS numeric) AS corridor_high_percent
        FROM catalog.publication p
        WHERE p.tenant_id = :tenant_id AND p.market_code = :market_code AND p.language = :language
        GROUP BY p.tenant_id, p.market_code, p.language
        UNION ALL
        SELECT a.tenant_id, a.market_code, p.language, max(p.version), a.id, a.category_ids, a.product_ids, a.countries,
            a.overlay_fields, a.corridor_low_percent, a.corridor_high_percent
        FROM catalog.agreement a
        JOIN catalog.publication p ON p.tenant_id = a.tenant_id AND p.market_code = a.market_code
            AND (cardinality(a.languages) = 0 OR p.language = ANY (a.languages))
        WHERE a.partner_tenant_id = :tenant_id AND a.state IN ('active', 'amended') AND a.valid_from <= current_date
            AND (a.valid_to IS NULL OR a.valid_to >= current_date)
            AND (cardinality(a.countries) = 0 OR a.countries && (SELECT countries FROM here))
        GROUP BY a.tenant_id, a.id, p.language
    )
    SELECT here.*, source.* FROM here LEFT JOIN source ON true ORDER BY source.agreement_id NULLS FIRST, source.language
    """
)
# what lies in an agreement's scope is told by the payload (Source.covers); by ids or by an address there are few
_CURRENT = """
    SELECT p.tenant_id, p.market_code, p.payload
    FROM unnest(CAST(:tenants AS uuid[]), CAST(:markets AS text[]), CAST(:languages AS text[])) AS s (tenant_id, market_code, language)
    JOIN catalog.published_product p ON p.tenant_id = s.tenant_id AND p.market_code = s.market_code AND p.language = s.language
        AND p.to_version IS NULL AND """
BY_ID = Statement(_CURRENT + "p.product_id = ANY (:ids)")
BY_SLUG = Statement(_CURRENT + "p.slug = :slug AND p.parent_id IS NULL")

# an array instead of an IN list: one statement, and one plan, for any number of products
OVERLAYS = Statement(
    """
    SELECT o.product_id, o.names, o.texts, o.prices, o.hidden, o.held_version FROM catalog.overlay o
    WHERE o.tenant_id = :tenant_id AND o.product_id = ANY (:ids) AND o.agreement_id = ANY (:agreements)
    """
)


def view_for(session: Session, market_code: str, language: str) -> ShopView:
    """The current tenant's shop in one of its markets and languages. NotThere where it has no such market or language."""
    return _outlook(session, market_code, language)[0]


def sources_for(session: Session, view: ShopView) -> list[Source]:
    """What the shop may sell from now: its own publication first, then each agreement in force.

    A brand's publication is taken in the view's language, else in English, else in its first language.
    """
    return _outlook(session, view.market_code, view.language)[1]


def _outlook(session: Session, market_code: str, language: str) -> tuple[ShopView, list[Source]]:
    return stamps.once(session, ("outlook", market_code, language), lambda: _read(session, market_code, language))


def _read(session: Session, market_code: str, language: str) -> tuple[ShopView, list[Source]]:
    here = tenancy.current()
    rows = VIEW.all(session, tenant_id=here, market_code=market_code, language=language)
    if not rows or language not in rows[0].languages:
        raise NotThere
    first = rows[0]
    view = ShopView(
        tenant_id=here,
        market_code=first.code,
        language=language,
        currency=first.currency,
        prices_include_tax=first.prices_include_tax,
        countries=tuple(first.countries),
        stamp=first.stamp,
    )
    by_agreement: dict[UUID | None, list[Any]] = {}
    for row in rows:
        if row.tenant_id is not None:
            by_agreement.setdefault(row.agreement_id, []).append(row)
    return view, [_source(_in_language(same, language)) for same in by_agreement.values()]


def _in_language(rows: list[Any], language: str) -> Any:
    by_language = {row.language: row for row in rows}
    return by_language.get(language) or by_language.get("en") or rows[0]


def _source(row: Any) -> Source:
    corridor = Corridor(row.corridor_low_percent, row.corridor_high_percent) if row.agreement_id else None
    return Source(
        tenant_id=row.tenant_id,
        market_code=row.market_code,
        language=row.language,
        version=row.version,
        agreement_id=row.agreement_id,
        category_ids=tuple(row.category_ids),
        product_ids=tuple(row.product_ids),
        countries=tuple(row.territory),
        overlay_fields=tuple(row.overlay_fields),
        corridor=corridor,
    )


def search_scope(view: ShopView, sources: Iterable[Source]) -> SearchScope:
    """The same, in the words of the search engine."""
    return SearchScope(
        view.tenant_id,
        view.currency,
        tuple(
            SearchSource(
                s.tenant_id,
                s.market_code,
                s.language,
                frozenset(s.category_ids),
                frozenset(s.product_ids),
                s.agreement_id,
                (s.corridor.low_percent, s.corridor.high_percent) if s.corridor else (None, None),
                tuple(dict.fromkeys((view.language, s.language))) if s.agreement_id and "name" in s.overlay_fields else (),
            )
            for s in sources
        ),
        view.stamp,
    )


def in_sources(sources: Sequence[Source]) -> ColumnElement[bool]:
    """The condition that a published row holds now in one of the sources and lies in its scope."""
    found = []
    for source in sources:
        here = and_(
            PublishedProduct.tenant_id == source.tenant_id,
            PublishedProduct.market_code == source.market_code,
            PublishedProduct.language == source.language,
            PublishedProduct.to_version.is_(None),
        )
        scope: list[ColumnElement[bool]] = []
        if source.category_ids:
            scope.append(PublishedProduct.category_ids.overlap(list(source.category_ids)))
        if source.product_ids:
            listed = list(source.product_ids)
            scope.append(or_(PublishedProduct.product_id.in_(listed), PublishedProduct.parent_id.in_(listed)))
        found.append(and_(here, or_(*scope)) if scope else here)
    return or_(*found)


def published_by_id(session: Session, sources: Sequence[Source], ids: Sequence[UUID]) -> list[tuple[Source, Payload]]:
    """The payloads of these products and variants, each with its source, in the sources' order."""
    return _published(session, sources, BY_ID, {"ids": list(ids)})


def published_at(session: Session, sources: Sequence[Source], slug: str) -> list[tuple[Source, Payload]]:
    """The payloads of products whose page has this address, in the sources' order; two brands may have chosen the same."""
    return _published(session, sources, BY_SLUG, {"slug": slug})


def _published(
    session: Session, sources: Sequence[Source], statement: Statement, wanted: Mapping[str, Any]
) -> list[tuple[Source, Payload]]:
    places = list(dict.fromkeys((s.tenant_id, s.market_code, s.language) for s in sources))
    if not places:
        return []
    tenants, markets, languages = ([place[part] for place in places] for part in range(3))
    by_source: dict[tuple[UUID, str], list[Payload]] = {}
    for row in statement.all(session, tenants=tenants, markets=markets, languages=languages, **wanted):
        by_source.setdefault((row.tenant_id, row.market_code), []).append(row.payload)
    return [
        (source, payload)
        for source in sources
        for payload in by_source.get((source.tenant_id, source.market_code), ())
        if _is_in(source, payload)
    ]


def _is_in(source: Source, payload: Payload) -> bool:
    categories = [UUID(told) for told in payload["category_ids"]]
    above = payload["parent_id"]
    return source.covers(UUID(payload["id"]), categories) or (above is not None and source.covers(UUID(above), categories))


def overlays_for(session: Session, view: ShopView, sources: Sequence[Source], payloads: Sequence[Payload]) -> dict[UUID, OverlayFacts]:
    """The shop's overlays on these products, their variants and, for a variant, its parent. No query for a shop without partners."""
    if not payloads or all(source.agreement_id is None for source in sources):
        return {}
    ids = list({UUID(told) for payload in payloads for told in _ids(payload)})
    agreements = [s.agreement_id for s in sources if s.agreement_id]
    rows = OVERLAYS.all(session, tenant_id=view.tenant_id, ids=ids, agreements=agreements)
    return {row.product_id: OverlayFacts(row.names, row.texts, row.prices, row.hidden, row.held_version) for row in rows}


def _ids(payload: Payload) -> list[str]:
    above = [payload["parent_id"]] if payload["parent_id"] else []
    return [payload["id"], *above, *(variant["id"] for variant in payload.get("variants", ()))]


def as_held(session: Session, rows: list[tuple[Source, Payload]], overlays: dict[UUID, OverlayFacts]) -> list[tuple[Source, Payload]]:
    """Where the shop holds back a change of the brand: the texts and pictures as they were, with today's prices and variants.

    One query, and none where nothing is held.
    """
    held = {}
    for source, payload in rows:
        page_id = UUID(payload["parent_id"] or payload["id"])
        overlay = overlays.get(page_id)
        if overlay and overlay.held_version:
            held[UUID(payload["id"])] = (source, overlay.held_version)
    if not held:
        return rows
    old = _rows_at(session, held)
    return [(source, _keep_content(payload, old.get(UUID(payload["id"])))) for source, payload in rows]


HELD_FIELDS = ("name", "summary", "text", "pictures", "attributes")


def _keep_content(payload: Payload, old: Payload | None) -> Payload:
    return payload if old is None else payload | {name: old[name] for name in HELD_FIELDS}


def _rows_at(session: Session, held: dict[UUID, tuple[Source, int]]) -> dict[UUID, Payload]:
    conditions = [
        and_(
            PublishedProduct.tenant_id == source.tenant_id,
            PublishedProduct.market_code == source.market_code,
            PublishedProduct.language == source.language,
            PublishedProduct.product_id == product_id,
            PublishedProduct.from_version <= version,
            or_(PublishedProduct.to_version.is_(None), PublishedProduct.to_version > version),
        )
        for product_id, (source, version) in held.items()
    ]
    rows = session.execute(select(PublishedProduct.product_id, PublishedProduct.payload).where(or_(*conditions)))
    return {row.product_id: row.payload for row in rows}
