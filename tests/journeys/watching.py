"""A browser window that notices what a person might not: errors, blocked scripts and styles, missing words, pages that are too wide.

    window = visitors.window(shop)               # 1440 px, light
    window.go("/en-eu/")
    window.inspect()                             # WCAG 2.0–2.2 A and AA at 1440 and 360 px, nothing wider than 320 px
    window.page.get_by_role("link", name="Cart").click()

Every window is asked at the end of its test whether anything was wrong in it (tests/journeys/conftest.py).
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python.base
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

AXE = Path(axe_playwright_python.base.__file__).with_name("axe.min.js").read_text()
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]},
    "resultTypes": ["violations"],
}
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage", "--force-color-profile=srgb",
)  # fmt: skip
WIDE, NARROW, NARROWEST = 1440, 360, 320
HEIGHT = 900
HEARS_VIOLATIONS = """
document.addEventListener("securitypolicyviolation",
  (e) => window.tellTest(`blocked: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter((e) => {
  const box = e.getBoundingClientRect();
  if (!box.width || box.right <= innerWidth + 1) return false;
  for (let p = e.parentElement; p; p = p.parentElement) if (getComputedStyle(p).overflowX !== "visible") return false;
  return getComputedStyle(e).position !== "fixed";
}).slice(0, 5).map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)} px`)"""


@dataclass
class Window:
    """One browser context with one page, at one shop. `expected` are statuses whose console message is no fault."""

    origin: str
    context: BrowserContext
    page: Page
    has_script: bool
    faults: list[str] = field(default_factory=list)
    inspected: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.has_script:
            self.page.expose_function("tellTest", lambda fault: self.faults.append(f"{self.path}: {fault}"))
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.path}: {error}"))
        self.page.on("response", self._receive)

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.origin)

    def go(self, path: str) -> Page:
        """Opens a page of the shop."""
        self.page.goto(path if path.startswith("http") else self.origin + path)
        return self.page

    def arrive(self, heading: str, inspect: bool = True) -> None:
        """Waits for the page with this main heading, then inspects it."""
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        if inspect:
            self.inspect(heading)

    def inspect(self, name: str = "") -> None:
        """Looks at the page as it is now, at three widths, and notes every fault."""
        self.page.wait_for_load_state()
        self.inspected.append(name or self.path)
        for width in (WIDE, NARROW):
            self._resize(width)
            self._axe(width)
        self._resize(NARROWEST)
        if (inner := self.page.evaluate("document.documentElement.scrollWidth")) > NARROWEST:
            self.faults.append(f"{self.path}: {inner} px wide in a window of {NARROWEST}: {self.page.evaluate(TOO_WIDE)}")
        self._resize(WIDE)

    def sign_in(self, email: str, password: str, place: str = "en-eu") -> None:
        """Through the page, as a person does."""
        self.go(f"/{place}/sign-in")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(re.compile(r"^(?!.*sign-in)"))

    def close(self) -> list[str]:
        """Ends it; everything that was wrong."""
        self.context.close()
        return self.faults

    def _resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def _axe(self, width: int) -> None:
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE)
        found = self.page.evaluate("(rules) => window.axe.run(document, rules)", RULES)
        for violation in found["violations"]:
            places = "; ".join(f"{node['target']} {node['html'][:160]}: {_why(node)}" for node in violation["nodes"][:4])
            self.faults.append(f"{self.path} at {width} px: {violation['id']}: {places}")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if any(f"status of {status}" in message.text for status in self.expected):
            return
        self.faults.append(f"{self.path}: {message.type}: {message.text} {message.location.get('url', '')}")

    def _receive(self, answer: Response) -> None:
        if answer.status >= 400 and answer.status not in self.expected:
            self.faults.append(f"{answer.request.method} {answer.url} answers {answer.status}")


def open_window(browser: Browser, origin: str, has_script: bool = True, **wanted: Any) -> Window:
    """A fresh context; `wanted` are playwright's own options (color_scheme, locale, viewport)."""
    options = {"viewport": {"width": WIDE, "height": HEIGHT}, "reduced_motion": "reduce", "locale": "en-GB", **wanted}
    context = browser.new_context(java_script_enabled=has_script, **options)
    context.set_default_timeout(15_000)
    if has_script:
        context.add_init_script(HEARS_VIOLATIONS)
    return Window(origin, context, context.new_page(), has_script)


def _why(node: dict[str, Any]) -> str:
    return " ".join((node.get("failureSummary") or "").split())[:300]
