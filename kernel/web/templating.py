"""Jinja: one environment over the template folders of all packages; undefined names are errors, everything is escaped.

A fragment is a block of its page's template, rendered alone, so that it cannot drift from the page.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, nodes
from jinja2_fragments import render_block
from markupsafe import Markup

from kernel import i18n
from kernel.quantities import symbol
from kernel.web.compiling import DirectEnvironment


def _text(text: str, /, **values: Any) -> Markup:
    """`_` in templates: the text in the current language with its `%(name)s` filled in, values escaped. A page has some
    fifty of them, most of them without values: those are made once for each language."""
    return _filled(i18n.gettext(text), values) if values else _plain(i18n.catalogue(), text)


def _counted(singular: str, plural: str, num: int, /, **values: Any) -> Markup:
    """`ngettext` in templates: the form for so many things, with the number as `%(num)s`."""
    return _filled(i18n.ngettext(singular, plural, num), {"num": num, **values})


def _filled(text: str, values: Mapping[str, Any]) -> Markup:
    return Markup(text) % values  # noqa: S704


@lru_cache(maxsize=10_000)
def _plain(_catalogue: NullTranslations, text: str) -> Markup:
    return _filled(i18n.gettext(text), {})


@lru_cache(maxsize=5000)
def field_id(name: str) -> str:
    """The id of a form's field on its page: `lines[0].price` → `f-lines-0-price`."""
    return "f-" + name.replace(".", "-").replace("[", "-").replace("]", "")


# `_` in a template takes its text for a format with `%(name)s`; a text that comes from elsewhere may hold a bare percent
# sign, so that one goes through `translated`
GLOBALS: dict[str, Callable[..., Any]] = {
    "_": _text,
    "ngettext": _counted,
    "translated": i18n.gettext,
    "field_id": field_id,
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


class Templates:
    """Renders templates by name. `extra` are globals from above (assets)."""

    def __init__(self, folders: Sequence[Path], extra: Mapping[str, Any] | None = None) -> None:
        self.environment = DirectEnvironment(
            loader=FileSystemLoader([str(f) for f in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            # none is ever dropped
            cache_size=-1,
            extensions=["jinja2.ext.do"],
        )
        self.environment.globals.update({**GLOBALS, **(extra or {})})
        for name, value in self.environment.globals.items():
            if hasattr(value, "jinja_pass_arg"):
                raise ValueError(f"{name} asks for the context, which calls in templates do not hand on (compiling.py)")
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
