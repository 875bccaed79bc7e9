"""The one way out: HTTP to addresses that others have given us (webhooks, punch-out, identity providers, pictures).

Whoever can make us call an address can make us call inside our own network (SSRF). Hence, in this order:
- http and https only, usual ports, no user name in the address, host names in their IDNA form;
- the name is resolved here, and every address it stands for must be a public one: not private, loopback, link-local,
  shared, multicast, reserved, nor a wrapping of such a one (IPv4 in IPv6, NAT64, 6to4, Teredo);
- the connection goes to the very address that was checked (no second look-up that could say something else), while
  TLS still checks the certificate against the name;
- no redirects, no proxies from the environment, no compressed answers, at most 1 MB (unless the caller takes more), at
  most 10 seconds in all: a watchdog cuts the connection, however slowly the other side drips.

`configure(allow=…)` names exceptions as `host:port`, for development and tests and for services of the operator's own.
"""

import ipaddress
import os
import socket
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

from kernel.errors import Refused, Unavailable
from kernel.i18n import mark

TIMEOUT_SECONDS = 10.0
MOST_BYTES = 1_000_000
USUAL_PORTS = {80, 443, 8080, 8443}
LONGEST_URL = 2000
# what a public IPv6 address looks like, and what in there is none: protocol assignments with Teredo and ORCHID,
# documentation, 6to4 (IANA special-purpose registry, 2025)
PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
NOT_PUBLIC_V6 = [ipaddress.IPv6Network(n) for n in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
# beyond what the standard library calls not global: protocol assignments, 6to4 relays
NOT_PUBLIC_V4 = [ipaddress.IPv4Network(n) for n in ("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "240.0.0.0/4")]

# names that never stand for a public server (RFC 6761, RFC 6762, ICANN 2024)
OWN_NAMES = (".localhost", ".local", ".internal", ".home.arpa")
NOT_PUBLIC = mark("This address does not lead to a public server.")

_allowed: frozenset[str] = frozenset()
_resolving = ThreadPoolExecutor(4, thread_name_prefix="resolve")


class AddressRefused(Refused):
    """We do not call this address; the message says which rule it broke, never what it resolved to."""

    code = "address_refused"
    status = 422


class NoAnswer(Unavailable):
    """The other side did not answer properly in time."""

    code = "no_answer"


@dataclass(frozen=True)
class Reply:
    """What came back: status (redirects included), header names in lower case, the body as it was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Target:
    """An address that has passed: its parts and the network addresses that were checked."""

    url: httpx2.URL
    addresses: tuple[str, ...]
    port: int


def configure(allow: Iterable[str]) -> None:
    """Exceptions from the rules as `host:port`, exactly as they stand in the address."""
    global _allowed
    _allowed = frozenset(a.lower() for a in allow)


def check_address(url: str) -> None:
    """For forms: raises AddressRefused for an address that `send` would refuse whatever its name stands for. No name
    server is asked, so it may stand in a transaction; what the name leads to is looked at when something is sent."""
    _url, host, port, is_allowed = _parsed(url)
    if is_allowed:
        return
    name = host.strip("[]").rstrip(".")
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        if "." not in name or name.endswith(OWN_NAMES):
            raise AddressRefused(NOT_PUBLIC) from None
    else:
        if not all(is_public(str(entry[4][0])) for entry in found):
            raise AddressRefused(NOT_PUBLIC)


def send(method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"", most_bytes: int = MOST_BYTES) -> Reply:
    """One request, of whose answer at most `most_bytes` are taken. Raises AddressRefused where the address breaks a rule,
    NoAnswer for everything that goes wrong after."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    target = _checked(url, deadline)
    fields = {"user-agent": "Galleria/1", **(headers or {}), "accept-encoding": "identity"}
    backend = _Pinned(target, deadline)
    try:
        with (
            httpx2.Client(transport=_Transport(backend), trust_env=False, timeout=_left(deadline), follow_redirects=False) as client,
            client.stream(method, target.url, headers=fields, content=body) as response,
        ):
            return Reply(response.status_code, _lowered(response), _read(response, deadline, most_bytes))
    except (httpx2.HTTPError, httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
        raise NoAnswer("The other side did not answer properly.", retry_after_seconds=60) from error
    finally:
        backend.end()


def is_public(address: str) -> bool:
    """May we talk to this network address? Unwraps IPv4 in IPv6."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        return ip in PUBLIC_V6 and not any(ip in network for network in NOT_PUBLIC_V6)
    return ip.is_global and not any(ip in network for network in NOT_PUBLIC_V4)


def _checked(url: str, deadline: float) -> Target:
    parsed, host, port, is_allowed = _parsed(url)
    found = _resolve(host, port, deadline)
    if not is_allowed and not all(is_public(a) for a in found):
        raise AddressRefused(NOT_PUBLIC)
    return Target(parsed, found, port)


def _parsed(url: str) -> tuple[httpx2.URL, str, int, bool]:
    """The address, its host and port, and whether it is an exception from the rules; AddressRefused by its form alone."""
    if len(url) > LONGEST_URL or not url.isprintable() or any(c in url for c in " \\"):
        raise AddressRefused("This is not an address we can call.")
    try:
        parsed = httpx2.URL(url)
        host, scheme = parsed.raw_host.decode("ascii").lower(), parsed.scheme
        port = {"http": 80, "https": 443}.get(scheme, 0) if parsed.port is None else parsed.port
    except (httpx2.InvalidURL, ValueError, UnicodeError) as error:
        raise AddressRefused("This is not an address we can call.") from error
    if scheme not in {"http", "https"} or not host:
        raise AddressRefused("Only addresses that begin with http:// or https:// can be called.")
    if parsed.userinfo:
        raise AddressRefused("An address must not contain a user name or password.")
    is_allowed = f"{host}:{port}" in _allowed
    if port not in USUAL_PORTS and not is_allowed:
        raise AddressRefused("Only the ports 80, 443, 8080 and 8443 can be called.")
    return parsed, host, port, is_allowed


def _resolve(host: str, port: int, deadline: float) -> tuple[str, ...]:
    """Every network address of the name. Spellings of numbers (octal, one large number) are read as the system does."""
    try:
        found = _resolving.submit(_look_up, host.strip("[]"), port).result(timeout=_left(deadline))
    except (OSError, UnicodeError, TooSlow) as error:
        raise NoAnswer("This name leads nowhere.", retry_after_seconds=60) from error
    if not found:
        raise NoAnswer("This name leads nowhere.", retry_after_seconds=60)
    return tuple(dict.fromkeys(found))


def _look_up(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _left(deadline: float) -> float:
    return max(0.01, deadline - time.monotonic())


def _lowered(response: httpx2.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _read(response: httpx2.Response, deadline: float, most_bytes: int) -> bytes:
    if response.headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
        raise NoAnswer("The answer was compressed, though we asked for it plain.")
    parts, size = [], 0
    for part in response.iter_raw():
        size += len(part)
        if size > most_bytes:
            raise NoAnswer("The answer is larger than we take.")
        parts.append(part)
    # a line that the watchdog has cut looks like an answer that has ended
    if time.monotonic() >= deadline:
        raise NoAnswer("The answer took too long.")
    return b"".join(parts)


class _Pinned(httpcore2.NetworkBackend):
    """Connects to the addresses that were checked, whatever name is asked for, and cuts the line at the deadline."""

    def __init__(self, target: Target, deadline: float) -> None:
        self._target = target
        self._deadline = deadline
        self._sockets = httpcore2.SyncBackend()
        self._watchdog: threading.Timer | None = None
        self._line: socket.socket | None = None

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None, socket_options: Any = None
    ) -> httpcore2.NetworkStream:
        """A connection to the first checked address that takes one."""
        error: Exception = httpcore2.ConnectError("no address")
        for address in self._target.addresses:
            try:
                stream = self._sockets.connect_tcp(address, self._target.port, _left(self._deadline), None, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as refused:
                error = refused
                continue
            self._watch(stream.get_extra_info("socket"))
            return stream
        raise error

    def _watch(self, connection: socket.socket) -> None:
        # a second handle on the same line: TLS takes the first one over
        self._line = socket.socket(fileno=os.dup(connection.fileno()))
        self._watchdog = threading.Timer(_left(self._deadline), self._cut)
        self._watchdog.daemon = True
        self._watchdog.start()

    def _cut(self) -> None:
        try:
            if self._line is not None:
                self._line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def end(self) -> None:
        """The request is over: the watchdog may rest."""
        if self._watchdog is not None:
            self._watchdog.cancel()
        if self._line is not None:
            self._line.close()


class _Transport(httpx2.BaseTransport):
    """httpx2's own transport cannot be given a network backend; this one can, and keeps no connection."""

    def __init__(self, backend: httpcore2.NetworkBackend) -> None:
        context = httpx2.create_ssl_context(trust_env=False)
        self._pool = httpcore2.ConnectionPool(ssl_context=context, network_backend=backend, max_connections=1, retries=0)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Hands the request to the pool as it is."""
        url = httpcore2.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path)
        stream: Any = request.stream
        passed = httpcore2.Request(request.method, url, headers=request.headers.raw, content=stream, extensions=request.extensions)
        answer = self._pool.handle_request(passed)
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        """Closes the connection."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    """The answer's body as it arrives."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Any:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        """Lets the connection go."""
        self._answer.close()
