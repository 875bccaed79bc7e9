"""A backup holds everything, a restore brings exactly that back, and a broken one changes nothing."""

import secrets
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, pool, text

from app.backups import BackupFault, back_up, count_rows, read_manifest, restore
from kernel.db.roles import driver_url
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.cluster import Database
from tests.conftest import Shop

pytestmark = pytest.mark.process


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A data folder with two files and a key."""
    data_dir = tmp_path / "var"
    (data_dir / "files/a").mkdir(parents=True)
    (data_dir / "files/a/one.txt").write_text("eins")
    (data_dir / "files/two.bin").write_bytes(bytes(range(256)))
    (data_dir / "secret.key").write_text("canary-key")
    return data_dir


@pytest.fixture
def other_database(database: Database, superuser_db: Engine) -> Iterator[str]:
    """The name of a database that does not exist yet; gone afterwards."""
    name = f"{database.name}_{secrets.token_hex(3)}"
    yield name
    engine = create_engine(driver_url(database.superuser_url), isolation_level="AUTOCOMMIT", poolclass=pool.NullPool)
    with engine.connect() as connection:
        for made in (name, f"{name}_restored", f"{name}_before"):
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{made}" WITH (FORCE)')


def inside(database: Database, name: str) -> Engine:
    return create_engine(driver_url(database.superuser_url).set(database=name), poolclass=pool.NullPool)


def tables_digest(engine: Engine) -> dict[str, str]:
    """A hash of every table's rows."""
    with engine.connect() as connection:
        return {
            name: connection.exec_driver_sql(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t"
            ).scalar_one()
            for name in count_rows(connection)
        }


def test_what_is_restored_equals_what_was_backed_up(
    database: Database, superuser_db: Engine, brand: Shop, twin: Shop, installation: Path, tmp_path: Path, other_database: str
) -> None:
    target, new_home = tmp_path / "shop.tar", tmp_path / "new"
    before = tables_digest(superuser_db)
    made = back_up(database.superuser_url, target, installation)
    assert (made.files, made.rows["tenants.tenant"] >= 2) == (2, True)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    back = restore(database.superuser_url, other_database, target, new_home)
    assert back == made
    assert tables_digest(inside(database, other_database)) == before
    assert (new_home / "files/a/one.txt").read_text() == "eins"
    assert (new_home / "files/two.bin").read_bytes() == bytes(range(256))
    assert (new_home / "secret.key").read_text() == "canary-key"
    assert sorted(p.name for p in new_home.iterdir()) == ["files", "secret.key"]


def test_the_walls_stand_in_a_restored_database(
    database: Database, superuser_db: Engine, brand: Shop, installation: Path, tmp_path: Path, other_database: str
) -> None:
    back_up(database.superuser_url, tmp_path / "shop.tar", installation)
    restore(database.superuser_url, other_database, tmp_path / "shop.tar", tmp_path / "new")
    walls = text(
        "SELECT count(*) FILTER (WHERE relrowsecurity AND relforcerowsecurity), (SELECT count(*) FROM pg_policies),"
        " count(*) FILTER (WHERE relowner = 'galleria_owner'::regrole) FROM pg_class WHERE relkind IN ('r', 'p')"
    )
    with superuser_db.connect() as one, inside(database, other_database).connect() as other:
        expected = one.execute(walls).one()
        assert other.execute(walls).one() == expected
        assert expected[0] > 5


def test_tenants_are_never_overwritten_without_being_told(
    database: Database, brand: Shop, installation: Path, tmp_path: Path, other_database: str
) -> None:
    back_up(database.superuser_url, tmp_path / "shop.tar", installation)
    restore(database.superuser_url, other_database, tmp_path / "shop.tar", tmp_path / "new")
    with inside(database, other_database).begin() as connection:
        connection.execute(text("UPDATE tenants.tenant SET name = 'Changed since' WHERE id = :id"), {"id": brand.id})
    with pytest.raises(BackupFault, match="Say --replace"):
        restore(database.superuser_url, other_database, tmp_path / "shop.tar", tmp_path / "new")
    name = text("SELECT name FROM tenants.tenant WHERE id = :id")
    with inside(database, other_database).connect() as connection:
        assert connection.execute(name, {"id": brand.id}).scalar() == "Changed since"
    restore(database.superuser_url, other_database, tmp_path / "shop.tar", tmp_path / "new", replace=True)
    with inside(database, other_database).connect() as connection:
        assert connection.execute(name, {"id": brand.id}).scalar() == brand.name


def test_a_database_in_use_is_left_alone(database: Database, db: Engine, brand: Shop, installation: Path, tmp_path: Path) -> None:
    back_up(database.superuser_url, tmp_path / "shop.tar", installation)
    with entering(brand.id), transaction() as session, pytest.raises(BackupFault, match="Stop Galleria first"):
        session.execute(text("SELECT 1"))
        restore(database.superuser_url, database.name, tmp_path / "shop.tar", tmp_path / "new", replace=True)
    with db.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM tenants.tenant WHERE id = :id"), {"id": brand.id}).scalar() == 1


def test_a_backup_with_a_path_that_leads_out_is_refused(
    database: Database, brand: Shop, installation: Path, tmp_path: Path, other_database: str
) -> None:
    back_up(database.superuser_url, tmp_path / "shop.tar", installation)
    (tmp_path / "evil").write_text("evil")
    with tarfile.open(tmp_path / "shop.tar", "a") as tar:
        tar.add(tmp_path / "evil", "files/../../evil-outside")
    with pytest.raises(BackupFault, match="which no backup of ours does"):
        restore(database.superuser_url, other_database, tmp_path / "shop.tar", tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    assert not (tmp_path / "evil-outside").exists()


def test_something_else_is_not_taken_for_a_backup(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sirs")
    with pytest.raises(BackupFault, match="is not a backup of Galleria"):
        read_manifest(tmp_path / "letter.txt")


def test_an_existing_file_is_never_overwritten(database: Database, tmp_path: Path, installation: Path) -> None:
    (tmp_path / "shop.tar").write_text("precious")
    with pytest.raises(BackupFault, match="exists already"):
        back_up(database.superuser_url, tmp_path / "shop.tar", installation)
    assert (tmp_path / "shop.tar").read_text() == "precious"
