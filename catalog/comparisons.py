"""A comparison to be looked through: filtered by what happened, which fields, and words; in pages; as a file.

What was not published between the two versions is never read, so the cost follows the changes; at most MOST_LOOKED
products that differ are compared field by field.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from catalog.change_words import ChangeLine, change_lines, field_label
from catalog.changes import Difference, kind_of_field
from catalog.comparing import compare
from kernel.actors import Actor

PER_PAGE = 25
MOST_LOOKED = 5_000
KINDS = ("added", "changed", "removed")


@dataclass(frozen=True)
class Look:
    """What to compare (see `compare`) and which part of it to show. `kind`: added, changed, removed; `about`: a kind of
    field (`kind_of_field`); `words`: letters of the article number or name. Empty: all."""

    market_code: str
    language: str
    old: int
    new: int | None = None
    kind: str = ""
    about: str = ""
    words: str = ""
    page: int = 1


@dataclass(frozen=True)
class Found:
    """One page; `total` counts what the filters leave. `kinds` and `abouts` count everything that the words leave, so that
    each filter says what it would show. `is_cut`: there are more than MOST_LOOKED products that differ."""

    differences: list[Difference]
    total: int
    page: int
    pages: int
    kinds: dict[str, int] = field(default_factory=dict)
    abouts: dict[str, int] = field(default_factory=dict)
    is_cut: bool = False


def look_through(session: Session, actor: Actor, look: Look) -> Found:
    """The page of the comparison. Raises NotThere for a market, language or version that there is not."""
    every = compare(session, actor, look.market_code, look.language, look.old, look.new, MOST_LOOKED + 1)
    is_cut = len(every) > MOST_LOOKED
    named = [d for d in every[:MOST_LOOKED] if _is_named(d, look.words)]
    kinds = Counter(str(d.kind) for d in named if not look.about or look.about in _abouts(d))
    abouts = Counter(about for d in named if not look.kind or d.kind == look.kind for about in _abouts(d))
    left = [d for d in named if (not look.kind or d.kind == look.kind) and (not look.about or look.about in _abouts(d))]
    pages = max(1, -(-len(left) // PER_PAGE))
    page = max(1, min(look.page, pages))
    shown = left[(page - 1) * PER_PAGE : page * PER_PAGE]
    return Found(shown, len(left), page, pages, {k: kinds[k] for k in KINDS}, dict(abouts.most_common()), is_cut)


def table_of(session: Session, actor: Actor, look: Look) -> Iterator[list[str]]:
    """The same as rows of a file, all pages: number, name, kind, field, before, after. Prices are plain figures, and a
    product that came or went is one row."""
    yield ["sku", "name", "kind", "field", "before", "after"]
    for told in compare(session, actor, look.market_code, look.language, look.old, look.new, MOST_LOOKED):
        if not _is_named(told, look.words) or (look.kind and told.kind != look.kind):
            continue
        if look.about and look.about not in _abouts(told):
            continue
        if told.kind != "changed":
            yield [told.sku, told.name, told.kind, "", "", ""]
        for change in told.fields:
            yield [told.sku, told.name, told.kind, change.field, change.old, change.new]


def about_label(about: str) -> str:
    """A kind of field in the reader's words."""
    return field_label(about)


def lines_of(told: Difference, about: str = "") -> list[ChangeLine]:
    """The lines a person reads; with `about` only those."""
    if not about:
        return change_lines(told)
    kept = tuple(change for change in told.fields if kind_of_field(change.field) == about)
    return change_lines(replace(told, fields=kept))


def _abouts(told: Difference) -> set[str]:
    return {kind_of_field(change.field) for change in told.fields}


def _is_named(told: Difference, words: str) -> bool:
    wanted = words.casefold().split()
    text = f"{told.sku} {told.name}".casefold()
    return all(word in text for word in wanted)
