"""Where a page may stand, and what a link may lead to. Pure.

A page's address is /<place>/<path>. A path is one to three words of small letters, digits and hyphens. Its first word is
never one of the shop's own (RESERVED), so that no page can stand before the cart, and no page of ours, made later, before a
tenant's: routes are tried before pages, and a test compares the list with the routes.
"""

import re

from catalog.attribute_values import BadValue
from kernel.i18n import gettext as _

MOST_WORDS = 3
LONGEST_WORD = 80
WORD = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{0,{LONGEST_WORD - 2}}}[a-z0-9])?")
RESERVED = frozenset(
    {
        "account", "all", "api", "ask", "auction", "auctions", "bought", "cart", "category", "checkout", "company", "compare",
        "configure", "confirm", "desk", "download", "feed", "feeds", "files", "find", "help", "invitation", "invoices", "join",
        "lists", "locator", "login", "logout", "me", "notices", "notify", "oauth", "order", "orders", "partners", "portal",
        "preview", "product", "quick-order", "quotes", "recent", "register", "requests", "reset", "returns", "search", "share",
        "shared", "sign-in", "sign-out", "sitemap", "static", "stores", "suggest", "theme", "waiting", "wishlist",
    }
)  # fmt: skip
BLOG = "blog"
CATEGORY = "c"
# a place of our own, the address of another site, a mail, a phone number
LINK = re.compile(
    r"(?:https://[\w.-]+(?::\d+)?(?:/[^\s\\\"'<>]*)?|mailto:[^\s@\"'<>]+@[^\s@\"'<>]+|tel:\+?[\d -]+|#[\w-]*|/(?![/\\])[^\s\\\"'<>]*)"
)
OWN_LINK = re.compile(r"[a-z0-9][a-z0-9-]*(?:/[a-z0-9][a-z0-9-]*)*(?:\?[^\s\\\"'<>]*)?(?:#[\w-]*)?")


def check_path(kind: str, raw: str) -> str:
    """The path of a page, as it is kept: "" for the home page, "blog/…" for a post, "c/…" for a category. Raises BadValue."""
    path = raw.strip().strip("/").lower()
    if kind == "home":
        return ""
    words = path.split("/")
    if kind == "category":
        return f"{CATEGORY}/{path.removeprefix(f'{CATEGORY}/')}" if path.removeprefix(f"{CATEGORY}/") else _refuse()
    if kind == "post" and words[0] != BLOG:
        words = [BLOG, *words]
    if not all(WORD.fullmatch(word) for word in words) or len(words) > MOST_WORDS:
        _refuse()
    if kind == "post" and len(words) < 2:
        _refuse()
    if kind == "page" and (words[0] in RESERVED or words[0] == BLOG or len(words[0]) == 1):
        raise BadValue(_("“%(word)s” is an address of the shop itself. Please choose another one.") % {"word": words[0]})
    return "/".join(words)


def _refuse() -> str:
    raise BadValue(_("An address has one to three parts of small letters, digits and hyphens, for example “our-story”."))


def check_link(raw: str) -> str:
    """A link as it is kept: a path of this language and market ("our-story"), of the shop ("/de-eu/all"), another site
    (https), a mail address or a phone number. Raises ValueError, which names what is allowed."""
    link = raw.strip()
    if not link or LINK.fullmatch(link) or OWN_LINK.fullmatch(link):
        return link
    raise ValueError(_("A link is a page of this shop (our-story), an address with https, or mailto: or tel:."))


def href(place: str, link: str) -> str:
    """Where a link leads from a place: paths of ours without a leading slash stay in the language and market."""
    return f"/{place}/{link}" if link and not LINK.fullmatch(link) else link
