"""The demo catalogs read from the TOML files beside this module: products with their words, variants from size and paint.

A file holds `[[product]]` tables; lists of three are English, German, Simplified Chinese.
The file `lumen.toml` belongs to the second brand; `relations.toml` says what goes with what.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.demo.data.attributes import Texts, texts
from app.demo.data.gtins import restricted

HERE = Path(__file__).parent
FILES = {
    "veloria": ("road", "mountain", "city", "electric", "equipment", "luggage", "workshop", "parts"),
    "lumenparts": ("lumen",),
}
BIKE_SHELVES = frozenset({"road", "gravel", "mountain", "city", "electric", "family"})
SIZES: dict[str, tuple[str, dict[str, str]]] = {
    "none": ("", {}),
    "one": ("", {}),
    "road": ("frame_size", {"50": "160–168", "52": "166–173", "54": "171–179", "56": "177–185", "58": "183–192"}),
    "trail": ("frame_size", {"S": "158–168", "M": "166–177", "L": "175–186", "XL": "184–196"}),
    "city": ("frame_size", {"50": "162–172", "54": "170–180", "58": "178–188", "62": "186–198"}),
    "step": ("frame_size", {"46": "152–165", "50": "163–174", "54": "172–185"}),
    "wear": ("size", {"S": "", "M": "", "L": ""}),
    "cloth": ("size", {"S": "", "M": "", "L": "", "XL": ""}),
    "shoe": ("shoe_size", dict.fromkeys(("39", "40", "41", "42", "43", "44", "45"), "")),
    "crank": ("crank_length", {"165": "", "170": "", "175": ""}),
    "bar": ("bar_width", {"38": "", "40": "", "42": "", "44": ""}),
}


@dataclass(frozen=True)
class Variant:
    """What a shopper can put into the cart: its SKU, GTIN and place on the axes (attribute code → choice code)."""

    sku: str
    gtin: str
    axes: dict[str, str]
    values: dict[str, str]
    grams: int


@dataclass(frozen=True)
class DemoProduct:
    """One product. Prices are decimal texts: EUR with VAT as shops in the EU show it, USD without sales tax.
    `related` are article numbers by the importer's field."""

    sku: str
    drawing: str
    category: str
    status: str
    brand: str
    names: Texts
    lines: Texts
    descriptions: Texts
    highlights: dict[str, tuple[str, ...]]
    paints: tuple[str, ...]
    eur: str
    usd: str
    grams: int
    values: dict[str, Any]
    gtin: str
    variants: tuple[Variant, ...]
    related: dict[str, tuple[str, ...]]

    @property
    def is_bicycle(self) -> bool:
        """Whether its drawing is a bicycle's."""
        return self.category in BIKE_SHELVES

    @property
    def kind(self) -> str:
        """The catalog's word for it: product, or variant_parent."""
        return "variant_parent" if self.variants else "product"


@lru_cache(maxsize=2)
def products(tenant: str = "veloria") -> tuple[DemoProduct, ...]:
    """All products of a brand, in the order of its files; GTINs count upwards in that order and so never move when words change."""
    prefix = "20" if tenant == "veloria" else "21"
    brand = "Veloria" if tenant == "veloria" else "Lumen Parts"
    found, number = [], 1000
    for name in FILES[tenant]:
        for row in tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["product"]:
            one = _product(row, brand, prefix, number)
            number += 1 + len(one.variants)
            found.append(one)
    return tuple(found)


@lru_cache(maxsize=1)
def relations() -> dict[str, dict[str, list[str]]]:
    """By article number: accessories, spare_parts and successor, as the importer calls them."""
    return tomllib.loads((HERE / "relations.toml").read_text("utf-8"))


def _product(row: dict[str, Any], brand: str, prefix: str, number: int) -> DemoProduct:
    languages = ("en", "de", "zh-Hans")
    return DemoProduct(
        sku=row["sku"],
        drawing=row["drawing"],
        category=row["category"],
        status=row.get("status", "ready"),
        brand=brand,
        names=texts(*row["name"]),
        lines=texts(*row["line"]),
        descriptions=texts(*row["text"]),
        highlights={language: tuple(points) for language, points in zip(languages, row["points"], strict=True)},
        paints=tuple(row["paints"]),
        eur=row["eur"],
        usd=row["usd"],
        grams=row["grams"],
        values=row["values"],
        gtin=restricted(number, prefix),
        variants=_variants(row, prefix, number + 1),
        related={name: tuple(skus) for name, skus in relations().get(row["sku"], {}).items()},
    )


def _variants(row: dict[str, Any], prefix: str, number: int) -> tuple[Variant, ...]:
    """Every size in every paint; a thing of one size and one paint has none. Each size up adds about 1.5 % of weight."""
    axis, sizes = SIZES[row["sizes"]]
    coloured = len(row["paints"]) > 1 or row["category"] in BIKE_SHELVES
    if not axis and len(row["paints"]) == 1:
        return ()
    found: list[Variant] = []
    for step, size in enumerate(sizes or {"": ""}):
        for paint in row["paints"]:
            axes = ({axis: size} if axis else {}) | ({"colour": paint} if coloured else {})
            sku = "-".join(part for part in (row["sku"], size, paint if coloured else "") if part)
            height = sizes.get(size, "") if sizes else ""
            grams = round(row["grams"] * (1 + 0.015 * (step - len(sizes) // 2))) if axis == "frame_size" else row["grams"]
            found.append(
                Variant(sku, restricted(number + len(found), prefix), axes, {"rider_height": f"{height} cm"} if height else {}, grams)
            )
    return tuple(found)


def by_sku(tenant: str = "veloria") -> dict[str, DemoProduct]:
    """Products by their own SKU, without variants."""
    return {one.sku: one for one in products(tenant)}


def sellable(tenant: str = "veloria") -> list[tuple[str, DemoProduct]]:
    """Every SKU that can be bought with its product: variants, and products that have none."""
    return [(sku, one) for one in products(tenant) for sku in ([v.sku for v in one.variants] or [one.sku])]
