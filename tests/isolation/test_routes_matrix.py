"""Every route × every id it takes × everybody who might ask: nobody gets past a door, and what is not yours is not there.

Made from the route table: a new route without sample parameters fails here.
"""

from contextlib import contextmanager
from uuid import uuid4

import pytest
from httpx2 import Response
from sqlalchemy import Engine, text

from app.routes import all_routes
from kernel.db import session as sessions
from kernel.ids import new_token
from kernel.web import running
from kernel.web.routes import Entry
from tests.browsing import Browser, Program, plain
from tests.isolation.fingerprints import fingerprint
from tests.isolation.people import People
from tests.isolation.samples import SAMPLES, filled, path_of, value, whose
from tests.isolation.world import Tenant, World

ENTRIES = all_routes()[0]
BY_KEY = {f"{e.methods[0]} {e.path}": e for e in ENTRIES}
every_route = pytest.mark.parametrize("key", sorted(k for k, e in BY_KEY.items() if e.name in SAMPLES))
with_ids = pytest.mark.parametrize("key", sorted(k for k, e in BY_KEY.items() if e.name in SAMPLES and SAMPLES[e.name].params))
REFUSALS = {303, 401, 403, 404}


def test_every_route_has_sample_parameters_and_no_sample_is_left_over() -> None:
    assert {e.name for e in ENTRIES} == set(SAMPLES)
    for entry in ENTRIES:
        assert set(entry.params) - {"locale"} == set(SAMPLES[entry.name].params), entry.name
        assert (entry.form is None and entry.body is None) or SAMPLES[entry.name].body or not _required(entry), entry.name


def _required(entry: Entry) -> bool:
    model = entry.form or entry.body
    return model is not None and any(f.is_required() for f in model.model_fields.values())


def tenant_of(entry: Entry, world: World) -> tuple[Tenant, Tenant]:
    """Whose things the route shows in these tests, and who must not be seen there."""
    return (world.dealer, world.stranger) if entry.path.startswith("/portal") else (world.home, world.abroad)


def values_of(entry: Entry, tenant: Tenant) -> dict[str, str]:
    return {param: value(name, tenant) for param, name in SAMPLES[entry.name].params.items()}


def ask(who: Browser | Program, entry: Entry, values: dict[str, str], tenant: Tenant) -> Response:
    """Sends the route's sample, as the person or program would."""
    path, method = path_of(entry, values), entry.methods[0]
    body = filled(SAMPLES[entry.name].body, tenant)
    if isinstance(who, Program) and entry.kind == "api" and entry.name != "oauth.token":
        return who.send(method, path, body if entry.body else None)
    client = who
    assert isinstance(client, Browser)
    if method == "GET":
        return client.get(path)
    if method == "POST":
        return client.post(path, body, idempotency_key=new_token())
    return client.client.request(method, path, json=body, headers={"origin": client.origin})


@pytest.fixture
def dry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests do everything but keep it."""

    @contextmanager
    def rolled_back(read_only: bool = False):
        with sessions.transaction(read_only) as session:
            yield session
            session.rollback()

    monkeypatch.setattr(running, "transaction", rolled_back)


@every_route
def test_whoever_may_is_answered(key: str, people: People, world: World, dry: None) -> None:
    entry = BY_KEY[key]
    mine, foreign = tenant_of(entry, world)
    answer = ask(people.who_may(whose(entry)), entry, values_of(entry, mine), mine)
    assert answer.status_code in SAMPLES[entry.name].works, (answer.status_code, plain(answer.text)[-1500:])
    assert foreign.word not in answer.text.lower()


@every_route
def test_guests_and_all_others_who_may_not_are_turned_away_and_nothing_changes(
    key: str, people: People, world: World, superuser_db: Engine
) -> None:
    entry = BY_KEY[key]
    mine, foreign = tenant_of(entry, world)
    before = fingerprint(superuser_db, mine.id)
    for name, who, allowed in people.who_may_not(entry):
        answer = ask(who, entry, values_of(entry, mine), mine)
        assert answer.status_code in allowed, (name, answer.status_code, plain(answer.text)[-800:])
        if answer.status_code == 303:
            assert "/sign-in?next=" in answer.headers["location"], name
        told = answer.text.lower()
        assert mine.secret not in told, (name, "was told something of the tenant")
        assert foreign.word not in told, name
    assert fingerprint(superuser_db, mine.id) == before


@with_ids
def test_another_tenants_id_is_answered_like_one_that_nobody_has(key: str, people: People, world: World, superuser_db: Engine) -> None:
    entry = BY_KEY[key]
    mine, foreign = tenant_of(entry, world)
    who = people.who_may(whose(entry))
    before = fingerprint(superuser_db, mine.id), fingerprint(superuser_db, foreign.id)
    for values, nobodys in variants(entry, values_of(entry, mine), values_of(entry, foreign)):
        same_answer(who, entry, mine, values, nobodys, foreign.word)
    assert (fingerprint(superuser_db, mine.id), fingerprint(superuser_db, foreign.id)) == before


@pytest.mark.parametrize("key", sorted(k for k, e in BY_KEY.items() if e.name in SAMPLES and SAMPLES[e.name].others))
def test_another_customers_id_is_answered_like_one_that_nobody_has(key: str, people: People, world: World, superuser_db: Engine) -> None:
    entry = BY_KEY[key]
    mine, _foreign = tenant_of(entry, world)
    theirs = {param: value(name, mine) for param, name in SAMPLES[entry.name].others.items()}
    who = people.who_may(whose(entry))
    if "number" in theirs and "token" in theirs:  # whoever holds number and token holds the order: only a mixture is nobody's
        theirs = {"number": theirs["number"]}
    before = fingerprint(superuser_db, mine.id)
    for values, nobodys in variants(entry, values_of(entry, mine), theirs):
        same_answer(who, entry, mine, values, nobodys, "nora ")
    assert fingerprint(superuser_db, mine.id) == before


def variants(entry: Entry, own: dict[str, str], theirs: dict[str, str]) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Each parameter replaced by theirs, one by one and all together; beside it the same with one that nobody has."""
    changeable = [
        name for name in own if name in theirs and theirs[name] != own[name] and not SAMPLES[entry.name].params[name].startswith("!")
    ]
    chosen = [[name] for name in changeable] + ([changeable] if len(changeable) > 1 else [])
    assert chosen, f"{entry.name} has no id that could be another's"
    return [({**own, **{n: theirs[n] for n in names}}, {**own, **{n: nobodys_like(theirs[n]) for n in names}}) for names in chosen]


def nobodys_like(given: str) -> str:
    """An id of the same form that nobody has."""
    if given.isdigit():
        return "987654"
    if len(given) == 36 and given.count("-") == 4:
        return str(uuid4())
    return new_token() if len(given) == 43 else "nobody-has-this"


def same_answer(who: Browser | Program, entry: Entry, mine: Tenant, values: dict[str, str], nobodys: dict[str, str], canary: str) -> None:
    foreign, missing = ask(who, entry, values, mine), ask(who, entry, nobodys, mine)
    # the page behind a confirmation link shows its form to everybody; only sending it asks for the token
    assert foreign.status_code in {404, 422} or entry.name == "signing_in.confirm", (foreign.status_code, values)
    assert foreign.status_code == missing.status_code
    assert plain(foreign.text, *values.values()).splitlines() == plain(missing.text, *nobodys.values()).splitlines()
    assert canary not in foreign.text.lower()


def test_the_walls_are_tried_at_every_route() -> None:
    assert len(BY_KEY) == len(ENTRIES) >= 161
    assert len([k for k, e in BY_KEY.items() if SAMPLES[e.name].params]) >= 75


def test_a_relation_of_nobody_stays_hidden_in_the_database_itself(world: World, db: Engine) -> None:
    with db.connect() as connection:
        for table in ("catalog.product", "orders.order", "tenants.account", "kernel.mail_message"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
