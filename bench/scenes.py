"""What is measured: which shop, which addresses, what it should cost. Goals are CPU ms of application and database."""

from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure, Load
from bench.house import House, Spent
from bench.processes import CONSTANT_PATH
from bench.shoppers import Errand, Errands, send_out
from bench.wrk import press

CONNECTIONS = (1, 8, 32)
WORDS = ("lamp", "light saddle", "waterproof rack", "folding", "House C", "EQ-004711", "sturdi pump", "padded grip", "narrow chain", "bell")
ICECAT_WORDS = ("hp laserjet toner", "notebook", "usb cable 3m", "black", "tonr cartrige", "canon ink", "wireless mouse", "ssd 256gb")
PREFIXES = ("la", "sad", "wate", "fo", "pum", "qui", "bras", "he")


@dataclass(frozen=True)
class Pages:
    """Addresses that are asked for in turn at one shop."""

    name: str
    shop: str
    paths: tuple[str, ...]
    goal: tuple[float, float] | None = None


@dataclass(frozen=True)
class Doing:
    """An errand at one shop."""

    name: str
    shop: str
    errand: Errand
    goal: tuple[float, float] | None = None
    rounds: float = 1.0


@dataclass(frozen=True)
class Known:
    """What the bench has learnt of the shop: addresses of categories and products, ids of products."""

    categories: tuple[str, ...]
    products: tuple[str, ...]
    ids: tuple[str, ...]


def from_cache(known: Known) -> list[Pages]:
    """Pages that everybody gets alike and that have been asked for before."""
    return [
        Pages("constant page of 30 KB, same server", "brand", (CONSTANT_PATH,)),
        Pages("list, from cache", "brand", known.categories[:20], (0.10, 0)),
        Pages("product, from cache", "brand", known.products[:50], (0.10, 0)),
    ]


def built(known: Known, has_icecat: bool) -> list[Pages]:
    """The same pages without the cache."""
    filtered = tuple(
        f"{path}?f=colour:{c}&f=material:{m}" for path in known.categories[:20] for c, m in (("black", "steel"), ("pine", "wood"))
    )
    pages = [
        Pages("home, built", "brand", ("/en-eu/",)),
        Pages("list of 24 with facet counts, built", "brand", known.categories, (6, 5)),
        Pages("list of 24 of everything, facets, built", "brand", ("/en-eu/all", "/en-eu/all?page=2", "/en-eu/all?sort=price"), (6, 5)),
        Pages("list with two filters chosen, built", "brand", filtered, (6, 5)),
        Pages("list of a partner's shop, own prices, built", "partner", known.categories, (5, 2)),
        Pages("product, built", "brand", known.products, (3, 1)),
        Pages("product of a partner's shop, own price, built", "partner", known.products, (4, 1)),
        Pages("search, 10,000 products, facets, built", "brand", tuple(f"/en-eu/search?q={_quoted(w)}" for w in WORDS), (4, 6)),
        Pages("suggestions, built", "brand", tuple(f"/en-eu/suggest?q={p}" for p in PREFIXES)),
    ]
    if has_icecat:
        asked = tuple(f"/en-eu/search?q={_quoted(w)}" for w in ICECAT_WORDS)
        pages.append(Pages("search, 19,406 Icecat products, facets, built", "icecat", asked, (4, 6)))
    return pages


def errands(known: Known, customers: int) -> list[Doing]:
    """What changes something."""
    todo = Errands(list(known.ids), customers)
    return [
        Doing("personal part of a page", "brand", todo.look_at_oneself),
        Doing("add to cart", "brand", todo.add_to_cart, (5, 2)),
        Doing("whole order, 7 requests", "brand", todo.order, (25, 12), rounds=2),
        Doing("sign in", "brand", todo.sign_in),
    ]


def measure_pages(house: House, pages: Pages, seconds: float, folder: Path) -> Figure:
    """A warm-up, so that each process has connections and, where pages are kept, the pages; then at each number of
    connections; CPU over all of them."""
    host = f"{pages.shop}.localhost:{house.port}"
    press(house.port, host, list(pages.paths), 8, seconds, folder)
    before, count, loads = house.spent(), 0, []
    for connections in CONNECTIONS:
        done, load = press(house.port, host, list(pages.paths), connections, seconds, folder)
        count += done
        loads.append(load)
    return _figure(pages.name, house.spent().since(before), count, loads, pages.goal)


def measure_doing(house: House, doing: Doing, seconds: float) -> Figure:
    """The same for errands. The warm-up is as long as a measurement: each connection prepares its statements at their third use,
    and PostgreSQL keeps their plans from the sixth on."""
    host = f"{doing.shop}.localhost:{house.port}"
    send_out(house.port, host, doing.errand, max(CONNECTIONS), seconds * doing.rounds)
    before, count, loads = house.spent(), 0, []
    for people in CONNECTIONS:
        done, load = send_out(house.port, host, doing.errand, people, seconds * doing.rounds)
        count += done
        loads.append(load)
    return _figure(doing.name, house.spent().since(before), count, loads, doing.goal)


def _figure(name: str, spent: Spent, count: int, loads: list[Load], goal: tuple[float, float] | None) -> Figure:
    app, database = (round(seconds * 1000 / max(1, count), 3) for seconds in (spent.app, spent.database))
    return Figure(name, app, database, goal, loads)


def _quoted(text: str) -> str:
    return text.replace(" ", "+")
