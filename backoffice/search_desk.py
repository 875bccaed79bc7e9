"""What the desk's pages on search share: the language they are about, their tabs, and products as they show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from catalog.assortment import ListCard
from catalog.search.rules import Pin
from catalog.searching import goods
from catalog.searching.shapes import ONE_WAY, PIN, REDIRECT, STOP_WORD, SYNONYM, Rule
from kernel.errors import NotThere
from kernel.i18n import gettext as _
from kernel.i18n import language_name, mark
from kernel.web.visit import Visit
from storefront.pictures import image

KINDS = {
    SYNONYM: mark("Synonyms"),
    ONE_WAY: mark("One-way synonyms"),
    STOP_WORD: mark("Stop words"),
    PIN: mark("Pinned products"),
    REDIRECT: mark("Redirects"),
}
TABS = (
    ("desk.search", mark("Rules")),
    ("desk.search.asked", mark("What is asked for")),
    ("desk.search.relevance", mark("Relevance")),
    ("desk.search.versions", mark("Publish")),
)


@dataclass(frozen=True)
class Goods:
    """A product on these pages. `value` names it in forms; `thumb` {"thumb": address} or None; `number` "" where it has gone."""

    pin: Pin
    name: str
    number: str
    thumb: dict[str, Any] | None
    is_sold: bool

    @property
    def value(self) -> str:
        """Whose and which, as one word of a form."""
        return f"{self.pin.tenant_id}.{self.pin.product_id}"


def pin_of(value: str) -> Pin:
    """The product that a form names. NotThere for nonsense."""
    tenant_id, _dot, product_id = value.partition(".")
    try:
        return Pin(UUID(tenant_id), UUID(product_id))
    except ValueError as error:
        raise NotThere from error


def languages_of(visit: Visit) -> list[str]:
    """The languages of the shop, the standard market's first."""
    markets = sorted(visit.tenant.markets, key=lambda market: not market.is_default)
    return list(dict.fromkeys(tag for market in markets for tag in (market.default_language, *market.languages)))


def chosen_language(visit: Visit, named: str = "") -> str:
    """The language that a page is about: the one named, or the shop's first. NotThere where the shop does not speak it."""
    spoken = languages_of(visit)
    wanted = named or visit.query.get("language") or (spoken[0] if spoken else "")
    if wanted not in spoken:
        raise NotThere
    return wanted


def around(visit: Visit, current: str, tag: str) -> dict[str, Any]:
    """Tabs and language switch: what every page here needs."""
    spoken = languages_of(visit)
    names = [tab for tab, _label in TABS]
    stay = current if current in names else "desk.search"
    return {
        "tag": tag,
        "kinds": {kind: _(label) for kind, label in KINDS.items()},
        "tab_items": [{"label": _(label), "url": visit.url(name, language=tag), "current": name == current} for name, label in TABS],
        "switch": [{"label": language_name(one), "url": visit.url(stay, language=one), "current": one == tag} for one in spoken]
        if len(spoken) > 1
        else [],
        "done": visit.query.get("done", ""),
    }


def shown(visit: Visit, tag: str, pins: Iterable[Pin]) -> dict[Pin, Goods]:
    """The products as the shop shows them; by number alone where it does not sell them now. Some queries, whatever their number."""
    wanted = list(dict.fromkeys(pins))
    if not wanted:
        return {}
    views = goods.views_in(visit.session, tag)
    cards = goods.cards_of(visit.session, views, wanted)
    missing = [pin for pin in wanted if pin.product_id not in cards]
    numbers = goods.numbers_of(visit.session, missing) if missing else {}
    return {pin: _goods(visit, pin, cards.get(pin.product_id), numbers.get(pin, "")) for pin in wanted}


def _goods(visit: Visit, pin: Pin, card: ListCard | None, number: str) -> Goods:
    if card is None:
        return Goods(pin, number or _("A product that has gone"), number, None, False)
    return Goods(pin, card.name, card.sku, image(visit, card.picture), True)


def told(rule: Rule, known: dict[Pin, Goods]) -> str:
    """A rule in one line."""
    words = ", ".join(rule.words)
    if rule.kind == ONE_WAY:
        return f"{words} → {', '.join(rule.means)}"
    if rule.kind == REDIRECT:
        return f"{words} → {rule.address}"
    if rule.kind == PIN:
        return f"{words}: {', '.join(known[pin].name for pin in rule.products if pin in known)}"
    return words
