"""Sharing agreements: a brand offers what it published, a partner accepts and sells it (life cycle: states.py).

The brand's side offers, amends, suspends, resumes, ends and withdraws; the partner's side accepts, refuses and leaves.
Shops read agreements live, so every move takes effect with its commit; kept pages of the partner's shop follow when
the worker has heard of it (relaying.py), at most seconds later.
"""

from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, func, or_, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.events import AgreementEnding, AgreementMoved
from catalog.models import Adoption, Agreement, Attribute, Category, Overlay, Product, Publication
from catalog.states import AGREEMENT
from catalog.terms import Terms, check_terms, put_terms, terms_as_json, terms_from_json, terms_of
from catalog.versions import market_for
from kernel import audit, clock, stamps, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, Invalid, NotThere
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.ids import new_id
from tenants.models import Tenant

Side = Literal["brand", "partner", "any"]
NOTICE_DAYS = (1, 7, 30)


def offer(session: Session, actor: Actor, partner_tenant_id: UUID, terms: Terms) -> Agreement:
    """Offers the terms to a partner. Raises Invalid for terms that do not hold or a tenant that cannot be a partner,
    Conflict where there is a live agreement with this partner already."""
    actor.must("agreement.offer")
    partner = session.get(Tenant, partner_tenant_id)
    if partner is None or partner.kind != "partner" or partner.status != "active" or partner.id == tenancy.current():
        raise Invalid.at("partner", _("There is no such partner."), "unknown_partner")
    terms = _checked(session, terms)
    agreement = Agreement(tenant_id=tenancy.current(), id=new_id(), partner_tenant_id=partner.id, state=AGREEMENT.initial, revision=1)
    put_terms(agreement, terms)
    try:
        with session.begin_nested():
            session.add(agreement)
    except IntegrityError as error:
        raise Conflict("There is already an agreement with this partner. Amend or end it.", code="agreement_exists") from error
    _tell(session, actor, agreement, "offer", {"terms": terms_as_json(terms)})
    return agreement


def amend(session: Session, actor: Actor, agreement_id: UUID, terms: Terms) -> Agreement:
    """Offers other terms. An offer that waits is replaced; terms in force hold until the partner has answered."""
    agreement = agreement_for(session, actor, agreement_id, "brand", lock=True)
    terms = _checked(session, terms)
    _move(agreement, actor, "amend")
    if agreement.state == "offered":
        put_terms(agreement, terms)
        agreement.revision += 1
    else:
        agreement.proposed = terms_as_json(terms)
    return _settle(session, actor, agreement, "amend")


def accept(session: Session, actor: Actor, agreement_id: UUID, note: str = "") -> Agreement:
    """The partner accepts the offer, or the amended terms. Selling starts at once, or on the day it becomes valid."""
    agreement = agreement_for(session, actor, agreement_id, "partner", lock=True)
    was_offered = agreement.state == "offered"
    _move(agreement, actor, "accept")
    _answered(agreement, actor, note)
    if agreement.proposed is not None:
        put_terms(agreement, terms_from_json(agreement.proposed))
        agreement.proposed = None
        agreement.revision += 1
    if was_offered and agreement.valid_from <= clock.today():
        _move(agreement, actor, "start")
    if was_offered:
        _begin_following(session, agreement)
    return _settle(session, actor, agreement, "accept")


def refuse(session: Session, actor: Actor, agreement_id: UUID, note: str = "") -> Agreement:
    """The partner declines the offer; amended terms are put aside and the old ones go on."""
    agreement = agreement_for(session, actor, agreement_id, "partner", lock=True)
    _move(agreement, actor, "refuse")
    _answered(agreement, actor, note)
    agreement.proposed = None
    return _settle(session, actor, agreement, "refuse")


def leave(session: Session, actor: Actor, agreement_id: UUID, note: str = "") -> Agreement:
    """The partner ends it; nothing of it is sold any more."""
    agreement = agreement_for(session, actor, agreement_id, "partner", lock=True)
    _move(agreement, actor, "leave")
    _answered(agreement, actor, note)
    agreement.proposed = None
    return _settle(session, actor, agreement, "leave")


def suspend(session: Session, actor: Actor, agreement_id: UUID) -> Agreement:
    """The brand pauses selling; proposed terms are dropped."""
    return _by_brand(session, actor, agreement_id, "suspend")


def resume(session: Session, actor: Actor, agreement_id: UUID) -> Agreement:
    """The brand lets selling go on."""
    return _by_brand(session, actor, agreement_id, "resume")


def end(session: Session, actor: Actor, agreement_id: UUID) -> Agreement:
    """The brand ends it; nothing of it is sold any more."""
    return _by_brand(session, actor, agreement_id, "end")


def withdraw(session: Session, actor: Actor, agreement_id: UUID) -> Agreement:
    """The brand takes it back: selling stops with this commit, also in carts and checkouts; past orders stay whole."""
    return _by_brand(session, actor, agreement_id, "withdraw")


def keep_time(session: Session, actor: Actor) -> int:
    """For a job of the brand: starts what has become valid, ends what ran out, and gives notice 30, 7 and 1 days before the
    end; returns how many moved."""
    today = clock.today()
    mine = select(Agreement).where(Agreement.tenant_id == tenancy.current()).order_by(Agreement.id).with_for_update()
    due = list(session.scalars(mine.where(Agreement.state == "accepted", Agreement.valid_from <= today)))
    over = list(session.scalars(mine.where(Agreement.state.in_(("active", "amended", "suspended")), Agreement.valid_to < today)))
    for verb, agreements in (("start", due), ("end", over)):
        for agreement in agreements:
            _move(agreement, actor, verb)
            agreement.proposed = None
            _settle(session, actor, agreement, verb)
    last = today + timedelta(days=NOTICE_DAYS[-1])
    near = or_(Agreement.valid_to <= last, Agreement.reminded_days.is_not(None))
    for agreement in session.scalars(mine.where(Agreement.state.in_(("accepted", "active", "amended", "suspended")), near)):
        _give_notice(session, agreement, today)
    return len(due) + len(over)


def _give_notice(session: Session, agreement: Agreement, today: date) -> None:
    """Each notice once; where the end has been put off, those that lie ahead again."""
    left = (agreement.valid_to - today).days if agreement.valid_to else None
    stage = next((days for days in NOTICE_DAYS if left is not None and left <= days), None)
    if stage is not None and (agreement.reminded_days is None or stage < agreement.reminded_days):
        publish(
            session,
            AgreementEnding(agreement.id, agreement.tenant_id, agreement.partner_tenant_id, str(agreement.valid_to), left or 0),
        )
    agreement.reminded_days = stage
    session.flush()


def agreement_for(session: Session, actor: Actor, agreement_id: UUID, side: Side = "any", lock: bool = False) -> Agreement:
    """The agreement, if this tenant is on that side of it. Raises NotThere otherwise."""
    actor.must("agreement.view")
    sides = {"brand": Agreement.tenant_id, "partner": Agreement.partner_tenant_id}
    wanted = [column == tenancy.current() for name, column in sides.items() if side in (name, "any")]
    query = select(Agreement).where(Agreement.id == agreement_id, or_(*wanted))
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def list_agreements(
    session: Session, actor: Actor, side: Side = "any", after: tuple[datetime, UUID] | None = None, limit: int | None = None
) -> list[Agreement]:
    """This tenant's agreements on that side, newest first; `after`: those older than the one made at this instant with
    this id, at most `limit`."""
    actor.must("agreement.view")
    sides = {"brand": Agreement.tenant_id, "partner": Agreement.partner_tenant_id}
    wanted = [column == tenancy.current() for name, column in sides.items() if side in (name, "any")]
    query = select(Agreement).where(or_(*wanted))
    if after is not None:
        query = query.where(tuple_(Agreement.created_at, Agreement.id) < after)
    return list(session.scalars(query.order_by(Agreement.created_at.desc(), Agreement.id.desc()).limit(limit)))


def _by_brand(session: Session, actor: Actor, agreement_id: UUID, verb: str) -> Agreement:
    agreement = agreement_for(session, actor, agreement_id, "brand", lock=True)
    _move(agreement, actor, verb)
    agreement.proposed = None
    return _settle(session, actor, agreement, verb)


def _move(agreement: Agreement, actor: Actor, verb: str) -> None:
    move = AGREEMENT.step(verb, agreement.state)
    actor.must(move.permission)
    agreement.state = move.target


def _answered(agreement: Agreement, actor: Actor, note: str) -> None:
    agreement.answered_at = clock.now()
    agreement.answered_by = actor.name[:120]
    agreement.answer_note = note.strip()[:2000]


def _begin_following(session: Session, agreement: Agreement) -> None:
    """From now on the partner is shown what the brand changes; what is there at the start counts as seen, and what was
    laid over the brand's products under an earlier agreement is gone."""
    newest = select(func.max(Publication.version)).where(
        Publication.tenant_id == agreement.tenant_id, Publication.market_code == agreement.market_code
    )
    earlier = (Overlay.tenant_id == tenancy.current(), Overlay.source_tenant_id == agreement.tenant_id)
    session.execute(delete(Overlay).where(*earlier))
    session.flush()  # the brand's publications can be read as soon as the agreement is in force
    session.add(
        Adoption(
            tenant_id=tenancy.current(),
            agreement_id=agreement.id,
            source_tenant_id=agreement.tenant_id,
            seen_version=session.scalar(newest) or 0,
        )
    )


def _checked(session: Session, terms: Terms) -> Terms:
    market = market_for(session, terms.market_code)
    terms = check_terms(terms, list(market.languages))
    here = tenancy.current()
    categories = select(func.count()).where(Category.tenant_id == here, Category.id.in_(terms.category_ids))
    if terms.category_ids and session.scalar(categories) != len(terms.category_ids):
        raise Invalid.at("category_ids", _("One of the categories does not exist."), "unknown_category")
    for where, ids in (("product_ids", terms.product_ids), ("excluded_product_ids", terms.excluded_product_ids)):
        products = select(func.count()).where(Product.tenant_id == here, Product.id.in_(ids), Product.parent_id.is_(None))
        if ids and session.scalar(products) != len(ids):
            raise Invalid.at(where, _("One of the products does not exist."), "unknown_product")
    filters = select(Attribute.code).where(Attribute.tenant_id == here, Attribute.filterable, Attribute.code.in_(terms.attribute_values))
    if terms.attribute_values and set(session.scalars(filters)) != set(terms.attribute_values):
        raise Invalid.at("attribute_values", _("A rule can ask for attributes that shoppers filter by."), "unknown_attribute")
    return terms


def _settle(session: Session, actor: Actor, agreement: Agreement, verb: str) -> Agreement:
    session.flush()
    _tell(session, actor, agreement, verb, {"state": agreement.state, "terms": terms_as_json(terms_of(agreement))})
    return agreement


def _tell(session: Session, actor: Actor, agreement: Agreement, verb: str, after: dict[str, object]) -> None:
    publish(session, AgreementMoved(agreement.id, agreement.tenant_id, agreement.partner_tenant_id, verb, agreement.state))
    audit.record(session, actor, f"agreement.{verb}", "agreement", agreement.id, after=after)
    stamps.bump(session)
