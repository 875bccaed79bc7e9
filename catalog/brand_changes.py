"""What a brand has changed since a partner last looked, read from what was published: which products, and how they look.

A product is on the list where a field that the partner wants to look at (following.py) looks different from what it has seen,
or where a field was put off by hand and the brand's still differs from what the shop shows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from catalog.changes import Difference, FieldChange, difference, field_changes
from catalog.following import CONTENT, Decided, Following, as_shown, field_of, following, shown_version
from catalog.models import Adoption, Agreement, PublishedProduct
from catalog.payload import Payload
from catalog.selections import Selection
from catalog.shop import Source
from catalog.sources import chosen_of, read_as_of
from kernel import tenancy

# what of a payload `catalog.changes.difference` compares, field by field; the order of attributes and variants does not count
LOOKS = """jsonb_build_array(
    CASE WHEN 'name' = ANY (FIELDS) THEN jsonb_build_array(coalesce(it ->> 'name', ''),
        (SELECT jsonb_object_agg(v ->> 'sku', v -> 'name') FROM jsonb_array_elements(it -> 'variants') v)) END,
    CASE WHEN 'text' = ANY (FIELDS) THEN jsonb_build_array(coalesce(it ->> 'summary', ''), coalesce(it ->> 'text', '')) END,
    CASE WHEN 'pictures' = ANY (FIELDS) THEN
        jsonb_build_array(jsonb_path_query_array(it, '$.pictures[*].id'), jsonb_path_query_array(it, '$.pictures[*].alt')) END,
    CASE WHEN 'attributes' = ANY (FIELDS) THEN
        (SELECT jsonb_object_agg(a ->> 'code', a ->> 'text') FROM jsonb_array_elements(it -> 'attributes') a) END,
    CASE WHEN 'prices' = ANY (FIELDS) THEN jsonb_build_array(it -> 'prices',
        (SELECT jsonb_object_agg(v ->> 'sku', v -> 'prices') FROM jsonb_array_elements(it -> 'variants') v)) END,
    CASE WHEN 'other' = ANY (FIELDS) THEN jsonb_build_array(
        coalesce(it ->> 'sku', ''), coalesce(it ->> 'brand', ''), coalesce(it ->> 'gtin', ''), coalesce(it ->> 'unit', ''),
        coalesce(it ->> 'weight_kg', ''), coalesce(it ->> 'status', ''), coalesce(it ->> 'tax_class', ''), it -> 'relations',
        jsonb_path_query_array(it, '$.categories[*].name'),
        (SELECT jsonb_object_agg(v ->> 'sku', jsonb_build_array(v -> 'texts', v -> 'relations'))
         FROM jsonb_array_elements(it -> 'variants') v)) END)"""

# the rule of selections.py for one published row of a page
TAKEN_IN = """(NOT it.product_id = ANY (CAST(:S_excluded AS uuid[])) AND CASE WHEN :S_open THEN true ELSE
    it.product_id = ANY (CAST(:S_products AS uuid[])) OR :S_rule
    AND (cardinality(CAST(:S_categories AS uuid[])) = 0 OR it.category_ids && CAST(:S_categories AS uuid[]))
    AND CASE WHEN cardinality(CAST(:S_brands AS text[])) = 0 THEN true ELSE it.payload ->> 'brand' = ANY (CAST(:S_brands AS text[])) END
    AND CASE WHEN CAST(:S_values AS jsonb) = '{}' THEN true ELSE NOT EXISTS (
        SELECT FROM jsonb_each(CAST(:S_values AS jsonb)) w (code, wanted) WHERE NOT EXISTS (
            SELECT FROM jsonb_array_elements(it.payload -> 'attributes') a, jsonb_array_elements_text(
                CASE jsonb_typeof(a -> 'value') WHEN 'array' THEN a -> 'value' ELSE jsonb_build_array(a -> 'value') END) v (one)
            WHERE a ->> 'code' = w.code AND jsonb_exists(w.wanted, v.one)
            UNION ALL SELECT FROM jsonb_array_elements(it.payload -> 'axes') x, jsonb_array_elements(x -> 'choices') c
            WHERE x ->> 'code' = w.code AND jsonb_exists(w.wanted, c ->> 'value'))) END END)"""

# products that look different from what the partner has seen, by article number. OFFSET 0 holds the comparison, which
# reads two payloads, above the sort: it is made row by row until LIMIT is reached, not for everything that has moved
DIFFERING = """
    WITH seen AS (
        SELECT DISTINCT p.product_id, greatest(:seen, coalesce(o.seen_version, 0)) AS version,
            coalesce(o.held, '{}') AS held, coalesce(o.waiting, '{}') AS waiting
        FROM catalog.published_product p
        LEFT JOIN catalog.overlay o ON o.tenant_id = :partner AND o.source_tenant_id = p.tenant_id AND o.product_id = p.product_id
        WHERE p.tenant_id = :brand AND p.market_code = :market AND p.language = :language AND p.parent_id IS NULL
          AND (p.from_version > greatest(:seen, coalesce(o.seen_version, 0)) OR p.to_version > greatest(:seen, coalesce(o.seen_version, 0)))
          AND (CAST(:ids AS uuid[]) IS NULL OR p.product_id = ANY (CAST(:ids AS uuid[])))
        UNION
        SELECT o.product_id, greatest(:seen, o.seen_version), o.held, o.waiting FROM catalog.overlay o
        WHERE o.tenant_id = :partner AND o.agreement_id = :agreement AND o.waiting <> '{}'
          AND (CAST(:ids AS uuid[]) IS NULL OR o.product_id = ANY (CAST(:ids AS uuid[])))
    ), moved AS (
        SELECT s.product_id, s.version, s.held, s.waiting, coalesce(new.sku, old.sku) AS sku, old.id AS old_id, new.id AS new_id,
            new.from_version AS new_from, CASE WHEN s.held = '{}' THEN CAST(:fields AS text[])
                ELSE ARRAY(SELECT unnest(CAST(:fields AS text[])) EXCEPT SELECT jsonb_object_keys(s.held)) END AS free
        FROM seen s
        LEFT JOIN catalog.published_product old ON old.tenant_id = :brand AND old.market_code = :market AND old.language = :language
            AND old.product_id = s.product_id AND old.from_version <= s.version
            AND (old.to_version IS NULL OR old.to_version > s.version) AND SCOPE_OF_OLD
        LEFT JOIN catalog.published_product new ON new.tenant_id = :brand AND new.market_code = :market AND new.language = :language
            AND new.product_id = s.product_id AND new.to_version IS NULL AND SCOPE_OF_NEW
        WHERE CASE WHEN old.product_id IS NULL THEN new.product_id IS NOT NULL ELSE new.product_id IS NULL OR CHOSEN_OF_NEW END
        ORDER BY coalesce(new.sku, old.sku), s.product_id OFFSET 0
    )
    SELECT COLUMNS FROM moved m
    LEFT JOIN LATERAL (
        SELECT payload FROM catalog.published_product WHERE tenant_id = :brand AND id = m.old_id OFFSET 0
    ) old ON true
    LEFT JOIN LATERAL (
        SELECT payload FROM catalog.published_product WHERE tenant_id = :brand AND id = m.new_id OFFSET 0
    ) new ON true
    WHERE (m.sku, m.product_id) > (:after_sku, CAST(:after_id AS uuid))
      AND CASE WHEN old.payload IS NULL THEN 'added' = ANY (CAST(:fields AS text[]) || m.waiting)
          WHEN new.payload IS NULL THEN 'removed' = ANY (CAST(:fields AS text[]))
          ELSE LOOKS_OLD <> LOOKS_NEW OR EXISTS (
            SELECT FROM jsonb_each_text(m.held) h (f, since) CROSS JOIN LATERAL (SELECT p.payload FROM catalog.published_product p
                WHERE p.tenant_id = :brand AND p.market_code = :market AND p.language = :language AND p.product_id = m.product_id
                  AND (p.to_version IS NULL OR p.to_version > h.since::int) ORDER BY p.from_version LIMIT 1) was
            WHERE LOOKS_WAS <> LOOKS_NOW
              AND (h.f = ANY (m.waiting) OR h.f = ANY (CAST(:fields AS text[])) AND LOOKS_SEEN <> LOOKS_NOW)) END
    ORDER BY m.sku, m.product_id
    LIMIT :most
"""


def _looks(payload: str, fields: str) -> str:
    return LOOKS.replace("FIELDS", fields).replace("it ", f"{payload} ").replace("(it,", f"({payload},")


def _taken_in(row: str, prefix: str) -> str:
    return TAKEN_IN.replace("it.", f"{row}.").replace(":S_", f":{prefix}_")


def _differing(columns: str) -> str:
    words = {
        "SCOPE_OF_OLD": _taken_in("old", "s"),
        "SCOPE_OF_NEW": _taken_in("new", "s"),
        "CHOSEN_OF_NEW": _taken_in("new", "c"),
        "LOOKS_OLD": _looks("old.payload", "m.free"),
        "LOOKS_NEW": _looks("new.payload", "m.free"),
        "LOOKS_SEEN": _looks("old.payload", "ARRAY[h.f]"),
        "LOOKS_WAS": _looks("was.payload", "ARRAY[h.f]"),
        "LOOKS_NOW": _looks("new.payload", "ARRAY[h.f]"),
        "COLUMNS": columns,
    }
    statement = DIFFERING
    for word, told in words.items():
        statement = statement.replace(word, told)
    return statement


CHANGED = text(_differing("m.product_id, m.version, m.held, m.waiting, m.new_from, old.payload AS old, new.payload AS new"))
CHANGED_IDS = text(_differing("m.product_id")).columns(PublishedProduct.product_id)
COUNTED = select(func.count()).select_from(CHANGED_IDS.subquery())
FIRST_ID = UUID(int=0)


@dataclass(frozen=True)
class BrandChange:
    """A product the brand changed. `seen_version`: up to where the partner had looked; `held`: the fields that the shop shows
    as they were, each with the version it shows; the others it shows as the brand has them now. `fields` are those that
    the difference is about."""

    difference: Difference
    seen_version: int
    held: Mapping[str, int]
    decided: Decided
    fields: tuple[str, ...] = ()

    @property
    def is_held(self) -> bool:
        """Does the shop show any of it as it was, or not at all?"""
        return any(name in self.held for name in self.fields) or "added" in self.decided.waiting


def adoption_of(session: Session, agreement_id: UUID) -> Adoption | None:
    """How the entered partner follows the agreement."""
    mine = (Adoption.tenant_id == tenancy.current(), Adoption.agreement_id == agreement_id)
    return session.scalar(select(Adoption).where(*mine))


def asked(
    session: Session,
    agreement: Agreement,
    source: Source,
    product_ids: Sequence[UUID] | None = None,
    most: int | None = None,
    after: tuple[str, UUID] | None = None,
) -> dict[str, object]:
    """What the statements above ask with: of these products or of all, at most so many (None: all of them)."""
    adoption = adoption_of(session, agreement.id)
    how = following(adoption.seen_version, adoption.rules) if adoption else Following()
    chosen = chosen_of(adoption.assortment, vars(adoption)) if adoption else Selection()
    after_sku, after_id = after or ("", FIRST_ID)
    return {
        "partner": tenancy.current(),
        "brand": agreement.tenant_id,
        "agreement": agreement.id,
        "market": source.market_code,
        "language": source.language,
        "seen": how.seen,
        "fields": how.listed,
        "ids": None if product_ids is None else list(product_ids),
        "after_sku": after_sku,
        "after_id": after_id,
        "most": most,
        **_told("s", source.scope),
        **_told("c", chosen),
    }


def _told(prefix: str, selection: Selection) -> dict[str, object]:
    told = {
        "open": selection.is_open,
        "rule": selection.has_rule and not selection.only_listed,
        "categories": list(selection.category_ids),
        "products": list(selection.product_ids),
        "brands": list(selection.brands),
        "values": orjson.dumps(dict(selection.values)).decode(),
        "excluded": list(selection.excluded_ids),
    }
    return {f"{prefix}_{name}": value for name, value in told.items()}


def read_changes(
    session: Session,
    agreement: Agreement,
    source: Source,
    product_ids: Sequence[UUID] | None = None,
    most: int | None = None,
    after: tuple[str, UUID] | None = None,
) -> list[BrandChange]:
    """The list, or the part of it that these products are. Three statements whatever has changed."""
    adoption = adoption_of(session, agreement.id)
    how = following(adoption.seen_version, adoption.rules) if adoption else Following()
    rows = session.execute(CHANGED, asked(session, agreement, source, product_ids, most, after)).all()
    decided = {row.product_id: Decided(row.version, row.held, tuple(row.waiting)) for row in rows}
    shown = {row.product_id: _shown(how, decided[row.product_id], row.new_from) for row in rows if row.old}
    wanted = [(source, product_id, version) for product_id, held in shown.items() for version in sorted(set(held.values()))]
    old = read_as_of(session, wanted) if wanted else {}
    return [found for row in rows if (found := _change(row.old, row.new, how, decided[row.product_id], shown.get(row.product_id, {}), old))]


def _shown(how: Following, decided: Decided, newest: int | None) -> dict[str, int]:
    """The versions that fields are shown in, or are to be compared with, other than the one last seen; `newest`: since when
    the brand's product is as it is, None where it is gone."""
    told = {name: shown_version(how, decided, name) for name in CONTENT}
    rule = {name: version for name, version in told.items() if version is not None and (newest is None or version < newest)}
    return {**decided.held, **rule}


def _change(
    old: Payload | None,
    new: Payload | None,
    how: Following,
    decided: Decided,
    shown: Mapping[str, int],
    as_of: Mapping[tuple[UUID, int], Payload],
) -> BrandChange | None:
    if old is None or new is None:
        was = old and as_shown(old, {name: as_of[UUID(old["id"]), version] for name, version in shown.items() if name in CONTENT})
        told = difference(was, new)
        return BrandChange(told, decided.seen, {}, decided, (told.kind,)) if told else None
    moved = {name for name, _change in lines_by_field(old, new)}
    wanted = (moved & set(how.listed)) | set(decided.waiting)
    lines: list[FieldChange] = []
    for version in (None, *sorted(set(shown.values()))):
        before = old if version is None else as_of[UUID(new["id"]), version]
        lines += [line for name, line in lines_by_field(before, new) if name in wanted and shown.get(name) == version]
    if not lines:
        return None
    names = tuple(name for name in wanted if any(field_of(line.field, not (line.old and line.new)) == name for line in lines))
    labels = {a["code"]: a["label"] for payload in (old, new) for a in (*payload["attributes"], *payload.get("axes", ()))}
    found = Difference(UUID(new["id"]), new["sku"], new["name"], "changed", tuple(lines), labels)
    return BrandChange(found, decided.seen, {n: v for n, v in shown.items() if n in CONTENT}, decided, names)


def lines_by_field(old: Payload, new: Payload) -> Iterator[tuple[str, FieldChange]]:
    """The lines that read differently, each with the field it belongs to."""
    skus = {f"variants.{v['sku']}" for payload in (old, new) for v in payload.get("variants", ())}
    for line in field_changes(old, new):
        own = line.field not in skus and line.field.startswith("variants.")
        yield field_of(line.field, own or not (line.old and line.new)), line


__all__ = ["CHANGED_IDS", "COUNTED", "BrandChange", "adoption_of", "asked", "lines_by_field", "read_changes"]
