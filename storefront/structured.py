"""What search engines and other sites are told about a page: schema.org as JSON-LD, and the card that is shown where a page is shared.

JSON-LD stands in a script element of a type that browsers never run, so the policy of decision 0002 holds for it as it is; `<`,
`>` and `&` are written as escapes, so that no text can end the element.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from catalog.content.blocks import Faq
from kernel.web.visit import Visit
from storefront.page_blocks import Shown

CONTEXT = "https://schema.org"
ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
LONGEST_DESCRIPTION = 300


@dataclass(frozen=True)
class Alternate:
    """The same page in another language or market."""

    hreflang: str
    url: str


@dataclass(frozen=True)
class Told:
    """What the head of a page says: its one address, its others, whether it may be found, its card, its data."""

    canonical: str
    title: str
    description: str = ""
    kind: str = "website"
    image: str = ""
    image_alt: str = ""
    alternates: tuple[Alternate, ...] = ()
    hidden: bool = False
    data: tuple[Mapping[str, Any], ...] = ()

    @property
    def json_ld(self) -> Markup:
        """The data as a script element; nothing where there is none."""
        return json_ld({"@context": CONTEXT, "@graph": list(self.data)}) if self.data else Markup()


def alternates(visit: Visit, found: Iterable[tuple[str, str, str]]) -> tuple[Alternate, ...]:
    """The same page elsewhere, from (market, language, path below the place): as far as the shop serves it, and none where it
    stands alone. Where there are several markets, each of their countries is named; the default place is for all others."""
    markets = {m.code: m for m in visit.tenant.markets}
    shown = sorted((m, tag, path) for m, tag, path in found if m in markets and tag in markets[m].languages)
    if len(shown) < 2:
        return ()
    made = []
    for code, language, path in shown:
        market = markets[code]
        url = f"{visit.tenant.origin}/{language.lower()}-{code}/{path}"
        tags = [f"{language}-{country}" for country in market.countries] if len(markets) > 1 else [language]
        if market.is_default and language == market.default_language:
            tags.append("x-default")
        made += [Alternate(tag, url) for tag in tags]
    return tuple(made)


def named_elsewhere(visit: Visit, route: str, found: Iterable[tuple[str, str, str]]) -> tuple[Alternate, ...]:
    """The same, from (market, language, address name) and the route that shows it."""
    return alternates(visit, ((m, tag, visit.url(route, locale="-", slug=slug).removeprefix("/-/")) for m, tag, slug in found))


def json_ld(data: Mapping[str, Any]) -> Markup:
    """Data as a script element that nothing runs."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - every sign that could end it is escaped


def breadcrumbs(visit: Visit, trail: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """schema.org BreadcrumbList of (name, path); the last one needs no path."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, **({"item": visit.tenant.origin + path} if path else {})}
        for place, (name, path) in enumerate(trail, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def questions(blocks: Sequence[Shown], to_html: Any) -> list[dict[str, Any]]:
    """schema.org FAQPage of all questions on a page; empty where there are none."""
    items = [item for one in blocks if isinstance(one.block, Faq) for item in one.block.items]
    if not items:
        return []
    told = [{"@type": "Question", "name": i.question, "acceptedAnswer": {"@type": "Answer", "text": str(to_html(i.answer))}} for i in items]
    return [{"@type": "FAQPage", "mainEntity": told}]


def organisation(visit: Visit) -> dict[str, Any]:
    """schema.org Organization: whose shop this is."""
    details, logo = visit.tenant.details, visit.tenant.look.logo_key
    told: dict[str, Any] = {
        "@type": "Organization",
        "@id": f"{visit.tenant.origin}/#shop",
        "name": visit.tenant.name,
        "url": visit.tenant.origin + "/",
    }
    if logo:
        told["logo"] = visit.file_url(visit.tenant.tenant_id, logo)
    if details.legal_name:
        told["legalName"] = details.legal_name
    if details.contact_email or details.contact_phone:
        contact = {"@type": "ContactPoint", "contactType": "customer service"}
        contact |= {"email": details.contact_email} if details.contact_email else {}
        contact |= {"telephone": details.contact_phone} if details.contact_phone else {}
        told["contactPoint"] = contact
    return told


def image_url(picture: Mapping[str, Any] | None) -> str:
    """A picture's address for other sites: JPEG, which all of them take."""
    return str(picture["src"]) if picture else ""


def shortened(text: str) -> str:
    """A description: one line of at most three hundred letters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_DESCRIPTION else line[: LONGEST_DESCRIPTION - 1].rsplit(" ", 1)[0] + "…"
