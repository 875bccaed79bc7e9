"""The database's history is one line, dated, complete, and leads to what the models say."""

import re

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from app.documents import PACKAGES
from app.migrating import FOLDER, alembic_config, bring_up_to_date, newest, present
from kernel.db.base import Base
from tests.cluster import Database


def test_history_is_one_dated_line() -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
    from_first = [revision.path.rsplit("/", 1)[-1] for revision in script.walk_revisions()][::-1]
    assert from_first == sorted(p.name for p in (FOLDER / "versions").glob("*.py"))
    assert [name for name in from_first if not re.fullmatch(r"\d{8}_\d{4}_[a-z0-9_]+\.py", name)] == []


def test_the_database_is_at_the_newest_revision_and_migrating_again_does_nothing(database: Database, owner_db: Engine) -> None:
    with owner_db.connect() as connection:
        assert present(connection) == newest()
    assert bring_up_to_date(database.owner_url) is False


def test_models_and_migrations_say_the_same(database: Database) -> None:
    command.check(alembic_config(database.owner_url))  # raises with the list of differences


def test_every_table_is_mapped_and_every_mapped_table_is_there(database: Database, superuser_db: Engine) -> None:
    command.check(alembic_config(database.owner_url))  # imports the models of all packages
    query = text("SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = ANY (:schemas)")
    with superuser_db.connect() as connection:
        there = set(connection.execute(query, {"schemas": list(PACKAGES)}).scalars())
    assert there == {name for name in Base.metadata.tables if name.split(".")[0] in PACKAGES}


def test_everything_belongs_to_the_owner_role(superuser_db: Engine) -> None:
    query = text(
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
        " AND c.relowner <> 'galleria_owner'::regrole"
    )
    with superuser_db.connect() as connection:
        assert list(connection.execute(query).scalars()) == []


def test_a_migration_waits_for_a_lock_two_seconds_at_most() -> None:
    environment = (FOLDER / "env.py").read_text()
    assert "lock_timeout=2s" in environment
    assert "statement_timeout" in environment
