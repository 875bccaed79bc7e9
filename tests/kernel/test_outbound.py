"""The one way out reaches no address of our own network, however it is spelled, and is never held up (T42)."""

import http.server
import socket
import threading
import time
from functools import partial
from typing import ClassVar

import pytest

from kernel import outbound
from kernel.outbound import AddressRefused, NoAnswer, check_address, is_public, send

# Every one of these is 127.0.0.1, an address of a private network, a cloud's metadata service, or no address at all.
# {port} is where the canary listens.
SPELLINGS = [
    # plain
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://LOCALHOST:{port}/", "http://localhost.:{port}/", "http://127.0.0.1.:{port}/",
    "http://0.0.0.0:{port}/", "http://127.0.0.2:{port}/", "http://127.255.255.254:{port}/", "http://[::1]:{port}/", "http://[::]:{port}/",
    # numbers in other bases and with parts left out
    "http://127.1:{port}/", "http://127.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0x7f.0.0.1:{port}/",
    "http://017700000001:{port}/", "http://0177.0.0.1:{port}/", "http://0177.0.0.01:{port}/", "http://0x7f.1:{port}/", "http://0:{port}/",
    "http://00000177.0.0.1:{port}/", "http://0X7F.0X0.0X0.0X1:{port}/",
    # IPv4 wrapped in IPv6: mapped, compatible, NAT64, 6to4, Teredo, ISATAP
    "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/", "http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/",
    "http://[::127.0.0.1]:{port}/", "http://[64:ff9b::127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/", "http://[2002:7f00:1::]:{port}/", "http://[2001:0:7f00:1::]:{port}/",
    "http://[fe80::5efe:127.0.0.1]:{port}/", "http://[::ffff:0:127.0.0.1]:{port}/", "http://[::FFFF:10.0.0.1]:{port}/",
    # private, shared, link-local, metadata, test, multicast, reserved
    "http://10.0.0.1/", "http://10.255.255.255/", "http://172.16.0.1/", "http://172.31.255.254/", "http://192.168.1.1/", "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://[::ffff:169.254.169.254]/", "http://0xA9FEA9FE/",
    "http://192.0.0.192/", "http://198.18.0.1/", "http://192.0.2.1/", "http://203.0.113.1/", "http://224.0.0.1/", "http://240.0.0.1/",
    "http://255.255.255.255/", "http://192.88.99.1/", "http://[fc00::1]/", "http://[fe80::1]/", "http://[fe80::1%25lo]/", "http://[fec0::1]/",
    "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[3fff::1]/", "http://[100::1]/", "http://[5f00::1]/",
    # user names, odd separators, other letters
    "http://example.com@127.0.0.1:{port}/", "http://127.0.0.1:{port}@127.0.0.1:{port}/", "http://user:pass@8.8.8.8/",
    "http://127.0.0.1:{port}\\@example.com/", "http://example.com\\@127.0.0.1:{port}/", "http://１２７.０.０.１:{port}/", "http://①②⑦.⓪.⓪.①:{port}/",
    "http://127。0。0。1:{port}/", "http://ｌｏｃａｌｈｏｓｔ:{port}/", "http:// 127.0.0.1:{port}/", "http://127.0.0.1\t:{port}/",
    "http://127.0.0.1\r\nHost: x:{port}/", "http://127.0.0.1:{port}#@example.com/", "http://127.0.0.1:{port}?@example.com/",
    # other schemes and ports, and nonsense
    "file:///etc/passwd", "gopher://127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/", "dict://127.0.0.1:{port}/", "unix:///var/run/docker.sock",
    "//127.0.0.1:{port}/", "127.0.0.1:{port}", "http://", "http:///", "", "javascript:alert(1)", "http://8.8.8.8:25/", "http://8.8.8.8:22/",
    "https://8.8.8.8:6379/", "http://8.8.8.8:0/", "http://8.8.8.8:99999/", "http://[::1/", "http://" + "a" * 2001,
]  # fmt: skip


class Canary(http.server.BaseHTTPRequestHandler):
    """A server inside our own network. What it is asked for is written down."""

    asked: ClassVar[list[str]] = []

    def do_GET(self):
        Canary.asked.append(f"{self.command} {self.path}")
        getattr(self, "say_" + self.path.strip("/"), self.say_hello)()

    do_POST = do_GET  # noqa: N815 - the name the server asks for

    def reply(self, body, status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def say_hello(self):
        length = int(self.headers.get("content-length", 0))
        self.reply(b"hello " + self.rfile.read(length), X_Host=self.headers["host"], X_Coding=self.headers["accept-encoding"])

    def say_redirect(self):
        self.reply(b"", 302, Location="/hello")

    def say_large(self):
        self.reply(b"x" * (outbound.MOST_BYTES + 1))

    def say_full(self):
        self.reply(b"x" * outbound.MOST_BYTES)

    def say_packed(self):
        self.reply(b"\x1f\x8b" + bytes(100), Content_Encoding="gzip")

    def say_drip(self):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b".")
                time.sleep(0.1)
        except OSError:
            return

    def say_headers(self):
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                self.wfile.write(b"x-drip: 1\r\n")
                time.sleep(0.1)
        except OSError:
            return

    def say_silence(self):
        time.sleep(3)

    def log_message(self, *_args): ...


@pytest.fixture(scope="module")
def port():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def canary(port, monkeypatch):
    """The canary listens at a port that may be called, so that only its address can be what is refused."""
    monkeypatch.setattr(outbound, "USUAL_PORTS", {80, 443, 8080, 8443, port})
    Canary.asked = []
    return port


@pytest.fixture
def let_in(canary):
    outbound.configure({f"127.0.0.1:{canary}"})
    yield f"http://127.0.0.1:{canary}"
    outbound.configure(())


def test_there_are_at_least_seventy_spellings():
    assert len(set(SPELLINGS)) >= 70


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_reaches_our_own_network(canary, spelling):
    for attempt in (partial(send, "GET"), check_address):
        with pytest.raises((AddressRefused, NoAnswer)):
            attempt(spelling.replace("{port}", str(canary)))
    assert Canary.asked == []


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:82a::200e", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address):
    assert is_public(address)


def test_nonsense_is_not_public():
    assert not is_public("localhost")
    assert not is_public("")


def resolving(monkeypatch, answers):
    """A name server of our own: each look-up takes the next answer (the last one stays)."""
    asked = []

    def look_up(host, port):
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    monkeypatch.setattr(outbound, "_look_up", look_up)
    return asked


def test_a_name_with_one_private_address_among_public_ones_is_refused(canary, monkeypatch):
    resolving(monkeypatch, [["8.8.8.8", "127.0.0.1"]])
    with pytest.raises(AddressRefused):
        send("GET", f"http://both.example:{canary}/")
    assert Canary.asked == []


def test_a_name_that_changes_its_address_after_the_check_gains_nothing(canary, monkeypatch):
    asked = resolving(monkeypatch, [["203.0.113.7"], ["127.0.0.1"]])
    monkeypatch.setattr(outbound, "is_public", lambda address: address == "203.0.113.7")
    monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 0.5)
    connected = []

    def connect(address, *_args, **_options):
        connected.append(address[0])
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NoAnswer):
        send("GET", f"http://rebind.example:{canary}/")
    assert connected == ["203.0.113.7"]
    assert asked == ["rebind.example"]
    assert Canary.asked == []


def test_the_name_is_kept_in_the_request_while_the_address_is_pinned(canary, monkeypatch):
    resolving(monkeypatch, [["127.0.0.1"]])
    outbound.configure({f"shop.example:{canary}"})
    reply = send("POST", f"http://shop.example:{canary}/hello", {"X-One": "1"}, b"there")
    outbound.configure(())
    assert (reply.status, reply.body, reply.ok) == (200, b"hello there", True)
    assert reply.headers["x-host"] == f"shop.example:{canary}"
    assert reply.headers["x-coding"] == "identity"


def test_an_exception_holds_for_its_port_and_spelling_only(let_in, canary):
    assert send("GET", f"{let_in}/hello").ok
    for other in (f"http://localhost:{canary}/", "http://127.0.0.1:8080/", f"http://127.1:{canary}/"):
        with pytest.raises((AddressRefused, NoAnswer)):
            send("GET", other)
    assert Canary.asked == ["GET /hello"]


def test_redirects_are_not_followed(let_in):
    reply = send("GET", f"{let_in}/redirect")
    assert (reply.status, reply.ok) == (302, False)
    assert Canary.asked == ["GET /redirect"]


def test_a_megabyte_is_taken_and_no_byte_more(let_in):
    assert len(send("GET", f"{let_in}/full").body) == outbound.MOST_BYTES
    with pytest.raises(NoAnswer, match="larger"):
        send("GET", f"{let_in}/large")


def test_a_packed_answer_is_not_unpacked(let_in):
    with pytest.raises(NoAnswer, match="compressed"):
        send("GET", f"{let_in}/packed")


@pytest.mark.parametrize("how", ["drip", "headers", "silence"])
def test_a_slow_server_is_cut_off_at_the_deadline_however_it_drips(let_in, monkeypatch, how):
    monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 1.0)
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        send("GET", f"{let_in}/{how}")
    assert time.monotonic() - began < 2.0


def test_the_deadline_is_ten_seconds():
    assert outbound.TIMEOUT_SECONDS == 10.0
    assert outbound.MOST_BYTES == 1_000_000


def test_proxies_from_the_environment_are_not_used(let_in, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert send("GET", f"{let_in}/hello").ok


def test_a_server_that_hangs_up_is_no_answer(let_in, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        outbound.configure({f"127.0.0.1:{port}"})

        def hang_up():
            listener.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        with pytest.raises(NoAnswer):
            send("GET", f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("name", ["localhost", "shop.localhost.", "printer.local", "db.internal", "intranet"])
def test_a_form_refuses_names_of_ones_own_network_and_asks_no_name_server(monkeypatch, name):
    asked = resolving(monkeypatch, [["8.8.8.8"]])
    with pytest.raises(AddressRefused):
        check_address(f"http://{name}/")
    check_address("https://hooks.example/")
    assert asked == []
