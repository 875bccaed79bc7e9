"""Passwords: cost, gate, strength."""

import threading
import time

import pytest
from argon2 import PasswordHasher

from kernel.errors import Invalid, TooMany
from tenants.signin import passwords


def test_passwords_are_kept_as_argon2id_with_the_agreed_costs():
    stored = passwords.hashed("lantern-meadow-violin")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches("lantern-meadow-violin", stored)
    assert not passwords.matches("lantern-meadow-violim", stored)
    assert not passwords.needs_rehash(stored)


def test_nobodys_password_never_matches():
    for password in ("", "x", "galleria-demo"):
        assert not passwords.matches(password, "")
    assert not passwords.matches("x", "not a hash")


def test_a_hash_of_other_costs_is_renewed():
    assert passwords.needs_rehash(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x"))


def test_an_endless_password_is_refused_before_any_work():
    before = time.perf_counter()
    assert not passwords.matches("x" * 1_000_000, "")
    with pytest.raises(Invalid):
        passwords.hashed("x" * 1_000_000)
    with pytest.raises(Invalid):
        passwords.check_good_enough("x" * 1_000_000)
    assert time.perf_counter() - before < 0.05


@pytest.mark.parametrize("password", ["galleria-demo", "lantern-meadow-violin", "七 lanterns over harbour", "k" + "9x!Qf2" * 30])
def test_good_passwords_pass(password):
    passwords.check_good_enough(password)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "too_short"),
        ("kW9$x!", "too_short"),
        ("aaaaaaaaaaaaaaa", "too_weak"),
        ("password123", "too_weak"),
        ("qwertzuiop", "too_weak"),
        ("x" * 257, "too_long"),
    ],
)
def test_bad_passwords_are_refused_with_a_reason(password, code):
    with pytest.raises(Invalid) as error:
        passwords.check_good_enough(password, where="new")
    assert [(p.where, p.code) for p in error.value.problems] == [("new", code)]


def test_ones_own_name_is_no_password():
    with pytest.raises(Invalid):
        passwords.check_good_enough("castell.mira", ("Castell", "Mira", "castell.mira@example.com"))


def test_at_most_two_run_and_a_full_queue_is_told_so_at_once(monkeypatch):
    release, running, most = threading.Event(), [], []
    lock = threading.Lock()

    def slow(*_args):
        with lock:
            running.append(1)
            most.append(len(running))
        release.wait(10)
        with lock:
            running.pop()
        return "$hash"

    monkeypatch.setattr(passwords._hasher.__class__, "hash", slow)
    threads = [threading.Thread(target=passwords.hashed, args=("x",)) for _ in range(passwords.RUNNING_AT_ONCE + passwords.WAITING_AT_MOST)]
    for thread in threads:
        thread.start()
    while not (passwords._places._value == 0 and len(running) == passwords.RUNNING_AT_ONCE):
        time.sleep(0.001)
    with pytest.raises(TooMany) as error:
        passwords.hashed("one more")
    assert error.value.retry_after_seconds == 1
    release.set()
    for thread in threads:
        thread.join()
    assert max(most) == passwords.RUNNING_AT_ONCE
    assert passwords.hashed("again") == "$hash"
