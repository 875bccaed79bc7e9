"""Opening tenants."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kernel.errors import Conflict, Invalid, NotThere
from kernel.ids import new_id
from tenants import directory, onboarding, resolution
from tenants.actors import actor_for
from tenants.markets import MarketDetails
from tenants.onboarding import Administrator, Opening
from tenants.permissions import EVERYTHING
from tenants.profile import ShopDetails
from tenants.signin import sessions
from tenants.signin.signing_in import sign_in
from tenants.themes import Look
from tests.tenants.conftest import count, inside, some

ADA = Administrator("ada@shop.example", "Ada Admin", "galleria-demo")


def opening(**changes) -> Opening:
    values = {"slug": f"new-{new_id().hex[-10:]}", "name": "Newcomer", "kind": "brand", "administrator": ADA}
    return Opening(**{**values, **changes})


@pytest.mark.parametrize(
    ("kind", "roles"),
    [("brand", {"administrator", "catalog_manager", "channel_manager", "sales"}), ("partner", {"administrator", "seller"})],
)
def test_a_new_tenant_can_be_worked_with_at_once(db, owner_db, kind, roles):
    us = ("us", MarketDetails("United States", ("US",), "USD", ("en",), False))
    chosen = opening(
        kind=kind, markets=(us,), look=Look("#102a43", pairing="harbour"), details=ShopDetails(contact_email="hello@shop.example")
    )
    opened = onboarding.open_tenant(owner_db, chosen)
    assert set(opened.role_ids) == roles
    view = resolution.resolve(f"{chosen.slug}.localhost")
    assert (view.tenant_id, view.kind, view.default_market.currency, view.look.pairing) == (opened.tenant_id, kind, "USD", "harbour")
    assert view.details.contact_email == "hello@shop.example"
    with inside(opened.tenant_id) as session:
        result = sign_in(session, ADA.email, ADA.password, sessions.Browser())
        assert actor_for(session, opened.tenant_id, some(result.started).token).actor.permissions == EVERYTHING
        assert count(session, "tenants.role") == len(roles)


def test_a_slug_is_taken_once_and_nothing_is_left_of_the_second_try(db, owner_db):
    first = opening()
    onboarding.open_tenant(owner_db, first)
    with pytest.raises(Invalid) as error:
        onboarding.open_tenant(owner_db, first)
    assert [(p.where, p.code) for p in error.value.problems] == [("slug", "taken")]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"slug": "Big"}, "slug"), ({"slug": "media"}, "slug"), ({"slug": "a.b"}, "slug"), ({"kind": "dealer"}, "kind"), ({"name": " "}, "name"),
        ({"administrator": Administrator("ada", "Ada", "galleria-demo")}, "email"), ({"administrator": Administrator("a@b.example", "Ada", "x")}, "password"),
        ({"look": Look("red")}, "primary"), ({"details": ShopDetails(time_zone="Mars/Base")}, "time_zone"),
    ],
)  # fmt: skip
def test_what_does_not_hold_opens_nothing(db, owner_db, changes, where):
    chosen = opening(**changes)
    with pytest.raises(Invalid) as error:
        onboarding.open_tenant(owner_db, chosen)
    assert error.value.problems[0].where == where
    with owner_db.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM tenants.tenant WHERE slug = :slug"), {"slug": chosen.slug}).scalar() == 0


def test_the_application_may_read_the_directory_and_never_write_it(brand):
    for statement in (
        "INSERT INTO tenants.tenant (id, slug, name, kind) VALUES (gen_random_uuid(), 'x', 'X', 'brand')",
        "UPDATE tenants.tenant SET status = 'closed'",
        "DELETE FROM tenants.tenant",
        "TRUNCATE tenants.tenant CASCADE",
    ):
        with inside(brand.id) as session, pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text(statement))
    with inside(brand.id) as session:
        assert directory.tenant_called(session, brand.slug.upper()).id == brand.id
        assert directory.tenant_names(session, [brand.id, new_id()]) == {brand.id: brand.name}
        assert brand.id in {t.id for t in directory.list_tenants(session, "brand")}
        assert brand.id not in {t.id for t in directory.list_tenants(session, "partner")}
        for missing in ("nobody", ""):
            with pytest.raises(NotThere):
                directory.tenant_called(session, missing)


def test_the_platform_grants_a_host_without_proof_once(brand, twin, owner_db):
    name = f"{new_id().hex[-10:]}.example.com"
    onboarding.grant_host(owner_db, brand.slug, name.upper())
    onboarding.grant_host(owner_db, brand.slug, name)
    assert resolution.resolve(name).tenant_id == brand.id
    with pytest.raises(Conflict):
        onboarding.grant_host(owner_db, twin.slug, name)
    with pytest.raises(Invalid):
        onboarding.grant_host(owner_db, brand.slug, "no host")
    with pytest.raises(NotThere):
        onboarding.grant_host(owner_db, "nobody", name)


def test_a_renamed_tenant_keeps_its_slug(brand, owner_db):
    onboarding.rename(owner_db, brand.slug, "Fresh Name")
    assert resolution.resolve(f"{brand.slug}.localhost").name == "Fresh Name"
    with pytest.raises(Invalid):
        onboarding.set_status(owner_db, brand.slug, "asleep")
