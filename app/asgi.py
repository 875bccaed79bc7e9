"""The web application: settings, routes, doors, templates and page cache, put together once per process."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
from starlette.routing import Route

from app.doors import TenantDoors
from app.routes import all_routes
from app.wiring import wire
from catalog.searching.tallies import TALLIES
from kernel import i18n, metrics, stamps
from kernel.db.session import engine, transaction
from kernel.settings import Settings
from kernel.web.asgi import Galleria
from kernel.web.media import PATH as MEDIA_PATH
from kernel.web.media import Media
from kernel.web.operations import open_routes
from kernel.web.pagecache import PageCache
from kernel.web.running import Runner, Surroundings
from kernel.web.static import Assets
from kernel.web.templating import Templates
from storefront.markdown import to_html
from storefront.papers import address_lines, amount
from storefront.pictures import image, images
from storefront.routes import LOST

HERE = Path(__file__).resolve().parent.parent
PACKAGES = ("kernel/web", "storefront", "partner_portal", "backoffice")
SHARED_SCRIPTS = ("early.js", "shop.js")
STAMP_SECONDS = 1.0
TALLY_SECONDS = 30.0
SHOP_GLOBALS = {"image": image, "images": images, "markdown": to_html, "amount": amount, "address_lines": address_lines}

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> Galleria:
    """One web process's application. The process's engine and log are set up by whoever calls (app/web.py, tests)."""
    i18n.use_catalogues(HERE / "app/locale")
    wire()
    assets = Assets(HERE / "kernel/web/static/build")
    media = Media(settings.signing_key, settings.scheme)
    entries, urls = all_routes(settings.style_guide == "yes")
    doors = TenantDoors()
    templates = Templates(
        [HERE / package / "templates" for package in PACKAGES], {"asset": assets.url, "integrity": assets.integrity, **SHOP_GLOBALS}
    )
    cache = PageCache(settings.page_cache_megabytes * 1_000_000)
    around = Surroundings(
        doors=doors,
        templates=templates,
        urls=urls,
        media=media,
        scheme=settings.scheme,
        sign_in="sign_in",
        shared_scripts=tuple(assets.integrity(name) for name in SHARED_SCRIPTS),
        cache=cache,
        threads=settings.threads,
    )
    return Galleria(Runner(around), entries, open_routes(assets), [Route(MEDIA_PATH, media.serve)], _lifespan(cache), LOST)


def _lifespan(cache: PageCache) -> Any:
    @contextlib.asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_watch_stamps(cache)), asyncio.create_task(_write_tallies())]
        yield
        for task in tasks:
            task.cancel()
        await anyio.to_thread.run_sync(TALLIES.write)
        await anyio.to_thread.run_sync(engine().dispose)

    return lifespan


async def _watch_stamps(cache: PageCache) -> None:
    """Learns once a second what has changed. While the database is away, kept pages stay as they are."""
    while True:
        try:
            cache.stamps.update(await anyio.to_thread.run_sync(_stamps))
        except Exception as error:
            log.warning("stamps could not be read", exc_info=error)
        metrics.CACHED.inc(cache.hits)
        cache.hits = 0
        await asyncio.sleep(STAMP_SECONDS)


async def _write_tallies() -> None:
    """Writes down twice a minute what was searched for; what fails is said by the writing itself."""
    while True:
        await asyncio.sleep(TALLY_SECONDS)
        await anyio.to_thread.run_sync(TALLIES.write)


def _stamps() -> dict[Any, int]:
    with transaction(read_only=True) as session:
        return stamps.read_all(session)
