"""Fills an installation, each step in a process of its own: `python -m bench.filling publish TENANT`

Prints one JSON object: wall and CPU seconds of the step, and the process's peak memory in MB. Steps: import FILE RULES,
publish, edit COUNT, back, share PARTNER, people COUNT.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.commands.options import prepared, settings_with
from app.commands.tenants import entered
from catalog.agreements import accept, offer
from catalog.exchange.importing import run_for, run_import, start_import
from catalog.overlays import set_prices_by_percent
from catalog.publishing import publish
from catalog.rolling_back import roll_back
from catalog.terms import Terms
from catalog.versions import newest_publications
from kernel import tenancy
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.tenancy import entering
from tenants.directory import tenant_called
from tenants.people import add_person

MARKET = "eu"
PASSWORD = "a bench and nothing else"
PICTURES = """
INSERT INTO catalog.picture (tenant_id, id, product_id, file_key, digest, width, height, position, alts, renditions, state)
SELECT p.tenant_id, gen_random_uuid(), p.id, 'pictures/' || p.id, '', 1600, 1200, 1, jsonb_build_object('en', p.sku),
  (SELECT jsonb_agg(jsonb_build_object('format', f, 'width', w, 'height', w * 3 / 4, 'bytes', 1000, 'key',
    'pictures/' || left(md5(p.id::text), 2) || '/' || md5(p.id::text || f || w) || '-' || w || '.' || f))
   FROM (VALUES ('avif', 320), ('avif', 640), ('avif', 1280), ('webp', 320), ('webp', 640), ('webp', 1280),
    ('jpeg', 160), ('jpeg', 640), ('jpeg', 1280)) AS r (f, w)), 'ready'
FROM catalog.product p WHERE p.tenant_id = :tenant
"""


@contextmanager
def timed() -> Iterator[dict[str, Any]]:
    """Wall and CPU seconds of what happens inside, and the peak memory of the whole process in MB."""
    facts: dict[str, Any] = {}
    wall, cpu = time.perf_counter(), time.process_time()
    yield facts
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    facts |= {"wall_s": round(time.perf_counter() - wall, 2), "cpu_s": round(time.process_time() - cpu, 2), "peak_mb": round(peak)}


def take_in(actor: Actor, file: str, rules: str) -> dict[str, Any]:
    """Imports a file; pictures are added as rows without files, so that pages carry their addresses."""
    with timed() as facts:
        with transaction() as session:
            run_id = start_import(session, actor, Path(file).name, Path(file), json.loads(rules), by_worker=False).id
        run_import(actor, run_id)
    with transaction() as session:
        run = run_for(session, actor, run_id)
        session.execute(text(PICTURES), {"tenant": actor.tenant_id})
        return {**facts, "state": run.state, "rows": run.rows_read, "made": run.rows_made, "wrong": run.rows_wrong}


def bring_out(actor: Actor) -> dict[str, Any]:
    """Publishes the market and indexes it for search."""
    with timed() as facts, transaction() as session:
        published = publish(session, actor, MARKET)
    counts = published.languages.values()
    return {**facts, "added": sum(c.added for c in counts), "changed": sum(c.changed for c in counts)}


EDIT = """
UPDATE catalog.product SET names = names || jsonb_build_object('en', (names ->> 'en') || ' *'), updated_at = now()
WHERE tenant_id = :tenant AND id IN (
  SELECT id FROM catalog.product WHERE tenant_id = :tenant AND parent_id IS NULL ORDER BY md5(id::text || :salt) LIMIT :count)
"""


def edit(actor: Actor, count: str) -> dict[str, Any]:
    """Renames so many products, here and there; `salt` takes others each time."""
    with timed() as facts, transaction() as session:
        salt = str(session.execute(text("SELECT nextval('catalog.touch')")).scalar_one())
        session.execute(text(EDIT), {"tenant": actor.tenant_id, "count": int(count), "salt": salt})
    return facts


def go_back(actor: Actor) -> dict[str, Any]:
    """Shows the version before the newest again."""
    with timed() as facts, transaction() as session:
        newest = max(p.version for p in newest_publications(session, MARKET).values())
        published = roll_back(session, actor, MARKET, newest - 1)
    return {**facts, "changed": sum(counts.changed for counts in published.languages.values())}


def share_with(actor: Actor, partner: str) -> dict[str, Any]:
    """An agreement over everything, and the partner's own price on every product."""
    with timed() as facts:
        with tenancy.outside(), transaction(read_only=True) as session:
            partner_id = tenant_called(session, partner).id
        terms = Terms(
            name="Everything", market_code=MARKET, valid_from=date(2020, 1, 1),
            corridor_low_percent=Decimal(-20), corridor_high_percent=Decimal(20),
        )  # fmt: skip
        with transaction() as session:
            agreement_id = offer(session, actor, partner_id, terms).id
        seller = Actor.job(partner_id, "bench")
        with entering(partner_id), transaction() as session:
            accept(session, seller, agreement_id)
        with entering(partner_id), transaction() as session:
            priced = set_prices_by_percent(session, seller, agreement_id, "EUR", Decimal(5))
    return {**facts, "priced": priced}


def invite(actor: Actor, count: str) -> dict[str, Any]:
    """Customers who may sign in: c0@example.com, c1@example.com …"""
    with timed() as facts, transaction() as session:
        for n in range(int(count)):
            add_person(session, actor, f"c{n}@example.com", f"Customer {n}", PASSWORD, is_staff=False)
    return facts


STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    "import": take_in,
    "publish": bring_out,
    "edit": edit,
    "back": go_back,
    "share": share_with,
    "people": invite,
}


def main() -> None:
    """One step: STEP TENANT ARGUMENTS."""
    step, tenant, *arguments = sys.argv[1:]
    with prepared(settings_with()), entered(tenant) as actor:
        facts = STEPS[step](actor, *arguments)
    sys.stdout.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main()
