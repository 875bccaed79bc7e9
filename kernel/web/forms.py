"""Typed forms: a pydantic model in, either its value or one message per field out; what was typed is never lost.

Field names may be paths: `lines.0.quantity` becomes `{"lines": [{"quantity": …}]}`. Only the fields of the
model are read, whatever else is sent (no mass assignment). Empty text counts as not given.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from kernel.errors import Invalid, Problem, Refused
from kernel.i18n import gettext as _
from kernel.i18n import mark

M = TypeVar("M", bound=BaseModel)
MAX_INDEX = 1000
DEEPEST = 8

# pydantic's error types, in words that say what to do
REASONS: dict[str, str] = {
    "missing": mark("Please fill this in."),
    "string_too_short": mark("Please fill this in."),
    "string_too_long": mark("This is too long."),
    "int_parsing": mark("Please give a whole number."),
    "int_from_float": mark("Please give a whole number."),
    "decimal_parsing": mark("Please give a number."),
    "decimal_max_places": mark("That is more decimal places than we keep."),
    "float_parsing": mark("Please give a number."),
    "greater_than": mark("This must be more."),
    "greater_than_equal": mark("This must be more."),
    "less_than": mark("This must be less."),
    "less_than_equal": mark("This must be less."),
    "uuid_parsing": mark("Please choose one of the list."),
    "enum": mark("Please choose one of the list."),
    "literal_error": mark("Please choose one of the list."),
    "bool_parsing": mark("Please choose yes or no."),
    "date_from_datetime_parsing": mark("Please give a date."),
    "date_parsing": mark("Please give a date."),
}


class Form(Generic[M]):
    """A form as it was sent. `value` is set where everything holds, `errors` names what does not."""

    def __init__(
        self, model: type[M], typed: Mapping[str, list[str]] | None = None, files: Mapping[str, list[UploadFile]] | None = None
    ) -> None:
        self.model = model
        self.typed: dict[str, list[str]] = {k: list(v) for k, v in (typed or {}).items()}
        self.files: dict[str, list[UploadFile]] = {k: list(v) for k, v in (files or {}).items()}
        self.errors: dict[str, str] = {}
        self.value: M | None = None

    @classmethod
    def read(cls, model: type[M], data: FormData) -> "Form[M]":
        """The form in a request body. Checks it at once."""
        typed: dict[str, list[str]] = {}
        files: dict[str, list[UploadFile]] = {}
        for name, item in data.multi_items():
            if isinstance(item, UploadFile):
                if item.filename:
                    # a request that is run again (deadlock) reads its files from the beginning
                    item.file.seek(0)
                    files.setdefault(name, []).append(item)
            else:
                typed.setdefault(name, []).append(item.replace("\x00", ""))
        form = cls(model, typed, files)
        form.check()
        return form

    @classmethod
    def filled(cls, model: type[M], value: BaseModel | Mapping[str, Any] | None = None) -> "Form[M]":
        """A form to be shown for the first time, with what is already known in it."""
        known = value.model_dump(mode="json") if isinstance(value, BaseModel) else dict(value or {})
        return cls(model, dict(_flatten(known)))

    @property
    def ok(self) -> bool:
        """True where there is a value and no error has been added."""
        return self.value is not None and not self.errors

    @property
    def given(self) -> M:
        """The value; Invalid (all problems) where the form does not hold. For handlers that need no page of their own for errors."""
        if self.value is None or self.errors:
            raise Invalid([Problem(where, reason) for where, reason in self.errors.items()])
        return self.value

    def get(self, name: str, default: str = "") -> str:
        """What was typed into a field (the last, where it stands twice)."""
        return self.typed[name][-1] if self.typed.get(name) else default

    def all(self, name: str) -> list[str]:
        """All that was chosen in a field of several."""
        return self.typed.get(name, [])

    def error(self, name: str) -> str:
        """The message at a field, or nothing."""
        return _(self.errors.get(name, ""))

    def refuse(self, problems: Iterable[Problem]) -> "Form[M]":
        """Adds what a use case found wrong, so that the page can be shown again with it."""
        for problem in problems:
            self.errors.setdefault(problem.where, _(problem.reason))
        return self

    def told(self, refused: Refused, at: str = "form") -> "Form[M]":
        """Adds a use case's refusal, so that the page can be shown again with it: problems stand at their fields, any other
        refusal at `at` ("form": above them all)."""
        if isinstance(refused, Invalid):
            return self.refuse(refused.problems)
        self.errors[at] = refused.message
        return self

    def check(self) -> None:
        """Tries the typed texts against the model."""
        try:
            self.value = self.model.model_validate(_nest(self._texts()))
        except ValidationError as error:
            for problem in problems_of(error):
                self.errors.setdefault(problem.where, problem.reason)

    def _texts(self) -> dict[str, Any]:
        texts: dict[str, Any] = {}
        for name, values in self.typed.items():
            field = self.model.model_fields.get(name)
            many = field is not None and "list" in str(field.annotation)
            kept = [v for v in values if v.strip()]
            if many:
                texts[name] = kept
            elif kept:
                texts[name] = kept[-1]
        return texts


def problems_of(error: ValidationError) -> list[Problem]:
    """Pydantic's errors as problems with a dotted path and a sentence a person can act on."""
    found = []
    for item in error.errors(include_url=False, include_context=True):
        where = ".".join(str(part) for part in item["loc"]) or "form"
        own = item.get("ctx", {}).get("error")
        reason = str(own) if own is not None else REASONS.get(item["type"], mark("This does not look right."))
        found.append(Problem(where, _(reason), str(item["type"])))
    return found


def _nest(flat: Mapping[str, Any]) -> dict[str, Any]:
    """`{"lines.0.sku": "A"}` → `{"lines": [{"sku": "A"}]}`; names deeper than any form of ours are dropped."""
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        if name.count(".") > DEEPEST:
            continue
        node = tree
        *path, last = name.split(".")
        for part in path:
            below = node.setdefault(part, {})
            if not isinstance(below, dict):
                break
            node = below
        else:
            node[last] = value
    return {k: _listed(v) for k, v in tree.items()}


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    items = {k: _listed(v) for k, v in node.items()}
    if items and all(k.isdecimal() and len(k) <= 4 and int(k) <= MAX_INDEX for k in items):
        return [items[k] for k in sorted(items, key=int)]
    return items


def _flatten(value: Any, path: str = "") -> list[tuple[str, list[str]]]:
    if isinstance(value, Mapping):
        return [pair for k, v in value.items() for pair in _flatten(v, f"{path}.{k}" if path else str(k))]
    if isinstance(value, (list, tuple, set, frozenset)):
        if any(isinstance(v, Mapping) for v in value):
            return [pair for i, v in enumerate(value) for pair in _flatten(v, f"{path}.{i}")]
        return [(path, [str(v) for v in value])]
    if value is None:
        return [(path, [""])]
    return [(path, ["true" if value is True else "" if value is False else str(value)])]
