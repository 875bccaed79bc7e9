"""JSON: planned publications and what differs between versions, under /api/v1 with the scopes of the desk."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from catalog import previews, publication_plans, timed_prices
from catalog.comparing import compare
from catalog.models import PreviewLink, PublicationPlan, TimedPrice
from catalog.publication_plans import Wish
from catalog.shapes import Strict
from catalog.shown_preview import BESIDE
from kernel.web.access import scope
from kernel.web.answers import Answer
from kernel.web.routes import Entry, api
from kernel.web.visit import Visit

MOST_DIFFERENCES = 500


class PlanIn(Strict):
    """`at` is what the clock shows (`2026-12-01T00:00`): each market's own, or the one that `zone` names. No `languages`:
    all that a market has then."""

    markets: list[str] = Field(min_length=1, max_length=60)
    at: str = Field(max_length=40)
    zone: str = Field(default="", max_length=60)
    languages: list[str] = Field(default=[], max_length=60)
    note: str = Field(default="", max_length=300)


class PlanChangeIn(Strict):
    """Everything of a plan but its market, and the `edit_version` that was read."""

    at: str = Field(max_length=40)
    zone: str = Field(default="", max_length=60)
    languages: list[str] = Field(default=[], max_length=60)
    note: str = Field(default="", max_length=300)
    edit_version: int


class PlanOut(BaseModel):
    """A planned publication; `at` is the instant in UTC. `publication_id` once it has begun, `problem` why it did not."""

    id: UUID
    market: str
    languages: list[str]
    at: datetime
    time_zone: str
    note: str
    state: str
    publication_id: UUID | None
    problem: dict[str, str]
    edit_version: int


class PlansOut(BaseModel):
    """What is still to happen, the next first; and how the last ones ended."""

    open: list[PlanOut]
    past: list[PlanOut]


class PlansMade(BaseModel):
    """One plan per market."""

    items: list[PlanOut]


class DifferencesQuery(Strict):
    """Two versions of a market in a language; no `new`: what is being edited; `old` 0: the empty shop."""

    market: str
    language: str
    old: int = Field(default=0, ge=0)
    new: int | None = Field(default=None, ge=0)


class FieldOut(BaseModel):
    """A field that reads differently, for example `prices.EUR` or `variants.BR-1.colour`."""

    field: str
    old: str
    new: str


class DifferenceOut(BaseModel):
    """A product that differs: `added`, `changed` or `removed`."""

    product_id: UUID
    sku: str
    name: str
    kind: str
    fields: list[FieldOut]


class DifferencesOut(BaseModel):
    """By article number; at most 500 products, and whether there are more."""

    items: list[DifferenceOut]
    is_all: bool


class PreviewIn(Strict):
    """What to show for how many days; `as_of` is what the market's clock shows on that date, empty: the present."""

    market: str
    language: str
    days: int = Field(default=7, ge=1, le=30)
    as_of: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=300)


class PreviewOut(BaseModel):
    """A preview link; `url` opens it for whoever holds it."""

    id: UUID
    market: str
    language: str
    url: str
    as_of: datetime | None
    ready_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None
    note: str


class PreviewsOut(BaseModel):
    """Links, newest first."""

    items: list[PreviewOut]


class TimedPriceIn(Strict):
    """From `begins` until just before `ends` (what the clock of `zone` shows, the shop's where none is given; no end: for good)."""

    currency: str = Field(max_length=3)
    amount: str = Field(max_length=30)
    begins: str = Field(max_length=40)
    ends: str = Field(default="", max_length=40)
    zone: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=300)


class TimedPriceOut(BaseModel):
    """A list price that holds for a time; instants in UTC."""

    id: UUID
    currency: str
    amount: Decimal
    valid_from: datetime
    valid_to: datetime | None
    time_zone: str
    note: str


class TimedPricesOut(BaseModel):
    """By currency and beginning."""

    items: list[TimedPriceOut]


def list_plans(visit: Visit) -> PlansOut:
    """Planned publications and how the last ones ended."""
    return PlansOut(
        open=[_plan(p) for p in publication_plans.open_plans(visit.session, visit.actor)],
        past=[_plan(p) for p in publication_plans.past_plans(visit.session, visit.actor)],
    )


def make(visit: Visit) -> Answer:
    """Plans a publication of each market; it begins by itself, to the minute, and tells in its `state` how it ended."""
    given: PlanIn = visit.form
    made = publication_plans.plan_publication(visit.session, visit.actor, Wish(**given.model_dump()))
    return visit.json(PlansMade(items=[_plan(p) for p in made]), status=201)


def show(visit: Visit) -> PlanOut:
    """One planned publication."""
    return _plan(publication_plans.plan_for(visit.session, visit.actor, visit.id()))


def change(visit: Visit) -> PlanOut:
    """Another time, other languages or another note, while it has not begun."""
    given: PlanChangeIn = visit.form
    wish = Wish([], given.at, given.languages, given.zone, given.note)
    return _plan(publication_plans.change_plan(visit.session, visit.actor, visit.id(), wish, given.edit_version))


def cancel(visit: Visit) -> PlanOut:
    """Calls a plan off that has not begun."""
    return _plan(publication_plans.cancel_plan(visit.session, visit.actor, visit.id()))


def list_differences(visit: Visit) -> DifferencesOut:
    """What a shopper would read differently, product by product and field by field."""
    asked: DifferencesQuery = visit.filter
    found = compare(visit.session, visit.actor, asked.market, asked.language, asked.old, asked.new, MOST_DIFFERENCES + 1)
    items = [
        DifferenceOut(
            product_id=d.product_id,
            sku=d.sku,
            name=d.name,
            kind=d.kind,
            fields=[FieldOut(field=c.field, old=c.old, new=c.new) for c in d.fields],
        )
        for d in found[:MOST_DIFFERENCES]
    ]
    return DifferencesOut(items=items, is_all=len(found) <= MOST_DIFFERENCES)


def list_previews(visit: Visit) -> PreviewsOut:
    """Preview links, newest first."""
    return PreviewsOut(items=[_preview(visit, link) for link in previews.list_links(visit.session, visit.actor)])


def make_preview(visit: Visit) -> Answer:
    """A link to the shop as it would be; it opens once `ready_at` is set."""
    given: PreviewIn = visit.form
    made = previews.make_link(visit.session, visit.actor, given.market, given.language, given.days, given.as_of, given.note)
    return visit.json(_preview(visit, made), status=201)


def revoke_preview(visit: Visit) -> PreviewOut:
    """The link opens nothing any more."""
    return _preview(visit, previews.revoke_link(visit.session, visit.actor, visit.id()))


def _preview(visit: Visit, link: PreviewLink) -> PreviewOut:
    names = PreviewOut.model_fields.keys() - {"market", "url"}
    address = f"{visit.base_url}/{link.language.lower()}-{link.market_code}{BESIDE}{previews.token_of(link)}/"
    return PreviewOut(**{n: getattr(link, n) for n in names}, market=link.market_code, url=address)


def list_timed_prices(visit: Visit) -> TimedPricesOut:
    """A product's list prices that hold for a time."""
    found = timed_prices.list_timed_prices(visit.session, visit.actor, visit.id())
    return TimedPricesOut(items=[_timed(price) for price in found])


def add_timed_price(visit: Visit) -> Answer:
    """Names a list price for a time; it shows after the next publication and then begins and ends by itself."""
    given: TimedPriceIn = visit.form
    made = timed_prices.add_timed_price(visit.session, visit.actor, visit.id(), **given.model_dump())
    return visit.json(_timed(made), status=201)


def remove_timed_price(visit: Visit) -> TimedPricesOut:
    """The list price holds at that time again."""
    timed_prices.remove_timed_price(visit.session, visit.actor, visit.id(), visit.id("price"))
    return list_timed_prices(visit)


def _timed(price: TimedPrice) -> TimedPriceOut:
    return TimedPriceOut(**{name: getattr(price, name) for name in TimedPriceOut.model_fields})


def _plan(plan: PublicationPlan) -> PlanOut:
    names = PlanOut.model_fields.keys() - {"market", "publication_id"}
    return PlanOut(**{n: getattr(plan, n) for n in names}, market=plan.market_code, publication_id=plan.run_id)


VIEW, EDIT, PUBLISH = scope("catalog.view"), scope("catalog.edit"), scope("catalog.publish")
ROUTES: list[Entry] = [
    api("GET", "/publication-plans", list_plans, access=VIEW, reply=PlansOut),
    api("POST", "/publication-plans", make, access=PUBLISH, body=PlanIn, reply=PlansMade, status=201, creates=True, name="api.plans.make"),
    api("GET", "/publication-plans/{id}", show, access=VIEW, reply=PlanOut, name="api.plans.show"),
    api("PATCH", "/publication-plans/{id}", change, access=PUBLISH, body=PlanChangeIn, reply=PlanOut, name="api.plans.change"),
    api("POST", "/publication-plans/{id}/cancel", cancel, access=PUBLISH, reply=PlanOut, name="api.plans.cancel"),
    api("GET", "/previews", list_previews, access=EDIT, reply=PreviewsOut, name="api.previews.list"),
    api(
        "POST", "/previews", make_preview, access=EDIT, body=PreviewIn, reply=PreviewOut, status=201, creates=True, name="api.previews.make"
    ),
    api("POST", "/previews/{id}/revoke", revoke_preview, access=EDIT, reply=PreviewOut, name="api.previews.revoke"),
    api("GET", "/products/{id}/timed-prices", list_timed_prices, access=VIEW, reply=TimedPricesOut, name="api.timed_prices.list"),
    api(
        "POST",
        "/products/{id}/timed-prices",
        add_timed_price,
        access=scope("price.edit"),
        body=TimedPriceIn,
        reply=TimedPriceOut,
        status=201,
        creates=True,
        name="api.timed_prices.add",
    ),
    api(
        "DELETE",
        "/products/{id}/timed-prices/{price}",
        remove_timed_price,
        access=scope("price.edit"),
        reply=TimedPricesOut,
        name="api.timed_prices.remove",
    ),
    api("GET", "/version-differences", list_differences, access=VIEW, query=DifferencesQuery, reply=DifferencesOut),
]
