"""A line to a server of the operator's own leads there and nowhere else, and is never held up."""

import http.server
import threading
import time
from collections.abc import Iterator
from typing import ClassVar

import pytest

from kernel.lines import Line
from kernel.outbound import NoAnswer


class Server(http.server.BaseHTTPRequestHandler):
    """Answers by path; writes down what it was asked and by which connection."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[tuple[str, int, dict[str, str]]]] = []

    def do_GET(self):
        Server.asked.append((self.path, self.client_address[1], dict(self.headers)))
        getattr(self, "say_" + self.path.strip("/").split("/")[-1], self.say_hello)()

    do_POST = do_GET  # noqa: N815 - the name the server asks for

    def reply(self, body=b"hello", status=200, **headers):
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def say_hello(self):
        self.reply()

    def say_away(self):
        self.reply(b"", 302, location="http://127.0.0.1:1/")

    def say_much(self):
        self.reply(b"x" * 5000)

    def say_slow(self):
        time.sleep(0.6)
        self.reply()

    def say_drip(self):
        self.send_response(200)
        self.send_header("content-length", "100")
        self.end_headers()
        for _ in range(100):
            try:
                self.wfile.write(b"x")
            except OSError:
                return
            time.sleep(0.05)

    def say_closing(self):
        self.reply(b"bye")
        self.close_connection = True

    def log_message(self, *_args):
        """Quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    Server.asked.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def ask(line: Line, path: str, seconds: float = 2.0, **more):
    return line.send("GET", path, {}, b"", seconds, **more)


def test_connections_are_kept_and_the_address_may_have_a_path(url: str) -> None:
    line = Line(url + "/inside/")
    assert [ask(line, "/hello").body for _ in range(3)] == [b"hello"] * 3
    assert {path for path, _, _ in Server.asked} == {"/inside/hello"}
    assert len({port for _, port, _ in Server.asked}) == 1


def test_a_connection_that_the_other_side_has_closed_is_replaced(url: str) -> None:
    line = Line(url)
    assert [ask(line, path).body for path in ("/closing", "/hello", "/closing", "/hello")] == [b"bye", b"hello"] * 2


def test_redirects_are_not_followed(url: str) -> None:
    assert ask(Line(url), "/away").status == 302
    assert len(Server.asked) == 1


@pytest.mark.parametrize(("path", "most"), [("/slow", 100), ("/drip", 1000), ("/much", 100)])
def test_what_is_slow_or_too_large_is_no_answer(url: str, path: str, most: int) -> None:
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        ask(Line(url), path, 0.3, most_bytes=most)
    assert time.monotonic() - began < 1.5


def test_where_nobody_listens_there_is_no_answer() -> None:
    with pytest.raises(NoAnswer):
        ask(Line("http://127.0.0.1:9"), "/")


@pytest.mark.parametrize(
    "address", ["", "ftp://127.0.0.1", "127.0.0.1:7700", "http://", "http://user:word@127.0.0.1", "http://127.0.0.1:door"]
)
def test_what_is_no_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(ValueError, match=r"address|[Pp]ort"):
        Line(address)


def test_proxies_of_the_environment_are_not_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert ask(Line(url), "/hello").body == b"hello"
