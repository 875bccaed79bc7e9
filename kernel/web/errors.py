"""Errors as answers: a branded page with a way on for people, a problem document (RFC 9457, 2023) for programs."""

from typing import Any

import orjson
from sqlalchemy.exc import DBAPIError

from kernel.db.session import RETRY_STATES, sqlstate
from kernel.errors import GalleriaError, Invalid, TooMany, Unavailable
from kernel.i18n import gettext as _
from kernel.i18n import mark
from kernel.web.answers import Answer
from kernel.web.visit import Visit

TITLES = {
    400: mark("This request does not make sense"),
    401: mark("Please sign in"),
    403: mark("This is not for you"),
    404: mark("There is nothing here"),
    405: mark("This cannot be done here"),
    409: mark("Something has changed in the meantime"),
    413: mark("This is too large"),
    421: mark("No shop lives at this address"),
    422: mark("Please check the marked fields"),
    429: mark("Too many tries"),
    500: mark("Something went wrong on our side"),
    503: mark("We will be back in a moment"),
}


class Fault(GalleriaError):
    """An error that nobody foresaw; details go to the log, never to the visitor."""


def known(error: Exception) -> GalleriaError:
    """The error itself where it belongs to our tree, Unavailable for a transaction that kept losing, a Fault for everything else."""
    if isinstance(error, DBAPIError) and sqlstate(error) in RETRY_STATES:
        return Unavailable("The shop is very busy. Please try again in a moment.", retry_after_seconds=2)
    return error if isinstance(error, GalleriaError) else Fault(_("It has been written down for us. Please try again."))


def retry_after(error: GalleriaError) -> int | None:
    """Seconds to wait, where the error says so."""
    return error.retry_after_seconds if isinstance(error, (TooMany, Unavailable)) else None


def problem_document(error: GalleriaError, request_id: str, status: int | None = None) -> Answer:
    """application/problem+json with `code`, `request_id` and, for bad input, `errors` of field, reason and code, and
    `data` where the refusal knows a way out."""
    status = status or error.status
    body: dict[str, Any] = {
        "type": f"urn:galleria:problem:{error.code}",
        "title": _(TITLES.get(status, TITLES[500])),
        "status": status,
        "detail": _(error.message) if error.message else "",
        "code": error.code,
        "request_id": request_id,
    }
    if isinstance(error, Invalid):
        body["errors"] = [{"field": p.where, "reason": _(p.reason), "code": p.code} for p in error.problems]
        body |= {"data": error.data} if error.data else {}
    return _with_wait(Answer(orjson.dumps(body), status=status, content_type="application/problem+json"), error)


def error_page(error: GalleriaError, visit: Visit, status: int | None = None) -> Answer:
    """A page of the tenant's own look. Needs no database, so it works while that is down."""
    status = status or error.status
    title = _(TITLES.get(status, TITLES[500]))
    detail = _(error.message) if error.message else ""
    problems = error.problems if isinstance(error, Invalid) else []
    answer = visit.render(
        "error.html", status=status, status_code=status, title=title, detail=detail, problems=problems, request_id=visit.request_id
    )
    return _with_wait(answer, error)


def _with_wait(answer: Answer, error: GalleriaError) -> Answer:
    wait = retry_after(error)
    return answer.header("retry-after", str(wait)) if wait is not None else answer
