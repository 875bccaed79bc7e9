"""A catalog written as BMEcat 1.2 or 2005 (T_NEW_CATALOG), article by article, so that it validates against the published schemas. Pure.

What BMEcat has no room for is cut or left out, and counted: names beyond 150 letters (80 in 1.2), names of groups and makers beyond 50,
values of features beyond 60, article numbers beyond 32. 1.2 holds one language, no weights, customs codes
and origins. The same catalog gives the same bytes.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from catalog.exchange.bmecat_languages import code_of
from catalog.exchange.bmecat_mapping import KEPT, OWN_SYSTEM, PRICE_TYPES
from catalog.packaging import PIECES, Selling, decimal_of, is_kept_exactly
from kernel.errors import Invalid
from kernel.i18n import gettext as _

RELEASES = ("2005", "1.2")
NAMESPACES = {"2005": "http://www.bmecat.org/bmecat/2005fd", "1.2": "http://www.bmecat.org/XMLSchema/1.2/bmecat_new_catalog"}
LONGEST_NAME = {"2005": 150, "1.2": 80}
LONGEST_SKU, LONGEST_WORD, LONGEST_VALUE, LONGEST_CODE, LONGEST_TEXT = 32, 50, 60, 60, 64_000
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ETIM_FEATURE = re.compile(r"ef\d{6}")
CATALOG_VERSION = re.compile(r"\d{1,3}\.\d{1,3}", re.ASCII)
WHOLE = re.compile(r"\d{1,9}", re.ASCII)
DECIMAL = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)
STATUS = {"new": "new", "ready": "core", "phase_out": "old"}
ROOT = "1"


@dataclass(frozen=True)
class Heading:
    """What the header says. `languages` are tags, the first is the catalog's own; `version` is like "1.0"; `price_type` one of BMEcat's."""

    catalog_id: str
    name: str
    supplier: str
    languages: Sequence[str]
    version: str = "1.0"
    price_type: str = "net_list"
    release: str = "2005"


@dataclass
class Article:
    """One product as BMEcat sees it. `paths` are the names of its categories from the top; `features` {attribute code: (values, unit)};
    `prices` {currency: amount for one unit that it is counted in}; the catalog tells them for the unit that is usually ordered.
    `classes` are {system: code}."""

    sku: str
    names: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    summaries: Mapping[str, str] = field(default_factory=dict)
    brand: str = ""
    manufacturer: str = ""
    manufacturer_number: str = ""
    gtin: str = ""
    customs_code: str = ""
    origin_country: str = ""
    classes: Mapping[str, str] = field(default_factory=dict)
    status: str = "ready"
    selling: Selling = PIECES
    position: int = 0
    weight_kg: Decimal | None = None
    paths: Sequence[Sequence[str]] = ()
    features: Mapping[str, tuple[Sequence[str], str]] = field(default_factory=dict)
    prices: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass
class Counts:
    """What became of the products; filled while the file is written."""

    written: int = 0
    left_out: int = 0
    features_left_out: int = 0
    texts_cut: int = 0


class BmecatWriter:
    """Writes one catalog. Raises Invalid for a release, a language, a price type or a version that BMEcat does not know."""

    def __init__(self, heading: Heading) -> None:
        if heading.release not in RELEASES:
            raise Invalid.at("release", _("BMEcat is written in the releases 2005 and 1.2."))
        if heading.price_type not in PRICE_TYPES:
            raise Invalid.at("price_type", _("BMEcat knows the prices %(known)s.") % {"known": ", ".join(PRICE_TYPES)})
        if not CATALOG_VERSION.fullmatch(heading.version):
            raise Invalid.at("version", _("The version of a catalog is written like 1.0 or 12.003."))
        unknown = [tag for tag in heading.languages if not code_of(tag)]
        if unknown or not heading.languages:
            raise Invalid.at("languages", _("BMEcat has no code for the language “%(tag)s”.") % {"tag": "".join(unknown[:1])})
        self._heading = heading
        self._is_old = heading.release == "1.2"
        self._word = "ARTICLE" if self._is_old else "PRODUCT"
        self._id = "AID" if self._is_old else "PID"
        self._languages = list(heading.languages[:1] if self._is_old else heading.languages)
        self.counts = Counts()

    def lines(self, articles: Callable[[], Iterable[Article]]) -> Iterator[str]:
        """The file's lines; `articles` is asked twice, as the groups stand before the articles."""
        groups = {path for article in articles() if self._fits(article) for path in self._paths(article)}
        self.counts = Counts()
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield f'<BMECAT version="{self._heading.release}" xmlns="{NAMESPACES[self._heading.release]}">\n'
        yield from self._header()
        yield "<T_NEW_CATALOG>\n"
        yield from self._groups(groups)
        belonging: list[tuple[str, str]] = []
        for article in articles():
            if not self._fits(article):
                self.counts.left_out += 1
                continue
            self.counts.written += 1
            belonging += [(article.sku, _group_id(path)) for path in dict.fromkeys(self._paths(article))]
            yield from self._article(article)
        to, art = f"{self._word}_TO_CATALOGGROUP_MAP", "ART_ID" if self._is_old else "PROD_ID"
        for sku, group in belonging:
            yield f"<{to}>{_tag(art, sku)}{_tag('CATALOG_GROUP_ID', group)}</{to}>\n"
        yield "</T_NEW_CATALOG>\n</BMECAT>\n"

    def _fits(self, article: Article) -> bool:
        """BMEcat wants a number, a name and a price of every article."""
        return len(article.sku) <= LONGEST_SKU and bool(article.prices) and any(article.names.get(tag) for tag in self._languages)

    def _paths(self, article: Article) -> list[tuple[str, ...]]:
        return [tuple(self._cut(name.replace(">", "›"), LONGEST_WORD) for name in path) for path in article.paths if path]

    def _cut(self, text: str, longest: int) -> str:
        if len(text) <= longest:
            return text
        self.counts.texts_cut += 1
        return text[: longest - 1].rstrip() + "…"

    def _header(self) -> Iterator[str]:
        told = self._heading
        yield "<HEADER>\n<GENERATOR_INFO>Galleria</GENERATOR_INFO>\n<CATALOG>\n"
        for n, tag in enumerate(self._languages):
            yield _tag("LANGUAGE", code_of(tag), {"default": "true"} if n == 0 and not self._is_old else {}) + "\n"
        yield _tag("CATALOG_ID", told.catalog_id[:20]) + "\n" + _tag("CATALOG_VERSION", told.version) + "\n"
        yield _tag("CATALOG_NAME", told.name[:100]) + "\n</CATALOG>\n"
        yield f"<SUPPLIER>{_tag('SUPPLIER_NAME', told.supplier[:50])}</SUPPLIER>\n</HEADER>\n"

    def _groups(self, paths: Iterable[tuple[str, ...]]) -> Iterator[str]:
        known = {path[:length] for path in paths for length in range(1, len(path) + 1)}
        if not known:
            return
        above = {path[:-1] for path in known}
        yield "<CATALOG_GROUP_SYSTEM>\n"
        yield _group("root", ROOT, self._heading.name[:LONGEST_WORD], "0")
        for path in sorted(known):
            yield _group("node" if path in above else "leaf", _group_id(path), path[-1], _group_id(path[:-1]) if path[1:] else ROOT)
        yield "</CATALOG_GROUP_SYSTEM>\n"

    def _article(self, article: Article) -> Iterator[str]:
        word = self._word
        yield f'<{word} mode="new">\n' + _tag(f"SUPPLIER_{self._id}", article.sku) + "\n"
        yield f"<{word}_DETAILS>\n" + "\n".join(self._details(article)) + f"\n</{word}_DETAILS>\n"
        yield from self._features(article)
        yield f"<{word}_ORDER_DETAILS>" + "".join(self._ordering(article)) + f"</{word}_ORDER_DETAILS>\n<{word}_PRICE_DETAILS>\n"
        for currency, amount in sorted(article.prices.items()):
            price = _tag("PRICE_AMOUNT", _plain(amount * decimal_of(article.selling.usual.factor))) + _tag("PRICE_CURRENCY", currency)
            yield f"<{word}_PRICE price_type={quoteattr(self._heading.price_type)}>{price}</{word}_PRICE>\n"
        yield f"</{word}_PRICE_DETAILS>\n"
        if logistics := "" if self._is_old else _logistics(article):
            yield f"<PRODUCT_LOGISTIC_DETAILS>{logistics}</PRODUCT_LOGISTIC_DETAILS>\n"
        yield f"</{word}>\n"

    def _details(self, article: Article) -> Iterator[str]:
        yield from self._worded("DESCRIPTION_SHORT", article.names, LONGEST_NAME[self._heading.release])
        yield from self._worded("DESCRIPTION_LONG", article.texts, LONGEST_TEXT)
        if article.gtin:
            yield _tag("EAN", article.gtin) if self._is_old else _tag("INTERNATIONAL_PID", article.gtin, {"type": "gtin"})
        yield from self._single(article, "SUPPLIER_ALT_PID", f"SUPPLIER_ALT_{self._id}")
        if article.manufacturer_number:
            yield _tag(f"MANUFACTURER_{self._id}", self._cut(article.manufacturer_number, LONGEST_WORD))
        if maker := article.manufacturer or article.brand:
            yield _tag("MANUFACTURER_NAME", self._cut(maker, LONGEST_WORD))
        for keyword in _value(article, "keywords").split("|"):
            if keyword := keyword.strip():
                yield _tag("KEYWORD", self._cut(keyword, LONGEST_WORD), self._lang(self._languages[0]))
        yield from self._worded("REMARKS", article.summaries, LONGEST_TEXT)
        if article.position:
            yield _tag(f"{self._word}_ORDER", str(article.position))
        if article.status in STATUS:
            yield _tag(f"{self._word}_STATUS", article.status, {"type": f"{STATUS[article.status]}_{self._word.lower()}"})

    def _worded(self, name: str, words: Mapping[str, str], longest: int) -> Iterator[str]:
        for tag in self._languages:
            if text := words.get(tag, "").strip():
                yield _tag(name, self._cut(text, longest), self._lang(tag))

    def _lang(self, tag: str) -> dict[str, str]:
        return {"lang": code_of(tag)} if len(self._languages) > 1 else {}

    def _single(self, article: Article, column: str, name: str) -> Iterator[str]:
        if value := _value(article, KEPT[column]):
            yield _tag(name, self._cut(value, LONGEST_WORD))

    def _features(self, article: Article) -> Iterator[str]:
        elsewhere = {*KEPT.values(), "keywords"}
        classes = {key: code for key, code in sorted(article.classes.items()) if len(code) <= LONGEST_CODE}
        etim = next((key for key in classes if key.upper().startswith("ETIM")), None)
        blocks: dict[str | None, list[str]] = {key: [] for key in classes}
        for code in sorted(code for code in article.features if code not in elsewhere):
            if feature := self._feature(code, *article.features[code]):
                blocks.setdefault(etim if ETIM_FEATURE.fullmatch(code) else None, []).append(feature)
        for key, features in blocks.items():
            yield f"<{self._word}_FEATURES>\n"
            if key is not None:
                yield "" if key == OWN_SYSTEM else _tag("REFERENCE_FEATURE_SYSTEM_NAME", key)
                yield _tag("REFERENCE_FEATURE_GROUP_ID", classes[key]) + "\n"
            yield "".join(features) + f"</{self._word}_FEATURES>\n"

    def _feature(self, code: str, values: Sequence[str], unit: str) -> str:
        values = [value for value in values if value not in ("", "-")]
        name = code.upper() if ETIM_FEATURE.fullmatch(code) else code
        if not values or len(name) > LONGEST_CODE or any(len(value) > LONGEST_VALUE for value in values):
            self.counts.features_left_out += 1
            return ""
        told = _tag("FNAME", name) + "".join(_tag("FVALUE", value) for value in values) + (_tag("FUNIT", unit) if unit else "")
        return f"<FEATURE>{told}</FEATURE>\n"

    def _ordering(self, article: Article) -> Iterator[str]:
        """In the unit that is usually ordered, with what it holds."""
        selling, usual = article.selling, article.selling.usual
        yield _tag("ORDER_UNIT", usual.unit)
        smaller = next((way for way in selling.contents if way.factor < 1 and is_kept_exactly(1 / way.factor)), None)
        if usual.unit != selling.base:
            yield _tag("CONTENT_UNIT", selling.base) + _tag("NO_CU_PER_OU", _plain(decimal_of(usual.factor)))
        elif smaller is not None:
            yield _tag("CONTENT_UNIT", smaller.unit) + _tag("NO_CU_PER_OU", _plain(decimal_of(1 / smaller.factor)))
        if selling.is_ruled:
            for name, count in zip(("QUANTITY_MIN", "QUANTITY_INTERVAL"), selling.grid.steps_of(usual), strict=True):
                yield from self._number(name, _plain(count), WHOLE if self._is_old else DECIMAL)

    def _number(self, name: str, value: str, form: re.Pattern[str]) -> Iterator[str]:
        if form.fullmatch(value):
            yield _tag(name, value)
        else:
            self.counts.features_left_out += 1


def _logistics(article: Article) -> str:
    customs = _tag("CUSTOMS_NUMBER", article.customs_code) if article.customs_code else ""
    origin = _tag("COUNTRY_OF_ORIGIN", article.origin_country) if article.origin_country else ""
    weight = "" if article.weight_kg is None else _tag("WEIGHT", _plain(round(article.weight_kg, 3)))
    told = f"<CUSTOMS_TARIFF_NUMBER>{customs}</CUSTOMS_TARIFF_NUMBER>" if customs else ""
    return told + origin + (f"<PRODUCT_DIMENSIONS>{weight}</PRODUCT_DIMENSIONS>" if weight else "")


def _value(article: Article, code: str) -> str:
    values, _unit = article.features.get(code, ((), ""))
    return values[0] if values else ""


def _group_id(path: tuple[str, ...]) -> str:
    """The same for the same names in every catalog."""
    return hashlib.sha256("\n".join(path).encode()).hexdigest()[:20]


def _group(kind: str, group: str, name: str, parent: str) -> str:
    told = _tag("GROUP_ID", group) + _tag("GROUP_NAME", name) + _tag("PARENT_ID", parent)
    return f'<CATALOG_STRUCTURE type="{kind}">{told}</CATALOG_STRUCTURE>\n'


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _tag(name: str, text: str, attributes: Mapping[str, str] | None = None) -> str:
    told = "".join(f" {key}={quoteattr(value)}" for key, value in (attributes or {}).items())
    return f"<{name}{told}>{escape(NOT_XML.sub('', text)).replace(chr(13), '&#13;')}</{name}>"
