"""Actors: rights by name, guests are asked to sign in, and the one who acts is known to what runs alongside."""

import pytest

from kernel import actors, tenancy
from kernel.actors import Actor, ActorKind, acting
from kernel.errors import NotAllowed, SignInNeeded
from kernel.ids import new_id


def test_a_right_that_is_missing_is_refused_by_who_asks():
    tenant_id = new_id()
    clerk = Actor(ActorKind.PERSON, tenant_id, id=new_id(), permissions=frozenset({"catalog.view"}))
    clerk.must("catalog.view")
    with pytest.raises(NotAllowed) as refusal:
        clerk.must("catalog.edit")
    assert refusal.value.data == {"permission": "catalog.edit"}
    with pytest.raises(SignInNeeded):
        Actor.guest(tenant_id).must("catalog.edit")
    Actor.job(tenant_id, "import").must("catalog.edit")


def test_a_job_goes_on_under_the_name_of_who_began_it():
    tenant_id = new_id()
    person = Actor(ActorKind.PERSON, tenant_id, id=new_id(), name="Clara Wen")
    job = Actor.on_behalf(tenant_id, person.as_json())
    assert (job.kind, job.id, job.name, job.tenant_id) == (ActorKind.JOB, person.id, "Clara Wen", tenant_id)
    assert job.can("anything.at_all")


def test_who_acts_is_known_inside_and_forgotten_outside():
    tenant_id = new_id()
    person = Actor(ActorKind.PERSON, tenant_id, id=new_id())
    with tenancy.entering(tenant_id):
        assert actors.current() == Actor.job(tenant_id, "")
        with acting(person):
            assert actors.current() is person
        assert actors.current_or_none() is None
