"""Rules and judgements as CSV, out and in: what is exported comes in again unchanged.

Rules: `kind, market, words, means, products, address`; several words or products in a cell are joined by " | ", products are article
numbers. Judgements: `query, sku, grade`. UTF-8 with or without a mark at the beginning, comma or semicolon; cells that a
spreadsheet would run are made harmless on the way out. A file is taken as a whole or not at all.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from catalog.exchange.cells import as_text, harmless
from catalog.search.rules import Pin
from catalog.searching import drafts, goods, judging, reading
from catalog.searching.judging import Judgement
from catalog.searching.shapes import MOST, PIN, Rule
from kernel.actors import Actor
from kernel.errors import Invalid, Problem
from kernel.i18n import gettext as _

RULE_COLUMNS = ("kind", "market", "words", "means", "products", "address")
JUDGEMENT_COLUMNS = ("query", "sku", "grade")
BETWEEN = " | "
MOST_BYTES = 2_000_000
MOST_LINES = sum(MOST.values())
MOST_JUDGEMENT_LINES = judging.MOST_QUERIES * judging.MOST_JUDGED
MOST_TOLD = 20


def rules_csv(session: Session, actor: Actor, language: str) -> bytes:
    """The draft as a file."""
    actor.must(drafts.RIGHT)
    rules = reading.drafted(session, language)
    numbers = goods.numbers_of(session, [pin for rule in rules for pin in rule.products])
    lines = (
        (rule.kind, rule.market_code, BETWEEN.join(rule.words), BETWEEN.join(rule.means),
         BETWEEN.join(numbers[pin] for pin in rule.products if pin in numbers), rule.address)
        for rule in rules
    )  # fmt: skip
    return _written(RULE_COLUMNS, lines)


def take_rules(session: Session, actor: Actor, language: str, content: bytes) -> int:
    """The file's rules instead of the draft; returns how many. Raises Invalid, each problem with its line."""
    actor.must(drafts.RIGHT)
    lines, places = _read(content, RULE_COLUMNS, MOST_LINES)
    numbers = goods.by_number(session, language, [sku for line in lines for sku in _several(line["products"])])
    problems = [
        Problem(f"rules.{n}.products", _("There is no product with the article number “%(sku)s”.") % {"sku": sku[:80]}, "unknown_product")
        for n, line in enumerate(lines)
        for sku in _several(line["products"])
        if sku not in numbers
    ]
    if problems:
        raise Invalid(_with_lines(problems, places))
    try:
        return drafts.replace_rules(session, actor, language, [_rule(line, numbers) for line in lines])
    except Invalid as refused:
        raise Invalid(_with_lines(refused.problems, places)) from refused


def judgements_csv(session: Session, actor: Actor, language: str) -> bytes:
    """All judgements as a file; products that have gone are left out."""
    told = judging.list_judgements(session, actor, language)
    numbers = goods.numbers_of(session, [one.product for one in told])
    return _written(JUDGEMENT_COLUMNS, ((one.query, numbers[one.product], str(one.grade)) for one in told if one.product in numbers))


def take_judgement_file(session: Session, actor: Actor, language: str, content: bytes) -> int:
    """The file's judgements beside those there are; an empty grade takes one back. Returns how many changed. Raises Invalid."""
    actor.must(drafts.RIGHT)
    lines, places = _read(content, JUDGEMENT_COLUMNS, MOST_JUDGEMENT_LINES)
    numbers = goods.by_number(session, language, [line["sku"] for line in lines])
    problems = [
        Problem(f"rows.{n}.sku", _("There is no product with the article number “%(sku)s”.") % {"sku": line["sku"][:80]}, "unknown_product")
        for n, line in enumerate(lines)
        if line["sku"] not in numbers
    ]
    problems += [
        Problem(f"rows.{n}.grade", _("Please give a grade from 0 to 3."), "grade")
        for n, line in enumerate(lines)
        if line["grade"] not in ("", "0", "1", "2", "3")
    ]
    if problems:
        raise Invalid(_with_lines(problems, places))
    given = [Judgement(line["query"], numbers[line["sku"]], int(line["grade"]) if line["grade"] else None) for line in lines]
    try:
        return judging.take_judgements(session, actor, language, given)
    except Invalid as refused:
        raise Invalid(_with_lines(refused.problems, places)) from refused


def _rule(line: Mapping[str, str], numbers: Mapping[str, Pin]) -> Rule:
    words = _several(line["words"])
    products = tuple(numbers[sku] for sku in _several(line["products"])) if line["kind"] == PIN else ()
    return Rule(line["kind"], tuple(words), tuple(_several(line["means"])), products, line["address"], line["market"])


def _several(cell: str) -> list[str]:
    return [part for piece in cell.split("|") if (part := piece.strip())]


def _written(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in line] for line in lines)
    return ("\ufeff" + text.getvalue()).encode()


def _read(content: bytes, columns: Sequence[str], most: int) -> tuple[list[dict[str, str]], list[int]]:
    """The lines by column, and where in the file they end; columns may stand in any order, only the first has to be there."""
    if len(content) > MOST_BYTES:
        raise Invalid.at("file", _("This file is too large."), "too_large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid.at("file", _("Please save the file as UTF-8."), "encoding") from error
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    try:
        rows = [(row, reader.line_num) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Invalid.at("file", _("This is not a CSV file."), "format") from error
    named = [as_text(cell).lower() for cell in rows[0][0]] if rows else []
    if columns[0] not in named or set(named) - set(columns) or len(set(named)) < len(named):
        raise Invalid.at("file", _("The first line has to name the columns: %(columns)s.") % {"columns": ", ".join(columns)}, "columns")
    lines = [dict.fromkeys(columns, "") | dict(zip(named, map(as_text, row), strict=False)) for row, _place in rows[1:]]
    if len(lines) > most:
        raise Invalid.at("file", _("At most %(count)s lines fit.") % {"count": most}, "too_many")
    return lines, [place for _row, place in rows[1:]]


def _with_lines(problems: Sequence[Problem], places: Sequence[int]) -> list[Problem]:
    """The first problems, each saying in which line of the file it is."""
    found = []
    for problem in problems[:MOST_TOLD]:
        _list, _dot, rest = problem.where.partition(".")
        number, _dot, column = rest.partition(".")
        if number.isdecimal():
            told = _("Line %(line)s, %(column)s: %(reason)s") % {"line": places[int(number)], "column": column, "reason": problem.reason}
            found.append(Problem("file", told, problem.code))
        else:
            found.append(Problem("file", problem.reason, problem.code))
    return found
