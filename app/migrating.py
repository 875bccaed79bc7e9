"""Bringing a database to the newest version, and asking how far it is. Runs as galleria_owner."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, create_engine, pool

from app.database import addresses, start_embedded
from kernel import logs
from kernel.db.roles import driver_url
from kernel.settings import Settings

logging.getLogger("alembic").setLevel(logging.WARNING)

FOLDER = Path(__file__).parent / "migrations"


def alembic_config(owner_url: str = "") -> Config:
    """Alembic's settings for the database at `owner_url`."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s")
    config.set_main_option("sqlalchemy.url", owner_url.replace("%", "%%"))
    return config


def migrate(owner_url: str) -> None:
    """Runs every migration that has not run yet; each in a transaction of its own."""
    command.upgrade(alembic_config(owner_url), "head")


def draft_migration(owner_url: str, why: str) -> Path:
    """A new migration from the differences between the models and the database at `owner_url`; returns its file."""
    made = command.revision(alembic_config(owner_url), why, autogenerate=True)
    assert isinstance(made, Script)
    return Path(made.path)


def newest() -> str | None:
    """The revision the code needs."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def present(connection: Connection) -> str | None:
    """The revision the database is at."""
    return MigrationContext.configure(connection, opts={"version_table_schema": "public"}).get_current_revision()


def bring_up_to_date(owner_url: str) -> bool:
    """Migrates where that is needed; False where the database was at the newest version already."""
    engine = create_engine(driver_url(owner_url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        if present(connection) == newest():
            return False
    migrate(owner_url)
    return True


def main() -> None:
    """`python -m app.migrating`: what the supervisor runs before it starts anybody. The embedded server runs already."""
    settings = Settings.load()
    logs.configure(settings.log_style, settings.log_level.upper())
    if settings.is_embedded:
        start_embedded(settings)
    if bring_up_to_date(addresses(settings).owner):
        logging.getLogger("galleria").info("database migrated to %s", newest())


if __name__ == "__main__":
    main()
