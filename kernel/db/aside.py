"""Short transactions beside the running one, for what must stay even when that one is rolled back (rate limits).

They have a small pool of their own: were they to take a second connection from the request's pool, as many requests
as there are connections would wait for each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from kernel.db import session as main
from kernel.errors import Unavailable

SIZE = main.PoolSize(connections=2, wait_seconds=5.0)

_engines: dict[int, Engine] = {}


def _engine() -> Engine:
    busy = main.engine()
    aside = _engines.get(id(busy))
    if aside is None or aside.url != busy.url:
        aside = main.make_engine(busy.url.render_as_string(hide_password=False), SIZE)
        _engines.clear()
        _engines[id(busy)] = aside
    return aside


@contextmanager
def aside() -> Iterator[Session]:
    """A session in a transaction of its own, with the current tenant. Keep it to a statement or two."""
    session = Session(_engine(), expire_on_commit=False)
    try:
        with session.begin():
            yield session
    except PoolTimeout as error:
        raise Unavailable("The shop is very busy. Please try again in a moment.", retry_after_seconds=2) from error
    finally:
        session.close()
