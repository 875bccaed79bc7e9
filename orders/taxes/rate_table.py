"""Tax rates as a table in the project: enough to sell, simple enough to read.

VAT and GST, standard and one reduced rate: European Commission, Taxes in Europe Database (TEDB), as collected
on 2026-09-29, for the EU, CH, GB, IS, LI and NO. Where a country has several reduced rates the table holds none and
the standard rate applies: never too little. AU, CN and JP: the standard rates in force in 2026.

The rate is that of the place the goods go to, as the EU's one-stop shop has it for sales to consumers since
2021-07-01 (Directive (EU) 2017/2455). Not known here: reverse charge between firms of two EU countries, regional
exceptions (Canaries, Büsingen, Livigno …), exports without tax. They come with a tax service behind the interface.

United States: a seller collects only in states where it is registered (`collected_in`). The table holds state
rates of 2026 for some states and says whether freight that stands on the bill by itself is taxed; rates of
counties and cities are not in it, and the note on the order says so.
"""

from decimal import Decimal

from kernel.errors import Refused
from kernel.i18n import mark
from orders.taxes.provider import REDUCED, STANDARD, ZERO_RATED, TaxAnswer, TaxQuestion

AS_OF = "2026-09-29"
SOURCE = "European Commission, Taxes in Europe Database"

# country: (standard percent, reduced percent where there is exactly one that is meant)
VAT_PERCENT: dict[str, tuple[str, str | None]] = {
    "AT": ("20", "10"),
    "AU": ("10", None),
    "BE": ("21", "6"),
    "BG": ("20", "9"),
    "CH": ("8.1", "2.6"),
    "CN": ("13", "9"),
    "CY": ("19", None),
    "CZ": ("21", "12"),
    "DE": ("19", "7"),
    "DK": ("25", None),
    "EE": ("24", None),
    "ES": ("21", "10"),
    "FI": ("25.5", None),
    "FR": ("20", "5.5"),
    "GB": ("20", "5"),
    "GR": ("24", None),
    "HR": ("25", None),
    "HU": ("27", None),
    "IE": ("23", None),
    "IS": ("24", "11"),
    "IT": ("22", "10"),
    "JP": ("10", "8"),
    "LI": ("8.1", "2.6"),
    "LT": ("21", None),
    "LU": ("17", "8"),
    "LV": ("21", None),
    "MT": ("18", None),
    "NL": ("21", "9"),
    "NO": ("25", None),
    "PL": ("23", "8"),
    "PT": ("23", None),
    "RO": ("21", "11"),
    "SE": ("25", None),
    "SI": ("22", None),
    "SK": ("23", None),
}

# state: (percent of the state, is freight on a line of its own taxed?)
SALES_TAX_PERCENT: dict[str, tuple[str, bool]] = {
    "AK": ("0", False),
    "CA": ("7.25", False),
    "CT": ("6.35", True),
    "DE": ("0", False),
    "MA": ("6.25", False),
    "ME": ("5.5", False),
    "MT": ("0", False),
    "NH": ("0", False),
    "NJ": ("6.625", True),
    "NY": ("4", True),
    "OR": ("0", False),
    "PA": ("6", True),
    "RI": ("7", True),
    "TX": ("6.25", True),
    "WA": ("6.5", True),
}

STATE_ONLY = mark("Sales tax is that of the state; county and city rates are not included.")
NOT_COLLECTED = mark("We do not collect sales tax in your state; you may owe use tax there.")
SALES_TAX = mark("Sales tax")
VAT = mark("VAT")


class RateTable:
    """The default tax provider."""

    def answer(self, question: TaxQuestion) -> TaxAnswer:
        """The rates of the table. Refused for a country that is not in it."""
        if question.country == "US":
            return _sales_tax(question)
        if question.country not in VAT_PERCENT:
            raise Refused("We know no tax rate for this country and cannot deliver there yet.", country=question.country)
        standard, reduced = VAT_PERCENT[question.country]
        rates = {STANDARD: Decimal(standard), REDUCED: Decimal(reduced or standard), ZERO_RATED: Decimal(0)}
        return TaxAnswer({c: rates.get(c, rates[STANDARD]) for c in question.tax_classes}, label=VAT)


def _sales_tax(question: TaxQuestion) -> TaxAnswer:
    state = question.region.upper()
    if state not in question.collected_in or state not in SALES_TAX_PERCENT:
        nothing = dict.fromkeys(question.tax_classes, Decimal(0))
        return TaxAnswer(nothing, label=SALES_TAX, freight_percent=Decimal(0), notes=(NOT_COLLECTED,))
    text, freight_taxed = SALES_TAX_PERCENT[state]
    percent = Decimal(text)
    percents = {c: Decimal(0) if c == ZERO_RATED else percent for c in question.tax_classes}
    return TaxAnswer(percents, SALES_TAX, None if freight_taxed else Decimal(0), (STATE_ONLY,))
