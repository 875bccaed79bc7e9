"""Categories by path ("Bikes > Road bikes"), made where they are missing; found by their name in the mapping's language."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.drafts import read_categories
from catalog.models import Category
from catalog.payload import CategoryFacts
from catalog.slugs import slug_of
from kernel import tenancy
from kernel.db.locks import wait_lock
from kernel.ids import new_id


class CategoryPlaces:
    """The tree as it is, and what a batch adds to it."""

    def __init__(self, session: Session, language: str) -> None:
        self._session = session
        self._language = language
        self._known = read_categories(session)
        self._codes = {facts.code for facts in self._known.values()}
        self._by_path = {self._names(facts): facts.id for facts in self._known.values()}

    def _names(self, facts: CategoryFacts) -> tuple[str, ...]:
        steps = [self._known[step] for step in facts.path if step in self._known]
        return tuple((step.names.get(self._language) or step.code).casefold() for step in steps)

    def ids_of(self, paths: Iterable[tuple[str, ...]]) -> list[UUID]:
        """The ids of the categories at the ends of the paths."""
        return [self._find(path) for path in paths]

    def _find(self, path: tuple[str, ...]) -> UUID:
        folded = tuple(name.casefold() for name in path)
        if (known := self._by_path.get(folded)) is not None:
            return known
        wait_lock(self._session, "catalog.tree")
        parent = self._find(path[:-1]) if len(path) > 1 else None
        above = self._known[parent].path if parent else ()
        made = Category(
            tenant_id=tenancy.current(), id=new_id(), parent_id=parent, code=self._free_code(path), names={self._language: path[-1]}
        )
        made.path = [*above, made.id]
        self._session.add(made)
        self._session.flush()
        self._known[made.id] = CategoryFacts(made.id, made.code, made.names, tuple(made.path), parent, 0)
        self._by_path[folded] = made.id
        return made.id

    def _free_code(self, path: tuple[str, ...]) -> str:
        plain = "".join(c for c in slug_of(path[-1]) if c.isascii()).strip("-")[:80] or "category"
        longer = "".join(c for c in slug_of(*path) if c.isascii()).strip("-")[:110] or "category"
        code, n = plain, 1
        while code in self._codes:
            code, n = (longer if n == 1 else f"{longer}-{n}"), n + 1
        self._codes.add(code)
        return code
