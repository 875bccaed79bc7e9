"""A page made of blocks: shown at its address, in a preview, or, where it has moved, at its new address."""

from collections.abc import Sequence
from typing import Any

from catalog.content.appearing import version_of
from catalog.content.blocks import PageContent, kept_content
from catalog.content.pages import page_for
from catalog.content.showing import LivePage, live_in_group, live_page
from kernel.errors import NotThere
from kernel.web.answers import Answer
from kernel.web.headers import SAME_ORIGIN
from kernel.web.visit import Visit
from storefront.markdown import to_html
from storefront.moved import moved_or_nothing
from storefront.page_blocks import Dressed, dress
from storefront.structured import Told, alternates, breadcrumbs, image_url, organisation, questions, shortened


def show(visit: Visit) -> Answer:
    """The page that shows here now."""
    page = live_page(visit.session, visit.place.market, visit.place.language, path_of(visit))
    if page is None or page.kind not in ("page", "post"):
        return moved_or_nothing(visit)
    return page_answer(visit, page)


def lost(visit: Visit) -> Answer:
    """An address that no route knows."""
    return moved_or_nothing(visit)


def path_of(visit: Visit) -> str:
    """What follows the place in the address."""
    return "/".join(visit.params[name] for name in ("one", "two", "three") if name in visit.params)


def page_answer(visit: Visit, page: LivePage) -> Answer:
    """A page with everything around it."""
    dressed = dress(visit, page.content)
    told = told_of(visit, page, dressed)
    return visit.render(
        "storefront/content.html",
        content=page.content,
        dressed=dressed,
        told=told,
        trail=trail_of(visit, page),
        page_id=page.id,
        is_home=page.kind == "home",
    )


def trail_of(visit: Visit, page: LivePage) -> list[tuple[str, str]]:
    """The way from the home page."""
    return [(visit.tenant.name, visit.url("home")), (page.content.title, "")]


def told_of(visit: Visit, page: LivePage, dressed: Dressed) -> Told:
    """What the head of a page says."""
    content = page.content
    texts = [b.block.text for b in dressed.blocks if getattr(b.block, "text", "")]
    data: list[dict[str, Any]] = [breadcrumbs(visit, trail_of(visit, page)), *questions(dressed.blocks, to_html)]
    if page.kind == "home":
        data = [organisation(visit), *questions(dressed.blocks, to_html)]
    return Told(
        canonical=visit.tenant.origin + visit.path,
        title=content.title,
        description=shortened(content.description or content.teaser or next(iter(texts), "")),
        kind="article" if page.kind == "post" else "website",
        image=image_url(dressed.picture),
        image_alt=str(dressed.picture["alt"]) if dressed.picture else "",
        alternates=() if page.kind == "home" else alternates(visit, _places(live_in_group(visit.session, page.group_id))),
        hidden=content.hidden,
        data=tuple(data),
    )


def _places(pages: Sequence[LivePage]) -> list[tuple[str, str, str]]:
    return [(p.market_code, p.language, p.path) for p in pages]


def preview(visit: Visit) -> Answer:
    """A page's draft (or `version`) as the shop would show it, for those who write it."""
    page = page_for(visit.session, visit.actor, visit.id())
    if (page.market_code, page.language) != (visit.place.market, visit.place.language):
        raise NotThere
    number = visit.number("version", 0)
    kept = version_of(visit.session, page, number).content if number else page.draft
    return draft_answer(visit, page.kind, page.path, kept_content(kept)).header("x-frame-options", SAME_ORIGIN)


def draft_answer(visit: Visit, kind: str, path: str, content: PageContent) -> Answer:
    """A page that is still being written."""
    dressed = dress(visit, content, everything=True)
    told = Told(canonical=f"{visit.tenant.origin}/{visit.place.tag}/{path}", title=content.title, hidden=True)
    trail = [(visit.tenant.name, visit.url("home")), (content.title, "")]
    return visit.render(
        "storefront/content.html", content=content, dressed=dressed, told=told, trail=trail, page_id="", is_home=kind == "home"
    )
