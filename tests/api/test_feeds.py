"""Feeds for foreign shops: whose key opens what, what they say in three forms, what has changed since a point."""

import csv
import io
import json
from decimal import Decimal
from uuid import UUID

import pytest

from catalog.agreements import withdraw
from catalog.choosing import Choice, choose
from catalog.feed_keys import list_keys, make_key, revoke_key, stop_key
from catalog.models import Agreement
from catalog.overlays import set_hidden, set_price, set_words
from catalog.products import ProductEdit, edit_product
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from tests.browsing import Program, Site
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, publish_all, share, somebody
from tests.factories.tenants import make_market


class Channel:
    """A brand with a lamp, a bell and a jacket in two sizes, a partner that sells them, and its foreign shop's key."""

    def __init__(self, site: Site, brand: Shop, partner: Shop, word: str = "Canary") -> None:
        self.site, self.brand, self.partner = site, brand, partner
        with in_tenant(brand.id) as session:
            make_market(session, brand.id, "eu")
            make_attribute(session, brand.id, "size", "choice", ["s", "m"], is_axis=True)
            goods = make_category(session, brand.id, "goods")
            lights = make_category(session, brand.id, "lights", parent=goods)
            self.ids: dict[str, UUID] = {
                "LAMP": make_product(session, brand.id, "LAMP", name=f"{word} lamp", price="20", category=lights, gtin="4006381333931").id,
                "BELL": make_product(session, brand.id, "BELL", name=f"{word} bell", price="100", category=goods, texts={"en": "Loud."}).id,
            }
            jacket = make_product(session, brand.id, "JK", name=f"{word} jacket", price=None, category=goods)
            self.ids["JK"] = jacket.id
            self.ids |= {v.sku: v.id for v in make_variants(session, brand.id, jacket, "size", {"s": "50", "m": "60"})}
            publish_all(session, brand.id)
        with in_tenant(partner.id) as session:
            make_market(session, partner.id, "eu")
        fields = ("name", "text", "price")
        self.agreement: Agreement = share(brand.id, partner.id, overlay_fields=fields, low="-20", advertised_low_percent=Decimal(-5))[0]
        self.actor = somebody(partner.id)
        with in_tenant(partner.id) as session:
            self.secret = make_key(session, self.actor, self.agreement.id, "Foreign shop").secret
        site.settle()

    def reader(self, secret: str = "", at: Shop | None = None) -> Program:
        return Program(self.site.browser(at or self.partner).client, secret or self.secret)

    def read(self, query: str = "", **headers: str):
        self.site.settle()
        told = {"authorization": f"Bearer {self.secret}", **headers}
        return self.reader().client.get(f"/api/v1/feeds/{self.agreement.id}?{query}", headers=told)

    def lines(self, query: str = "") -> list[dict]:
        answer = self.read(query)
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    def point(self) -> str:
        return self.read().headers["galleria-feed-point"]


@pytest.fixture
def channel(site: Site, brand: Shop, partner: Shop) -> Channel:
    return Channel(site, brand, partner)


def test_json_lines_say_what_the_shop_sells_in_its_words_and_at_its_prices(channel: Channel) -> None:
    with in_tenant(channel.partner.id) as session:
        set_words(session, channel.actor, channel.agreement.id, channel.ids["BELL"], {"en": "Our bell"}, {"en": "Ours."})
        set_price(session, channel.actor, channel.agreement.id, channel.ids["BELL"], "EUR", "85")
        set_hidden(session, channel.actor, channel.agreement.id, channel.ids["JK-m"], True)
    bell, jacket, lamp = channel.lines()
    assert (bell["sku"], bell["name"], bell["text"], bell["category"]) == ("BELL", "Our bell", "Ours.", "Goods")
    assert [bell[n] for n in ("price", "list_price", "least_shown_price", "currency")] == ["85.00", "100.00", "95.00", "EUR"]
    assert (jacket["sku"], jacket["parent_sku"], jacket["options"], jacket["price"]) == ("JK-s", "JK", {"Size": "S"}, "50.00")
    assert (lamp["gtin"], lamp["category"], lamp["least_shown_price"], lamp["action"]) == ("4006381333931", "Goods > Lights", "", "put")


def test_csv_has_the_same_columns_and_no_cell_begins_like_a_formula(channel: Channel) -> None:
    with in_tenant(channel.brand.id) as session:
        edit_product(session, somebody(channel.brand.id), channel.ids["LAMP"], ProductEdit(names={"en": "=cmd|' /C calc'!A0"}))
        publish_all(session, channel.brand.id)
    answer = channel.read("format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(r["sku"], r["price"], r["options"]) for r in rows] == [
        ("BELL", "100.00", ""), ("JK-s", "50.00", "Size=S"), ("JK-m", "60.00", "Size=M"), ("LAMP", "20.00", ""),
    ]  # fmt: skip
    assert rows[-1]["name"] == "'=cmd|' /C calc'!A0"


def test_bmecat_says_the_partners_prices_and_is_always_whole(channel: Channel) -> None:
    with in_tenant(channel.partner.id) as session:
        set_price(session, channel.actor, channel.agreement.id, channel.ids["BELL"], "EUR", "85")
    answer = channel.read("format=bmecat")
    assert answer.headers["content-type"] == "application/xml"
    assert answer.text.count("<SUPPLIER_PID>") == 4
    assert "<PRICE_AMOUNT>85</PRICE_AMOUNT>" in answer.text
    assert channel.read("format=bmecat&since=1.1.0123456789ab").status_code == 422


def test_an_unchanged_feed_is_not_sent_again(channel: Channel) -> None:
    first = channel.read()
    mark = first.headers["etag"]
    again = channel.read(**{"if-none-match": mark})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    assert channel.read("format=csv", **{"if-none-match": mark}).status_code == 200
    with in_tenant(channel.partner.id) as session:
        set_price(session, channel.actor, channel.agreement.id, channel.ids["BELL"], "EUR", "101")
    assert channel.read(**{"if-none-match": mark}).status_code == 200


def test_a_delta_says_what_was_put_and_what_is_gone(channel: Channel) -> None:
    point = channel.point()
    assert channel.lines(f"since={point}") == []
    with in_tenant(channel.brand.id) as session:
        actor = somebody(channel.brand.id)
        edit_product(session, actor, channel.ids["LAMP"], ProductEdit(status="end"))
        edit_product(session, actor, channel.ids["JK-m"], ProductEdit(status="end"))
        publish_all(session, channel.brand.id)
    with in_tenant(channel.partner.id) as session:
        set_price(session, channel.actor, channel.agreement.id, channel.ids["BELL"], "EUR", "99")
    answer = channel.read(f"since={point}")
    assert answer.headers["galleria-feed-kind"] == "delta"
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [(t["action"], t["sku"], t.get("price")) for t in told] == [
        ("put", "BELL", "99.00"), ("put", "JK-s", "50.00"), ("remove", "JK-m", None), ("remove", "LAMP", None),
    ]  # fmt: skip
    with in_tenant(channel.partner.id) as session:
        set_price(session, channel.actor, channel.agreement.id, channel.ids["JK-s"], "EUR", "49")
        set_hidden(session, channel.actor, channel.agreement.id, channel.ids["BELL"], True)
    later = channel.lines(f"since={answer.headers['galleria-feed-point']}")
    assert [(t["action"], t["sku"]) for t in later] == [("remove", "BELL"), ("put", "JK-s")]


def test_other_terms_make_the_next_feed_a_whole_one(channel: Channel) -> None:
    point = channel.point()
    with in_tenant(channel.partner.id) as session:
        choose(session, channel.actor, channel.agreement.id, Choice("picked", picked_ids=(channel.ids["BELL"],)))
    answer = channel.read(f"since={point}")
    assert (answer.headers["galleria-feed-kind"], len(answer.text.splitlines())) == ("full", 1)
    for wrong in ("x", "1.2.3", "9" * 30 + ".1.0123456789ab"):
        assert channel.read(f"since={wrong}").status_code == 422


def test_a_key_opens_its_agreements_feed_at_its_partner_and_nothing_else(channel: Channel, site: Site, make_shop: MakeShop) -> None:
    other = Channel(site, make_shop("brand"), make_shop("partner"), "Robin")
    second = share(other.brand.id, channel.partner.id)[0]
    site.settle()
    reader = channel.reader()
    assert reader.get(f"/feeds/{channel.agreement.id}").status_code == 200
    for foreign in (second.id, other.agreement.id, UUID(int=4)):
        answer = reader.get(f"/feeds/{foreign}")
        assert (answer.status_code, "Robin" in answer.text) == (404, False)
    for path in ("/agreements", "/products", "/orders", f"/agreements/{channel.agreement.id}", f"/agreements/{channel.agreement.id}/keys"):
        assert reader.get(path).status_code == 403, path
    for host in (channel.brand, other.partner, other.brand):
        assert channel.reader(at=host).get(f"/feeds/{channel.agreement.id}").status_code == 401
    program = site.program(channel.partner, "feed.read")
    texts = [program.get(f"/feeds/{one}").text for one in (channel.agreement.id, second.id)]
    assert ["Canary" in text and "Robin" not in text for text in texts] == [True, False]
    assert program.get(f"/feeds/{other.agreement.id}").status_code == 404
    assert site.program(channel.partner, "agreement.view").get(f"/feeds/{channel.agreement.id}").status_code == 403
    assert channel.reader("gf_made-up").get(f"/feeds/{channel.agreement.id}").status_code == 401


def test_either_side_ends_a_key_and_both_see_it(channel: Channel) -> None:
    agreement = channel.agreement.id
    with in_tenant(channel.partner.id) as session:
        second = make_key(session, channel.actor, agreement, " Second   shop ")
        assert [(k.key.name, k.works) for k in list_keys(session, channel.actor, agreement)] == [
            ("Second shop", True),
            ("Foreign shop", True),
        ]
    with in_tenant(channel.brand.id) as session:
        seen = list_keys(session, somebody(channel.brand.id), agreement)
        stop_key(session, somebody(channel.brand.id), agreement, seen[1].key.id)
        stop_key(session, somebody(channel.brand.id), agreement, seen[1].key.id)
        with pytest.raises(NotThere):
            revoke_key(session, somebody(channel.brand.id), agreement, seen[0].key.id)
    assert channel.read().status_code == 401
    assert channel.reader(second.secret).get(f"/feeds/{agreement}").status_code == 200
    with in_tenant(channel.partner.id) as session:
        with pytest.raises(NotThere):
            stop_key(session, channel.actor, agreement, second.key.id)
        revoke_key(session, channel.actor, agreement, second.key.id)
    assert channel.reader(second.secret).get(f"/feeds/{agreement}").status_code == 401
    for tenant in (channel.brand.id, channel.partner.id):
        with in_tenant(tenant) as session:
            known = list_keys(session, somebody(tenant), agreement)
            assert [(k.key.state, k.stopped is not None, k.works) for k in known] == [("revoked", False, False), ("active", True, False)]


def test_keys_need_a_name_a_right_and_a_side(channel: Channel, twin: Shop) -> None:
    with in_tenant(channel.partner.id) as session:
        with pytest.raises(NotAllowed):
            make_key(session, somebody(channel.partner.id, "agreement.view"), channel.agreement.id, "x")
        for wrong in ("", " ", "x" * 81):
            with pytest.raises(Invalid):
                make_key(session, channel.actor, channel.agreement.id, wrong)
        for n in range(19):
            make_key(session, channel.actor, channel.agreement.id, f"Key {n}")
        with pytest.raises(Conflict):
            make_key(session, channel.actor, channel.agreement.id, "One more")
    for tenant in (channel.brand.id, twin.id):
        with in_tenant(tenant) as session, pytest.raises(NotThere):
            make_key(session, somebody(tenant), channel.agreement.id, "x")
    with in_tenant(twin.id) as session, pytest.raises(NotThere):
        list_keys(session, somebody(twin.id), channel.agreement.id)


def test_a_withdrawn_agreement_closes_its_feed_at_once(channel: Channel) -> None:
    assert channel.read().status_code == 200
    with in_tenant(channel.brand.id) as session:
        withdraw(session, somebody(channel.brand.id), channel.agreement.id)
    assert channel.read().status_code == 404


def test_programs_follow_a_brand_by_the_api(channel: Channel, site: Site) -> None:
    program = site.program(channel.partner, "agreement.view", "agreement.accept")
    path = f"/agreements/{channel.agreement.id}"
    assert program.get(f"{path}/following").json()["rules"]["name"] == "tell"
    assert program.send("PATCH", f"{path}/following", {"rules": {"name": "hold"}}).json()["rules"]["name"] == "hold"
    assert program.send("PATCH", f"{path}/following", {"rules": {"name": "maybe"}}).status_code == 422
    with in_tenant(channel.brand.id) as session:
        edit_product(session, somebody(channel.brand.id), channel.ids["BELL"], ProductEdit(names={"en": "Horn"}))
        publish_all(session, channel.brand.id)
    [change] = program.get(f"{path}/changes").json()["items"]
    assert (change["sku"], change["fields"], change["held"], change["lines"]) == (
        "BELL", ["name"], ["name"], [{"field": "name", "old": "Canary bell", "new": "Horn"}],
    )  # fmt: skip
    body = {"answers": {change["product_id"]: {"name": "take"}}}
    assert program.post(f"{path}/answers", body).json()["items"] == []
    assert [t["name"] for t in channel.lines() if t["sku"] == "BELL"] == ["Horn"]
    made = program.post(f"{path}/keys", {"name": "By API"}, key="k-1")
    assert made.status_code == 201
    assert channel.reader(made.json()["secret"]).get(f"/feeds/{channel.agreement.id}").status_code == 200
    ended = program.post(f"{path}/keys/{made.json()['id']}/end").json()["items"]
    assert [(k["name"], k["state"], k["secret"]) for k in ended] == [("By API", "revoked", None), ("Foreign shop", "active", None)]
