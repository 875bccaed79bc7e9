"""What the catalog tells others. Handlers are wired in app/wiring.py; those of the catalog itself are in relaying.py."""

from dataclasses import dataclass
from uuid import UUID

from kernel.events import Event


@dataclass(frozen=True)
class CatalogPublished(Event):
    """A market has a new version; `changed` and `removed` count products with a page, over all languages' largest."""

    market_code: str
    languages: list[str]
    version: int
    changed: int
    removed: int


@dataclass(frozen=True)
class PricesTurned(Event):
    """Published prices of a market have begun or ended by themselves."""

    market_code: str


@dataclass(frozen=True)
class AgreementMoved(Event):
    """An agreement came into being or changed: `verb` is what was done ("offer", "accept", "withdraw" …)."""

    agreement_id: UUID
    brand_tenant_id: UUID
    partner_tenant_id: UUID
    verb: str
    state: str


@dataclass(frozen=True)
class AgreementEnding(Event):
    """An agreement is about to run out: `valid_to` is its last day, in `days` days."""

    agreement_id: UUID
    brand_tenant_id: UUID
    partner_tenant_id: UUID
    valid_to: str
    days: int


@dataclass(frozen=True)
class OverlayChanged(Event):
    """A partner changed what it lays over a brand's products."""

    agreement_id: UUID
    product_ids: list[UUID]


@dataclass(frozen=True)
class StockReported(Event):
    """An import told how many pieces there are: `lines` is [{"product_id": …, "sku": …, "quantity": "12"}].

    A figure is the whole stock of the product, summed over the file's rows. A run may tell it in several
    events; no product is in two of them.
    """

    run_id: UUID
    lines: list[dict[str, str]]

    def lock(self) -> str:
        """One after the other, so that the figures of a later import are never overwritten by those of an earlier one."""
        return "stock"
