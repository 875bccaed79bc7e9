"""The list of pages, and a new one."""

from pydantic import BaseModel, Field

from catalog.content import pages
from catalog.content.blocks import Faq, Hero, PageContent, Question, Rule, Text, Ways
from catalog.content.blocks import Form as FormBlock
from catalog.content.pages import NewPage
from catalog.content.requests import count_new
from catalog.content.states import states_of
from kernel.errors import Invalid
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit


class NewPageForm(BaseModel):
    """What a page begins with; `start` names what it is made of at first."""

    kind: str = Field(default="page", max_length=20)
    place: str = Field(default="", max_length=60)
    title: str = Field(default="", max_length=300)
    path: str = Field(default="", max_length=300)
    start: str = Field(default="empty", max_length=20)


def show(visit: Visit) -> Answer:
    """Every page: state, market, language, who, when."""
    market, _slash, language = visit.query.get("place", "").partition("/")
    text = visit.query.get("q", "").strip()[:200]
    found = pages.list_pages(visit.session, visit.actor, market, language, text)
    return visit.render(
        "backoffice/pages.html",
        pages=found,
        states=states_of(visit.session, found),
        own_places=places_of(visit),
        place=visit.query.get("place", ""),
        text=text,
        new_messages=count_new(visit.session),
        done=visit.query.get("done", ""),
    )


def new(visit: Visit) -> Answer:
    """What a new page begins with."""
    return _page(visit, visit.fill(NewPageForm, {"kind": visit.query.get("kind", "page"), "start": "landing"}))


def make(visit: Visit) -> Answer:
    """Makes it and goes on to writing."""
    form: Form[NewPageForm] = visit.form
    try:
        given = form.given
        market, _slash, language = given.place.partition("/")
        made = pages.make_page(
            visit.session, visit.actor, NewPage(given.kind, market, language, given.path, given.title), beginning(given.start, given.title)
        )
    except Invalid as refused:
        return _page(visit, form.refuse(refused.problems), 422)
    return visit.redirect(visit.url("desk.page", id=made.id))


def beginning(start: str, title: str) -> PageContent:
    """The blocks of a new page."""
    blocks: dict[str, list[object]] = {
        "landing": [Hero(title=title), Rule(title=_("Worth a look")), Text(), Faq(items=[Question()])],
        "story": [Text()],
        "home": [Hero(title=title), Ways(title=_("What are you looking for?")), Rule(title=_("Worth a look")), Text()],
        "contact": [Text(), FormBlock(title=_("Write to us"))],
    }
    return PageContent.model_validate({"title": title[:160], "blocks": blocks.get(start, [])})


def places_of(visit: Visit) -> list[tuple[str, str]]:
    """(market/language, label) of every place of the shop."""
    return [(f"{m.code}/{tag}", f"{_(m.name)} · {tag}") for m in visit.tenant.markets for tag in m.languages]


def _page(visit: Visit, form: Form[NewPageForm], status: int = 200) -> Answer:
    return visit.render("backoffice/page_new.html", status=status, form=form, own_places=places_of(visit))
