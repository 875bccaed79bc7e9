"""A password that was forgotten (by mail) or is to be changed (by its owner, who knows the old one).

Setting a password ends the account's other sessions and kills its other links.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from kernel import limits
from kernel.actors import Actor
from kernel.audit import record
from kernel.db.session import transaction
from kernel.errors import Invalid
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.jobs.tasks import defer, task
from kernel.tenancy import current
from tenants import letters
from tenants.events import PasswordChanged
from tenants.models import Account
from tenants.people import by_email, me
from tenants.signin import sessions
from tenants.signin.links import LinkTo, account_behind, give_link, revoke_links, use_link
from tenants.signin.passwords import check_good_enough, hashed, matches
from tenants.signin.registration import activate
from tenants.wording import email_address

MAILS, MAILS_SECONDS = 5, 60 * 60
SEND_TASK = "tenants.send_reset"
TOKEN_PLACE = "one-time-token"  # noqa: S105 -- the place of a token, not one


def request_reset(session: Session, email: str, network_address: str, link_to: LinkTo) -> None:
    """Has a link to choose a new password sent, if there is an account that may sign in.

    The answer is the same if not, and so is the work: the request writes one task either way, and only the worker that
    takes it up finds out whether there is anything to send.

    Invalid for what is no mail address; TooMany beyond five an hour for the address or twenty-five from one network address.
    """
    address = email_address(email)
    # the network first: whoever has used up its share takes nobody's address away any more
    limits.hit("reset_from", limits.network_of(network_address), 5 * MAILS, MAILS_SECONDS)
    limits.hit("reset", address.key, MAILS, MAILS_SECONDS)
    account = by_email(session, current(), address)
    guest = Actor.guest(current())
    record(session, guest, "password.request", "account", account.id if account else "unknown")
    may = account is not None and account.status in ("active", "unconfirmed")
    # the link is written without its token, which is made when the mail is
    args = {"account_id": str(account.id) if account and may else "", "link": link_to(TOKEN_PLACE)}
    defer(session, SEND_TASK, args, actor=guest)


@task(SEND_TASK)
def send_reset(actor: Actor, args: dict[str, Any]) -> None:
    """Mails the link that was asked for. Run again it sends another mail, whose link alone is good."""
    if not args["account_id"]:
        return
    with transaction() as session:
        account = session.get(Account, (actor.tenant_id, UUID(args["account_id"])))
        if account is not None and account.status in ("active", "unconfirmed"):
            before, _place, after = str(args["link"]).rpartition(TOKEN_PLACE)
            token = give_link(session, account, "reset", account.email_key)
            letters.send(session, account, "reset", f"{before}{token}{after}")


def account_to_reset(session: Session, token: str) -> Account:
    """The account behind a link, for the page that asks for the new password; NotThere for a dead link."""
    return account_behind(session, token, "reset")[0]


def reset_password(session: Session, token: str, password: str) -> Account:
    """Sets a new password by a link, which is used up. Every session of the account ends; signing in comes next. The link
    came by mail, so it confirms the address of a fresh registration as well.

    NotThere for a dead link; Invalid for a password that is not good enough (the link then stays good).
    """
    account = account_behind(session, token, "reset")[0]
    check_good_enough(password, (account.name, account.email))
    stored = hashed(password)
    use_link(session, token, "reset")
    _set(session, account, stored)
    activate(session, account)
    sessions.end_all(session, account.id)
    person = Actor.on_behalf(account.tenant_id, {"id": str(account.id), "name": account.name})
    _told(session, person, account, "password.reset")
    return account


def change_password(session: Session, actor: Actor, old: str, new: str, browser: sessions.Browser) -> sessions.Started:
    """Changes one's own password. All sessions end; the one in use goes on under a fresh token, which is returned.

    Invalid at `old` for a wrong password, at `new` for one that is not good enough; TooMany after ten wrong tries.
    """
    account = me(session, actor, lock=True)
    check_good_enough(new, (account.name, account.email), where="new")
    limits.hit("change_password", str(account.id), 10, 15 * 60)
    if not matches(old, account.password_hash):
        raise Invalid.at("old", _("This is not your present password."), "wrong")
    _set(session, account, hashed(new))
    sessions.end_all(session, account.id)
    _told(session, actor, account, "password.change")
    return sessions.start(session, account, browser, actor.visitor or "", actor.company_id)


def _set(session: Session, account: Account, stored: str) -> None:
    account.password_hash, account.password_changed_at = stored, func.now()
    session.flush()
    revoke_links(session, account.id, "reset")


def _told(session: Session, actor: Actor, account: Account, action: str) -> None:
    record(session, actor, action, "account", account.id)
    publish(session, PasswordChanged(account.id), actor)
    letters.send(session, account, "password_changed")
