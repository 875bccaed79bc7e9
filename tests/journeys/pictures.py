"""The pictures of docs/pictures, taken from a demo world that runs: `make pictures PORT=8000` beside `make demo`.

Each is a PNG of at most 250 KB with a palette of its own, 1440 × 900 points of the page as it first shows.
"""

import io
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from app.demo.stage import PASSWORD
from tests.journeys.watching import FLAGS, Window, open_window

FOLDER = Path(__file__).parents[2] / "docs/pictures"
SIZE = {"width": 1440, "height": 900}
MOST_BYTES = 250_000
COLOURS = (256, 192, 128, 96, 64)


@dataclass(frozen=True)
class Shot:
    """One picture: which shop, who looks, and how to get there."""

    name: str
    shop: str
    go: Callable[[Window], object]
    who: str = ""


def _product(window: Window) -> Page:
    page = window.go("/en-eu/c/bicycles")
    page.locator(".card-name a").first.click()
    page.locator(".product-buy").wait_for()
    return page


def _buy(window: Window) -> Page:
    page = _product(window)
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="Go to the cart").click()
    page.get_by_role("heading", level=1, name="Cart").wait_for()
    return page


def _review(window: Window) -> Page:
    page = _buy(window)
    page.get_by_role("link", name="Go to checkout").click()
    given = {"name": "Mira Castell", "street_address": "Hafenweg 3", "postal_code": "10115", "city": "Berlin"}
    page.get_by_label("E-mail address").fill("mira@example.com")
    for name, value in given.items():
        page.locator(f"[name='delivery.{name}']").fill(value)
    page.get_by_role("button", name="Go on to the review").click()
    page.get_by_role("heading", level=1, name="Check and order").wait_for()
    return page


def _order(window: Window) -> None:
    page = window.go("/en-de/orders")
    page.locator("tbody tr", has_text="Finished").locator(".row-link").first.click()
    page.locator(".timeline").wait_for()


def _prices(window: Window) -> None:
    page = window.go("/portal/")
    page.locator(".row-link").first.click()
    page.get_by_role("link", name="Products and prices").click()
    page.get_by_role("heading", level=1, name="Products and prices").wait_for()


SHOTS = (
    Shot("shop-home", "veloria", lambda window: window.go("/en-eu/")),
    Shot("shop-list", "veloria", lambda window: window.go("/en-eu/c/bicycles")),
    Shot("shop-product", "veloria", _product),
    Shot("shop-cart", "veloria", _buy),
    Shot("checkout-review", "veloria", _review),
    Shot("partner-home", "radhaus", lambda window: window.go("/de-de/")),
    Shot("order", "radhaus", _order, "mira@example.com"),
    Shot("desk-home", "veloria", lambda window: window.go("/desk/"), "ada@veloria.example"),
    Shot("desk-products", "veloria", lambda window: window.go("/desk/products"), "clara@veloria.example"),
    Shot("portal-prices", "radhaus", _prices, "petra@radhaus.example"),
)


def small(picture: bytes) -> bytes:
    """A PNG with as many colours as fit the limit."""
    shown = Image.open(io.BytesIO(picture)).convert("RGB")
    out = io.BytesIO()
    shown.save(out, "PNG", optimize=True)
    for colours in COLOURS:
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
        out = io.BytesIO()
        shown.quantize(palette=_palette(shown, colours), dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    raise ValueError(f"{len(out.getvalue())} bytes with {COLOURS[-1]} colours")


def _palette(shown: Image.Image, colours: int) -> Image.Image:
    """Most for what fills the page (skies, studio grounds), a quarter for rare colours: a small red mark stays red."""
    rare = colours // 4
    common = shown.quantize(colours - rare, Image.Quantize.MEDIANCUT).getpalette() or []
    spread = shown.quantize(rare, Image.Quantize.MAXCOVERAGE).getpalette() or []
    made = Image.new("P", (1, 1))
    made.putpalette(common[: 3 * (colours - rare)] + spread[: 3 * rare])
    return made


def take(browser: Browser, shot: Shot, port: int) -> bytes:
    """The picture, in a fresh window."""
    window = open_window(browser, f"http://{shot.shop}.localhost:{port}", viewport=SIZE)
    if shot.who:
        window.sign_in(shot.who, PASSWORD, "en-de" if shot.shop == "radhaus" else "en-eu")
    shot.go(window)
    window.page.wait_for_load_state("networkidle")
    window.page.mouse.move(0, 0)
    picture = window.page.screenshot()
    if faults := window.close():
        raise RuntimeError(f"{shot.name}: {faults}")
    return small(picture)


def main() -> None:
    """All of them, or those named on the command line."""
    port = int(os.environ.get("GALLERIA_PORT", "8000"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=list(FLAGS))
        for shot in SHOTS:
            if not sys.argv[1:] or shot.name in sys.argv[1:]:
                data = take(browser, shot, port)
                (FOLDER / f"{shot.name}.png").write_bytes(data)
                print(f"{shot.name}.png  {len(data) / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
