"""Planned publications: they begin at their time, once, on the market's clock; what stands in the way is said by mail."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, delete, func, select, update

from catalog import publication_starts
from catalog.assortment import shop_list, view_for
from catalog.models import PublicationPlan, PublicationRun
from catalog.publication_plans import Wish, cancel_plan, change_plan, open_plans, past_plans, plan_for, plan_publication
from catalog.publication_runs import publish_later
from catalog.versions import count_unpublished, list_versions, market_versions
from kernel import moments, tenancy
from kernel.actors import Actor, ActorKind
from kernel.db.session import transaction
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.jobs import drain_once
from kernel.models import MailMessage
from tenants.models import Account, AccountRole, Market
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, somebody
from tests.factories.tenants import make_administrator, make_market

publication_starts.register()
AHEAD = "2090-12-01T00:00"


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """Two markets with a product that waits to be published."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en", "de"))
        make_market(session, brand.id, "us", languages=("en",), currency="USD").time_zone = "America/New_York"
        make_product(session, brand.id, "P-1", name="Bell")
    return brand


@pytest.fixture
def clara(shop: Shop) -> Account:
    """Who plans, with a mail address."""
    with in_tenant(shop.id) as session:
        return make_administrator(session, shop.id, "clara@example.com", "Clara Wen")


def as_person(account: Account) -> Actor:
    return Actor(ActorKind.PERSON, account.tenant_id, id=account.id, name=account.name, permissions=frozenset({"*"}))


def plan(
    shop: Shop, *markets: str, actor: Actor | None = None, at: str = AHEAD, languages: tuple[str, ...] = (), zone: str = ""
) -> list[UUID]:
    with in_tenant(shop.id) as session:
        wish = Wish(markets or ("eu",), at, languages, zone, "Winter")
        return [p.id for p in plan_publication(session, actor or somebody(shop.id), wish)]


def let_time_come(shop: Shop, *ids: UUID) -> None:
    """The plans' time was a second ago."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    with in_tenant(shop.id) as session:
        session.execute(update(PublicationPlan).where(PublicationPlan.tenant_id == shop.id, PublicationPlan.id.in_(ids)).values(at=past))
        moments.arrange(session, "catalog.plans", [past])


def look(shop: Shop, plan_id: UUID) -> PublicationPlan:
    with in_tenant(shop.id) as session:
        return plan_for(session, somebody(shop.id), plan_id)


def versions(shop: Shop, market: str = "eu", language: str = "en") -> list[int]:
    with in_tenant(shop.id) as session:
        return [v.version for v in list_versions(session, somebody(shop.id), market, language)]


def runs(shop: Shop) -> int:
    with in_tenant(shop.id) as session:
        return session.scalar(select(func.count()).select_from(PublicationRun).where(PublicationRun.tenant_id == shop.id)) or 0


def mails(shop: Shop) -> list[MailMessage]:
    with in_tenant(shop.id) as session:
        return list(session.scalars(select(MailMessage).where(MailMessage.tenant_id == shop.id)))


def test_each_market_begins_when_its_own_clock_says_so(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        eu, us = plan_publication(session, somebody(shop.id), Wish(["us", "eu"], AHEAD, note="Winter"))
        assert (eu.market_code, eu.time_zone, eu.at) == ("eu", "Europe/Berlin", datetime(2090, 11, 30, 23, tzinfo=UTC))
        assert (us.market_code, us.time_zone, us.at) == ("us", "America/New_York", datetime(2090, 12, 1, 5, tzinfo=UTC))
        assert eu.group_id == us.group_id
        assert [p.id for p in open_plans(session, somebody(shop.id))] == [eu.id, us.id]


def test_one_clock_for_all_of_them_where_that_is_wanted(shop: Shop) -> None:
    ids = plan(shop, "eu", "us", zone="America/New_York")
    assert {look(shop, i).at for i in ids} == {datetime(2090, 12, 1, 5, tzinfo=UTC)}
    with pytest.raises(Invalid):
        plan(shop, "eu", zone="Asia/Tokyo")


@pytest.mark.parametrize(
    ("wish", "where"),
    [
        (Wish([], AHEAD), "markets"),
        (Wish(["nowhere"], AHEAD), "markets"),
        (Wish(["eu"], "2020-01-01T00:00"), "at"),
        (Wish(["eu"], "soon"), "at"),
        (Wish(["eu"], AHEAD, ["fr"]), "languages"),
        (Wish(["eu", "us"], AHEAD, ["fr"]), "languages"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_planned(shop: Shop, wish: Wish, where: str) -> None:
    with pytest.raises(Invalid) as refused, in_tenant(shop.id) as session:
        plan_publication(session, somebody(shop.id), wish)
    assert refused.value.problems[0].where == where
    with in_tenant(shop.id) as session:
        assert open_plans(session, somebody(shop.id)) == []


def test_before_its_time_nothing_happens_and_then_it_is_published_once(shop: Shop, relay_db: Engine) -> None:
    [wanted] = plan(shop)
    moments.run_due()
    drain_once(relay_db, shop.id)
    assert (look(shop, wanted).state, versions(shop)) == ("planned", [])
    let_time_come(shop, wanted)
    moments.run_due()
    assert (look(shop, wanted).state, runs(shop)) == ("started", 1)
    drain_once(relay_db, shop.id)
    moments.run_due()
    drain_once(relay_db, shop.id)
    done = look(shop, wanted)
    assert (done.state, versions(shop), versions(shop, language="de"), runs(shop)) == ("done", [1], [1], 1)
    with in_tenant(shop.id) as session:
        [version] = market_versions(session, somebody(shop.id), "eu")
        assert (version.note, version.languages, version.products_added) == ("Winter", ("de", "en"), 1)
        assert past_plans(session, somebody(shop.id))[0].id == wanted


def test_two_workers_at_the_same_moment_start_it_once(shop: Shop) -> None:
    wanted = plan(shop, "eu", "us")
    let_time_come(shop, *wanted)
    together, failures = threading.Barrier(6), []

    def work() -> None:
        together.wait()
        try:
            moments.run_due()
        except Exception as error:
            failures.append(error)

    workers = [threading.Thread(target=work) for _n in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert [look(shop, i).state for i in wanted] == ["started", "started"]
    assert (runs(shop), len({look(shop, i).run_id for i in wanted})) == (2, 2)


def test_only_the_planned_languages_are_published_and_the_others_still_wait(shop: Shop, relay_db: Engine) -> None:
    [wanted] = plan(shop, languages=("de",))
    assert look(shop, wanted).languages == ["de"]
    let_time_come(shop, wanted)
    moments.run_due()
    drain_once(relay_db, shop.id)
    assert (versions(shop, language="de"), versions(shop)) == ([1], [])
    with in_tenant(shop.id) as session:
        assert count_unpublished(session, somebody(shop.id), "eu") == 1
        publish_all(session, shop.id)
    assert (versions(shop, language="de"), versions(shop)) == ([2, 1], [2])
    with in_tenant(shop.id) as session:
        assert count_unpublished(session, somebody(shop.id), "eu") == 0
        assert [card.name for card in shop_list(session, view_for(session, "eu", "en")).cards] == ["Bell"]


def test_a_market_that_is_being_published_at_that_moment_is_waited_for(shop: Shop, relay_db: Engine) -> None:
    [wanted] = plan(shop)
    let_time_come(shop, wanted)
    with in_tenant(shop.id) as session:
        publish_later(session, somebody(shop.id), "eu")
    moments.run_due()
    assert (look(shop, wanted).state, runs(shop)) == ("planned", 1)
    drain_once(relay_db, shop.id)
    with in_tenant(shop.id) as session:
        make_product(session, shop.id, "P-2")
        publication_starts.start_due(session)
    drain_once(relay_db, shop.id)
    assert (look(shop, wanted).state, versions(shop), runs(shop)) == ("done", [2, 1], 2)


def test_a_plan_is_changed_and_cancelled_until_it_begins(shop: Shop) -> None:
    [wanted] = plan(shop)
    with in_tenant(shop.id) as session:
        changed = change_plan(session, somebody(shop.id), wanted, Wish([], "2091-01-01T06:00", ["en"], note="Later"), 1)
        assert (changed.at, changed.languages, changed.note) == (datetime(2091, 1, 1, 5, tzinfo=UTC), ["en"], "Later")
    with pytest.raises(Conflict, match="Somebody else"), in_tenant(shop.id) as session:
        change_plan(session, somebody(shop.id), wanted, Wish([], "2092-01-01T06:00"), 1)
    assert look(shop, wanted).at.year == 2091
    with in_tenant(shop.id) as session:
        cancel_plan(session, somebody(shop.id), wanted)
        cancel_plan(session, somebody(shop.id), wanted)
    with pytest.raises(Conflict, match="cancelled"), in_tenant(shop.id) as session:
        change_plan(session, somebody(shop.id), wanted, Wish([], "2092-01-01T06:00"), 2)
    let_time_come(shop, wanted)
    moments.run_due()
    assert (look(shop, wanted).state, runs(shop)) == ("cancelled", 0)


def test_cancelling_what_has_begun_is_refused(shop: Shop) -> None:
    [wanted] = plan(shop)
    let_time_come(shop, wanted)
    moments.run_due()
    with pytest.raises(Conflict, match="has begun"), in_tenant(shop.id) as session:
        cancel_plan(session, somebody(shop.id), wanted)
    assert look(shop, wanted).state == "started"


def test_who_lost_the_right_meanwhile_publishes_nothing_and_is_told(shop: Shop, clara: Account) -> None:
    [wanted] = plan(shop, actor=as_person(clara))
    with in_tenant(shop.id) as session:
        session.execute(delete(AccountRole).where(AccountRole.tenant_id == shop.id))
    let_time_come(shop, wanted)
    moments.run_due()
    found = look(shop, wanted)
    assert (found.state, found.problem["code"], runs(shop)) == ("failed", "no_right", 0)
    [letter] = mails(shop)
    assert letter.recipient == "clara@example.com"
    assert "did not happen: EU" in letter.subject
    assert "may not publish any more" in letter.text
    assert "/desk/publications/plans" in letter.text


def test_a_market_that_lost_the_language_is_left_alone(shop: Shop) -> None:
    [wanted] = plan(shop, languages=("de",))
    with in_tenant(shop.id) as session:
        mine = (Market.tenant_id == shop.id, Market.code == "eu")
        session.execute(update(Market).where(*mine).values(languages=["en"], default_language="en"))
    let_time_come(shop, wanted)
    moments.run_due()
    assert (look(shop, wanted).problem["code"], runs(shop)) == ("languages_gone", 0)


def test_a_run_that_breaks_ends_the_plan_and_a_mail_says_so(
    shop: Shop, clara: Account, relay_db: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("catalog.publication_runs.publish", broken)
    [wanted] = plan(shop, actor=as_person(clara))
    let_time_come(shop, wanted)
    moments.run_due()
    drain_once(relay_db, shop.id, raising=False)
    found = look(shop, wanted)
    assert (found.state, found.problem["code"], versions(shop)) == ("failed", "fault", [])
    assert "error on our side" in mails(shop)[0].text


def test_nobody_else_sees_or_moves_a_plan(shop: Shop, twin: Shop) -> None:
    [wanted] = plan(shop)
    with in_tenant(twin.id) as session:
        assert open_plans(session, somebody(twin.id)) == []
        for act in (plan_for, cancel_plan):
            with pytest.raises(NotThere):
                act(session, somebody(twin.id), wanted)
        with pytest.raises(NotThere):
            change_plan(session, somebody(twin.id), wanted, Wish([], AHEAD), 1)
    with in_tenant(shop.id) as session:
        viewer = somebody(shop.id, "catalog.view")
        assert plan_for(session, viewer, wanted).state == "planned"
        for refused in (lambda: cancel_plan(session, viewer, wanted), lambda: plan_publication(session, viewer, Wish(["eu"], AHEAD))):
            with pytest.raises(NotAllowed):
                refused()
    let_time_come(shop, wanted)
    with tenancy.entering(twin.id), transaction() as session:
        assert publication_starts.start_due(session) == 0
    assert look(shop, wanted).state == "planned"
