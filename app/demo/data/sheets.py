"""The demo catalog as the files an importer takes: UTF-8 CSV with headers, one row a product or variant, all languages side by side.

`products.mapping.json` says which column is which field, in the importer's own words. Columns that a row does not need
stay empty; highlights are the lines of a Markdown list. Products and their variants come in two files with the same
columns, because a product has to be there before one can say what its variants differ by.
"""

import csv
import io
import json
from pathlib import Path
from typing import Any

from app.demo.data.assortment import DemoProduct, Variant, products, sellable
from app.demo.data.attributes import ATTRIBUTES
from app.demo.data.categories import CATEGORIES
from app.demo.data.families import family_of
from app.demo.data.shop_texts import SHOPS
from app.demo.data.stocks import on_hand

LANGUAGES = {"en": "en", "de": "de", "zh-Hans": "zh_hans"}
PLAIN = ("sku", "parent_sku", "kind", "position", "status", "category", "family", "brand", "gtin", "unit", "weight_g")
RELATED = ("accessories", "spare_parts", "successor")
WORDS = ("name", "summary", "description", "highlights")
MAPPING = Path(__file__).parent / "products.mapping.json"
Row = dict[str, str]


def product_columns() -> list[str]:
    """The header of products.csv."""
    worded = [f"{word}_{suffix}" for word in WORDS for suffix in LANGUAGES.values()]
    return [*PLAIN, *worded, *(f"attr_{one.code}" for one in ATTRIBUTES), "price_eur", "price_usd", *RELATED]


def product_rows(tenant: str = "veloria") -> list[Row]:
    """A row for every product, followed by its variants; words stand on the product's row only."""
    rows, places = [], positions(tenant)
    for one in products(tenant):
        rows.append(_product_row(one) | {"position": str(places[one.sku])})
        rows += [_variant_row(one, variant) for variant in one.variants]
    return rows


def positions(tenant: str = "veloria") -> dict[str, int]:
    """Where a product stands among all: what the shop features first, then one of each shelf in turn, so that the beginning
    of a long list shows the whole range."""
    featured = {sku: place for place, sku in enumerate(SHOPS[tenant].featured)}
    turns: dict[str, int] = {}
    ranked = []
    for number, one in enumerate(products(tenant)):
        turn = turns[one.category] = turns.get(one.category, 0) + 1
        ranked.append((featured.get(one.sku, len(featured)), turn, number, one.sku))
    return {sku: place for place, (*_rank, sku) in enumerate(sorted(ranked), start=1)}


def _product_row(one: DemoProduct) -> Row:
    row = {"sku": one.sku, "kind": one.kind, "status": one.status, "category": one.category, "brand": one.brand, "gtin": one.gtin}
    row["family"] = family_of(one)
    row |= {"unit": "C62", "weight_g": str(one.grams), "price_eur": one.eur, "price_usd": one.usd}
    for language, suffix in LANGUAGES.items():
        row[f"name_{suffix}"] = one.names[language]
        row[f"summary_{suffix}"] = one.lines[language]
        row[f"description_{suffix}"] = one.descriptions[language]
        row[f"highlights_{suffix}"] = "\n".join(f"- {point}" for point in one.highlights[language])
    row |= {name: "|".join(skus) for name, skus in one.related.items()}
    return row | {f"attr_{code}": _plain(value) for code, value in one.values.items()}


def _variant_row(one: DemoProduct, variant: Variant) -> Row:
    row = {"sku": variant.sku, "parent_sku": one.sku, "kind": "variant", "status": one.status, "category": one.category, "brand": one.brand}
    row |= {"gtin": variant.gtin, "unit": "C62", "weight_g": str(variant.grams), "price_eur": one.eur, "price_usd": one.usd}
    return row | {f"attr_{code}": _plain(value) for code, value in (variant.axes | variant.values).items()}


def category_rows() -> list[Row]:
    """categories.csv: parents before children."""
    return [
        {"code": one.code, "parent": one.parent or ""}
        | {f"name_{suffix}": one.names[language] for language, suffix in LANGUAGES.items()}
        | {f"intro_{suffix}": one.intro[language] for language, suffix in LANGUAGES.items()}
        for one in CATEGORIES
    ]


def attribute_rows() -> list[Row]:
    """attributes.csv; choices as JSON: code, labels by language, swatch where it is a colour."""
    rows = []
    for one in ATTRIBUTES:
        choices: list[dict[str, Any]] = [
            {"code": code, "labels": labels} | ({"swatch": one.swatches[code]} if code in one.swatches else {})
            for code, labels in one.choices.items()
        ]
        row = {"code": one.code, "kind": one.kind, "unit": one.unit, "filterable": _plain(one.filterable), "is_axis": _plain(one.is_axis)}
        row |= {f"label_{suffix}": one.labels[language] for language, suffix in LANGUAGES.items()}
        rows.append(row | {"choices": json.dumps(choices, ensure_ascii=False) if choices else ""})
    return rows


def price_rows(tenant: str = "veloria") -> list[Row]:
    """list_prices.csv: one row a sellable SKU and currency."""
    return [
        {"sku": sku, "currency": currency, "amount": amount}
        for sku, one in sellable(tenant)
        for currency, amount in (("EUR", one.eur), ("USD", one.usd))
    ]


def stock_rows(seller: str) -> list[Row]:
    """stock.csv of one seller (veloria, radhaus, harborcycles, lumenparts)."""
    return [{"seller": seller, "sku": sku, "on_hand": str(count)} for sku, count in on_hand(seller).items()]


def csv_bytes(rows: list[Row], columns: list[str] | None = None) -> bytes:
    """Rows as UTF-8 CSV with a header; without `columns` those of the first row."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns or list(rows[0]), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def files(tenant: str = "veloria") -> dict[str, bytes]:
    """All import files of a brand by name."""
    rows = product_rows(tenant)
    return {
        "categories.csv": csv_bytes(category_rows()),
        "attributes.csv": csv_bytes(attribute_rows()),
        "products.csv": csv_bytes([row for row in rows if not row.get("parent_sku")], product_columns()),
        "variants.csv": csv_bytes([row for row in rows if row.get("parent_sku")], product_columns()),
        "list_prices.csv": csv_bytes(price_rows(tenant)),
        "stock.csv": csv_bytes(stock_rows(tenant)),
        "products.mapping.json": MAPPING.read_bytes(),
    }


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
