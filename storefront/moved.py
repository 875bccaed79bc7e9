"""An address at which there is nothing: has it moved? Then on to the new one, else it is not there."""

from urllib.parse import quote

from catalog.content.redirects import target_of
from kernel.errors import NotThere
from kernel.web.answers import Answer
from kernel.web.visit import Visit

SAFE = "/?&=#%:@!$'()*+,;~-._"


def moved_or_nothing(visit: Visit) -> Answer:
    """301 to where this path has moved. Raises NotThere."""
    target = target_of(visit.session, visit.path) or (
        target_of(visit.session, visit.path.rstrip("/")) if visit.path.endswith("/") else None
    )
    if target is None:
        raise NotThere
    return Answer(status=301).header("location", quote(target, safe=SAFE)).header("cache-control", "public, max-age=3600")
