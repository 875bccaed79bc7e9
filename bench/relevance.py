"""Does search find what is meant? nDCG@10 over queries with judgements of our own. `python -m bench.relevance`

- relevance.json: queries by kind, each with rules "a product whose fields look so is worth 3, 2 or 1"; the first rule
  that fits counts, what fits none is worth 0. So every product is judged, and no product's text is written down
- gain grade/3, discount 1/log2(rank + 1), ideal: the best order of everything that is judged
- with a typo: one edit (left out, put in, another letter, neighbours swapped) in one word of at least four letters, never in
  its first one; ROUNDS different ones per query, the seed is fixed. Numbers, Chinese and queries that are misspelt anyway have none
- with GALLERIA_MEILISEARCH_URL (and _KEY) it is that server, guarded by the embedded engine, that is asked
- English over the Icecat file (left out where it is not beside the project), German and Chinese over the demo catalogs
"""

import gzip
import json
import os
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import log2
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy.orm import Session

from app.demo.data.assortment import DemoProduct, products
from app.demo.data.attributes import ATTRIBUTES
from app.demo.data.categories import CATEGORIES
from bench import icecat
from bench.figures import Fact
from catalog.intervals import Place
from catalog.search.documents import SearchDocument
from catalog.search.engine import ENGINE, connect
from catalog.search.indexing import apply_changes
from catalog.search.meili import feeding
from catalog.search.provider import Page, SearchScope, SearchSource
from kernel.db.session import PoolSize, make_engine, transaction, use_engine
from kernel.ids import new_id
from kernel.tenancy import entering
from tests.cluster import fresh_database, running_cluster

JUDGEMENTS = Path(__file__).parent / "relevance.json"
FIRST = 10
BEST = 3
ROUNDS = 3
SEED = 20_261
SHORTEST = 4
WITHOUT_TYPO = ("number", "misspelt", "Chinese")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LANGUAGES = {"German": "de", "Chinese": "zh-Hans"}
LARGEST_LOSS, LARGEST_NOTHING = 10.0, 0.5

Fields = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Query:
    """What is typed, of which kind, and the rules: (grade, {field: pattern}), the first that fits counts."""

    text: str
    kind: str
    rules: tuple[tuple[int, Mapping[str, re.Pattern[str]]], ...]

    @classmethod
    def told(cls, told: Mapping[str, Any]) -> "Query":
        """From its line in relevance.json."""
        rules = tuple((grade, {field: re.compile(look) for field, look in looks.items()}) for grade, looks in told["rules"])
        return cls(told["text"], told["kind"], rules)

    def grade(self, fields: Fields) -> int:
        """What a product with these fields (lower case) is worth, 0 to BEST."""
        fitting = (grade for grade, looks in self.rules if all(look.search(fields.get(f, "")) for f, look in looks.items()))
        return next(fitting, 0)


@dataclass(frozen=True)
class Shelf:
    """A catalog to search in: its documents and, in the same order, the fields that the rules look at."""

    language: str
    documents: Sequence[SearchDocument]
    fields: Sequence[Fields]
    queries: Sequence[Query]

    @cached_property
    def grades(self) -> dict[Query, dict[UUID, int]]:
        """Query: what each product that is worth something is worth."""
        ids = [document.product_id for document in self.documents]
        return {q: {i: grade for i, fields in zip(ids, self.fields, strict=True) if (grade := q.grade(fields))} for q in self.queries}


@dataclass(frozen=True)
class Answer:
    """What became of a query. `ndcg` 0 to 1, `typed` what was typed, `found` how many products in all."""

    query: Query
    typed: str
    ndcg: float
    found: int

    @property
    def is_spelt_right(self) -> bool:
        """Was it typed as it stands in the file?"""
        return self.typed == self.query.text


def ndcg(order: Iterable[UUID], grades: Mapping[UUID, int]) -> float:
    """How near the first ten come to the best order there is, 0 to 1."""
    best = sorted(grades.values(), reverse=True)[:FIRST]
    return _gained(grades.get(product, 0) for product in list(order)[:FIRST]) / _gained(best) if best else 0.0


def _gained(grades: Iterable[int]) -> float:
    return sum(grade / BEST / log2(rank + 1) for rank, grade in enumerate(grades, 1))


def with_typo(text: str, dice: random.Random) -> str | None:
    """The text with one edit in one of its longer words; None where there is no such word."""
    words = [found for found in re.finditer(r"[^\W\d_]+", text) if len(found[0]) >= SHORTEST]
    if not words:
        return None
    word = dice.choice(words)
    at, letter = dice.randrange(1, len(word[0])), dice.choice(LETTERS)
    before, after = word[0][:at], word[0][at:]
    edits = [before + after[1:], before + letter + after, before + letter + after[1:]]
    if after[1:] and after[0] != after[1]:
        edits.append(before + after[1] + after[0] + after[2:])
    wrong = dice.choice([edit for edit in edits if edit != word[0]])
    return text[: word.start()] + wrong + text[word.end() :]


def icecat_shelf(queries: Sequence[Query]) -> Shelf:
    """The Icecat products as they are published."""
    with gzip.open(icecat.FILE, "rb") as lines:
        told = [orjson.loads(line) for line in lines]
    return Shelf("en", [icecat.document(product) for product in told], [_icecat_fields(product) for product in told], queries)


def _icecat_fields(product: Mapping[str, Any]) -> Fields:
    values = [str(value) for name, value in product.items() if name.startswith("attr_t_")]
    fields = {
        "id": product["id"],
        "brand": product["supplier"],
        "title": product["title"],
        "kind": product.get("attr_t_product_type", ""),
        "text": " ".join((product["title"], product.get("short_description") or "", *values)),
    }
    return {name: value.lower() for name, value in fields.items()}


def demo_shelf(language: str, queries: Sequence[Query]) -> Shelf:
    """Both demo brands' products in one language."""
    goods = [product for tenant in ("veloria", "lumenparts") for product in products(tenant)]
    fields = [{"sku": product.sku, "category": product.category} for product in goods]
    return Shelf(language, [_demo_document(product, language) for product in goods], fields, queries)


def _demo_document(product: DemoProduct, language: str) -> SearchDocument:
    names = {category.code: category for category in CATEGORIES}
    own = names[product.category]
    path = [names[own.parent], own] if own.parent else [own]
    texts = [
        one.choices[str(product.values[one.code])][language]
        for one in ATTRIBUTES
        if one.code in product.values and str(product.values[one.code]) in one.choices
    ]
    space = icecat.SPACE
    return SearchDocument(
        product_id=uuid5(space, product.sku),
        sku=product.sku,
        title=product.names[language],
        gtin=product.gtin,
        brand=product.brand,
        category_ids=tuple(uuid5(space, category.code) for category in path),
        category_names=tuple(category.names[language] for category in path),
        attribute_texts=tuple(texts),
        summary=product.lines[language],
        description=" ".join((product.descriptions[language], *product.highlights[language])),
        prices={"EUR": Decimal(product.eur)},
    )


def shelves() -> Iterator[Shelf]:
    """Everything that can be asked here."""
    told = json.loads(JUDGEMENTS.read_text())
    if icecat.FILE.exists():
        yield icecat_shelf([Query.told(one) for one in told["icecat"]])
    asked = [Query.told(one) for one in told["demo"]]
    for kind, language in LANGUAGES.items():
        yield demo_shelf(language, [query for query in asked if query.kind == kind])


def answers(session: Session, shelf: Shelf, scope: SearchScope) -> Iterator[Answer]:
    """Every query as it is, then with typos."""
    engine, dice = ENGINE, random.Random(SEED)

    def ask(query: Query, typed: str) -> Answer:
        found = engine.search(session, scope, typed, page=Page(size=FIRST))
        return Answer(query, typed, ndcg((hit.product_id for hit in found.hits), shelf.grades[query]), found.total)

    for query in shelf.queries:
        yield ask(query, query.text)
        for _ in range(0 if query.kind in WITHOUT_TYPO else ROUNDS):
            wrong = with_typo(query.text, dice)
            if wrong:
                yield ask(query, wrong)


@contextmanager
def indexed(shelf: Shelf) -> Iterator[tuple[Session, SearchScope]]:
    """A session of a shop that sells the shelf's products."""
    seller = new_id()
    with entering(seller):
        with transaction() as session:
            apply_changes(session, "eu", shelf.language, shelf.documents)
        if ENGINE.server is not None:
            feeding.put_anew(ENGINE.server, Place("eu", shelf.language), shelf.documents, 1)
        with transaction(read_only=True) as session:
            yield session, SearchScope(seller, "EUR", (SearchSource(seller, "eu", shelf.language),))
        if ENGINE.server is not None:
            feeding.drop_all(ENGINE.server)


def measured() -> list[Answer]:
    """Indexes, then asks."""
    found: list[Answer] = []
    connect(os.environ.get("GALLERIA_MEILISEARCH_URL", ""), os.environ.get("GALLERIA_MEILISEARCH_KEY", ""))
    with running_cluster() as cluster, fresh_database(cluster) as database:
        use_engine(made := make_engine(database.app_url, PoolSize(connections=2)))
        for shelf in shelves():
            with indexed(shelf) as (session, scope):
                found += answers(session, shelf, scope)
        made.dispose()
    return found


def mean(values: Iterable[float]) -> float:
    """0 of nothing."""
    kept = list(values)
    return sum(kept) / len(kept) if kept else 0.0


def summed(found: Sequence[Answer]) -> tuple[int, float, float, float]:
    """(queries, nDCG@10, nDCG@10 with a typo against nDCG@10 of the same queries without: loss in percent, share of answers
    with nothing in them in percent)."""
    clean = {answer.query: answer.ndcg for answer in found if answer.is_spelt_right}
    wrong: dict[Query, list[float]] = defaultdict(list)
    for answer in found:
        if not answer.is_spelt_right:
            wrong[answer.query].append(answer.ndcg)
    before, after = mean(clean[query] for query in wrong), mean(map(mean, wrong.values()))
    loss = 100 * (1 - after / before) if before else 0.0
    return len(clean), mean(clean.values()), loss, 100 * mean(not answer.found for answer in found)


def facts(found: Sequence[Answer]) -> list[Fact]:
    """What the bench remembers: over all, and nDCG@10 of every kind."""
    queries, whole, loss, nothing = summed(found)
    told = [
        Fact("search nDCG@10", round(whole, 3), "", None, f"{queries} queries"),
        Fact("search nDCG@10 lost by a typo", round(loss, 1), "%", LARGEST_LOSS, f"{ROUNDS} typos per query"),
        Fact("searches that find nothing", round(nothing, 2), "%", LARGEST_NOTHING, f"of {len(found)}, typos included"),
    ]
    for kind in dict.fromkeys(answer.query.kind for answer in found):
        queries, part, loss, _ = summed([answer for answer in found if answer.query.kind == kind])
        told.append(Fact(f"search nDCG@10, {kind}", round(part, 3), "", None, f"{queries} queries; a typo loses {loss:.1f} %"))
    return told


def main() -> None:
    """Prints the figures, then the queries that do worst: all that are given a number as argument."""
    found = measured()
    for fact in facts(found):
        sys.stdout.write(f"{fact.name}: {fact.value:g} {fact.unit}  {fact.note}\n")
    most = int(sys.argv[1]) if sys.argv[1:] else 0
    for answer in sorted(found, key=lambda answer: answer.ndcg)[:most]:
        sys.stdout.write(f"{answer.ndcg:.3f}  {answer.found:6}  {answer.query.kind}: {answer.typed}\n")


if __name__ == "__main__":
    main()
