"""Did this request come from one of our own pages?

Two checks for every unsafe method that rides on cookies. The browser's word first: Origin must be our own
origin; where a browser leaves it out, Sec-Fetch-Site must say same-origin. Then the session's own token, in the
form or in the X-CSRF-Token header. Pages that are the same for everybody carry no token, so their forms (add to
cart, search) are declared `origin_only`. Machine clients use bearer tokens and no cookies: nothing to forge.
"""

import hmac
from collections.abc import Mapping

from kernel.errors import Forged
from kernel.i18n import mark

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
MESSAGE = mark("This page is out of date. Please load it again and repeat the last step.")


def check_origin(headers: Mapping[str, str], scheme: str, host: str) -> None:
    """Raises Forged unless the browser says that the request began on a page of this very host."""
    origin = headers.get("origin")
    if origin is not None:
        if origin != f"{scheme}://{host}":
            raise Forged(MESSAGE)
        return
    if headers.get("sec-fetch-site") != "same-origin":
        raise Forged(MESSAGE)


def check_token(expected: str, sent: str | None) -> None:
    """Raises Forged unless the session's token was sent along; compared in constant time."""
    if not expected:
        return
    if not sent or not hmac.compare_digest(expected.encode(), sent.encode()):
        raise Forged(MESSAGE)
