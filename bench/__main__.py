"""Measures: `python -m bench` (some minutes), `python -m bench quick`, `python -m bench [quick] order search …` for parts.

`python -m bench.search` measures the search engine by itself, without pages; `python -m bench.relevance` what it finds.
"""

import json
import os
import re
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from bench import figures, goods, relevance, scenes
from bench.figures import Fact, Figure, Report
from bench.house import House, machine
from bench.icecat import FILE

CUSTOMERS = 40
SHOPS = (("brand", "brand"), ("partner", "partner"), ("icecat", "brand"))
LINK = re.compile(r'href="(/en-eu/(?:c|p)/[^"?]+)"')
PRODUCT_ID = re.compile(r'name="product_id" value="([0-9a-f-]{36})"')
REST_SECONDS = 3.0


class Run:
    """One run from an empty folder to a report."""

    def __init__(self, quick: bool, names: list[str], folder: Path) -> None:
        self.quick, self.names, self.folder = quick, names, folder
        self.house = House(folder)
        self.seconds = 1.0 if quick else 3.0
        self.products = 2_000 if quick else 10_000
        self.has_icecat = goods.has_icecat() and not quick and (not names or any("icecat" in n or n == "import" for n in names))
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        self.report = Report(now, figures.commit(), machine(), round(os.getloadavg()[0], 1))

    def go(self) -> Report:
        """Fills the installation, then measures it: first with the page cache, then without."""
        try:
            self.tell(Fact("first start, empty folder", round(self.house.start(), 1), "s"))
            self.fill()
            known = self.known()
            self.house.stop()
            self.tell(Fact("start with data, to the first answer", round(self.house.start(), 1), "s", 5))
            time.sleep(REST_SECONDS)
            self.remember_memory("memory at rest, 2 web processes and worker", 300)
            for pages in scenes.from_cache(known):
                self.pages(pages)
            for doing in scenes.errands(known, CUSTOMERS):
                if self.is_wanted(doing.name):
                    self.figure(scenes.measure_doing(self.house, doing, self.seconds))
            self.house.stop()
            self.house.start(page_cache_megabytes=0)
            for pages in scenes.built(known, self.has_icecat):
                self.pages(pages)
            self.remember_memory("memory after all of it", 400)
        finally:
            self.house.stop()
        if self.is_wanted("relevance") and not self.quick:
            for fact in relevance.facts(relevance.measured()):
                self.tell(fact)
        return self.report

    def fill(self) -> None:
        """Three tenants; equal products in one, shared with the second; the Icecat products in the third."""
        for slug, kind in SHOPS:
            self.house.command(
                "tenant", "create", slug, "--name", slug.capitalize(), "--kind", kind, "--admin-email", "ada@example.com",
                "--languages", "en", "--password", "measured and not guessed",
            )  # fmt: skip
        file = self.folder / "equal.csv"
        goods.write_equal_products(file, self.products)
        self.take_in("brand", file, goods.EQUAL_RULES, f"{self.products:,} equal products", 45 if not self.quick else None)
        self.house.fill("share", "brand", "partner")
        self.house.fill("people", "brand", str(CUSTOMERS))
        if self.has_icecat:
            self.take_in("icecat", FILE, goods.ICECAT_RULES, "19,406 Icecat products", 90)
        self.house.tidy()

    def take_in(self, shop: str, file: Path, rules: object, what: str, goal: float | None) -> None:
        """Imports and publishes; time and memory of both."""
        taken = self.house.fill("import", shop, str(file), json.dumps(rules))
        published = self.house.fill("publish", shop)
        note = f"import {taken['wall_s']} s, publish and index {published['wall_s']} s; CPU {_cpu(taken)} and {_cpu(published)} s"
        wall = round(taken["wall_s"] + published["wall_s"], 1)
        self.tell(Fact(f"{what}: file to searchable", wall, "s", goal, note))
        peak = max(taken["peak_mb"], published["peak_mb"])
        self.tell(Fact(f"{what}: most memory", peak, "MB", 400, f"{taken['made']:,} made, {taken['wrong']} refused"))

    def known(self) -> scenes.Known:
        """Looks around in the shop as a visitor would."""
        with httpx2.Client(
            base_url=f"http://127.0.0.1:{self.house.port}", headers={"host": f"brand.localhost:{self.house.port}"}
        ) as visitor:
            links = LINK.findall(visitor.get("/en-eu/all").text)
            categories = tuple(dict.fromkeys(path for path in links if "/c/" in path))
            lists = [visitor.get(path).text for path in categories[:20]]
            products = tuple(dict.fromkeys(path for text in lists for path in LINK.findall(text) if "/p/" in path))[:200]
            ids = tuple(PRODUCT_ID.search(visitor.get(path).text) for path in products[:60])
        return scenes.Known(categories, products, tuple(found[1] for found in ids if found))

    def pages(self, pages: scenes.Pages) -> None:
        """Measures one scene, if it is wanted."""
        if self.is_wanted(pages.name):
            self.figure(scenes.measure_pages(self.house, pages, self.seconds, self.folder))

    def is_wanted(self, name: str) -> bool:
        """Was it asked for? The constant page always is: it says what the machine is like."""
        return not self.names or name.startswith("constant") or any(word in name for word in self.names)

    def figure(self, figure: Figure) -> None:
        """Notes it and says it."""
        self.report.figures.append(figure)
        rates = ", ".join(f"{load.connections}: {load.per_second:g}/s p95 {load.p95_ms:g} ms" for load in figure.loads)
        errors = sum(load.errors for load in figure.loads)
        goal = f"  goal {figure.goal[0]:g} + {figure.goal[1]:g}{'' if figure.holds else ' MISSED'}" if figure.goal else ""
        _say(f"{figure.name}: {figure.app_ms:g} + {figure.db_ms:g} ms{goal}  [{rates}]{f'  {errors} ERRORS' if errors else ''}")

    def tell(self, fact: Fact) -> None:
        """Notes it and says it."""
        self.report.facts.append(fact)
        _say(f"{fact.name}: {fact.value:g} {fact.unit}{f'  goal {fact.goal:g}' if fact.goal else ''}  {fact.note}")

    def remember_memory(self, name: str, goal: float) -> None:
        """Proportional memory of the program's processes."""
        used = self.house.memory()
        self.tell(Fact(name, used["app_mb"], "MB", goal, f"PostgreSQL besides: {used['database_mb']:g} MB"))


def _cpu(facts: dict[str, float]) -> str:
    return f"{facts['cpu_s'] + facts['db_cpu_s']:.0f}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Runs, keeps the results, compares with those before; a whole run rewrites the table in docs/performance.md."""
    words = sys.argv[1:]
    quick, names = "quick" in words, [word for word in words if word != "quick"]
    before = figures.latest()
    with tempfile.TemporaryDirectory(prefix="galleria-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # the database's own account must get through
        report = Run(quick, names, Path(folder)).go()
    path = figures.keep(report)
    _say(f"Results: {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
    for line in figures.dearer(report, before):
        _say(f"dearer than before: {line}")
    if not quick and not names:
        figures.write_table(report)


if __name__ == "__main__":
    main()
