"""Attributes a file's columns name: looked up once, made on demand where the mapping says so, with choices as they turn up."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.attribute_values import AttributeFacts, BadValue, Value, check_places, check_text, check_value
from catalog.drafts import facts_of, read_attributes
from catalog.exchange.cells import as_text
from catalog.exchange.mapping import Rule
from catalog.models import Attribute
from catalog.slugs import slug_of
from kernel import tenancy
from kernel.i18n import gettext as _
from kernel.ids import new_id

CHOICE_KINDS = ("choice", "multichoice")


def split_place(detail: str) -> tuple[str, str]:
    """ "care:de@eu" → ("care", "de@eu"), "warranty@eu" → ("warranty", "@eu"), "gears" → ("gears", "")."""
    head, at, market = detail.partition("@")
    code, _colon, language = head.partition(":")
    return code, f"{language}{at}{market}"


class MetAttributes:
    """The tenant's attributes, and what a batch adds to them. `axes` are the codes that variants of this file differ by."""

    def __init__(self, session: Session, language: str, axes: tuple[str, ...]) -> None:
        self._session = session
        self._language = language
        self._axes = axes
        self.known = read_attributes(session)
        self._fresh: dict[str, AttributeFacts] = {}
        self._grown: dict[str, dict[str, dict[str, str]]] = {}

    def use(self, session: Session) -> None:
        """Goes on in another transaction; what was met before is committed."""
        self._session = session

    def value_of(self, code: str, raw: Any, rule: Rule) -> Value | None:
        """The value as it is kept. Raises BadValue, also for an attribute that there is not and that may not be made."""
        facts = self.known.get(code) or self._made(code, rule)
        if facts.kind not in CHOICE_KINDS or not rule.create:
            return check_value(facts, raw if isinstance(raw, str | int | float | bool | list) else as_text(raw))
        parts = raw if isinstance(raw, list) else [raw]
        codes = [self._choice(code, as_text(part)) for part in parts if as_text(part)]
        if not codes:
            return None
        return codes[0] if facts.kind == "choice" else codes

    def merged(self, held: Any, detail: str, raw: Any, rule: Rule) -> tuple[str, Any]:
        """The attribute's code and its new value over what is held; `detail` may say for which language or market it is.

        None: nothing was said. Raises BadValue, also for a place that does not fit."""
        code, place = split_place(detail)
        facts = self.known.get(code)
        if facts is None or not facts.is_scoped:
            if place:
                raise BadValue(_("This attribute has one value for all languages and markets."))
            return code, self.value_of(code, raw, rule)
        if isinstance(raw, dict) and not place:
            return code, check_places(facts, held, raw)
        value = self.value_of(code, raw, rule)
        return code, None if value is None else check_places(facts, held, {place: value})

    def _made(self, code: str, rule: Rule) -> AttributeFacts:
        if not rule.create:
            raise BadValue(_("There is no attribute of the code %(code)s.") % {"code": code})
        label = code.replace("_", " ").strip().capitalize()
        is_axis = code in self._axes
        facts = AttributeFacts(code, rule.kind, rule.unit, {self._language: label}, {}, rule.filterable or is_axis, is_axis)
        self.known[code] = self._fresh[code] = facts
        return facts

    def _choice(self, code: str, text: str) -> str:
        facts = self.known[code]
        try:
            return str(check_value(AttributeFacts(code, "choice", choices=facts.choices), text))
        except BadValue:
            label = check_text(text, 200) or ""
        choice = slug_of(label)[:80]
        choices = {**facts.choices, choice: {self._language: label}}
        self._grown.setdefault(code, {})[choice] = {self._language: label}
        self.known[code] = replace(facts, choices=choices)
        return choice

    def save(self) -> None:
        """Writes what was met for the first time; somebody else's attribute of the same code, made meanwhile, stands."""
        here = tenancy.current()
        if self._fresh:
            rows = [
                {
                    "tenant_id": here,
                    "id": new_id(),
                    "code": facts.code,
                    "kind": facts.kind,
                    "unit": facts.unit or None,
                    "labels": dict(facts.labels),
                    "filterable": facts.filterable,
                    "is_axis": facts.is_axis,
                }
                for facts in self._fresh.values()
            ]
            self._session.execute(insert(Attribute).values(rows).on_conflict_do_nothing(index_elements=["tenant_id", "code"]))
        if self._grown:
            mine = select(Attribute).where(Attribute.tenant_id == here, Attribute.code.in_(list(self._grown)))
            for attribute in self._session.scalars(mine.order_by(Attribute.code).with_for_update()):
                held = {choice["code"] for choice in attribute.choices}
                new = [{"code": c, "labels": labels} for c, labels in self._grown[attribute.code].items() if c not in held]
                attribute.choices = [*attribute.choices, *new]
                self.known[attribute.code] = facts_of(attribute)
            self._session.flush()
        self._fresh, self._grown = {}, {}
