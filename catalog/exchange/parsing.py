"""One row of a file becomes one wanted product, by a mapping. Pure: nothing here knows what is in the database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from catalog.attribute_values import BadValue, check_number, check_text
from catalog.checking import LONGEST_NAME, LONGEST_SUMMARY, LONGEST_TEXT, check_amount, check_gtin, check_sku
from catalog.classification import check_class_code
from catalog.exchange.cells import WrongCell, as_text
from catalog.exchange.mapping import Mapping as FileMapping
from catalog.exchange.mapping import Rule
from catalog.exchange.reading import Row
from catalog.exchange.trade_cells import PLAIN_CHECKS, UNIT_FIELDS
from catalog.media import MOST_PICTURES
from catalog.models.product import PRODUCT_STATUSES, TAX_CLASSES
from catalog.packaging import KNOWN
from catalog.relations import LISTS, MOST_RELATED, is_itself, too_many
from kernel.i18n import gettext as _
from kernel.quantities import Quantity

LONGEST = {"name": LONGEST_NAME, "summary": LONGEST_SUMMARY, "text": LONGEST_TEXT, "parent_name": LONGEST_NAME}
MOST_LEVELS = 8
LONGEST_SOURCE = 2000


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with one cell: for the row report."""

    column: str
    value: str
    reason: str


@dataclass
class Wanted:
    """What a row says about a product; what it leaves empty stays as it is.

    `values` {attribute code, with its place: (raw value, rule, column)} are checked later, by the attribute's own kind.
    `categories` are paths of names, `family` is a code. `relations` are {kind: (article numbers, column)}, `units` {field of
    trade_cells.UNIT_FIELDS: (text, column)}, `classes` {system: (code, rule, column)}.
    """

    number: int
    row: Row
    sku: str = ""
    parent: str = ""
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    plain: dict[str, Any] = field(default_factory=dict)
    categories: list[tuple[str, ...]] = field(default_factory=list)
    family: str = ""
    values: dict[str, tuple[Any, Rule, str]] = field(default_factory=dict)
    prices: dict[str, Decimal] = field(default_factory=dict)
    stock: Decimal | None = None
    pictures: list[str] = field(default_factory=list)
    relations: dict[str, tuple[list[str], str]] = field(default_factory=dict)
    units: dict[str, tuple[str, str]] = field(default_factory=dict)
    classes: dict[str, tuple[str, Rule, str]] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    _weight: Decimal | None = None
    _weight_unit: str = "KGM"

    @property
    def describes(self) -> bool:
        """Does it say more than a price, a stock figure, a picture or what goes with it?"""
        told = (self.words, self.plain, self.categories, self.values, self.parent, self.family, self.units, self.classes)
        return any(bool(part) for part in told)


class RowParser:
    """Reads rows by a mapping; looks up each column's rules once."""

    def __init__(self, mapping: FileMapping) -> None:
        self._mapping = mapping
        self._whole = [rule for rule in mapping.rules if len(rule.columns) != 1]
        self._patterns = [rule for rule in mapping.rules if rule.is_pattern]
        self._by_column: dict[str, list[tuple[Rule, str]]] = {}
        self._named: dict[str, list[tuple[Rule, str]]] = {}
        for rule in mapping.rules:
            if len(rule.columns) == 1 and not rule.is_pattern:
                self._named.setdefault(rule.columns[0], []).append((rule, rule.detail))

    def is_passed_over(self, row: Row) -> bool:
        """Does one of the mapping's skip rules fit?"""
        return any((as_text(row.get(s.column)) == s.text) != s.negated for s in self._mapping.skips)

    def sku_of(self, row: Row) -> str:
        """The article number alone, for telling doubled rows; empty where there is none."""
        return self._only(row, "sku").sku

    def numbers_of(self, row: Row) -> set[str]:
        """The article numbers of the product and of its parent, where there are any."""
        wanted = self._only(row, "sku", "parent")
        return {wanted.sku, wanted.parent} - {""}

    def _only(self, row: Row, *targets: str) -> Wanted:
        wanted = Wanted(0, row)
        for rule in self._mapping.rules:
            if rule.target in targets:
                self._put(wanted, rule, rule.detail, self._value(rule, row), rule.columns[0] if rule.columns else "")
        return wanted

    def parse(self, number: int, row: Row) -> Wanted:
        """Everything the row says, with everything that is wrong with it."""
        wanted = Wanted(number, row)
        for column, value in row.items():
            for rule, detail in self._rules(column):
                self._put(wanted, rule, detail, value, column)
        for rule in self._whole:
            self._put(wanted, rule, rule.detail, self._value(rule, row), " + ".join(rule.columns))
        if not wanted.sku and not any(p.column in self._sku_columns() for p in wanted.problems):
            wanted.problems.append(RowProblem(next(iter(self._sku_columns()), ""), "", _("The article number is missing.")))
        if wanted._weight is not None:
            self._weigh(wanted)
        return wanted

    def _sku_columns(self) -> list[str]:
        return [column for rule in self._mapping.rules if rule.target == "sku" for column in rule.columns]

    def _rules(self, column: str) -> list[tuple[Rule, str]]:
        known = self._by_column.get(column)
        if known is None:
            known = self._by_column[column] = self._named.get(column) or list(self._matching(column))
        return known

    def _matching(self, column: str) -> Iterator[tuple[Rule, str]]:
        for rule in self._patterns:
            head, _star, tail = rule.columns[0].partition("*")
            if column.startswith(head) and column.endswith(tail) and len(column) > len(head) + len(tail):
                part = column[len(head) : len(column) - len(tail)].lower().strip("_.- ")
                yield rule, rule.detail.replace("*", "".join(c if c.isalnum() and c.isascii() else "_" for c in part)[:100])
                return

    def _value(self, rule: Rule, row: Row) -> Any:
        if not rule.columns:
            return rule.constant
        return rule.join.join(text for column in rule.columns if (text := as_text(row.get(column))))

    def _put(self, wanted: Wanted, rule: Rule, detail: str, value: Any, column: str) -> None:
        try:
            value = _stepped(rule, value)
            if value is None or value == "" or value == []:
                return
            SETTERS[rule.target](wanted, rule, detail, value, column)
        except (BadValue, ValueError) as error:
            reason = str(error) if isinstance(error, BadValue) else _("This value cannot be used here.")
            wanted.problems.append(RowProblem(column, as_text(value)[:500], reason))

    def _weigh(self, wanted: Wanted) -> None:
        try:
            kilograms = Quantity(wanted._weight or Decimal(0), wanted._weight_unit).to("KGM").amount
        except ValueError:
            columns = [c for rule in self._mapping.rules if rule.target == "weight_unit" for c in rule.columns]
            wanted.problems.append(RowProblem(next(iter(columns), ""), wanted._weight_unit, _("This is not a unit of weight.")))
        else:
            wanted.plain["weight_kg"] = kilograms


def _stepped(rule: Rule, value: Any) -> Any:
    if isinstance(value, WrongCell):
        raise BadValue(value.reason)
    for step in rule.steps:
        value = step(value)
    return value


def _sku(wanted: Wanted, _rule: Rule, _detail: str, value: Any, _column: str) -> None:
    wanted.sku = check_sku(as_text(value))


def _parent(wanted: Wanted, _rule: Rule, _detail: str, value: Any, _column: str) -> None:
    wanted.parent = check_sku(as_text(value))


def _category(wanted: Wanted, rule: Rule, _detail: str, value: Any, _column: str) -> None:
    for path in value if isinstance(value, list) else [as_text(value)]:
        names = tuple(name for part in as_text(path).split(rule.join.strip() or ">") if (name := part.strip()[:LONGEST_NAME]))
        if len(names) > MOST_LEVELS:
            raise BadValue(_("The tree is at most %(count)s levels deep.") % {"count": MOST_LEVELS})
        if names and names not in wanted.categories:
            wanted.categories.append(names)


def _words(wanted: Wanted, rule: Rule, detail: str, value: Any, _column: str) -> None:
    if text := check_text(as_text(value), LONGEST[rule.target]):
        wanted.words.setdefault(rule.target, {})[detail] = text


def _attribute(wanted: Wanted, rule: Rule, detail: str, value: Any, column: str) -> None:
    wanted.values[detail] = (value, rule, column)


def _family(wanted: Wanted, _rule: Rule, _detail: str, value: Any, _column: str) -> None:
    wanted.family = as_text(value).strip()


def _price(wanted: Wanted, _rule: Rule, detail: str, value: Any, _column: str) -> None:
    wanted.prices[detail] = check_amount(as_text(value))


def _stock(wanted: Wanted, _rule: Rule, _detail: str, value: Any, _column: str) -> None:
    count = Decimal(check_number(as_text(value)))
    if not 0 <= count < 1_000_000_000:
        raise BadValue(_("Stock is zero or more."))
    wanted.stock = round(count, 3)


def _picture(wanted: Wanted, _rule: Rule, _detail: str, value: Any, _column: str) -> None:
    parts = value if isinstance(value, list) else as_text(value).split("|", MOST_PICTURES)
    if len(parts) > MOST_PICTURES:
        raise BadValue(_("A product has at most %(count)s pictures.") % {"count": MOST_PICTURES})
    for part in parts:
        source = as_text(part)
        if len(source) > LONGEST_SOURCE or ("://" in source and not source.lower().startswith(("http://", "https://"))):
            raise BadValue(_("This is neither an address nor the name of a file."))
        if source and source not in wanted.pictures:
            wanted.pictures.append(source)


def _related(wanted: Wanted, rule: Rule, _detail: str, value: Any, column: str) -> None:
    parts = value if isinstance(value, list) else as_text(value).split("|", MOST_RELATED)
    numbers = list(dict.fromkeys(check_sku(text) for part in parts if (text := as_text(part).strip())))
    if len(numbers) > MOST_RELATED:
        raise BadValue(too_many())
    if wanted.sku in numbers:
        raise BadValue(is_itself(wanted.sku))
    if numbers:
        wanted.relations[LISTS[rule.target]] = (numbers, column)


def _weight(wanted: Wanted, _rule: Rule, _detail: str, value: Any, _column: str) -> None:
    weight = Decimal(check_number(as_text(value)))
    if not 0 <= weight < 10_000_000:
        raise BadValue(_("A weight is zero or more."))
    wanted._weight = weight


def _weight_unit(wanted: Wanted, _rule: Rule, _detail: str, value: Any, _column: str) -> None:
    wanted._weight_unit = as_text(value).upper()


def _chosen(allowed: Any, fold: str) -> Any:
    def put(wanted: Wanted, rule: Rule, _detail: str, value: Any, _column: str) -> None:
        text = getattr(as_text(value), fold)()
        if text not in allowed:
            raise BadValue(_("This is none of %(known)s.") % {"known": ", ".join(list(allowed)[:8])})
        wanted.plain[rule.target] = text

    return put


def _brand(wanted: Wanted, _rule: Rule, _detail: str, value: Any, _column: str) -> None:
    wanted.plain["brand"] = check_text(as_text(value), 120) or ""


def _gtin(wanted: Wanted, _rule: Rule, _detail: str, value: Any, _column: str) -> None:
    wanted.plain["gtin"] = check_gtin(as_text(value))


def _position(wanted: Wanted, _rule: Rule, _detail: str, value: Any, _column: str) -> None:
    wanted.plain["position"] = max(0, min(int(Decimal(check_number(as_text(value)))), 2_000_000_000))


def _trade(wanted: Wanted, rule: Rule, _detail: str, value: Any, _column: str) -> None:
    wanted.plain[rule.target] = PLAIN_CHECKS[rule.target](as_text(value))


def _units(wanted: Wanted, rule: Rule, _detail: str, value: Any, column: str) -> None:
    wanted.units[rule.target] = ("|".join(as_text(part) for part in value) if isinstance(value, list) else as_text(value), column)


def _class(wanted: Wanted, rule: Rule, detail: str, value: Any, column: str) -> None:
    wanted.classes[detail] = (check_class_code(as_text(value)), rule, column)


def _ignore(*_told: Any) -> None:
    return


SETTERS: Mapping[str, Any] = {
    "sku": _sku,
    "parent": _parent,
    "category": _category,
    "family": _family,
    "name": _words,
    "summary": _words,
    "text": _words,
    "parent_name": _words,
    "status": _chosen(PRODUCT_STATUSES, "lower"),
    "tax_class": _chosen(TAX_CLASSES, "lower"),
    "unit": _chosen(KNOWN, "upper"),
    "brand": _brand,
    "gtin": _gtin,
    "weight": _weight,
    "weight_unit": _weight_unit,
    "position": _position,
    "price": _price,
    "stock": _stock,
    "picture": _picture,
    **dict.fromkeys(LISTS, _related),
    **dict.fromkeys(PLAIN_CHECKS, _trade),
    **dict.fromkeys(UNIT_FIELDS, _units),
    "class": _class,
    "attribute": _attribute,
    "ignore": _ignore,
}
