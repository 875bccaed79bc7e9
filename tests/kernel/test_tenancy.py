"""The tenant's context: nested, restored, never carried into another thread by accident."""

import threading

import pytest

from kernel import tenancy
from kernel.ids import new_id


def test_nothing_is_entered_at_first():
    assert tenancy.current_or_none() is None
    with pytest.raises(tenancy.NoTenant):
        tenancy.current()


def test_nesting_restores_the_outer_tenant_even_after_an_error():
    outer, inner = new_id(), new_id()
    with tenancy.entering(outer):
        with pytest.raises(RuntimeError), tenancy.entering(inner):
            assert tenancy.current() == inner
            raise RuntimeError
        assert tenancy.current() == outer
        with tenancy.outside():
            assert tenancy.current_or_none() is None
        assert tenancy.current() == outer
    assert tenancy.current_or_none() is None


def test_a_new_thread_has_no_tenant():
    seen = []
    with tenancy.entering(new_id()):
        thread = threading.Thread(target=lambda: seen.append(tenancy.current_or_none()))
        thread.start()
        thread.join()
    assert seen == [None]
