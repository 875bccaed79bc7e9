"""People who do one thing after the other: fill a cart, order, sign in. Several at once, each over a connection of their own.

What is measured is one errand, from its first request to its last answer. Nobody starts another one when time is up,
and everybody finishes, so that the CPU spent belongs to the errands counted.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.figures import Load
from bench.filling import PASSWORD

PLACE = "/en-eu"
FIELD = re.compile(r'name="(key|total|shipping)" value="([^"]*)"')
IN_A_CART = 20
ADDRESS = {
    "phone": "", "delivery.country_code": "DE", "delivery.name": "Mira Castell",
    "delivery.street_address": "Hafenweg 3", "delivery.city": "Berlin", "delivery.postal_code": "10115",
}  # fmt: skip


class Failed(Exception):
    """An answer that should not have come."""


@dataclass
class Answer:
    """Status, place to go on to, and the body as text."""

    status: int
    location: str
    text: str


@dataclass
class Browser:
    """One connection and a jar of cookies."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str
    jar: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str) -> Answer:
        """A page; anything but 200 is a failure."""
        return await self._send(f"GET {path} HTTP/1.1\r\n", "", 200)

    async def post(self, path: str, form: Mapping[str, str], wanted: int = 303, fragment: bool = False) -> Answer:
        """A form of the shop's own page."""
        script = "HX-Request: true\r\n" if fragment else ""
        head = f"POST {path} HTTP/1.1\r\nOrigin: http://{self.host}\r\nContent-Type: application/x-www-form-urlencoded\r\n{script}"
        return await self._send(head, urlencode(form), wanted)

    async def _send(self, head: str, body: str, wanted: int) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        lines = f"{head}Host: {self.host}\r\nCookie: {cookies}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        self.writer.write(lines.encode())
        told = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status, length, location = int(told[0].split()[1]), 0, ""
        for line in told[1:]:
            name, _colon, value = line.partition(": ")
            if name == "content-length":
                length = int(value)
            elif name == "location":
                location = value
            elif name == "set-cookie":
                cookie, _equals, rest = value.partition("=")
                self.jar[cookie] = rest.split(";")[0]
        text = (await self.reader.readexactly(length)).decode()
        if status != wanted:
            raise Failed(f"{lines.splitlines()[0]}: {status}, not {wanted}")
        return Answer(status, location, text)


@dataclass
class Errands:
    """What there is to do in one shop; `products` are ids. Each method is one errand."""

    products: list[str]
    customers: int
    turn: int = 0

    def _next(self) -> int:
        self.turn += 1
        return self.turn

    async def add_to_cart(self, browser: Browser) -> None:
        """One more product; a fresh visitor after twenty."""
        turn = self._next()
        if turn % IN_A_CART == 0:
            browser.jar.clear()
        await self._add(browser, turn)

    async def order(self, browser: Browser) -> None:
        """A guest's whole order, every page looked at: cart, where to, review, place, thanks. Seven requests, each time
        with another mail address, since a guest may order so often and no more."""
        browser.jar.clear()
        turn = self._next()
        await self._add(browser, turn)
        await browser.get(f"{PLACE}/cart")
        await browser.get(f"{PLACE}/checkout/where")
        await browser.post(f"{PLACE}/checkout/where", {**ADDRESS, "email": f"guest{turn}@example.com"})
        seen = await browser.get(f"{PLACE}/checkout/review")
        form = {"payment": "on_account", **dict(FIELD.findall(seen.text))}
        placed = await browser.post(f"{PLACE}/checkout/review", form)
        await browser.get(placed.location)

    async def sign_in(self, browser: Browser) -> None:
        """Mail address and password."""
        browser.jar.clear()
        email = f"c{self._next() % self.customers}@example.com"
        await browser.post(f"{PLACE}/sign-in", {"email": email, "password": PASSWORD})

    async def look_at_oneself(self, browser: Browser) -> None:
        """The personal part of a page, with a cart."""
        if not browser.jar:
            await self._add(browser, self._next())
        await browser.get(f"{PLACE}/me")

    async def _add(self, browser: Browser, turn: int) -> None:
        chosen = {"product_id": self.products[turn % len(self.products)], "quantity": "1"}
        await browser.post(f"{PLACE}/cart", chosen, 200, fragment=True)


Errand = Callable[[Browser], Awaitable[None]]


def send_out(port: int, host: str, errand: Errand, people: int, seconds: float) -> tuple[int, Load]:
    """So many people run the errand again and again; how many were done, and what the load was like."""
    return asyncio.run(_send_out(port, host, errand, people, seconds))


async def _send_out(port: int, host: str, errand: Errand, people: int, seconds: float) -> tuple[int, Load]:
    times: list[float] = []
    failures: list[str] = []
    began = time.perf_counter()

    async def run() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        browser = Browser(reader, writer, host)
        while time.perf_counter() - began < seconds:
            start = time.perf_counter()
            try:
                await errand(browser)
            except Failed as failed:
                failures.append(str(failed))
            times.append(time.perf_counter() - start)
        writer.close()

    await asyncio.gather(*(run() for _ in range(people)))
    took = time.perf_counter() - began
    times.sort()
    p50, p95, p99 = (round(times[min(len(times) - 1, int(len(times) * share))] * 1000, 1) for share in (0.5, 0.95, 0.99))
    done = len(times) - len(failures)
    return done, Load(people, round(done / took, 1), p50, p95, p99, len(failures))
