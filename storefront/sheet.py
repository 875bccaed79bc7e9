"""The specification of a product as its page shows it: grouped as its family says, documents apart, values of every kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from markupsafe import Markup

from catalog.assortment import ShopProduct, ShopVariant
from catalog.shop import ShopAttribute
from kernel.i18n import country_name, format_date, format_number
from kernel.i18n import gettext as _
from kernel.ids import parse_id
from kernel.web.visit import Visit
from storefront.markdown import to_html

KINDS = {"application/pdf": "PDF", "text/csv; charset=utf-8": "CSV", "text/plain; charset=utf-8": "TXT", "application/zip": "ZIP"}
KINDS["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = "XLSX"
KILO, MEGA = 1_000, 1_000_000


@dataclass(frozen=True)
class Group:
    """A heading (empty: none) with names and values, ready for a page."""

    label: str
    rows: list[tuple[str, str | Markup]]


@dataclass(frozen=True)
class Sheet:
    """Groups in their order, and documents {label, url, type, size}."""

    groups: list[Group] = field(default_factory=list)
    documents: list[Mapping[str, str]] = field(default_factory=list)


def sheet_of(visit: Visit, product: ShopProduct, chosen: ShopVariant | None, urls: Mapping[UUID, str]) -> Sheet:
    """Everything that is known; what the chosen variant differs by comes first, or stands in its group where the family has one.
    `urls` are the pages of products that values may refer to; others are named without a link."""
    labels = {axis.code: axis.label for axis in product.axes}
    own = dict(chosen.texts) if chosen else {}
    inside = {a.code for a in product.attributes}
    groups: dict[str, list[tuple[str, str | Markup]]] = {}
    first: list[tuple[str, str | Markup]] = [(labels.get(code, code), text) for code, text in own.items() if code not in inside]
    documents = []
    for attribute in product.attributes:
        if attribute.kind == "file":
            documents.append(_document(visit, product, attribute))
        elif text := own.get(attribute.code) or _shown(attribute, urls):
            groups.setdefault(attribute.group, []).append((attribute.label, text))
    if trade := _traded(product, chosen):
        groups.setdefault(_("Trade details") if any(groups) else "", []).extend(trade)
    return Sheet([*([Group("", first)] if first else []), *(Group(label, rows) for label, rows in groups.items())], documents)


def referred_ids(product: ShopProduct) -> Sequence[UUID]:
    """The products that values refer to."""
    told = (parse_id(str(a.value)) for a in product.attributes if a.kind == "reference")
    return [found for found in told if found]


def _traded(product: ShopProduct, chosen: ShopVariant | None) -> list[tuple[str, str | Markup]]:
    trade = {**product.trade, **(chosen.trade if chosen else {})}
    maker = trade.get("manufacturer", "")
    origin = country_name(trade["origin_country"]) if "origin_country" in trade else ""
    last = format_date(date.fromisoformat(trade["end_on"])) if "end_on" in trade else ""
    rows = [
        (_("Manufacturer"), "" if maker == product.brand else maker),
        (_("Manufacturer's number"), trade.get("manufacturer_number", "")),
        (_("Country of origin"), origin),
        (_("Customs code"), trade.get("customs_code", "")),
        (_("Sold until"), last),
    ]
    return [row for row in rows if row[1]]


def _shown(attribute: ShopAttribute, urls: Mapping[UUID, str]) -> str | Markup:
    if attribute.kind == "richtext":
        return to_html(attribute.text)
    if attribute.kind == "reference" and (url := urls.get(parse_id(str(attribute.value)) or UUID(int=0))):
        return Markup('<a class="link" href="{}">{}</a>').format(url, attribute.text)
    return attribute.text


def _document(visit: Visit, product: ShopProduct, attribute: ShopAttribute) -> Mapping[str, str]:
    told: dict[str, Any] = attribute.value
    size = int(told["bytes"])
    words = f"{format_number(round(size / MEGA, 1))} MB" if size >= MEGA else f"{format_number(max(1, size // KILO))} kB"
    url = visit.file_url(product.source_tenant_id, told["key"])
    return {"label": f"{attribute.label}: {attribute.text}", "url": url, "type": KINDS.get(told["type"], ""), "size": words}
