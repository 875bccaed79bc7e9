"""Texts to words and terms: the same steps for documents and for queries, per language.

- clean: valid Unicode, NFKC, lower case, cut to a length; every pattern here is linear in its input (no nested repeats)
- words: runs of letters and digits; parts of a hyphened word count singly and joined ("e-bike": e, bike, ebike);
  a number and its unit are one word however the unit is written ("10 mm" = "10mm", "3,00 metres" = "3m", 15.6" = "15.6 Zoll")
- Chinese and Japanese: every two neighbouring characters are a word
- term: the word's stem (Snowball, but for the plurals that it does not know) without accents; German umlauts fold both ways
  (Löffel = Loeffel = Loffel)
"""

import itertools
import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

LONGEST_WORD = 40
ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "ja": "english", "ko": "english", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish", "zh": "english",
}  # fmt: skip
COMPOUNDING = frozenset({"de", "nl", "sv", "da", "nb", "nn", "no", "fi", "hu", "et"})
_UNITS = (
    "mm cm dm m km nm µm in inch zoll ft yd mg g kg t lb lbs oz ml cl dl l hl gal w kw mw kwh wh v kv mv a ma mah ah hz khz mhz ghz"
    " b kb mb gb tb kbit mbit gbit mbps gbps k °c c f lm cd lx db dpi ppi ppm fps rpm bar psi pa kpa n nm er x pcs pc stk s ms min h"
)
_SMALL = {
    "en": "a an and are as at by for from in is it of on or that the this to with without",
    "de": "am an auf aus bei das dem den der des die ein eine einem einen einer für fuer im in ist mit oder und vom von zu zum zur",
    "fr": "à au aux avec ce de des du en et la le les ou par pour sans sur un une",
    "nl": "de het een en of van voor met in op",
    "es": "de la el los las y o con para en un una",
    "it": "di il la lo le gli e o con per in un una",
}
_UNIT_NAMES = {
    "in": "inch inches zoll", "ft": "foot feet fuß fuss", "mm": "millimeter millimetre millimeters millimetres",
    "cm": "centimeter centimetre centimeters centimetres zentimeter", "m": "meter metre meters metres metern",
    "l": "liter litre liters litres litern", "ml": "milliliter millilitre milliliters millilitres", "g": "gram grams gramm",
    "kg": "kilo kilos kilogram kilograms kilogramm", "w": "watt watts", "v": "volt volts", "a": "amp amps ampere",
    "lx": "lux", "lm": "lumen lumens", "gb": "gbyte gigabyte gigabytes", "mb": "mbyte megabyte megabytes", "tb": "tbyte terabyte terabytes",
    "pcs": "pc pieces stk stück stueck", "min": "minute minutes minuten", "h": "hour hours stunde stunden",
}  # fmt: skip
_CHINESE_UNITS = {
    "毫米": "mm", "厘米": "cm", "公里": "km", "米": "m", "英寸": "in", "寸": "in", "毫升": "ml", "升": "l", "公斤": "kg", "千克": "kg",
    "克": "g", "毫安时": "mah", "瓦时": "wh", "瓦": "w", "伏": "v", "勒克斯": "lx", "流明": "lm",
}  # fmt: skip
IRREGULAR = {
    "en": {
        "lens": "lens", "lenses": "lens", "ups": "ups", "mice": "mous", "children": "child", "feet": "foot", "teeth": "tooth",
        "men": "man", "women": "woman", "knives": "knife", "shelves": "shelf", "scarves": "scarf", "leaves": "leaf", "halves": "half",
    }
}  # fmt: skip
UNITS = {unit: unit for unit in _UNITS.split()} | {name: unit for unit, names in _UNIT_NAMES.items() for name in names.split()}
STOP_WORDS = {language: frozenset(small.split()) for language, small in _SMALL.items()}

_RAW = re.compile(r"[^\W_]+(?:[-./,'’+&][^\W_]+)*")
_CONNECTOR = re.compile(r"[-./,'’+&]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_NUMBER_UNIT = re.compile(r"(\d+(?:[.,]\d+)?)([^\W\d_]{1,11})")
_THOUSANDS = re.compile(r"(\d{1,3})[.,]000")
_INCH = re.compile(r"(?<=\d) ?(?:[\"”]|''|′′)")
_TIMES = re.compile(r"(?<=\d) ?[x×] ?(?=\d)")
_CHINESE_UNIT = re.compile("(?<=\\d) ?(" + "|".join(sorted(_CHINESE_UNITS, key=len, reverse=True)) + ")")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_GERMAN = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_GERMAN_PAIR = re.compile(r"(?<![q])ue|ae|oe")
_local = threading.local()


@dataclass(frozen=True)
class Word:
    """One word: as written (`shown`), folded for comparing letter by letter (`key`), and what is indexed (`term`).

    `also`: what else a document answers to because of it: the number of "10mm", the two signs of a Chinese pair.
    `joined`: the one word that a hyphened word's parts make together; answers for each of them.
    """

    shown: str
    key: str
    term: str
    also: tuple[str, ...] = ()
    joined: str = ""


def base_language(language: str) -> str:
    """`zh-Hans` → `zh`."""
    return language.replace("_", "-").split("-")[0].lower()


def clean(text: str, longest: int) -> str:
    """Valid, composed, lower-case text of at most `longest` characters."""
    valid = text[:longest].encode("utf-8", "ignore").decode()
    return _CONTROL.sub(" ", unicodedata.normalize("NFKC", valid)).lower().replace("\u0307", "")[:longest]


def without_accents(word: str) -> str:
    """é → e; marks of scripts that need them (Arabic, Devanagari) stay."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFKD", word)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not "\u0300" <= c <= "\u036f"))


def fold(word: str, language: str) -> str:
    """The form in which words are compared letter by letter (typos, prefixes)."""
    if language == "de":
        word = _GERMAN_PAIR.sub(lambda pair: pair[0][0], word.translate(_GERMAN))
    return without_accents(word)


def _stemmer(language: str) -> object:
    """Stemmers keep state while they work, so every thread has its own."""
    stemmers = _local.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = snowballstemmer.stemmer(ALGORITHMS[language]) if language in ALGORITHMS else None
    return stemmers[language]


@lru_cache(maxsize=30_000)
def term_of(word: str, language: str) -> str:
    """The indexed form of one lower-case word in a base language."""
    if not word.isalpha() or len(word) < 3:
        return fold(word, language)
    irregular = IRREGULAR.get(language, {}).get(word)
    if irregular:
        return irregular
    stemmer = _stemmer(language)
    return without_accents(stemmer.stemWord(word) if stemmer else word)  # type: ignore[attr-defined]


def _word(part: str, language: str, also: tuple[str, ...] = (), joined: str = "") -> Word:
    return Word(part, fold(part, language), term_of(part, language), also, joined)


def _measure(number: str, unit: str, language: str, also: tuple[str, ...]) -> Word:
    """A number with its unit, one word; answers to the number as well."""
    plain = number.replace(",", ".")
    thousands = _THOUSANDS.fullmatch(number)
    if thousands:
        plain = thousands[1] + "000"
    elif "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return _word(plain + UNITS[unit], language, (plain, *also))


def _pairs(run: str) -> Iterator[Word]:
    if len(run) == 1:
        yield Word(run, run, run)
    for first, second in itertools.pairwise(run):
        yield Word(first + second, first + second, first + second, (first, second))


@lru_cache(maxsize=30_000)
def _plain(raw: str, language: str) -> tuple[Word, ...]:
    """Words of a raw word that has no Chinese in it."""
    measure = _NUMBER_UNIT.fullmatch(raw)
    if measure and measure[2] in UNITS:
        return (_measure(measure[1], measure[2], language, ()),)
    if _NUMBER.fullmatch(raw):
        return (_word(raw.replace(",", "."), language),)
    parts = [part[:LONGEST_WORD] for part in _CONNECTOR.split(raw)]
    joined = term_of("".join(parts)[:LONGEST_WORD], language) if len(parts) > 1 else ""
    return tuple(_word(part, language, (), joined) for part in parts[:8])


def _single(text: str, language: str) -> Iterator[Word]:
    for raw in _RAW.findall(text):
        if raw.isascii():
            yield from _plain(raw, language)
            continue
        end = 0
        for run in _CJK.finditer(raw):
            if run.start() > end:
                yield from _in_between(raw[end : run.start()], language)
            yield from _pairs(run[0])
            end = run.end()
        if end < len(raw):
            yield from _in_between(raw[end:], language)


def _in_between(piece: str, language: str) -> Iterator[Word]:
    for raw in _RAW.findall(piece):
        yield from _plain(raw, language)


def _with_units(text: str) -> str:
    """The text with signs that stand for a unit written out, and room between the numbers of "10x20"."""
    if not text.isascii():
        text = _CHINESE_UNIT.sub(lambda found: _CHINESE_UNITS[found[1]] + " ", text)
    return _INCH.sub("in ", _TIMES.sub(" x ", text))


def words(text: str, language: str, longest: int = 20_000) -> list[Word]:
    """The words of a text in order. A number followed by its unit is one word that also answers to the number."""
    language = base_language(language)
    found: list[Word] = []
    for word in _single(_with_units(clean(text, longest)), language):
        last = found[-1] if found else None
        if last and word.shown in UNITS and _NUMBER.fullmatch(last.shown):
            found[-1] = _measure(last.shown, word.shown, language, tuple(dict.fromkeys((UNITS[word.shown], word.term))))
        else:
            found.append(word)
    return found


def query_words(text: str, language: str, longest: int, most: int) -> list[Word]:
    """The words of a query without the small words, unless there is nothing else; at most `most`."""
    found = words(text, language, longest)
    small = STOP_WORDS.get(base_language(language), frozenset())
    return ([word for word in found if word.shown not in small] or found)[:most]


def code_key(text: str) -> str:
    """How SKUs, GTINs and other codes are compared: capitals and digits only."""
    return "".join(c for c in clean(text, 80).upper() if c.isalnum())
