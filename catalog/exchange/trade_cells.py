"""Cells of a file about trade, packaging and classes: read by themselves, then laid on a product's row as a whole. Pure.

Packaging in one cell: units parted by |, each `BX=12`, then what else is known after semicolons:
`BX=12;gtin=4006381333931;weight=1.2;size=400x300x200|PF=480;order=no`. A content unit with a quantity says the same of one unit the
other way round (BMEcat: CONTENT_UNIT, NO_CU_PER_OU): the product's own unit holds so many of it.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from catalog.attribute_values import BadValue
from catalog.checking import Problems
from catalog.lifecycle import DATES, check_day, check_life
from catalog.packaging import KNOWN
from catalog.packaging_checks import check_content, checked_together
from catalog.trade_numbers import CHECKS
from kernel.errors import Problem
from kernel.i18n import gettext as _

PLAIN_CHECKS: Mapping[str, Any] = {**CHECKS, **dict.fromkeys(DATES, check_day)}
UNIT_FIELDS = ("packaging", "content_unit", "content_quantity", "order_unit", "order_least", "order_step")
RULE_PARTS = {"order_unit": "unit", "order_least": "least", "order_step": "step"}
NO = ("no", "false", "0", "nein")
Told = Mapping[str, tuple[str, str]]  # field: (text, column)


def read_packaging(text: str) -> list[dict[str, Any]]:
    """The units of one cell as `check_packaging` takes them. Raises BadValue."""
    units = []
    for part in filter(None, (piece.strip() for piece in text.split("|"))):
        head, *more = (piece.strip() for piece in part.split(";"))
        unit, sign, content = (piece.strip() for piece in head.partition("="))
        if not sign:
            raise BadValue(_("Please write units like BX=12, parted by |."))
        units.append({"unit": unit, "content": content, **_more(more)})
    return units


def _more(pieces: list[str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, _sign, value in (piece.partition("=") for piece in pieces if piece):
        if name == "gtin":
            told["gtin"] = value
        elif name == "weight":
            told["weight_kg"] = value
        elif name == "size" and value.count("x") == 2:
            told |= dict(zip(("length_mm", "width_mm", "height_mm"), value.split("x"), strict=True))
        elif name == "order":
            told["orderable"] = value.lower() not in NO
        else:
            raise BadValue(_("Please write units like BX=12, parted by |."))
    return told


def lay_units(row: dict[str, Any], told: Told) -> list[tuple[str, str, str]]:
    """Units and order quantities of the cells on the product's row; (column, text, reason) of what does not hold."""
    if not told:
        return []
    problems = Problems()
    packaging = [dict(entry) for entry in row["packaging"]]
    if "packaging" in told:
        packaging = problems.trying("packaging", read_packaging, told["packaging"][0]) or []
    if "content_unit" in told:
        _lay_content(row["unit"], packaging, told, problems)
    ordering = {**row["ordering"], **{RULE_PARTS[name]: text for name, (text, _column) in told.items() if name in RULE_PARTS}}
    kept, rule = checked_together(row["unit"], packaging, ordering, problems)
    if problems.found:
        return [_placed(problem, told) for problem in problems.found]
    row["packaging"], row["ordering"] = kept, rule
    return []


def _lay_content(base: str, packaging: list[dict[str, Any]], told: Told, problems: Problems) -> None:
    unit = told["content_unit"][0].upper()
    if unit not in KNOWN:
        problems.add("content_unit", _("There is no unit with the code “%(code)s”.") % {"code": unit[:20]}, "unknown_unit")
    elif unit != base and "content_quantity" in told:
        content = problems.trying("content_quantity", check_content, told["content_quantity"][0])
        if content is not None:
            packaging[:] = [entry for entry in packaging if entry.get("unit") != unit]
            packaging.append({"unit": unit, "content": str(Fraction(1) / content), "orderable": False})


def _placed(problem: Problem, told: Told) -> tuple[str, str, str]:
    """The cell that a problem is about: its own, else the first that there is."""
    head, _dot, rest = problem.where.partition(".")
    part = {value: name for name, value in RULE_PARTS.items()}.get(rest, head)
    wanted = [part, "packaging", "content_quantity", "content_unit", *told]
    text, column = next(told[name] for name in wanted if name in told)
    return column, text, problem.reason


def life_problems(held: Mapping[str, Any] | None, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(field, reason) where the row's state or days cannot follow what is there."""
    problems = Problems()
    status = row["status"] if held is None or held["status"] != row["status"] else None
    check_life(None if held is None else held["status"], status, {name: row[name] for name in DATES}, problems)
    return [(problem.where, problem.reason) for problem in problems.found]
