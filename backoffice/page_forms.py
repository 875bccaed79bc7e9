"""The form in which a page is written: one flat model for all kinds of blocks, and how it becomes the page's own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from catalog.content.blocks import KINDS, MOST_BLOCKS, PageContent, read_content
from catalog.content.pictures import add_film, add_picture
from kernel.errors import Invalid, Problem
from kernel.i18n import gettext as _
from kernel.i18n import mark
from kernel.web.forms import Form
from kernel.web.visit import Visit

WHEN = "%Y-%m-%dT%H:%M"
MOMENTS = ("starts_at", "ends_at")
BLOCK_NAMES = {
    "hero": mark("Opening"), "text": mark("Text"), "picture": mark("Picture"), "chosen": mark("Products by hand"),
    "rule": mark("Products by rule"), "ways": mark("Categories"), "faq": mark("Questions and answers"), "video": mark("Film"),
    "form": mark("Form"), "banner": mark("Banner"),
}  # fmt: skip


class QuestionIn(BaseModel):
    """A question as typed."""

    question: str = ""
    answer: str = ""


class BlockIn(BaseModel):
    """A block as typed, whatever its kind: each kind takes what it knows."""

    id: str = ""
    kind: str = ""
    title: str = ""
    text: str = ""
    link_label: str = ""
    link: str = ""
    file_id: str = ""
    poster_id: str = ""
    alt: str = ""
    caption: str = ""
    wide: str = ""
    skus: str = ""
    category: str = ""
    words: str = ""
    sort: str = ""
    count: str = ""
    subject: str = ""
    tone: str = ""
    starts_at: str = ""
    ends_at: str = ""
    items: list[QuestionIn] = Field(default_factory=list)


class PageForm(BaseModel):
    """A page as typed. `do`: what is to happen besides keeping it (`up:<block>`, `add`, `publish` …)."""

    edit_version: int = 0
    do: str = Field(default="", max_length=60)
    kind: str = Field(default="", max_length=20)
    after: str = Field(default="", max_length=40)
    title: str = ""
    description: str = ""
    picture_id: str = ""
    hidden: str = ""
    author: str = ""
    dated: str = ""
    teaser: str = ""
    valid_from: str = ""
    valid_to: str = ""
    note: str = ""
    blocks: list[BlockIn] = Field(default_factory=list, max_length=MOST_BLOCKS + 1)


def typed_page(content: PageContent, edit_version: int, zone: str) -> dict[str, Any]:
    """A page as the form shows it."""
    told = content.model_dump(mode="json", exclude={"schema_number"})
    for block, shown in zip(content.blocks, told["blocks"], strict=True):
        if "skus" in shown:
            shown["skus"] = "\n".join(shown["skus"])
        for name in MOMENTS:
            moment = getattr(block, name, None)
            shown[name] = moment.astimezone(ZoneInfo(zone)).strftime(WHEN) if moment else ""
    return {**told, "edit_version": edit_version}


def read_page(visit: Visit, form: Form[PageForm], language: str) -> PageContent:
    """The page that was typed, with the files that were sent. Raises Invalid at the fields as the form names them."""
    given = form.given
    problems: list[Problem] = []
    blocks = []
    for place, block in enumerate(given.blocks):
        known = KINDS.get(block.kind)
        if known is None:
            raise Invalid.at("blocks", _("Please choose one of the list."), "unknown_choice")
        told = {name: value for name, value in block.model_dump().items() if name in known.model_fields and value not in ("", [])}
        for name in set(MOMENTS) & set(told):
            told[name] = _moment(str(told[name]), visit.tenant.time_zone, f"blocks.{place}.{name}", problems)
        told |= _files(visit, form, block, place, language, problems)
        blocks.append(told)
    own = ("title", "description", "picture_id", "hidden", "author", "dated", "teaser")
    raw: dict[str, Any] = {name: getattr(given, name) for name in own if getattr(given, name)}
    if problems:
        raise Invalid(problems)
    return read_content({**raw, "blocks": blocks})


def moment_in(visit: Visit, text: str, where: str) -> datetime | None:
    """A moment of the tenant's clock; None for nothing. Raises Invalid at `where`."""
    problems: list[Problem] = []
    found = _moment(text, visit.tenant.time_zone, where, problems) if text.strip() else None
    if problems:
        raise Invalid(problems)
    return found


def _moment(text: str, zone: str, where: str, problems: list[Problem]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        problems.append(Problem(where, _("Please give a date and a time."), "moment"))
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _files(visit: Visit, form: Form[PageForm], block: BlockIn, place: int, language: str, problems: list[Problem]) -> Mapping[str, UUID]:
    """What was sent for a block, taken in: a picture, or a film and its poster."""
    found: dict[str, UUID] = {}
    for name, field in (("file", "file_id"), ("poster", "poster_id")):
        for sent in form.files.get(f"blocks.{place}.{name}", [])[:1]:
            data, told = sent.file.read(), sent.filename or ""
            try:
                if block.kind == "video" and name == "file":
                    found[field] = add_film(visit.session, visit.actor, data, told).id
                else:
                    alts = {language: block.alt} if block.alt.strip() else {}
                    found[field] = add_picture(visit.session, visit.actor, data, told, alts).id
            except Invalid as refused:
                problems += [Problem(f"blocks.{place}.{name}", p.reason, p.code) for p in refused.problems]
    return found
