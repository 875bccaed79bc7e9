"""One language's next version while it is made: batches of drafts go in, rows and index entries for what differs come out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.attribute_values import AttributeFacts, words
from catalog.findable import search_document
from catalog.intervals import (
    NewRow,
    Place,
    add_categories,
    add_products,
    close_categories,
    close_products,
    in_place,
    open_products,
    past_slugs,
    taken_slugs,
)
from catalog.models import PublishedCategory
from catalog.payload import (
    CategoryFacts,
    Draft,
    FamilyFacts,
    Payload,
    Reading,
    category_payload,
    digest_of,
    product_payload,
    variant_payload,
)
from catalog.scoring import ScoredPlace, holding
from catalog.search import indexing
from catalog.search.documents import SearchDocument
from catalog.shown_preview import BESIDE
from catalog.slugs import product_slug, slug_of

INDEX_BATCH = 2_000


@dataclass
class Counts:
    """Products with a page that were added, changed and removed; categories that changed in any way."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    categories: int = 0

    @property
    def any(self) -> bool:
        """Has anything moved?"""
        return bool(self.added or self.changed or self.removed or self.categories)


@dataclass(frozen=True)
class HeldBack:
    """A product that was passed over in a language because of what it misses; shops keep what they had of it."""

    product_id: UUID
    sku: str
    language: str
    missing: tuple[str, ...]


@dataclass
class Edition:
    """A market in one language on its way to `version`. Texts are looked for in `languages` in this order.

    `is_first`: nothing of it was ever published, so there is nothing to be compared with.
    """

    session: Session
    place: Place
    version: int
    languages: Sequence[str]
    attributes: dict[str, AttributeFacts]
    categories: dict[UUID, CategoryFacts]
    is_first: bool = False
    families: dict[UUID, FamilyFacts] = field(default_factory=dict)
    currency: str = ""
    counts: Counts = field(default_factory=Counts)
    held_back: list[HeldBack] = field(default_factory=list)
    _reading: Reading | None = None
    _given: dict[str, UUID] = field(default_factory=dict)
    _documents: list[SearchDocument] = field(default_factory=list)
    _removed: list[UUID] = field(default_factory=list)

    def put_categories(self) -> None:
        """All categories of the tenant, which come before any product because products name them."""
        session, place = self.session, self.place
        here = (in_place(PublishedCategory, place), PublishedCategory.to_version.is_(None))
        columns = (PublishedCategory.category_id, PublishedCategory.slug, PublishedCategory.digest)
        held = {row.category_id: row for row in session.execute(select(*columns).where(*here))}
        slugs = self._category_slugs({category_id: row.slug for category_id, row in held.items() if category_id in self.categories})
        new = []
        for category in self.categories.values():
            digest, told = digest_of(category_payload(category, slugs[category.id], self.languages))
            if category.id not in held or held[category.id].digest != digest:
                new.append(NewRow(category.id, None, "", slugs[category.id], category.position, (), (), digest, told))
        gone = held.keys() - self.categories.keys()
        close_categories(session, place, self.version, [*gone, *(row.subject_id for row in new)])
        add_categories(session, place, self.version, new)
        self.counts.categories = len(new) + len(gone)
        market_code = self.place.market_code.removeprefix(BESIDE)
        self._reading = Reading.of(self.languages, self.attributes, self.categories, slugs, self.families, market_code)

    def _category_slugs(self, slugs: dict[UUID, str]) -> dict[UUID, str]:
        taken = set(slugs.values())
        for category in sorted(self.categories.values(), key=lambda c: (len(c.path), c.code)):
            if category.id not in slugs:
                name = slug_of(words(category.names, self.languages, category.code))
                choices = (name, f"{name}-{slug_of(category.code)}", f"{name}-{category.id.hex[-8:]}")
                slugs[category.id] = next(slug for slug in choices if slug not in taken)
                taken.add(slugs[category.id])
        return slugs

    def put(self, drafts: list[Draft], page_ids: Sequence[UUID]) -> None:
        """The state these products are in now; `page_ids` also names what no longer exists."""
        held = {} if self.is_first else open_products(self.session, self.place, page_ids)
        shown, waiting = self._sorted_out([draft for draft in drafts if draft.is_sellable])
        slugs = self._product_slugs(shown, held)
        new: list[NewRow] = []
        # what waits stays as it was published: neither renewed nor taken out
        kept = {i for i, row in held.items() if i in waiting or row.parent_id in waiting}
        for draft in shown:
            payload = product_payload(draft, slugs[draft.id], self._read())
            rows = [_row(payload), *_variant_rows(draft, payload)]
            kept.update(row.subject_id for row in rows)
            fresh = [row for row in rows if row.subject_id not in held or held[row.subject_id].digest != row.digest]
            if fresh:
                new += fresh
                self._documents.append(search_document(payload))
                self.counts.changed += draft.id in held
                self.counts.added += draft.id not in held
        gone = held.keys() - kept
        removed = [product_id for product_id in gone if held[product_id].parent_id is None]
        self.counts.removed += len(removed)
        self._removed += removed
        close_products(self.session, self.place, self.version, [*gone, *(row.subject_id for row in new if row.subject_id in held)])
        add_products(self.session, self.place, self.version, new)
        if len(self._documents) >= INDEX_BATCH:
            self.tell_index()

    def _sorted_out(self, drafts: list[Draft]) -> tuple[list[Draft], set[UUID]]:
        """Those that are published, and the ids of those that miss something their family asks for."""
        place = ScoredPlace(self.place.market_code.removeprefix(BESIDE), self.place.language, self.currency, self.languages[-1])
        found = {d.id: holding(d, place, self.families.get(d.row["family_id"]), self.attributes) for d in drafts}
        self.held_back += [HeldBack(d.id, d.row["sku"], place.language, found[d.id]) for d in drafts if found[d.id]]
        return [d for d in drafts if not found[d.id]], {product_id for product_id, missing in found.items() if missing}

    def tell_index(self) -> None:
        """Hands what has gathered to the search index."""
        if self._documents or self._removed:
            indexing.apply_changes(self.session, self.place.market_code, self.place.language, self._documents, self._removed)
            self._documents, self._removed = [], []

    def _read(self) -> Reading:
        if self._reading is None:
            raise RuntimeError("categories come before products")
        return self._reading

    def _product_slugs(self, drafts: list[Draft], held: dict[UUID, Any]) -> dict[UUID, str]:
        """Each product's address: the one it has, or had, or a new one that nobody holds."""
        slugs = {draft.id: held[draft.id].slug for draft in drafts if draft.id in held}
        wanted = {d.id: product_slug(words(d.row["names"], self.languages), d.row["sku"]) for d in drafts if d.id not in slugs}
        if wanted:
            if not self.is_first:
                wanted |= past_slugs(self.session, self.place, list(wanted))
                self._given |= taken_slugs(self.session, self.place, list(wanted.values()))
            for product_id, slug in wanted.items():
                is_free = self._given.setdefault(slug, product_id) == product_id
                slugs[product_id] = slug if is_free else f"{slug}-{product_id.hex[-8:]}"
        return slugs


def _row(payload: Payload) -> NewRow:
    digest, told = digest_of(payload)
    parent = UUID(payload["parent_id"]) if payload["parent_id"] else None
    subject, categories, currencies = UUID(payload["id"]), payload["category_ids"], list(payload["prices"])
    return NewRow(subject, parent, payload["sku"], payload["slug"], payload["position"], categories, currencies, digest, told)


def _variant_rows(draft: Draft, parent: Payload) -> list[NewRow]:
    by_id = {str(v.id): v for v in draft.variants}
    return [_row(variant_payload(variant, by_id[variant["id"]], parent)) for variant in parent.get("variants", ())]
