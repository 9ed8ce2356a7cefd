"""States and moves as one table per kind of record.

A `Flow` is data: which move leads from which states to which, by which power, guarded by
which rule. `journal.move` is the only code that walks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gongjia.base.refused import Reason

Guard = Callable[[Any], Iterable[Reason]]


@dataclass(frozen=True)
class Move:
    """One arc. `power` may be "" where the action itself proves the right (own record)."""

    name: str
    source: str | tuple[str, ...]
    target: str
    power: str
    guard: Guard | None = None
    label: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else tuple(self.source)


@dataclass(frozen=True)
class Flow:
    """The table of one kind of record. `states` maps code -> 中文 label."""

    name: str
    label: str
    initial: str
    states: dict[str, str]
    moves: Sequence[Move]
    _by_name: dict[str, Move] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self):
        for move in self.moves:
            if move.name in self._by_name:
                raise ValueError(f"{self.name}: move {move.name!r} twice")
            unknown = {*move.sources, move.target} - set(self.states)
            if unknown:
                raise ValueError(f"{self.name}.{move.name}: unknown states {sorted(unknown)}")
            self._by_name[move.name] = move
        if self.initial not in self.states:
            raise ValueError(f"{self.name}: unknown initial state {self.initial!r}")

    def move(self, name: str) -> Move:
        """The arc of that name; KeyError when there is none."""
        return self._by_name[name]

    def possible(self, state: str) -> tuple[Move, ...]:
        """The arcs that leave a state, in the order of the table."""
        return tuple(move for move in self.moves if state in move.sources)

    def check(self, name: str, state: str, facts: Any) -> list[Reason]:
        """Why this move is not possible now; an empty list when it is."""
        move = self.move(name)
        if state not in move.sources:
            label = self.states.get(state, state)
            return [
                Reason(
                    "state_not_allowed",
                    f"{self.label}现在是“{label}”，不能{move.label or move.name}。",
                    fact=state,
                    cure="请刷新页面，看看是否已有人办理。",
                )
            ]
        return list(move.guard(facts)) if move.guard else []
