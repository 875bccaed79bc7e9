"""A mapping suggested from a file's headers and first rows, for a person to correct. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from catalog.exchange.cells import as_text

NAMES: Mapping[str, Sequence[str]] = {
    "sku": ("sku", "article number", "article no", "item number", "item no", "product number", "product id", "artikelnummer", "art nr",
            "artikel nr", "id", "number", "nummer", "货号", "商品编号"),
    "parent": ("parent", "parent sku", "parent number", "variant of", "hauptartikel"),
    "name": ("name", "title", "product name", "bezeichnung", "titel", "名称", "商品名称"),
    "summary": ("summary", "short description", "kurzbeschreibung", "teaser", "简介"),
    "text": ("description", "long description", "text", "beschreibung", "描述"),
    "category": ("category", "categories", "category path", "kategorie", "kategorien", "warengruppe", "分类"),
    "family": ("family", "attribute set", "familie", "produktfamilie", "属性集"),
    "brand": ("brand", "manufacturer", "supplier", "marke", "hersteller", "品牌"),
    "gtin": ("gtin", "ean", "upc", "barcode", "条码"),
    "status": ("status", "state"),
    "unit": ("unit", "einheit", "单位"),
    "weight": ("weight", "weight kg", "gewicht", "重量"),
    "weight_unit": ("weight unit", "gewichtseinheit"),
    "tax_class": ("tax class", "steuerklasse"),
    "price": ("price", "list price", "unit price", "preis", "listenpreis", "价格"),
    "stock": ("stock", "quantity", "on hand", "qty", "bestand", "lagerbestand", "库存"),
    "manufacturer_number": ("manufacturer number", "manufacturer part number", "mpn", "herstellernummer", "制造商编号"),
    "customs_code": ("customs code", "customs number", "hs code", "tariff number", "zolltarifnummer", "海关编码"),
    "origin_country": ("country of origin", "origin", "ursprungsland", "原产国"),
    "packaging": ("packaging", "packaging units", "verpackung", "verpackungseinheiten", "包装"),
    "order_unit": ("order unit", "bestelleinheit", "订购单位"),
    "order_least": ("minimum quantity", "minimum order quantity", "moq", "mindestmenge", "起订量"),
    "order_step": ("quantity step", "order step", "mengenschritt", "staffelung"),
    "new_until": ("new until", "neu bis"),
    "phase_out_from": ("phase out from", "auslauf ab"),
    "end_on": ("end on", "ends on", "ende am"),
    "accessories": ("accessories", "accessory", "zubehör", "zubehor", "配件"),
    "spare_parts": ("spare parts", "spare part", "ersatzteile", "备件"),
    "successor": ("successor", "successors", "replaced by", "nachfolger", "替代品"),
    "picture": ("picture", "pictures", "image", "images", "image url", "picture url", "photo", "bild", "bilder", "bilddatei", "图片"),
}  # fmt: skip
BY_LANGUAGE = ("name", "summary", "text")
LANGUAGES = {"en", "de", "fr", "es", "it", "nl", "pl", "pt", "ar", "he", "th", "ja", "zh", "zh-hans", "zh-hant"}
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "CNY", "JPY", "SEK", "DKK", "NOK", "PLN", "CAD", "AUD")
DECIMAL_COMMA = re.compile(r"-?\d{1,3}(\.\d{3})*,\d{1,4}|-?\d+,\d{1,4}")


def suggest_mapping(
    headers: Sequence[str], rows: Sequence[Mapping[str, Any]], language: str = "en", currency: str = "EUR"
) -> dict[str, Any]:
    """The JSON of a mapping that knows what the headers sound like; what it does not know becomes an attribute made on demand."""
    headers = list(headers) or list(dict.fromkeys(key for row in rows for key in row))
    lines: list[dict[str, Any]] = []
    taken: set[str] = set()
    for header in headers:
        line = _line(header, [as_text(row.get(header)) for row in rows], language, currency)
        if line["field"] in taken and not line["field"].startswith("attribute:"):
            line = _attribute(header, [as_text(row.get(header)) for row in rows])
        taken.add(line["field"])
        lines.append(line)
    return {"language": language, "columns": lines}


def _line(header: str, cells: list[str], language: str, currency: str) -> dict[str, Any]:
    plain, tongue, money = _parts(header)
    for target, names in NAMES.items():
        if plain in names:
            line: dict[str, Any] = {"column": header, "field": target}
            if target in BY_LANGUAGE:
                line["field"] = f"{target}:{tongue or language}"
            elif target == "price":
                line["field"] = f"price:{money or currency}"
            if target in ("price", "weight", "stock") and any(DECIMAL_COMMA.fullmatch(c) for c in cells):
                line["steps"] = [{"number": ","}]
            return line
    return _attribute(header, cells)


def _parts(header: str) -> tuple[str, str, str]:
    """ "Description (fr)" → ("description", "fr", ""); "price_EUR" → ("price", "", "EUR")."""
    words = [w for w in re.split(r"[\s_()\[\]:./]+", header.strip()) if w]
    tongue = money = ""
    if len(words) > 1 and words[-1].upper() in CURRENCIES:
        money = words.pop().upper()
    elif len(words) > 2 and "-".join(words[-2:]).lower() in LANGUAGES:
        tongue = _tag("-".join(words[-2:]))
        words = words[:-2]
    elif len(words) > 1 and words[-1].lower() in LANGUAGES:
        tongue = _tag(words.pop())
    return " ".join(words).lower(), tongue, money


def _tag(text: str) -> str:
    head, _hyphen, tail = text.lower().partition("-")
    return f"{head}-{tail.capitalize()}" if tail else head


def _attribute(header: str, cells: list[str]) -> dict[str, Any]:
    code = re.sub(r"[^a-z0-9]+", "_", header.lower()).strip("_")[:100] or "column"
    line: dict[str, Any] = {"column": header, "field": f"attribute:{code}", "create": True}
    filled = [c for c in cells if c]
    if filled and all(re.fullmatch(r"-?\d+(\.\d+)?", c) for c in filled):
        line["kind"] = "number"
    elif filled and all(DECIMAL_COMMA.fullmatch(c) or c.isdigit() for c in filled):
        line |= {"kind": "number", "steps": [{"number": ","}]}
    elif filled and all(c.lower() in ("true", "false", "yes", "no", "ja", "nein") for c in filled):
        line["kind"] = "boolean"
    return line
