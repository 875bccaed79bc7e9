"""Processes that help with the making of a demo world: they draw while the database starts, and place orders afterwards.

They are forked before this process opens a database or starts a thread (spawned where forking is not safe), and open a
database of their own when their task needs one.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from app.database import open_engine
from app.outside import connect_outside
from app.wiring import wire
from kernel import i18n
from kernel.db.embedded import ends_with_parent
from kernel.settings import Settings, use

FEWEST, MOST = 2, 6
CONNECTIONS = 2
CATALOGUES = Path(__file__).parent.parent / "locale"

_is_connected = False


@contextmanager
def hands() -> Iterator[ProcessPoolExecutor]:
    """As many processes as there are cores, two at least. After an error outside nobody works on."""
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    count = max(FEWEST, min(MOST, os.cpu_count() or FEWEST))
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for helper in multiprocessing.active_children():
            helper.terminate()
        raise
    pool.shutdown()


def _begin() -> None:
    """Ctrl-C is the parent's business: it stops the pool. Nobody outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if ends_with := ends_with_parent(signal.SIGTERM):
        ends_with()


def connect(settings: Settings) -> None:
    """In a helping process: database, files and listeners, once."""
    global _is_connected
    if not _is_connected:
        use(settings)
        i18n.use_catalogues(CATALOGUES)
        open_engine(settings, CONNECTIONS)
        connect_outside(settings)
        wire()
        _is_connected = True
