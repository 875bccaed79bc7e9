"""The catalog as it is edited, as the articles of a BMEcat file: products and variants that are ready or phased out.

Variants are articles of their own, with what they lack (texts, prices) from their parent, and only while that is sold; parents
are none. Products come in the order of their article numbers, 500 at a time.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.attribute_values import AttributeFacts
from catalog.drafts import read_attributes, read_categories
from catalog.exchange.bmecat_writing import Article, BmecatWriter
from catalog.list_prices import prices_of_all
from catalog.models import Product
from catalog.packaging import Selling, selling_of
from catalog.payload import SELLABLE, CategoryFacts
from kernel import tenancy
from kernel.actors import Actor

BATCH = 500
SOLD = SELLABLE
WORDS = ("names", "summaries", "texts")
OWN_OR_PARENTS = ("brand", "category_ids", "manufacturer", "manufacturer_number", "customs_code", "origin_country", "classes")
COLUMNS = (
    "id", "sku", "parent_id", "status", *WORDS, *OWN_OR_PARENTS, "attribute_values", "gtin", "unit", "packaging", "ordering",
    "weight_kg", "position",
)  # fmt: skip


def catalog_lines(session: Session, actor: Actor, writer: BmecatWriter, language: str) -> Iterator[str]:
    """The whole catalog as lines of a BMEcat file; categories and choices by their names in `language`. Raises NotAllowed."""
    actor.must("catalog.view")
    return writer.lines(partial(_articles, session, read_attributes(session), read_categories(session), language))


def _articles(
    session: Session, attributes: Mapping[str, AttributeFacts], categories: Mapping[UUID, CategoryFacts], language: str
) -> Iterator[Article]:
    columns = [getattr(Product, name) for name in COLUMNS]
    mine = (Product.tenant_id == tenancy.current(), Product.kind != "variant_parent", Product.status.in_(SOLD))
    last = ""
    while rows := session.execute(select(*columns).where(*mine, Product.sku > last).order_by(Product.sku).limit(BATCH)).mappings().all():
        last = rows[-1]["sku"]
        prices = prices_of_all(session, [part for row in rows for part in (row["id"], row["parent_id"]) if part])
        parents = _parents(session, [row["parent_id"] for row in rows if row["parent_id"]])
        for row in rows:
            if row["parent_id"] and row["parent_id"] not in parents:
                continue
            whole = _whole(dict(row), parents.get(row["parent_id"], {}))
            yield Article(
                sku=row["sku"],
                names=whole["names"],
                texts=whole["texts"],
                summaries=whole["summaries"],
                brand=whole["brand"],
                gtin=row["gtin"],
                status=row["status"],
                **{name: whole[name] for name in ("manufacturer", "manufacturer_number", "customs_code", "origin_country", "classes")},
                selling=_selling(dict(row), parents.get(row["parent_id"], {})),
                position=row["position"],
                weight_kg=row["weight_kg"],
                paths=[_path(categories, category, language) for category in whole["category_ids"] if category in categories],
                features=dict(_features(attributes, whole["attribute_values"], language)),
                prices=prices.get(row["id"]) or prices.get(row["parent_id"], {}),
            )


def _parents(session: Session, ids: list[UUID]) -> dict[UUID, Mapping[str, Any]]:
    columns = [getattr(Product, name) for name in ("id", *WORDS, *OWN_OR_PARENTS, "attribute_values", "packaging", "ordering")]
    rows = (
        session.execute(
            select(*columns).where(Product.tenant_id == tenancy.current(), Product.id.in_(ids), Product.status.in_(SOLD))
        ).mappings()
        if ids
        else ()
    )
    return {row["id"]: dict(row) for row in rows}


def _whole(row: Mapping[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
    merged = {name: {**parent.get(name, {}), **row[name]} for name in (*WORDS, "attribute_values")}
    return merged | {name: row[name] or parent.get(name) or row[name] for name in OWN_OR_PARENTS}


def _selling(row: Mapping[str, Any], parent: Mapping[str, Any]) -> Selling:
    told = row if row["packaging"] or row["ordering"] or not parent else parent
    return selling_of(row["unit"], told["packaging"], told["ordering"])


def _path(categories: Mapping[UUID, CategoryFacts], category: UUID, language: str) -> list[str]:
    steps = [categories[step] for step in categories[category].path if step in categories]
    return [step.names.get(language) or step.code for step in steps]


def _features(
    attributes: Mapping[str, AttributeFacts], values: Mapping[str, Any], language: str
) -> Iterator[tuple[str, tuple[list[str], str]]]:
    for code, value in values.items():
        facts = attributes.get(code)
        if facts is not None:
            parts = value if isinstance(value, list) else [value]
            yield code, ([_told(facts, part, language) for part in parts], facts.unit)


def _told(facts: AttributeFacts, value: Any, language: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(facts.choices.get(str(value), {}).get(language) or value) if facts.choices else str(value)
