"""What publishing costs by itself: `python -m bench.publishing` (some minutes), or `… 2000 10000` for catalogs of these sizes.

A catalog is published for the first time; then some products are renamed and it is published again, and at last the
version before is shown again. The point: the cost follows the changes, not the size of the catalog. Each step runs in a
process of its own (bench/filling.py); CPU is that of the step's process and of PostgreSQL.
"""

import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import goods
from bench.house import House, machine

SIZES = (5_000, 50_000)
CHANGES = (0, 20, 200, 2_000)
TURNS = 3


@dataclass(frozen=True)
class Cost:
    """One step's median: wall and CPU seconds of the application, CPU seconds of the database."""

    what: str
    wall_s: float
    cpu_s: float
    db_cpu_s: float


def measure(house: House, products: int, folder: Path) -> Iterable[Cost]:
    """One catalog in a tenant of its own."""
    shop = f"brand{products}"
    house.command(
        "tenant",
        "create",
        shop,
        "--name",
        shop,
        "--admin-email",
        "a@example.com",
        "--languages",
        "en",
        "--password",
        "measured and not guessed",
    )
    file = folder / f"{products}.csv"
    goods.write_equal_products(file, products)
    house.fill("import", shop, str(file), json.dumps(goods.EQUAL_RULES))
    yield _cost("first publication", [house.fill("publish", shop)])
    house.tidy()
    for count in CHANGES:
        told = []
        for _turn in range(TURNS):
            house.fill("edit", shop, str(count))
            told.append(house.fill("publish", shop))
            if told[-1]["changed"] != count:
                raise RuntimeError(f"{told[-1]['changed']} products were published instead of {count}")
        yield _cost(f"published after {count:,} changes", told)
    yield _cost("back by one version (2,000 changes)", [house.fill("back", shop)])


def _cost(what: str, told: list[dict[str, float]]) -> Cost:
    return Cost(what, *(round(median(t[name] for t in told), 2) for name in ("wall_s", "cpu_s", "db_cpu_s")))


def main() -> None:
    """Prints a line for each step."""
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    sys.stdout.write(machine() + "\n")
    with tempfile.TemporaryDirectory(prefix="galleria-publishing-") as name:
        folder = Path(name)
        house = House(folder)
        house.start()
        try:
            for products in sizes:
                for cost in measure(house, products, folder):
                    sys.stdout.write(
                        f"{products:>7,} products, {cost.what}: {cost.wall_s:g} s, CPU {cost.cpu_s:g} s + database {cost.db_cpu_s:g} s\n"
                    )
                    sys.stdout.flush()
        finally:
            house.stop()


if __name__ == "__main__":
    main()
