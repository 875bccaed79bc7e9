"""A feed (feeds.py) as CSV, JSON lines or BMEcat. Pure: the same entries give the same bytes."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any, Literal, get_args

import orjson

from catalog.exchange.bmecat_writing import Article, BmecatWriter, Heading
from catalog.feeds import Entry
from catalog.shop import Price, ShopPicture, ShopProduct, ShopVariant

Format = Literal["csv", "jsonl", "bmecat"]
FORMATS: tuple[Format, ...] = get_args(Format)
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8; header=present", "jsonl": "application/jsonl", "bmecat": "application/xml"}
COLUMNS = (
    "action", "sku", "gtin", "parent_sku", "name", "summary", "text", "brand", "category", "unit", "weight_kg", "currency",
    "price", "list_price", "least_shown_price", "includes_tax", "options", "attributes", "pictures",
)  # fmt: skip
RISKY = ("=", "+", "-", "@", "\t", "\r")
PIECE = 32_768
Address = Callable[[ShopPicture], str]


def written(kind: Format, told: Callable[[], Iterable[Entry]], address: Address, heading: Heading) -> Iterator[bytes]:
    """The file, piece by piece. BMEcat holds what is sold only, and asks for the entries twice."""
    lines = {"csv": partial(_csv, told, address), "jsonl": partial(_jsonl, told, address), "bmecat": partial(_bmecat, told, heading)}
    waiting, size = [], 0
    for line in lines[kind]():
        waiting.append(line)
        size += len(line)
        if size >= PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


def plain_values(entry: Entry, address: Address) -> dict[str, Any]:
    """One article as plain values; amounts are texts with a point. One that is gone says so and nothing else."""
    if entry.product is None:
        return {"action": "remove", "sku": entry.sku}
    page = entry.product
    variant = _variant(entry)
    price = variant.price if variant else page.price
    weight = (variant.weight_kg if variant else None) or page.weight_kg
    return {
        "action": "put",
        "sku": entry.sku,
        "gtin": variant.gtin if variant else page.gtin,
        "parent_sku": page.sku if variant else "",
        "name": variant.name if variant else page.name,
        "summary": page.summary,
        "text": page.text,
        "brand": page.brand,
        "category": " > ".join(step.name for step in page.categories),
        "unit": page.unit,
        "weight_kg": "" if weight is None else format(weight.normalize(), "f"),
        "currency": price.money.currency,
        "price": _amount(price.money.amount),
        "list_price": _amount(price.list_money.amount) if price.list_money else "",
        "least_shown_price": _amount(price.least_shown.amount) if price.least_shown else "",
        "includes_tax": price.includes_tax,
        "options": _options(page, variant),
        "attributes": {a.label: a.text for a in page.attributes},
        "pictures": [told for picture in _pictures(page, variant) if (told := address(picture))],
    }


def _variant(entry: Entry) -> ShopVariant | None:
    if entry.parent is None:
        return None
    return next(variant for variant in entry.parent.variants if variant.sku == entry.sku)


def _options(page: ShopProduct, variant: ShopVariant | None) -> dict[str, str]:
    """{"Size": "M"} of a variant, in the words of the axes."""
    labels = {axis.code: axis.label for axis in page.axes}
    return {labels.get(code, code): text for code, text in variant.texts.items()} if variant else {}


def _pictures(page: ShopProduct, variant: ShopVariant | None) -> list[ShopPicture]:
    own = [p for p in page.pictures if variant and p.id in variant.picture_ids]
    return own or list(page.pictures)


def _amount(amount: Decimal) -> str:
    return format(amount.quantize(Decimal("0.01")) if amount == amount.quantize(Decimal("0.01")) else amount.normalize(), "f")


def _jsonl(told: Callable[[], Iterable[Entry]], address: Address) -> Iterator[bytes]:
    for entry in told():
        yield orjson.dumps(plain_values(entry, address)) + b"\n"


def _csv(told: Callable[[], Iterable[Entry]], address: Address) -> Iterator[bytes]:
    yield _row(COLUMNS)
    for entry in told():
        values = plain_values(entry, address)
        yield _row([_cell(values.get(name, "")) for name in COLUMNS])


def _cell(value: Any) -> str:
    """Maps as "Colour=red|Size=M", lists by "|". A cell never begins like a formula of a spreadsheet."""
    if isinstance(value, dict):
        value = "|".join(f"{name}={told}" for name, told in value.items())
    if isinstance(value, list):
        value = "|".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}" if str(value).startswith(RISKY) else str(value)


def _row(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()


def _bmecat(told: Callable[[], Iterable[Entry]], heading: Heading) -> Iterator[bytes]:
    language = heading.languages[0]

    def articles() -> Iterator[Article]:
        return (_article(entry, entry.product, language) for entry in told() if entry.product is not None)

    for line in BmecatWriter(heading).lines(articles):
        yield line.encode()


def _article(entry: Entry, page: ShopProduct, language: str) -> Article:
    variant = _variant(entry)
    price: Price = variant.price if variant else page.price
    weight = (variant.weight_kg if variant else None) or page.weight_kg
    told = {a.label: a.text for a in page.attributes} | _options(page, variant)
    return Article(
        sku=entry.sku,
        names={language: variant.name if variant else page.name},
        texts={language: page.text},
        summaries={language: page.summary},
        brand=page.brand,
        gtin=variant.gtin if variant else page.gtin,
        status=page.status,
        selling=variant.selling if variant else page.selling,
        weight_kg=weight,
        paths=[[step.name for step in page.categories]] if page.categories else [],
        features={label: ([text], "") for label, text in told.items()},
        prices={price.money.currency: price.money.amount},
    )
