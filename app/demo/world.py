"""The making of the demo world, step by step; each step looks first whether its work is done.

While the database starts, helping processes already draw. Then houses are opened, people move in, catalogs are filled and
published, partners take them on, and half a year of orders goes by, one process for each seller.
"""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date

from sqlalchemy import create_engine, pool

from app.database import Addresses
from app.demo.asking import write_rules
from app.demo.catalogs import PUBLISHED_DAYS_AGO, fill_catalog, publish_markets
from app.demo.fronts import write_fronts
from app.demo.hands import connect
from app.demo.houses import HOUSES
from app.demo.pages import write_pages
from app.demo.pictures import Drawn, hang_pictures
from app.demo.sales import SELLERS, sell
from app.demo.settling import move_in, open_houses
from app.demo.sharing import agree, change_one_thing, lay_over
from app.demo.shelves import fill_shelves
from app.demo.stage import Stage
from kernel.db.roles import driver_url
from kernel.settings import Settings

BRANDS = ("veloria", "lumenparts")
PARTNERS = ("radhaus", "harborcycles")


def make_world(
    settings: Settings, addresses: Addresses, last_day: date, hands: ProcessPoolExecutor, drawn: Drawn, say: Callable[[str], None]
) -> None:
    """Everything; what is there already stays as it is. `last_day` must be the same day where an earlier start was interrupted."""
    stage = Stage(last_day)
    tell = _Teller(say)
    open_houses(stage, create_engine(driver_url(addresses.owner), poolclass=pool.NullPool))
    move_in(stage)
    tell("Four shops are open; everybody has moved in.")
    for brand in BRANDS:
        fill_catalog(stage, brand)
    tell("The catalogs are imported. Pictures are being drawn …")
    hung = sum(hang_pictures(stage, brand, drawn) for brand in BRANDS)
    write_fronts(stage, drawn)
    write_pages(stage, drawn)
    drawn.forget()
    tell(f"{hung} pictures hang in their places.")
    for house in HOUSES:
        if house.kind == "brand":
            publish_markets(stage, house.slug, list(house.markets), PUBLISHED_DAYS_AGO, 1, "First edition")
    agree(stage)
    for partner in PARTNERS:
        lay_over(stage, partner)
    for house in HOUSES:
        fill_shelves(stage, house.slug)
    tell("Published in three languages and shared with two partners.")
    waiting = [hands.submit(sell_apart, settings, stage, seller) for seller in SELLERS]
    count = sum(one.result() for one in waiting)
    change_one_thing(stage)
    write_rules(stage)
    tell(f"Half a year has gone by: {count} orders.")


def sell_apart(settings: Settings, stage: Stage, seller: str) -> int:
    """A seller's orders; runs in a helping process."""
    connect(settings)
    port = "" if settings.scheme == "https" else f":{settings.port}"
    return sell(stage, seller, f"{settings.scheme}://{seller}.{settings.base_domain}{port}/{{locale}}/order")


class _Teller:
    """Says how far it is, with the seconds since the beginning."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say, self._began = say, time.monotonic()

    def __call__(self, line: str) -> None:
        self._say(f"{time.monotonic() - self._began:5.1f} s  {line}")
