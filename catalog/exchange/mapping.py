"""Which column becomes which field of a product. A mapping is data (JSON), remembered per tenant by name.

    {
      "form": {"kind": "csv", "separator": ";", "encoding": "cp1252"},            what is left out is found out
      "language": "en",                                                          of labels made on demand
      "axes": ["colour", "size"],                                                what variants differ by
      "skip": [{"column": "valid_to", "is_not": ""}],                            rows that are passed over
      "columns": [
        {"column": "number", "field": "sku"},
        {"columns": ["category", "subcategory"], "join": " > ", "field": "category"},
        {"column": "price", "field": "price:EUR", "steps": [{"number": ","}]},
        {"column": "attr_n_*", "field": "attribute:*", "kind": "number", "create": true, "filterable": true},
        {"constant": "ready", "field": "status"}
      ]
    }

Fields: sku, parent (number of the product it is a variant of), parent_name:<language>, category ("A > B"), name:<language>,
summary:<language>, text:<language>, status, brand, gtin, unit, weight, weight_unit (UN/ECE Rec 20; kilogram where none
is given), tax_class, position, price:<currency>, attribute:<code> (of one with a value per language or market
attribute:<code>:<language>, attribute:<code>@<market>, attribute:<code>:<language>@<market>), family (its code), stock, picture (addresses,
or names of files in the same zip; several are parted by |), accessories, spare_parts,
successor (article numbers, parted by |; they may stand further down in the same file), manufacturer, manufacturer_number, customs_code,
origin_country, new_until, phase_out_from, end_on, packaging (BX=12|PF=480, see trade_cells.py), content_unit, content_quantity,
order_unit, order_least, order_step, class:<system> (made on demand with "create": true), ignore. An empty cell leaves the field as it is.
"""

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from typing import Any

from catalog.attribute_values import BadValue
from catalog.checking import CURRENCY, LANGUAGE, Problems
from catalog.classification import KEY
from catalog.exchange.reading import FileForm
from catalog.exchange.steps import Step, make_steps
from catalog.exchange.trade_cells import PLAIN_CHECKS, UNIT_FIELDS
from catalog.models.product import ATTRIBUTE_KINDS
from catalog.relations import LISTS
from kernel.i18n import gettext as _

PLAIN = (
    "sku",
    "parent",
    "category",
    "family",
    "status",
    "brand",
    "gtin",
    "unit",
    "weight",
    "weight_unit",
    "tax_class",
    "position",
    "stock",
    "picture",
    *PLAIN_CHECKS,
    *UNIT_FIELDS,
    *LISTS,
    "ignore",
)
BY_LANGUAGE = ("name", "summary", "text", "parent_name")
MOST_RULES = 500
# code, and where it has a value of its own: care:de, warranty@eu, motto:de@eu
ATTRIBUTE = re.compile(r"[a-z0-9*][a-z0-9_.*-]{0,118}(:[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?(@[a-z0-9]{2,12})?")


@dataclass(frozen=True)
class Rule:
    """One line of a mapping, ready for use. `target` is the field's first part, `detail` what follows the colon."""

    target: str
    detail: str
    columns: tuple[str, ...] = ()
    constant: Any = None
    join: str = " > "
    steps: tuple[Step, ...] = ()
    kind: str = "text"
    create: bool = False
    filterable: bool = False
    unit: str = ""

    @property
    def is_pattern(self) -> bool:
        """Does its column name hold a star?"""
        return len(self.columns) == 1 and "*" in self.columns[0]


@dataclass(frozen=True)
class Skip:
    """Rows are passed over whose cell is, or is not, this text."""

    column: str
    text: str
    negated: bool


@dataclass(frozen=True)
class Mapping:
    """A checked mapping; `told` is the JSON it came from."""

    told: MappingType[str, Any]
    rules: tuple[Rule, ...]
    skips: tuple[Skip, ...] = ()
    axes: tuple[str, ...] = ()
    language: str = "en"
    form: FileForm = field(default_factory=FileForm)

    @property
    def targets(self) -> set[str]:
        """Which fields it fills (first parts)."""
        return {rule.target for rule in self.rules}


def read_mapping(told: MappingType[str, Any]) -> Mapping:
    """The mapping that the JSON describes. Raises Invalid with a problem per line (`columns.3`)."""
    problems = Problems()
    columns = told.get("columns")
    if not isinstance(columns, list) or len(columns) > MOST_RULES:
        problems.add("columns", _("A mapping lists its columns."))
        columns = []
    rules = [problems.trying(f"columns.{n}", _rule, line) for n, line in enumerate(columns)]
    if not any(rule and rule.target == "sku" for rule in rules):
        problems.add("columns", _("Please say which column holds the article number."), "no_sku")
    skips = [problems.trying(f"skip.{n}", _skip, line) for n, line in enumerate(told.get("skip", ()))]
    form = told.get("form", {})
    problems.settle()
    return Mapping(
        told=told,
        rules=tuple(rule for rule in rules if rule),
        skips=tuple(skip for skip in skips if skip),
        axes=tuple(str(code) for code in told.get("axes", ())),
        language=str(told.get("language", "en")),
        form=FileForm(*(str(form.get(name, "")) for name in ("kind", "separator", "encoding", "sheet"))),
    )


def _rule(line: Any) -> Rule:
    if not isinstance(line, dict) or not isinstance(line.get("field"), str):
        raise BadValue(_("Every line names a field."))
    target, _colon, detail = line["field"].partition(":")
    _check_field(target, detail)
    columns = line.get("columns") or ([line["column"]] if line.get("column") else [])
    if not columns and "constant" not in line:
        raise BadValue(_("Every line names a column or a constant."))
    kind = line.get("kind", "text")
    if kind not in ATTRIBUTE_KINDS:
        raise BadValue(_("There is no such kind of attribute."))
    return Rule(
        target=target,
        detail=detail,
        columns=tuple(str(c) for c in columns),
        constant=line.get("constant"),
        join=str(line.get("join", " > ")),
        steps=tuple(make_steps(line.get("steps", ()))),
        kind=kind,
        create=bool(line.get("create")),
        filterable=bool(line.get("filterable")),
        unit=str(line.get("unit", ""))[:20],
    )


def _check_field(target: str, detail: str) -> None:
    fits = {
        **dict.fromkeys(PLAIN, not detail),
        **{name: bool(LANGUAGE.fullmatch(detail)) for name in BY_LANGUAGE},
        "price": bool(CURRENCY.fullmatch(detail)),
        "class": bool(KEY.fullmatch(detail)),
        "attribute": bool(ATTRIBUTE.fullmatch(detail)),
    }
    if not fits.get(target):
        raise BadValue(_("There is no field called “%(name)s”.") % {"name": f"{target}:{detail}".rstrip(":")[:80]})


def _skip(line: Any) -> Skip:
    if not isinstance(line, dict) or "column" not in line or not ({"is", "is_not"} & set(line)):
        raise BadValue(_("A rule for passing over rows names a column and what it is or is not."))
    return Skip(str(line["column"]), str(line.get("is", line.get("is_not"))), "is_not" in line)
