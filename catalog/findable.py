"""What of a published product can be found and filtered: from the payload to a document for the search engine. Pure.

Filters carry codes (a choice's code, "true"/"false", a free text itself); their words are published beside (facets.py).
"""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from catalog.payload import Payload
from catalog.price_times import priced_at
from catalog.search.documents import SearchDocument


def search_document(payload: Payload) -> SearchDocument:
    """The document of a product with a page of its own; variants speak through it."""
    payload = priced_at(payload, None)
    variants = payload.get("variants", ())
    facets, numbers = _filters(payload)
    axis_texts = {text for variant in variants for text in variant["texts"].values()}
    return SearchDocument(
        product_id=UUID(payload["id"]),
        sku=payload["sku"],
        title=payload["name"],
        gtin=payload["gtin"],
        codes=tuple(dict.fromkeys(code for part in (payload, *variants) for code in _numbers(part, payload) if code)),
        brand=payload["brand"],
        category_ids=tuple(UUID(c) for c in payload["category_ids"]),
        category_names=tuple(c["name"] for c in payload["categories"]),
        attribute_texts=(*(a["text"] for a in payload["attributes"] if a["kind"] != "boolean"), *sorted(axis_texts)),
        summary=payload["summary"],
        description=payload["text"],
        facets=facets,
        numbers=numbers,
        prices={currency: Decimal(amount) for currency, amount in payload["prices"].items()},
        units={UUID(v["id"]): {c: Decimal(a) for c, a in v["prices"].items()} for v in variants},
        rank=1 / (1 + payload["position"]) if payload["position"] > 0 else 0.0,
        created=datetime.fromisoformat(payload["created_on"]).replace(tzinfo=UTC),
    )


def _numbers(part: Payload, page: Payload) -> list[str]:
    """Everything that people type to find exactly this: numbers of the variant, the manufacturer and the packages."""
    own = [] if part is page else [part["sku"], part["gtin"]]
    return [*own, part.get("manufacturer_number", ""), *(unit.get("gtin", "") for unit in part.get("packaging", ()))]


def _filters(payload: Payload) -> tuple[dict[str, tuple[str, ...]], dict[str, Decimal]]:
    facets: dict[str, tuple[str, ...]] = {}
    numbers: dict[str, Decimal] = {}
    for attribute in payload["attributes"]:
        if not attribute.get("filterable"):
            continue
        if attribute["kind"] == "number":
            numbers[attribute["code"]] = Decimal(attribute["value"])
        else:
            facets[attribute["code"]] = _codes(attribute["value"])
    for axis in payload.get("axes", ()):
        if axis.get("filterable"):
            facets[axis["code"]] = _codes([choice["value"] for choice in axis["choices"]])
            numbers.pop(axis["code"], None)
    if payload["brand"]:
        facets["brand"] = (payload["brand"],)
    return facets, numbers


def _codes(value: str | bool | list[str | bool]) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(v).lower() if isinstance(v, bool) else v for v in values)
