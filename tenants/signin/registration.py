"""Customers register themselves, and confirm their mail address before they can sign in.

Whether an address is known shows nowhere: same answer, same work, one mail either way, to whoever owns the address.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kernel import limits
from kernel.actors import Actor
from kernel.audit import record
from kernel.errors import Conflict, Invalid
from kernel.events import publish
from kernel.i18n import current as current_language
from kernel.i18n import gettext as _
from kernel.tenancy import current
from tenants import letters
from tenants.events import PersonJoined
from tenants.models import Account, Profile
from tenants.people import as_json, by_email, new_account
from tenants.signin.links import LinkTo, account_behind, give_link, use_link
from tenants.signin.passwords import check_good_enough, hashed, matches
from tenants.wording import EmailAddress, email_address, line

TRIES, TRIES_SECONDS = 5, 60 * 60


def register(session: Session, email: str, name: str, password: str, network_address: str, confirm_at: LinkTo, reset_at: LinkTo) -> None:
    """Begins a registration. A new address gets a mail with a link to confirm it (`confirm_at`), a known one gets a mail
    that says so with a link to a new password (`reset_at`).

    Invalid for what is typed wrongly, Conflict where the shop takes no registrations, TooMany beyond five an hour for
    the address or twenty-five from one network address.
    """
    address = email_address(email)
    cleaned = line("name", name, required=True)
    check_good_enough(password, (cleaned, address.shown))
    _check_open(session)
    # the network first: whoever has used up its share takes nobody's address away any more
    limits.hit("register_from", limits.network_of(network_address), 5 * TRIES, TRIES_SECONDS)
    limits.hit("register", address.key, TRIES, TRIES_SECONDS)
    stored = hashed(password)
    account = by_email(session, current(), address, to_add=True)
    if account is None:
        account = new_account(session, current(), address, cleaned, is_staff=False)
        account.status = "unconfirmed"
    if account.status == "unconfirmed":
        account.name, account.password_hash, account.language = cleaned, stored, current_language()
        session.flush()
    _mail(session, account, address, confirm_at, reset_at)
    record(session, Actor.guest(current()), "account.register", "account", account.id)


def confirm(session: Session, token: str, password: str) -> Account:
    """Uses the link of the confirmation mail up: from now on the account may sign in.

    The password is asked for again, since anybody could have registered with somebody else's address and a password of
    their own, waiting for the owner to follow the link. NotThere for a dead link, Invalid at `password` for a wrong one
    (the link stays good, and a reset mail helps as well), TooMany after ten.
    """
    account = account_behind(session, token, "confirm_mail")[0]
    limits.hit("confirm_mail", str(account.id), 10, 15 * 60)
    if not matches(password, account.password_hash):
        raise Invalid.at("password", _("This is not the password you registered with. You can ask for a new one."), "wrong")
    use_link(session, token, "confirm_mail")
    activate(session, account)
    return account


def activate(session: Session, account: Account) -> None:
    """The address has been shown to be the person's own."""
    if account.status != "unconfirmed":
        return
    account.status, account.password_changed_at = "active", func.now()
    session.flush()
    person = Actor.on_behalf(account.tenant_id, {"id": str(account.id), "name": account.name})
    record(session, person, "account.confirm", "account", account.id, after=as_json(account))
    publish(session, PersonJoined(account.id, account.is_staff), person)


def is_open(session: Session) -> bool:
    """Does this shop let customers register themselves?"""
    return session.scalar(select(Profile.registration).where(Profile.tenant_id == current())) != "closed"


def _check_open(session: Session) -> None:
    if not is_open(session):
        raise Conflict(_("This shop opens accounts itself. Please ask for one."))


def _mail(session: Session, account: Account, address: EmailAddress, confirm_at: LinkTo, reset_at: LinkTo) -> None:
    if account.status == "unconfirmed":
        letters.send(session, account, "confirm_mail", confirm_at(give_link(session, account, "confirm_mail", address.key)))
    elif account.status == "active":
        letters.send(session, account, "already_registered", reset_at(give_link(session, account, "reset", address.key)))
