"""The words of filters: written by every publication, read by shops of the brand and of its partners.

Search counts codes (`colour:pine`); a shopper reads "Farbe: Kieferngrün". The words are published with the catalog,
because a partner's shop may not look into the brand's editing tables, and because a label that is being edited must not show.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from catalog.assortment import ShopView, Source, sources_for
from catalog.models import Attribute, FacetWord
from catalog.shop_state import place_of
from kernel import stamps, tenancy
from kernel.i18n import gettext as _

BRAND = "brand"
FILTER_KINDS = ("choice", "multichoice", "boolean", "text")
LAST = 1_000_000


@dataclass(frozen=True)
class FacetWords:
    """Label of a filter and the words of its values."""

    code: str
    label: str
    kind: str = "text"
    position: int = 0
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_filter(self) -> bool:
        """Can it be offered as check boxes? Numbers span ranges instead."""
        return self.kind in FILTER_KINDS

    def text(self, value: str) -> str:
        """What a shopper reads for a value."""
        if self.kind == "boolean":
            return _("Yes") if value == "true" else _("No")
        found = self.words.get(value)
        return str(found["text"]) if found else value

    def place(self, value: str) -> int:
        """Where the value stands among the attribute's choices; values that are none of them come last."""
        found = self.words.get(value)
        return int(found.get("place", LAST)) if found else LAST

    def swatch(self, value: str) -> str:
        """The colour to show beside the value (`#rrggbb`), or nothing."""
        found = self.words.get(value)
        return str(found.get("swatch", "")) if found else ""


def remember_words(session: Session, market_code: str, languages: Iterable[str], fallback: str) -> None:
    """Replaces the current tenant's filter words of a market; part of publishing. `fallback` is the market's first language."""
    here = tenancy.current()
    session.execute(delete(FacetWord).where(FacetWord.tenant_id == here, FacetWord.market_code == market_code))
    attributes = session.scalars(select(Attribute).where(Attribute.tenant_id == here, Attribute.filterable)).all()
    for language in languages:
        for attribute in attributes:
            session.add(
                FacetWord(
                    tenant_id=here,
                    market_code=market_code,
                    language=language,
                    code=attribute.code,
                    kind=attribute.kind,
                    label=_word(attribute.labels, language, fallback) or attribute.code,
                    position=attribute.position,
                    words={str(c["code"]): _choice(c, language, fallback, place) for place, c in enumerate(attribute.choices)},
                )
            )
    session.flush()


def facet_words(session: Session, view: ShopView) -> dict[str, FacetWords]:
    """The filters of a shop by code, in the order of the catalog; several catalogs' words for one code are laid together."""
    sources = sources_for(session, view)
    return _kept_words.get(session, (view, *sources), lambda: _read_words(session, sources))


def _read_words(session: Session, sources: list[Source]) -> dict[str, FacetWords]:
    places = [(s.tenant_id, s.market_code, s.language) for s in sources]
    rows = session.scalars(
        select(FacetWord)
        .where(tuple_(FacetWord.tenant_id, FacetWord.market_code, FacetWord.language).in_(places))
        .order_by(FacetWord.position, FacetWord.code)
    )
    found: dict[str, FacetWords] = {}
    for row in rows:
        known = found.get(row.code)
        words = {**row.words, **(known.words if known else {})}
        found[row.code] = FacetWords(row.code, known.label if known else row.label, row.kind, row.position, words)
    found.setdefault(BRAND, FacetWords(BRAND, _("Brand")))
    return found


_kept_words: stamps.Kept[dict[str, FacetWords]] = stamps.Kept(most=100, place=lambda key: place_of(key[0]))


def _choice(choice: Mapping[str, Any], language: str, fallback: str, place: int) -> dict[str, Any]:
    told = {"text": _word(choice.get("labels", {}), language, fallback) or str(choice["code"]), "place": place}
    return {**told, "swatch": str(choice["swatch"])} if choice.get("swatch") else told


def _word(words: Mapping[str, str], language: str, fallback: str) -> str:
    return words.get(language) or words.get(fallback) or next(iter(words.values()), "")
