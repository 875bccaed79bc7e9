"""search check tells what went well, and ends with status 1 where something failed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner, Result

from app.cli import cli
from app.commands import search as command
from app.commands.doctor import examine
from catalog.search.checks.checking import Broken, Check, all_checks, run_checks
from catalog.search.checks.world import World
from catalog.search.engine import ENGINE, connect
from kernel.settings import Settings, use
from tests.cluster import Database
from tests.meilisearch.double import Double

LEFT = text(
    "SELECT (SELECT count(*) FROM catalog.search_index) + (SELECT count(*) FROM catalog.search_doc) + (SELECT count(*) FROM catalog.agreement)"
    " + (SELECT count(*) FROM catalog.overlay) + (SELECT count(*) FROM catalog.search_posting) + (SELECT count(*) FROM kernel.outbox)"
)


@pytest.fixture
def double() -> Iterator[Double]:
    with Double() as made:
        yield made


@pytest.fixture
def galleria(database: Database, db: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The settings of a command."""
    monkeypatch.setenv("GALLERIA_DATABASE_URL", database.app_url)
    monkeypatch.setenv("GALLERIA_DATABASE_OWNER_URL", database.owner_url)
    monkeypatch.setenv("GALLERIA_DATABASE_RELAY_URL", database.relay_url)
    monkeypatch.setenv("GALLERIA_DATA_DIR", str(tmp_path))
    yield db
    use(None)
    connect("")


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


@pytest.mark.usefixtures("galleria")
def test_search_check_tries_the_embedded_engine_and_leaves_nothing_behind(superuser_db: Engine) -> None:
    with superuser_db.connect() as connection:
        before = connection.execute(LEFT).scalar()
    result = run("search", "check")
    assert (result.exit_code, "FAILED" in result.output) == (0, False)
    count = len(all_checks())
    assert result.output.splitlines()[-1] == f"{count} of {count} checks went well."
    with superuser_db.connect() as connection:
        assert connection.execute(LEFT).scalar() == before


@pytest.mark.usefixtures("galleria")
def test_search_check_tries_the_configured_server_too(double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLERIA_MEILISEARCH_URL", double.url)
    monkeypatch.setenv("GALLERIA_MEILISEARCH_KEY", double.key)
    result = run("search", "check", "--failed")
    assert (result.exit_code, result.output.count("\n")) == (0, 1)
    assert len(double.searches()) > 300
    assert double.indexes == {}


@pytest.mark.usefixtures("galleria")
def test_search_check_ends_with_status_one_where_the_server_fails(double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLERIA_MEILISEARCH_URL", double.url)
    monkeypatch.setenv("GALLERIA_MEILISEARCH_KEY", "a wrong key")
    monkeypatch.setattr(command, "check_all", lambda: list(check_some(3)))
    result = run("search", "check")
    assert result.exit_code == 1
    assert result.output.count("FAILED") == 3
    assert "The provided API key is invalid." in result.output
    assert "a wrong key" not in result.output


def check_some(count: int) -> Iterator[tuple[str, object]]:
    for outcome in run_checks(all_checks()[:count], lambda: World(ENGINE, ENGINE.server)):
        yield "as shops search", outcome


def test_a_check_that_fails_says_what_came_instead_and_its_world_is_removed(galleria: Engine, superuser_db: Engine) -> None:
    def wrong(world: World) -> None:
        world.publish_goods()
        raise Broken("hits for 'bell': [] instead of ['bell']")

    with superuser_db.connect() as connection:
        before = connection.execute(LEFT).scalar()
    [outcome] = run_checks([Check("a bell is found", wrong)], lambda: World(ENGINE))
    assert (outcome.ok, outcome.problem) == (False, "hits for 'bell': [] instead of ['bell']")
    with superuser_db.connect() as connection:
        assert connection.execute(LEFT).scalar() == before


def test_the_doctor_looks_at_a_configured_server_only(double: Double, tmp_path: Path) -> None:
    def told(url: str, key: str = "") -> list[tuple[bool, bool, str]]:
        settings = Settings.load({}, data_dir=tmp_path, meilisearch_url=url, meilisearch_key=key)
        return [(f.ok, f.vital, f.detail) for f in examine(settings) if f.name == "meilisearch"]

    assert told("") == []
    assert told(double.url, double.key) == [(True, False, "version 1.16.0")]
    assert told(double.url, "wrong") == [(False, False, "the key is refused")]
    assert told("nonsense")[0][:2] == (False, True)
    connect("")
