"""An account is opened, confirmed by the link in the mail, used, and its password reset; the links are those that were mailed."""

import re
import time
from email import policy
from email.parser import BytesParser
from pathlib import Path

from playwright.sync_api import expect

from kernel.settings import Settings
from tests.journeys.conftest import Visitors
from tests.journeys.world import Street

WAIT_SECONDS = 15


def link_mailed(folder: Path, address: str, path: str) -> str:
    """The newest link to `path` in a mail to the address; waits for the worker."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        for file in sorted(folder.rglob("*.eml"), key=lambda f: f.stat().st_mtime, reverse=True):
            mail = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
            body = mail.get_body(("plain",))
            found = re.search(rf"http://\S+/{path}/\S+", body.get_content() if body else "")
            if address in str(mail["to"]) and found:
                return found[0].rstrip(".")
        time.sleep(0.1)
    raise AssertionError(f"no mail with {path} for {address}")


def test_from_the_form_to_the_order(street: Street, visitors: Visitors, outside: Settings) -> None:
    address = f"mira.{street.brand.slug}@example.com"
    window = visitors.window(street.brand)
    page = window.go("/en-eu/sign-in")
    window.arrive("Sign in")
    page.get_by_role("link", name="Open an account").click()
    window.arrive("Open an account")
    page.get_by_label("Name").fill("Mira Castell")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill("a quiet river in may")
    page.get_by_role("button", name="Open an account").click()
    expect(page.get_by_text("We have sent you a mail.")).to_be_visible()

    window.go(link_mailed(outside.mail_dir, address, "confirm"))
    window.arrive("Confirm your address")
    page.get_by_label("Password").fill("a quiet river in may")
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_text("All done. Please sign in.")).to_be_visible()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill("a quiet river in may")
    page.get_by_role("button", name="Sign in").click()
    window.go("/en-eu/orders")
    expect(page.get_by_text("No orders yet")).to_be_visible()
    window.inspect("no orders yet")

    window.go("/en-eu/p/brass-bell-bell-1")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="Go to the cart").click()
    page.get_by_role("link", name="Go to checkout").click()
    expect(page.get_by_label("E-mail address")).to_have_value(address)
    for name, value in (("name", "Mira Castell"), ("street_address", "Hafenweg 3"), ("postal_code", "10115"), ("city", "Berlin")):
        page.locator(f"[name='delivery.{name}']").fill(value)
    page.get_by_role("button", name="Go on to the review").click()
    page.get_by_role("button", name="Place order for €17.40").click()
    expect(page.get_by_text("Thank you. Your order has arrived.")).to_be_visible()
    window.go("/en-eu/account")
    window.inspect("account")
    page.get_by_role("link", name="My orders").click()
    expect(page.get_by_role("table", name="My orders").get_by_role("row")).to_have_count(2)
    confirmation = link_mailed(outside.mail_dir, address, "order")
    assert confirmation.startswith(window.origin)
    visitors.window(street.brand).go(confirmation)


def test_a_forgotten_password_is_set_anew_and_the_link_works_once(street: Street, visitors: Visitors, outside: Settings) -> None:
    address = f"ada@{street.brand.slug}.example"
    window = visitors.window(street.brand)
    page = window.go("/en-eu/sign-in")
    window.expected.add(422)
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    window.inspect("wrong password")
    page.get_by_role("link", name="Forgotten your password?").click()
    window.arrive("New password")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Send me a link").click()
    link = link_mailed(outside.mail_dir, address, "reset")
    window.go(link)
    window.arrive("New password")
    page.get_by_label("Password").fill("copper kettle on the stove")
    page.get_by_role("button", name="Set the new password").click()
    expect(page.get_by_text("Your new password is set.")).to_be_visible()
    window.sign_in(address, "copper kettle on the stove")
    window.go("/desk/")
    expect(page.get_by_role("heading", level=1, name="Today")).to_be_visible()
    again = visitors.window(street.brand)
    again.expected |= {404, 410}
    again.go(link)
    expect(again.page.get_by_label("Password")).to_have_count(0)
