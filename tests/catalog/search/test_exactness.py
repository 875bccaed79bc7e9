"""The engine against the plainest reading of its rules: every document looked at, one by one.

Two brands' catalogs in a partner's shop, random goods with a fixed seed, some hundred random questions. Each question is
asked as if all lists were long and as if all were short, since the engine goes different ways for them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import log
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from catalog.search import pieces, scoring, space
from catalog.search.analysis import Batch
from catalog.search.documents import SearchDocument
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, Page, SearchResult, SearchScope, SearchSource, Sort
from catalog.search.shelf import SHELF
from catalog.search.texts import term_of
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.search import index, overlay, product_id, share

ENGINE = PgSearch()
GOODS_OF_EACH = 260
QUESTIONS = 120
FLOOR = 0.08
# the first words stand in many titles, the last ones in few
WORDS = [
    "lamp",
    "saddle",
    "pedal",
    "rack",
    "bell",
    "pump",
    "chain",
    "helmet",
    "grip",
    "lock",
    "brake",
    "fork",
    "wheel",
    "spoke",
    "basket",
    "mirror",
    "bottle",
    "glove",
    "jacket",
    "mudguard",
    "stand",
    "cable",
    "lever",
    "crank",
    "cassette",
    "derailleur",
]
COLOURS = ("green", "copper", "black", "sand", "sky")


@dataclass(frozen=True)
class Goods:
    """A document, whose it is, and what the partner asks for it (None: hidden)."""

    document: SearchDocument
    brand: UUID
    place: int
    price: Decimal | None


def some_word(random: Random) -> str:
    return WORDS[min(int(random.expovariate(0.22)), len(WORDS) - 1)]


def some_goods(brand: UUID, random: Random) -> list[SearchDocument]:
    made = []
    for n in range(GOODS_OF_EACH):
        title = " ".join(some_word(random) for _ in range(random.randint(1, 5)))
        made.append(
            SearchDocument(
                product_id=product_id(brand, f"p{n}"), sku=f"Q{n:04}X", title=title, rank=random.choice((0.0, 0.25, 0.5)),
                description=" ".join(some_word(random) for _ in range(random.randint(0, 8))),
                category_ids=tuple({product_id(brand, "root"), product_id(brand, f"c{random.randrange(12)}")}),
                facets={"colour": tuple(random.sample(COLOURS, random.randint(0, 2))), "lot": (f"lot {random.randrange(90)}",)},
                numbers={"gears": Decimal(random.randrange(30))} if random.random() < 0.7 else {},
                prices={"EUR": Decimal(random.randrange(500, 9000)) / 100},
            )
        )  # fmt: skip
    return made


class Oracle:
    """What the rules say, without any index."""

    def __init__(self, goods: list[Goods]) -> None:
        self.goods = goods
        self.sold = [g for g in goods if g.price is not None]
        self.weights: dict[UUID, dict[str, int]] = {g.document.product_id: {} for g in goods}
        self.n: Counter[str] = Counter()
        for one in goods:
            batch = Batch("en")
            batch.add(0, one.document)
            for term, (_, weights) in batch.postings[0].items():
                self.weights[one.document.product_id][term] = weights[0]
                self.n[term] += 1

    def scores(self, words: list[str]) -> dict[UUID, float]:
        terms = [term_of(word, "en") for word in words]
        pairs = list(dict.fromkeys(f"{a} {b}" for a, b in pairwise(terms)))
        found = {}
        for one in self.sold:
            mine = self.weights[one.document.product_id]
            held = [self._rarity(term) * mine[term] for term in terms if term in mine]
            if held:
                found[one.document.product_id] = sum(held) * len(held) ** 2 * (1 + 0.3 * sum(pair in mine for pair in pairs))
        least = max(found.values(), default=0.0) * FLOOR
        return {product: score for product, score in found.items() if score >= least}

    def _rarity(self, term: str) -> float:
        return log(1 + (len(self.goods) - self.n[term] + 0.5) / (self.n[term] + 0.5))

    def left(self, found: set[UUID], filters: Filters, without: str = "") -> list[Goods]:
        kept = []
        for one in self.sold:
            document = one.document
            passes = {code: bool({*values} & {*document.facets[code]}) for code, values in filters.values.items()}
            for code, (low, high) in filters.ranges.items():
                number = document.numbers.get(code)
                passes[code] = number is not None and (low is None or number >= low) and (high is None or number <= high)
            if filters.category_id:
                passes["category"] = filters.category_id in document.category_ids
            if filters.price and one.price is not None:
                low, high = filters.price
                passes["price"] = (low is None or one.price >= low) and (high is None or one.price <= high)
            if document.product_id in found and all(ok for code, ok in passes.items() if code != without):
                kept.append(one)
        return kept


@pytest.fixture
def shop(db: Engine, brand: Shop, twin: Shop, partner: Shop) -> tuple[SearchScope, Oracle]:
    random = Random(20261123)
    goods: list[Goods] = []
    sources = []
    for start, tenant in ((0, brand), (4096, twin)):
        documents = some_goods(tenant.id, random)
        index(tenant.id, documents)
        agreement = share(tenant.id, partner.id)
        sources.append(SearchSource(tenant.id, "eu", "en", agreement_id=agreement))
        with entering(partner.id), transaction() as session:
            for n, document in enumerate(documents):
                dice = random.random()
                price: Decimal | None = document.prices["EUR"]
                if dice < 0.2:
                    price = Decimal(random.randrange(500, 9000)) / 100
                    overlay(session, partner.id, tenant.id, agreement, f"p{n}", prices={"EUR": str(price)})
                elif dice < 0.25:
                    price = None
                    overlay(session, partner.id, tenant.id, agreement, f"p{n}", hidden=True)
                goods.append(Goods(document, tenant.id, start + n, price))
    return SearchScope(partner.id, "EUR", tuple(sources), 1), Oracle(goods)


def questions(oracle: Oracle) -> Iterator[tuple[list[str], Filters, Sort | None, Page]]:
    random = Random(7)
    for _ in range(QUESTIONS):
        words = list(dict.fromkeys(some_word(random) for _ in range(random.randint(0, 4))))
        values: dict[str, tuple[str, ...]] = {}
        if random.random() < 0.4:
            values["colour"] = tuple(random.sample(COLOURS, random.randint(1, 2)))
        if random.random() < 0.2:
            values["lot"] = tuple(f"lot {random.randrange(90)}" for _ in range(8))
        ranges = {"gears": (Decimal(random.randrange(12)), None)} if random.random() < 0.2 else {}
        price = (Decimal(random.randrange(10, 40)), Decimal(random.randrange(40, 80))) if random.random() < 0.3 else None
        category = random.choice(oracle.goods).document.category_ids[0] if random.random() < 0.2 else None
        sort = random.choice((None, None, Sort.PRICE_UP, Sort.PRICE_DOWN, Sort.NAME))
        yield words, Filters(category, values, dict(ranges), price), sort, Page(random.randint(1, 3), 10)


def expected_order(oracle: Oracle, members: list[Goods], scores: dict[UUID, float], sort: Sort | None) -> list[UUID]:
    def key(one: Goods) -> tuple[Any, ...]:
        if sort is None and scores:
            return (-scores[one.document.product_id], one.place)
        if sort in (Sort.PRICE_UP, Sort.PRICE_DOWN):
            # equal prices fall by document as well where prices fall
            return (one.price, one.place) if sort is Sort.PRICE_UP else (-(one.price or 0), -one.place)
        return (one.document.title, one.place) if sort is Sort.NAME else (-one.document.rank, one.document.title, one.place)

    return [one.document.product_id for one in sorted(members, key=key)]


@pytest.mark.parametrize("few", [0, 15, 100_000])
def test_every_answer_is_what_looking_at_every_document_gives(
    shop: tuple[SearchScope, Oracle], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope, oracle = shop
    monkeypatch.setattr(space, "FEW", few)
    if few != 15:
        monkeypatch.setattr(scoring, "FEW_OF_ONE", few)
        monkeypatch.setattr(scoring, "MOST_BY_PATTERN", 6 if few else 0)
        monkeypatch.setattr(scoring, "OPENED_AT_ONCE", few or 1)
        monkeypatch.setattr(pieces, "DENSE", 0 if few else 10_000)
    SHELF.clear()
    found_something = 0
    for words, filters, sort, page in questions(oracle):
        with entering(scope.seller_id), transaction(read_only=True) as session:
            answer = ENGINE.search(session, scope, " ".join(words), filters, ("colour", "lot", "category", "gears", "price"), sort, page)
        scores = oracle.scores(words) if words else {}
        everything = set(scores) if words else {one.document.product_id for one in oracle.sold}
        members = oracle.left(everything, filters)
        order = expected_order(oracle, members, scores, sort)[page.offset : page.offset + page.length]
        assert (answer.total, [hit.product_id for hit in answer.hits]) == (len(members), order), (words, filters, sort, page)
        compare_facets(oracle, answer, everything, filters)
        found_something += bool(order)
    assert found_something > QUESTIONS / 2


def compare_facets(oracle: Oracle, answer: SearchResult, everything: set[UUID], filters: Filters) -> None:
    for code in ("colour", "lot", "category"):
        counted: Counter[str] = Counter()
        for one in oracle.left(everything, filters, without=code):
            counted.update(map(str, one.document.category_ids) if code == "category" else one.document.facets[code])
        assert {value.value: value.count for value in answer.facets[code].values if value.count} == counted, (code, filters)
    gears = [one.document.numbers["gears"] for one in oracle.left(everything, filters, "gears") if one.document.numbers]
    prices = [one.price for one in oracle.left(everything, filters, "price") if one.price is not None]
    for code, numbers in (("gears", gears), ("price", prices)):
        facet = answer.facets[code]
        assert (facet.low, facet.high) == ((min(numbers), max(numbers)) if numbers else (None, None)), (code, filters)
