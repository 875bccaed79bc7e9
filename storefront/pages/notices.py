"""Tell me when it is there again: asked for at a sold-out product, confirmed and ended by a link in a mail."""

from uuid import UUID

from pydantic import BaseModel, Field

from catalog.assortment import shop_products, view_for
from kernel import limits
from kernel.errors import Invalid, Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from orders import notices
from orders.models import StockNotice


class NoticeForm(BaseModel):
    """Which product or variant, and where the mail goes."""

    product_id: UUID
    email: str = Field(default="", max_length=500)


class AnswerForm(BaseModel):
    """`yes`: send the mail; anything else: do not."""

    answer: str = Field(default="", max_length=10)


def ask(visit: Visit) -> Answer:
    """Remembers the wish. A guest's address is asked by mail; a signed-in person's own is known."""
    form: Form[NoticeForm] = visit.form
    view = view_for(visit.session, visit.place.market, visit.place.language)
    known = visit.signed_in.email if visit.actor.is_signed_in else ""
    base = visit.absolute("home").rstrip("/")
    try:
        given = form.given
        notice = notices.ask(visit.session, view, given.product_id, given.email, limits.network_of(visit.address), base, known)
    except Refused as refused:
        reason = _(refused.problems[0].reason if isinstance(refused, Invalid) and refused.problems else refused.message)
        product_id = form.value.product_id if form.value else None
        product = shop_products(visit.session, view, [product_id]).get(product_id) if product_id else None
        return visit.render(
            "storefront/notice.html",
            status=refused.status,
            state="refused",
            reason=reason,
            product=product,
            email=form.get("email"),
            link="",
        )
    return visit.redirect(visit.url("notices.asked", **({"waiting": 1} if notice.state == "waiting" else {})))


def asked(visit: Visit) -> Answer:
    """What happens next; the same page for every address, so that it tells nothing about one."""
    state = "waiting" if visit.query.get("waiting") else "asked"
    return visit.render("storefront/notice.html", state=state, reason="", product=None, email="", link="")


def by_link(visit: Visit) -> Answer:
    """Where the question stands, with yes and no; looking at it changes nothing."""
    return _page(visit, notices.notice_for(visit.session, visit.id("id"), visit.param("token")))


def answer(visit: Visit) -> Answer:
    """Yes or no, as often as one changes one's mind before the mail is written."""
    given: AnswerForm = visit.form.given
    settle = notices.confirm if given.answer == "yes" else notices.stop
    return _page(visit, settle(visit.session, visit.id("id"), visit.param("token")))


def _page(visit: Visit, notice: StockNotice) -> Answer:
    link = visit.url("notices.answer", id=notice.id, token=notices.token_of(notice))
    name = notices.name_of(visit.session, notice)
    shown = visit.render("storefront/notice.html", state=f"link-{notice.state}", reason=name, product=None, email=notice.email, link=link)
    return shown.header("referrer-policy", "no-referrer")
