"""The blog: its posts with their teasers, the newest first, and the same as an Atom feed (RFC 4287)."""

from xml.sax.saxutils import escape, quoteattr

from catalog.content.showing import LivePage, files_of, live_of_kind
from kernel.errors import NotThere
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.pictures import image
from storefront.structured import Told, breadcrumbs, image_url

PER_PAGE = 12
MOST_FED = 30
MOST_PAGES = 200


def index(visit: Visit) -> Answer:
    """A page of posts."""
    text = visit.query.get("page", "1")
    number = int(text) if text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= MOST_PAGES else 1
    found = _posts(visit, PER_PAGE + 1, (number - 1) * PER_PAGE)
    if not found:
        raise NotThere
    posts, more = found[:PER_PAGE], len(found) > PER_PAGE
    pictures = files_of(visit.session, [p.content.picture_id for p in posts if p.content.picture_id], visit.place.language)
    shown = [(p, image(visit, pictures[p.content.picture_id].picture) if p.content.picture_id in pictures else None) for p in posts]
    title = _("Stories")
    told = Told(
        canonical=visit.tenant.origin + visit.url("blog.index", page=number if number > 1 else None),
        title=title,
        image=image_url(next((picture for _post, picture in shown if picture), None)),
        data=(breadcrumbs(visit, [(visit.tenant.name, visit.url("home")), (title, "")]),),
    )
    return visit.render("storefront/blog.html", posts=shown, told=told, number=number, more=more)


def feed(visit: Visit) -> Answer:
    """The newest posts for feed readers."""
    posts = _posts(visit, MOST_FED, 0)
    if not posts:
        raise NotThere
    base = f"{visit.tenant.origin}/{visit.place.tag}"
    name, own = escape(visit.tenant.name), quoteattr(f"{base}/blog/feed.xml")
    updated = max(post.published_at for post in posts).isoformat()
    body = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(visit.locale)}>',
        f"<title>{name}</title><id>{base}/blog</id><updated>{updated}</updated><author><name>{name}</name></author>",
        f'<link href={quoteattr(f"{base}/blog")}/><link rel="self" type="application/atom+xml" href={own}/>',
        *(_entry(base, post) for post in posts),
        "</feed>\n",
    ]
    return Answer("\n".join(body).encode(), content_type="application/atom+xml; charset=utf-8")


def _posts(visit: Visit, most: int, start: int) -> list[LivePage]:
    return live_of_kind(visit.session, visit.place.market, visit.place.language, "post", most, start)


def _entry(base: str, post: LivePage) -> str:
    content = post.content
    published = content.dated.isoformat() + "T00:00:00Z" if content.dated else post.valid_from.isoformat()
    author = f"<author><name>{escape(content.author)}</name></author>" if content.author else ""
    return (
        f"<entry><id>urn:uuid:{post.id}</id><title>{escape(content.title)}</title><link href={quoteattr(f'{base}/{post.path}')}/>"
        f"<published>{published}</published><updated>{post.published_at.isoformat()}</updated>{author}"
        f"<summary>{escape(content.teaser or content.description)}</summary></entry>\n"
    )
