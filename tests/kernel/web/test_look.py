"""What the templates and the build promise: nothing inline, nothing foreign, small files, names that exist."""

import gzip
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import nodes

from kernel import i18n
from kernel.web.static import Assets
from kernel.web.templating import Templates
from tenants import palette

ROOT = Path(__file__).parents[3]
LOOK = ROOT / "kernel/web"
TEMPLATES = sorted(p for p in ROOT.glob("*/**/templates/**/*.html") if "node_modules" not in p.parts and ".venv" not in p.parts)
ASSETS = Assets(LOOK / "static/build")
EVERYTHING = Templates([*ROOT.glob("*/templates"), LOOK / "templates"], {"asset": str, "integrity": str})


class Reader(HTMLParser):
    """Collects what must not stand on a page, and what must be told apart."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.faults: list[str] = []
        self.icons: set[str] = set()
        self.labels_for: set[str] = set()
        self.described: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.faults += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith("on")]
        self.faults += [f"<{tag} {value}>" for value in given.values() if value and value.startswith(("http://", "https://", "//"))]
        if tag == "style" or (tag == "script" and not (given.get("src") and given.get("integrity"))):
            self.faults.append(f"<{tag}> inline")
        if tag == "img" and not (given.get("width") and given.get("height") and "alt" in given):
            self.faults.append(f"<img {given.get('src')}> without room or words")
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "use":
            self.icons.add(str(given["href"]).partition("#")[2])
        self.labels_for.add(given.get("for") or "")
        self.described.update((given.get("aria-describedby") or "").split())


def pages() -> Iterator[tuple[str, str]]:
    for language in ("en", "zh-Hans"):
        tenant = SimpleNamespace(name="Veloria", slug="veloria")
        place = SimpleNamespace(tag=f"{language.lower()}-eu", language=language)
        visit = SimpleNamespace(tenant=tenant, place=place, locale=language, nonce="", csrf="", path="/x", method="GET", preview="")
        pictures = [{"src": f"/p{n}.avif", "alt": f"View {n}", "width": 800, "height": 600} for n in range(3)]
        templates = Templates([LOOK / "templates"], {"asset": ASSETS.url, "integrity": ASSETS.integrity})
        with i18n.using(language):
            yield f"styleguide {language}", templates.render("styleguide.html", "", {"visit": visit, "sample_pictures": pictures})
            context = {"visit": visit, "status_code": 404, "title": "T", "detail": "", "problems": [], "request_id": "r"}
            yield f"error {language}", templates.render("error.html", "", context)


@pytest.mark.parametrize(("name", "html"), list(pages()), ids=lambda value: value if len(value) < 40 else "")
def test_a_page_is_small_has_nothing_inline_and_every_reference_leads_somewhere(name: str, html: str) -> None:
    page = Reader()
    page.feed(html)
    assert page.faults == []
    assert len(html.encode()) <= 100 * 1024
    assert sorted({i for i in page.ids if page.ids.count(i) > 1}) == []
    assert page.labels_for - {""} <= set(page.ids)
    assert page.described <= set(page.ids)
    sprite = (ASSETS.folder / ASSETS.url("icons.svg").removeprefix("/static/")).read_text()
    assert page.icons - set(re.findall(r'<symbol id="([^"]+)"', sprite)) == set()


@pytest.mark.parametrize("path", [p for p in TEMPLATES if "mail" not in p.parts], ids=lambda p: str(p.relative_to(ROOT)))
def test_no_template_has_inline_script_or_style_or_htmx_without_its_nonce(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.S)
    assert re.findall(r"\sstyle\s*=", text) == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", text) == []
    assert re.findall(r"<style|<script(?![^>]*(?:integrity|application/ld\+json))|javascript:", text) == []
    if path != LOOK / "templates/ui/base.html":
        assert re.findall(r"\s(?:data-)?hx-[a-z]+", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_part_a_template_asks_for_exists(path: Path) -> None:
    environment = EVERYTHING.environment
    for node in environment.parse(path.read_text()).find_all(nodes.FromImport):
        assert isinstance(node.template, nodes.Const)
        parts = environment.get_template(node.template.value).module
        names = [name if isinstance(name, str) else name[0] for name in node.names]
        assert [name for name in names if not hasattr(parts, name)] == []


def test_style_sheet_and_scripts_keep_to_their_budgets() -> None:
    sizes = {
        n: len(gzip.compress((ASSETS.folder / ASSETS.url(n).removeprefix("/static/")).read_bytes(), 9))
        for n in ("app.css", "shop.js", "desk.js", "early.js")
    }
    assert sizes["app.css"] <= 30 * 1024
    assert sizes["shop.js"] + sizes["early.js"] <= 10 * 1024
    assert sizes["desk.js"] + sizes["early.js"] <= 60 * 1024


def test_the_build_reaches_for_nothing_outside_and_evaluates_nothing() -> None:
    for name in ("app.css", "cjk.css"):
        text = (ASSETS.folder / ASSETS.url(name).removeprefix("/static/")).read_text()
        assert re.findall(r"url\(\s*[\"']?(?:https?:)?//", text) == []
        missing = [f for f in re.findall(r"url\(([\w.-]+\.woff2)\)", text) if not (ASSETS.folder / f).exists()]
        assert missing == []
    shop = (ASSETS.folder / ASSETS.url("shop.js").removeprefix("/static/")).read_text()
    assert re.findall(r"\beval\(|new Function|\.innerHTML|document\.write|insertAdjacentHTML", shop) == []


def test_the_build_reads_the_templates_of_every_package() -> None:
    sources = " ".join(re.findall(r'@source "([^"]+)"', (LOOK / "static/css/app.css").read_text()))
    owners = {p.relative_to(ROOT).parts[0] for p in TEMPLATES} - {"kernel"}
    assert {owner for owner in owners if owner not in sources} == set()


def test_the_lock_holds_every_platform_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    wanted = {
        name for package in packages.values() for name in (*package.get("dependencies", {}), *package.get("optionalDependencies", {}))
    }
    assert {name for name in wanted if not any(key.endswith(f"node_modules/{name}") for key in packages)} == set()
    assert '"resolved"' not in text
    pinned = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in pinned} == pinned


def test_the_default_theme_is_what_the_palette_makes() -> None:
    kept = (LOOK / "static/css/default-theme.css").read_text().partition("\n")[2]
    assert kept == palette.css(palette.theme("#0f4c3a", "#b8693a"), "river")


def test_a_theme_names_only_faces_that_are_built() -> None:
    built = (ASSETS.folder / ASSETS.url("app.css").removeprefix("/static/")).read_text()
    chinese = (ASSETS.folder / ASSETS.url("cjk.css").removeprefix("/static/")).read_text()
    faces = set(re.findall(r"font-family:[\"']([^\"']+)[\"']", built + chinese))
    for pairing in palette.PAIRINGS.values():
        named = set(re.findall(r'"([^"]+)"', pairing.display + pairing.text)) - {"Arial Narrow"}
        assert named <= faces
