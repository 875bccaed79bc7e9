"""There again: whoever asked hears once, by mail, when a sold-out product can be had.

A guest's address is asked first whether it wants that (one mail, nothing more without a yes); the address of a signed-in
person is known. Every mail holds a link that ends it. Links are HMAC-SHA256 (256 bits) by the installation's key over tenant,
notice and a secret of its own, compared in constant time; every wrong one looks like a notice that is not there.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from catalog.assortment import ShopProduct, ShopView, shop_products, view_for
from kernel import clock, limits, mail, settings, tenancy
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import Conflict, NotThere
from kernel.i18n import gettext as _
from kernel.i18n import using
from kernel.ids import new_id
from kernel.jobs import defer, task
from orders.availability import supplies_for
from orders.events import StockChanged
from orders.letters import SENDER, Letter, written
from orders.models import StockNotice
from tenants.wording import email_address

TASK = "orders.tell_waiting"
BATCH = 100
FROM_ONE_NETWORK, TO_ONE_ADDRESS = 20, 5
HOUR, DAY = 3600, 86400
ASKED_DAYS, DONE_DAYS, WAITING_DAYS = 7, 30, 365
TOKEN_LENGTH = 43


def ask(session: Session, view: ShopView, product_id: UUID, email: str, network: str, link_base: str, known: str = "") -> StockNotice:
    """Remembers that this address waits for the product. `known`: the address of the person who is signed in; the same one needs no
    confirmation. Asking again changes nothing but sends the question again.

    Raises Invalid at `email`, NotThere for what is not sold here, Conflict (`there`) for what can be had now, TooMany.
    """
    address = email_address(email)
    product = shop_products(session, view, [product_id]).get(product_id)
    if product is None or not product.can_be_bought:
        raise NotThere
    if supplies_for(session, [product_id])[product_id].kind != "sold_out":
        raise Conflict(_("It can be had right now."), code="there")
    limits.hit("notices_from", network, FROM_ONE_NETWORK, HOUR)
    limits.hit("notices_to", address.key, TO_ONE_ADDRESS, DAY)
    notice = _open(session, product_id, address.key)
    if notice is None:
        notice = StockNotice(
            tenant_id=tenancy.current(), id=new_id(), product_id=product_id, email=address.shown, email_key=address.key,
            market_code=view.market_code, language=view.language, link_base=link_base.rstrip("/"),
            secret=secrets.token_bytes(32), state="asked",
        )  # fmt: skip
        session.add(notice)
    if known and email_address(known).key == address.key:
        notice.state = "waiting"
    session.flush()
    if notice.state == "asked":
        _send(session, notice, _question(notice, product))
    return notice


def _open(session: Session, product_id: UUID, email_key: str) -> StockNotice | None:
    wanted = (StockNotice.product_id == product_id, StockNotice.email_key == email_key, StockNotice.state.in_(("asked", "waiting")))
    return session.scalar(select(StockNotice).where(*_mine(), *wanted).with_for_update())


def notice_for(session: Session, notice_id: UUID, token: object, lock: bool = False) -> StockNotice:
    """The notice that the link opens. NotThere."""
    query = select(StockNotice).where(*_mine(), StockNotice.id == notice_id)
    notice = session.scalar(query.with_for_update() if lock else query)
    given = token if isinstance(token, str) and len(token) == TOKEN_LENGTH and token.isascii() else ""
    if notice is None or not hmac.compare_digest(given, token_of(notice)):
        raise NotThere
    return notice


def confirm(session: Session, notice_id: UUID, token: object) -> StockNotice:
    """Its owner wants the mail. Confirming again, or too late, changes nothing."""
    notice = notice_for(session, notice_id, token, lock=True)
    if notice.state == "asked":
        notice.state = "waiting"
    return notice


def stop(session: Session, notice_id: UUID, token: object) -> StockNotice:
    """Its owner does not want the mail (any more)."""
    notice = notice_for(session, notice_id, token, lock=True)
    if notice.state in ("asked", "waiting"):
        notice.state = "stopped"
    return notice


def name_of(session: Session, notice: StockNotice) -> str:
    """What it waits for; empty where the shop sells it no longer."""
    product = _product(session, notice, {})
    return product.name if product else ""


def tell_after_change(session: Session, actor: Actor, event: StockChanged) -> None:
    """Listens to orders.StockChanged: whoever waits for one of these products is told."""
    tell(session, [UUID(str(product_id)) for product_id in event.product_ids])


def tell(session: Session, product_ids: list[UUID] | None = None) -> int:
    """Writes the mails of those whose product (one of these; None: any) can be had again; returns how many. Each is told once: rows
    are locked, and those that another worker has are passed over. A chore as well, for what comes back by a cancelled order."""
    waited = [*_mine(), StockNotice.state == "waiting"]
    if product_ids is not None:
        waited.append(StockNotice.product_id.in_(product_ids))
    ids = list(session.scalars(select(StockNotice.product_id).where(*waited).distinct()))
    there = [product_id for product_id, supply in supplies_for(session, ids).items() if supply.kind != "sold_out"]
    if not there:
        return 0
    waited.append(StockNotice.product_id.in_(there))
    query = select(StockNotice).where(*waited).order_by(StockNotice.id).limit(BATCH).with_for_update(skip_locked=True)
    rows = list(session.scalars(query))
    views: dict[tuple[str, str], ShopView] = {}
    told = sum(_tell(session, notice, views) for notice in rows)
    if told and len(rows) == BATCH:
        defer(session, TASK, {"products": [str(i) for i in there]}, lock=TASK)
    return told


@task(TASK)
def tell_more(_actor: Actor, args: dict[str, Any]) -> None:
    """The next hundred of a long row of people."""
    from_products = [UUID(i) for i in args["products"]]
    with transaction() as session:
        tell(session, from_products)


def forget_notices(session: Session) -> int:
    """A chore: unconfirmed questions go after ASKED_DAYS, what has come to an end after DONE_DAYS, all others after WAITING_DAYS."""

    def older(days: int) -> ColumnElement[bool]:
        return StockNotice.updated_at < func.now() - timedelta(days=days)

    old = or_(
        and_(StockNotice.state == "asked", older(ASKED_DAYS)),
        and_(StockNotice.state.in_(("told", "stopped")), older(DONE_DAYS)),
        older(WAITING_DAYS),
    )
    return cast("CursorResult[object]", session.execute(delete(StockNotice).where(*_mine(), old))).rowcount


def token_of(notice: StockNotice) -> str:
    """The token of the notice's links, 43 letters of base64url."""
    message = b"stock-notice:" + notice.tenant_id.bytes + notice.id.bytes + notice.secret
    mark = hmac.new(settings.current().signing_key, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mark).decode().rstrip("=")


def link_to(notice: StockNotice) -> str:
    """Where its owner confirms or ends it."""
    return f"{notice.link_base}/notices/{notice.id}/{token_of(notice)}"


def _tell(session: Session, notice: StockNotice, views: dict[tuple[str, str], ShopView]) -> bool:
    product = _product(session, notice, views)
    if product is None:
        return False
    notice.state, notice.told_at = "told", clock.now()
    with using(notice.language):
        words = {"name": product.name, "sku": product.sku}
        letter = Letter(
            subject=_("%(name)s is there again") % words,
            paragraphs=[_("You wanted to know when %(name)s (%(sku)s) can be had again. Now it can.") % words],
            after=[_("This was the only mail about it.")],
            link=f"{notice.link_base}/p/{product.slug}?v={product.sku}",
            button=_("Look at it"),
        )
        _send(session, notice, letter)
    return True


def _question(notice: StockNotice, product: ShopProduct) -> Letter:
    with using(notice.language):
        words = {"name": product.name}
        return Letter(
            subject=_("Shall we tell you when %(name)s is there again?") % words,
            paragraphs=[_("Somebody, we think you, wants a mail when %(name)s can be had again. Please say yes by the link.") % words],
            after=[_("If it was not you, there is nothing to do: without a yes no further mail comes.")],
            link=link_to(notice),
            button=_("Yes or no"),
        )


def _send(session: Session, notice: StockNotice, letter: Letter) -> None:
    shop, reply_to = SENDER.one(session, tenant=notice.tenant_id)
    with using(notice.language):
        text, html = written(letter, "", shop)
    mail.queue(session, notice.email, letter.subject, text, html, reply_to=reply_to or None, sender_name=shop)


def _product(session: Session, notice: StockNotice, views: dict[tuple[str, str], ShopView]) -> ShopProduct | None:
    place = notice.market_code, notice.language
    try:
        view = views.setdefault(place, views.get(place) or view_for(session, *place))
    except NotThere:
        return None
    return shop_products(session, view, [notice.product_id]).get(notice.product_id)


def _mine() -> list[ColumnElement[bool]]:
    return [StockNotice.tenant_id == tenancy.current()]
