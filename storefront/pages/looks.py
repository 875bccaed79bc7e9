"""The theme's style sheet and robots.txt: small files that belong to a tenant."""

from kernel.errors import NotThere
from kernel.web.answers import Answer
from kernel.web.static import FOREVER
from kernel.web.visit import Visit

ROBOTS = "User-agent: *\nDisallow: /desk/\nDisallow: /portal/\nDisallow: /*/cart\nDisallow: /*/checkout\nDisallow: /*/account\n"


def style(visit: Visit) -> Answer:
    """The live theme as CSS; its address carries the digest, so it may be kept for good."""
    look = visit.tenant.look
    if visit.param("digest") != look.digest:
        raise NotThere
    return Answer(look.css.encode(), content_type="text/css; charset=utf-8").header("cache-control", FOREVER)


def robots(_visit: Visit) -> Answer:
    """What search engines are asked to leave alone."""
    return Answer(ROBOTS.encode(), content_type="text/plain; charset=utf-8").header("cache-control", "public, max-age=3600")
