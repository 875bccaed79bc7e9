"""What visitors write by a form of a page: kept for the desk, mailed to the shop, forgotten after a year.

Against floods: few messages per network and hour, few per mail address and hour; the same message again is taken once. No
puzzle, no hidden field.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import Session

from catalog.content.blocks import Form
from catalog.content.showing import LivePage
from catalog.models import ContentRequest
from kernel import audit, clock, limits, mail, tenancy
from kernel.actors import Actor
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id
from tenants.wording import email_address, line

PER_NETWORK = 10
PER_ADDRESS = 4
HOUR = 3600
LONGEST = 4000
KEEP_DAYS = 365
MOST_LISTED = 200


@dataclass(frozen=True)
class Message:
    """Who writes what."""

    name: str
    email: str
    message: str


def ask(session: Session, page: LivePage, block_id: str, told: Message, network: str, shop_email: str) -> ContentRequest:
    """Takes a message in. `network`: who sent it (kernel.limits.network_of), `shop_email`: where it is mailed to, if anywhere.

    Raises Invalid at the field, NotThere where the page has no such form, TooMany.
    """
    block = next((b for b in page.content.blocks if b.id == block_id and isinstance(b, Form)), None)
    if block is None:
        raise NotThere
    name, address = line("name", told.name, 120, required=True), email_address(told.email, "email")
    text = told.message.replace("\x00", "").strip()
    if not text:
        raise Invalid.at("message", _("Please fill this in."), "missing")
    if len(text) > LONGEST:
        raise Invalid.at("message", _("Please use at most %(count)s letters.") % {"count": LONGEST}, "too_long")
    again = (
        ContentRequest.tenant_id == tenancy.current(),
        ContentRequest.email == address.shown,
        ContentRequest.message == text,
        ContentRequest.created_at > clock.now() - timedelta(hours=1),
    )
    known = session.scalar(select(ContentRequest).where(*again).limit(1))
    if known is not None:
        return known
    limits.hit("content.ask.network", network, PER_NETWORK, HOUR)
    limits.hit("content.ask.address", address.key, PER_ADDRESS, HOUR)
    row = ContentRequest(
        tenant_id=tenancy.current(), id=new_id(), page_id=page.id, page_title=page.content.title, subject=block.subject or block.title,
        market_code=page.market_code, language=page.language, name=name, email=address.shown, message=text, state="new",
    )  # fmt: skip
    session.add(row)
    session.flush()
    if shop_email:
        body = f"{name} <{address.shown}>\n{page.content.title} · /{page.language.lower()}-{page.market_code}/{page.path}\n\n{text}\n"
        mail.queue(session, shop_email, f"{row.subject}: {name}", body, "", reply_to=address.shown)
    return row


def list_requests(session: Session, actor: Actor, state: str = "") -> list[ContentRequest]:
    """Messages, newest first; of one state where it is named."""
    actor.must("content.edit")
    query = select(ContentRequest).where(ContentRequest.tenant_id == tenancy.current())
    if state:
        query = query.where(ContentRequest.state == state)
    return list(session.scalars(query.order_by(ContentRequest.created_at.desc(), ContentRequest.id.desc()).limit(MOST_LISTED)))


def count_new(session: Session) -> int:
    """How many nobody has dealt with."""
    mine = (ContentRequest.tenant_id == tenancy.current(), ContentRequest.state == "new")
    return session.scalar(select(func.count()).select_from(ContentRequest).where(*mine)) or 0


def set_state(session: Session, actor: Actor, request_id: UUID, state: str) -> ContentRequest:
    """Dealt with, or not yet. Raises NotThere, Invalid."""
    actor.must("content.edit")
    mine = (ContentRequest.tenant_id == tenancy.current(), ContentRequest.id == request_id)
    row = session.scalar(select(ContentRequest).where(*mine).with_for_update())
    if row is None:
        raise NotThere
    if state not in ("new", "done"):
        raise Invalid.at("state", _("Please choose one of the list."), "unknown_choice")
    before, row.state = row.state, state
    row.handled_by, row.handled_at = (actor.name, clock.now()) if state == "done" else ("", None)
    session.flush()
    audit.record(session, actor, "message.handled", "message", row.id, before={"state": before}, after={"state": state})
    return row


def forget_requests(session: Session) -> int:
    """Removes messages older than a year; returns how many. A chore."""
    old = clock.now() - timedelta(days=KEEP_DAYS)
    gone = session.execute(delete(ContentRequest).where(ContentRequest.tenant_id == tenancy.current(), ContentRequest.created_at < old))
    assert isinstance(gone, CursorResult)
    return gone.rowcount
