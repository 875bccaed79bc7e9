"""JSON: how a partner follows a brand, feeds for foreign shops and the keys to them, under /api/v1."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from catalog import adoptions, agreements, differences, feed_keys, feeds
from catalog.api import agreement_out, terms_in
from catalog.brand_changes import BrandChange
from catalog.exchange.bmecat_writing import Heading
from catalog.feed_keys import KnownKey
from catalog.feed_writing import CONTENT_TYPES, Format, written
from catalog.shapes import AgreementOut, Strict, TermsIn
from catalog.shop import ShopPicture
from kernel import limits, tenancy
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.web.access import scope
from kernel.web.answers import Answer
from kernel.web.cursors import Page as CursorPage
from kernel.web.cursors import pack, unpack
from kernel.web.routes import Entry, api
from kernel.web.visit import Visit

FEEDS_AN_HOUR = 240
HOUR = 3600
FULL, DELTA = "full", "delta"


class FeedQuery(Strict):
    """`format`, market and language of the partner's own (its first where not said); `since`: the point that an earlier
    answer named in its header galleria-feed-point."""

    format: Format = "jsonl"
    market: str = Field(default="", max_length=20)
    language: str = Field(default="", max_length=20)
    since: str = Field(default="", max_length=60)


class KeyIn(Strict):
    """A key for one program."""

    name: str = Field(max_length=200)


class KeyOut(BaseModel):
    """A key; `secret` only in the answer that made it. `stopped` by the brand, `state` by the partner."""

    id: UUID
    agreement_id: UUID
    name: str
    hint: str
    state: str
    stopped: bool
    created_at: datetime
    secret: str | None = None


class KeysOut(BaseModel):
    """All keys of an agreement, newest first."""

    items: list[KeyOut]


class RulesIn(Strict):
    """{field: take, tell, hold or refuse}; fields that are not named stay."""

    rules: dict[str, str]
    edit_version: int | None = None


class RulesOut(BaseModel):
    """What happens to changes of each field."""

    rules: dict[str, str]
    edit_version: int


class LineOut(BaseModel):
    """A line that reads differently."""

    field: str
    old: str
    new: str


class ChangeOut(BaseModel):
    """A product the brand changed. `held`: fields that the shop shows as they were."""

    product_id: UUID
    sku: str
    name: str
    kind: Literal["added", "changed", "removed"]
    fields: list[str]
    held: list[str]
    lines: list[LineOut]


class ChangesQuery(Strict):
    """So many at a time, by article number."""

    limit: int = Field(default=50, ge=1, le=200)
    after: str | None = None


class AnswersIn(Strict):
    """{product: {field or "*": take, hold or refuse}}."""

    answers: dict[UUID, dict[str, str]] = Field(max_length=500)


def read_feed(visit: Visit) -> Answer:
    """What the shop sells under an agreement, in its words and at its prices: CSV, JSON lines or BMEcat; whole, or changed
    since a point. 304 where nothing has moved."""
    wanted: FeedQuery = visit.filter
    limits.hit("feed", str(visit.actor.id), FEEDS_AN_HOUR, HOUR)
    market = visit.tenant.market(wanted.market) if wanted.market else visit.tenant.default_market
    if market is None:
        raise NotThere
    if wanted.format == "bmecat" and wanted.since:
        raise Invalid.at("since", _("BMEcat is written as a whole."), "no_delta")
    language = wanted.language or market.default_language
    feed = feeds.feed_for(visit.session, visit.actor, visit.id(), market.code, language, wanted.since)
    mark = f'"{feed.mark(wanted.format)}"'
    if visit.headers.get("if-none-match", "").removeprefix("W/") == mark:
        return Answer(status=304, content_type=CONTENT_TYPES[wanted.format]).header("etag", mark)
    price_type = "gros_list" if feed.view.prices_include_tax else "net_list"
    heading = Heading(str(feed.agreement_id)[:18], visit.tenant.name, visit.tenant.name, [language], price_type=price_type)

    def address(picture: ShopPicture) -> str:
        largest = max(picture.of_format("jpeg") or picture.renditions, key=lambda r: r.width, default=None)
        return visit.file_url(picture.source_tenant_id, largest.key) if largest else ""

    stream = written(wanted.format, lambda: feeds.entries(feed), address, heading)
    answer = (
        Answer(content_type=CONTENT_TYPES[wanted.format], stream=stream).header("etag", mark).header("cache-control", "private, no-cache")
    )
    return answer.header("galleria-feed-point", feed.point.token).header("galleria-feed-kind", DELTA if feed.since else FULL)


def list_keys(visit: Visit) -> KeysOut:
    """The keys to an agreement's feed, for both sides."""
    return KeysOut(items=[_key(known) for known in feed_keys.list_keys(visit.session, visit.actor, visit.id())])


def make_key(visit: Visit) -> KeyOut:
    """A key for a program of the partner's; the secret is shown this once."""
    made = feed_keys.make_key(visit.session, visit.actor, visit.id(), visit.form.name)
    return _key(KnownKey(made.key, None), made.secret)


def end_key(visit: Visit) -> KeysOut:
    """The partner takes a key back; the brand stops it."""
    agreement = agreements.agreement_for(visit.session, visit.actor, visit.id())
    end = feed_keys.stop_key if agreement.tenant_id == tenancy.current() else feed_keys.revoke_key
    end(visit.session, visit.actor, agreement.id, visit.id("key"))
    return list_keys(visit)


def show_rules(visit: Visit) -> RulesOut:
    """What happens by itself when the brand changes something."""
    adoption = adoptions.rules_for(visit.session, visit.actor, visit.id())
    return RulesOut(rules=dict(adoptions.told_rules(adoption)), edit_version=adoption.edit_version)


def change_rules(visit: Visit) -> RulesOut:
    """Changes the rules that are named."""
    adoptions.set_rules(visit.session, visit.actor, visit.id(), visit.form.rules, visit.form.edit_version)
    return show_rules(visit)


def list_changes(visit: Visit) -> CursorPage[ChangeOut]:
    """What the brand changed and the partner has not looked at, by article number."""
    limit, key = visit.filter.limit, unpack(visit.filter.after, 2)
    after = (str(key[0]), UUID(str(key[1]))) if key else None
    found = differences.list_differences(visit.session, visit.actor, visit.id(), most=limit + 1, after=after)
    last = found[limit - 1].difference if len(found) > limit else None
    return CursorPage[ChangeOut](items=[_change(one) for one in found[:limit]], next=pack([last.sku, last.product_id]) if last else None)


def answer_changes(visit: Visit) -> CursorPage[ChangeOut]:
    """Answers, field by field or as a whole; gives back what is left."""
    differences.decide(visit.session, visit.actor, visit.id(), visit.form.answers)
    found = differences.list_differences(visit.session, visit.actor, visit.id(), most=50)
    return CursorPage[ChangeOut](items=[_change(one) for one in found], next=None)


def amend_terms(visit: Visit) -> AgreementOut:
    """Proposes other terms; the old ones hold until the partner has answered. `partner_id` is the agreement's."""
    given: TermsIn = visit.form
    agreement = agreements.agreement_for(visit.session, visit.actor, visit.id(), "brand")
    if given.partner_id != agreement.partner_tenant_id:
        raise Invalid.at("partner_id", _("The partner of an agreement does not change."), "other_partner")
    return agreement_out(agreements.amend(visit.session, visit.actor, agreement.id, terms_in(given)))


def _key(known: KnownKey, secret: str | None = None) -> KeyOut:
    names = KeyOut.model_fields.keys() - {"stopped", "secret"}
    told: dict[str, Any] = {name: getattr(known.key, name) for name in names}
    return KeyOut(**told, stopped=known.stopped is not None, secret=secret)


def _change(change: BrandChange) -> ChangeOut:
    told = change.difference
    lines = [LineOut(field=line.field, old=line.old, new=line.new) for line in told.fields]
    fields, held = sorted(change.fields), sorted(set(change.held) & set(change.fields))
    return ChangeOut(product_id=told.product_id, sku=told.sku, name=told.name, kind=told.kind, fields=fields, held=held, lines=lines)


SEE, ANSWER = scope("agreement.view"), scope("agreement.accept")
ROUTES: list[Entry] = [
    api("GET", "/feeds/{id}", read_feed, access=scope(feed_keys.READ), query=FeedQuery),
    api("GET", "/agreements/{id}/keys", list_keys, access=SEE, reply=KeysOut),
    api("POST", "/agreements/{id}/keys", make_key, access=ANSWER, body=KeyIn, reply=KeyOut, status=201, creates=True),
    api("POST", "/agreements/{id}/keys/{key}/end", end_key, access=SEE, reply=KeysOut),
    api("GET", "/agreements/{id}/following", show_rules, access=SEE, reply=RulesOut),
    api("PATCH", "/agreements/{id}/following", change_rules, access=ANSWER, body=RulesIn, reply=RulesOut),
    api("GET", "/agreements/{id}/changes", list_changes, access=SEE, query=ChangesQuery, reply=CursorPage[ChangeOut]),
    api("POST", "/agreements/{id}/answers", answer_changes, access=ANSWER, body=AnswersIn, reply=CursorPage[ChangeOut]),
    api("PATCH", "/agreements/{id}", amend_terms, access=scope("agreement.offer"), body=TermsIn, reply=AgreementOut),
]
