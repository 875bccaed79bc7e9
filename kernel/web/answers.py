"""What a handler gives back. Plain data until the transaction has committed; only then is it sent."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Answer:
    """Status, headers and body.

    A status of 400 and above rolls the transaction back, unless `keep` is set (a refused sign-in still counts
    its try). `cookies` are (name, value or None to delete, seconds to live or None for the session).
    `passing`: not worth a place in the page cache, even where the route is shared.
    `stream` takes the place of the body for long files; it is read after the transaction has ended.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[tuple[str, str | None, int | None]] = field(default_factory=list)
    keep: bool = False
    passing: bool = False
    stream: Iterator[bytes] | None = None

    def cookie(self, name: str, value: str, max_age_seconds: int | None = None) -> "Answer":
        """Sets a cookie of this host: HttpOnly, SameSite=Lax, Secure where the site runs on https."""
        self.cookies.append((name, value, max_age_seconds))
        return self

    def forget(self, name: str) -> "Answer":
        """Deletes a cookie."""
        self.cookies.append((name, None, 0))
        return self

    def header(self, name: str, value: str) -> "Answer":
        """Adds a header (lower-case name)."""
        self.headers[name] = value
        return self


def attachment(body: bytes, filename: str, content_type: str) -> Answer:
    """A file to be saved. The name is reduced to safe letters; the true one goes along in RFC 8187 form."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in filename)[:120] or "file"
    return Answer(body, content_type=content_type).header("content-disposition", f'attachment; filename="{safe}"')
