"""The tree of refusals: every one has a code of its own meaning and the status that web pages answer with."""

import pytest

from kernel import errors
from kernel.errors import GalleriaError, Invalid, Refused, TooMany, Unavailable

STATUS = {
    "Refused": 409, "Invalid": 422, "NotThere": 404, "NotAllowed": 403, "SignInNeeded": 401, "Conflict": 409, "Forged": 403,
    "TooMany": 429, "TooLarge": 413, "WrongHost": 421, "Unavailable": 503, "GalleriaError": 500,
}  # fmt: skip


@pytest.mark.parametrize(("name", "status"), STATUS.items())
def test_each_error_has_its_status_and_a_machine_readable_code(name, status):
    kind = getattr(errors, name)
    assert kind.status == status
    assert kind.code == kind.code.lower() and kind.code
    assert issubclass(kind, GalleriaError)


def test_codes_are_told_apart():
    codes = [getattr(errors, name).code for name in STATUS]
    assert len(set(codes)) == len(codes)


def test_the_tree_is_as_drawn():
    drawn = errors.__doc__ or ""
    for name in STATUS:
        assert name in drawn
        assert str(STATUS[name]) in drawn


def test_bad_input_names_its_fields():
    refusal = Invalid.at("lines.3.quantity", "At least one.", "too_small")
    assert [(p.where, p.reason, p.code) for p in refusal.problems] == [("lines.3.quantity", "At least one.", "too_small")]
    assert isinstance(refusal, Refused)


def test_waits_are_carried():
    assert TooMany(17).retry_after_seconds == 17
    assert Unavailable().retry_after_seconds == 5
