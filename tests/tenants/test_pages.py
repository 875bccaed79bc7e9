"""Lists are answered in a number of statements that does not grow with what they show."""

import pytest

from tenants import address_book, companies, parties, people, roles
from tenants.clients import create_client, list_clients
from tenants.signin import sessions
from tests.factories.tenants import make_account, make_address, make_administrator, make_company, make_role, staff
from tests.tenants.conftest import inside, recorded


def fill(tenant, rows: int):
    boss = staff(tenant.id)
    with inside(tenant.id) as session:
        ada = make_administrator(session, tenant.id)
        company = make_company(session, tenant.id, "Works", *((make_account(session, tenant.id), "buyer") for _ in range(rows)))
        for number in range(rows):
            make_account(session, tenant.id, permissions=("order.view",))
            make_address(session, company)
            make_company(session, tenant.id, f"Company {number}")
            make_role(session, tenant.id, "order.view")
            create_client(session, boss, f"Client {number}", ["order.view"])
            sessions.start(session, ada, sessions.Browser())
    return staff(tenant.id, account=ada), company


LISTS = {
    "staff": lambda s, a, c: people.list_staff(s, a).rows,
    "customers": lambda s, a, c: people.list_customers(s, a).rows,
    "roles": lambda s, a, c: roles.list_roles(s, a),
    "parties": lambda s, a, c: parties.list_parties(s, a).rows,
    "companies": lambda s, a, c: companies.list_companies(s, a).rows,
    "buyers": lambda s, a, c: companies.list_buyers(s, a, c.id),
    "addresses": lambda s, a, c: address_book.list_addresses(s, a, c.id),
    "clients": lambda s, a, c: list_clients(s, a),
    "sessions": lambda s, a, c: sessions.my_sessions(s, a),
}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_takes_the_same_few_statements_for_two_rows_and_for_twelve(brand, twin, db, name):
    taken = {}
    for tenant, rows in ((brand, 2), (twin, 12)):
        actor, company = fill(tenant, rows)
        with recorded(db) as statements, inside(tenant.id, read_only=True) as session:
            assert len(LISTS[name](session, actor, company)) >= rows
        taken[rows] = statements
    assert taken[2] == taken[12]
    # one of them opens the transaction
    assert len(taken[2]) <= 4


def test_a_page_beyond_the_last_shows_the_last(brand):
    with inside(brand.id) as session:
        for number in range(51):
            make_account(session, brand.id, name=f"Customer {number:02}")
        first, far = (people.list_customers(session, staff(brand.id), page=page) for page in (0, 10**9))
        assert (len(first.rows), first.page, first.pages, first.total) == (50, 1, 2, 51)
        assert [row.Account.name for row in far.rows] == ["Customer 50"]
        assert far.page == 2
