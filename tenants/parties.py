"""Business partners: persons, organisations and groups with roles and relations, found again and kept apart.

Kept by staff with `customer.edit`, read with `customer.view`. People who sign in have a party of kind person behind
their account; companies that buy are parties of kind organisation (tenants/companies.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.audit import record
from kernel.errors import Invalid, NotThere
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.ids import new_id
from kernel.numbers import next_number
from tenants.events import PartyChanged
from tenants.finding import Slice, one, sliced
from tenants.models import Party, PartyRelation, PartyRole
from tenants.models.party import PARTY_KINDS, PARTY_ROLES, RELATION_KINDS
from tenants.wording import email_address, line, name_key, phone_number

MOST_ATTRIBUTES = 50
_READ, _WRITE = "customer.view", "customer.edit"
_SHOWN = ("kind", "name", "given_name", "family_name", "email", "phone", "tax_number", "language", "status", "attributes")


@dataclass(frozen=True)
class PartyDetails:
    """What is known of a party. `tax_number` (VAT identification number) matters for organisations."""

    name: str
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    tax_number: str = ""
    language: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


def add_party(session: Session, actor: Actor, kind: str, details: PartyDetails, roles: tuple[str, ...] = ("prospect",)) -> Party:
    """A new business partner with its roles. Invalid for fields that do not hold."""
    actor.must(_WRITE)
    party = new_party(session, actor.tenant_id, kind, details)
    for role in roles:
        _give(session, party, _known("role", role, PARTY_ROLES), None, None)
    _told(session, actor, party, "party.add", None)
    return party


def new_party(session: Session, tenant_id: UUID, kind: str, details: PartyDetails) -> Party:
    """The row itself, for use cases that have already asked who may."""
    values = _cleaned(details)
    party = Party(
        tenant_id=tenant_id,
        id=new_id(),
        kind=_known("kind", kind, PARTY_KINDS),
        number=next_number(session, "party", first=10_001),
        status="active",
        **values,
    )
    session.add(party)
    session.flush()
    return party


def change_party(session: Session, actor: Actor, party_id: UUID, details: PartyDetails) -> Party:
    """Replaces all details of a party."""
    actor.must(_WRITE)
    party = one(session, actor, Party, party_id, lock=True)
    before = as_json(party)
    for name, value in _cleaned(details).items():
        setattr(party, name, value)
    session.flush()
    _told(session, actor, party, "party.change", before)
    return party


def archive_party(session: Session, actor: Actor, party_id: UUID) -> Party:
    """Takes a party out of lists and choices; nothing that refers to it is lost."""
    return _set_status(session, actor, party_id, "archived", "party.archive")


def restore_party(session: Session, actor: Actor, party_id: UUID) -> Party:
    """Brings an archived party back."""
    return _set_status(session, actor, party_id, "active", "party.restore")


def party_for(session: Session, actor: Actor, party_id: UUID) -> Party:
    """The party, for staff who may see customers; NotThere for one that is missing or another tenant's."""
    actor.must(_READ)
    return one(session, actor, Party, party_id)


def list_parties(
    session: Session, actor: Actor, text: str = "", kind: str = "", role: str = "", archived: bool = False, page: int = 1
) -> Slice[Any]:
    """Parties by name, fifty at a time; `text` looks into names, mail addresses and numbers. Rows have one item, a Party."""
    actor.must(_READ)
    status = "archived" if archived else "active"
    query = select(Party).where(Party.tenant_id == actor.tenant_id, Party.status == status).order_by(Party.name_key, Party.id)
    if kind:
        query = query.where(Party.kind == kind)
    if role:
        holders = select(PartyRole.party_id).where(PartyRole.tenant_id == actor.tenant_id, PartyRole.role == role)
        query = query.where(Party.id.in_(holders))
    return sliced(session, _matching(query, text), page)


def similar_parties(session: Session, actor: Actor, details: PartyDetails) -> list[Party]:
    """Parties that may be the same as the one described: equal name, mail address or tax number. At most ten."""
    actor.must(_READ)
    values = _cleaned(details)
    same = [Party.name_key == values["name_key"]]
    same += [getattr(Party, name) == values[name] for name in ("email", "tax_number") if values[name]]
    query = select(Party).where(Party.tenant_id == actor.tenant_id, Party.status == "active", or_(*same)).order_by(Party.id).limit(10)
    return list(session.scalars(query))


def give_party_role(
    session: Session, actor: Actor, party_id: UUID, role: str, valid_from: date | None = None, valid_to: date | None = None
) -> None:
    """The party is now (also) a `role`; a role it has already gets the new period."""
    actor.must(_WRITE)
    party = one(session, actor, Party, party_id, lock=True)
    _check_period(valid_from, valid_to)
    _give(session, party, _known("role", role, PARTY_ROLES), valid_from, valid_to)
    _told(session, actor, party, "party.give_role", None, {"role": role, "valid_from": valid_from, "valid_to": valid_to})


def party_roles(session: Session, actor: Actor, party_id: UUID) -> list[PartyRole]:
    """The roles of a party in alphabetical order."""
    party = party_for(session, actor, party_id)
    query = select(PartyRole).where(PartyRole.tenant_id == actor.tenant_id, PartyRole.party_id == party.id).order_by(PartyRole.role)
    return list(session.scalars(query))


@dataclass(frozen=True)
class Tie:
    """One relation seen from one party: `is_from` where that party is the subject (`is contact person of other`)."""

    relation: PartyRelation
    other: Party
    is_from: bool


def relate(
    session: Session,
    actor: Actor,
    from_party_id: UUID,
    kind: str,
    to_party_id: UUID,
    attributes: Mapping[str, str] | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> PartyRelation:
    """Says that one party is `kind` the other. Where it has been said before, attributes and period are replaced."""
    actor.must(_WRITE)
    for party_id in sorted({from_party_id, to_party_id}):
        one(session, actor, Party, party_id, lock=True)
    if from_party_id == to_party_id:
        raise Invalid.at("to_party_id", _("A party cannot be related to itself."), "same_party")
    _check_period(valid_from, valid_to)
    found = session.scalar(
        select(PartyRelation).where(
            PartyRelation.tenant_id == actor.tenant_id,
            PartyRelation.from_party_id == from_party_id,
            PartyRelation.kind == _known("kind", kind, RELATION_KINDS),
            PartyRelation.to_party_id == to_party_id,
        )
    )
    relation = found or PartyRelation(
        tenant_id=actor.tenant_id, id=new_id(), from_party_id=from_party_id, kind=kind, to_party_id=to_party_id
    )
    relation.attributes, relation.valid_from, relation.valid_to = _attributes(attributes or {}), valid_from, valid_to
    session.add(relation)
    session.flush()
    after = {"kind": kind, "to": str(to_party_id), "attributes": relation.attributes}
    record(session, actor, "party.relate", "party", from_party_id, after=after)
    publish(session, PartyChanged(from_party_id, "party.relate"), actor)
    return relation


def end_relation(session: Session, actor: Actor, relation_id: UUID) -> None:
    """Takes a relation away."""
    actor.must(_WRITE)
    relation = one(session, actor, PartyRelation, relation_id, lock=True)
    before = {"kind": relation.kind, "to": str(relation.to_party_id), "attributes": relation.attributes}
    session.delete(relation)
    session.flush()
    record(session, actor, "party.end_relation", "party", relation.from_party_id, before=before)
    publish(session, PartyChanged(relation.from_party_id, "party.end_relation"), actor)


def ties(session: Session, actor: Actor, party_id: UUID) -> list[Tie]:
    """All relations of a party, in both directions, by kind and name; at most two hundred."""
    party = party_for(session, actor, party_id)
    is_other = ((PartyRelation.from_party_id == party.id) & (Party.id == PartyRelation.to_party_id)) | (
        (PartyRelation.to_party_id == party.id) & (Party.id == PartyRelation.from_party_id)
    )
    query = (
        select(PartyRelation, Party)
        .join(Party, (Party.tenant_id == PartyRelation.tenant_id) & is_other)
        .where(PartyRelation.tenant_id == actor.tenant_id)
        .order_by(PartyRelation.kind, Party.name_key, PartyRelation.id)
        .limit(200)
    )
    return [Tie(relation, other, relation.from_party_id == party.id) for relation, other in session.execute(query)]


def as_json(party: Party) -> dict[str, Any]:
    """What the audit trail and the interface show of a party."""
    return {name: getattr(party, name) for name in _SHOWN}


def _set_status(session: Session, actor: Actor, party_id: UUID, status: str, action: str) -> Party:
    actor.must(_WRITE)
    party = one(session, actor, Party, party_id, lock=True)
    if party.status != status:
        before = as_json(party)
        party.status = status
        session.flush()
        _told(session, actor, party, action, before)
    return party


def _told(session: Session, actor: Actor, party: Party, action: str, before: dict[str, Any] | None, after: Any = None) -> None:
    record(session, actor, action, "party", party.id, before=before, after=after or as_json(party))
    publish(session, PartyChanged(party.id, action), actor)


def _cleaned(details: PartyDetails) -> dict[str, Any]:
    name = line("name", details.name, required=True)
    return {
        "name": name,
        "name_key": name_key(name),
        "given_name": line("given_name", details.given_name),
        "family_name": line("family_name", details.family_name),
        "email": email_address(details.email).key if details.email.strip() else "",
        "phone": phone_number(details.phone, None) if details.phone.strip() else "",
        "tax_number": line("tax_number", details.tax_number, 40).upper().replace(" ", ""),
        "language": line("language", details.language, 35),
        "attributes": _attributes(details.attributes),
    }


def _attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    if len(attributes) > MOST_ATTRIBUTES:
        raise Invalid.at("attributes", _("Please use at most %(count)s attributes.") % {"count": MOST_ATTRIBUTES}, "too_many")
    return {line("attributes", str(key), 60, required=True): line("attributes", str(value)) for key, value in attributes.items()}


def _known(where: str, word: str, words: tuple[str, ...]) -> str:
    if word not in words:
        raise Invalid.at(where, _("Please choose one of the list."), "unknown_choice")
    return word


def _check_period(valid_from: date | None, valid_to: date | None) -> None:
    if valid_from and valid_to and valid_to < valid_from:
        raise Invalid.at("valid_to", _("The end lies before the beginning."), "period")


def _give(session: Session, party: Party, role: str, valid_from: date | None, valid_to: date | None) -> None:
    row = insert(PartyRole).values(
        tenant_id=party.tenant_id, id=new_id(), party_id=party.id, role=role, valid_from=valid_from, valid_to=valid_to
    )
    session.execute(
        row.on_conflict_do_update(index_elements=["tenant_id", "party_id", "role"], set_={"valid_from": valid_from, "valid_to": valid_to})
    )


def _matching(query: Select[Any], text: str) -> Select[Any]:
    words = name_key(text[:200])
    if not words and not text.strip():
        return query
    found = [Party.name_key.contains(words, autoescape=True)] if words else []
    found.append(Party.email.startswith(text.strip().lower()[:200], autoescape=True))
    if text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 18:
        found.append(Party.number == int(text.strip()))
    return query.where(or_(*found))


def become(session: Session, party: Party, role: str) -> None:
    """Gives a role without asking who may: for use cases that have asked (a first order makes somebody a sold-to)."""
    if role not in PARTY_ROLES:
        raise NotThere
    _give(session, party, role, None, None)
