"""Languages: texts by gettext, figures, dates and names by Unicode CLDR (Babel).

Locale tags are BCP 47 (`en`, `de`, `zh-Hans`). The running request's or job's locale and time zone live in context
variables, set by `using`. A language without a catalogue shows the English source text with its own figures and dates.

    with using("de", zone="Europe/Berlin"):
        gettext("Cart")                             # Warenkorb
        format_money(Money.of("1299", "EUR"))       # 1.299,00 €
"""

import gettext as catalogues
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.dates import format_skeleton
from babel.dates import format_time as babel_time
from babel.numbers import format_compact_currency, format_currency, format_decimal
from babel.numbers import format_percent as babel_percent

from kernel.money import Money

DEFAULT = "en"
LOCALES = ("en", "de", "zh-Hans")
DOMAIN = "galleria"

Width = Literal["short", "medium", "long", "full"]

_locale: ContextVar[str] = ContextVar("locale", default=DEFAULT)
_zone: ContextVar[str] = ContextVar("zone", default="UTC")
_folder: Path | None = None


def use_catalogues(folder: Path | None) -> None:
    """Where the catalogues are: `<folder>/<language>/LC_MESSAGES/galleria.mo`. Called once at start-up."""
    global _folder
    _folder = folder
    _catalogue.cache_clear()


@contextmanager
def using(locale: str, zone: str | None = None) -> Iterator[None]:
    """Everything inside the `with` speaks this language and, where given, tells the time of this zone."""
    token = _locale.set(locale if is_known(locale) else DEFAULT)
    zone_token = _zone.set(zone or _zone.get())
    try:
        yield
    finally:
        _zone.reset(zone_token)
        _locale.reset(token)


def current() -> str:
    """The locale tag of the running request or job."""
    return _locale.get()


@lru_cache(maxsize=512)
def is_known(locale: str) -> bool:
    """Does CLDR know this locale tag?"""
    try:
        _parse(locale)
    except (UnknownLocaleError, ValueError):
        return False
    return True


@lru_cache(maxsize=128)
def _parse(tag: str) -> Locale:
    return Locale.parse(tag.replace("-", "_"))


def _here(locale: str | None = None) -> Locale:
    return _parse(locale or _locale.get())


@lru_cache(maxsize=64)
def _catalogue(tag: str) -> catalogues.NullTranslations:
    if _folder is None:
        return catalogues.NullTranslations()
    parsed = _parse(tag)
    names = [str(parsed), parsed.language]
    return catalogues.translation(DOMAIN, str(_folder), names, fallback=True)


def catalogue() -> catalogues.NullTranslations:
    """The catalogue of the current language."""
    return _catalogue(_locale.get())


def gettext(text: str) -> str:
    """The text in the current language; the text itself where there is no translation."""
    source = text.source if isinstance(text, LazyText) else text
    return _catalogue(_locale.get()).gettext(source) if source else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form that the current language uses for `n` things; placeholders are left to the caller."""
    return _catalogue(_locale.get()).ngettext(singular, plural, n)


def pgettext(context: str, text: str) -> str:
    """Like `gettext`, for a word that needs a context to be translated ("Order" the noun, "Order" the button)."""
    return _catalogue(_locale.get()).pgettext(context, text)


class LazyText(str):
    """A source text that is translated when it is shown. It is a `str` (the source), so that dataclasses, pydantic
    models and dictionary keys take it; `str()`, `format` and templates give the translation."""

    __slots__ = ()

    @property
    def source(self) -> str:
        """The English text as it stands in the code."""
        return str.__str__(self)

    def __str__(self) -> str:
        return gettext(self)

    def __format__(self, spec: str) -> str:
        return format(gettext(self), spec)


def gettext_lazy(text: str) -> str:
    """For texts in tables and class bodies: translated when shown, not when imported."""
    return LazyText(text)


def mark(text: str) -> str:
    """Names a text for people and leaves it as it is; whoever shows it passes it through `gettext`."""
    return text


def format_money(money: Money, locale: str | None = None) -> str:
    """With the currency's sign and digits, rounded half up: `1.299,00 €`."""
    return _money(money.rounded().amount, money.currency, locale or _locale.get())


@lru_cache(maxsize=20_000)
def _money(amount: Decimal, currency: str, locale: str) -> str:
    return format_currency(amount, currency, locale=_parse(locale))


def format_rough_money(money: Money, locale: str | None = None) -> str:
    """Short, for the bars of a plot: `€12.3K` where the language has such a form, `12.346 €` where that is shorter."""
    here = _here(locale)
    pattern = here.currency_formats["standard"].pattern.replace(".00", "")
    whole = format_currency(money.amount, money.currency, pattern, locale=here, currency_digits=False)
    return min(whole, format_compact_currency(money.amount, money.currency, fraction_digits=1, locale=here), key=len)


def format_number(number: Decimal | int | float, locale: str | None = None) -> str:
    """Grouped, with at most three decimal places: `12,500.25`."""
    return _number(number, locale or _locale.get())


@lru_cache(maxsize=20_000)
def _number(number: Decimal | int | float, locale: str) -> str:
    return format_decimal(number, locale=_parse(locale))


def format_percent(percent: Decimal | int, locale: str | None = None) -> str:
    """`percent` is what a person says: 19 gives `19 %` in German; at most two decimal places."""
    return babel_percent(Decimal(percent) / 100, format=_percent_pattern(locale or _locale.get()), locale=_here(locale))


@lru_cache(maxsize=64)
def _percent_pattern(locale: str) -> str:
    pattern = str(_parse(locale).percent_formats[None].pattern)
    return pattern.replace("#,##0", "#,##0.##")


def format_date(day: date, width: Width = "medium", locale: str | None = None) -> str:
    """A date; an instant is first brought to the current zone."""
    if isinstance(day, datetime):
        day = day.astimezone(ZoneInfo(_zone.get())).date()
    return _date(day, width, locale or _locale.get())


@lru_cache(maxsize=5000)
def _date(day: date, width: Width, locale: str) -> str:
    return babel_date(day, format=width, locale=_parse(locale))


def format_day(day: date, locale: str | None = None) -> str:
    """Day and month without the year: `Nov 23`."""
    return format_skeleton("MMMd", day, locale=_here(locale))


def format_datetime(instant: datetime, zone: str | None = None, width: Width = "medium", locale: str | None = None) -> str:
    """An instant in the given or the current zone, to the minute: `23.11.2026, 19:23`. ValueError for one without zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    at = instant.astimezone(ZoneInfo(zone or _zone.get()))
    # by the clock on the wall: the hour that is there twice in autumn reads the same both times
    return _minute(at.replace(second=0, microsecond=0, tzinfo=None), width, locale or _locale.get())


@lru_cache(maxsize=5000)
def _minute(clock: datetime, width: Width, locale: str) -> str:
    here = _parse(locale)
    pattern = str(here.datetime_formats[width]).replace("'", "")
    return pattern.format(babel_time(clock.time(), "short", locale=here), _date(clock.date(), width, locale))


def language_name(tag: str, own: bool = False) -> str:
    """The name of a language in the current one, or in itself (`own`): German, Deutsch. The tag where CLDR has no name."""
    if not is_known(tag):
        return tag
    name: Any = _parse(tag).get_display_name(_parse(tag) if own else _here())
    return str(name or tag)


def country_name(code: str) -> str:
    """The name of an ISO 3166-1 country in the current language; the code where CLDR has no name."""
    return str(_here().territories.get(code.upper(), code))


def country_names() -> dict[str, str]:
    """Every country by code, in the alphabetical order of the current language's names."""
    return _country_names(_locale.get())


@lru_cache(maxsize=64)
def _country_names(locale: str) -> dict[str, str]:
    names = {
        code: name for code, name in _parse(locale).territories.items() if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    }
    return dict(sorted(names.items(), key=lambda item: item[1]))


# in CLDR's table of territories, but no countries: unions, outlying oceania, pseudo codes and the unknown
NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


def direction(tag: str | None = None) -> Literal["ltr", "rtl"]:
    """Which way the language is written: for the `dir` attribute."""
    return "rtl" if _here(tag).text_direction == "rtl" else "ltr"
