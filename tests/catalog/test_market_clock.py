"""From a clock on the wall to the instant: exact in every zone, refused where the clock never shows that time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.market_clock import instant_at, shown_at, zone_of, zones
from kernel.errors import Invalid
from tenants.models import Market
from tests.conftest import Shop
from tests.factories.catalog import in_tenant
from tests.factories.tenants import make_market

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "Pacific/Apia")


@pytest.mark.parametrize(
    ("shown", "zone", "instant"),
    [
        ("2026-12-01T00:00", "Europe/Berlin", "2026-11-30T23:00"),
        ("2026-12-01T00:00", "America/New_York", "2026-12-01T05:00"),
        ("2026-07-01T12:30", "Europe/Berlin", "2026-07-01T10:30"),
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30"),  # there twice: the first one
    ],
)
def test_the_clock_of_the_zone_decides(shown: str, zone: str, instant: str) -> None:
    at = instant_at(shown, zone)
    assert at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert shown_at(at, zone) == shown


@pytest.mark.parametrize("shown", ["2026-03-29T02:30", "", "tomorrow", "2026-13-01T00:00", "1999-12-31T23:59", "2026-01-01T00:00+01:00"])
def test_a_time_that_no_clock_shows_is_refused(shown: str) -> None:
    with pytest.raises(Invalid) as refused:
        instant_at(shown, "Europe/Berlin", "from")
    assert refused.value.problems[0].where == "from"


@given(
    st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2100, 1, 1)).map(lambda d: d.replace(second=0, microsecond=0)),
    st.sampled_from(ZONES),
)
def test_every_instant_comes_back_from_what_the_clock_shows_then(naive: datetime, zone: str) -> None:
    at = naive.replace(tzinfo=UTC)
    again = instant_at(shown_at(at, zone), zone)
    folded = at.astimezone(ZoneInfo(zone)).fold
    assert again == at if not folded else again < at <= again + timedelta(hours=2)


def test_a_market_without_a_zone_of_its_own_has_the_tenants(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        here, there = make_market(session, brand.id, "eu"), make_market(session, brand.id, "us")
        there.time_zone = "America/New_York"
        session.flush()
        assert (zone_of(session, here), zone_of(session, there)) == ("Europe/Berlin", "America/New_York")
        assert zones(session) == {"eu": "Europe/Berlin", "us": "America/New_York"}
        assert isinstance(here, Market)
