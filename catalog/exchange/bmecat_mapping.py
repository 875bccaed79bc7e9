"""The mapping that is suggested for a BMEcat catalog, complete enough to import without a change. Pure.

Prices are of the order unit, so that is the unit a product is counted in: a box stays a box, and what it holds (CONTENT_UNIT,
NO_CU_PER_OU) becomes a further unit of it. Least quantity and interval count order units, too. The price is the first of PRICE_TYPES
that the catalog has for a currency; other types and prices from larger quantities on are columns that are passed over. Units without
a counterpart are problems of their rows. Classification systems are made where they are missing.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from catalog.checking import CODE
from catalog.classification import KEY
from catalog.exchange.mapping import MOST_RULES
from catalog.slugs import slug_of

UNIT_COLUMNS = {
    "ORDER_UNIT": "unit",
    "CONTENT_UNIT": "content_unit",
    "NO_CU_PER_OU": "content_quantity",
    "QUANTITY_MIN": "order_least",
    "QUANTITY_INTERVAL": "order_step",
}
PLAIN = {
    "SUPPLIER_PID": "sku",
    "MANUFACTURER_PID": "manufacturer_number",
    "GTIN": "gtin",
    "PRODUCT_ORDER": "position",
    "WEIGHT": "weight",
    "CUSTOMS_NUMBER": "customs_code",
    "COUNTRY_OF_ORIGIN": "origin_country",
}
KEPT = {"SUPPLIER_ALT_PID": "alternative_number"}
WORDS = {"DESCRIPTION_SHORT": "name", "DESCRIPTION_LONG": "text", "REMARKS": "summary"}
PRICE_TYPES = ("net_list", "gros_list", "nrp", "net_customer", "net_customer_exp")
STATUSES = {"core_product": "ready", "new_product": "new", "new": "new", "old_product": "phase_out"}
NO_STATUSES = ["bargain", "used", "refurbished", "others"]
# spellings that are not in the code lists of BMEcat; pairs are counted, not named
UNITS = {"BOX": "BX", "PCE": "C62", "PCS": "C62", "H87": "C62", "DZ": "DZN", "M": "MTR", "L": "LTR", "NPR": "PR"}
OWN_SYSTEM = "own"
FEATURE = re.compile(r"FEATURE:(.+?)(?: \[([^\]]+)\])?(?: \(\d+\))?", re.DOTALL)


def suggest_bmecat_mapping(headers: Sequence[str], kinds: Mapping[str, str], language: str) -> dict[str, Any]:
    """The JSON of the mapping for these columns; `kinds` and `language` as reading the catalog found them."""
    lines: list[dict[str, Any]] = []
    prices = _prices(headers)
    codes: set[str] = {*KEPT.values(), "keywords"}
    for header in headers:
        lines += _lines(header, kinds.get(header, "text"), language, prices, codes)
    form = {"kind": "bmecat"}
    return {"form": form, "language": language, "columns": lines[:MOST_RULES]}


def _lines(header: str, kind: str, language: str, prices: Mapping[str, str], codes: set[str]) -> list[dict[str, Any]]:
    name, _colon, detail = header.partition(":")
    if header in PLAIN:
        return [{"column": header, "field": PLAIN[header]}]
    if header in prices:
        return [{"column": header, "field": f"price:{prices[header]}"}]
    if name in WORDS and not (name == "REMARKS" and kind == "long"):
        return [{"column": header, "field": f"{WORDS[name]}:{detail}"}]
    if header in ("MODE", "PRODUCT_STATUS", "MIME:normal", "CATEGORY"):
        return [_special(header)]
    if header == "MANUFACTURER_NAME":
        return [{"column": header, "field": "brand"}, {"column": header, "field": "manufacturer"}]
    if header in UNIT_COLUMNS:
        steps = {"steps": [{"lookup": UNITS}]} if header.endswith("_UNIT") else {}
        return [{"column": header, "field": UNIT_COLUMNS[header], **steps}]
    if header in KEPT:
        return [_attribute(header, KEPT[header], "text")]
    if header == f"KEYWORD:{language}":
        return [_attribute(header, "keywords", "text")]
    if name == "CLASS":
        key = detail or OWN_SYSTEM
        return [
            {"column": header, "field": f"class:{key}", "create": True} if KEY.fullmatch(key) else {"column": header, "field": "ignore"}
        ]
    if name == "FEATURE":
        return [_feature(header, kind, codes)]
    return [{"column": header, "field": "ignore"}]


def _special(header: str) -> dict[str, Any]:
    if header == "CATEGORY":
        return {"column": header, "field": "category"}
    if header == "MIME:normal":
        return {"column": header, "field": "picture"}
    if header == "MODE":
        return {"column": header, "field": "status", "steps": [{"lookup": {"delete": "end"}}]}
    return {"column": header, "field": "status", "steps": [{"lookup": STATUSES}, {"blank_if": NO_STATUSES}]}


def _prices(headers: Sequence[str]) -> dict[str, str]:
    """{column: currency} of the one price per currency that becomes the list price."""
    best: dict[str, tuple[int, str]] = {}
    for header in headers:
        name, _colon, detail = header.partition(":")
        currency, _colon, kind = detail.partition(":")
        if name == "PRICE" and kind in PRICE_TYPES and re.fullmatch("[A-Z]{3}", currency):
            best[currency] = min(best.get(currency, (99, "")), (PRICE_TYPES.index(kind), header))
    return {header: currency for currency, (_rank, header) in best.items()}


def _feature(header: str, kind: str, codes: set[str]) -> dict[str, Any]:
    match = FEATURE.fullmatch(header)
    name, unit = (match[1], match[2] or "") if match else (header, "")
    line = _attribute(header, _free(_code(name) or "feature", codes), "text" if kind == "long" else kind)
    return {**line, "unit": unit} if unit else line


def _attribute(header: str, code: str, kind: str) -> dict[str, Any]:
    line = {"column": header, "field": f"attribute:{code}", "create": True}
    return line if kind == "text" else {**line, "kind": kind}


def _code(name: str) -> str:
    """ "EF000008" → "ef000008", "ETIM-6.0" → "etim-6.0", "Größe außen" → "groesse_aussen" or whatever its letters give."""
    if CODE.fullmatch(name.lower()):
        return name.lower()[:100]
    return "".join(c for c in slug_of(name) if c.isascii()).replace("-", "_").strip("_")[:100]


def _free(code: str, codes: set[str]) -> str:
    n, free = 1, code
    while free in codes:
        n += 1
        free = f"{code}_{n}"
    codes.add(free)
    return free
