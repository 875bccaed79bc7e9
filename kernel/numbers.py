"""Numbers for people: one after the other per tenant and series, without gaps.

A number is taken inside the transaction that uses it, so a rollback gives it back. The series' row stays locked until
the commit: take the number as late as you can, and different series (orders, invoices) never wait for each other.
"""

from sqlalchemy.orm import Session

from kernel import tenancy
from kernel.db.statements import Statement

NEXT = Statement(
    "INSERT INTO kernel.number_series AS s (tenant_id, name, last) VALUES (:tenant, :series, :first)"
    " ON CONFLICT (tenant_id, name) DO UPDATE SET last = s.last + 1 RETURNING last"
)


def next_number(session: Session, series: str, first: int = 1) -> int:
    """The next number of the current tenant's series; `first` where the series begins with this call."""
    number: int = NEXT.one(session, tenant=tenancy.current(), series=series, first=first).last
    return number
