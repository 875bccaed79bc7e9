"""Web addresses of a tenant's own: claimed, proved by a TXT record, then answered.

- A claim is pending and leads nowhere. It becomes active when the name's owner has put `galleria-site=<proof>` into a TXT
  record at `_galleria.<host>`; several tenants may claim a name, one can hold it.
- An active name is checked again; one whose record has been gone for seven days is released, so that a lapsed domain does
  not stay with whoever had it.
- The database holds this, too: the application's role cannot add an active row, nor exchange the name in a row.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel import clock, settings, stamps
from kernel.actors import Actor
from kernel.audit import record
from kernel.db.locks import wait_lock
from kernel.errors import Conflict, Invalid
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.ids import new_id, new_token
from tenants.events import HostProved
from tenants.finding import one
from tenants.host_names import MEDIA, is_below, normal_host
from tenants.models import Host

EDIT = "tenant.edit"
MOST_HOSTS = 20
RECORD_NAME = "_galleria."
RECORD_VALUE = "galleria-site="
GRACE = timedelta(days=7)


def list_hosts(session: Session, actor: Actor) -> list[Host]:
    """The tenant's own addresses, the primary one first."""
    actor.must(EDIT)
    query = select(Host).where(Host.tenant_id == actor.tenant_id).order_by(Host.is_primary.desc(), Host.host).limit(MOST_HOSTS)
    return list(session.scalars(query))


def claim_host(session: Session, actor: Actor, host: str) -> Host:
    """Begins with a name: the row carries what to put into the TXT record (`record_for`). Invalid for what is no host name
    or belongs to the platform."""
    actor.must(EDIT)
    name = normal_host(host)
    if not name or "." not in name or name.replace(".", "").isdigit():
        raise Invalid.at("host", _("This is no web address. It looks like shop.example.com."), "host")
    if is_below(name, settings.current().base_domain) or name.startswith(MEDIA):
        raise Invalid.at("host", _("This name belongs to the platform."), "reserved")
    wait_lock(session, "tenants.hosts")
    mine = list(session.scalars(select(Host.host).where(Host.tenant_id == actor.tenant_id)))
    if name in mine:
        raise Invalid.at("host", _("This address is in your list already."), "taken")
    if len(mine) >= MOST_HOSTS:
        raise Conflict(_("There can be at most %(count)s addresses.") % {"count": MOST_HOSTS})
    row = Host(tenant_id=actor.tenant_id, id=new_id(), host=name, state="pending", is_primary=False, proof=new_token())
    session.add(row)
    session.flush()
    record(session, actor, "host.claim", "host", row.id, after={"host": name})
    return row


def record_for(host: Host) -> tuple[str, str]:
    """Name and value of the TXT record that proves the claim."""
    return f"{RECORD_NAME}{host.host}", f"{RECORD_VALUE}{host.proof}"


def settle_proof(session: Session, actor: Actor, host_id: UUID, answer: Sequence[str] | None) -> Host:
    """Writes down what a look-up of the claim's record has found (tenants.host_checks): the address becomes active, or
    `outcome` says why not: `missing`, `unreachable` (`answer` None: nobody could say), `taken` (another shop holds it)."""
    actor.must(EDIT)
    row = one(session, actor, Host, host_id, lock=True)
    if row.state == "active":
        return row
    if answer is None or not _is_proved(row, answer):
        row.checked_at, row.outcome = func.now(), "unreachable" if answer is None else "missing"
        session.flush()
        return row
    try:
        with session.begin_nested():
            row.state, row.proved_at, row.checked_at, row.outcome = "active", func.now(), func.now(), ""
            session.flush()
    except IntegrityError:
        session.refresh(row)
        row.checked_at, row.outcome = func.now(), "taken"
        session.flush()
        return row
    record(session, actor, "host.prove", "host", row.id, after={"host": row.host})
    publish(session, HostProved(row.id, row.host), actor)
    stamps.bump(session)
    return row


def settle_recheck(session: Session, actor: Actor, host_id: UUID, answer: Sequence[str]) -> bool:
    """Is the record still there? An address whose record has been gone for seven days goes back to pending. Returns whether
    the address is still active."""
    actor.must(EDIT)
    row = one(session, actor, Host, host_id, lock=True)
    if row.state != "active":
        return False
    if _is_proved(row, answer):
        row.checked_at = func.now()
        session.flush()
        return True
    if row.checked_at is not None and row.checked_at > clock.now() - GRACE:
        return True
    row.state, row.proved_at, row.is_primary, row.outcome = "pending", None, False, "missing"
    session.flush()
    record(session, actor, "host.release", "host", row.id, before={"host": row.host})
    stamps.bump(session)
    return False


def make_primary(session: Session, actor: Actor, host_id: UUID | None) -> None:
    """The address that mails and other pages lead to; None goes back to the platform's own. Conflict for an unproved one."""
    actor.must(EDIT)
    row = one(session, actor, Host, host_id, lock=True) if host_id else None
    if row is not None and row.state != "active":
        raise Conflict(_("Prove first that the address is yours."))
    wait_lock(session, "tenants.hosts")
    session.execute(update(Host).where(Host.tenant_id == actor.tenant_id, Host.is_primary).values(is_primary=False))
    if row is not None:
        row.is_primary = True
    session.flush()
    record(session, actor, "host.make_primary", "tenant", actor.tenant_id, after={"host": row.host if row else ""})
    stamps.bump(session)


def remove_host(session: Session, actor: Actor, host_id: UUID) -> None:
    """Gives an address up: it leads nowhere from now on."""
    actor.must(EDIT)
    row = one(session, actor, Host, host_id, lock=True)
    session.delete(row)
    session.flush()
    record(session, actor, "host.remove", "host", row.id, before={"host": row.host, "state": row.state})
    stamps.bump(session)


def _is_proved(row: Host, answer: Sequence[str]) -> bool:
    return record_for(row)[1] in answer
