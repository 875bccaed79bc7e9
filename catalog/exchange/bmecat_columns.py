"""One article of a BMEcat catalog as a row of named columns. Pure.

Both releases give the names of 2005 (SUPPLIER_AID → SUPPLIER_PID), so that one mapping reads both:

    SUPPLIER_PID  GTIN  MANUFACTURER_PID  MANUFACTURER_NAME  SUPPLIER_ALT_PID  PRODUCT_STATUS (its type)  PRODUCT_ORDER  WEIGHT (kg)
    DESCRIPTION_SHORT:de  DESCRIPTION_LONG:de  KEYWORD:de  REMARKS:de           by language
    CATEGORY                                                                    list of paths "Hardware > Notebooks"
    CLASS:ETIM-6.0                                                              the group in a classification system
    FEATURE:EF000008 [MMT]                                                      value or list of values; the unit where there is one
    CUSTOMS_NUMBER  COUNTRY_OF_ORIGIN                                           the first of each
    ORDER_UNIT  CONTENT_UNIT  NO_CU_PER_OU  QUANTITY_MIN  QUANTITY_INTERVAL  PRICE_VALID_FROM  PRICE_VALID_UNTIL
    PRICE:EUR:net_list                                                          for one order unit, at the lowest quantity
    PRICE:EUR:net_list:100                                                      from this quantity on
    MIME:normal                                                                 list of addresses or names of files, by purpose
    REFERENCE:accessories                                                       list of article numbers, by kind
    MODE                                                                        "delete", where an update takes the article away

A price is PRICE_AMOUNT × PRICE_FACTOR ÷ PRICE_QUANTITY (BMEcat 2005, PRICE_QUANTITY and PRICE_FACTOR). Where a second price would
stand in the same column (other territories, other dates), "(2)" follows the column's name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from catalog.exchange.bmecat_elements import Element
from catalog.exchange.bmecat_languages import tag_of
from catalog.exchange.cells import LONGEST_CELL, WrongCell
from kernel.i18n import gettext as _

ARTICLES = ("ARTICLE", "PRODUCT")
DETAILS = {
    ("SUPPLIER_ALT_AID", "SUPPLIER_ALT_PID"): "SUPPLIER_ALT_PID",
    ("MANUFACTURER_AID", "MANUFACTURER_PID"): "MANUFACTURER_PID",
    ("MANUFACTURER_NAME",): "MANUFACTURER_NAME",
    ("ARTICLE_ORDER", "PRODUCT_ORDER"): "PRODUCT_ORDER",
}
BY_LANGUAGE = ("DESCRIPTION_SHORT", "DESCRIPTION_LONG", "KEYWORD", "REMARKS")
ORDERING = ("ORDER_UNIT", "CONTENT_UNIT", "NO_CU_PER_OU", "QUANTITY_MIN", "QUANTITY_INTERVAL")
GTIN_TYPES = ("gtin", "ean", "gtin-13", "ean13")
LONGEST_COLUMN = 200
SHOWN = 500
PRICES_ONLY = "T_UPDATE_PRICES"


@dataclass
class Surroundings:
    """What stands beside the articles: the transaction, the header's language, currency and picture folder, the paths by group id, and
    by article number the groups it is in."""

    transaction: str = ""
    language: str = "en"
    currency: str = ""
    picture_root: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)


def columns_of(article: Element, around: Surroundings) -> dict[str, Any]:
    """The row. What cannot be read as it should (a group that there is not) is a WrongCell."""
    row: dict[str, Any] = {"SUPPLIER_PID": article.text_of("SUPPLIER_AID", "SUPPLIER_PID")}
    if around.transaction != PRICES_ONLY:
        _put_details(row, article, around)
        _put_categories(row, around)
        for features in article.all("ARTICLE_FEATURES", "PRODUCT_FEATURES"):
            _put_features(row, features)
        _put_ordering(row, article)
    _put_prices(row, article, around)
    if around.transaction != PRICES_ONLY:
        _put_media(row, article, around)
    row["MODE"] = "delete" if article.attributes.get("mode") == "delete" else ""
    return {column[:LONGEST_COLUMN]: _short(value) for column, value in row.items() if value not in ("", [])}


def _short(value: Any) -> Any:
    """Cells are as long as in any other file; what is longer is named, not cut."""
    if len(value if isinstance(value, str) else "|".join(value)) <= LONGEST_CELL:
        return value
    reason = _("At most %(count)s characters.") % {"count": LONGEST_CELL}
    return WrongCell.because((value if isinstance(value, str) else value[0])[:SHOWN], reason)


def _put_details(row: dict[str, Any], article: Element, around: Surroundings) -> None:
    details = article.first("ARTICLE_DETAILS", "PRODUCT_DETAILS") or Element("")
    for names, column in DETAILS.items():
        row[column] = details.text_of(*names)
    row["GTIN"] = details.text_of("EAN")
    for code in details.all("INTERNATIONAL_PID", "INTERNATIONAL_AID"):
        if code.attributes.get("type", "gtin").lower() in GTIN_TYPES:
            row["GTIN"] = row["GTIN"] or code.text
    for name in BY_LANGUAGE:
        for part in details.all(name):
            column = f"{name}:{tag_of(part.attributes.get('lang', '')) or around.language}"
            row[column] = f"{row[column]}|{part.text}" if name == "KEYWORD" and row.get(column) else row.get(column) or part.text
    status = details.first("ARTICLE_STATUS", "PRODUCT_STATUS")
    row["PRODUCT_STATUS"] = "" if status is None else status.attributes.get("type", "").replace("_article", "_product")
    logistics = article.first("PRODUCT_LOGISTIC_DETAILS", "ARTICLE_LOGISTIC_DETAILS") or Element("")
    row["WEIGHT"] = (logistics.first("PRODUCT_DIMENSIONS", "ARTICLE_DIMENSIONS") or Element("")).text_of("WEIGHT")
    row["CUSTOMS_NUMBER"] = (logistics.first("CUSTOMS_TARIFF_NUMBER") or Element("")).text_of("CUSTOMS_NUMBER")
    row["COUNTRY_OF_ORIGIN"] = logistics.text_of("COUNTRY_OF_ORIGIN").partition("-")[0]
    for reference in article.all("ARTICLE_REFERENCE", "PRODUCT_REFERENCE"):
        row.setdefault(f"REFERENCE:{reference.attributes.get('type', 'others')}", []).append(reference.text_of("ART_ID_TO", "PROD_ID_TO"))


def _put_categories(row: dict[str, Any], around: Surroundings) -> None:
    groups = around.groups.get(row["SUPPLIER_PID"], ())
    missing = [group for group in groups if group not in around.paths]
    if missing:
        row["CATEGORY"] = WrongCell.because(missing[0], _("The catalog has no group with this number."))
    else:
        row["CATEGORY"] = [path for group in groups if (path := around.paths[group])]


def _put_features(row: dict[str, Any], features: Element) -> None:
    system = features.text_of("REFERENCE_FEATURE_SYSTEM_NAME")
    group = features.text_of("REFERENCE_FEATURE_GROUP_ID", "REFERENCE_FEATURE_GROUP_NAME")
    if group:
        row.setdefault(f"CLASS:{system}".rstrip(":"), group)
    for feature in features.all("FEATURE"):
        name = feature.text_of("FNAME", "FT_IDREF")
        values = [value.text for value in feature.all("FVALUE", "VALUE_IDREF") if value.text not in ("", "-")]
        if name and feature.first("VARIANTS"):
            row[_free(row, f"FEATURE:{name}")] = WrongCell.because(name, _("Variants inside one article are not read; please list each."))
        elif name and values:
            unit = feature.text_of("FUNIT")
            column = _free(row, f"FEATURE:{name}" + (f" [{unit}]" if unit else ""))
            row[column] = values if len(values) > 1 else values[0]


def _put_ordering(row: dict[str, Any], article: Element) -> None:
    ordering = article.first("ARTICLE_ORDER_DETAILS", "PRODUCT_ORDER_DETAILS") or Element("")
    for name in ORDERING:
        row[name] = ordering.text_of(name)


def _put_prices(row: dict[str, Any], article: Element, around: Surroundings) -> None:
    ordering = article.first("ARTICLE_ORDER_DETAILS", "PRODUCT_ORDER_DETAILS") or Element("")
    per = ordering.text_of("PRICE_QUANTITY") or "1"
    for details in article.all("ARTICLE_PRICE_DETAILS", "PRODUCT_PRICE_DETAILS"):
        for kind, column in (("valid_start_date", "PRICE_VALID_FROM"), ("valid_end_date", "PRICE_VALID_UNTIL")):
            dated = next((d.text_of("DATE") for d in details.all("DATETIME") if d.attributes.get("type") == kind), "")
            row.setdefault(column, details.text_of(kind.upper()) or dated)
        found: dict[str, list[tuple[Decimal, str]]] = {}
        for price in details.all("ARTICLE_PRICE", "PRODUCT_PRICE"):
            currency = price.text_of("PRICE_CURRENCY") or around.currency
            column = f"PRICE:{currency}:{price.attributes.get('price_type', '')}"
            found.setdefault(column, []).append((_number(price.text_of("LOWER_BOUND")), _amount(price, per)))
        for column, bands in found.items():
            lowest = min(bound for bound, _amount in bands)
            for bound, amount in bands:
                row[_free(row, column if bound == lowest else f"{column}:{_plain(bound)}")] = amount


def _amount(price: Element, per: str) -> str:
    """For one order unit; the text as it stands where it is no number, for the report."""
    text = price.text_of("PRICE_AMOUNT")
    try:
        amount = Decimal(text) * Decimal(price.text_of("PRICE_FACTOR") or 1) / Decimal(per)
    except ArithmeticError:
        return text or "-"
    return _plain(amount) if amount.is_finite() else text


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text or 1)
    except ArithmeticError:
        return Decimal(1)
    return number if number.is_finite() else Decimal(1)


def _plain(number: Decimal) -> str:
    """Without an exponent and needless zeros; numbers beyond any price stay as they are written."""
    return format(number.normalize(), "f") if abs(number.adjusted()) < 30 else str(number)


def _put_media(row: dict[str, Any], article: Element, around: Surroundings) -> None:
    for mime in (article.first("MIME_INFO") or Element("")).all("MIME"):
        source = mime.text_of("MIME_SOURCE")
        if source and "://" not in source and "://" in around.picture_root:
            source = f"{around.picture_root.rstrip('/')}/{source.lstrip('/')}"
        purpose = mime.text_of("MIME_PURPOSE") or "normal"
        sources = row.setdefault(f"MIME:{purpose}", [])
        if source and source not in sources:
            sources.append(source)


def _free(row: Mapping[str, Any], column: str) -> str:
    n, free = 1, column
    while free in row:
        n += 1
        free = f"{column} ({n})"
    return free
