"""From what a shop sells: every publication it may sell from, cut to the agreements' scope, and its own overlays.

Each function makes one query whatever the number of products. Sources are read anew in every transaction, so a
withdrawal works at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from catalog.following import Decided, as_shown, following, held_versions
from catalog.models import PublishedProduct
from catalog.narrowing import taken_in
from catalog.payload import Payload
from catalog.search.provider import SearchScope, SearchSource
from catalog.selections import EVERYTHING, Selection, as_values
from catalog.shop import Corridor, OverlayFacts, ShopView, Source
from catalog.shown_preview import beside, shown_preview
from kernel import clock, stamps, tenancy
from kernel.db.statements import Statement
from kernel.errors import NotThere

# the market, the shop's stamp and everything it may sell from in one answer: every page needs all three
VIEW = Statement(
    """
    WITH here AS (
        SELECT now() AS at, m.code, m.currency, m.prices_include_tax, m.countries, m.languages,
            coalesce((SELECT s.stamp FROM kernel.tenant_stamp s WHERE s.tenant_id = :tenant_id), 0)
                + (SELECT count(*) FROM kernel.moment t WHERE t.tenant_id = :tenant_id AND t.name = 'shop' AND t.at <= now()) AS stamp
        FROM tenants.market m WHERE m.tenant_id = :tenant_id AND m.code = :market_code
    ), source AS (
        SELECT p.tenant_id, p.market_code, p.language, max(p.version) AS version, CAST(NULL AS uuid) AS agreement_id,
            CAST('{}' AS uuid[]) AS category_ids, CAST('{}' AS uuid[]) AS product_ids, CAST('{}' AS text[]) AS territory,
            CAST('{}' AS text[]) AS overlay_fields, CAST(NULL AS numeric) AS corridor_low_percent,
            CAST(NULL AS numeric) AS corridor_high_percent, CAST(NULL AS numeric) AS advertised_low_percent,
            CAST('{}' AS text[]) AS brands, CAST('{}' AS jsonb) AS attribute_values, CAST('{}' AS uuid[]) AS excluded_product_ids,
            0 AS seen_version, CAST('{}' AS jsonb) AS rules, 'all' AS assortment, CAST(NULL AS jsonb) AS chosen
        FROM catalog.publication p
        WHERE p.tenant_id = :tenant_id AND p.market_code = :own_market AND p.language = :language
        GROUP BY p.tenant_id, p.market_code, p.language
        UNION ALL
        SELECT a.tenant_id, a.market_code, p.language, max(p.version), a.id, a.category_ids, a.product_ids, a.countries,
            a.overlay_fields, a.corridor_low_percent, a.corridor_high_percent, a.advertised_low_percent,
            a.brands, a.attribute_values, a.excluded_product_ids, coalesce(d.seen_version, 0), coalesce(d.rules, CAST('{}' AS jsonb)),
            coalesce(d.assortment, 'all'), CASE WHEN d.assortment <> 'all' THEN jsonb_build_object('category_ids', d.category_ids,
                'brands', d.brands, 'attribute_values', d.attribute_values, 'picked_ids', d.picked_ids) END
        FROM catalog.agreement a
        LEFT JOIN catalog.adoption d ON d.tenant_id = :tenant_id AND d.agreement_id = a.id
        JOIN catalog.publication p ON p.tenant_id = a.tenant_id AND p.market_code = a.market_code
            AND (cardinality(a.languages) = 0 OR p.language = ANY (a.languages))
        WHERE a.partner_tenant_id = :tenant_id AND a.state IN ('active', 'amended') AND a.valid_from <= current_date
            AND (a.valid_to IS NULL OR a.valid_to >= current_date)
            AND (cardinality(a.countries) = 0 OR a.countries && (SELECT countries FROM here))
        GROUP BY a.tenant_id, a.id, p.language, d.tenant_id, d.id
    )
    SELECT here.*, source.* FROM here LEFT JOIN source ON true ORDER BY source.agreement_id NULLS FIRST, source.language
    """
)
# what lies in an agreement's scope is told by the payload (Source.covers); by ids or by an address there are few
_CURRENT = """
    SELECT p.tenant_id, p.market_code, p.from_version, p.payload
    FROM unnest(CAST(:tenants AS uuid[]), CAST(:markets AS text[]), CAST(:languages AS text[])) AS s (tenant_id, market_code, language)
    JOIN catalog.published_product p ON p.tenant_id = s.tenant_id AND p.market_code = s.market_code AND p.language = s.language
        AND p.to_version IS NULL AND """
BY_ID = Statement(_CURRENT + "p.product_id = ANY (:ids)")
BY_SLUG = Statement(_CURRENT + "p.slug = :slug AND p.parent_id IS NULL")

# an array instead of an IN list: one statement, and one plan, for any number of products
OVERLAYS = Statement(
    """
    SELECT o.product_id, o.names, o.texts, o.prices, o.hidden, o.seen_version, o.held, o.waiting FROM catalog.overlay o
    WHERE o.tenant_id = :tenant_id AND o.product_id = ANY (:ids) AND o.agreement_id = ANY (:agreements)
    """
)
# a product as it was in a version or, where it came later, as it came
AS_OF = Statement(
    """
    SELECT w.product_id, w.version, p.payload
    FROM unnest(CAST(:tenants AS uuid[]), CAST(:markets AS text[]), CAST(:languages AS text[]), CAST(:ids AS uuid[]),
        CAST(:versions AS int[])) AS w (tenant_id, market_code, language, product_id, version)
    CROSS JOIN LATERAL (SELECT p.payload FROM catalog.published_product p
        WHERE p.tenant_id = w.tenant_id AND p.market_code = w.market_code AND p.language = w.language
            AND p.product_id = w.product_id AND (p.to_version IS NULL OR p.to_version > w.version)
        ORDER BY p.from_version LIMIT 1) AS p
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
    preview = shown_preview()
    own_market = market_code if preview is None else beside(market_code)
    rows = VIEW.all(session, tenant_id=here, market_code=market_code, own_market=own_market, language=language)
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
        preview=preview.key if preview else "",
        at=(preview.as_of if preview else None) or clock.standing() or first.at,
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
    told = row.chosen
    corridor = Corridor(row.corridor_low_percent, row.corridor_high_percent, row.advertised_low_percent) if row.agreement_id else None
    return Source(
        tenant_id=row.tenant_id,
        market_code=row.market_code,
        language=row.language,
        version=row.version,
        agreement_id=row.agreement_id,
        scope=scope_of(row),
        countries=tuple(row.territory),
        overlay_fields=tuple(row.overlay_fields),
        corridor=corridor,
        chosen=chosen_of(row.assortment, told) if told else EVERYTHING,
        following=following(row.seen_version, row.rules),
    )


def scope_of(agreement: Any) -> Selection:
    """An agreement's scope, from its columns."""
    return Selection(
        tuple(agreement.category_ids),
        tuple(agreement.product_ids),
        tuple(agreement.brands),
        as_values(agreement.attribute_values),
        tuple(agreement.excluded_product_ids),
    )


def chosen_of(assortment: str, told: Mapping[str, Any]) -> Selection:
    """A partner's choice: "all" of the scope, what fits a "rule" (and what was picked beside it), or what was "picked"."""
    picked = tuple(UUID(str(one)) for one in told["picked_ids"])
    if assortment == "all":
        return EVERYTHING
    if assortment == "picked":
        return Selection(product_ids=picked, only_listed=True)
    categories = tuple(UUID(str(one)) for one in told["category_ids"])
    return Selection(categories, picked, tuple(told["brands"]), as_values(told["attribute_values"]))


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
                frozenset(s.scope.category_ids if s.scope.is_plain else ()),
                frozenset(s.scope.product_ids if s.scope.is_plain else ()),
                s.agreement_id,
                _shown_between(s.corridor),
                tuple(dict.fromkeys((view.language, s.language))) if s.agreement_id and "name" in s.overlay_fields else (),
                tuple(selection for selection in s.selections if selection is not s.scope or not selection.is_plain),
            )
            for s in sources
        ),
        view.stamp,
    )


def _shown_between(corridor: Corridor | None) -> tuple[Decimal | None, Decimal | None]:
    """Between which percentages of the list price a price is found, sorted and counted: as it is shown."""
    if corridor is None:
        return None, None
    lows = [low for low in (corridor.low_percent, corridor.advertised_low_percent) if low is not None]
    return max(lows, default=None), corridor.high_percent


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
        narrow = [condition for selection in source.selections if (condition := taken_in(selection)) is not None]
        found.append(and_(here, *narrow))
    return or_(*found)


class Row(NamedTuple):
    """A product as a brand publishes it, from which source, since which version."""

    source: Source
    payload: Payload
    from_version: int


def published_by_id(session: Session, sources: Sequence[Source], ids: Sequence[UUID]) -> list[Row]:
    """The payloads of these products and variants, each with its source, in the sources' order."""
    return _published(session, sources, BY_ID, {"ids": list(ids)})


def published_at(session: Session, sources: Sequence[Source], slug: str) -> list[Row]:
    """The payloads of products whose page has this address, in the sources' order; two brands may have chosen the same."""
    return _published(session, sources, BY_SLUG, {"slug": slug})


def rows_in(session: Session, sources: Sequence[Source], statement: Statement, wanted: Mapping[str, Any]) -> list[Row]:
    """What a statement of another module finds (shaped like BY_ID), as far as it lies in the scope of its source, in the sources' order."""
    return _published(session, sources, statement, wanted)


def _published(session: Session, sources: Sequence[Source], statement: Statement, wanted: Mapping[str, Any]) -> list[Row]:
    places = list(dict.fromkeys((s.tenant_id, s.market_code, s.language) for s in sources))
    if not places:
        return []
    tenants, markets, languages = ([place[part] for place in places] for part in range(3))
    by_source: dict[tuple[UUID, str], list[tuple[Payload, int]]] = {}
    for row in statement.all(session, tenants=tenants, markets=markets, languages=languages, **wanted):
        by_source.setdefault((row.tenant_id, row.market_code), []).append((row.payload, row.from_version))
    found = [Row(source, *told) for source in sources for told in by_source.get((source.tenant_id, source.market_code), ())]
    parents = _parents(session, [row for row in found if row.payload["parent_id"] and row.source.selections])
    return [row for row in found if _is_in(row, parents)]


def _parents(session: Session, rows: Sequence[Row]) -> dict[str, Payload]:
    """Of variants from narrowed sources: the pages that the rules speak of. No query where there are none."""
    if not rows:
        return {}
    places = [(r.source.tenant_id, r.source.market_code, r.source.language) for r in rows]
    tenants, markets, languages = ([place[part] for place in dict.fromkeys(places)] for part in range(3))
    ids = list({UUID(r.payload["parent_id"]) for r in rows})
    return {row.payload["id"]: row.payload for row in BY_ID.all(session, tenants=tenants, markets=markets, languages=languages, ids=ids)}


def _is_in(row: Row, parents: Mapping[str, Payload]) -> bool:
    above = row.payload["parent_id"]
    page = parents.get(above) if above else row.payload
    return all(page is not None and selection.covers(page) for selection in row.source.selections)


def overlays_for(session: Session, view: ShopView, sources: Sequence[Source], payloads: Sequence[Payload]) -> dict[UUID, OverlayFacts]:
    """The shop's overlays on these products, their variants and, for a variant, its parent. No query for a shop without partners."""
    if not payloads or all(source.agreement_id is None for source in sources):
        return {}
    ids = list({UUID(told) for payload in payloads for told in _ids(payload)})
    agreements = [s.agreement_id for s in sources if s.agreement_id]
    rows = OVERLAYS.all(session, tenant_id=view.tenant_id, ids=ids, agreements=agreements)
    return {
        row.product_id: OverlayFacts(row.names, row.texts, row.prices, row.hidden, Decided(row.seen_version, row.held, tuple(row.waiting)))
        for row in rows
    }


def _ids(payload: Payload) -> list[str]:
    above = [payload["parent_id"]] if payload["parent_id"] else []
    return [payload["id"], *above, *(variant["id"] for variant in payload.get("variants", ()))]


def as_held(session: Session, rows: Sequence[Row], overlays: Mapping[UUID, OverlayFacts]) -> list[tuple[Source, Payload]]:
    """Where the shop holds back a change of the brand: name, texts, pictures and specification as they were, each as of its
    own version, with today's prices and variants. One query, and none where nothing is held."""
    wanted = [_held(row, overlays) for row in rows]
    asked = {(row.source, row.payload["id"], version) for row, held in zip(rows, wanted, strict=True) for version in held.values()}
    if not asked:
        return [(row.source, row.payload) for row in rows]
    old = read_as_of(session, [(source, UUID(told), version) for source, told, version in asked])
    found = []
    for row, held in zip(rows, wanted, strict=True):
        product_id = UUID(row.payload["id"])
        kept = {name: old[product_id, version] for name, version in held.items() if (product_id, version) in old}
        found.append((row.source, as_shown(row.payload, kept)))
    return found


def _held(row: Row, overlays: Mapping[UUID, OverlayFacts]) -> dict[str, int]:
    overlay = overlays.get(UUID(row.payload["parent_id"] or row.payload["id"]))
    if overlay is None and not row.source.following.rules:
        return {}
    return held_versions(row.source.following, overlay.decided if overlay else Decided(), row.from_version)


def read_as_of(session: Session, wanted: Sequence[tuple[Source, UUID, int]]) -> dict[tuple[UUID, int], Payload]:
    """{(product, version): payload as it was then} or, where the product came later, as it came. One query."""
    columns = {
        "tenants": [source.tenant_id for source, _id, _version in wanted],
        "markets": [source.market_code for source, _id, _version in wanted],
        "languages": [source.language for source, _id, _version in wanted],
        "ids": [product_id for _source, product_id, _version in wanted],
        "versions": [version for _source, _id, version in wanted],
    }
    return {(row.product_id, row.version): row.payload for row in AS_OF.all(session, **columns)}
