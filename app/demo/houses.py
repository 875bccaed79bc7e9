"""The tenants of the demo world: their markets, looks, details, marks and terms of selling."""

from dataclasses import dataclass
from decimal import Decimal

from app.demo.drawing.marks import MARKS
from orders.terms import FreightRow, TermsEdit
from tenants.markets import MarketDetails
from tenants.profile import ShopDetails
from tenants.themes import Look


@dataclass(frozen=True)
class House:
    """One tenant. `markets` by code, the first being the default; `terms` by market."""

    slug: str
    name: str
    kind: str
    markets: dict[str, MarketDetails]
    terms: dict[str, TermsEdit]
    pairing: str
    tagline: str
    details: ShopDetails

    def look(self, logo_key: str = "") -> Look:
        """Colours of its mark; `logo_key` once the mark lies among its files."""
        mark = MARKS[self.slug]
        return Look(mark.first, mark.second, self.pairing, logo_key, self.tagline)


def _freight(*rows: tuple[str, str, str, int, int]) -> list[FreightRow]:
    return [
        FreightRow(country=country, price=Decimal(price), free_from=Decimal(free), days_least=least, days_most=most)
        for country, price, free, least, most in rows
    ]


EUROPE = MarketDetails("Europe", ("DE", "AT", "FR", "NL"), "EUR", ("en", "de", "zh-Hans"), prices_include_tax=True)
STATES = MarketDetails("United States", ("US",), "USD", ("en", "zh-Hans"), prices_include_tax=False, time_zone="America/New_York")
GERMANY = MarketDetails("Deutschland", ("DE",), "EUR", ("de", "en"), prices_include_tax=True)
TO_EUROPE = TermsEdit(
    freight=_freight(("DE", "4.90", "150", 2, 4), ("*", "9.90", "250", 3, 6)), order_limit=Decimal(25_000), days_person=14, days_company=30
)
TO_STATES = TermsEdit(
    freight=_freight(("*", "12.00", "200", 3, 6)),
    order_limit=Decimal(25_000),
    days_person=14,
    days_company=30,
    tax_regions=["MA", "ME", "NH"],
)
IN_GERMANY = TermsEdit(freight=_freight(("DE", "4.90", "100", 1, 3)), order_limit=Decimal(20_000), days_person=14, days_company=21)
SMALL_PARTS = TermsEdit(freight=_freight(("*", "3.90", "60", 2, 5)), order_limit=Decimal(2_000))

HOUSES: tuple[House, ...] = (
    House(
        "veloria",
        "Veloria",
        "brand",
        {"eu": EUROPE, "us": STATES},
        {"eu": TO_EUROPE, "us": TO_STATES},
        "river",
        "Bicycles from Aarental since 1987",
        ShopDetails(
            "Veloria Fahrradwerke GmbH",
            "hello@veloria.example",
            "+49 8382 555010",
            "Veloria Fahrradwerke GmbH\nAlte Mühle 1\n88199 Aarental\nManaging director: Ilse Castell\nHRB 1987 Aarental",
        ),
    ),
    House(
        "radhaus",
        "Radhaus Nord",
        "partner",
        {"de": GERMANY},
        {"de": IN_GERMANY},
        "workshop",
        "Gute Räder gegen den Wind",
        ShopDetails(
            "Radhaus Nord Lindqvist & Söhne KG",
            "moin@radhaus.example",
            "+49 431 555020",
            "Radhaus Nord Lindqvist & Söhne KG\nAm Bahndamm 3\n24103 Kiel\nGeschäftsführerin: Petra Lindqvist",
        ),
    ),
    House(
        "harborcycles",
        "Harbor Cycles",
        "partner",
        {"us": STATES},
        {"us": TO_STATES},
        "harbour",
        "Salt air, honest bikes",
        ShopDetails(
            "Harbor Cycles LLC",
            "hello@harborcycles.example",
            "+1 207 555 0130",
            "Harbor Cycles LLC\n41 Water Street\nPortland, ME 04101\nOwner: Sam Okafor",
            "America/New_York",
        ),
    ),
    House(
        "lumenparts",
        "Lumen Parts",
        "brand",
        {"eu": EUROPE},
        {"eu": SMALL_PARTS},
        "workshop",
        "Small parts, measured twice",
        ShopDetails(
            "Lumen Parts B.V.",
            "hello@lumenparts.example",
            "+31 20 555 0140",
            "Lumen Parts B.V.\nLampenkade 12\n1013 AB Amsterdam",
            "Europe/Amsterdam",
        ),
    ),
)
