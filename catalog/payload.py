"""From drafts to what is published: the payload of a product or category in one language. Pure.

Payload of a product with a page of its own:

    id, sku, kind, parent_id, slug, name, summary, text, brand, gtin, unit (UN/ECE Rec 20), weight_kg, status, tax_class,
    position, created_on
    categories    [{id, code, name, slug}] path of the product's first category, root first
    category_ids  all categories with their ancestors
    prices        {currency: amount as text}; of a parent the lowest of its variants
    price_times, price_turns   prices that hold for a time (price_times.py); left out where there are none
    pictures      [{id, alt, width, height, renditions: [{format, width, height, key}]}]
    attributes    [{code, label, kind, value, text, unit?, filterable?, group?}]; `group` is the heading in the product's family,
                  of a reference `value` is the id of a product with a page, of a document {key, type, bytes}
    axes          [{code, label, filterable, choices: [{value, text}]}] of a parent
    variants      [{id, sku, gtin, name, values, texts, prices, picture_ids, weight_kg, relations, packaging, ordering,
                  and what trade asks for}]
                  of a parent; units and quantities are the parent's where a variant has none of its own
    manufacturer, manufacturer_number, customs_code, origin_country, end_on, classes   left out where they are not known
    packaging, ordering   further units and order quantities (packaging.py); left out where there are none
    relations     {accessory, spare_part, successor: [ids of products with a page]}; left out where there are none

A variant has a payload of its own without attributes' sheet and variants: what a cart line needs.
Texts fall back: the language, then the market's default language, then any.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from catalog.attribute_values import AttributeFacts, shown, value_in, words
from catalog.price_times import turning, with_times

UNITS_AND_QUANTITIES = ("packaging", "ordering")
TRADED = ("manufacturer", "manufacturer_number", "customs_code", "origin_country", "classes")
SELLABLE = ("new", "ready", "phase_out")
Payload = dict[str, Any]


@dataclass(frozen=True)
class CategoryFacts:
    """A category as the payloads need it; `path` from the root down to itself."""

    id: UUID
    code: str
    names: Mapping[str, str]
    path: tuple[UUID, ...]
    parent_id: UUID | None
    position: int


@dataclass(frozen=True)
class FamilyFacts:
    """A family as publishing and scoring need it; `groups` are (words by language, codes of attributes) in their order."""

    id: UUID
    code: str
    names: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[tuple[Mapping[str, str], tuple[str, ...]], ...] = ()
    required: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkedProduct:
    """A product that a value refers to; `page_id` is its parent's where it is a variant."""

    page_id: UUID
    sku: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class LinkedFile:
    """A document that a value names; `key` is the file's, `size` in bytes."""

    key: str
    name: str
    content_type: str
    size: int


@dataclass
class Linked:
    """What values of references and documents point to, by id as text; one for all drafts of a batch."""

    products: dict[str, LinkedProduct] = field(default_factory=dict)
    files: dict[str, LinkedFile] = field(default_factory=dict)


@dataclass
class Draft:
    """A product as it is edited, with everything that hangs on it. `row` holds the columns of catalog.product by name."""

    row: Mapping[str, Any]
    prices: dict[str, str] = field(default_factory=dict)
    pictures: list[Payload] = field(default_factory=list)
    variants: list["Draft"] = field(default_factory=list)
    relations: dict[str, list[UUID]] = field(default_factory=dict)
    linked: Linked = field(default_factory=Linked)
    price_times: dict[str, list[list[Any]]] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        """The product's id."""
        found: UUID = self.row["id"]
        return found

    @property
    def is_sellable(self) -> bool:
        """New, ready or phased out; a parent only with a variant that is."""
        if self.row["status"] not in SELLABLE:
            return False
        return self.row["kind"] != "variant_parent" or any(v.is_sellable for v in self.variants)


@dataclass(frozen=True)
class Reading:
    """What payloads in one language are made with; `languages` is the order in which texts are looked for."""

    languages: Sequence[str]
    attributes: Mapping[str, AttributeFacts]
    categories: Mapping[UUID, CategoryFacts]
    category_slugs: Mapping[UUID, str]
    rank: Mapping[str, int]
    families: Mapping[UUID, FamilyFacts] = field(default_factory=dict)
    market_code: str = ""

    @classmethod
    def of(
        cls,
        languages: Sequence[str],
        attributes: Mapping[str, AttributeFacts],
        categories: Mapping[UUID, CategoryFacts],
        category_slugs: Mapping[UUID, str],
        families: Mapping[UUID, FamilyFacts] | None = None,
        market_code: str = "",
    ) -> "Reading":
        """Works out once in which order attributes are shown where no family says it: by position, then code."""
        order = sorted(attributes.values(), key=lambda a: (a.position, a.code))
        rank = {a.code: n for n, a in enumerate(order)}
        return cls(languages, attributes, categories, category_slugs, rank, families or {}, market_code)


def digest_of(payload: Payload) -> tuple[bytes, str]:
    """A digest that is the same for equal payloads, and the payload as JSON text."""
    told = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(told, digest_size=16).digest(), told.decode()


def category_payload(category: CategoryFacts, slug: str, languages: Sequence[str]) -> Payload:
    """A category as shops show it."""
    return {
        "id": str(category.id),
        "parent_id": str(category.parent_id) if category.parent_id else None,
        "path": [str(c) for c in category.path],
        "code": category.code,
        "name": words(category.names, languages, category.code),
        "slug": slug,
        "position": category.position,
    }


def product_payload(draft: Draft, slug: str, reading: Reading) -> Payload:
    """A product or parent with its sellable variants."""
    payload = _head(draft.row, slug, reading)
    payload["prices"] = dict(sorted(draft.prices.items()))
    payload = with_times(payload, draft.price_times if draft.row["kind"] != "variant_parent" else {})
    payload["pictures"] = _pictures(draft.pictures, payload["name"], reading.languages)
    payload["attributes"] = _attributes(draft, reading)
    payload |= _relations(draft, draft.id) | _units(draft.row) | _traded(draft.row)
    if draft.row["kind"] == "variant_parent":
        variants = [v for v in draft.variants if v.is_sellable]
        axes = [reading.attributes[code] for code in draft.row["axes"] if code in reading.attributes]
        made = [
            _variant(v, payload["name"], axes, reading) | _units(v.row, draft.row) | _traded(v.row) for v in _in_axis_order(variants, axes)
        ]
        payload["variants"] = _with_lent_pictures(made, [facts.code for facts in axes if facts.is_seen])
        payload["axes"] = [_axis(facts, variants, reading) for facts in axes]
        payload["prices"] = lowest_prices([v.prices or draft.prices for v in variants])
        payload["pictures"] += [p for v in variants for p in _pictures(v.pictures, payload["name"], reading.languages)]
    return payload | turning(payload, *payload.get("variants", ()))


def variant_payload(variant: Payload, draft: Draft, parent: Payload) -> Payload:
    """What a cart line needs of a variant; `variant` is its entry in the parent's payload."""
    kept = ("brand", "unit", "tax_class", "position", "categories", "category_ids", "created_on")
    own = [p for p in parent["pictures"] if p["id"] in variant["picture_ids"]]
    return {
        **{name: parent[name] for name in kept},
        "id": variant["id"],
        "kind": "variant",
        "status": draft.row["status"],
        "parent_id": parent["id"],
        "sku": variant["sku"],
        "gtin": variant["gtin"],
        "slug": f"{parent['slug']}--{variant['id'][-12:]}",
        "parent_slug": parent["slug"],
        "name": variant["name"],
        "summary": parent["summary"],
        "text": "",
        "weight_kg": variant["weight_kg"] or parent["weight_kg"],
        "prices": variant["prices"],
        "pictures": (own or parent["pictures"])[:1],
        "attributes": [],
        "values": variant["values"],
        "texts": variant["texts"],
        **{name: parent[name] for name in TRADED if name in parent},
        **{name: variant[name] for name in (*UNITS_AND_QUANTITIES, *TRADED, "end_on", "price_times") if name in variant},
        **turning(variant),
    }


def _head(row: Mapping[str, Any], slug: str, reading: Reading) -> Payload:
    languages = reading.languages
    paths = [reading.categories[c] for c in row["category_ids"] if c in reading.categories]
    ancestors = list(dict.fromkeys(str(step) for category in paths for step in category.path))
    trail = [reading.categories[step] for step in paths[0].path if step in reading.categories] if paths else []
    return {
        "id": str(row["id"]),
        "sku": row["sku"],
        "kind": row["kind"],
        "parent_id": str(row["parent_id"]) if row["parent_id"] else None,
        "slug": slug,
        "name": words(row["names"], languages, row["sku"]),
        "summary": words(row["summaries"], languages),
        "text": words(row["texts"], languages),
        "brand": row["brand"],
        "gtin": row["gtin"],
        "unit": row["unit"],
        "weight_kg": _plain(row["weight_kg"]),
        "status": row["status"],
        "tax_class": row["tax_class"],
        "position": row["position"],
        "created_on": row["created_at"].date().isoformat(),
        "categories": [
            {"id": str(c.id), "code": c.code, "name": words(c.names, languages, c.code), "slug": reading.category_slugs[c.id]}
            for c in trail
        ],
        "category_ids": ancestors,
    }


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else format(number.normalize(), "f")


def _attributes(draft: Draft, reading: Reading) -> list[Payload]:
    row = draft.row
    values, known = row["attribute_values"], reading.attributes
    codes, headings = _sheet(row, reading)
    found = []
    for code in codes:
        facts = known[code]
        value = value_in(facts, values[code], reading.languages, reading.market_code)
        told = _told(facts, value, draft.linked, reading.languages)
        if told is None:
            continue
        entry: Payload = {
            "code": code,
            "label": words(facts.labels, reading.languages, code),
            "kind": facts.kind,
            **told,
        }
        if headings.get(code):
            entry["group"] = headings[code]
        if facts.unit:
            entry["unit"] = facts.unit
        if facts.filterable:
            entry["filterable"] = True
        found.append(entry)
    return found


def _told(facts: AttributeFacts, value: Any, linked: Linked, languages: Sequence[str]) -> Payload | None:
    """Value and text as shops show them; None for what is not there, also where it points to something that is gone."""
    if value is None:
        return None
    if facts.kind == "reference":
        product = linked.products.get(str(value))
        return None if product is None else {"value": str(product.page_id), "text": words(product.names, languages, product.sku)}
    if facts.kind == "file":
        file = linked.files.get(str(value))
        return None if file is None else {"value": {"key": file.key, "type": file.content_type, "bytes": file.size}, "text": file.name}
    return {"value": value, "text": shown(facts, value, languages)}


def _sheet(row: Mapping[str, Any], reading: Reading) -> tuple[list[str], dict[str, str]]:
    """The attributes a product has values for in the order of its specification, and the heading of each: its family's
    groups first, then the others in the order of the catalog."""
    values, known, rank = row["attribute_values"], reading.attributes, reading.rank
    held = sorted((c for c in values if c in known), key=rank.__getitem__)
    family = reading.families.get(row["family_id"]) if row.get("family_id") else None
    if family is None:
        return held, {}
    headings = {
        code: words(labels, reading.languages) for labels, codes in family.groups for code in codes if code in values and code in known
    }
    return [*headings, *(code for code in held if code not in headings)], headings


def _variant(variant: Draft, parent_name: str, axes: Sequence[AttributeFacts], reading: Reading) -> Payload:
    values = {facts.code: variant.row["attribute_values"].get(facts.code) for facts in axes}
    texts = {facts.code: shown(facts, values[facts.code], reading.languages) for facts in axes if values[facts.code] is not None}
    own_name = words(variant.row["names"], reading.languages[:1])
    made = {
        "id": str(variant.id),
        "sku": variant.row["sku"],
        "gtin": variant.row["gtin"],
        "name": own_name or ", ".join([parent_name, *texts.values()]),
        "values": values,
        "texts": texts,
        "prices": dict(sorted(variant.prices.items())),
        "picture_ids": [p["id"] for p in variant.pictures],
        "weight_kg": _plain(variant.row["weight_kg"]),
        **_relations(variant, variant.row["parent_id"]),
    }
    return with_times(made, variant.price_times)


def _units(*rows: Mapping[str, Any]) -> Payload:
    """Units and order quantities of the first of the rows that has any of its own."""
    row = next((row for row in rows if row["packaging"] or row["ordering"]), rows[0])
    return {name: row[name] for name in UNITS_AND_QUANTITIES if row[name]}


def _traded(row: Mapping[str, Any]) -> Payload:
    """What trade asks for, and the last day of what is phased out."""
    last = {"end_on": row["end_on"].isoformat()} if row["status"] == "phase_out" and row["end_on"] else {}
    return {name: row[name] for name in TRADED if row[name]} | last


def _relations(draft: Draft, page_id: UUID) -> Payload:
    """What goes with it, but nothing that is shown on its own page."""
    lists = {kind: [str(i) for i in dict.fromkeys(ids) if i != page_id] for kind, ids in sorted(draft.relations.items())}
    kept = {kind: ids for kind, ids in lists.items() if ids}
    return {"relations": kept} if kept else {}


def _with_lent_pictures(variants: list[Payload], seen: Sequence[str]) -> list[Payload]:
    """Variants without pictures of their own take those of the first sibling that looks the same: equal on the axes `seen`."""
    lent: dict[tuple[Any, ...], list[str]] = {}
    for variant in variants:
        if seen and variant["picture_ids"]:
            lent.setdefault(tuple(variant["values"][code] for code in seen), variant["picture_ids"])
    for variant in variants:
        variant["picture_ids"] = variant["picture_ids"] or lent.get(tuple(variant["values"][code] for code in seen), [])
    return variants


def _in_axis_order(variants: list[Draft], axes: Sequence[AttributeFacts]) -> list[Draft]:
    """Variants by their axes' values in the order of the choices (XS, S, M …), then by SKU."""
    orders = [{code: n for n, code in enumerate(facts.choices)} for facts in axes]

    def place(variant: Draft) -> tuple[Any, ...]:
        values = [variant.row["attribute_values"].get(facts.code) for facts in axes]
        ranks = [(order.get(str(v), len(order)), _number(v), str(v)) for order, v in zip(orders, values, strict=True)]
        return (*ranks, variant.row["position"], variant.row["sku"])

    return sorted(variants, key=place)


def _number(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return Decimal(0)


def _axis(facts: AttributeFacts, variants: list[Draft], reading: Reading) -> Payload:
    used = [v.row["attribute_values"].get(facts.code) for v in _in_axis_order(variants, [facts])]
    values = list(dict.fromkeys(v for v in used if isinstance(v, str | bool)))
    return {
        "code": facts.code,
        "label": words(facts.labels, reading.languages, facts.code),
        "filterable": facts.filterable,
        "choices": [{"value": v, "text": shown(facts, v, reading.languages)} for v in values],
    }


def lowest_prices(price_lists: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The lowest amount in each currency."""
    lowest: dict[str, str] = {}
    for prices in price_lists:
        for currency, amount in prices.items():
            if currency not in lowest or Decimal(amount) < Decimal(lowest[currency]):
                lowest[currency] = amount
    return dict(sorted(lowest.items()))


def _pictures(pictures: list[Payload], name: str, languages: Sequence[str]) -> list[Payload]:
    return [
        {
            "id": p["id"],
            "alt": words(p["alts"], languages, name),
            "width": p["width"],
            "height": p["height"],
            "renditions": [{k: r[k] for k in ("format", "width", "height", "key")} for r in p["renditions"]],
        }
        for p in pictures
    ]
