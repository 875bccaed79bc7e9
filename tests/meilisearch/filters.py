"""Filter expressions: `field = "value"`, `field IN ["a", "b"]`, in arrays: the outer one AND, the inner ones OR."""

import json
import re
from collections.abc import Mapping
from typing import Any

_EXPRESSION = re.compile(r'\s*([A-Za-z0-9_.-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*")|IN\s*(\[.*\]))\s*', re.DOTALL)


class BadFilter(ValueError):
    """The expression cannot be read, or names a field that may not be filtered by."""


def meets(document: Mapping[str, Any], conditions: Any, fields: list[str]) -> bool:
    """Does a document meet them? BadFilter as the server would say it."""
    if conditions is None:
        return True
    if isinstance(conditions, str):
        return _meets_one(document, conditions, fields)
    if not isinstance(conditions, list):
        raise BadFilter("filter must be a string or an array")
    found = [
        any(_meets_one(document, one, fields) for one in inner) if isinstance(inner, list) else _meets_one(document, inner, fields)
        for inner in conditions
    ]
    return all(found)


def _meets_one(document: Mapping[str, Any], expression: Any, fields: list[str]) -> bool:
    read = _EXPRESSION.fullmatch(expression) if isinstance(expression, str) else None
    if read is None:
        raise BadFilter(f"Was expecting an operation at `{expression}`.")
    if read[1] not in fields:
        raise BadFilter(f"Attribute `{read[1]}` is not filterable. Available filterable attributes are: `{', '.join(fields)}`.")
    try:
        wanted = [json.loads(read[2])] if read[2] else json.loads(read[3])
    except ValueError as error:
        raise BadFilter(f"Expression `{expression}` cannot be read.") from error
    value = document.get(read[1])
    held = value if isinstance(value, list) else [value]
    return bool({str(v).lower() for v in held} & {str(w).lower() for w in wanted})
