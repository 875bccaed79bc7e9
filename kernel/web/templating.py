"""Jinja: one environment over the template folders of all packages; undefined names are errors, everything is escaped.

A fragment is a block of its page's template, rendered alone, so that it cannot drift from the page.
"""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2_fragments import render_block
from markupsafe import Markup

from kernel import i18n
from kernel.quantities import symbol

# `_` in a template takes its text for a format with `%(name)s`; a text that comes from elsewhere may hold a bare percent
# sign, so that one goes through `translated`
GLOBALS: dict[str, Callable[..., Any]] = {
    "translated": i18n.gettext,
    "money": i18n.format_money,
    "rough_money": i18n.format_rough_money,
    "number": i18n.format_number,
    "percent": i18n.format_percent,
    "date": i18n.format_date,
    "datetime": i18n.format_datetime,
    "country": i18n.country_name,
    "language": i18n.language_name,
    "direction": i18n.direction,
    "unit_symbol": symbol,
}


def _text(text: str, /, **values: Any) -> Markup:
    """`_` in templates: the text in the current language with its `%(name)s` filled in, values escaped. A page has some
    fifty of them, most of them without values: those are made once for each language."""
    return Markup(i18n.gettext(text)) % values if values else _plain(i18n.catalogue(), text)  # noqa: S704


@lru_cache(maxsize=10_000)
def _plain(_catalogue: NullTranslations, text: str) -> Markup:
    return Markup(i18n.gettext(text)) % {}  # noqa: S704


class _Environment(Environment):
    """Jinja's environment, whose templates find globals in one dictionary instead of a chain of them: every import of a
    macro walks over their names."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's globals and those of one template."""
        return {**self.globals, **(d or {})}


class Templates:
    """Renders templates by name. `extra` are globals from above (assets)."""

    def __init__(self, folders: Sequence[Path], extra: Mapping[str, Any] | None = None) -> None:
        self.environment = _Environment(
            loader=FileSystemLoader([str(f) for f in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=2000,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        )
        self.environment.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
        self.environment.globals.update(GLOBALS)
        self.environment.globals["_"] = _text
        self.environment.globals.update(extra or {})
        self._extending: dict[str, bool] = {}

    def has_layout(self, template: str) -> bool:
        """Is it a page, which extends a layout, or a fragment of its own?"""
        known = self._extending.get(template)
        if known is None:
            assert self.environment.loader is not None
            source, _name, _is_fresh = self.environment.loader.get_source(self.environment, template)
            known = self._extending[template] = self.environment.parse(source).find(nodes.Extends) is not None
        return known

    def macro(self, template: str, name: str) -> Callable[..., Markup]:
        """A macro of a template, to be called from Python; it sees the globals and its arguments, no page's context."""
        made: Callable[..., Markup] = getattr(self.environment.get_template(template).module, name)
        return made

    def render(self, template: str, block: str, context: Mapping[str, Any]) -> str:
        """The whole template, or one block of it."""
        if block:
            return str(render_block(self.environment, template, block, dict(context)))
        return self.environment.get_template(template).render(context)
