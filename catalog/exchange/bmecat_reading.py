"""BMEcat 1.2 and 2005 as rows: T_NEW_CATALOG, T_UPDATE_PRODUCTS, T_UPDATE_PRICES.

The file is read twice, as a stream: once for what stands beside the articles (the groups, and which article is in which: BMEcat
writes that after the articles) and for the columns there are with the kinds of their values; once for the rows. Memory holds one
article, the groups and the article numbers with their groups. Rows are numbered as the articles are, from 1.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from catalog.exchange.bmecat_columns import ARTICLES, Surroundings, columns_of
from catalog.exchange.bmecat_elements import Element, ElementStream
from catalog.exchange.bmecat_languages import tag_of
from kernel.errors import Invalid, TooLarge
from kernel.i18n import gettext as _

TRANSACTIONS = ("T_NEW_CATALOG", "T_UPDATE_PRODUCTS", "T_UPDATE_PRICES")
BELONGING = ("ARTICLE_TO_CATALOGGROUP_MAP", "PRODUCT_TO_CATALOGGROUP_MAP")
MOST_ARTICLES = 200_000
MOST_GROUPS = 100_000
MOST_BELONGING = 1_000_000
MOST_LEVELS = 50
NUMBER = re.compile(r"-?(0|[1-9]\d{0,19})(\.\d{1,10})?")
SHORTEST_NUMBER = re.compile(r"-?(0|[1-9]\d{0,19})(\.\d{0,9}[1-9])?")
SUMMARY_LETTERS = 500

Opener = Callable[[], IO[bytes]]


@dataclass(frozen=True)
class BmecatTable:
    """`kinds` {column: "number", "boolean", "multichoice", "long"}, by all values of the file; what is not in it is text. `rows` can be
    gone through once."""

    headers: list[str]
    kinds: dict[str, str]
    language: str
    rows: Iterator[tuple[int, dict[str, Any]]]


def read_bmecat(opener: Opener, most_columns: int) -> BmecatTable:
    """The catalog's rows. `opener` opens the file anew each time; with `most_columns` 0 columns and kinds are not looked for, which
    saves a reading. Raises Invalid for what is no BMEcat catalog, TooLarge."""
    around = _look_around(opener)
    kinds = _look_through(opener, around, most_columns) if most_columns else {}
    found = {column: kind for column, kind in kinds.items() if kind != "text"}
    return BmecatTable(list(kinds), found, around.language, _rows(opener, around))


def _look_around(opener: Opener) -> Surroundings:
    around = Surroundings()
    parents: dict[str, tuple[str, str]] = {}
    belonging: dict[str, list[str]] = {}
    count = 0
    with opener() as stream:
        for element in ElementStream(("HEADER", "CATALOG_STRUCTURE", *BELONGING), TRANSACTIONS).read(stream):
            if element.name in TRANSACTIONS:
                around.transaction = element.name
            elif element.name == "HEADER":
                _take_header(around, element)
            elif element.name == "CATALOG_STRUCTURE":
                name = "" if element.attributes.get("type") == "root" else _group_name(element, around.language)
                parents[element.text_of("GROUP_ID")] = (name, element.text_of("PARENT_ID"))
            else:
                count += 1
                groups = belonging.setdefault(element.text_of("ART_ID", "PROD_ID"), [])
                if element.attributes.get("mode") != "delete":
                    groups.append(element.text_of("CATALOG_GROUP_ID"))
            if len(parents) > MOST_GROUPS or count > MOST_BELONGING:
                raise TooLarge("This catalog is too large to be taken in one piece. Please split it.")
    if not around.transaction:
        raise Invalid.at("file", _("This is not a BMEcat catalog."), "unknown_kind")
    around.paths = {group: _path(group, parents) for group in parents}
    around.groups = belonging
    return around


def _take_header(around: Surroundings, header: Element) -> None:
    catalog = header.first("CATALOG") or Element("")
    languages = catalog.all("LANGUAGE")
    preferred = [part for part in languages if part.attributes.get("default") == "true"] or languages
    around.language = tag_of(preferred[0].text) if preferred and preferred[0].text else "en"
    around.currency = catalog.text_of("CURRENCY")
    around.picture_root = catalog.text_of("MIME_ROOT")


def _group_name(group: Element, language: str) -> str:
    names = group.all("GROUP_NAME")
    own = [name for name in names if tag_of(name.attributes.get("lang", "")) in ("", language)] or names
    return own[0].text.replace(">", "›") if own else ""


def _path(group: str, parents: dict[str, tuple[str, str]]) -> str:
    """ "Hardware > Notebooks", without the root; a circle ends where it closes."""
    names: list[str] = []
    step, seen = group, set()
    while step in parents and step not in seen and len(names) < MOST_LEVELS:
        seen.add(step)
        name, step = parents[step]
        names.insert(0, name)
    return " > ".join(name for name in names if name)


def _look_through(opener: Opener, around: Surroundings, most_columns: int) -> dict[str, str]:
    """The columns in the order they turn up, each with the kind that all its values are of."""
    kinds: dict[str, str] = {}
    for _number, row in _rows(opener, around):
        for column, value in row.items():
            kind = _kind(column, value)
            known = kinds.setdefault(column, kind)
            if known != kind:
                kinds[column] = next((k for k in ("multichoice", "long") if k in (known, kind)), "text")
        if len(kinds) > most_columns:
            raise TooLarge("This catalog has too many features to be taken in one piece. Please split it.")
    return kinds


def _kind(column: str, value: Any) -> str:
    """Digits without a unit may be a number of a part: "007" and "1.50" stay text."""
    if isinstance(value, list):
        return "multichoice"
    if len(value) > SUMMARY_LETTERS:
        return "long"
    if column.startswith("FEATURE:") and value in ("true", "false"):
        return "boolean"
    form = SHORTEST_NUMBER if column.startswith("FEATURE:") and "[" not in column else NUMBER
    return "number" if form.fullmatch(value) else "text"


def _rows(opener: Opener, around: Surroundings) -> Iterator[tuple[int, dict[str, Any]]]:
    with opener() as stream:
        for number, article in enumerate(ElementStream(ARTICLES, ()).read(stream), 1):
            if number > MOST_ARTICLES:
                raise TooLarge("This catalog is too large to be taken in one piece. Please split it.")
            yield number, columns_of(article, around)
