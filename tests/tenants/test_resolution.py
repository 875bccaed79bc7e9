"""Which tenant lives at this host?"""

import time

import pytest
from sqlalchemy import event

from kernel import tenancy
from kernel.db.session import make_engine, use_engine
from kernel.errors import Unavailable, WrongHost
from tenants import markets, onboarding, resolution, themes
from tenants.markets import MarketDetails
from tenants.themes import Look
from tests.factories.tenants import make_market, staff
from tests.tenants.conftest import inside, some


@pytest.mark.parametrize("form", ["{}.localhost", "{}.localhost:8000", "{}.localhost.:1", "{}.LOCALHOST:8000"])
def test_every_tenant_answers_at_its_slug(brand, form):
    view = resolution.resolve(form.format(brand.slug))
    assert (view.tenant_id, view.slug, view.name, view.kind, view.is_media) == (brand.id, brand.slug, brand.name, "brand", False)
    assert tenancy.current_or_none() is None


def test_media_hosts_lead_to_the_same_tenant(brand):
    view = resolution.resolve(f"media.{brand.slug}.localhost:8000")
    assert (view.tenant_id, view.is_media) == (brand.id, True)


@pytest.mark.parametrize(
    "host",
    [
        "", " ", "localhost", "localhost:8000", "nobody.localhost", "{}", "{}.localhost.evil.test", "evil.test", "x.{}.localhost", "{}.localhost@evil.test",
        "evil.test@{}.localhost", "{}.localhost:8000:80", "{}.localhost/", "{}.localhost, evil.test", "{}.localhost\r\nX: y", "media.media.{}.localhost",
        " {}.localhost", "{}.localhost\t", "{}.localhost:99999", "{}.localhost:x", "http://{}.localhost", "{}..localhost", ".{}.localhost", "{}.localhost\x00",
        "media.localhost", "127.0.0.1", "[::1]", "{}.localhosts", "x{}.localhost", "ｖ{}.localhost", "{}%2elocalhost", "{}_localhost", "*.localhost", "%.localhost",
    ],
)  # fmt: skip
def test_every_other_host_is_wrong(brand, host):
    with pytest.raises(WrongHost):
        resolution.resolve(host.format(brand.slug))


def test_the_view_holds_markets_look_and_details(brand):
    with inside(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("de", "en"))
        make_market(session, brand.id, "us", "USD", ("en", "zh-Hans"), ("US",), prices_include_tax=False)
        themes.save_draft(session, staff(brand.id), Look("#0f4c3a"))
        themes.publish_draft(session, staff(brand.id))
    view = resolution.resolve(f"{brand.slug}.localhost")
    assert [(m.code, m.currency, m.is_default) for m in view.markets] == [("eu", "EUR", True), ("us", "USD", False)]
    assert view.languages == ("de", "en", "zh-Hans")
    assert view.default_market.code == "eu"
    assert some(view.market("us")).countries == ("US",)
    assert view.market("xx") is None
    assert (view.look.primary, view.theme_digest) == ("#0f4c3a", view.look.digest)
    assert view.details.time_zone == "Europe/Berlin"


def test_a_tenant_without_a_market_is_not_open_yet(brand):
    with pytest.raises(Unavailable):
        _ = resolution.resolve(f"{brand.slug}.localhost").default_market


def test_what_is_kept_costs_nothing_for_a_second_and_one_look_at_the_stamp_after(brand, db, monkeypatch):
    now = time.monotonic()
    monkeypatch.setattr("tenants.resolution.time.monotonic", lambda: now)
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith("SELECT set_config"):
            seen.append(statement)

    event.listen(db, "before_cursor_execute", note)
    try:
        first = resolution.resolve(f"{brand.slug}.localhost")
        assert len(seen) <= 6
        seen.clear()
        assert resolution.resolve(f"{brand.slug}.localhost") is first
        assert seen == []
        now += 1.5
        assert resolution.resolve(f"{brand.slug}.localhost") is first
        assert len(seen) == 1
    finally:
        event.remove(db, "before_cursor_execute", note)


def test_a_change_shows_within_a_second(brand, monkeypatch):
    now = time.monotonic()
    monkeypatch.setattr("tenants.resolution.time.monotonic", lambda: now)
    assert resolution.resolve(f"{brand.slug}.localhost").markets == ()
    with inside(brand.id) as session:
        markets.add_market(session, staff(brand.id), "eu", MarketDetails("Europe", ("DE",), "EUR", ("de",), True))
    now += 1.1
    assert [m.code for m in resolution.resolve(f"{brand.slug}.localhost").markets] == ["eu"]


def test_suspended_tenants_are_away_and_closed_ones_gone(brand, owner_db):
    onboarding.set_status(owner_db, brand.slug, "suspended")
    with pytest.raises(Unavailable):
        resolution.resolve(f"{brand.slug}.localhost")
    onboarding.set_status(owner_db, brand.slug, "closed")
    resolution.forget()
    with pytest.raises(WrongHost):
        resolution.resolve(f"{brand.slug}.localhost")
    onboarding.set_status(owner_db, brand.slug, "active")
    resolution.forget()
    assert resolution.resolve(f"{brand.slug}.localhost").status == "active"


def test_while_the_database_is_away_what_is_known_stays_good_for_a_while(brand, monkeypatch):
    now = time.monotonic()
    monkeypatch.setattr("tenants.resolution.time.monotonic", lambda: now)
    view = resolution.resolve(f"{brand.slug}.localhost")
    nowhere = make_engine("postgresql://nobody@127.0.0.1:1/none")
    use_engine(nowhere)
    now += 300
    assert resolution.resolve(f"{brand.slug}.localhost") is view
    with pytest.raises(Unavailable):
        resolution.resolve("unknown.localhost")
    now += 400
    with pytest.raises(Unavailable):
        resolution.resolve(f"{brand.slug}.localhost")
    nowhere.dispose()


def test_a_flood_of_made_up_hosts_fills_no_memory(brand, monkeypatch):
    monkeypatch.setattr(resolution, "MOST_KEPT", 10)
    for number in range(25):
        with pytest.raises(WrongHost):
            resolution.resolve(f"x{number}.localhost")
    assert len(resolution._kept) <= 10
