"""The theme's style sheet: a small file that belongs to a tenant."""

from kernel.errors import NotThere
from kernel.web.answers import Answer
from kernel.web.static import FOREVER
from kernel.web.visit import Visit


def style(visit: Visit) -> Answer:
    """The live theme as CSS; its address carries the digest, so it may be kept for good."""
    look = visit.tenant.look
    if visit.param("digest") != look.digest:
        raise NotThere
    return Answer(look.css.encode(), content_type="text/css; charset=utf-8").header("cache-control", FOREVER)
