"""The details of a shop: legal name, contact, imprint, time zone, and whether customers may register themselves."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel import stamps
from kernel.actors import Actor
from kernel.audit import record
from kernel.db.locks import wait_lock
from kernel.errors import Invalid
from kernel.i18n import gettext as _
from kernel.ids import new_id
from tenants.models import Profile
from tenants.wording import email_address, line, phone_number

LONGEST_IMPRINT = 4000
EDIT = "tenant.edit"


@dataclass(frozen=True)
class ShopDetails:
    """`imprint` is plain text with line breaks; `time_zone` an IANA name; `registration_open`: customers may register."""

    legal_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    imprint: str = ""
    time_zone: str = "Europe/Berlin"
    registration_open: bool = True


def details_of(session: Session, tenant_id: UUID) -> ShopDetails:
    """What the shop says of itself; the defaults where nothing has been set."""
    row = session.scalar(select(Profile).where(Profile.tenant_id == tenant_id))
    if row is None:
        return ShopDetails()
    return ShopDetails(row.legal_name, row.contact_email, row.contact_phone, row.imprint, row.time_zone, row.registration == "open")


def change_details(session: Session, actor: Actor, details: ShopDetails) -> ShopDetails:
    """Replaces the shop's details; Invalid at the field that does not hold."""
    actor.must(EDIT)
    values = checked(details)
    wait_lock(session, "tenants.profile")
    row = session.scalar(select(Profile).where(Profile.tenant_id == actor.tenant_id))
    before = details_of(session, actor.tenant_id)
    row = row or Profile(tenant_id=actor.tenant_id, id=new_id())
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    after = details_of(session, actor.tenant_id)
    record(session, actor, "tenant.change", "tenant", actor.tenant_id, before=before.__dict__, after=after.__dict__)
    stamps.bump(session)
    return after


def checked(details: ShopDetails) -> dict[str, Any]:
    """The columns of a profile; Invalid at the field that does not hold."""
    if details.time_zone not in available_timezones():
        raise Invalid.at("time_zone", _("Please choose one of the list."), "unknown_choice")
    if len(details.imprint) > LONGEST_IMPRINT:
        raise Invalid.at("imprint", _("Please keep this to %(count)s characters.") % {"count": LONGEST_IMPRINT}, "too_long")
    rows = [line("imprint", row, 500) for row in details.imprint.splitlines()]
    return {
        "legal_name": line("legal_name", details.legal_name),
        "contact_email": email_address(details.contact_email, "contact_email").shown if details.contact_email.strip() else "",
        "contact_phone": phone_number(details.contact_phone, None, "contact_phone"),
        "imprint": "\n".join(rows).strip(),
        "time_zone": details.time_zone,
        "registration": "open" if details.registration_open else "closed",
    }
