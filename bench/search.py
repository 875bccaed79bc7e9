"""Search at size: 19,406 products, CPU milliseconds of application and database per request. `python -m bench.search`

Prints one JSON object per line: what, app_ms and db_ms (CPU), p50_ms and p95_ms (wall), found. The first line is the
yardstick of the same run: a statement that does nothing. A brand's own shop, then a partner that has set
a price on every product and hides every tenth.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psutil
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.icecat import FILE, documents
from catalog.search.indexing import apply_changes
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, SearchScope, SearchSource, Sort
from kernel.db.session import PoolSize, make_engine, transaction, use_engine
from kernel.ids import new_id
from kernel.tenancy import entering
from tests.cluster import fresh_database, running_cluster
from tests.factories.search import share

ROUNDS = 100
WARM_UP = 12
FACETS = ("category", "brand", "product_colour", "type", "price")
QUERIES = ("hp laserjet toner", "notebook", "usb cable 3m", "black", "tonr cartrige", "006R90321")
PREFIXES = ("la", "pri", "tone", "no", "hp las", "xerox to", "canon ca", "black in")
OVERLAYS = """
INSERT INTO catalog.overlay (tenant_id, id, agreement_id, source_tenant_id, product_id, prices, hidden)
SELECT :partner, gen_random_uuid(), :agreement, :brand, product_id, jsonb_build_object('EUR', (10 + doc % 500)::text), doc % 10 = 0
FROM catalog.search_doc
"""
Request = Callable[[Session], Any]


def cpu_seconds(process: psutil.Process) -> float:
    """User and system time a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


def tell(**facts: Any) -> None:
    """One line of the report."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def measure(what: str, session: Session, requests: list[Request]) -> None:
    """Runs the requests in turn and tells what one of them costs."""
    for _ in range(WARM_UP):
        found = [request(session) for request in requests]
    backend = psutil.Process(session.execute(text("SELECT pg_backend_pid()")).scalar_one())
    app_start, db_start, walls = time.process_time(), cpu_seconds(backend), []
    for n in range(ROUNDS):
        started = time.perf_counter()
        found[n % len(requests)] = requests[n % len(requests)](session)
        walls.append((time.perf_counter() - started) * 1000)
    app, db = (time.process_time() - app_start) * 1000 / ROUNDS, (cpu_seconds(backend) - db_start) * 1000 / ROUNDS
    walls.sort()
    totals = [answer.total for answer in found if hasattr(answer, "total")]
    tell(what=what, app_ms=round(app, 2), db_ms=round(db, 2), p50_ms=round(walls[ROUNDS // 2], 1),
         p95_ms=round(walls[ROUNDS * 95 // 100], 1), found=totals)  # fmt: skip


def searching(engine: PgSearch, scope: SearchScope, typed: str = "", **more: Any) -> Request:
    """A search, to be run again and again."""
    return lambda session: engine.search(session, scope, typed, **more)


def suggesting(engine: PgSearch, scope: SearchScope, prefix: str) -> Request:
    """The same for suggestions."""
    return lambda session: engine.suggest(session, scope, prefix)


def shop(engine: PgSearch, scope: SearchScope, whose: str) -> None:
    """Everything one shop asks for."""
    with entering(scope.seller_id), transaction(read_only=True) as session:
        for query in QUERIES:
            measure(f"{whose}: {query}", session, [searching(engine, scope, query)])
            measure(f"{whose}: {query}, 5 facets", session, [searching(engine, scope, query, facets=FACETS)])
        for sort in (Sort.RANK, Sort.NAME, Sort.PRICE_UP):
            measure(f"{whose}: list by {sort.value}", session, [searching(engine, scope, sort=sort)])
        narrow = Filters(values={"brand": ("HP", "Canon")}, price=(Decimal(20), Decimal(200)))
        measure(f"{whose}: list, 5 facets", session, [searching(engine, scope, facets=FACETS)])
        measure(f"{whose}: list, 2 filters, 5 facets", session, [searching(engine, scope, filters=narrow, facets=FACETS)])
        measure(f"{whose}: suggestions", session, [suggesting(engine, scope, prefix) for prefix in PREFIXES])


def main() -> None:
    """Indexes, then asks."""
    if not FILE.exists():
        tell(what="skipped", reason="the Icecat file is not here")
        return
    brand, partner, engine = new_id(), new_id(), PgSearch()
    with running_cluster() as cluster, fresh_database(cluster) as database:
        use_engine(made := make_engine(database.app_url, PoolSize(connections=2)))
        with entering(brand), transaction() as session:
            backend = psutil.Process(session.execute(text("SELECT pg_backend_pid()")).scalar_one())
            app_start, db_start, started = time.process_time(), cpu_seconds(backend), time.perf_counter()
            apply_changes(session, "eu", "en", documents())
            app, db, wall = time.process_time() - app_start, cpu_seconds(backend) - db_start, time.perf_counter() - started
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            tell(what="index 19,406 products", app_s=round(app, 1), db_s=round(db, 1), wall_s=round(wall, 1), peak_mb=peak)
        agreement = share(brand, partner)
        with entering(partner), transaction() as session:
            session.execute(text(OVERLAYS), {"partner": partner, "brand": brand, "agreement": agreement})
        superuser = make_engine(database.superuser_url, PoolSize(connections=1))
        with superuser.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        superuser.dispose()
        with entering(brand), transaction(read_only=True) as session:
            measure("yardstick: SELECT 1", session, [lambda s: s.execute(text("SELECT 1")).scalar()])
        shop(engine, SearchScope(brand, "EUR", (SearchSource(brand, "eu", "en"),)), "brand")
        shop(engine, SearchScope(partner, "EUR", (SearchSource(brand, "eu", "en", agreement_id=agreement),), stamp=1), "partner")
        made.dispose()


if __name__ == "__main__":
    main()
