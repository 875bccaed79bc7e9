"""A rule as it is written down, kept and handed on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from catalog.models.search_rules import ShopSearchRule
from catalog.search.rules import Pin

SYNONYM, ONE_WAY, STOP_WORD, PIN, REDIRECT = "synonym", "one_way", "stop_word", "pin", "redirect"
# how many rules of a kind a language has at most
MOST = {SYNONYM: 1000, ONE_WAY: 1000, STOP_WORD: 200, PIN: 500, REDIRECT: 500}
MOST_WORDS = 20
MOST_PINNED = 20
LONGEST_WORDS = 100
LONGEST_ADDRESS = 500
EVERYWHERE = ""


@dataclass(frozen=True)
class Rule:
    """One rule; which fields count follows from `kind`, see ShopSearchRule. Two rules are one where kind, market and key agree."""

    kind: str
    words: tuple[str, ...]
    means: tuple[str, ...] = ()
    products: tuple[Pin, ...] = ()
    address: str = ""
    market_code: str = EVERYWHERE

    @classmethod
    def of_row(cls, row: ShopSearchRule) -> "Rule":
        """From a row of the draft."""
        return cls(row.kind, tuple(row.words), tuple(row.means), _pins(row.products), row.address, row.market_code)

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> "Rule":
        """From what a version keeps."""
        return cls(told["kind"], tuple(told["words"]), tuple(told["means"]), _pins(told["products"]), told["address"], told["market"])

    def as_json(self) -> dict[str, Any]:
        """What a version and the audit trail keep."""
        return {
            "kind": self.kind,
            "words": list(self.words),
            "means": list(self.means),
            "products": self.kept_products,
            "address": self.address,
            "market": self.market_code,
        }

    @property
    def kept_products(self) -> list[dict[str, str]]:
        """The products as a row keeps them."""
        return [{"tenant": str(pin.tenant_id), "product": str(pin.product_id)} for pin in self.products]

    @property
    def group(self) -> tuple[str, str, tuple[str, ...]]:
        """What lists and versions are ordered by."""
        return (self.kind, self.market_code, self.words)


def _pins(kept: list[dict[str, str]]) -> tuple[Pin, ...]:
    return tuple(Pin(UUID(one["tenant"]), UUID(one["product"])) for one in kept)
