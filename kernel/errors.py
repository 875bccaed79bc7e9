"""Everything that may go wrong on purpose, as one tree.

    GalleriaError                   500  a fault of ours
    ├── Refused                     409  a rule of the business says no
    │   ├── Invalid                 422  the input does not hold; carries one Problem per field
    │   ├── NotThere                404  does not exist, or is not yours: the same answer on purpose
    │   ├── NotAllowed              403  you may see it, you may not do it
    │   ├── SignInNeeded            401  nobody is signed in
    │   ├── Conflict                409  somebody was faster, or the state has moved on
    │   ├── Forged                  403  the request did not come from our own pages
    │   ├── TooMany                 429  rate limit; carries the seconds to wait
    │   ├── TooLarge                413  more than we take in one piece
    │   └── WrongHost               421  no tenant lives at this address
    └── Unavailable                 503  a part that we need is down; carries the seconds to wait

Business code raises these and nothing else; `kernel.web` turns them into pages and into
problem documents (RFC 9457). A message names the thing and the way out, in words a person
can act on; it is passed through gettext where it is shown.
"""

from dataclasses import dataclass
from typing import ClassVar

from kernel.i18n import mark


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the input: `where` is a field name or a path such as `lines.3.quantity`."""

    where: str
    reason: str
    code: str = "invalid"


class GalleriaError(Exception):
    """Root of the tree. `code` is stable and machine-readable, `status` is the HTTP status it maps to."""

    code: ClassVar[str] = "fault"
    status: ClassVar[int] = 500

    def __init__(self, message: str = "", **data: object) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class Refused(GalleriaError):
    """A rule of the business says no."""

    code = "refused"
    status = 409


class Invalid(Refused):
    """The input does not hold; every problem names its field."""

    code = "invalid"
    status = 422

    def __init__(self, problems: list[Problem] | None = None, message: str = mark("Please check the marked fields.")) -> None:
        super().__init__(message)
        self.problems = problems or []

    @classmethod
    def at(cls, where: str, reason: str, code: str = "invalid") -> "Invalid":
        """The usual case: one field, one reason."""
        return cls([Problem(where, reason, code)])


class NotThere(Refused):
    """Does not exist or is not yours; the two are never told apart."""

    code = "not_there"
    status = 404

    def __init__(self, message: str = mark("There is nothing here.")) -> None:
        super().__init__(message)


class NotAllowed(Refused):
    """You may see the thing, you may not do this to it."""

    code = "not_allowed"
    status = 403


class SignInNeeded(Refused):
    """Nobody is signed in and this needs somebody."""

    code = "sign_in_needed"
    status = 401


class Conflict(Refused):
    """Somebody was faster, or the thing is no longer in the state this needs."""

    code = "conflict"


class Forged(Refused):
    """The request did not come from one of our own pages."""

    code = "forged"
    status = 403


class TooMany(Refused):
    """Rate limit; `retry_after_seconds` says when to come back."""

    code = "too_many"
    status = 429

    def __init__(self, retry_after_seconds: int, message: str = mark("Too many tries. Please wait a moment.")) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class TooLarge(Refused):
    """More than we take in one piece."""

    code = "too_large"
    status = 413


class WrongHost(Refused):
    """No tenant lives at this address."""

    code = "wrong_host"
    status = 421


class Unavailable(GalleriaError):
    """A part that we need is down for the moment."""

    code = "unavailable"
    status = 503

    def __init__(self, message: str = "", retry_after_seconds: int = 5) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
