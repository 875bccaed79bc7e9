"""The desk's plans: a time is typed, listed, changed, called off; what is wrong stands at its field."""

from uuid import UUID

from sqlalchemy import Engine, select, update

from catalog import publication_starts
from catalog.models import PublicationPlan
from kernel import clock, moments
from kernel.jobs import drain_once
from tests.backoffice.desks import Desk
from tests.browsing import Browser, Elements
from tests.conftest import Shop
from tests.factories.catalog import in_tenant

publication_starts.register()
WISH = {"markets": "eu", "at": "2090-12-01T08:00", "note": "Winter range"}


def plans(shop: Shop) -> list[PublicationPlan]:
    with in_tenant(shop.id) as session:
        return list(session.scalars(select(PublicationPlan).where(PublicationPlan.tenant_id == shop.id).order_by(PublicationPlan.at)))


def test_a_plan_is_made_shown_changed_and_called_off(ada: Browser, shop: Shop) -> None:
    assert ada.post("/desk/publications/plans", WISH).headers["location"].endswith("/desk/publications/plans?done=planned")
    [plan] = plans(shop)
    listed = Elements(ada.get("/desk/publications/plans").text).text
    assert "Dec 1, 2090, 8:00" in listed
    assert "Europe/Berlin" in listed
    assert "Winter range" in listed
    assert "Dec 1, 2090" in ada.get("/desk/publications").text
    place = f"/desk/publications/plans/{plan.id}"
    assert 'value="2090-12-01T08:00"' in ada.get(place).text
    changed = ada.post(place, {"at": "2090-12-02T09:30", "languages": "de", "note": "A day later", "edit_version": "1"})
    assert changed.status_code == 303
    [plan] = plans(shop)
    assert (plan.languages, plan.note, plan.at.isoformat(), plan.edit_version) == (["de"], "A day later", "2090-12-02T08:30:00+00:00", 2)
    late = ada.post(place, {"at": "2090-12-03T09:30", "edit_version": "1"})
    assert late.status_code == 409
    assert "Somebody else has changed this plan." in late.text
    assert 'value="2090-12-03T09:30"' in late.text
    assert ada.post(f"{place}/cancel", {}).status_code == 303
    assert "Called off" in ada.get("/desk/publications/plans").text
    assert plans(shop)[0].at.day == 2


def test_what_is_wrong_stands_at_its_field_and_nothing_is_planned(ada: Browser, shop: Shop) -> None:
    for wrong, words in (
        ({"at": "2020-01-01T08:00"}, "This time has passed."),
        ({"at": ""}, "Please give a date and a time."),
        ({"markets": ""}, "Please choose at least one market."),
        ({"languages": "fr"}, "This market has none of these languages."),
    ):
        answer = ada.post("/desk/publications/plans", WISH | wrong)
        assert (answer.status_code, words in answer.text) == (422, True), words
        assert "Winter range" in answer.text
    assert plans(shop) == []


def test_a_plan_that_failed_says_why(ada: Browser, shop: Shop, relay_db: Engine) -> None:
    ada.post("/desk/publications/plans", WISH)
    with in_tenant(shop.id) as session:
        session.execute(update(PublicationPlan).where(PublicationPlan.tenant_id == shop.id).values(at=clock.now(), market_code="gone"))
        moments.arrange(session, "catalog.plans", [clock.now()])
    moments.run_due()
    assert "The market is not there any more." in ada.get("/desk/publications/plans").text
    drain_once(relay_db, shop.id)


def test_the_list_offers_the_way_back_and_says_what_moves(ada: Browser, shop: Shop, relay_db: Engine) -> None:
    ada.post("/desk/publications", {"market": "eu"})
    drain_once(relay_db, shop.id)
    page = Elements(ada.get("/desk/publications").text).text
    assert "Going back to version 1: 1 product goes. What is being edited stays." in " ".join(page.split())
    shown = ada.get("/desk/publications/differences?market=eu&old=2&new=1").text
    assert "Back to version 1" in shown
    answer = ada.post("/desk/publications/back", {"market": "eu", "version": "1"})
    drain_once(relay_db, shop.id)
    assert "Version 3 shows the old content again." in ada.get(answer.headers["location"]).text


def test_another_brand_meets_a_closed_door(ada: Browser, shop: Shop, stranger: Desk) -> None:
    ada.post("/desk/publications/plans", WISH)
    [plan] = plans(shop)
    place = f"/desk/publications/plans/{plan.id}"
    assert stranger.ada.get(place).status_code == 404
    assert stranger.ada.post(place, {"at": "2091-12-02T09:30", "edit_version": "1"}).status_code == 404
    assert stranger.ada.post(f"{place}/cancel", {}).status_code == 404
    assert (plans(shop)[0].state, plans(shop)[0].edit_version, UUID(str(plan.id))) == ("planned", 1, plan.id)
