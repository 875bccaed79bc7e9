"""Texts in templates: translated into the language of the moment, their values escaped, whatever the values are called."""

from pathlib import Path

import pytest

from kernel import i18n
from kernel.web.templating import Templates


def shown(folder: Path, source: str, locale: str = "en", **context: object) -> str:
    (folder / "page.html").write_text(source)
    with i18n.using(locale):
        return Templates([folder]).render("page.html", "", context)


@pytest.mark.parametrize("name", ["text", "values", "self", "n"])
def test_values_are_escaped_and_may_have_any_name(tmp_path: Path, name: str) -> None:
    source = '{{ _("Results for %(' + name + ')s", ' + name + "=told) }}"
    assert shown(tmp_path, source, told="<b>") == "Results for &lt;b&gt;"


def test_a_percent_sign_is_written_twice_with_and_without_values(tmp_path: Path) -> None:
    assert shown(tmp_path, '{{ _("10 %% off") }}, {{ _("%(n)s %% off", n=5) }}') == "10 % off, 5 % off"


def test_the_same_text_is_shown_in_each_language_in_turn(tmp_path: Path) -> None:
    i18n.use_catalogues(Path(__file__).parents[3] / "app/locale")
    try:
        shown_in = [shown(tmp_path, '{{ _("Cart") }}', locale) for locale in ("en", "de", "zh-Hans", "de", "en")]
    finally:
        i18n.use_catalogues(None)
    assert shown_in == ["Cart", "Warenkorb", shown_in[2], "Warenkorb", "Cart"]
    assert shown_in[2] not in ("Cart", "Warenkorb")


def test_an_empty_text_and_one_that_is_translated_late_are_shown_as_usual(tmp_path: Path) -> None:
    assert shown(tmp_path, "[{{ _(nothing) }}{{ _(late) }}]", nothing="", late=i18n.gettext_lazy("Cart")) == "[Cart]"


def test_macros_are_called_from_outside_with_the_globals_and_without_a_page(tmp_path: Path) -> None:
    (tmp_path / "parts.html").write_text("{% macro hello(name) %}{{ greeting }} {{ name }}{% endmacro %}")
    hello = Templates([tmp_path], {"greeting": "Good day,"}).macro("parts.html", "hello")
    assert hello("<Mira>") == "Good day, &lt;Mira&gt;"
    assert hello("Jonas") == "Good day, Jonas"
