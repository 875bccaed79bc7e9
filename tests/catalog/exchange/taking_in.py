"""A process of its own that imports a file, publishes it and searches: what it did, and how much memory it needed at most.

python -m tests.catalog.exchange.taking_in <app url> <tenant id> <folder> <file> <rules as JSON>
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from catalog.assortment import sources_for, view_for
from catalog.exchange.importing import run_for, run_import, start_import
from catalog.exchange.reporting import list_problems
from catalog.publication_runs import publish_later, run_publication
from catalog.publication_runs import run_for as publication_for
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, Page
from catalog.sources import search_scope
from kernel import files
from kernel.db.session import PoolSize, make_engine, transaction, use_engine
from kernel.tenancy import entering
from tests.factories.catalog import somebody

ASKED = ("toner cartridge", "Xerox 006R90321", "tonr cartrige")


def take_in(tenant_id: UUID, file: Path, rules: dict[str, Any]) -> dict[str, Any]:
    """Imported by a run, published by a run."""
    actor = somebody(tenant_id)
    with transaction() as session:
        started = start_import(session, actor, file.name, file, rules, by_worker=False)
    run_import(actor, started.id)
    with transaction() as session:
        run = run_for(session, actor, started.id)
        left_out = [[p.row_number, p.column_name, p.value[:60], p.reason] for p in list_problems(session, actor, run.id)]
        asked = publish_later(session, actor, "eu")
    run_publication(actor, asked.id)
    with transaction() as session:
        made = publication_for(session, actor, asked.id)
    return {
        "import": [run.state, run.rows_read, run.rows_made, run.rows_changed, run.rows_same, run.rows_passed_over, run.rows_wrong],
        "left_out": left_out,
        "publication": [made.state, made.version, made.products_added, made.products_seen, made.products_total],
        "found": [search(text) for text in ASKED],
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def search(text: str) -> int:
    """How many products a shopper finds."""
    with transaction(read_only=True) as session:
        view = view_for(session, "eu", "en")
        scope = search_scope(view, sources_for(session, view))
        return PgSearch().search(session, scope, text, Filters(None), (), None, Page(1, 24)).total


def main(url: str, tenant: str, folder: str, file: str, rules: str) -> None:
    """Prints one JSON object."""
    engine = make_engine(url, PoolSize(connections=4))
    use_engine(engine)
    files.use_store(files.local_store(Path(folder)))
    with entering(UUID(tenant)):
        print(json.dumps(take_in(UUID(tenant), Path(file), json.loads(rules))))
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
