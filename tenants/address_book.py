"""Address books: the addresses of a person or a company, with one standard address each for delivery and for bills.

People keep their own, managers their company's, staff with `customer.edit` everybody's.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.audit import record
from kernel.errors import Conflict, Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id
from tenants.addresses import PostalAddress, checked
from tenants.companies import company_for
from tenants.finding import one
from tenants.models import Account, Address, Party
from tenants.wording import line

MOST_ADDRESSES = 100


def book_for(session: Session, actor: Actor, party_id: UUID, to_change: bool = False, lock: bool = False) -> Party:
    """The party whose addresses the actor may see, or change; NotThere otherwise."""
    if actor.company_id == party_id:
        return company_for(session, actor, party_id, lock, to_manage=to_change)
    if actor.can("customer.edit" if to_change else "customer.view") or party_id == my_party_id(session, actor):
        return one(session, actor, Party, party_id, lock)
    raise NotThere


def my_party_id(session: Session, actor: Actor) -> UUID | None:
    """The party behind the actor's account; None for guests and machines."""
    if actor.id is None:
        return None
    return session.scalar(select(Account.party_id).where(Account.tenant_id == actor.tenant_id, Account.id == actor.id))


def list_addresses(session: Session, actor: Actor, party_id: UUID) -> list[Address]:
    """The addresses of a party, the standard ones first."""
    party = book_for(session, actor, party_id)
    query = (
        select(Address)
        .where(Address.tenant_id == actor.tenant_id, Address.party_id == party.id)
        .order_by(Address.is_default_shipping.desc(), Address.is_default_billing.desc(), Address.id)
        .limit(MOST_ADDRESSES)
    )
    return list(session.scalars(query))


def address_for(session: Session, actor: Actor, address_id: UUID, to_change: bool = False) -> Address:
    """One address of a book the actor may see (change); NotThere otherwise."""
    address = one(session, actor, Address, address_id)
    book_for(session, actor, address.party_id, to_change, lock=to_change)
    # the book first, as when an address is added, so that two changes of one book never wait for each other
    return one(session, actor, Address, address_id, lock=True) if to_change else address


def add_address(
    session: Session, actor: Actor, party_id: UUID, fields: Mapping[str, str], for_shipping: bool = False, for_billing: bool = False
) -> Address:
    """A new address, checked by its country's rules. The first one of a book becomes its standard address for both."""
    party = book_for(session, actor, party_id, to_change=True, lock=True)
    postal = checked(fields)
    mine = (Address.tenant_id == actor.tenant_id) & (Address.party_id == party.id)
    present = session.scalar(select(func.count()).select_from(Address).where(mine)) or 0
    if present >= MOST_ADDRESSES:
        raise Conflict(_("An address book holds at most %(count)s addresses.") % {"count": MOST_ADDRESSES})
    address = Address(tenant_id=actor.tenant_id, id=new_id(), party_id=party.id, label=line("label", fields.get("label", ""), 60))
    _write(address, postal)
    _make_standard(session, address, for_shipping or not present, for_billing or not present)
    session.add(address)
    session.flush()
    record(session, actor, "address.add", "party", party.id, after=postal.as_json())
    return address


def change_address(
    session: Session, actor: Actor, address_id: UUID, fields: Mapping[str, str], for_shipping: bool = False, for_billing: bool = False
) -> Address:
    """Replaces an address. Orders keep the address they were placed with. A standard address stays one."""
    address = address_for(session, actor, address_id, to_change=True)
    postal, before = checked(fields), as_postal(address).as_json()
    address.label = line("label", fields.get("label", ""), 60)
    _write(address, postal)
    _make_standard(session, address, for_shipping or address.is_default_shipping, for_billing or address.is_default_billing)
    session.flush()
    record(session, actor, "address.change", "party", address.party_id, before=before, after=postal.as_json())
    return address


def make_standard(session: Session, actor: Actor, address_id: UUID, purpose: str) -> Address:
    """The address becomes its book's standard one for `shipping` or `billing`; Invalid for another purpose."""
    if purpose not in ("shipping", "billing"):
        raise Invalid.at("purpose", _("Please choose one of the list."), "unknown_choice")
    address = address_for(session, actor, address_id, to_change=True)
    _make_standard(
        session, address, purpose == "shipping" or address.is_default_shipping, purpose == "billing" or address.is_default_billing
    )
    session.flush()
    record(session, actor, "address.make_standard", "party", address.party_id, after={"purpose": purpose, **as_postal(address).as_json()})
    return address


def remove_address(session: Session, actor: Actor, address_id: UUID) -> None:
    """Takes an address out of its book."""
    address = address_for(session, actor, address_id, to_change=True)
    before = as_postal(address).as_json()
    session.delete(address)
    session.flush()
    record(session, actor, "address.remove", "party", address.party_id, before=before)


def as_postal(address: Address) -> PostalAddress:
    """The row as a plain value: for orders, labels and forms."""
    values: dict[str, Any] = {name: getattr(address, name) for name in PostalAddress.__dataclass_fields__}
    return PostalAddress(**{**values, "street_lines": tuple(address.street_lines)})


def _write(address: Address, postal: PostalAddress) -> None:
    for name, value in postal.as_json().items():
        setattr(address, name, value)


def _make_standard(session: Session, address: Address, for_shipping: bool, for_billing: bool) -> None:
    """At most one address of a book is the standard one for each purpose."""
    others = (Address.tenant_id == address.tenant_id) & (Address.party_id == address.party_id) & (Address.id != address.id)
    if for_shipping:
        session.execute(update(Address).where(others, Address.is_default_shipping).values(is_default_shipping=False))
    if for_billing:
        session.execute(update(Address).where(others, Address.is_default_billing).values(is_default_billing=False))
    address.is_default_shipping, address.is_default_billing = for_shipping, for_billing
