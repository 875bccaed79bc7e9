"""JSON of packaging units and order quantities: what machine clients send and get. The rules stand in catalog/packaging_checks.py."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class PackagingUnit(BaseModel):
    """A further unit: one of `unit` (UN/ECE Rec 20) is `numerator` / `denominator` base units. Sides in millimetres."""

    model_config = ConfigDict(extra="forbid")

    unit: str = Field(max_length=3)
    numerator: int = Field(ge=1, le=1_000_000_000)
    denominator: int = Field(default=1, ge=1, le=1_000_000_000)
    orderable: bool = True
    gtin: str = Field(default="", max_length=40)
    weight_kg: Decimal | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None


class OrderRule(BaseModel):
    """From how many, in which steps, counted in `unit` (the base unit where it is left out)."""

    model_config = ConfigDict(extra="forbid")

    unit: str = Field(default="", max_length=3)
    least: Decimal | None = None
    step: Decimal | None = None


class Ordering(OrderRule):
    """The order quantities of a product. `base` false: the base unit itself is not sold. `markets`: what differs there."""

    base: bool = True
    markets: dict[str, OrderRule] = Field(default_factory=dict, max_length=100)
