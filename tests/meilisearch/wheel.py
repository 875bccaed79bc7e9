"""The real engine's order for a query, where its wheel (milli 1.8.1, Meilisearch 1.8) is installed.

The wheel has the default settings only and tells the first 20 ids; filters are the double's, which asks it with the documents
that are left.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

try:
    import milli
except ImportError:  # there is a wheel for one platform only
    milli = None

MOST = 20
SIZE = 2**28
_kept: dict[str, Any] = {}


def is_there() -> bool:
    """Is the real engine installed?"""
    return milli is not None


def order(documents: Sequence[Mapping[str, Any]], query: str, attributes: Sequence[str]) -> list[int]:
    """The places, best first, of the documents that answer. Fields are searched in the order of `attributes`."""
    rows = [{"id": n, **{name: _text(document.get(name)) for name in attributes}} for n, document in enumerate(documents)]
    key = repr(rows)
    if key not in _kept:
        folder = Path(tempfile.mkdtemp(prefix="milli-"))
        index = milli.Index(str(folder), SIZE)
        index.add_documents(rows)
        _kept.clear()
        _kept[key] = index
    return [int(found) for found in _kept[key].search(query)][:MOST]


def _text(value: Any) -> Any:
    return "" if value is None else value
