"""The fifteen holes of row-level security, each looked for in the database's own catalogue: tables, policies, grants, roles.

A table that is made tomorrow is held to the same rules without anybody naming it here; what is shared on purpose is
named below with its reason.
"""

import re

import pytest
from sqlalchemy import Engine, text

from app.documents import ROOT
from kernel.db.rls import APP_ROLE, OWNER_ROLE, RELAY_ROLE
from kernel.db.session import check_role

OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'public', 'procrastinate')"
SETTING = "( SELECT (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid AS \"nullif\")"
OWN = f"tenant_id = {SETTING}"
COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}

# tables without a tenant: the directory that hosts are looked up in, and the workers' sign of life
WITHOUT_TENANT = {"tenants.tenant", "kernel.worker_status"}
# one host leads to one tenant, so proved host names are unique over all of them
CROSSING_INDEXES = {"tenants.uq_host_active", "tenants.pk_tenant", "tenants.uq_tenant_slug", "kernel.pk_worker_status"}
# policies beyond one's own rows: whom they let in
BEYOND = {
    "kernel.outbox": {"kernel_outbox_relay_read", "kernel_outbox_relay_mark"},  # the relay carries ids to the queue
    "kernel.tenant_stamp": {"kernel_tenant_stamp_read"},  # processes learn what has changed; a counter says nothing else
    "kernel.moment": {"kernel_moment_read"},  # who has entered nowhere learns which tenant has something to do
    "tenants.host": {"tenants_host_read", "tenants_host_claim"},  # proved hosts; the claim narrows
    "catalog.agreement": {"catalog_agreement_read", "catalog_agreement_answer"},  # the partner reads and answers
    "catalog.feed_key": {"catalog_feed_key_read"},  # the brand sees that a program reads its goods, and may stop it
    "catalog.feed_stop": {"catalog_feed_stop_read"},
    "catalog.publication": {"catalog_publication_read"},  # partners of an agreement in force, and so for those below
    "catalog.published_product": {"catalog_published_product_read"},
    "catalog.published_category": {"catalog_published_category_read"},
    "catalog.facet_word": {"catalog_facet_word_read"},
}
SEARCH_READERS = {"catalog.search_"}
APPEND_ONLY = {
    "kernel.audit_entry",
    "kernel.audit_seal",
    "catalog.content_version",
    "catalog.publication",
    "orders.order_event",
    "orders.stock_movement",
}
# how far a version has looked moves on; nothing else of it does
MARKED = {"catalog.publication"}
PUBLIC_FUNCTIONS = {"catalog.touch_product", "catalog.keep_published", "catalog.partner_answers_only", "catalog.tally_completeness"}


@pytest.fixture
def ask(superuser_db: Engine):
    """Rows of a query over the catalogue."""

    def rows(query: str, **params: object) -> list[tuple]:
        with superuser_db.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), params)]

    return rows


TABLES = f"""
SELECT n.nspname || '.' || c.relname, c.oid, c.relrowsecurity, c.relforcerowsecurity,
    EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) AS owned
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND {OURS} ORDER BY 1
"""


def test_every_table_names_its_tenant_but_two(ask) -> None:
    tables = ask(TABLES)
    assert len(tables) > 50
    assert {name for name, _oid, _on, _force, owned in tables if not owned} == WITHOUT_TENANT


def test_hole_1_row_security_is_on_and_holds_for_the_owner_too(ask) -> None:
    assert [name for name, _oid, on, forced, owned in ask(TABLES) if owned and not (on and forced)] == []


def test_hole_2_no_role_of_ours_may_look_over_the_walls(ask, db: Engine) -> None:
    query = (
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname LIKE 'galleria%'"
    )
    assert sorted(ask(query)) == [(role, False, False, False, False, False) for role in sorted((APP_ROLE, OWNER_ROLE, RELAY_ROLE))]
    members = "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname LIKE 'galleria%'"
    assert ask(members) == []
    with db.connect() as connection:
        check_role(connection)


@pytest.mark.parametrize("whose", ["superuser_db", "owner_db"])
def test_hole_2_a_start_as_superuser_or_owner_is_refused(whose: str, request: pytest.FixtureRequest) -> None:
    with request.getfixturevalue(whose).connect() as connection, pytest.raises(RuntimeError, match="must not be"):
        check_role(connection)


def test_hole_3_and_4_there_is_no_view_that_runs_with_its_owners_eyes(ask) -> None:
    query = f"""
        SELECT n.nspname || '.' || c.relname, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND (c.relkind = 'm' OR (c.relkind = 'v' AND NOT coalesce(c.reloptions::text LIKE '%security_invoker=true%', false)))
    """
    assert ask(query) == []


def test_hole_5_every_foreign_key_carries_the_tenant(ask) -> None:
    query = f"""
        SELECT n.nspname || '.' || k.conname, ours.attname, theirs.attname, k.confrelid = 'tenants.tenant'::regclass
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute ours ON ours.attrelid = k.conrelid AND ours.attnum = k.conkey[1]
        JOIN pg_attribute theirs ON theirs.attrelid = k.confrelid AND theirs.attnum = k.confkey[1]
        WHERE k.contype = 'f' AND {OURS}
    """
    keys = ask(query)
    assert len(keys) > 20
    wrong = [name for name, ours, theirs, is_directory in keys if (ours, theirs) != ("tenant_id", "id" if is_directory else "tenant_id")]
    assert wrong == []


INDEXES = f"""
SELECT n.nspname || '.' || i.relname, a.attname, x.indisunique FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0] WHERE {OURS}
"""


def test_holes_6_and_15_every_key_and_every_index_begins_with_the_tenant(ask) -> None:
    indexes = ask(INDEXES)
    assert len(indexes) > 90
    assert {name for name, column, _unique in indexes if column != "tenant_id"} == CROSSING_INDEXES


def sources(*patterns: str) -> dict[str, str]:
    """Our own program text by file, without tests and migrations of foreign origin."""
    found = {}
    for pattern in patterns:
        for path in ROOT.glob(pattern):
            name = str(path.relative_to(ROOT))
            if not name.startswith(("tests/", "node_modules/", ".venv/")) and "procrastinate" not in name:
                found[name] = path.read_text()
    return found


def test_hole_7_the_tenant_is_set_in_one_place_and_for_one_transaction_only() -> None:
    texts = sources("*/**/*.py", "*/**/*.sql")
    assert len(texts) > 200
    setting = {
        name for name, body in texts.items() if "set_config('app.tenant'" in body or re.search(r"SET\s+(LOCAL\s+|SESSION\s+)?app\.", body)
    }
    assert setting == {"kernel/db/session.py"}
    assert re.findall(r"set_config\('app\.tenant', %s, (\w+)\)", texts["kernel/db/session.py"]) == ["true"]
    reading = {name for name, body in texts.items() if "current_setting('app.tenant'" in body}
    assert reading == {"kernel/db/rls.py", "app/migrations/sql/catalog_triggers.sql"}


POLICIES = f"""
SELECT n.nspname || '.' || c.relname, p.polname, p.polcmd::text, p.polpermissive,
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), p.polroles
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}
"""


def shared_on_purpose(table: str, policy: str) -> bool:
    """Is this one of the policies that let somebody else in, and is it only about reading where it is of search?"""
    return policy in BEYOND.get(table, set()) or (table.startswith(tuple(SEARCH_READERS)) and policy.endswith("_read"))


def test_hole_8_every_policy_says_own_rows_only_and_nobody_without_a_tenant_sees_any(ask) -> None:
    wrong = []
    for table, policy, _command, permissive, using, check, _roles in ask(POLICIES):
        if shared_on_purpose(table, policy):
            continue
        conditions = [c for c in (using, check) if c is not None]
        if not conditions or not permissive or any(c.strip("()") != OWN.strip("()") for c in conditions):
            wrong.append((table, policy, using, check))
    assert wrong == []


def test_every_table_has_a_policy_for_reading_and_adding_and_for_changing_where_that_is_allowed(ask) -> None:
    by_table: dict[str, set[str]] = {}
    for table, _policy, command, permissive, *_rest in ask(POLICIES):
        if permissive:
            by_table.setdefault(table, set()).add(COMMANDS[command])
    owned = {name for name, _oid, _on, _force, is_owned in ask(TABLES) if is_owned}
    assert set(by_table) == owned
    reads_and_adds = {name for name, commands in by_table.items() if commands == {"SELECT", "INSERT"}}
    assert reads_and_adds == APPEND_ONLY - MARKED
    assert {name for name, commands in by_table.items() if commands == {"SELECT", "INSERT", "UPDATE"}} == MARKED
    assert {name for name, commands in by_table.items() if commands == {"SELECT", "INSERT", "UPDATE", "DELETE"}} == owned - APPEND_ONLY


def test_what_is_shared_is_shared_for_reading_only_but_for_the_partners_answer_and_the_relays_mark(ask) -> None:
    beyond = {}
    for table, policy, command, permissive, using, check, _roles in ask(POLICIES):
        if shared_on_purpose(table, policy) and permissive and command != "r":
            beyond[policy] = (table, using, check)
    partner = f"(partner_tenant_id = {SETTING})"
    assert beyond == {
        "kernel_outbox_relay_mark": ("kernel.outbox", "true", "true"),
        "catalog_agreement_answer": ("catalog.agreement", partner, partner),
    }


def test_what_search_and_shops_share_is_bound_to_an_agreement_that_holds_now(ask) -> None:
    seen = 0
    for table, policy, _command, _permissive, using, *_rest in ask(POLICIES):
        if shared_on_purpose(table, policy) and table.startswith(("catalog.pub", "catalog.search", "catalog.facet")):
            seen += 1
            assert "agreement" in using, (table, policy)
            assert re.search(r"partner_tenant_id = .{0,30}NULLIF\(current_setting\('app\.tenant'::text, true\), ''::text\)", using), (
                table,
                policy,
            )
            assert "'active'" in using, (table, policy)
            assert "'ended'" not in using, (table, policy)
    assert seen


def test_hole_9_numbers_that_people_see_come_from_no_shared_sequence(ask) -> None:
    used = f"""
        SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'S' AND {OURS}
    """
    # catalog.touch orders edits for publishing and is shown to nobody
    assert ask(used) == [("catalog.touch",)]
    identities = f"""
        SELECT n.nspname || '.' || c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attidentity <> '' AND {OURS}
    """
    assert ask(identities) == []


def test_hole_10_no_partition_can_be_read_past_its_parent(ask) -> None:
    query = f"""
        SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relispartition AND {OURS} AND has_table_privilege(:role, c.oid, 'SELECT')
    """
    assert ask(query, role=APP_ROLE) == []


def test_hole_11_no_function_runs_with_its_owners_rights(ask) -> None:
    query = "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND {}"
    assert ask(query.format("n.nspname NOT IN ('pg_catalog', 'information_schema')")) == []


def test_hole_11_our_functions_are_triggers_and_nothing_else(ask) -> None:
    query = f"""
        SELECT n.nspname || '.' || p.proname, p.prorettype = 'trigger'::regtype FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {OURS}
    """
    assert {name for name, is_trigger in ask(query) if is_trigger} == PUBLIC_FUNCTIONS
    assert [name for name, is_trigger in ask(query) if not is_trigger] == []


def test_hole_12_we_notify_nobody() -> None:
    texts = sources("*/**/*.py", "*/**/*.sql")
    assert [name for name, body in texts.items() if re.search(r"pg_notify|\bNOTIFY [a-z]|LISTEN [a-z]", body)] == []


GRANTS = """
SELECT n.nspname || '.' || c.relname, right_, has_table_privilege(:role, c.oid, right_)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS right_
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
"""


def rights(ask, role: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, right, has in ask(GRANTS, role=role):
        if has:
            found.setdefault(table, set()).add(right)
    return found


def test_hole_13_the_application_may_touch_rows_and_never_tables(ask) -> None:
    held = rights(ask, APP_ROLE)
    rows = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    unusual = {table: found for table, found in held.items() if found != rows and not table.startswith(("public.", "procrastinate."))}
    assert unusual == {
        **{table: {"SELECT", "INSERT"} for table in APPEND_ONLY},
        "tenants.tenant": {"SELECT"},
        "tenants.host": {"SELECT", "INSERT", "DELETE"},  # and UPDATE of some columns
        "kernel.worker_status": {"SELECT"},
    }
    assert [table for table in held if table.startswith("procrastinate.")] == []
    assert {table: found - {"SELECT"} for table, found in held.items() if table.startswith("public.")} in (
        {},
        {"public.alembic_version": set()},
    )


def test_hole_13_where_only_some_columns_may_change_they_are_these(ask) -> None:
    query = f"""
        SELECT n.nspname || '.' || c.relname, array_agg(a.attname::text ORDER BY a.attname)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND {OURS} AND NOT has_table_privilege(:role, c.oid, 'UPDATE')
            AND has_column_privilege(:role, c.oid, a.attnum, 'UPDATE') GROUP BY 1
    """
    assert dict(ask(query, role=APP_ROLE)) == {
        "catalog.publication": ["mark"],
        "tenants.host": ["checked_at", "is_primary", "outcome", "proof", "proved_at", "state", "updated_at"],
    }


def test_hole_13_nobody_but_the_owner_makes_structure(ask) -> None:
    query = f"""
        SELECT role, n.nspname FROM pg_namespace n CROSS JOIN unnest(ARRAY[:app, :relay]) AS role
        WHERE {OURS.replace("'public', 'procrastinate'", "'pg_temp_1'")} AND n.nspname !~ '^pg_' AND has_schema_privilege(role, n.oid, 'CREATE')
    """
    assert ask(query, app=APP_ROLE, relay=RELAY_ROLE) == []
    database = "SELECT role FROM unnest(ARRAY[:app, :relay]) AS role WHERE has_database_privilege(role, current_database(), 'CREATE')"
    assert ask(database, app=APP_ROLE, relay=RELAY_ROLE) == []


def test_hole_13_the_public_holds_no_right_at_all(ask) -> None:
    query = f"""
        SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) g
        WHERE g.grantee = 0 AND ({OURS} OR n.nspname = 'procrastinate')
    """
    assert ask(query) == []


def test_the_relay_reads_which_job_waits_and_nothing_of_what_is_in_it(ask) -> None:
    held = {table: found for table, found in rights(ask, RELAY_ROLE).items() if not table.startswith(("procrastinate.", "public."))}
    assert held == {"kernel.worker_status": {"SELECT", "INSERT", "UPDATE", "DELETE"}}
    columns = f"""
        SELECT n.nspname || '.' || c.relname, a.attname, has_column_privilege(:role, c.oid, a.attnum, 'UPDATE')
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND {OURS} AND c.relname <> 'worker_status'
            AND (has_column_privilege(:role, c.oid, a.attnum, 'SELECT') OR has_column_privilege(:role, c.oid, a.attnum, 'UPDATE'))
    """
    seen = {(table, column): writes for table, column, writes in ask(columns, role=RELAY_ROLE)}
    names = ("tenant_id", "id", "name", "lock", "created_at", "deferred_at", "settled_at")
    assert seen == {("kernel.outbox", name): name in ("deferred_at", "settled_at") for name in names}


def test_hole_14_the_server_is_new_enough_to_be_trusted(ask) -> None:
    assert ask("SELECT current_setting('server_version_num')::int >= 150014") == [(True,)]


def test_advisory_locks_carry_the_tenant_in_their_key() -> None:
    locking = {name: body for name, body in sources("*/**/*.py", "*/**/*.sql").items() if "advisory" in body and "pg_" in body}
    # one relay and one migration at a time in the whole installation: they stand outside of any tenant
    assert {name for name, body in locking.items() if "ONE_AT_A_TIME" in body} == {"kernel/relay.py", "app/migrations/env.py"}
    for name, body in locking.items():
        for call in re.findall(r"pg_(?:try_)?advisory_\w+\([^\n]*", body):
            assert (
                ":tenant" in call
                or "NEW.tenant_id" in call
                or (name == "kernel/db/locks.py" and ":name" in call)
                or "ONE_AT_A_TIME" in body
            ), (
                name,
                call,
            )
    assert '"{tenancy.current_or_none()}:{name}"' in locking["kernel/db/locks.py"]
