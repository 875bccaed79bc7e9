"""E-mail address and password open a session. Nothing tells an unknown address from a wrong password: same answer, same
time, same statements.

Outcomes are values, not errors: a failed try leaves an audit entry behind, which an error would roll back. Only the
limits are raised, as TooMany: ten tries in a quarter of an hour per mail address and network (guessing), and the
setting `sign_in_failures` per network over all accounts (stuffing with stolen lists), which counts failures only, since
a whole office may come from one address. Somebody who has run into them still gets in by the link of a reset mail.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kernel import limits, settings
from kernel.actors import Actor, ActorKind
from kernel.audit import record
from kernel.errors import Invalid
from kernel.tenancy import current
from tenants.models import Account
from tenants.signin import sessions
from tenants.signin.passwords import LONGEST, hashed, matches, needs_rehash
from tenants.wording import email_address

TRIES = 10
TRIES_SECONDS = 15 * 60
LIMIT = "sign_in"
NETWORK_LIMIT = "sign_in_from"

Outcome = Literal["signed_in", "refused", "unconfirmed"]


@dataclass(frozen=True)
class SignIn:
    """What came of a try. `started` and `account` are set only for `signed_in`. `unconfirmed` is told only to
    somebody who knows the password."""

    outcome: Outcome
    started: sessions.Started | None = None
    account: Account | None = None


REFUSED = SignIn("refused")


def sign_in(session: Session, email: str, password: str, browser: sessions.Browser, visitor: str = "", old_token: str = "") -> SignIn:
    """Tries to sign in. `old_token`, the cookie's session so far, ends with success; its `visitor` key lives on.

    Raises TooMany beyond the limits, and where the gate before the password check is full.
    """
    if len(password) > LONGEST:
        return REFUSED
    key, network = _key_of(email), limits.network_of(browser.address)
    limits.hit(NETWORK_LIMIT, network, settings.current().sign_in_failures, TRIES_SECONDS)
    limits.hit(LIMIT, f"{key}|{network}", TRIES, TRIES_SECONDS)
    account = session.scalar(select(Account).where(Account.tenant_id == current(), Account.email_key == key))
    is_right = matches(password, account.password_hash if account else "")
    if account is None or not is_right or account.status == "deactivated":
        record(session, Actor.guest(current()), "sign_in.refused", "account", account.id if account else "unknown")
        return REFUSED
    limits.give_back(NETWORK_LIMIT, network)
    if account.status != "active":
        return SignIn("unconfirmed")
    limits.forget(LIMIT, f"{key}|{network}")
    return open_session(session, account, password, browser, visitor, old_token)


def open_session(session: Session, account: Account, password: str, browser: sessions.Browser, visitor: str, old_token: str) -> SignIn:
    """Begins the session of somebody whose password was right: a fresh id, whatever the browser came with."""
    if needs_rehash(account.password_hash):
        account.password_hash = hashed(password)
    if old_token:
        sessions.end(session, old_token)
    account.last_sign_in_at = func.now()
    started = sessions.start(session, account, browser, visitor)
    person = Actor(ActorKind.PERSON, account.tenant_id, account.id, account.name, session_id=started.session_id)
    record(session, person, "sign_in", "account", account.id)
    return SignIn("signed_in", started, account)


def sign_out(session: Session, actor: Actor, token: str) -> None:
    """Ends the session of the cookie."""
    if actor.id is not None:
        record(session, actor, "sign_out", "account", actor.id)
    sessions.end(session, token)


def _key_of(email: str) -> str:
    """The address to look for. Something that is no address is looked for as well, and not found."""
    try:
        return email_address(email).key
    except Invalid:
        return email.strip().lower()[:254]
