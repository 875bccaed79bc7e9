"""What a handler is given: one object per request with the session, the actor, the tenant and the place.

def show(visit: Visit) -> Answer:
    order = order_for(visit.session, visit.actor, visit.param("number"))
    return visit.render("storefront/order.html", order=order)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from kernel.actors import Actor
from kernel.errors import NotThere
from kernel.ids import parse_id
from kernel.web.answers import Answer
from kernel.web.doors import Place, SignedIn
from kernel.web.forms import Form
from kernel.web.media import Media
from kernel.web.templating import Templates
from kernel.web.urls import UrlTable

M = TypeVar("M", bound=BaseModel)
MOST_DIGITS = 8


@dataclass
class Visit:
    """One request on its way through.

    `preview` is what pages say of the preview they are shown in, none in the shop itself.
    `form` is the typed form of a page or the body of an API call, `filter` the typed query of an API call; both are
    set only where the route declares them.
    """

    session: Session
    tenant: Any
    place: Place
    signed_in: SignedIn
    params: Mapping[str, str]
    query: QueryParams
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    method: str
    path: str
    address: str
    base_url: str
    host: str
    media: Media
    request_id: str
    urls: UrlTable
    templates: Templates
    nonce: str = ""
    raw: bytes = b""
    form: Any = None
    filter: Any = None
    is_shared: bool = False
    preview: Any = None
    layout_of: "Callable[[Visit], dict[str, Any]] | None" = None

    @cached_property
    def layout(self) -> dict[str, Any]:
        """What surrounds the page; asked for by pages only, since it costs a query."""
        return self.layout_of(self) if self.layout_of is not None else {}

    @property
    def actor(self) -> Actor:
        """Whoever acts."""
        return self.signed_in.actor

    @property
    def locale(self) -> str:
        """The language of the page (BCP 47)."""
        return self.place.language

    @property
    def csrf(self) -> str:
        """The token that the session's forms carry; empty on pages that are the same for everybody."""
        return "" if self.is_shared else self.signed_in.csrf

    @property
    def is_fragment(self) -> bool:
        """Did htmx (or our own script) ask for a part of the page?"""
        return self.headers.get("hx-request") == "true"

    def param(self, name: str) -> str:
        """A parameter of the path."""
        return self.params[name]

    def id(self, name: str = "id") -> UUID:
        """A parameter of the path as an id; NotThere where it is none."""
        found = parse_id(self.params[name])
        if found is None:
            raise NotThere
        return found

    def number(self, name: str, otherwise: int) -> int:
        """A parameter of the query as a whole number of at most eight digits; `otherwise` for everything else."""
        text = self.query.get(name, "")
        return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else otherwise

    def url(self, name: str, **params: object) -> str:
        """The path of a named route; the shop's place is filled in where the route has one."""
        if "locale" not in params and self.urls.takes(name, "locale"):
            params["locale"] = self.place.tag
        return self.urls.url(name, **params)

    def absolute(self, name: str, **params: object) -> str:
        """Like `url`, with scheme and host, for mails and feeds."""
        return self.base_url + self.url(name, **params)

    def file_url(self, owner: UUID, key: str) -> str:
        """The address of a tenant's file on this shop's media host."""
        return self.media.url(self.host, self.tenant.tenant_id, owner, key)

    def fill(self, model: type[M], value: BaseModel | Mapping[str, Any] | None = None) -> Form[M]:
        """A form to show for the first time."""
        return Form.filled(model, value)

    def render(self, template: str, *, block: str = "", status: int = 200, keep: bool = False, **context: Any) -> Answer:
        """A page, or one block of it. Rendered here, inside the transaction."""
        around = self.layout if self.templates.has_layout(template) else {}
        text = self.templates.render(template, block, {"visit": self, **around, **context})
        return Answer(text.encode(), status=status, keep=keep)

    def redirect(self, url: str) -> Answer:
        """Go on there with GET (303). Only paths of this host: anything else leads to the start page."""
        return Answer(status=303).header("location", url if local(url) else "/")

    def json(self, value: BaseModel | Mapping[str, Any] | list[Any], status: int = 200) -> Answer:
        """A JSON body."""
        plain = value.model_dump(mode="json", by_alias=True) if isinstance(value, BaseModel) else value
        return Answer(orjson.dumps(plain, default=str), status=status, content_type="application/json")


def local(url: str) -> bool:
    """Is this a path of our own host, and nothing a browser could read as another one?"""
    return url.startswith("/") and not url.startswith(("//", "/\\")) and not any(c in url for c in "\\\r\n\t\x00")
