"""What is done for every tenant every so often."""

from kernel.jobs.chores import all_chores
from tenants import chores


def test_the_chores_are_registered_once():
    chores.register()
    chores.register()
    names = [chore.name for chore in all_chores() if chore.name.startswith("tenants.")]
    assert names == ["tenants.tokens", "tenants.links", "tenants.hosts"]
