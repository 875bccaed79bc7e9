"""What search engines read: robots.txt, the sitemap's index and its parts. Only what is published and open to everybody.

One part for each place and 5,000 products, one for its other pages. They are kept, compressed and marked like all shared pages.
"""

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from catalog.assortment import ShopCategory, shop_categories, view_for
from catalog.browsing import count_sold, sold_addresses
from catalog.content.listing import listing_of
from catalog.content.showing import live_of_kind
from kernel.errors import NotThere
from kernel.web.answers import Answer
from kernel.web.visit import Visit

PER_PART = 5000
MOST_PARTS = 1000
XML = "application/xml; charset=utf-8"
ROOM = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
HIDDEN = (
    "/desk/",
    "/portal/",
    "/*/cart",
    "/*/checkout",
    "/*/account",
    "/*/orders",
    "/*/order/",
    "/*/me",
    "/*/suggest",
    "/*/search",
    "/*/preview/",
)


def robots(visit: Visit) -> Answer:
    """What search engines are asked to leave alone, and where the sitemap is."""
    listing = listing_of(visit.session)
    if not listing.is_listed:
        return _plain("User-agent: *\nDisallow: /\n")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in HIDDEN), *([listing.robots] if listing.robots else [])]
    return _plain("\n".join([*lines, "", f"Sitemap: {visit.tenant.origin}{visit.url('sitemap.index')}", ""]))


def index(visit: Visit) -> Answer:
    """Which parts there are."""
    _must_be_listed(visit)
    found = []
    for market in visit.tenant.markets:
        for language in market.languages:
            place = f"{language.lower()}-{market.code}"
            view = view_for(visit.session, market.code, language)
            parts = range(1, -(-count_sold(visit.session, view) // PER_PART) + 1)
            found.append(_absolute(visit, "sitemap.pages", locale=place))
            found += [_absolute(visit, "sitemap.products", locale=place, part=n if n > 1 else None) for n in parts]
    body = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>\n" for url in found)
    return _xml(f"<sitemapindex {ROOM}>\n{body}</sitemapindex>\n")


def pages(visit: Visit) -> Answer:
    """A place's addresses besides its products."""
    _must_be_listed(visit)
    return _urls(_pages(visit))


def products(visit: Visit) -> Answer:
    """Five thousand of a place's products, from part 1 on."""
    _must_be_listed(visit)
    part = visit.number("part", 1)
    if not 1 <= part <= MOST_PARTS:
        raise NotThere
    view = view_for(visit.session, visit.place.market, visit.place.language)
    rows = sold_addresses(visit.session, view, (part - 1) * PER_PART, PER_PART)
    if not rows:
        raise NotThere
    return _urls((_absolute(visit, "product", slug=slug), changed) for slug, changed in rows)


def _pages(visit: Visit) -> Iterable[tuple[str, datetime | None]]:
    base = f"{visit.tenant.origin}/{visit.place.tag}"
    view = view_for(visit.session, visit.place.market, visit.place.language)
    yield f"{base}/", None
    yield _absolute(visit, "everything"), None
    yield _absolute(visit, "help"), None
    for category in _all(shop_categories(visit.session, view)):
        yield _absolute(visit, "category", slug=category.slug), None
    posts = [p for p in live_of_kind(visit.session, visit.place.market, visit.place.language, "post") if not p.content.hidden]
    if posts:
        yield _absolute(visit, "blog.index"), max(p.published_at for p in posts)
    shown = [*live_of_kind(visit.session, visit.place.market, visit.place.language, "page"), *posts]
    for page in shown:
        if not page.content.hidden:
            yield f"{base}/{page.path}", page.published_at


def _all(categories: Iterable[ShopCategory]) -> Iterable[ShopCategory]:
    for category in categories:
        if category.product_count:
            yield category
            yield from _all(category.children)


def _urls(rows: Iterable[tuple[str, datetime | None]]) -> Answer:
    body = "".join(
        f"<url><loc>{escape(url)}</loc>{f'<lastmod>{changed.date().isoformat()}</lastmod>' if changed else ''}</url>\n"
        for url, changed in rows
    )
    return _xml(f"<urlset {ROOM}>\n{body}</urlset>\n")


def _absolute(visit: Visit, name: str, **params: object) -> str:
    """An address at the host under which the shop wants to be known."""
    return str(visit.tenant.origin) + visit.url(name, **params)


def _must_be_listed(visit: Visit) -> None:
    if not listing_of(visit.session).is_listed:
        raise NotThere


def _plain(text: str) -> Answer:
    return Answer(text.encode(), content_type="text/plain; charset=utf-8")


def _xml(text: str) -> Answer:
    return Answer(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode(), content_type=XML)
