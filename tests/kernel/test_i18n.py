"""Languages: texts from catalogues, figures and dates by CLDR, lazy texts translated when shown."""

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from kernel import i18n
from kernel.i18n import gettext, gettext_lazy, ngettext, pgettext, using
from kernel.money import Money

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Cart"
msgstr "Warenkorb"

msgid "%(num)d product"
msgid_plural "%(num)d products"
msgstr[0] "%(num)d Artikel (einer)"
msgstr[1] "%(num)d Artikel"

msgctxt "button"
msgid "Order"
msgstr "Bestellen"
"""


@pytest.fixture
def catalogues(tmp_path):
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "galleria.po").write_text(PO)
    compiler = Path(sys.executable).parent / "pybabel"
    subprocess.run([compiler, "compile", "-d", tmp_path, "-D", "galleria"], check=True, capture_output=True)
    before = i18n._folder
    i18n.use_catalogues(tmp_path)
    yield
    i18n.use_catalogues(before)


def test_texts_come_from_the_language_of_the_context(catalogues):
    assert gettext("Cart") == "Cart"
    with using("de"):
        assert gettext("Cart") == "Warenkorb"
        assert ngettext("%(num)d product", "%(num)d products", 1) == "%(num)d Artikel (einer)"
        assert ngettext("%(num)d product", "%(num)d products", 2) == "%(num)d Artikel"
        assert pgettext("button", "Order") == "Bestellen"
        with using("zh-Hans"):
            assert gettext("Cart") == "Cart"
        assert gettext("Cart") == "Warenkorb"
        assert gettext("Not in the catalogue") == "Not in the catalogue"
        assert gettext("") == ""


def test_an_unknown_language_is_english():
    with using("xx-nonsense"):
        assert i18n.current() == "en"


def test_lazy_texts_are_translated_when_they_are_shown(catalogues):
    @dataclass(frozen=True)
    class Label:
        text: str

    class Model(BaseModel):
        text: str = gettext_lazy("Cart")

    label = Label(gettext_lazy("Cart"))
    with using("de"):
        assert str(label.text) == "Warenkorb"
        assert f"{label.text}!" == "Warenkorb!"
        assert f"{label.text:>10}" == " Warenkorb"
        assert "%s" % label.text == "Warenkorb"  # noqa: UP031 - this very way of writing is tested
        assert gettext(label.text) == "Warenkorb"
        assert str(Model().text) == "Warenkorb"
    assert str(label.text) == "Cart"
    assert {label.text: 1}["Cart"] == 1


def test_money_in_a_plot_is_as_short_as_the_language_allows():
    amounts = [Money(Decimal(text), "EUR") for text in ("0", "950", "12345.60", "1234567")]
    assert [i18n.format_rough_money(m, "en") for m in amounts] == ["€0", "€950", "€12.3K", "€1.2M"]
    assert [i18n.format_rough_money(m, "de") for m in amounts] == ["0\xa0€", "950\xa0€", "12.346\xa0€", "1,2\xa0Mio.\xa0€"]
    assert [i18n.format_rough_money(m, "zh-Hans") for m in amounts] == ["€0", "€950", "€1.2万", "€123.5万"]


def test_money_is_written_as_the_language_writes_it():
    price = Money.of("1299.005", "EUR")
    assert i18n.format_money(price, "en") == "€1,299.01"
    assert i18n.format_money(price, "de") == "1.299,01\xa0€"
    assert i18n.format_money(Money.of("12345.6", "JPY"), "zh-Hans") == "JP¥12,346"
    with using("fr"):
        assert i18n.format_money(price) == "1\u202f299,01\xa0€"


def test_numbers_and_percentages():
    assert i18n.format_number(Decimal("12500.25"), "de") == "12.500,25"
    assert i18n.format_percent(19, "de") == "19\xa0%"
    assert i18n.format_percent(Decimal("7.75"), "en") == "7.75%"
    assert i18n.format_percent(Decimal("0.5"), "zh-Hans") == "0.5%"


def test_dates_and_instants_are_told_in_the_zone_of_the_reader():
    instant = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    with using("de", zone="Europe/Berlin"):
        assert i18n.format_date(date(2026, 11, 23)) == "23.11.2026"
        assert i18n.format_date(instant) == "24.11.2026"
        assert i18n.format_datetime(instant) == "24.11.2026, 00:30"
    assert i18n.format_datetime(instant, zone="America/New_York", width="short", locale="en") == "11/23/26, 6:30\u202fPM"
    with pytest.raises(ValueError, match="zone"):
        i18n.format_datetime(datetime(2026, 1, 1))


def test_names_of_countries_and_languages():
    with using("de"):
        assert i18n.country_name("at") == "Österreich"
        assert i18n.language_name("zh-Hans") == "Chinesisch (Vereinfacht)"
        assert i18n.language_name("en", own=True) == "English"
        names = i18n.country_names()
        assert names["DE"] == "Deutschland"
        assert "EU" not in names and "001" not in names and len(names) > 240
    assert i18n.country_name("QQ") == "QQ"
    assert i18n.language_name("??") == "??"


def test_direction_of_writing():
    assert i18n.direction("ar") == "rtl"
    assert i18n.direction("zh-Hans") == "ltr"
    with using("he"):
        assert i18n.direction() == "rtl"
