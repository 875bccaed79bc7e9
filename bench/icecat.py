"""The 19,406 Icecat products as search documents: real input at size, for benches and quality runs."""

import gzip
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import orjson

from catalog.search.documents import SearchDocument

FILE = Path(__file__).parent.parent.parent / "shared" / "data" / "icecat" / "products.jsonl.gz"
SPACE = UUID("6f0f6e1e-5c53-4a3e-9d0e-0f9a3f6f1c11")
FACETS = ("product_type", "product_colour", "country_of_origin", "certification", "form_factor", "type")
NUMBERS = ("display_diagonal", "weight", "width")


def documents(path: Path = FILE) -> Iterator[SearchDocument]:
    """Every product of the file."""
    with gzip.open(path, "rb") as lines:
        for line in lines:
            yield document(orjson.loads(line))


def document(product: dict[str, Any]) -> SearchDocument:
    """One line of the file. Categories are made of the product type, prices are in cents there."""
    texts: list[str] = []
    facets: dict[str, tuple[str, ...]] = {"brand": (product["supplier"],)}
    numbers: dict[str, Decimal] = {}
    for name, value in product.items():
        if name.startswith("attr_t_"):
            texts.append(str(value))
            if name[7:] in FACETS:
                facets[name[7:]] = tuple(str(value).split(", "))
        elif name.startswith("attr_n_") and name[7:] in NUMBERS:
            numbers[name[7:]] = Decimal(str(value))
    kind = product.get("attr_t_product_type", "Other")
    root, leaf = uuid5(SPACE, "root"), uuid5(SPACE, kind)
    return SearchDocument(
        product_id=uuid5(SPACE, product["id"]),
        sku=product["name"][:80],
        title=product["title"],
        gtin=(product.get("ean") or [""])[0],
        brand=product["supplier"],
        category_ids=(root, leaf),
        category_names=(kind,) if kind != "Other" else (),
        attribute_texts=tuple(texts),
        description=product.get("short_description") or "",
        facets=facets,
        numbers=numbers,
        prices={"EUR": Decimal(product["price"]) / 100} if product.get("price") else {},
        created=datetime.fromisoformat(product["date_released"].replace("Z", "+00:00")) if product.get("date_released") else None,
    )
