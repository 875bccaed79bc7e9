"""One request, from the matched route to the sent answer.

Steps, in this order: origin of unsafe requests · body into a typed form · a thread · tenant and language entered ·
one transaction (READ ONLY for GET) · who is it · may they · handler and rendering · commit (rollback from status
400 on) · only then send. A deadlock or a serialisation failure runs the whole step again, up to three times.
"""

import logging
import secrets
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, get_origin
from uuid import UUID

import anyio
import orjson
from anyio import CapacityLimiter
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from kernel import i18n, idempotency, logs, metrics, tenancy
from kernel.actors import Actor, acting
from kernel.db.session import retrying, transaction
from kernel.errors import Forged, GalleriaError, Invalid, NotAllowed, NotThere, Problem, SignInNeeded, TooLarge
from kernel.web import errors, forgery, headers
from kernel.web.answers import Answer
from kernel.web.doors import Doors, Place, SignedIn
from kernel.web.forms import Form, problems_of
from kernel.web.media import Media
from kernel.web.pagecache import PageCache, is_canonical
from kernel.web.routes import Entry, answered
from kernel.web.templating import Templates
from kernel.web.urls import UrlTable
from kernel.web.visit import Visit

log = logging.getLogger(__name__)
SESSION_COOKIE = "galleria_session"
VISITOR_COOKIE = "galleria_visitor"
LANGUAGE_COOKIE = "galleria_language"
MOST_FIELDS = 2000
PREVIEW_MARK = "~"
# the one route whose answer is for one person and asked for by every page's script
PERSONAL = "me"
# a tenant that has no market yet still has error pages
NOWHERE = Place("en", "en", "", "EUR")


@dataclass(frozen=True)
class Surroundings:
    """What every request needs and what is made once per process.

    `sign_in` is the name of the route that guests are led to; `shared_scripts` the integrity values of the files
    that may run on shared pages; `media_prefix` turns a shop's host into its media host.
    """

    doors: Doors
    templates: Templates
    urls: UrlTable
    media: Media
    scheme: str = "http"
    sign_in: str = ""
    shared_scripts: tuple[str, ...] = ()
    media_prefix: str = "media."
    cache: PageCache = field(default_factory=PageCache)
    threads: int = 10


class Runner:
    """Runs the entries of the route table."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.around = surroundings
        self._limiter: CapacityLimiter | None = None

    async def run(self, entry: Entry, request: Request) -> Response:
        """Answers one request; every error becomes a page or a problem document."""
        began = time.perf_counter()
        sent = Sent.of(request)
        try:
            await self._read_body(entry, request, sent)
            answer = await self._in_thread(entry, sent)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception as error:
            answer = self._refused(entry, sent, error)
        if sent.touch is not None:
            await anyio.to_thread.run_sync(self.around.doors.touch, sent.tenant, sent.touch)
        metrics.observe_request(entry.name, request.method, answer.status, time.perf_counter() - began)
        return self._response(entry, sent, answer)

    async def _in_thread(self, entry: Entry, sent: "Sent") -> Answer:
        if self._limiter is None:
            self._limiter = CapacityLimiter(self.around.threads)
        return await anyio.to_thread.run_sync(lambda: retrying(lambda: self._work(entry, sent)), limiter=self._limiter)

    async def _read_body(self, entry: Entry, request: Request, sent: "Sent") -> None:
        if request.method in forgery.SAFE_METHODS:
            return
        if entry.kind == "page":
            forgery.check_origin(request.headers, self.around.scheme, sent.host)
        length = request.headers.get("content-length", "")
        if (length.isdecimal() and int(length) > entry.max_bytes) or (not length and request.headers.get("transfer-encoding")):
            raise TooLarge("This is more than we take in one piece.")
        if entry.kind == "api":
            sent.raw = await request.body()
        else:
            kind = request.headers.get("content-type", "")
            if kind and not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
                raise Forged(forgery.MESSAGE)
            try:
                sent.form = await request.form(max_files=50, max_fields=MOST_FIELDS, max_part_size=entry.max_bytes)
            except (MultiPartException, HTTPException) as error:
                raise TooLarge("This form has more parts than we take, or they do not hold together.") from error

    def _work(self, entry: Entry, sent: "Sent") -> Answer:
        place = self._place(sent)
        with ExitStack() as inside:
            inside.enter_context(tenancy.entering(sent.tenant.tenant_id))
            inside.enter_context(i18n.using(place.language, sent.tenant.time_zone))
            inside.enter_context(logs.binding(request_id=sent.request_id, path=sent.path))
            if sent.params.get("locale", place.tag) != place.tag:
                raise NotThere
            if place.preview and not entry.shared:
                return self._not_in_preview(entry, sent)
            session = inside.enter_context(transaction(read_only=entry.read_only))
            preview = inside.enter_context(self.around.doors.preview(session, place)) if place.preview else None
            visit = self._visit(entry, sent, session, place)
            visit.preview = preview
            inside.enter_context(acting(visit.actor))
            assert entry.access is not None
            entry.access.check(visit.actor, visit.signed_in.is_staff)
            answer = self._once(entry, sent, visit) if entry.creates else self._handled(entry, sent, visit)
            if answer.status >= 400 and not answer.keep:
                session.rollback()
        return answer

    def _not_in_preview(self, entry: Entry, sent: "Sent") -> Answer:
        """A preview is for looking: nobody signs in there, and nothing can be ordered. Scripts that ask for personal parts
        get none."""
        if entry.read_only and sent.method == "GET" and entry.name == PERSONAL:
            return Answer(status=204)
        raise NotAllowed("This is a preview. Nothing can be ordered here, and nobody can sign in.")

    def _handled(self, entry: Entry, sent: "Sent", visit: Visit) -> Answer:
        if entry.kind == "api":
            visit.filter = parsed(entry.query, named(entry.query, sent.query)) if entry.query else None
            visit.form = parsed(entry.body, _json(sent.raw)) if entry.body else None
        else:
            visit.layout_of = self.around.doors.layout
            if entry.form and not entry.read_only:
                visit.form = Form.read(entry.form, sent.form or FormData())
        return answered(entry.handler(visit), visit, entry)

    def _once(self, entry: Entry, sent: "Sent", visit: Visit) -> Answer:
        """Idempotency-Key: the same key with the same body gives the first answer again, and one effect."""
        key = sent.headers.get("idempotency-key", "")
        if not key:
            raise Invalid.at("Idempotency-Key", "Please send an Idempotency-Key header with every call that creates something.", "missing")
        earlier = idempotency.begin(visit.session, visit.actor, f"{entry.methods[0]} {sent.path}", key, sent.raw)
        if earlier is not None:
            return Answer(earlier.body, status=earlier.status, content_type="application/json").header("idempotent-replayed", "true")
        answer = self._handled(entry, sent, visit)
        if answer.status < 400:
            idempotency.finish(visit.session, visit.actor, f"{entry.methods[0]} {sent.path}", key, answer.status, answer.body)
        return answer

    def _visit(self, entry: Entry, sent: "Sent", session: Session, place: Place) -> Visit:
        if entry.kind == "api":
            signed_in = self._machine(session, sent)
        elif entry.shared:
            signed_in = SignedIn(Actor.guest(sent.tenant.tenant_id))
        else:
            signed_in = self.around.doors.person(session, sent.tenant, sent.cookies.get(SESSION_COOKIE), sent.cookies.get(VISITOR_COOKIE))
            sent.touch = signed_in if signed_in.touch_due else None
            if not entry.read_only and not entry.origin_only and signed_in.csrf:
                forgery.check_token(signed_in.csrf, sent.headers.get("x-csrf-token") or _text(sent.form, "csrf"))
        return self.bare_visit(sent, session, place, signed_in, shared=entry.shared)

    def _machine(self, session: Session, sent: "Sent") -> SignedIn:
        scheme, _space, token = sent.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return SignedIn(Actor.guest(sent.tenant.tenant_id))
        actor = self.around.doors.machine(session, sent.tenant, token.strip())
        if actor is None:
            raise SignInNeeded("This access token is unknown or has expired. Get a new one at /oauth/token.")
        return SignedIn(actor)

    def bare_visit(self, sent: "Sent", session: Session, place: Place, signed_in: SignedIn, shared: bool = False) -> Visit:
        """A visit with everything but form and layout; error pages are shown with one that has no database."""
        return Visit(
            session=session,
            tenant=sent.tenant,
            place=place,
            signed_in=signed_in,
            params=sent.params,
            query=sent.query,
            headers=sent.headers,
            cookies=sent.cookies,
            method=sent.method,
            path=sent.path,
            address=sent.address,
            request_id=sent.request_id,
            base_url=f"{self.around.scheme}://{sent.host}",
            host=sent.host,
            media=self.around.media,
            urls=self.around.urls,
            templates=self.around.templates,
            nonce="" if shared else sent.nonce,
            raw=sent.raw,
            is_shared=shared,
        )

    def _place(self, sent: "Sent") -> Place:
        """The place in the path; else the language cookie, the browser's languages, the tenant's default."""
        places = self.around.doors.places(sent.tenant)
        first = sent.params.get("locale") or sent.path.split("/", 2)[1]
        tag, _mark, token = first.partition(PREVIEW_MARK)
        for place in places:
            if place.tag == tag:
                sent.is_preview = bool(token)
                return replace(place, tag=first, preview=token) if token else place
        wanted = [sent.cookies.get(LANGUAGE_COOKIE, ""), *sent.headers.get("accept-language", "").split(",")]
        for text in wanted:
            language = text.split(";")[0].strip().lower()
            for place in places:
                if language and (place.language.lower() == language or place.language.lower().split("-")[0] == language.split("-")[0]):
                    return place
        return places[0] if places else NOWHERE

    def _refused(self, entry: Entry | None, sent: "Sent", error: Exception) -> Answer:
        known = errors.known(error)
        with logs.binding(request_id=sent.request_id, path=sent.path):
            if isinstance(known, errors.Fault):
                log.error("request failed", exc_info=error)
            elif known.status in (403, 503):
                log.warning("request refused", extra={"code": known.code, "reason": str(error.__cause__ or error)})
        if (entry is not None and entry.kind == "api") or sent.path.startswith("/api/"):
            return errors.problem_document(known, sent.request_id)
        if isinstance(known, SignInNeeded) and self.around.sign_in and sent.method == "GET":
            return Answer(status=303).header("location", self._sign_in_url(sent))
        return self.error_answer(sent, known)

    def _sign_in_url(self, sent: "Sent") -> str:
        target = sent.path + (f"?{sent.query}" if sent.query else "")
        params: dict[str, Any] = {"next": target}
        if self.around.urls.takes(self.around.sign_in, "locale"):
            params["locale"] = self._place(sent).tag
        return self.around.urls.url(self.around.sign_in, **params)

    def error_answer(self, sent: "Sent", error: GalleriaError, status: int | None = None) -> Answer:
        """A branded error page, made without the database."""
        place = self._place(sent)
        place = replace(place, tag=place.tag.partition(PREVIEW_MARK)[0], preview="")
        guest = SignedIn(Actor.guest(sent.tenant.tenant_id))
        with i18n.using(place.language):
            return errors.error_page(error, self.bare_visit(sent, Session(), place, guest), status)

    def _response(self, entry: Entry | None, sent: "Sent", answer: Answer) -> Response:
        out = {**headers.BASE, "x-request-id": sent.request_id, **answer.headers, **(headers.PREVIEW if sent.is_preview else {})}
        shared = entry is not None and entry.shared and answer.status == 200
        media_host = f"{self.around.scheme}://{self.around.media_prefix}{sent.host}"
        if answer.content_type.startswith("text/html"):
            policy = headers.hash_policy(self.around.shared_scripts, media_host) if shared else headers.nonce_policy(sent.nonce, media_host)
            out.setdefault("content-security-policy", headers.framed(policy) if out["x-frame-options"] == headers.SAME_ORIGIN else policy)
        else:
            out.setdefault("content-security-policy", headers.MEDIA_POLICY)
        if shared and entry is not None and not sent.is_preview:
            return self._shared(entry, sent, answer, out)
        out.setdefault("cache-control", "no-store")
        out["content-type"] = answer.content_type
        kind = (
            StreamingResponse(answer.stream, answer.status, out) if answer.stream is not None else Response(answer.body, answer.status, out)
        )
        for name, value, age in answer.cookies:
            kind.set_cookie(name, value or "", max_age=age, httponly=True, samesite="lax", secure=self.around.scheme == "https", path="/")
        return kind

    def _shared(self, entry: Entry, sent: "Sent", answer: Answer, out: dict[str, str]) -> Response:
        """Keeps the page for the next visitor. Its request id is left out: the page belongs to nobody's request."""
        out.pop("x-request-id")
        out["content-type"] = answer.content_type
        if not answer.passing and is_canonical(sent.raw_query, entry.keys):
            key = (sent.tenant.tenant_id, sent.host.encode(), sent.raw_path, sent.raw_query)
            self.around.cache.keep(key, sent.stamp, answer, headers.encoded(out.items()))
        return Response(answer.body, 200, {**out, "cache-control": "no-cache"})


@dataclass
class Sent:
    """The request as it came in, read once, so that the working thread touches no socket."""

    tenant: Any
    host: str
    method: str
    path: str
    raw_path: bytes
    raw_query: bytes
    params: dict[str, str]
    query: Any
    headers: Any
    cookies: dict[str, str]
    address: str
    request_id: str
    stamp: int
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    form: FormData | None = None
    raw: bytes = b""
    touch: SignedIn | None = None
    is_preview: bool = False

    @classmethod
    def of(cls, request: Request) -> "Sent":
        """From a Starlette request whose scope carries what the outermost door found (kernel/web/asgi.py)."""
        scope = request.scope
        door = scope["galleria"]
        return cls(
            tenant=door.tenant, host=door.host, method=request.method, path=scope["path"], raw_path=door.raw_path,
            raw_query=scope["query_string"], params=dict(request.path_params), query=request.query_params,
            headers=request.headers, cookies=request.cookies, address=request.client.host if request.client else "",
            request_id=door.request_id, stamp=door.stamp,
        )  # fmt: skip


@dataclass(frozen=True)
class Door:
    """What the outermost door knows of a request."""

    tenant: Any
    host: str
    raw_path: bytes
    request_id: str
    stamp: int

    @property
    def tenant_id(self) -> UUID:
        """The tenant's id."""
        return UUID(str(self.tenant.tenant_id))


def named(model: type[BaseModel], query: Any) -> dict[str, Any]:
    """Query parameters by name: every value where the model has a list, else the last one."""
    lists = {name for name, field in model.model_fields.items() if get_origin(field.annotation) is list}
    return {name: query.getlist(name) if name in lists else value for name, value in query.items()}


def parsed(model: type[BaseModel], data: Any) -> BaseModel:
    """JSON or query parameters as a typed object; Invalid with one problem per field."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise Invalid(problems_of(error)) from error


def _json(raw: bytes) -> Any:
    try:
        if b"\\u0000" in raw:
            raise Invalid([Problem("body", "Texts may not contain the character NUL.", "nul")])
        return orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError as error:
        raise Invalid([Problem("body", "This is not JSON.", "json")]) from error


def _text(form: FormData | None, name: str) -> str | None:
    value = form.get(name) if form else None
    return value if isinstance(value, str) else None
