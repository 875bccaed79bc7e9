"""The command line: what it makes can be used, what it refuses changes nothing."""

import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text
from typer.testing import CliRunner, Result

from app.cli import cli
from app.commands.doctor import examine
from catalog.models import Product
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.jobs import drain_once, tasks
from kernel.jobs.failed import forget, list_failed
from kernel.settings import Settings, use
from kernel.tenancy import entering
from tenants.clients import authenticate
from tenants.models import Account, AccountRole, Host, Market, OauthClient, Role
from tenants.signin.passwords import matches
from tests.cluster import Database
from tests.conftest import Shop

WEAK, GOOD = "password", "seven-copper-kettles"


@pytest.fixture
def galleria(database: Database, db: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Runs a command on the test database, with a data folder of its own."""
    monkeypatch.setenv("GALLERIA_DATABASE_URL", database.app_url)
    monkeypatch.setenv("GALLERIA_DATABASE_OWNER_URL", database.owner_url)
    monkeypatch.setenv("GALLERIA_DATABASE_RELAY_URL", database.relay_url)
    monkeypatch.setenv("GALLERIA_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("GALLERIA_PORT", "8000")

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, list(words))

    yield run
    use(None)


def refusals(result: Result) -> str:
    assert result.exit_code == 1, result.output
    return result.stderr


def said(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def opened(galleria) -> dict[str, object]:
    """A tenant opened by command."""
    slug = f"open-{secrets.token_hex(4)}"
    return said(galleria("tenant", "create", slug, "--name", "Opened", "--admin-email", "ada@example.com", "--password", GOOD))


def counts(owner_db: Engine) -> list[int]:
    with owner_db.connect() as connection:
        return [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in ("tenants.tenant", "tenants.host")]


def test_a_tenant_opened_by_command_has_a_market_roles_and_an_administrator_who_can_sign_in(opened) -> None:
    assert opened["address"] == f"http://{opened['tenant']}.localhost:8000"
    assert "password" not in opened
    with entering(UUID(str(opened["tenant_id"]))), transaction(read_only=True) as session:
        account = session.scalars(select(Account)).one()
        assert (account.email, account.is_staff, account.status) == ("ada@example.com", True, "active")
        assert matches(GOOD, account.password_hash)
        assert session.scalars(select(Market.code)).all() == ["eu"]


def test_a_password_nobody_chose_is_made_and_shown_once(galleria) -> None:
    made = said(galleria("tenant", "create", f"made-{secrets.token_hex(4)}", "--name", "Made", "--admin-email", "ada@example.com"))
    assert len(str(made["password"])) == 16


def test_a_taken_slug_is_refused_and_nothing_is_left_behind(galleria, opened, owner_db: Engine) -> None:
    before = counts(owner_db)
    refusal = refusals(galleria("tenant", "create", str(opened["tenant"]), "--name", "Twice", "--admin-email", "eve@example.com"))
    assert refusal == "slug: There is a tenant of this name already.\n"
    assert counts(owner_db) == before


def test_a_weak_password_is_refused_and_no_tenant_is_opened(galleria, owner_db: Engine) -> None:
    before = counts(owner_db)
    result = galleria("tenant", "create", "weakling", "--name", "Weak", "--admin-email", "ada@example.com", "--password", WEAK)
    assert refusals(result).startswith("password: ")
    assert counts(owner_db) == before


def test_a_user_gets_the_roles_named_and_no_other_tenant_sees_him(galleria, opened, twin: Shop) -> None:
    slug = str(opened["tenant"])
    made = said(
        galleria(
            "user", "create", "clara@example.com", "--tenant", slug, "--name", "Clara", "--role", "catalog manager", "--password", GOOD
        )
    )
    found = (
        select(Role.name).join(AccountRole, AccountRole.role_id == Role.id).where(AccountRole.account_id == UUID(str(made["account_id"])))
    )
    with entering(UUID(str(opened["tenant_id"]))), transaction(read_only=True) as session:
        assert session.scalars(found).all() == ["Catalog manager"]
    with entering(twin.id), transaction(read_only=True) as session:
        assert session.scalars(select(Account.email)).all() == []


def test_an_unknown_role_is_named_with_those_there_are_and_nobody_is_made(galleria, opened) -> None:
    result = galleria("user", "create", "x@example.com", "--tenant", str(opened["tenant"]), "--name", "X", "--role", "king")
    assert re.match(r"role: There is no role 'king'; there are administrator, .*catalog manager", refusals(result))
    with entering(UUID(str(opened["tenant_id"]))), transaction(read_only=True) as session:
        assert session.scalars(select(Account.email)).all() == ["ada@example.com"]


def test_an_unknown_tenant_is_refused(galleria) -> None:
    result = galleria("user", "create", "x@example.com", "--tenant", "nobody-here", "--name", "X")
    assert refusals(result) == "There is nothing here.\n"


def test_a_program_gets_credentials_that_work_with_the_scopes_named(galleria, opened) -> None:
    made = said(galleria("client", "create", "ERP", "--tenant", str(opened["tenant"]), "--scope", "catalog.view", "--scope", "order.view"))
    assert made["scopes"] == ["catalog.view", "order.view"]
    assert made["token_url"] == f"http://{opened['tenant']}.localhost:8000/oauth/token"
    with entering(UUID(str(opened["tenant_id"]))), transaction() as session:
        client = authenticate(session, str(made["client_id"]), str(made["client_secret"]), "127.0.0.1")
        assert (client.name, sorted(client.scopes)) == ("ERP", ["catalog.view", "order.view"])
        stored = session.scalars(select(OauthClient)).one()
        assert str(made["client_secret"]).encode() not in stored.secret_hash


def test_a_scope_that_does_not_exist_is_refused(galleria, opened) -> None:
    result = galleria("client", "create", "ERP", "--tenant", str(opened["tenant"]), "--scope", "world.rule")
    assert refusals(result).startswith("scopes: ")
    with entering(UUID(str(opened["tenant_id"]))), transaction(read_only=True) as session:
        assert session.scalars(select(OauthClient)).all() == []


def test_a_host_is_given_to_one_tenant_only(galleria, opened, owner_db: Engine) -> None:
    host = f"shop-{secrets.token_hex(4)}.example.com"
    result = galleria("tenant", "host", host, "--tenant", str(opened["tenant"]))
    assert (result.exit_code, result.stdout) == (0, f"{opened['tenant']} answers at {host} now.\n")
    other = said(galleria("tenant", "create", f"other-{secrets.token_hex(4)}", "--name", "Other", "--admin-email", "ada@example.com"))
    assert "Another shop answers at this address" in refusals(galleria("tenant", "host", host, "--tenant", str(other["tenant"])))
    with owner_db.connect() as connection:
        holders = connection.execute(select(Host.tenant_id).where(Host.host == host, Host.state == "active")).scalars().all()
    assert [str(holder) for holder in holders] == [opened["tenant_id"]]


def test_migrating_a_database_that_is_up_to_date_says_so(galleria) -> None:
    result = galleria("migrate")
    assert result.exit_code == 0
    assert result.stdout.startswith("The database is already at ")


def test_a_bad_setting_ends_the_command_with_its_name(galleria, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLERIA_PORT", "door")
    result = galleria("migrate")
    assert (result.exit_code, result.stderr) == (2, "GALLERIA_PORT is 'door'; it takes a whole number.\n")


def test_the_doctor_finds_the_database_well(database: Database, db: Engine, tmp_path: Path) -> None:
    settings = Settings.load({}, data_dir=tmp_path, database_url=database.app_url, database_owner_url=database.owner_url)
    found = {finding.name: finding for finding in examine(settings)}
    assert found["python"].ok
    assert (found["database role"].ok, found["migrations"].ok, found["data folder"].ok) == (True, True, True)


def test_the_doctor_refuses_a_role_that_can_look_over_the_walls(database: Database, tmp_path: Path) -> None:
    settings = Settings.load({}, data_dir=tmp_path, database_url=database.superuser_url)
    found = {finding.name: finding for finding in examine(settings)}
    assert not found["database"].ok
    assert "must not be superuser" in found["database"].detail
    assert "database role" not in found


@pytest.mark.parametrize(
    ("base", "told", "noted"),
    [
        ("/usr", "'--enable-shared'", False),
        ("/opt/own", "'--enable-optimizations' '--with-lto'", False),
        ("/opt/own", "'--enable-shared'", True),
    ],
)
def test_the_doctor_notes_a_python_that_was_compiled_without_optimisation(
    base: str, told: str, noted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.base_prefix", base)
    monkeypatch.setattr("sysconfig.get_config_var", {"CONFIG_ARGS": told}.get)
    notes = [finding for finding in examine(Settings.load({}, data_dir=tmp_path)) if finding.name == "python's make"]
    assert [(note.ok, note.vital, note.detail) for note in notes] == [(False, False, "/opt/own was compiled without optimisation")] * noted


def test_the_doctor_sees_a_key_that_others_can_read(tmp_path: Path) -> None:
    settings = Settings.load({}, data_dir=tmp_path)
    assert settings.signing_key
    (tmp_path / "secret.key").chmod(0o644)
    found = {finding.name: finding for finding in examine(settings)}
    assert (found["secret key"].ok, found["secret key"].detail) == (False, "mode 0644")
    assert "chmod 600" in found["secret key"].way_out


@pytest.fixture
def sheet(tmp_path: Path) -> tuple[str, str]:
    """A file with two good rows and a price that is none, and its mapping."""
    (tmp_path / "bells.csv").write_text("no,title,eur\nB-1,Bell,9.90\nB-2,Loud bell,cheap\nB-3,Horn,24.00\n")
    columns = [
        {"column": "no", "field": "sku"},
        {"column": "title", "field": "name:en"},
        {"column": "eur", "field": "price:EUR", "steps": [{"number": "."}]},
    ]
    (tmp_path / "bells.mapping.json").write_text(json.dumps({"language": "en", "columns": columns}))
    return str(tmp_path / "bells.csv"), str(tmp_path / "bells.mapping.json")


def products(tenant_id: object) -> list[str]:
    with entering(UUID(str(tenant_id))), transaction(read_only=True) as session:
        return list(session.scalars(select(Product.sku).order_by(Product.sku)))


def test_an_import_takes_the_good_rows_names_the_bad_one_and_leaves_other_tenants_alone(
    galleria, opened, sheet, twin: Shop, tmp_path: Path
) -> None:
    file, mapping = sheet
    report = tmp_path / "wrong.csv"
    result = galleria("import", "products", file, "--tenant", str(opened["tenant"]), "--mapping", mapping, "--report", str(report))
    assert result.exit_code == 0, result.output
    assert "row 3, eur, 'cheap': " in result.stdout
    assert "3 rows read, 2 products made, 0 changed, 0 the same, 0 passed over, 1 wrong." in result.stdout
    assert products(opened["tenant_id"]) == ["B-1", "B-3"]
    assert products(twin.id) == []
    assert report.read_text().splitlines()[1].startswith("B-2,Loud bell,cheap,")


def test_an_import_is_taken_back_and_what_stays_is_named(galleria, opened, sheet, tmp_path: Path) -> None:
    tenant, report = str(opened["tenant"]), tmp_path / "stayed.csv"
    told = galleria("import", "products", sheet[0], "--tenant", tenant, "--mapping", sheet[1]).stdout
    run = told.split("Run ", 1)[1].split(";")[0]
    with entering(UUID(str(opened["tenant_id"]))), transaction() as session:
        session.scalars(select(Product).where(Product.sku == "B-3")).one().brand = "Mine"
    result = galleria("import", "undo", run, "--tenant", tenant, "--report", str(report))
    assert result.exit_code == 0, result.output
    assert "2 products looked at, 0 put back, 1 removed, 0 ended, 1 left, in part or whole." in result.stdout
    assert "B-3" in result.stdout
    assert report.read_text().splitlines()[1].startswith("B-3,")
    assert products(opened["tenant_id"]) == ["B-3"]
    assert refusals(galleria("import", "undo", "nothing", "--tenant", tenant)) == "There is nothing here.\n"


def test_a_dry_run_says_the_same_and_makes_nothing(galleria, opened, sheet) -> None:
    file, mapping = sheet
    result = galleria("import", "products", file, "--tenant", str(opened["tenant"]), "--mapping", mapping, "--dry-run")
    assert "3 rows read, 2 products made" in result.stdout
    assert products(opened["tenant_id"]) == []


def test_a_mapping_that_is_no_json_is_refused(galleria, opened, sheet, tmp_path: Path) -> None:
    (tmp_path / "letter.json").write_text("Dear Sirs")
    result = galleria("import", "products", sheet[0], "--tenant", str(opened["tenant"]), "--mapping", str(tmp_path / "letter.json"))
    assert "is not JSON" in refusals(result)
    assert products(opened["tenant_id"]) == []


@pytest.fixture
def broken(db: Engine, brand: Shop, relay_db: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exception | None]]:
    """A job of the brand that was given up; what its next tries come to is put into the list."""
    outcomes: list[Exception | None] = [ValueError("the mail server said\nno, token=canary")]

    def flaky(_actor: Actor, _args: dict[str, object]) -> None:
        if (error := outcomes.pop(0)) is not None:
            raise error

    monkeypatch.setitem(tasks._tasks, "tests.broken", flaky)
    monkeypatch.setattr("kernel.jobs.queue.MOST_ATTEMPTS", 0)
    with entering(brand.id), transaction() as session:
        tasks.defer(session, "tests.broken", {})
    drain_once(relay_db, brand.id, raising=False)
    yield outcomes
    for job in list_failed(relay_db):
        forget(relay_db, job)


def test_failed_jobs_are_listed_with_their_reason_and_tried_again(galleria, brand: Shop, relay_db: Engine, broken) -> None:
    listed = galleria("jobs", "failed")
    assert listed.exit_code == 0, listed.output
    (number,) = re.findall(r"^(\d+)  \d{4}-\d\d-\d\d \d\d:\d\d UTC", listed.stdout, re.M)
    assert brand.name in listed.stdout
    assert "tests.broken" in listed.stdout
    assert "ValueError: the mail server said\\u000ano" in listed.stdout
    assert "canary" not in listed.stdout
    broken.append(None)
    assert galleria("jobs", "retry", number).exit_code == 0
    assert drain_once(relay_db, brand.id) == 1
    assert "No job was given up." in galleria("jobs", "failed").stdout


def test_a_number_that_names_no_failed_job_is_refused(galleria, relay_db: Engine, broken) -> None:
    assert "No job 999999999 was given up." in refusals(galleria("jobs", "retry", "999999999"))
    assert len(list_failed(relay_db)) == 1


def test_doctor_says_when_jobs_were_given_up_and_how_to_go_on(galleria, broken, relay_db: Engine) -> None:
    assert "failed jobs: 1 given up" in (said := galleria("doctor").stdout)
    assert "galleria jobs failed" in said
    for job in list_failed(relay_db):
        forget(relay_db, job)
    assert "failed jobs: none" in galleria("doctor").stdout


def test_a_bmecat_catalog_comes_in_without_a_mapping_and_goes_out_as_it_came(galleria, opened, sheet, twin: Shop, tmp_path: Path) -> None:
    tenant = str(opened["tenant"])
    columns = [{"column": "no", "field": "sku"}, {"column": "title", "field": "name:en"}, {"column": "eur", "field": "price:EUR"}]
    rules = {"columns": [*columns, {"constant": "ready", "field": "status"}]}
    (tmp_path / "ready.json").write_text(json.dumps(rules))
    galleria("import", "products", sheet[0], "--tenant", tenant, "--mapping", str(tmp_path / "ready.json"))
    out, again = tmp_path / "out.xml", tmp_path / "again.xml"
    result = galleria("export", "bmecat", str(out), "--tenant", tenant)
    assert result.exit_code == 0, result.output
    assert "out.xml: 2 articles, 0 left out" in result.stdout
    assert "<SUPPLIER_PID>B-1</SUPPLIER_PID>" in out.read_text()
    result = galleria("import", "products", str(out), "--tenant", tenant)
    assert "2 rows read, 0 products made, 0 changed, 2 the same, 0 passed over, 0 wrong." in result.stdout
    galleria("export", "bmecat", str(again), "--tenant", tenant)
    assert again.read_bytes() == out.read_bytes()
    assert products(twin.id) == []


def test_a_table_without_a_mapping_is_refused(galleria, opened, sheet) -> None:
    assert "--mapping" in refusals(galleria("import", "products", sheet[0], "--tenant", str(opened["tenant"])))
    assert products(opened["tenant_id"]) == []


def test_a_catalog_in_a_language_or_release_unknown_to_bmecat_is_refused_and_the_old_file_stays(galleria, opened, tmp_path: Path) -> None:
    out = tmp_path / "out.xml"
    out.write_text("old")
    for wrong in (("--languages", "tlh"), ("--languages", ""), ("--release", "3")):
        result = galleria("export", "bmecat", str(out), "--tenant", str(opened["tenant"]), *wrong)
        assert result.exit_code == 1
        assert out.read_text() == "old"
