"""The words of the pages: finds every text for people in the source and brings the catalogues in app/locale up to date.

`make words` runs it. Texts are found where a translating function is called (`_`, `gettext_lazy`, `mark`, …), where one
of our errors, problems or states is made, because those are translated when they are shown, and in the templates. New
texts come into the catalogues empty, gone ones go; what is translated stays. No guesses ("fuzzy") are made.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po, write_po

from app.documents import PACKAGES, ROOT
from kernel.i18n import DEFAULT, DOMAIN, LOCALES

FOLDER = ROOT / "app/locale"
TEMPLATE = FOLDER / f"{DOMAIN}.pot"
WIDTH = 140

# which argument of a call is a text for people
TRANSLATING = ("_", "gettext", "gettext_lazy", "ngettext:1,2", "pgettext:1c,2")
REFUSALS = ("Refused", "NotThere", "NotAllowed", "SignInNeeded", "Conflict", "Forged", "TooLarge", "WrongHost")
OTHER_ERRORS = (
    "Unavailable",
    "StillRunning",
    "KeyUsedOtherwise",
    "AddressRefused",
    "NoAnswer",
    "BadValue",
    "OrderChanged",
    "AlreadyOrdered",
)
SECOND = ("Invalid:2", "at:2", "Problem:2", "TooMany:2", "State:2")
IN_TEMPLATES = parse_keywords(TRANSLATING)
IN_SOURCE = parse_keywords((*TRANSLATING, "mark", *REFUSALS, *OTHER_ERRORS, *SECOND))
JINJA = {
    "extensions": "jinja2.ext.i18n,jinja2.ext.do",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "newstyle_gettext": "true",
    "silent": "false",
}
# what no shop shows: the demo's own words, migrations, and the page for those who build pages
PASSED_OVER = ("app/demo/", "app/migrations/", "kernel/web/templates/styleguide.html")


def languages() -> tuple[str, ...]:
    """The languages that need a catalogue: all but the one the source is written in."""
    return tuple(tag for tag in LOCALES if tag != DEFAULT)


def catalogue_path(language: str) -> Path:
    """Where a language's catalogue is: `zh-Hans` → app/locale/zh_Hans/LC_MESSAGES/galleria.po."""
    return FOLDER / language.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


def found() -> Catalog:
    """Every text in the source with the files it is in, sorted by text."""
    catalog = Catalog(domain=DOMAIN, project="Galleria", charset="utf-8", fuzzy=False)
    for path in _files():
        is_source = path.suffix == ".py"
        method, calls = ("python", IN_SOURCE) if is_source else ("jinja2.ext.babel_extract", IN_TEMPLATES)
        with path.open("rb") as file:
            for _line, text, comments, context in extract(method, file, calls, ("Words:",), None if is_source else JINJA):
                catalog.add(text, locations=[(str(path.relative_to(ROOT)), 0)], auto_comments=comments, context=context)
    return catalog


def _files() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            name = str(path.relative_to(ROOT))
            is_template = path.suffix in {".html", ".txt"} and "templates" in path.parts
            if (path.suffix == ".py" or is_template) and not name.startswith(PASSED_OVER):
                yield path


def read(language: str) -> Catalog:
    """A language's catalogue as it stands; an empty one where there is none yet."""
    path, locale = catalogue_path(language), language.replace("-", "_")
    if not path.exists():
        return Catalog(locale=locale, domain=DOMAIN, project="Galleria", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain=DOMAIN)


def written(catalog: Catalog) -> bytes:
    """The catalogue as a file: sorted, without line numbers and dates, so that it changes only when a text does."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=WIDTH, sort_output=True, omit_header=True, include_lineno=False)
    header = [
        f"# {catalog.locale.english_name if catalog.locale else 'Every text'} of Galleria. `make words` keeps it up to date.",
        'msgid ""',
        'msgstr ""',
        '"Content-Type: text/plain; charset=utf-8\\n"',
    ]
    if catalog.locale:
        header += [f'"Language: {catalog.locale}\\n"', f'"Plural-Forms: {catalog.plural_forms}\\n"']
    return "\n".join([*header, "", ""]).encode() + buffer.getvalue()


def update(language: str, template: Catalog) -> Catalog:
    """The language's catalogue with exactly the template's texts, translated as far as they were."""
    catalog = read(language)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    """The texts that have no translation, or only a guess, in a catalogue."""
    return [_name(m.id) for m in catalog if m.id and (m.fuzzy or not m.string or not all(_forms(m.string)))]


def _forms(texts: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _name(text: str | list[str] | tuple[str, ...]) -> str:
    return _forms(text)[0]


def main() -> None:
    """Brings the catalogues up to date and says how far each is translated; ends with 1 where texts are missing."""
    template = found()
    missing = 0
    _write(TEMPLATE, written(template))
    for language in languages():
        catalog = update(language, template)
        gaps = untranslated(catalog)
        missing += len(gaps)
        _write(catalogue_path(language), written(catalog))
        sys.stdout.write(f"{language}: {len(catalog) - len(gaps)} of {len(catalog)} texts translated\n")
        sys.stdout.writelines(f"  {text}\n" for text in gaps)
    sys.exit(1 if missing else 0)


def _write(path: Path, made: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != made:
        path.write_bytes(made)


if __name__ == "__main__":
    main()
