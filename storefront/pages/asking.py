"""A message to the shop by a form of a page: taken in, or shown again with what is wrong with it."""

from uuid import UUID

from pydantic import BaseModel, Field

from catalog.content.requests import Message, ask
from catalog.content.showing import live_by_id
from kernel import limits
from kernel.errors import Invalid, NotThere, TooMany
from kernel.ids import parse_id
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit


class AskForm(BaseModel):
    """Who writes what, by which form of which page."""

    page: UUID
    block: str = Field(max_length=40)
    name: str = Field(default="", max_length=1200)
    email: str = Field(default="", max_length=400)
    message: str = Field(default="", max_length=20_000)


def send(visit: Visit) -> Answer:
    """Takes the message in and says thank you, at an address of its own."""
    form: Form[AskForm] = visit.form
    page_id = parse_id(form.get("page"))
    page = live_by_id(visit.session, page_id) if page_id else None
    if page is None or (page.market_code, page.language) != (visit.place.market, visit.place.language):
        raise NotThere
    try:
        given = form.given
        told = Message(given.name, given.email, given.message)
        ask(visit.session, page, given.block, told, limits.network_of(visit.address), visit.tenant.details.contact_email)
    except (Invalid, TooMany) as refused:
        return visit.render("storefront/ask.html", status=refused.status, form=form.told(refused), page=page)
    return visit.redirect(visit.url("asking.thanks"))


def thanks(visit: Visit) -> Answer:
    """What happens next."""
    return visit.render("storefront/asked.html")
