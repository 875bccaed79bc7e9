"""How many of what lie where at the start of the demo: the same numbers every time, by the SKU itself."""

import hashlib

from app.demo.data.assortment import DemoProduct, sellable
from app.demo.data.partners import shelf


def on_hand(seller: str) -> dict[str, int]:
    """Pieces by sellable SKU for a seller: the brand has most, partners only what they sell; about one in twelve is sold out."""
    if seller in ("veloria", "lumenparts"):
        return {sku: _count(sku, one, 18 if one.is_bicycle else 160) for sku, one in sellable(seller)}
    own = set(shelf(seller))
    return {sku: _count(f"{seller}:{sku}", one, 5 if one.is_bicycle else 40) for sku, one in sellable("veloria") if one.sku in own}


def _count(key: str, one: DemoProduct, most: int) -> int:
    luck = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")
    if luck % 12 == 0:
        return 0
    count = 1 + (luck >> 8) % most
    return max(1, count // 5) if one.status == "phase_out" else count
