"""The blocks a page may be made of: a closed set, each a typed model, kept as JSON with the number of its schema.

A draft may be incomplete: only what is there is checked (lengths, links, numbers). `gaps` says what a block still lacks
before visitors may see it. Texts are plain, except `text` and answers, which are Markdown.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from catalog.content.addresses import check_link
from kernel.errors import Invalid, Problem
from kernel.i18n import gettext as _
from kernel.i18n import mark
from kernel.ids import new_id

MOST_BLOCKS = 60
MOST_LISTED = 24
MOST_QUESTIONS = 40
LONGEST_MARKDOWN = 20_000

Line = Annotated[str, Field(max_length=160)]
Lead = Annotated[str, Field(max_length=600)]
Words = Annotated[str, Field(max_length=LONGEST_MARKDOWN)]
Link = Annotated[str, Field(max_length=500)]
Gap = tuple[str, str]

FILL = mark("Please fill this in.")
REASONS = {
    "string_too_long": mark("This is too long."),
    "missing": FILL,
    "literal_error": mark("Please choose one of the list."),
    "uuid_parsing": mark("Please choose one of the list."),
    "int_parsing": mark("Please give a whole number."),
    "greater_than_equal": mark("This must be more."),
    "less_than_equal": mark("This must be less."),
    "too_long": mark("These are too many."),
}


class Block(BaseModel):
    """What all blocks share. `id` is the block's own on its page, and its anchor there."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    id: str = Field(default_factory=lambda: new_id().hex[-12:], pattern=r"^[a-z0-9]{4,32}$")

    def gaps(self) -> Iterator[Gap]:
        """(field, reason) of what is missing before visitors may see it."""
        yield from ()


class Linked(Block):
    """A block that may lead somewhere."""

    link_label: Line = ""
    link: Link = ""

    @field_validator("link")
    @classmethod
    def _known(cls, link: str) -> str:
        return check_link(link)

    def gaps(self) -> Iterator[Gap]:
        """A link has words, and words lead somewhere."""
        if self.link and not self.link_label:
            yield "link_label", mark("Please say where the link leads.")
        if self.link_label and not self.link:
            yield "link", mark("Please say which address this leads to.")


class Hero(Linked):
    """The first thing on a page: headline, a line below, one picture, one way on."""

    kind: Literal["hero"] = "hero"
    title: Line = ""
    text: Lead = ""
    file_id: UUID | None = None
    alt: Line = ""

    def gaps(self) -> Iterator[Gap]:
        """A hero without a headline is none."""
        if not self.title:
            yield "title", FILL
        yield from super().gaps()


class Text(Block):
    """Running text with a heading."""

    kind: Literal["text"] = "text"
    title: Line = ""
    text: Words = ""

    def gaps(self) -> Iterator[Gap]:
        """Words."""
        if not self.text:
            yield "text", FILL


class Picture(Block):
    """One picture with a caption. `alt` stands for it where it is not seen; empty: the words the file has in this language."""

    kind: Literal["picture"] = "picture"
    file_id: UUID | None = None
    alt: Line = ""
    caption: Lead = ""
    wide: bool = False

    def gaps(self) -> Iterator[Gap]:
        """A picture."""
        if self.file_id is None:
            yield "file_id", mark("Please choose a picture.")


class Chosen(Linked):
    """Products named by hand, in their order: article numbers, which the shop shows as far as it sells them."""

    kind: Literal["chosen"] = "chosen"
    title: Line = ""
    skus: list[Annotated[str, Field(max_length=80)]] = Field(default_factory=list, max_length=MOST_LISTED)

    @field_validator("skus", mode="before")
    @classmethod
    def _lines(cls, told: Any) -> Any:
        """From a text with one article number a line, or a list."""
        lines = told.splitlines() if isinstance(told, str) else told
        return list(dict.fromkeys(str(line).strip() for line in lines if str(line).strip()))

    def gaps(self) -> Iterator[Gap]:
        """At least one product."""
        if not self.skus:
            yield "skus", mark("Please name at least one article number.")
        yield from super().gaps()


class Rule(Linked):
    """Products by a rule: of a category (its address name), with words, in an order, so many."""

    kind: Literal["rule"] = "rule"
    title: Line = ""
    category: Annotated[str, Field(max_length=120)] = ""
    words: Annotated[str, Field(max_length=200)] = ""
    sort: Literal["rank", "newest", "price", "-price"] = "rank"
    count: Annotated[int, Field(ge=1, le=MOST_LISTED)] = 8


class Question(BaseModel):
    """A question and its answer (Markdown)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    question: Annotated[str, Field(max_length=300)] = ""
    answer: Words = ""


class Faq(Block):
    """Questions and answers, told to search engines as well."""

    kind: Literal["faq"] = "faq"
    title: Line = ""
    items: list[Question] = Field(default_factory=list, max_length=MOST_QUESTIONS)

    def gaps(self) -> Iterator[Gap]:
        """At least one question, each with an answer."""
        if not self.items:
            yield "items", mark("Please add at least one question.")
        for place, item in enumerate(self.items):
            if not item.question:
                yield f"items.{place}.question", FILL
            if not item.answer:
                yield f"items.{place}.answer", FILL


class Video(Block):
    """A film of our own with a poster; `text` says what is said in it, for those who do not hear or see it."""

    kind: Literal["video"] = "video"
    title: Line = ""
    file_id: UUID | None = None
    poster_id: UUID | None = None
    text: Words = ""

    def gaps(self) -> Iterator[Gap]:
        """A film, its name, its words."""
        if self.file_id is None:
            yield "file_id", mark("Please choose a film.")
        if not self.title:
            yield "title", FILL
        if not self.text:
            yield "text", mark("Please write down what is said and seen in the film.")


class Form(Block):
    """A form by which visitors write to the shop; their message goes to the shop's mail address and onto the desk."""

    kind: Literal["form"] = "form"
    title: Line = ""
    text: Lead = ""
    subject: Line = ""

    def gaps(self) -> Iterator[Gap]:
        """A heading."""
        if not self.title:
            yield "title", FILL


class Banner(Linked):
    """A line that stands out, from a moment until another."""

    kind: Literal["banner"] = "banner"
    text: Lead = ""
    tone: Literal["accent", "deep", "quiet"] = "accent"
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def gaps(self) -> Iterator[Gap]:
        """Words; the end after the beginning."""
        if not self.text:
            yield "text", FILL
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            yield "ends_at", mark("The end lies before the beginning.")
        yield from super().gaps()


class Ways(Block):
    """The shop's main categories with pictures."""

    kind: Literal["ways"] = "ways"
    title: Line = ""


AnyBlock = Annotated[Hero | Text | Picture | Chosen | Rule | Faq | Video | Form | Banner | Ways, Field(discriminator="kind")]
KINDS: dict[str, Any] = {model.model_fields["kind"].default: model for model in get_args(get_args(AnyBlock)[0])}
_adapter: TypeAdapter[Any] = TypeAdapter(AnyBlock)


class PageContent(BaseModel):
    """What a page holds in one language. `picture_id` is shown where the page is shared; `author`, `dated` and `teaser` are a
    post's; `hidden`: search engines are asked to leave it out."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    schema_number: Literal[1] = 1
    title: Line = ""
    description: Annotated[str, Field(max_length=320)] = ""
    picture_id: UUID | None = None
    hidden: bool = False
    author: Line = ""
    dated: date | None = None
    teaser: Lead = ""
    blocks: list[AnyBlock] = Field(default_factory=list, max_length=MOST_BLOCKS)

    def as_json(self) -> dict[str, Any]:
        """What is kept."""
        return self.model_dump(mode="json")

    def gaps(self) -> list[Problem]:
        """Everything that is missing before visitors may see the page, by the name of its field."""
        found = [] if self.title else [Problem("title", _(FILL), "missing")]
        if not self.blocks:
            found.append(Problem("blocks", _("A page needs at least one block."), "missing"))
        for place, block in enumerate(self.blocks):
            found += [Problem(f"blocks.{place}.{where}", _(reason), "missing") for where, reason in block.gaps()]
        return found

    def file_ids(self) -> list[UUID]:
        """Every file the page shows."""
        found = [self.picture_id]
        for block in self.blocks:
            found += [getattr(block, name, None) for name in ("file_id", "poster_id")]
        return list(dict.fromkeys(one for one in found if one is not None))

    def moments(self) -> list[datetime]:
        """When time alone changes the page: the edges of its banners' windows."""
        return [m for b in self.blocks if isinstance(b, Banner) for m in (b.starts_at, b.ends_at) if m is not None]


def read_content(raw: Mapping[str, Any]) -> PageContent:
    """A page from what was sent. Raises Invalid with a problem at each field, blocks as `blocks.2.title`."""
    problems: list[Problem] = []
    told = list(raw.get("blocks", ()))
    blocks = []
    for place, one in enumerate(told):
        try:
            blocks.append(_adapter.validate_python(one))
        except ValidationError as error:
            problems += problems_at(error, f"blocks.{place}", skip=1)
    try:
        content = PageContent.model_validate({**raw, "blocks": blocks})
    except ValidationError as error:
        problems += problems_at(error)
    ids = [block.id for block in blocks]
    if len(set(ids)) != len(ids):
        problems.append(Problem("blocks", _("Two blocks have the same id."), "taken"))
    if problems:
        raise Invalid(problems)
    return content


def kept_content(kept: Mapping[str, Any]) -> PageContent:
    """A page from what was kept."""
    return PageContent.model_validate(kept)


def problems_at(error: ValidationError, above: str = "", skip: int = 0) -> list[Problem]:
    """Pydantic's errors as problems; `skip` so many parts of the place (the union's tag)."""
    found = []
    for item in error.errors(include_url=False, include_context=True):
        places: Sequence[Any] = item["loc"][skip:] if len(item["loc"]) > skip else item["loc"]
        where = ".".join(part for part in (above, *(str(p) for p in places)) if part)
        own = item.get("ctx", {}).get("error")
        reason = str(own) if own is not None else REASONS.get(item["type"], mark("This does not look right."))
        found.append(Problem(where or "form", _(reason), str(item["type"])))
    return found
