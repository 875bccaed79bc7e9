"""The URL table by name: `url("product", slug="tern", locale="de-eu")`. What the path does not take becomes the query."""

import re
from functools import lru_cache
from urllib.parse import quote, urlencode

from starlette.convertors import Convertor, register_url_convertor

PARAM = re.compile(r"{(\w+)(?::(\w+))?}")


class PlaceTag(Convertor[str]):
    """`{locale:place}`: a language and a market joined by a hyphen, so that a shop's paths never take a desk's for theirs.

    What follows a "~" is the token of a preview: every link of a page that is shown there leads to such pages again."""

    regex = "[a-z]{2,3}(?:-[a-z0-9]{2,12})+(?:~[A-Za-z0-9_-]{64})?"

    def convert(self, value: str) -> str:
        """As it stands in the path."""
        return value

    def to_string(self, value: str) -> str:
        """The same."""
        return value


register_url_convertor("place", PlaceTag())


class UrlTable:
    """Names to paths; made once at start-up from the routes."""

    def __init__(self) -> None:
        self._paths: dict[str, tuple[str, frozenset[str]]] = {}

    def add(self, name: str, path: str) -> None:
        """Registers a path; two paths under one name stop the start-up (one path for several methods is fine)."""
        template = PARAM.sub(r"{\1}", path)
        known = self._paths.get(name)
        if known and known[0] != template:
            raise ValueError(f"route name {name!r} stands for {known[0]} and {template}")
        self._paths[name] = (template, frozenset(m[0] for m in PARAM.findall(path)))

    def takes(self, name: str, param: str) -> bool:
        """Does the path of this name have that parameter?"""
        return param in self._paths[name][1]

    def url(self, name: str, **params: object) -> str:
        """The path with its parameters quoted; the others, unless None, as a query. KeyError for an unknown name."""
        template, wanted = self._paths[name]
        path = template.format(**{k: _quoted(str(params[k])) for k in wanted})
        query = {k: v for k, v in params.items() if k not in wanted and v is not None}
        return f"{path}?{urlencode(query, doseq=True)}" if query else path


@lru_cache(maxsize=5000)
def _quoted(text: str) -> str:
    return quote(text, safe="")
