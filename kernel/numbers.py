"""Numbers for people: one after the other per tenant and series, without gaps.

A number is taken inside the transaction that uses it, so a rollback gives it back. The series' row stays locked until
the commit: take the number as late as you can, and different series (orders, invoices) never wait for each other.
"""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kernel import tenancy
from kernel.models import NumberSeries


def next_number(session: Session, series: str, first: int = 1) -> int:
    """The next number of the current tenant's series; `first` where the series begins with this call."""
    statement = (
        insert(NumberSeries)
        .values(tenant_id=tenancy.current(), name=series, last=first)
        .on_conflict_do_update(index_elements=["tenant_id", "name"], set_={"last": NumberSeries.last + 1})
        .returning(NumberSeries.last)
    )
    return session.execute(statement).scalar_one()
