"""The details of a shop."""

import pytest

from kernel.errors import Invalid, NotAllowed
from tenants import profile
from tenants.profile import ShopDetails
from tests.factories.tenants import staff
from tests.tenants.conftest import count, inside

GIVEN = ShopDetails("Veloria GmbH", "hello@veloria.example", "+49 8382 123456", "Veloria GmbH\nHafenweg 1", "Europe/Vienna", False)


def test_details_are_kept_and_changed(brand):
    boss = staff(brand.id, "tenant.edit")
    with inside(brand.id) as session:
        assert profile.details_of(session, brand.id) == ShopDetails()
        assert profile.change_details(session, boss, GIVEN).contact_phone == "+498382123456"
        profile.change_details(session, boss, ShopDetails(legal_name="Veloria AG"))
        assert profile.details_of(session, brand.id) == ShopDetails(legal_name="Veloria AG")
        assert count(session, "tenants.profile") == 1


@pytest.mark.parametrize(
    ("details", "where"),
    [
        (ShopDetails(time_zone="Mars/Base"), "time_zone"),
        (ShopDetails(contact_email="x"), "contact_email"),
        (ShopDetails(contact_phone="x"), "contact_phone"),
        (ShopDetails(imprint="x" * 4001), "imprint"),
    ],
)
def test_what_does_not_hold_is_refused_at_its_field(brand, details, where):
    with inside(brand.id) as session:
        with pytest.raises(Invalid) as error:
            profile.change_details(session, staff(brand.id), details)
        assert error.value.problems[0].where == where
        assert count(session, "tenants.profile") == 0


def test_details_are_ones_own(brand, twin):
    with inside(twin.id) as session:
        profile.change_details(session, staff(twin.id), GIVEN)
    with inside(brand.id) as session:
        assert profile.details_of(session, brand.id) == profile.details_of(session, twin.id) == ShopDetails()
        with pytest.raises(NotAllowed):
            profile.change_details(session, staff(brand.id, "catalog.edit"), GIVEN)
        assert count(session, "tenants.profile") == 0
