"""Templates compiled our way say byte for byte what they say when Jinja compiles them, and refuse the same mistakes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError, pass_context
from markupsafe import Markup

from kernel.i18n import gettext_lazy
from kernel.web.compiling import DirectEnvironment
from kernel.web.templating import Templates

PARTS = """
{% macro box(title, open=False, note="-") %}[{{ title }}{% if open %} open{% endif %} {{ note }}{% for k, v in kwargs.items() %} {{ k }}={{ v }}{% endfor %}]{% endmacro %}
{% macro wrap(word) %}<{{ word }}>{{ caller() }}</{{ word }}>{% endmacro %}
{% macro maybe() %}{% if caller is defined %}{{ caller() }}{% else %}alone{% endif %}{% endmacro %}
{% macro row(f) %}{% call wrap("p") %}{{ f }}{% endcall %}{% endmacro %}
{% macro list_of() %}{{ varargs|join("+") }}{% endmacro %}
{% macro with(text, caller=none) %}{{ text }}{{ caller("<x>") if caller }}{% endmacro %}
{% set known = 3 %}
"""
LAYOUT = "<title>{% block title %}{% endblock %}</title>{% block body %}{{ told }}{% endblock %}"
IMPORT = '{% from "parts.html" import box, wrap, maybe, row, list_of, with, known %}'
SOURCES = [
    "{{ box(told) }}{{ box(told, True) }}{{ box(title=told, open=true, note=safe) }}{{ box() if false }}",
    '{{ box("a", class="b", data_x=told) }}{{ box("a", **{"open": 1}) }}{{ box(*["<", 0]) }}{{ box(class=1, title=told, **more) }}',
    '{% call wrap("b") %}{{ told }}{{ box("in") }}{% endcall %}{{ maybe() }}{% call maybe() %}{{ told }}{% endcall %}{{ row(told) }}',
    '{{ list_of() }}{{ list_of("<", safe) }}{{ with(told) }}{% call(x) with("c") %}{{ x }}{% endcall %}{{ known }}',
    "{% for n in [1, 2] %}{{ loop.index }}{{ loop.cycle('a', 'b') }}{{ box(n) }}{% set m = n %}{{ range(m)|list }}{% endfor %}",
    "{% for n in tree recursive %}{{ n.name }}{{ loop(n.below) if n.below }}{% endfor %}",
    "{{ told }}{{ safe }}{{ 5 }}{{ 1.5 }}{{ none }}{{ true }}{{ late }}{{ told ~ safe }}{{ told|upper }}{{ safe|upper }}{{ '<i>'|safe }}",
    "{% set part %}{{ told }}<br>{% endset %}{{ part }}{% filter upper %}{{ told }}{% endfilter %}{{ dict(a=told).a }}",
    "{{ more.items()|list }}{{ more.note }}{{ more.gone|default('none') }}{{ more.keys is callable }}{{ {'items': 1}['items'] }}",
    '{% extends "layout.html" %}{% block title %}{{ told }}{% endblock %}{% block body %}{{ super() }}{{ self.title() }}{% endblock %}',
    '{% extends "layout.html" %}{% from "parts.html" import box %}{% block title %}{{ box(told) }}{% endblock %}',
]


def given() -> dict[str, Any]:
    return {
        "told": "<b> & 'c' \"d\"",
        "safe": Markup("<b>&amp;</b>"),
        "late": gettext_lazy("<late>"),
        "more": {"note": "<n>"},
        "tree": [{"name": "<a>", "below": [{"name": "b", "below": []}]}],
    }


def environments(source: str) -> list[Environment]:
    loader = DictLoader({"page.html": source, "parts.html": PARTS, "layout.html": LAYOUT})
    return [kind(loader=loader, autoescape=True, undefined=StrictUndefined) for kind in (Environment, DirectEnvironment)]


@pytest.mark.parametrize("source", SOURCES)
def test_a_page_is_the_same_as_jinja_makes_it(source: str) -> None:
    source = source if "extends" in source else IMPORT + source
    plain, direct = (e.get_template("page.html").render(given()) for e in environments(source))
    assert direct == plain
    assert "&lt;" in plain or "told" not in source


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("{{ box('a', 1, 2, 3) }}", TypeError),
        ("{{ wrap('a', colour=1) }}", TypeError),
        ("{{ wrap('a') }}", UndefinedError),
        ("{{ box() }}", UndefinedError),
        ("{{ nobody(1) }}", UndefinedError),
        ("{{ more.gone }}", UndefinedError),
        ("{{ more.gone.further }}", UndefinedError),
        ("{{ told.gone }}", UndefinedError),
    ],
)
def test_a_mistake_is_refused_as_jinja_refuses_it(source: str, error: type[Exception]) -> None:
    messages = []
    for environment in environments(IMPORT + source):
        with pytest.raises(error) as refused:
            environment.get_template("page.html").render(given())
        messages.append(str(refused.value))
    assert messages[1] == messages[0]


def test_an_item_is_found_under_any_name_that_is_no_method_of_a_dictionary() -> None:
    environment = DirectEnvironment()
    told: Mapping[str, Any] = {"label": "a", "items": "hidden by the method"}
    assert environment.getattr(told, "label") == "a"
    assert list(environment.getattr(told, "items")()) == list(told.items())


def test_a_global_that_asks_for_the_context_stops_the_start(tmp_path: Path) -> None:
    @pass_context
    def nosy(context: object) -> str:
        return str(context)

    with pytest.raises(ValueError, match="nosy asks for the context"):
        Templates([tmp_path], {"nosy": nosy})
