"""A hash over everything a tenant has, to see that nothing was written."""

import hashlib
from functools import cache
from uuid import UUID

from sqlalchemy import Engine, text

# counted tries, sessions that were used, and the note of a refused sign-in are no business of the tenant's
PASSING = {"kernel.rate_limit", "kernel.web_session", "kernel.audit_seal"}


@cache
def _query(engine: Engine) -> str:
    names = (
        "SELECT n.nspname || '.' || quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' WHERE c.relkind = 'r'"
        " AND n.nspname IN ('kernel', 'tenants', 'catalog', 'orders', 'storefront') ORDER BY 1"
    )
    with engine.connect() as connection:
        tables = [name for name in connection.execute(text(names)).scalars() if name not in PASSING]
    one = "SELECT '{0}' AS name, count(*) AS rows, md5(string_agg(t::text, '|' ORDER BY t::text)) AS sum FROM {0} t WHERE tenant_id = :id"
    return " UNION ALL ".join(one.format(name) for name in tables)


def tables(engine: Engine, tenant_id: UUID) -> dict[str, tuple[int, str]]:
    """Rows and hash per table of the tenant's, through all walls."""
    with engine.connect() as connection:
        return {row.name: (row.rows, row.sum) for row in connection.execute(text(_query(engine)), {"id": tenant_id})}


def fingerprint(engine: Engine, tenant_id: UUID) -> dict[str, tuple[int, str]]:
    """The same, as something that is compared: what differs is named by its table."""
    return tables(engine, tenant_id)


def digest(engine: Engine, tenant_id: UUID) -> str:
    """All of it in one hash."""
    return hashlib.sha256(repr(sorted(tables(engine, tenant_id).items())).encode()).hexdigest()
