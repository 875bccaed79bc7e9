"""Everybody who might ask: guests, customers, staff with and without rights, other tenants' staff, programs."""

from collections.abc import Iterator
from dataclasses import dataclass

from kernel.web.routes import Entry
from tests.browsing import Browser, Program, Site
from tests.isolation.samples import whose
from tests.isolation.world import ADA, BARE, JONAS, MIRA, NORA, World

TURNED_AWAY, NOT_FOR_YOU = {303, 401, 403, 404}, {403, 404}
ALL_SCOPES = (
    "content.edit", "content.publish",
    "catalog.view", "catalog.edit", "catalog.import", "catalog.publish", "agreement.view", "agreement.offer", "agreement.accept", "feed.read", "order.view", "order.manage", "price.edit",
    "search.manage",
)  # fmt: skip


@dataclass
class People:
    """Signed in once; nobody's rights change while the tests of the matrix run."""

    site: Site
    world: World
    staff: Browser
    dealer: Browser
    customer: Browser
    other_customer: Browser
    dealer_customer: Browser
    manager: Browser
    bare: Browser
    bare_dealer: Browser
    foreign_staff: Browser
    foreign_dealer: Browser
    program: Program
    other_program: Program
    bare_program: Program
    foreign_program: Program

    def who_may(self, sort: str) -> Browser | Program:
        """The one whose work it is, in a browser whose cookies may be changed without harm."""
        if sort == "program":
            return self.program
        known = {"staff": self.staff, "dealer": self.dealer, "customer": self.customer, "manager": self.manager}[sort]
        return known.cookies_to(self.site.browser(known.shop))

    def who_may_not(self, entry: Entry) -> Iterator[tuple[str, Browser | Program, set[int]]]:
        """Everybody who is to be turned away from the route, by name, with the statuses that say so."""
        access = entry.access
        assert access is not None
        if access.audience == "anyone":
            return
        sort = whose(entry)
        home = self.world.dealer if sort == "dealer" else self.world.home
        if sort == "program":
            yield "no token", Program(self.site.browser(home).client, ""), {401}
            yield "a made-up token", Program(self.site.browser(home).client, "x" * 43), {401}
            yield "another tenant's program", self.foreign_program, {401}
            yield "a program without the scope", self.bare_program, {403}
            return
        replayed = (self.foreign_dealer if sort == "dealer" else self.foreign_staff).cookies_to(self.site.browser(home))
        yield "guest", self.site.browser(home), {303} if entry.read_only else {401}
        yield "another tenant's staff with their cookie", replayed, {303} if entry.read_only else {401}
        if access.audience == "staff":
            shopper = self.customer if sort != "dealer" else self.dealer_customer
            yield "customer", shopper, {403}
            if access.permission:
                yield "staff without the permission", self.bare_dealer if sort == "dealer" else self.bare, {403}


def meet(site: Site, world: World) -> People:
    """Everybody, signed in through the real pages."""
    home, abroad, dealer, stranger = world.all

    def signed_in(tenant, mail: str) -> Browser:
        return site.browser(tenant).sign_in(mail)

    met = People(
        site, world, staff=signed_in(home, ADA), dealer=signed_in(dealer, ADA), customer=signed_in(home, MIRA),
        other_customer=signed_in(home, NORA), dealer_customer=signed_in(dealer, MIRA), manager=signed_in(home, JONAS), bare=signed_in(home, BARE), bare_dealer=signed_in(dealer, BARE),
        foreign_staff=signed_in(abroad, ADA), foreign_dealer=signed_in(stranger, ADA), program=site.program(home, *ALL_SCOPES),
        other_program=site.program(home, *ALL_SCOPES), bare_program=site.program(home, "audit.view"),
        foreign_program=site.program(abroad, *ALL_SCOPES, at=home),
    )  # fmt: skip
    for tenant, program, names in (
        (home, met.program, ("cart", "cart_line")),
        (home, met.other_program, ("other_cart", "other_line")),
        (abroad, site.program(abroad, *ALL_SCOPES), ("cart", "cart_line")),
    ):
        cart = program.post("/carts", {"market": "eu", "language": "en"}).json()["id"]
        lines = program.post(f"/carts/{cart}/lines", {"product_id": tenant.ids["product"]}).json()["lines"]
        tenant.ids |= {names[0]: cart, names[1]: lines[0]["id"]}
    return met
