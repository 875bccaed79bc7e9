"""Advisory locks by name, held until the transaction ends. Their keys are global in PostgreSQL, so the tenant is hashed in."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from kernel import tenancy


def _key(name: str) -> dict[str, str]:
    return {"name": f"{tenancy.current_or_none()}:{name}"}


def wait_lock(session: Session, name: str) -> None:
    """Waits (up to lock_timeout) until nobody else in this tenant holds `name`."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), _key(name))


def try_lock(session: Session, name: str) -> bool:
    """Takes `name` at once, or says False."""
    return bool(session.execute(text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))"), _key(name)).scalar())
