"""Words in every language: nothing untranslated, no placeholder lost, catalogues that compile and speak on a page."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo

from app import words
from app.documents import ROOT
from kernel import i18n
from kernel.errors import Invalid
from kernel.web.templating import Templates

PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])|(%%)|(%)")
LANGUAGES = ("de", "zh-Hans")


@pytest.fixture(scope="module")
def template() -> Catalog:
    return words.found()


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """All catalogues compiled as the build does it, in use."""
    folder = tmp_path_factory.mktemp("locale")
    for language in LANGUAGES:
        target = folder / words.catalogue_path(language).relative_to(words.FOLDER).with_suffix(".mo")
        target.parent.mkdir(parents=True)
        with target.open("wb") as file:
            write_mo(file, words.read(language))
    before = i18n._folder
    i18n.use_catalogues(folder)
    yield folder
    i18n.use_catalogues(before)


def forms(texts: object) -> list[str]:
    """The text, or all forms of a plural; what has no translation has no forms."""
    return [text for text in ([texts] if isinstance(texts, str) else texts or []) if text]  # type: ignore[attr-defined]


def placeholders(text: str) -> set[str]:
    return {f"{name}:{kind}" for name, kind, _double, _bare in PLACEHOLDER.findall(text) if name}


def said(message: Message, form: int = 0) -> str:
    return f"{forms(message.id)[0]!r} → {forms(message.string)[form]!r}"


def test_all_languages_of_the_program_have_a_catalogue() -> None:
    assert words.languages() == LANGUAGES
    assert [language for language in LANGUAGES if not words.catalogue_path(language).exists()] == []


def test_what_people_read_is_found_in_source_and_templates(template: Catalog) -> None:
    texts = {form for message in template for form in forms(message.id)}
    assert {
        "Cart",  # a template
        "Please fill this in.",  # a table of reasons
        "The goods are on their way.",  # a state of a life cycle
        "There is nothing here.",  # an error's own words
        "Everything, including people and roles.",  # a starting role
        "Price, low to high",  # an order of a list
        "%(num)s products",  # a plural
    } <= texts
    assert not texts & {"sliders-horizontal", "num", "broken"}  # an icon's name and codes are no words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str, template: Catalog) -> None:
    missing = words.untranslated(words.update(language, template))
    assert missing == [], f"{len(missing)} texts without {language}; run `make words` and fill {words.catalogue_path(language)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_a_guess_and_every_plural_has_all_its_forms(language: str) -> None:
    catalog = words.read(language)
    assert catalog.num_plurals == {"de": 2, "zh-Hans": 1}[language]
    assert [forms(m.id)[0] for m in catalog if m.id and m.fuzzy] == []
    assert [forms(m.id)[0] for m in catalog if m.pluralizable and len(forms(m.string)) not in (0, catalog.num_plurals)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_text(language: str) -> None:
    """The form for one may leave the number out; no form may name what the text does not have."""
    wrong = []
    for message in words.read(language):
        sources = forms(message.id)
        for form, text in enumerate(forms(message.string) if message.id else []):
            least = set.intersection(*map(placeholders, sources)) if message.pluralizable else placeholders(sources[0])
            most = set.union(*map(placeholders, sources))
            if not least <= placeholders(text) <= most:
                wrong.append(said(message, form))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiler_finds_no_fault(language: str) -> None:
    """It would end the build: `pybabel compile` runs the same checks."""
    catalog = words.read(language)
    assert [(forms(m.id)[0], str(fault)) for m in catalog if m.id for fault in m.check(catalog)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_with_placeholders_can_be_filled_in(language: str) -> None:
    """A percent sign that stands alone would break the page that shows the text."""
    wrong = []
    for message in words.read(language):
        if message.id and any(PLACEHOLDER.search(source) for source in forms(message.id)):
            for form, text in enumerate(forms(message.string)):
                if any(bare for _name, _kind, _double, bare in PLACEHOLDER.findall(text)):
                    wrong.append(said(message, form))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_ends_as_its_text_does(language: str) -> None:
    """Sentences stay sentences, labels labels; no exclamation marks."""
    ends = {".": ".。", "?": "?？", ":": ":："}
    wrong = []
    for message in words.read(language):
        for form, text in enumerate(forms(message.string) if message.id else []):
            if "!" in text or "！" in text or text != text.strip():
                wrong.append(said(message, form))
            end = forms(message.id)[-1][-1]
            if end in ends and text[-1] not in ends[end]:
                wrong.append(said(message, form))
    assert wrong == []


def test_catalogues_are_compiled_by_the_build_and_not_kept_in_git(catalogues: Path) -> None:
    compiled = sorted(str(path.relative_to(catalogues)) for path in catalogues.rglob("*.mo"))
    assert compiled == ["de/LC_MESSAGES/galleria.mo", "zh_Hans/LC_MESSAGES/galleria.mo"]
    assert all((catalogues / name).stat().st_size > 20_000 for name in compiled)
    paths = [f"app/locale/{name}" for name in compiled]
    ignored = subprocess.run(["git", "check-ignore", *paths], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ignored.stdout.split() == paths


@pytest.mark.parametrize(("language", "title"), [("en", "Cart – Veloria"), ("de", "Warenkorb – Veloria"), ("zh-Hans", "购物车 – Veloria")])
def test_the_cart_page_speaks_the_language_of_the_visit(language: str, title: str, catalogues: Path) -> None:
    templates = Templates([*ROOT.glob("*/templates"), ROOT / "kernel/web/templates"], {"asset": str, "integrity": str})
    visit = SimpleNamespace(tenant=SimpleNamespace(name="Veloria"))
    with i18n.using(language):
        assert templates.render("storefront/cart.html", "title", {"visit": visit}) == title


def test_figures_and_plurals_follow_the_language(catalogues: Path) -> None:
    one, many = "%(num)s product", "%(num)s products"
    with i18n.using("de"):
        assert i18n.ngettext(one, many, 1) == "%(num)s Produkt"
        assert i18n.ngettext(one, many, 2) == "%(num)s Produkte"
    with i18n.using("zh-Hans"):
        assert i18n.ngettext(one, many, 1) == i18n.ngettext(one, many, 2) == "%(num)s 件商品"


def test_an_errors_own_words_are_translated_where_they_are_shown(catalogues: Path) -> None:
    with i18n.using("de"):
        assert i18n.gettext(Invalid([]).message) == "Bitte prüfen Sie die markierten Felder."


def test_a_name_with_a_percent_sign_can_be_shown() -> None:
    page = Templates([ROOT / "kernel/web/templates"]).environment.from_string("{{ translated(name) }}")
    assert page.render(name="Sales 50 %") == "Sales 50 %"


def test_a_new_text_comes_in_empty_and_a_gone_one_goes() -> None:
    fresh = Catalog()
    fresh.add("A text that nobody has translated")
    fresh.add("Cart")
    updated = words.update("de", fresh)
    assert {m.id: m.string or "" for m in updated if m.id} == {"A text that nobody has translated": "", "Cart": "Warenkorb"}
    assert words.untranslated(updated) == ["A text that nobody has translated"]
    assert not updated.obsolete


def test_writing_a_catalogue_again_changes_nothing() -> None:
    path = words.catalogue_path("de")
    assert words.written(words.read("de")) == path.read_bytes()


def test_the_chinese_words_are_chinese() -> None:
    texts = [m.string if isinstance(m.string, str) else "".join(m.string or ()) for m in words.read("zh-Hans") if m.id]
    spoken = [text for text in texts if re.search(r"[A-Za-z]{4}|[\u4e00-\u9fff]", re.sub(r"%\(\w+\)s", "", text))]
    chinese = [text for text in spoken if re.search(r"[\u4e00-\u9fff]", text)]
    assert len(chinese) > 0.97 * len(spoken)  # the rest are names: PostgreSQL, Webhook, GTIN
