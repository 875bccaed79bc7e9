"""No row of this package is seen or touched from another tenant, whatever statement is sent."""

import pytest
from sqlalchemy import text

from kernel.db.base import Base
from tenants import clients, hosts, markets, profile, themes
from tenants.parties import give_party_role, relate
from tenants.signin.links import give_link
from tests.factories.tenants import make_account, make_address, make_company, make_market, make_party, staff
from tests.tenants.conftest import affected, inside

TABLES = sorted(f"{t.schema}.{t.name}" for t in Base.metadata.tables.values() if t.schema == "tenants" and "tenant_id" in t.columns)


def fill(tenant) -> None:
    """At least one row in every table of the package."""
    boss = staff(tenant.id)
    with inside(tenant.id) as session:
        account = make_account(session, tenant.id, permissions=("order.view",))
        company = make_company(session, tenant.id, "Company", (account, "buyer"))
        make_address(session, company)
        give_party_role(session, boss, company.id, "sold_to")
        relate(session, boss, make_party(session, tenant.id).id, "contact_person_of", company.id)
        give_link(session, account, "reset", account.email_key)
        clients.issue_token(session, clients.create_client(session, boss, "ERP", ["order.view"]).client)
        make_market(session, tenant.id)
        themes.save_draft(session, boss, themes.Look())
        profile.change_details(session, boss, profile.ShopDetails())
        hosts.claim_host(session, boss, "shop.example.com")
        assert markets.list_markets(session, boss)


def seen_of(session, table, tenant) -> int:
    return session.execute(text(f"SELECT count(*) FROM {table} WHERE tenant_id = :id"), {"id": tenant.id}).scalar()


@pytest.fixture
def filled_twin(twin):
    fill(twin)
    return twin


@pytest.mark.parametrize("table", TABLES)
def test_rows_of_another_tenant_are_neither_seen_nor_changed(brand, filled_twin, table):
    with inside(filled_twin.id) as session:
        rows = session.execute(text(f"SELECT t::text FROM {table} t ORDER BY 1")).scalars().all()
        assert rows
    with inside(brand.id) as session:
        # active hosts may be read by everybody, this one is only claimed
        assert seen_of(session, table, filled_twin) == 0
        assert affected(session, f"DELETE FROM {table}") == 0
        assert affected(session, f"UPDATE {table} SET updated_at = now()") == 0
    with inside(filled_twin.id) as session:
        assert session.execute(text(f"SELECT t::text FROM {table} t ORDER BY 1")).scalars().all() == rows


@pytest.mark.parametrize("table", TABLES)
def test_a_row_cannot_be_planted_in_another_tenant(brand, filled_twin, table):
    columns = ", ".join(f'"{c.name}"' for c in Base.metadata.tables[table].columns if c.name not in ("tenant_id", "id"))
    with inside(filled_twin.id) as session:
        before = seen_of(session, table, filled_twin)
        assert before
    fill(brand)
    with inside(brand.id) as session, pytest.raises(Exception, match="row-level security"):
        session.execute(
            text(
                f"INSERT INTO {table} (tenant_id, id, {columns}) SELECT :twin, gen_random_uuid(), {columns} FROM {table} WHERE tenant_id = :brand"
            ),
            {"twin": filled_twin.id, "brand": brand.id},
        )
    with inside(filled_twin.id) as session:
        assert seen_of(session, table, filled_twin) == before


def test_outside_of_any_tenant_nothing_of_this_package_is_seen(filled_twin, db):
    with db.connect() as connection:
        for table in TABLES:
            seen = connection.execute(text(f"SELECT count(*) FROM {table} WHERE tenant_id = :id"), {"id": filled_twin.id}).scalar()
            assert seen == 0, table
