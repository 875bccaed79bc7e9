"""Browser sessions: rows of kernel.web_session; the cookie carries a random token, the table its hash.

- A session ends after a time without a request (staff: minutes, customers: days, by the settings) and in any case after
  an absolute time (staff 12 hours, customers 90 days). Instants are the database's.
- The id changes when rights change: at sign-in, on choosing another company. The old token is dead at once.
- Reading a session writes nothing, since pages that only show run in read-only transactions. `Found.touch_due` says
  when `touch` should move the idle limit on: at most once a minute.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Interval, cast, delete, func, literal, select, update
from sqlalchemy.orm import Session

from kernel import settings
from kernel.actors import Actor
from kernel.audit import record
from kernel.errors import NotThere, SignInNeeded
from kernel.ids import new_id, new_token, token_hash
from kernel.models import WebSession
from kernel.tenancy import current
from tenants.models import Account

STAFF_LONGEST = timedelta(hours=12)
CUSTOMER_LONGEST = timedelta(days=90)
TOUCH_EVERY = timedelta(minutes=1)
LONGEST_TOKEN = 100
COMPANY = "company_id"


@dataclass(frozen=True)
class Browser:
    """What is kept of the browser, so that people recognise their sessions: its own words and the network address."""

    user_agent: str = ""
    address: str = ""


@dataclass(frozen=True)
class Started:
    """A fresh session: `token` goes into the cookie and is kept nowhere else; `csrf` goes into forms."""

    session_id: UUID
    token: str
    csrf: str


@dataclass(frozen=True)
class Found:
    """A session that is still good, with its account (None for a guest)."""

    web_session: WebSession
    account: Account | None
    touch_due: bool


@dataclass(frozen=True)
class Listed:
    """A session as its owner sees it."""

    id: UUID
    user_agent: str
    address: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


def idle_time(is_staff: bool) -> timedelta:
    """How long a session may rest."""
    chosen = settings.current()
    return timedelta(minutes=chosen.staff_idle_minutes) if is_staff else timedelta(days=chosen.customer_idle_days)


def longest_time(is_staff: bool) -> timedelta:
    """How long a session may live at all."""
    return STAFF_LONGEST if is_staff else CUSTOMER_LONGEST


def start(session: Session, account: Account | None, browser: Browser, visitor: str = "", company_id: UUID | None = None) -> Started:
    """A new session for the account, or for a guest. `visitor` carries a guest's cart over."""
    token, csrf = new_token(), new_token()
    is_staff = account.is_staff if account else False
    row = WebSession(
        tenant_id=current(),
        id=new_id(),
        token_hash=token_hash(token),
        account_id=account.id if account else None,
        visitor=visitor or new_token(),
        csrf=csrf,
        data={COMPANY: str(company_id)} if company_id else {},
        expires_at=func.now() + min(idle_time(is_staff), longest_time(is_staff)),
        user_agent=browser.user_agent[:400],
        address=browser.address[:60],
    )
    session.add(row)
    session.flush()
    return Started(row.id, token, csrf)


def find(session: Session, token: str) -> Found | None:
    """The session of a cookie; None for one that is unknown, ended, another tenant's, or of an account that may not sign in.

    One statement, nothing is written.
    """
    if not token or len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    row = session.execute(
        select(WebSession, Account, WebSession.seen_at < func.now() - TOUCH_EVERY)
        .outerjoin(Account, (Account.tenant_id == WebSession.tenant_id) & (Account.id == WebSession.account_id))
        .where(WebSession.tenant_id == current(), WebSession.token_hash == token_hash(token), WebSession.expires_at > func.now())
    ).one_or_none()
    if row is None:
        return None
    web_session: WebSession = row[0]
    account: Account | None = row[1]
    if web_session.account_id is not None and (account is None or account.status != "active"):
        return None
    return Found(web_session, account, row[2])


def touch(session: Session, session_id: UUID, is_staff: bool) -> None:
    """Notes that the session was used and moves its idle limit on, never past the absolute one; at most once a minute."""
    session.execute(
        update(WebSession)
        .where(
            WebSession.tenant_id == current(),
            WebSession.id == session_id,
            WebSession.seen_at < func.now() - TOUCH_EVERY,
            WebSession.expires_at > func.now(),
        )
        .values(
            seen_at=func.now(),
            expires_at=func.least(func.now() + idle_time(is_staff), WebSession.created_at + _interval(longest_time(is_staff))),
        )
    )


def rotate(session: Session, web_session: WebSession, company_id: UUID | None = None) -> Started:
    """A new token and form secret for the same session, because its rights change; the old ones are dead at once.

    `company_id` is the company the person now buys for; None keeps the choice as it is.
    """
    token, csrf = new_token(), new_token()
    web_session.token_hash, web_session.csrf = token_hash(token), csrf
    if company_id is not None:
        web_session.data = {**web_session.data, COMPANY: str(company_id)}
    session.flush()
    return Started(web_session.id, token, csrf)


def end(session: Session, token: str) -> None:
    """Signing out. An unknown token is no error: the person is out either way."""
    session.execute(delete(WebSession).where(WebSession.tenant_id == current(), WebSession.token_hash == token_hash(token)))


def end_all(session: Session, account_id: UUID, but: UUID | None = None) -> int:
    """Ends every session of an account, but the one with id `but`; returns how many."""
    gone = delete(WebSession).where(WebSession.tenant_id == current(), WebSession.account_id == account_id)
    if but is not None:
        gone = gone.where(WebSession.id != but)
    return len(session.execute(gone.returning(WebSession.id)).all())


def my_sessions(session: Session, actor: Actor) -> list[Listed]:
    """The actor's own sessions that are still good, the one used last first; at most fifty."""
    rows = session.scalars(
        select(WebSession)
        .where(WebSession.tenant_id == actor.tenant_id, WebSession.account_id == _me(actor), WebSession.expires_at > func.now())
        .order_by(WebSession.seen_at.desc(), WebSession.id.desc())
        .limit(50)
    )
    return [Listed(r.id, r.user_agent, r.address, r.created_at, r.seen_at, r.id == actor.session_id) for r in rows]


def end_session(session: Session, actor: Actor, session_id: UUID) -> None:
    """Ends one of the actor's own sessions (a lost telephone); NotThere for anybody else's."""
    gone = session.execute(
        delete(WebSession)
        .where(WebSession.tenant_id == actor.tenant_id, WebSession.account_id == _me(actor), WebSession.id == session_id)
        .returning(WebSession.id)
    ).one_or_none()
    if gone is None:
        raise NotThere
    record(session, actor, "session.end", "web_session", session_id)


def end_other_sessions(session: Session, actor: Actor) -> int:
    """Ends all of the actor's sessions but the one in use; returns how many."""
    ended = end_all(session, _me(actor), but=actor.session_id)
    record(session, actor, "session.end_others", "account", _me(actor), after={"ended": ended})
    return ended


def _me(actor: Actor) -> UUID:
    if actor.id is None:
        raise SignInNeeded("Please sign in to go on.")
    return actor.id


def _interval(span: timedelta) -> object:
    return cast(literal(span), Interval)
