"""From a published payload and a partner's overlay to what the shop shows. Pure; prices come from pricing.py."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog.packaging import Selling, selling_of
from catalog.payload import TRADED, Payload
from catalog.price_times import priced_at
from catalog.pricing import price_for
from catalog.shop import (
    Axis,
    CategoryLink,
    Choice,
    ListCard,
    OverlayFacts,
    Price,
    Relations,
    Rendition,
    ShopAttribute,
    ShopPicture,
    ShopProduct,
    ShopVariant,
    ShopView,
    Source,
)

Overlays = Mapping[UUID, OverlayFacts]
NOTHING = OverlayFacts()


def dress_product(view: ShopView, source: Source, payload: Payload, overlays: Overlays, shown: bool = False) -> ShopProduct | None:
    """The product as the shop sells it, or None where it does not: hidden, or without a price in its currency. `shown`: with
    prices as a page may show them, none below the minimum advertised."""
    payload = priced_at(payload, view.at)
    product_id = UUID(payload["id"])
    overlay = overlays.get(product_id, NOTHING)
    parent = UUID(payload["parent_id"]) if payload["parent_id"] else None
    above = overlays.get(parent, NOTHING) if parent else NOTHING
    variants = _variants(view, source, payload, overlays, shown)
    price, is_from = _price(view, source, payload, overlay, variants, shown)
    if overlay.hidden or above.hidden or price is None:
        return None
    return ShopProduct(
        id=product_id,
        source_tenant_id=source.tenant_id,
        agreement_id=source.agreement_id,
        version=source.version,
        kind=payload["kind"],
        parent_id=parent,
        sku=payload["sku"],
        slug=payload.get("parent_slug") or payload["slug"],
        name=_name(view, source, payload, overlay, above),
        summary=payload["summary"],
        text=_own(source, "text", overlay.texts, source.language, view.language) or payload["text"],
        brand=payload["brand"],
        gtin=payload["gtin"],
        unit=payload["unit"],
        weight_kg=_decimal(payload["weight_kg"]),
        status=payload["status"],
        tax_class=payload["tax_class"],
        price=price,
        price_is_from=is_from,
        categories=tuple(CategoryLink(UUID(c["id"]), c["name"], c["slug"]) for c in payload["categories"]),
        pictures=tuple(_picture(source, p) for p in payload["pictures"]),
        attributes=tuple(
            ShopAttribute(a["code"], a["label"], a["text"], a["value"], a["kind"], a.get("group", "")) for a in payload["attributes"]
        ),
        axes=tuple(Axis(a["code"], a["label"], _used(a, variants)) for a in payload.get("axes", ())),
        variants=variants,
        countries=source.countries,
        relations=_relations(payload),
        selling=_selling(source, payload, payload["unit"]),
        trade=_trade(payload),
    )


def dress_card(view: ShopView, source: Source, payload: Payload, overlays: Overlays) -> ListCard | None:
    """The product in a list, or None where the shop does not sell it. Prices as a page may show them."""
    payload = priced_at(payload, view.at)
    product_id = UUID(payload["id"])
    overlay = overlays.get(product_id, NOTHING)
    variants = _variants(view, source, payload, overlays, shown=True)
    price, is_from = _price(view, source, payload, overlay, variants, shown=True)
    if overlay.hidden or price is None:
        return None
    pictures = payload["pictures"]
    return ListCard(
        id=product_id,
        source_tenant_id=source.tenant_id,
        agreement_id=source.agreement_id,
        kind=payload["kind"],
        sku=payload["sku"],
        slug=payload["slug"],
        name=_name(view, source, payload, overlay, NOTHING),
        summary=payload["summary"],
        brand=payload["brand"],
        price=price,
        price_is_from=is_from,
        picture=_picture(source, pictures[0]) if pictures else None,
        category_ids=tuple(UUID(told) for told in payload["category_ids"]),
        variant_count=len(variants),
        variant_ids=tuple(v.id for v in variants),
        status=payload["status"],
    )


def _own(source: Source, what: str, texts: Mapping[str, str], *languages: str) -> str:
    if what not in source.overlay_fields:
        return ""
    return next((texts[language] for language in reversed(languages) if texts.get(language)), "")


def _name(view: ShopView, source: Source, payload: Payload, overlay: OverlayFacts, above: OverlayFacts) -> str:
    """The partner's name where it has one; a variant of a renamed parent carries the parent's name and its own values."""
    own = _own(source, "name", overlay.names, source.language, view.language)
    if own:
        return own
    if renamed := _own(source, "name", above.names, source.language, view.language):
        return ", ".join([renamed, *payload.get("texts", {}).values()])
    return str(payload["name"])


def _price(
    view: ShopView, source: Source, payload: Payload, overlay: OverlayFacts, variants: tuple[ShopVariant, ...], shown: bool
) -> tuple[Price | None, bool]:
    if payload["kind"] != "variant_parent":
        price = price_for(view, payload["prices"], overlay, source.corridor)
        return price.shown if price and shown else price, False
    if not variants:
        return None, False
    lowest = min((v.price for v in variants), key=lambda p: p.money.amount)
    return lowest, any(v.price.money != lowest.money for v in variants)


def _variants(view: ShopView, source: Source, payload: Payload, overlays: Overlays, shown: bool) -> tuple[ShopVariant, ...]:
    found = []
    for entry in payload.get("variants", ()):
        variant_id = UUID(entry["id"])
        overlay = overlays.get(variant_id, NOTHING)
        price = price_for(view, entry["prices"], overlay, source.corridor)
        if price is None or overlay.hidden:
            continue
        found.append(
            ShopVariant(
                id=variant_id,
                sku=entry["sku"],
                name=_own(source, "name", overlay.names, source.language, view.language) or entry["name"],
                gtin=entry["gtin"],
                values=entry["values"],
                texts=entry["texts"],
                price=price.shown if shown else price,
                picture_ids=tuple(UUID(p) for p in entry["picture_ids"]),
                weight_kg=_decimal(entry["weight_kg"]),
                relations=_relations(entry),
                selling=_selling(source, entry, payload["unit"]),
                trade=_trade(entry),
            )
        )
    return tuple(found)


def _trade(payload: Payload) -> Mapping[str, Any]:
    return {name: payload[name] for name in (*TRADED, "end_on") if name in payload}


def _selling(source: Source, payload: Payload, base: str) -> Selling:
    """The rules of the market that the catalog was published for: the brand's, where it is shared."""
    return selling_of(base, payload.get("packaging", ()), payload.get("ordering", {}), source.market_code)


def _relations(payload: Payload) -> Relations:
    return {kind: tuple(UUID(told) for told in ids) for kind, ids in payload.get("relations", {}).items()}


def _used(axis: Mapping[str, Any], variants: tuple[ShopVariant, ...]) -> tuple[Choice, ...]:
    used = {v.values.get(axis["code"]) for v in variants}
    return tuple(Choice(str(c["value"]), c["text"]) for c in axis["choices"] if c["value"] in used)


def _picture(source: Source, picture: Payload) -> ShopPicture:
    renditions = tuple(Rendition(r["format"], r["width"], r["height"], r["key"]) for r in picture["renditions"])
    return ShopPicture(UUID(picture["id"]), source.tenant_id, picture["alt"], picture["width"], picture["height"], renditions)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
