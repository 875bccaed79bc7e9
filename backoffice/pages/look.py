"""The look: colours, typefaces and logo with a live preview; and the words of the home page."""

from dataclasses import replace

from pydantic import BaseModel, Field

from catalog.media import file_picture
from kernel.errors import Invalid
from kernel.money import Money
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.headers import SAME_ORIGIN
from kernel.web.visit import Visit
from storefront.front import FrontTexts, front_to_edit, write_front
from tenants import themes
from tenants.palette import PAIRINGS
from tenants.themes import Look

PICTURE_BYTES = 12_000_000


class LookForm(BaseModel):
    """What a tenant chooses of its look."""

    primary: str = Field(default="", max_length=20)
    second: str = Field(default="", max_length=20)
    pairing: str = Field(default="", max_length=40)
    tagline: str = Field(default="", max_length=200)


class FrontForm(BaseModel):
    """The words of the home page in one language; `edit_version` guards against lost updates."""

    language: str = Field(default="", max_length=20)
    headline: str = Field(default="", max_length=500)
    subline: str = Field(default="", max_length=1000)
    story_title: str = Field(default="", max_length=500)
    story: str = Field(default="", max_length=20_000)
    picture_alt: str = Field(default="", max_length=500)
    picture_key: str = Field(default="", max_length=200)
    edit_version: int = 0


def show(visit: Visit) -> Answer:
    """The draft, or what visitors see where there is none."""
    look = themes.draft_look(visit.session, visit.actor)
    known = {"primary": look.primary, "second": look.second, "pairing": look.pairing, "tagline": look.tagline}
    return _page(visit, visit.fill(LookForm, known), look)


def save(visit: Visit) -> Answer:
    """Keeps the draft; nobody else sees it."""
    form: Form[LookForm] = visit.form
    now = themes.draft_look(visit.session, visit.actor)
    try:
        given = form.given
        wanted = replace(now, primary=given.primary, second=given.second, pairing=given.pairing, tagline=given.tagline)
        themes.save_draft(visit.session, visit.actor, wanted)
    except Invalid as refused:
        return _page(visit, form.refuse(refused.problems), now, 422)
    return visit.redirect(visit.url("desk.look", done="saved"))


def publish(visit: Visit) -> Answer:
    """The draft becomes what visitors see."""
    themes.publish_draft(visit.session, visit.actor)
    return visit.redirect(visit.url("desk.look", done="published"))


def discard(visit: Visit) -> Answer:
    """Throws the draft away."""
    themes.discard_draft(visit.session, visit.actor)
    return visit.redirect(visit.url("desk.look", done="discarded"))


def preview_style(visit: Visit) -> Answer:
    """The draft's style sheet, for the preview alone."""
    css = themes.draft_look(visit.session, visit.actor).css
    return Answer(css.encode(), content_type="text/css; charset=utf-8")


def preview(visit: Visit) -> Answer:
    """A page with everything a shop is made of, in the draft's look."""
    visit.layout["theme_url"] = visit.url("desk.look.style")
    amounts = [Money.of(amount, visit.place.currency) for amount in ("2499", "319", "89")]
    return visit.render("backoffice/look_preview.html", amounts=amounts).header("x-frame-options", SAME_ORIGIN)


def front(visit: Visit) -> Answer:
    """The words of the home page in one language."""
    language = visit.query.get("language") or visit.tenant.languages[0]
    return _front_page(visit, language, None)


def save_front(visit: Visit) -> Answer:
    """Writes them, with the picture where one was sent."""
    form: Form[FrontForm] = visit.form
    try:
        given = form.given
        texts = FrontTexts(**given.model_dump(exclude={"language"}))
        if form.files.get("picture"):
            texts = replace(texts, picture_key=file_picture(visit.actor, form.files["picture"][0].file.read()))
        write_front(visit.session, visit.actor, given.language, texts)
    except Invalid as refused:
        return _front_page(visit, form.get("language"), form.refuse(refused.problems), 422)
    return visit.redirect(visit.url("desk.front", language=given.language, done="saved"))


def _front_page(visit: Visit, language: str, form: Form[FrontForm] | None, status: int = 200) -> Answer:
    texts = front_to_edit(visit.session, visit.actor, language)
    known = {**texts.__dict__, "language": language}
    return visit.render(
        "backoffice/front.html",
        status=status,
        form=form or visit.fill(FrontForm, known),
        texts=texts,
        chosen=language,
        languages=visit.tenant.languages,
        done=visit.query.get("done", ""),
    )


def _page(visit: Visit, form: Form[LookForm], look: Look, status: int = 200) -> Answer:
    return visit.render(
        "backoffice/look.html",
        status=status,
        form=form,
        look=look,
        adjustments=themes.report(look),
        has_draft=themes.has_draft(visit.session, visit.actor),
        pairings=list(PAIRINGS),
        done=visit.query.get("done", ""),
    )
