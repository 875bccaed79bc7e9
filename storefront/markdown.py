"""Product texts: Markdown (CommonMark 0.31 without raw HTML) to clean HTML; what is left passes an allow-list once more."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "h3",
    "h4",
    "blockquote",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "code",
    "hr",
}
_reader = MarkdownIt("commonmark", {"html": False}).enable("table")


@lru_cache(maxsize=2000)
def to_html(text: str) -> Markup:
    """HTML that may stand in a page: no scripts, no styles, links without referrer to other places."""
    return Markup(nh3.clean(_reader.render(text), tags=TAGS, attributes={"a": {"href"}}, link_rel="noopener nofollow"))  # noqa: S704
