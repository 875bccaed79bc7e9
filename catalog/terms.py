"""Terms of an agreement: what they say, what they must hold, how they are kept while they are proposed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog.checking import Problems
from catalog.models import Agreement
from catalog.models.sharing import OVERLAY_FIELDS
from kernel import clock
from kernel.i18n import gettext as _

LOWEST_PERCENT = Decimal(-100)
HIGHEST_PERCENT = Decimal(10_000)
LISTS = ("category_ids", "product_ids", "brands", "excluded_product_ids", "languages", "countries", "overlay_fields")
MOST_PRODUCTS = 1000
MOST_BRANDS = 100
MOST_CONDITIONS = 20
MOST_VALUES = 50


@dataclass(frozen=True)
class Terms:
    """What a brand offers.

    The scope (selections.py): `product_ids`, and what fits the rule of `category_ids`, `brands` and `attribute_values`
    {code: [values]} together; nothing of these: the whole catalog of the market. Never `excluded_product_ids`.
    Empty `languages`: all it is published in. Empty `countries`: everywhere. `overlay_fields`: what the partner may say in
    its own way ("name", "text", "price"). The corridor is a deviation from the list price in percent, -10 to 15; None: no
    limit on that side. Below `advertised_low_percent` (0 or less) a price may be charged but not shown.
    """

    name: str
    market_code: str
    valid_from: date
    valid_to: date | None = None
    category_ids: tuple[UUID, ...] = ()
    product_ids: tuple[UUID, ...] = ()
    brands: tuple[str, ...] = ()
    attribute_values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    excluded_product_ids: tuple[UUID, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    overlay_fields: tuple[str, ...] = ("price",)
    corridor_low_percent: Decimal | None = None
    corridor_high_percent: Decimal | None = None
    advertised_low_percent: Decimal | None = None
    note: str = ""


def check_terms(terms: Terms, languages: list[str]) -> Terms:
    """The terms without doubles and blanks. `languages` are those of the market. Raises Invalid with a problem per field."""
    problems = Problems()
    if not terms.name.strip() or len(terms.name) > 120:
        problems.add("name", _("Please give the agreement a name (at most 120 characters)."))
    if wrong := [tag for tag in terms.languages if tag not in languages]:
        problems.add("languages", _("The market is not published in “%(tag)s”.") % {"tag": wrong[0][:20]})
    if any(len(c) != 2 or not c.isalpha() or not c.isupper() for c in terms.countries):
        problems.add("countries", _("A country is two capital letters, for example DE."))
    if set(terms.overlay_fields) - set(OVERLAY_FIELDS):
        problems.add("overlay_fields", _("Please choose from the list."))
    if terms.valid_to and terms.valid_to < max(terms.valid_from, clock.today()):
        problems.add("valid_to", _("The agreement would end before it begins."))
    _check_corridor(terms, problems)
    _check_scope(terms, problems)
    problems.settle()
    return replace(
        terms,
        name=terms.name.strip(),
        note=terms.note.strip()[:2000],
        category_ids=tuple(dict.fromkeys(terms.category_ids)),
        product_ids=tuple(dict.fromkeys(terms.product_ids)),
        brands=tuple(dict.fromkeys(brand.strip() for brand in terms.brands if brand.strip())),
        attribute_values={code: list(dict.fromkeys(values)) for code, values in sorted(terms.attribute_values.items()) if values},
        excluded_product_ids=tuple(dict.fromkeys(terms.excluded_product_ids)),
        languages=tuple(dict.fromkeys(terms.languages)),
        countries=tuple(dict.fromkeys(terms.countries)),
        overlay_fields=tuple(dict.fromkeys(terms.overlay_fields)),
    )


def _check_scope(terms: Terms, problems: Problems) -> None:
    for where in ("product_ids", "excluded_product_ids"):
        if len(getattr(terms, where)) > MOST_PRODUCTS:
            problems.add(where, _("Please name at most %(most)s products; use a category or a rule for more.") % {"most": MOST_PRODUCTS})
    if len(terms.brands) > MOST_BRANDS or any(len(brand) > 120 for brand in terms.brands):
        problems.add("brands", _("Please name at most %(most)s brands.") % {"most": MOST_BRANDS})
    told = terms.attribute_values
    if len(told) > MOST_CONDITIONS or any(len(values) > MOST_VALUES for values in told.values()):
        problems.add("attribute_values", _("The rule is too long."))


def _check_corridor(terms: Terms, problems: Problems) -> None:
    low, high = terms.corridor_low_percent, terms.corridor_high_percent
    shown = terms.advertised_low_percent
    for where, percent in (("corridor_low_percent", low), ("corridor_high_percent", high), ("advertised_low_percent", shown)):
        if percent is not None and not LOWEST_PERCENT <= percent <= HIGHEST_PERCENT:
            problems.add(where, _("Please write a percentage, for example −10 or 15."))
    if low is not None and high is not None and low > high:
        problems.add("corridor_high_percent", _("The upper end lies below the lower one."))
    if shown is not None and (shown > 0 or (high is not None and shown > high)):
        problems.add("advertised_low_percent", _("It cannot lie above the list price or the highest price."))


def put_terms(agreement: Agreement, terms: Terms) -> None:
    """Writes the terms onto the agreement."""
    for name, value in asdict(terms).items():
        setattr(agreement, name, list(value) if isinstance(value, tuple) else value)


def terms_of(agreement: Agreement) -> Terms:
    """The terms in force (or offered)."""
    told: dict[str, Any] = {field.name: getattr(agreement, field.name) for field in fields(Terms)}
    for name in LISTS:
        told[name] = tuple(told[name])
    told["attribute_values"] = {code: list(values) for code, values in sorted(told["attribute_values"].items())}
    return Terms(**told)


def terms_as_json(terms: Terms) -> dict[str, Any]:
    """How proposed terms are kept and told to the audit trail."""

    def told(value: Any) -> Any:
        if isinstance(value, tuple):
            return [str(v) for v in value]
        if isinstance(value, Mapping):
            return {code: list(values) for code, values in value.items()}
        return str(value) if isinstance(value, date | Decimal) else value

    return {name: told(value) for name, value in asdict(terms).items()}


def terms_from_json(kept: Mapping[str, Any]) -> Terms:
    """Back from `terms_as_json`; what older terms did not know of is empty."""

    def percent(name: str) -> Decimal | None:
        return None if kept.get(name) is None else Decimal(kept[name])

    return Terms(
        name=kept["name"],
        market_code=kept["market_code"],
        valid_from=date.fromisoformat(kept["valid_from"]),
        valid_to=date.fromisoformat(kept["valid_to"]) if kept["valid_to"] else None,
        category_ids=tuple(UUID(c) for c in kept["category_ids"]),
        product_ids=tuple(UUID(p) for p in kept["product_ids"]),
        brands=tuple(kept.get("brands", ())),
        attribute_values=kept.get("attribute_values", {}),
        excluded_product_ids=tuple(UUID(p) for p in kept.get("excluded_product_ids", ())),
        languages=tuple(kept["languages"]),
        countries=tuple(kept["countries"]),
        overlay_fields=tuple(kept["overlay_fields"]),
        corridor_low_percent=percent("corridor_low_percent"),
        corridor_high_percent=percent("corridor_high_percent"),
        advertised_low_percent=percent("advertised_low_percent"),
        note=kept["note"],
    )
