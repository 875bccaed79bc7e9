"""Web addresses of a tenant's own: claimed, proved by a TXT record, then answered.

- A claim is pending and leads nowhere. It becomes active when the name's owner has put `galleria-site=<proof>` into a TXT
  record at `_galleria.<host>`; several tenants may claim a name, one can hold it.
- An active name is checked again; one whose record has been gone for seven days is released, so that a lapsed domain does
  not stay with whoever had it.
- The database holds this, too: the application's role cannot add an active row, nor exchange the name in a row.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import dns.exception
import dns.resolver
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel import clock, settings, stamps
from kernel.actors import Actor
from kernel.audit import record
from kernel.db.locks import wait_lock
from kernel.errors import Conflict, Invalid, Unavailable
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
LOOKUP_SECONDS = 3.0
GRACE = timedelta(days=7)

# name -> the texts of its TXT records, empty where it has none; raises Unavailable where nobody could say
TxtRecords = Callable[[str], Sequence[str]]


def dns_txt_records(name: str) -> list[str]:
    """What the domain name system says, asked now."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=LOOKUP_SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise Unavailable(_("The domain could not be looked up at the moment. Please try again in a few minutes.")) from error
    return [b"".join(row.strings).decode("ascii", "replace") for row in answer]


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


def prove_host(session: Session, actor: Actor, host_id: UUID, records: TxtRecords = dns_txt_records) -> Host:
    """Looks for the record and makes the address active. Conflict where the record is not there (yet) or another shop
    holds the name; Unavailable where nobody could say."""
    actor.must(EDIT)
    row = one(session, actor, Host, host_id, lock=True)
    if row.state == "active":
        return row
    if not _is_proved(row, records):
        raise Conflict(_("The record is not there yet. It can take an hour until everybody sees it."))
    try:
        with session.begin_nested():
            row.state, row.proved_at, row.checked_at = "active", func.now(), func.now()
            session.flush()
    except IntegrityError as error:
        session.refresh(row)
        raise Conflict(_("Another shop answers at this address. It has to give it up first.")) from error
    record(session, actor, "host.prove", "host", row.id, after={"host": row.host})
    publish(session, HostProved(row.id, row.host), actor)
    stamps.bump(session)
    return row


def recheck_host(session: Session, actor: Actor, host_id: UUID, records: TxtRecords = dns_txt_records) -> bool:
    """Is the record still there? An address whose record has been gone for seven days goes back to pending. A daily job;
    returns whether the address is still active."""
    actor.must(EDIT)
    row = one(session, actor, Host, host_id, lock=True)
    if row.state != "active":
        return False
    if _is_proved(row, records):
        row.checked_at = func.now()
        session.flush()
        return True
    if row.checked_at is not None and row.checked_at > clock.now() - GRACE:
        return True
    row.state, row.proved_at, row.is_primary = "pending", None, False
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


def _is_proved(row: Host, records: TxtRecords) -> bool:
    name, value = record_for(row)
    return value in records(name)
