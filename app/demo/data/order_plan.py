"""Six months of orders that could have happened: who bought what when, the same every time for the same seed and last day.

Bicycles sell in spring and early summer, lamps and rain clothes in autumn, children's bicycles and bells before Christmas; companies order
by the month and in numbers. The plan says nothing of prices: those come from the shop at the moment the order is placed.
"""

import calendar
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.demo.data.assortment import DemoProduct, products
from app.demo.data.cast import COMPANIES, PEOPLE, SHOPPERS, shopper_mail
from app.demo.data.partners import shelf

DAYS = 182
TEST_RIDES = calendar.SATURDAY
FRESH = range(1, 6)  # days ago on which every shop has an order at least, so that a desk always has something to do
PER_WEEK = {"veloria": 6, "radhaus": 4, "harborcycles": 3}
SEASON: dict[str, tuple[float, ...]] = {
    "bike": (0.5, 0.6, 1.1, 1.6, 1.7, 1.5, 1.2, 1.0, 0.9, 0.7, 0.5, 0.6),
    "family": (0.3, 0.5, 1.2, 1.5, 1.3, 1.1, 0.8, 0.9, 0.8, 0.6, 1.2, 2.0),
    "light": (1.1, 0.9, 0.7, 0.5, 0.4, 0.4, 0.4, 0.6, 1.2, 1.8, 1.9, 1.6),
    "other": (0.8, 0.8, 1.0, 1.2, 1.2, 1.1, 1.1, 1.0, 1.0, 0.9, 0.9, 1.2),
}


@dataclass(frozen=True)
class PlannedOrder:
    """One order to place: the seller's slug, the buyer's mail (`guest` where no account), lines of (SKU, pieces), and how far it got.

    `state` is the last state of the order's life cycle on the plan's last day."""

    day: date
    seller: str
    buyer: str
    guest: bool
    company: str | None
    lines: tuple[tuple[str, int], ...]
    state: str


def plan(last_day: date, seed: int = 2026) -> list[PlannedOrder]:
    """All orders of the six months up to and including `last_day`, oldest first."""
    luck = random.Random(seed)
    found = []
    for back in range(DAYS, -1, -1):
        day = last_day - timedelta(days=back)
        for seller, weekly in PER_WEEK.items():
            rush = 1.35 if day.weekday() >= 5 else 0.86
            expected = weekly / 7 * rush * SEASON["other"][day.month - 1]
            count = int(expected) + (luck.random() < expected % 1)
            for _ in range(max(count, 1) if back in FRESH else count):
                found.append(_private(luck, day, seller, back))
        found += [_by_company(luck, day, company.key, back) for company in COMPANIES if _orders_today(company.key, day)]
    return found


def _private(luck: random.Random, day: date, seller: str, back: int) -> PlannedOrder:
    known = [person.email for person in PEOPLE if person.tenant == seller and person.role == "customer"]
    buyers = [shopper_mail(given, family) for given, family, _ in SHOPPERS[seller]] + known
    buyer = luck.choice(buyers)
    goods = _chosen(luck, _for_sale(seller), day)
    return PlannedOrder(day, seller, buyer, buyer not in known and luck.random() < 0.3, None, _lines(luck, goods), _state(luck, back))


def _for_sale(seller: str) -> list[DemoProduct]:
    own = None if seller == "veloria" else set(shelf(seller))
    return [one for one in products("veloria") if own is None or one.sku in own]


def _chosen(luck: random.Random, goods: Sequence[DemoProduct], day: date) -> list[DemoProduct]:
    """One thing that was wanted, on the day of test rides always a bicycle, and often something that goes with it."""

    def weight(one: DemoProduct) -> float:
        shelf_season = one.category if one.category in SEASON else "bike" if one.is_bicycle else "other"
        dear = 1.0 if float(one.eur) < 200 else (600 / float(one.eur)) ** 0.6
        return SEASON[shelf_season][day.month - 1] * dear * (0.5 if one.status == "phase_out" else 1.0)

    wanted = [one for one in goods if one.is_bicycle] if day.weekday() == TEST_RIDES else goods
    first = luck.choices(wanted, [weight(one) for one in wanted])[0]
    small = [one for one in goods if not one.is_bicycle and one.sku != first.sku]
    more = luck.choices([0, 1, 2], [3, 4, 2] if first.is_bicycle else [5, 3, 1])[0]
    return [first, *luck.sample(small, min(more, len(small)))]


def _lines(luck: random.Random, goods: Sequence[DemoProduct]) -> tuple[tuple[str, int], ...]:
    lines = []
    for one in goods:
        sku = luck.choice([variant.sku for variant in one.variants]) if one.variants else one.sku
        pairs = one.drawing in ("pannier", "bottle", "tyre-road", "tyre-gravel", "tyre-trail") and luck.random() < 0.6
        lines.append((sku, 2 if pairs else 1))
    return tuple(lines)


def _state(luck: random.Random, back: int) -> str:
    """Old orders are closed, fresh ones still on their way; one in twenty-five was cancelled."""
    return "cancelled" if luck.random() < 0.04 else _come_to(back)


def _come_to(back: int) -> str:
    """How far an order of so many days ago is."""
    for days, state in ((2, "placed"), (4, "confirmed"), (9, "shipped"), (21, "delivered")):
        if back <= days:
            return state
    return "closed"


def _orders_today(company: str, day: date) -> bool:
    rhythm = {"stadtwerke": (4,), "klinikum": (11,), "brief": (2, 16), "werft": (9,), "parks": (6,)}
    return day.day in rhythm[company]


def _by_company(luck: random.Random, day: date, key: str, back: int) -> PlannedOrder:
    company = next(one for one in COMPANIES if one.key == key)
    wanted = {
        "stadtwerke": ("VEL-WREN", "VEL-STORKE", "VEL-QUAYSIDE", "VEL-MOORING"),
        "klinikum": ("VEL-EGRET", "VEL-HERON", "VEL-LANTERN60"),
        "brief": ("VEL-EIDER", "VEL-LINKS12", "VEL-EMBER", "VEL-WEIR"),
        "werft": ("VEL-WREN", "VEL-STORK", "VEL-ANCHOR"),
        "parks": ("VEL-MERLIN", "VEL-SANDPIPER", "VEL-CAIRN"),
    }[key]
    goods = {one.sku: one for one in _for_sale(company.tenant)}
    lines = []
    for sku in luck.sample(wanted, 2):
        if sku in goods:
            variants = [variant.sku for variant in goods[sku].variants] or [sku]
            lines.append((luck.choice(variants), luck.randint(2, 4) if goods[sku].is_bicycle else luck.randint(4, 12)))
    mails = [person.email for person in PEOPLE if person.company == key] or [f"einkauf@{key}.example"]
    return PlannedOrder(day, company.tenant, mails[0], False, key, tuple(lines), _come_to(back))
