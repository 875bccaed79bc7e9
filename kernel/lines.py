"""Kept connections to one server of the operator's own, whose address stands in the settings (a search engine).

`kernel/outbound.py` calls addresses that others have given us and opens a connection for each; here the address is the
operator's, so it may be an internal one, but it is fixed once and for all: whatever is asked, the request goes to that
scheme, host and port. No redirects, no proxies from the environment, no compressed answers, a limit of time and of size.
"""

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpcore2
import httpx2

from kernel.outbound import NoAnswer, Reply

MOST_CONNECTIONS = 16
KEPT_SECONDS = 30.0
MOST_BYTES = 20_000_000
BROKEN = (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, OSError)


class Line:
    """Requests to one server. Thread-safe; nothing is contacted before the first request. ValueError for what is no address."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ValueError("takes an address such as http://127.0.0.1:7700, without a user name")
        _port = parts.port  # ValueError where it is none
        self._base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        context = httpx2.create_ssl_context(trust_env=False) if parts.scheme == "https" else None
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context, max_connections=MOST_CONNECTIONS, keepalive_expiry=KEPT_SECONDS, retries=0
        )

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes, seconds: float, most_bytes: int = MOST_BYTES) -> Reply:
        """One request, answered within about `seconds`. Every request must bear being sent twice: a kept connection that
        the other side has just closed is replaced by a new one. Raises NoAnswer for everything that goes wrong."""
        deadline = time.monotonic() + seconds
        try:
            try:
                return self._once(method, path, headers, body, deadline, most_bytes)
            except (httpcore2.RemoteProtocolError, httpcore2.ReadError, httpcore2.WriteError):
                if time.monotonic() >= deadline:
                    raise
                return self._once(method, path, headers, body, deadline, most_bytes)
        except BROKEN as error:
            raise NoAnswer("The server did not answer properly.", retry_after_seconds=5) from error

    def close(self) -> None:
        """Lets go of all connections."""
        self._pool.close()

    def _once(self, method: str, path: str, headers: Mapping[str, str], body: bytes, deadline: float, most_bytes: int) -> Reply:
        left = max(0.01, deadline - time.monotonic())
        told = {"user-agent": "Galleria/1", **headers, "accept-encoding": "identity", "content-length": str(len(body))}
        limits = dict.fromkeys(("connect", "read", "write", "pool"), left)
        parts, size = [], 0
        with self._pool.stream(method, self._base + path, headers=_raw(told), content=body, extensions={"timeout": limits}) as response:
            for part in response.iter_stream():
                size += len(part)
                if size > most_bytes or time.monotonic() >= deadline:
                    raise NoAnswer("The answer was too large or took too long.", retry_after_seconds=5)
                parts.append(part)
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            return Reply(response.status, found, b"".join(parts))


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]
