"""A life cycle is a table: states with their meaning, moves with who may make them and what is told.

    ORDER = LifeCycle("order", initial="placed", states=[State("placed", "…"), …],
                      moves=[Move("ship", "placed", "shipped", permission="order.ship", event="OrderShipped"), …])

Tables are checked when they are made (at import): unknown or unreachable states and doubled moves
stop the program. `docs/life-cycles.md` is drawn from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.errors import Conflict
from kernel.i18n import gettext as _


@dataclass(frozen=True)
class State:
    """A state and, in one sentence, what it means to the people who see it."""

    name: str
    meaning: str
    final: bool = False


@dataclass(frozen=True)
class Move:
    """`verb` leads from `source` to `target`; `permission` says who may, `event` what is published."""

    verb: str
    source: str
    target: str
    permission: str
    event: str = ""


class LifeCycle:
    """The table of one noun. Raises ValueError while being made where the table does not hold together."""

    def __init__(self, noun: str, initial: str, states: Sequence[State], moves: Sequence[Move]) -> None:
        self.noun = noun
        self.initial = initial
        self.states = {s.name: s for s in states}
        self.moves = tuple(moves)
        self._by_step = {(m.verb, m.source): m for m in moves}
        self._check(len(states))

    def _check(self, stated: int) -> None:
        if len(self.states) != stated or len(self._by_step) != len(self.moves):
            raise ValueError(f"{self.noun}: a state or a move stands twice")
        for move in self.moves:
            for end in (move.source, move.target):
                if end not in self.states:
                    raise ValueError(f"{self.noun}: move {move.verb} names the unknown state {end}")
            if self.states[move.source].final:
                raise ValueError(f"{self.noun}: {move.source} is final, yet {move.verb} leaves it")
        reached, edge = {self.initial}, [self.initial]
        while edge:
            source = edge.pop()
            for move in self.moves:
                if move.source == source and move.target not in reached:
                    reached.add(move.target)
                    edge.append(move.target)
        if unreached := set(self.states) - reached:
            raise ValueError(f"{self.noun}: no move ever reaches {sorted(unreached)}")

    def allowed(self, state: str) -> list[Move]:
        """The moves that leave `state`, in the table's order."""
        return [m for m in self.moves if m.source == state]

    def step(self, verb: str, state: str) -> Move:
        """The move `verb` from `state`; Conflict where the table has none."""
        move = self._by_step.get((verb, state))
        if move is None:
            meaning = _(self.states[state].meaning) if state in self.states else state
            message = _("That is no longer possible: %(meaning)s") % {"meaning": meaning}
            raise Conflict(message, noun=self.noun, state=state, verb=verb)
        return move
