"""Links that are sent by mail: random tokens, bound to an account, a purpose and a value, good for one use.

Only the hash is stored. Giving out a new link for the same purpose and value makes the older ones worthless. Instants
are the database's.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kernel.errors import NotThere
from kernel.ids import new_id, new_token, token_hash
from kernel.tenancy import current
from tenants.models import Account, OneTimeLink

Purpose = Literal["invitation", "reset", "confirm_mail", "join_company"]
# gives the absolute address of the page that takes a token; the page that calls knows its own host
LinkTo = Callable[[str], str]

LIFETIMES: dict[str, timedelta] = {
    "invitation": timedelta(days=7),
    "join_company": timedelta(days=7),
    "confirm_mail": timedelta(days=1),
    "reset": timedelta(hours=1),
}
LONGEST_TOKEN = 100


def give_link(session: Session, account: Account, purpose: Purpose, value: str) -> str:
    """A fresh token; earlier ones of the same account, purpose and value stop working."""
    revoke_links(session, account.id, purpose, value)
    token = new_token()
    session.add(
        OneTimeLink(
            tenant_id=account.tenant_id,
            id=new_id(),
            account_id=account.id,
            purpose=purpose,
            value=value,
            token_hash=token_hash(token),
            expires_at=func.now() + LIFETIMES[purpose],
        )
    )
    session.flush()
    return token


def account_behind(session: Session, token: str, purpose: Purpose) -> tuple[Account, str]:
    """Account and value of a link that still works, for the page that shows the form. Nothing is used up.

    NotThere for a token that is unknown, used, expired, meant for something else, another tenant's, or whose account's
    address has changed since.
    """
    return _find(session, token, purpose, lock=False)[:2]


def use_link(session: Session, token: str, purpose: Purpose) -> tuple[Account, str]:
    """Like `account_behind`, and the link is used up; of two who try at once, one gets NotThere."""
    account, value, link = _find(session, token, purpose, lock=True)
    link.used_at = func.now()
    session.flush()
    return account, value


def revoke_links(session: Session, account_id: UUID, purpose: Purpose | None = None, value: str | None = None) -> None:
    """Unused links of the account stop working: all, those of one purpose, or those of one purpose and value."""
    gone = delete(OneTimeLink).where(
        OneTimeLink.tenant_id == current(), OneTimeLink.account_id == account_id, OneTimeLink.used_at.is_(None)
    )
    if purpose is not None:
        gone = gone.where(OneTimeLink.purpose == purpose)
    if value is not None:
        gone = gone.where(OneTimeLink.value == value)
    session.execute(gone)


def _find(session: Session, token: str, purpose: Purpose, lock: bool) -> tuple[Account, str, OneTimeLink]:
    if not token or len(token) > LONGEST_TOKEN or not token.isascii():
        raise NotThere
    query = (
        select(OneTimeLink, Account)
        .join(Account, (Account.tenant_id == OneTimeLink.tenant_id) & (Account.id == OneTimeLink.account_id))
        .where(
            OneTimeLink.tenant_id == current(),
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > func.now(),
            Account.status != "deactivated",
        )
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotThere
    link, account = row
    if purpose != "join_company" and link.value != account.email_key:
        raise NotThere
    return account, link.value, link


def forget_old_links(session: Session, keep: timedelta = timedelta(days=30)) -> int:
    """Removes links of the current tenant that ended longer ago than `keep`; returns how many. A daily job."""
    gone = delete(OneTimeLink).where(OneTimeLink.tenant_id == current(), OneTimeLink.expires_at < func.now() - keep)
    return len(session.execute(gone.returning(OneTimeLink.id)).all())
