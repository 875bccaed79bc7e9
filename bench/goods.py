"""Files to import: equal products by the thousand in 200 categories, and the Icecat file with its mapping."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.icecat import FACETS, FILE, NUMBERS

ROOTS = 20
LEAVES = 10
COLOURS = ("Black", "White", "Pine", "Copper", "Sand", "Sky", "Brick", "Slate")
SIZES = ("XS", "S", "M", "L", "XL")
STUFFS = ("Steel", "Aluminium", "Carbon", "Titanium", "Wood", "Rubber")
BRANDS = tuple(f"House {letter}" for letter in "ABCDEFGHIJKL")
WORDS = ("light", "quiet", "sturdy", "folding", "waterproof", "narrow", "wide", "reflecting", "padded", "welded", "brushed", "anodised")
THINGS = ("lamp", "saddle", "pedal", "rack", "bell", "pump", "chain", "helmet", "grip", "lock")
HEADERS = ("sku", "name", "summary", "text", "category", "brand", "gtin", "weight", "colour", "size", "material", "gears", "price", "stock")

EQUAL_RULES: dict[str, Any] = {
    "language": "en",
    "columns": [
        {"column": "sku", "field": "sku"},
        {"column": "name", "field": "name:en"},
        {"column": "summary", "field": "summary:en"},
        {"column": "text", "field": "text:en"},
        {"column": "category", "field": "category"},
        {"column": "brand", "field": "brand"},
        {"column": "weight", "field": "weight", "steps": [{"number": "."}]},
        *({"column": c, "field": f"attribute:{c}", "kind": "choice", "create": True, "filterable": True} for c in HEADERS[8:11]),
        {"column": "gears", "field": "attribute:gears", "kind": "number", "create": True, "filterable": True},
        {"column": "price", "field": "price:EUR", "steps": [{"number": "."}]},
        {"column": "stock", "field": "stock", "steps": [{"number": "."}]},
        {"constant": "ready", "field": "status"},
    ],
}

ICECAT_RULES: dict[str, Any] = {
    "language": "en",
    "form": {"kind": "jsonl"},
    "columns": [
        {"column": "id", "field": "sku"},
        {"column": "title", "field": "name:en"},
        {"column": "short_description", "field": "text:en"},
        {"column": "supplier", "field": "brand"},
        {"column": "attr_t_product_type", "field": "category", "steps": [{"split": ","}, {"first": True}, {"text": True}]},
        {"column": "price", "field": "price:EUR", "steps": [{"number": "."}, {"multiply": "0.01"}]},
        *({"column": f"attr_t_{c}", "field": f"attribute:{c}", "create": True, "filterable": True} for c in FACETS),
        *({"column": f"attr_n_{c}", "field": f"attribute:{c}", "kind": "number", "create": True, "filterable": True} for c in NUMBERS),
        {"column": "attr_t_*", "field": "attribute:t.*", "create": True},
        {"column": "attr_n_*", "field": "attribute:n.*", "kind": "number", "create": True},
        {"constant": "ready", "field": "status"},
    ],
}


def write_equal_products(path: Path, count: int) -> None:
    """A CSV file of `count` products that differ in number, shelf and a few values only."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(_rows(count))


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    for n in range(count):
        shelf = n % (ROOTS * LEAVES)
        thing, first, second = THINGS[n % len(THINGS)], WORDS[n % len(WORDS)], WORDS[(n // 7 + 5) % len(WORDS)]
        text = f"A {first} and {second} {thing} for every day. " * 6
        yield (
            f"EQ-{n:06}", f"{first.capitalize()} {thing} {n}", f"{second.capitalize()}, made to last", text,
            f"Range {shelf // LEAVES + 1} > Shelf {shelf + 1}", BRANDS[n % len(BRANDS)], "", f"{0.2 + n % 40 / 10:.1f}",
            COLOURS[n // 3 % len(COLOURS)], SIZES[n // 5 % len(SIZES)], STUFFS[n // 11 % len(STUFFS)], n % 13,
            f"{10 + n % 900}.{n % 100:02}", 1_000_000,
        )  # fmt: skip


def has_icecat() -> bool:
    """Is the Icecat file beside the project?"""
    return FILE.exists()
