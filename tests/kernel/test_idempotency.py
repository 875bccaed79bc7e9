"""Request keys: the same request gives the same answer and one effect, another one is refused, two at once meet."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from kernel import idempotency, settings, tenancy
from kernel.actors import Actor, ActorKind
from kernel.db.session import transaction
from kernel.errors import Invalid
from kernel.idempotency import AnswerGone, KeptAnswer, KeyUsedOtherwise, StillRunning
from kernel.ids import new_id
from kernel.models import IdempotencyKey
from kernel.numbers import next_number

ROUTE, KEY = "POST /api/v1/orders", "key-1"
SECRET = b'{"secret": "whsec_Zm9yIG5vYm9keQ==", "email": "mira@example.com"}'


@pytest.fixture(autouse=True)
def signing_key():
    settings.use(settings.Settings(secret_key="a key for tests and nothing else"))
    yield
    settings.use(None)


def buyer(shop):
    return Actor(ActorKind.PERSON, shop.id, id=new_id())


def order(shop, actor, body=b"{}", key=KEY, route=ROUTE, fails=False):
    """Places an order under a key: the kept answer, or a new one with the order's number."""
    with tenancy.entering(shop.id), transaction() as session:
        kept = idempotency.begin(session, actor, route, key, body)
        if kept is not None:
            return kept
        number = next_number(session, "order")
        if fails:
            raise RuntimeError
        answer = KeptAnswer(201, f'{{"number": {number}}}'.encode(), {"location": f"/orders/{number}"})
        idempotency.finish(session, actor, route, key, answer.status, answer.body, answer.headers)
        return answer


def orders_of(shop):
    with tenancy.entering(shop.id), transaction() as session:
        return next_number(session, "order") - 1


def test_the_same_request_again_gives_the_first_answer_and_no_second_effect(brand):
    actor = buyer(brand)
    first = order(brand, actor)
    assert [order(brand, actor) for _ in range(3)] == [first] * 3
    assert first == KeptAnswer(201, b'{"number": 1}', {"location": "/orders/1"})
    assert orders_of(brand) == 1


@pytest.mark.parametrize("change", [{"body": b'{"more": 1}'}, {"route": "POST /api/v1/carts"}])
def test_the_same_key_with_another_request_is_refused_and_changes_nothing(brand, change):
    actor = buyer(brand)
    order(brand, actor)
    with pytest.raises(KeyUsedOtherwise) as refusal:
        order(brand, actor, **change)
    assert (refusal.value.status, refusal.value.code) == (422, "idempotency_mismatch")
    assert orders_of(brand) == 1


def test_a_request_that_failed_may_be_tried_again_with_its_key(brand):
    actor = buyer(brand)
    with pytest.raises(RuntimeError):
        order(brand, actor, fails=True)
    assert order(brand, actor).body == b'{"number": 1}'


def test_keys_of_other_people_and_other_tenants_are_other_keys(brand, twin):
    actor = buyer(brand)
    order(brand, actor)
    assert order(brand, buyer(brand)).body == b'{"number": 2}'
    assert order(twin, Actor(ActorKind.PERSON, twin.id, id=actor.id)).body == b'{"number": 1}'


def test_while_the_first_one_runs_a_second_is_told_so(brand):
    actor = buyer(brand)
    with tenancy.entering(brand.id), transaction() as session:
        assert idempotency.begin(session, actor, ROUTE, KEY, b"{}") is None
        session.execute(text("SELECT 1"))
        with pytest.raises(StillRunning) as refusal:
            order(brand, actor)
        assert refusal.value.status == 409
    assert order(brand, actor).body == b'{"number": 1}'


def test_twenty_at_once_have_one_effect(brand):
    actor, answers, waiting = buyer(brand), [], []

    def click():
        try:
            answers.append(order(brand, actor))
        except StillRunning:
            waiting.append(1)

    threads = [threading.Thread(target=click) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) + len(waiting) == 20
    assert {a.body for a in answers} == {b'{"number": 1}'}
    assert orders_of(brand) == 1


def test_keys_are_kept_for_a_day_and_then_cleaned(brand):
    actor = buyer(brand)
    order(brand, actor)
    with tenancy.entering(brand.id), transaction() as session:
        kept_for = session.scalar(select(IdempotencyKey.expires_at - IdempotencyKey.created_at))
        assert kept_for == timedelta(hours=24)
        assert idempotency.clean(session) == 0
        session.execute(update(IdempotencyKey).values(expires_at=func.now() - timedelta(seconds=1)))
    assert order(brand, actor).body == b'{"number": 2}'
    with tenancy.entering(brand.id), transaction() as session:
        session.execute(update(IdempotencyKey).values(expires_at=func.now() - timedelta(seconds=1)))
        assert idempotency.clean(session) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "line\nbreak"])
def test_a_key_that_can_be_none_is_refused(brand, key):
    with pytest.raises(Invalid):
        order(brand, buyer(brand), key=key)
    assert orders_of(brand) == 0


def test_guests_need_keys_that_cannot_be_guessed(brand):
    guest = Actor.guest(brand.id)
    with pytest.raises(Invalid):
        order(brand, guest, key="short")
    assert order(brand, guest, key="0123456789abcdef").status == 201
    assert order(brand, Actor.guest(brand.id, visitor="v1"), key="short").status == 201


def keep(shop, actor, answer=SECRET, body=b"{}", key=KEY):
    with tenancy.entering(shop.id), transaction() as session:
        kept = idempotency.begin(session, actor, ROUTE, key, body)
        if kept is None:
            idempotency.finish(session, actor, ROUTE, key, 201, answer)
        return kept


def rows_of(shop):
    with tenancy.entering(shop.id), transaction() as session:
        return session.execute(text("SELECT t::text FROM kernel.idempotency_key t")).scalars().all()


def test_answers_lie_sealed_in_the_table_and_come_back_whole(brand):
    actor = buyer(brand)
    assert keep(brand, actor) is None
    (row,) = rows_of(brand)
    for word in (b"whsec", b"mira", b"secret"):
        assert word.decode() not in row
        assert word.hex() not in row
    assert keep(brand, actor) == KeptAnswer(201, SECRET, {})


def test_the_same_answer_twice_looks_different(brand, twin):
    actor = buyer(brand)
    for key in (KEY, "key-2"):
        keep(brand, actor, key=key)
    keep(twin, Actor(ActorKind.PERSON, twin.id, id=actor.id))
    with tenancy.entering(brand.id), transaction() as session:
        bodies = list(session.scalars(select(IdempotencyKey.body)))
    with tenancy.entering(twin.id), transaction() as session:
        bodies += session.scalars(select(IdempotencyKey.body))
    assert len({b[12:] for b in bodies}) == 3


@pytest.mark.parametrize("damage", ["another key of the house", "another answer's body", "cut off"])
def test_an_answer_that_cannot_be_opened_is_said_to_be_gone_and_nothing_is_done_again(brand, damage):
    actor = buyer(brand)
    order(brand, actor)
    order(brand, actor, key="key-2")
    with tenancy.entering(brand.id), transaction() as session:
        one, two = session.scalars(select(IdempotencyKey).order_by(IdempotencyKey.key))
        if damage == "another answer's body":
            one.body = two.body
        if damage == "cut off":
            one.body = one.body[:5]
    if damage == "another key of the house":
        settings.use(settings.Settings(secret_key="a new one"))
    with pytest.raises(AnswerGone) as refusal:
        order(brand, actor)
    assert (refusal.value.status, refusal.value.code) == (409, "idempotency_answer_gone")
    assert orders_of(brand) == 2


def test_an_empty_answer_is_one(brand):
    actor = buyer(brand)
    keep(brand, actor, b"")
    assert keep(brand, actor, b"") == KeptAnswer(201, b"", {})
