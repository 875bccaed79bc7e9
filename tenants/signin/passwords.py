"""Passwords: argon2id with t=2, m=19 MiB, p=1 (OWASP Password Storage Cheat Sheet, 2024), behind a gate of two.

One check costs about 50 ms of a core and 19 MiB. The gate lets two run at a time in this process and a few more wait;
beyond that people are asked to come back in a second, so that a flood of sign-ins never takes the shop down with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from kernel.errors import Invalid, TooMany
from kernel.i18n import gettext as _
from kernel.ids import new_token

LONGEST = 256
SHORTEST = 10
LEAST_SCORE = 3
# zxcvbn refuses to look at more than this; a longer password is judged by its beginning
LONGEST_JUDGED = 72
RUNNING_AT_ONCE = 2
WAITING_AT_MOST = 6
WAIT_SECONDS = 2.0

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_running = BoundedSemaphore(RUNNING_AT_ONCE)
_places = BoundedSemaphore(RUNNING_AT_ONCE + WAITING_AT_MOST)


@contextmanager
def _gate() -> Iterator[None]:
    """A place in the queue, then one of the two slots; TooMany where the queue is full or does not move."""
    busy = TooMany(1, _("Many people are signing in at the moment. Please try again in a second."))
    if not _places.acquire(blocking=False):
        raise busy
    try:
        if not _running.acquire(timeout=WAIT_SECONDS):
            raise busy
        try:
            yield
        finally:
            _running.release()
    finally:
        _places.release()


def hashed(password: str) -> str:
    """The hash to store. Invalid for a password beyond 256 characters, before any work is done."""
    if len(password) > LONGEST:
        raise Invalid.at("password", _("Please use at most 256 characters."), "too_long")
    with _gate():
        return _hasher.hash(password)


def matches(password: str, stored: str) -> bool:
    """Is this the password? Takes as long for an empty `stored` (no such account) as for a wrong password."""
    if len(password) > LONGEST:
        return False
    with _gate():
        try:
            _hasher.verify(stored or _nobodys_hash(), password)
        except (VerificationError, InvalidHashError):
            return False
        return stored != ""


def needs_rehash(stored: str) -> bool:
    """Was it made with other costs than today's?"""
    return _hasher.check_needs_rehash(stored)


def check_good_enough(password: str, known_words: tuple[str, ...] = (), where: str = "password") -> None:
    """Invalid at `where` for a password that is too short, too long, or easily guessed (zxcvbn 4, score below 3 of 4).

    `known_words`: name, mail address and the like of the person, which do not make a password strong.
    """
    if len(password) < SHORTEST:
        raise Invalid.at(where, _("Please use at least %(count)s characters.") % {"count": SHORTEST}, "too_short")
    if len(password) > LONGEST:
        raise Invalid.at(where, _("Please use at most %(count)s characters.") % {"count": LONGEST}, "too_long")
    judged = zxcvbn(password[:LONGEST_JUDGED], user_inputs=[word for word in known_words if word])
    if judged["score"] < LEAST_SCORE:
        raise Invalid.at(where, _("This password is easily guessed. Three or four unrelated words make a good one."), "too_weak")


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash(new_token())
