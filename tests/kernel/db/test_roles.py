"""The database roles can do what they are for and nothing else."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from kernel.db.roles import EXTENSIONS
from kernel.db.session import check_role, transaction


def test_the_application_role_passes_the_check_at_start_up(db: Engine) -> None:
    with db.connect() as connection:
        check_role(connection)
        assert connection.execute(text("SELECT current_user")).scalar() == "galleria_app"


def test_a_superuser_is_refused_at_start_up(superuser_db: Engine) -> None:
    with superuser_db.connect() as connection, pytest.raises(RuntimeError, match="must not be superuser"):
        check_role(connection)


def test_none_of_the_roles_is_superuser_or_may_bypass_row_security(superuser_db: Engine) -> None:
    with superuser_db.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE 'galleria%' AND NOT (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)"
            )
        ).scalars()
        assert sorted(rows) == ["galleria_app", "galleria_owner", "galleria_relay"]


def test_the_application_role_cannot_make_tables_or_schemas(db: Engine) -> None:
    for statement in ("CREATE TABLE public.mine (id int)", "CREATE SCHEMA mine"):
        with db.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(statement))
    with db.connect() as connection:
        assert connection.execute(text("SELECT to_regclass('public.mine'), to_regnamespace('mine')")).one() == (None, None)


def test_trigrams_know_letters_beyond_ascii(db: Engine) -> None:
    with transaction() as session:
        assert session.execute(text("SELECT show_trgm('Größe') @> ARRAY['  g', ' gr'], lower('ÄÖÜ')")).one() == (True, "äöü")
        assert session.execute(text("SELECT similarity('Größe', 'größe')")).scalar() == 1
        present = set(session.execute(text("SELECT extname FROM pg_extension")).scalars())
        assert set(EXTENSIONS) <= present
