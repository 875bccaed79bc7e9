"""The whole web application over the test database, and people who use it: browsers per host, programs with tokens.

    site.settle()                      # a second later: every process has heard of the changes
    ada = site.browser(brand)
    ada.sign_in("ada@example.com")     # through the real sign-in page
    ada.post("/desk/categories", {"code": "bikes", "names.en": "Bikes"})
    erp = site.program(brand, "order.view")
    erp.get("/orders")

Requests go through the real ASGI application by starlette's test client; no redirect is followed by itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from anyio.from_thread import start_blocking_portal
from httpx2 import Response
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from app.asgi import create_app
from app.outside import connect_outside
from kernel import files, mail, settings, stamps, tenancy
from kernel.db.session import transaction
from kernel.ids import new_token
from kernel.settings import Settings
from kernel.web.asgi import Galleria
from tenants import resolution
from tenants.clients import create_client
from tests.factories.tenants import PASSWORD, staff

# what a page makes anew for every request
FRESH = (
    (re.compile(r'nonce(?:=|-|&#34;: &#34;|": ?")["\']?[\w-]{16,}'), "nonce"),
    (re.compile(r'name="csrf" value="[\w-]+"'), "csrf"),
    (re.compile(r'content="[\w-]{30,}"'), "content"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"), "an id"),
)


class Host(Protocol):
    """A tenant as far as its address goes."""

    @property
    def id(self) -> UUID: ...
    @property
    def slug(self) -> str: ...


@dataclass
class Site:
    """The application and the thread it runs in."""

    app: Galleria
    portal: Any

    def browser(self, shop: Host, host: str = "") -> "Browser":
        """A fresh browser at the shop, signed in as nobody."""
        client = TestClient(self.app, base_url=f"http://{host or shop.slug + '.localhost'}", follow_redirects=False)
        client.portal = self.portal
        return Browser(shop, client)

    def program(self, shop: Host, *scopes: str, at: Host | None = None) -> "Program":
        """A machine client of the shop with these scopes and a token got at the token address; `at`: used at another shop."""
        with tenancy.entering(shop.id), transaction() as session:
            made = create_client(session, staff(shop.id), f"Program {new_token()[:6]}", scopes)
        asking = {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": made.client_secret}
        answer = self.browser(shop).client.post("/oauth/token", data=asking)
        assert answer.status_code == 200, answer.text
        return Program(self.browser(at or shop).client, answer.json()["access_token"])

    def settle(self) -> None:
        """As if more than a second had passed: what has changed is known to this process."""
        resolution.forget()
        self.app._hosts.clear()
        with transaction(read_only=True) as session:
            self.app.cache.stamps.update(stamps.read_all(session))


@dataclass
class Browser:
    """Somebody with a cookie jar. `csrf` is the token that the forms of the session carry."""

    shop: Host
    client: TestClient
    csrf: str = ""

    @property
    def origin(self) -> str:
        return str(self.client.base_url).rstrip("/")

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers=_named(headers))

    def post(self, path: str, data: Mapping[str, Any] | None = None, files: Sequence[Any] | None = None, **headers: str) -> Response:
        """A form of our own page: with its Origin and, where a session is open, its token."""
        fields = {**({"csrf": self.csrf} if self.csrf else {}), **(data or {})}
        return self.client.post(path, data=fields, files=files, headers={"origin": self.origin, **_named(headers)})

    def sign_in(self, email: str, password: str = PASSWORD, place: str = "en-eu") -> "Browser":
        answer = self.post(f"/{place}/sign-in", {"email": email, "password": password})
        assert answer.status_code == 303, answer.text
        found = re.search(r'name="csrf" value="([\w-]+)"', self.get(f"/{place}/account").text)
        assert found is not None
        self.csrf = found[1]
        return self

    def cookies_to(self, other: "Browser") -> "Browser":
        """The other browser sends this one's cookies, as if they had been stolen."""
        for cookie in self.client.cookies.jar:
            other.client.cookies.set(cookie.name, cookie.value or "")
        other.csrf = self.csrf
        return other


@dataclass
class Program:
    """A machine client with an access token."""

    client: TestClient
    token: str

    def get(self, path: str) -> Response:
        return self.send("GET", path)

    def post(self, path: str, body: Any = None, key: str = "") -> Response:
        return self.send("POST", path, body, key)

    def send(self, method: str, path: str, body: Any = None, key: str = "") -> Response:
        path = path if path.startswith("/api/") else f"/api/v1{path}"
        headers = {"idempotency-key": key or new_token(), **({"authorization": f"Bearer {self.token}"} if self.token else {})}
        return self.client.request(method, path, json=body, headers=headers)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@contextmanager
def running_site(engine: Engine, folder: Path) -> Iterator[Site]:
    """The application with files and mails in a folder. The caller has set the process's engine."""
    chosen = Settings(secret_key="a key for tests and nothing else", data_dir=folder, port=80)
    with ExitStack() as open_things:
        settings.use(chosen)
        connect_outside(chosen)
        portal = open_things.enter_context(start_blocking_portal())
        yield Site(create_app(chosen), portal)
    files.use_store(None)
    mail.use_transport(None, "")
    settings.use(None)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, without the one that opens each transaction and the look, once a second,
    whether anything has changed."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SELECT set_config", "SELECT kernel.tenant_stamp.stamp")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plain(text: str, *named: str) -> str:
    """A body without what is made anew for every request, and without the ids that were asked for."""
    for pattern, word in FRESH:
        text = pattern.sub(word, text)
    for name in named:
        text = text.replace(name, "asked")
    return text


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def fields_of(html: str, action: str) -> dict[str, str]:
    """The values of the form that is sent to `action`, as a browser would send them unchanged."""
    for form in re.findall(r"<form\b.*?</form>", html, re.S):
        opening = re.search(r'action="([^"]*)"', form)
        if opening and unescape(opening[1]) == action:
            given = {}
            for tag, attributes in Elements(form).found:
                kind = attributes.get("type", "text")
                if tag == "input" and attributes.get("name") and (kind not in ("radio", "checkbox") or "checked" in attributes):
                    given[attributes["name"]] = attributes.get("value", "")
            return given
    raise AssertionError(f"no form is sent to {action}")
