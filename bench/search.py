"""Search at size: 19,406 products, CPU milliseconds of application and database per request. `python -m bench.search`

Prints one JSON object per line: what, app_ms and db_ms (CPU), p50_ms and p95_ms (wall), found. The first line is the
yardstick of the same run: a statement that does nothing. A brand's own shop, then a partner that has set
a price on every product and hides every tenth. Last every judged query (relevance.json): searches alone, with five facets at a
partner's own prices, and as suggestions from its first letters on; of each the slowest, and how many are above the goal.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psutil
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.icecat import FILE, documents
from bench.relevance import JUDGEMENTS
from catalog.search.indexing import apply_changes
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, SearchScope, SearchSource, Sort
from kernel.db.session import PoolSize, make_engine, transaction, use_engine
from kernel.ids import new_id
from kernel.tenancy import entering
from tests.cluster import fresh_database, running_cluster
from tests.factories.search import share

ROUNDS = 100
EACH = 40
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


def measure_each(what: str, session: Session, requests: dict[str, Request], goal_ms: float) -> None:
    """Runs each request by itself and tells of the slowest: wall and CPU of the application, 95th percentiles in ms."""
    walls, cpus = {}, {}
    for name, request in requests.items():
        for _ in range(3):
            request(session)
        took = []
        for _ in range(EACH):
            started, cpu = time.perf_counter(), time.process_time()
            request(session)
            took.append(((time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000))
        walls[name], cpus[name] = sorted(wall for wall, _ in took), sorted(cpu for _, cpu in took)
    last, middle = EACH * 95 // 100, EACH // 2
    slowest = max(walls, key=lambda name: walls[name][last])
    tell(what=what, queries=len(requests), p50_ms=round(statistics.median(w[middle] for w in walls.values()), 2),
         worst_p50_ms=round(max(w[middle] for w in walls.values()), 2), worst_p95_ms=round(walls[slowest][last], 2), slowest=slowest,
         worst_p95_cpu_ms=round(max(c[last] for c in cpus.values()), 2), goal_ms=goal_ms,
         above=sum(w[last] > goal_ms for w in walls.values()))  # fmt: skip


def every_judged_query(engine: PgSearch, brand: SearchScope, partner: SearchScope) -> None:
    """What is asked in bench/relevance.py, here for its cost."""
    texts = [told["text"] for told in json.loads(JUDGEMENTS.read_text())["icecat"]]
    begun = dict.fromkeys(text[:letters] for text in texts for letters in (2, 3, 4, 6, 9, 30) if letters <= len(text) + 4)
    with entering(brand.seller_id), transaction(read_only=True) as session:
        measure_each("every judged query", session, {text: searching(engine, brand, text) for text in texts}, 3)
        measure_each("every judged query as suggestion", session, {text: suggesting(engine, brand, text) for text in begun}, 10)
    with entering(partner.seller_id), transaction(read_only=True) as session:
        asked = {text: searching(engine, partner, text, facets=FACETS) for text in texts}
        measure_each("every judged query, 5 facets, own prices", session, asked, 10)


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
        own = SearchScope(brand, "EUR", (SearchSource(brand, "eu", "en"),))
        shared = SearchScope(partner, "EUR", (SearchSource(brand, "eu", "en", agreement_id=agreement),), stamp=1)
        shop(engine, own, "brand")
        shop(engine, shared, "partner")
        every_judged_query(engine, own, shared)
        made.dispose()


if __name__ == "__main__":
    main()
