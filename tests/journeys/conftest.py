"""The program as processes, a browser, a street of shops for each test, and windows that are asked for their faults at the end."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from httpx2 import Response
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine

from app.outside import connect_outside
from kernel import settings
from kernel.settings import Settings
from tests.cluster import Database
from tests.conftest import Shop
from tests.journeys.running import running_program
from tests.journeys.watching import FLAGS, Window, open_window
from tests.journeys.world import Street, build_street


@pytest.fixture(scope="package")
def program(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Web process and worker over the test database."""
    with running_program(database, Path(tmp_path_factory.mktemp("program"))) as chosen:
        yield chosen


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's chromium; the test is skipped where there is none."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("needs chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def outside(db: Engine, program: Settings) -> Iterator[Settings]:
    """This process uses the program's database, files and mails."""
    settings.use(program)
    connect_outside(program)
    yield program
    settings.use(None)


@pytest.fixture
def street(outside: Settings, owner_db: Engine) -> Street:
    """A brand and a partner who sells nothing of it yet."""
    return build_street(owner_db)


@pytest.fixture
def shared_street(outside: Settings, owner_db: Engine) -> Street:
    """A brand and a partner who sells its bicycles."""
    return build_street(owner_db, shared=True)


@dataclass
class Visitors:
    """Opens windows; every one is closed and judged when the test is over."""

    chromium: Browser
    port: int
    windows: list[Window] = field(default_factory=list)

    def window(self, shop: Shop, has_script: bool = True, **wanted: Any) -> Window:
        """A fresh browser at the shop."""
        opened = open_window(self.chromium, f"http://{shop.slug}.localhost:{self.port}", has_script, **wanted)
        self.windows.append(opened)
        return opened

    def ask(self, shop: Shop, path: str) -> Response:
        """One plain request without any cookie, as a program would send it; no redirect is followed."""
        return httpx2.get(f"http://127.0.0.1:{self.port}{path}", headers={"host": f"{shop.slug}.localhost:{self.port}"})


@pytest.fixture
def visitors(chromium: Browser, outside: Settings) -> Iterator[Visitors]:
    """Windows at the running program. Whatever was wrong in one of them fails the test at its end."""
    present = Visitors(chromium, outside.port)
    yield present
    faults = [fault for window in present.windows for fault in window.close()]
    assert faults == [], "\n".join(["", *faults])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
