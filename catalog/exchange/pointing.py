"""What rows of a batch point to: families by code, products and documents in attributes, and values nobody else may have."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.attribute_links import is_taken, links_for, taken_values
from catalog.attribute_values import AttributeFacts, BadValue
from catalog.exchange.attributes_met import split_place
from catalog.exchange.cells import as_text
from catalog.exchange.parsing import RowProblem, Wanted
from catalog.models import Family
from kernel import tenancy
from kernel.i18n import gettext as _


class Pointers:
    """Looked up once for a batch; nothing is asked where no row points anywhere. `known` are the attributes, which grow while
    rows are read. Products that the same file makes further down cannot be named yet."""

    def __init__(self, session: Session, known: Mapping[str, AttributeFacts], wanted: Sequence[Wanted]) -> None:
        self._known = known
        told: list[dict[str, Any]] = []
        for w in wanted:
            row: dict[str, Any] = {}
            for detail, (raw, _rule, _column) in w.values.items():
                row.setdefault(split_place(detail)[0], {})[detail] = as_text(raw).strip()
            told.append(row)
        self._links = links_for(session, known, told)
        self._owners = taken_values(session, known, [(None, {c: next(iter(v.values())) for c, v in row.items()}) for row in told])
        self._families: dict[str, UUID] = {}
        if codes := {w.family for w in wanted if w.family}:
            query = select(Family.code, Family.id).where(Family.tenant_id == tenancy.current(), Family.code.in_(codes))
            self._families = dict(session.execute(query).all())

    def family_of(self, wanted: Wanted, problems: list[RowProblem]) -> UUID | None:
        """The family that the row names; a problem of the row where there is none of this code."""
        if wanted.family and wanted.family not in self._families:
            problems.append(RowProblem("", wanted.family, _("There is no family of this code.")))
        return self._families.get(wanted.family)

    def settle(self, code: str, value: Any, product_id: UUID) -> Any:
        """The value with ids in place of names. Raises BadValue for a name that stands for nothing and for a value that must be
        unique and is another product's, also one further up in the batch."""
        facts = self._known.get(code)
        if facts is None or value is None:
            return value
        value = self._links.settle(facts, value)
        if facts.rules.get("is_unique") and self._owners.setdefault((code, str(value)), product_id) != product_id:
            raise BadValue(is_taken())
        return value
