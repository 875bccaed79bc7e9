"""A check: a sentence, a function that tries it in a world of its own, and what an engine must know for it.

Engines differ by nature: one that cuts no compounds may find nothing where another finds a bicycle lock. What only some
engines owe names what they need to know for it (`needs`); everything else every engine owes.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from catalog.search.checks.world import World
from kernel.errors import GalleriaError

# knowledge that an engine may lack
COMPOUNDS = "compounds"
UMLAUTS = "umlauts"
ANY_WORD = "any word"
SIGNS = "signs"
EVERYTHING = frozenset({COMPOUNDS, UMLAUTS, ANY_WORD, SIGNS})
# what an engine has that is asked where another one finds nothing: it cannot take back what the other found too much
BEHIND_ANOTHER = EVERYTHING - {SIGNS}


class Broken(Exception):
    """The engine does not do what it owes; the message says what came instead."""


@dataclass(frozen=True)
class Check:
    """One thing an engine owes. `run` raises Broken."""

    name: str
    run: Callable[[World], None]
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """How a check went: `problem` is empty where it was kept."""

    check: Check
    problem: str
    seconds: float

    @property
    def ok(self) -> bool:
        """Was it kept?"""
        return not self.problem


_checks: dict[str, Check] = {}


def owes(name: str, *needs: str) -> Callable[[Callable[[World], None]], Callable[[World], None]]:
    """Makes the function the check `name`."""

    def register(function: Callable[[World], None]) -> Callable[[World], None]:
        if name in _checks:
            raise ValueError(f"two checks are called {name}")
        _checks[name] = Check(name, function, frozenset(needs))
        return function

    return register


def all_checks(knowledge: Iterable[str] = EVERYTHING) -> list[Check]:
    """What an engine with this knowledge owes, in the order of writing."""
    known = frozenset(knowledge)
    return [check for check in _checks.values() if check.needs <= known]


def expect(found: Any, wanted: Any, about: str) -> None:
    """Raises Broken where the two differ."""
    if found != wanted:
        raise Broken(f"{about}: {_short(found)} instead of {_short(wanted)}")


def run_checks(checks: Iterable[Check], make_world: Callable[[], World]) -> Iterator[Outcome]:
    """Runs each in a world of its own, which is removed whatever happens."""
    for check in checks:
        began = perf_counter()
        problem = ""
        try:
            with make_world() as world:
                check.run(world)
        except Broken as broken:
            problem = str(broken)
        except GalleriaError as error:
            problem = f"{type(error).__name__}: {error.message}"
        yield Outcome(check, problem, perf_counter() - began)


def _short(value: Any) -> str:
    told = repr(value)
    return told if len(told) <= 300 else told[:300] + "…"
