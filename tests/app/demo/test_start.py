"""Starting the demo: what has been made is remembered, and a later start goes straight to running everything."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner

from app.cli import cli
from app.commands import demo
from app.demo.book import ADVENTUREWORKS, WORLD, Book
from app.demo.data.cast import PEOPLE
from app.demo.houses import HOUSES
from app.demo.stage import PASSWORD
from app.demo.welcome import table, welcome
from kernel.settings import Settings, use


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load({}, data_dir=tmp_path, port=8123)


@pytest.fixture
def became(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Which programs the command has become, with their words, instead of becoming them."""
    found: list[tuple[str, ...]] = []
    monkeypatch.setattr(demo, "become", lambda module, _settings, *words: found.append((module, *words)))
    return found


def run(settings: Settings, *words: str) -> None:
    done = CliRunner().invoke(cli, ["demo", "--data-dir", str(settings.data_dir), *words])
    use(None)
    assert done.exit_code == 0, done.output


def test_the_first_start_makes_the_world(settings: Settings, became: list[tuple[str, ...]]) -> None:
    run(settings)
    assert became == [("app.demo.start",)]


def test_a_later_start_runs_what_is_there(settings: Settings, became: list[tuple[str, ...]]) -> None:
    Book(settings).note(WORLD)
    run(settings)
    assert became[0] == ("app.supervisor",)


def test_adventureworks_is_made_besides_where_it_is_asked_for(settings: Settings, became: list[tuple[str, ...]]) -> None:
    Book(settings).note(WORLD)
    run(settings, "--adventureworks", "../data")
    assert became == [("app.demo.start", "--adventureworks", "../data")]
    Book(settings).note(ADVENTUREWORKS)
    run(settings, "--adventureworks", "../data")
    assert became[1] == ("app.supervisor",)


def test_an_interrupted_world_keeps_the_day_it_was_begun_on(settings: Settings) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 23, 50, tzinfo=UTC)):
        assert Book(settings).last_day() == date(2026, 11, 23)
    with time_machine.travel(datetime(2026, 11, 25, 8, 0, tzinfo=UTC)):
        assert Book(settings).last_day() == date(2026, 11, 23)
        assert not Book(settings).is_made(WORLD)


def test_the_welcome_names_every_shop_and_log_in_and_leaves_the_port_open(settings: Settings) -> None:
    told = welcome(settings)
    assert all(f"http://{house.slug}.localhost:{{port}}/" in told for house in HOUSES)
    assert all(one.email in told for one in PEOPLE)
    assert PASSWORD in told
    assert "adventureworks" not in told
    assert "http://northpeak.localhost:{port}/" in welcome(settings, with_adventureworks=True)


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert table(("Shop", "At"), [("Radhaus Nord", "here"), ("V", "there")]) == [
        "Shop          At",
        "────────────  ─────",
        "Radhaus Nord  here",
        "V             there",
    ]
