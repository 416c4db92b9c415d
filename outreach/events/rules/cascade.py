"""An order of invitations: who is asked next, whom their turn passes by, and when it has no more to do. Pure.

The same inputs always give the same answer, so that it does not matter who asks, or how often: an answer, the worker
every few minutes, two of them at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum


@dataclass(frozen=True, slots=True)
class Places:
    """What an opening needs, and what holds its places: whoever is coming, and whoever was asked and may yet come."""

    needed: int
    qualified_needed: int = 0
    coming: int = 0
    asked: int = 0
    qualified: int = 0  # of those who hold a place
    late: int = 0  # were asked, and hold none any more: the worker will end that

    @property
    def free(self) -> int:
        """Places that nobody holds. People who were asked beside the order may hold more than there are."""
        return max(0, self.needed - self.coming - self.asked)

    @property
    def kept(self) -> int:
        """Those of the free places that are for somebody with the qualification."""
        return min(self.free, max(0, self.qualified_needed - self.qualified))

    def has_one_for(self, qualified: bool) -> bool:
        """Whether there is a place for one more: what is kept for the qualified is nobody else's."""
        return self.free > 0 if qualified else self.free > self.kept

    def with_asked(self, qualified: bool) -> Places:
        """The places once one more person has been asked."""
        return replace(self, asked=self.asked + 1, qualified=self.qualified + (1 if qualified else 0))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in the order who has not been asked, and the code of what would rule them out if it were their turn."""

    ambassador_id: int
    place: int
    qualified: bool = False
    bar: str = ""


class OrderState(Enum):
    """Where an order stands."""

    ASKING = "asking"  # there is somebody to ask
    WAITING = "waiting"  # for the answers of those who were asked
    FILLED = "filled"  # as many said yes as are needed; it goes on if one of them drops out
    EXHAUSTED = "exhausted"  # a place is free, and nobody is left who could have it
    OVER = "over"  # the time to ask is over: it has begun, or was called off
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Turn:
    """What to do now: whom to ask, in order; whom to pass over, with the code of what rules them out."""

    state: OrderState
    ask: tuple[int, ...] = ()
    skip: tuple[tuple[int, str], ...] = ()


def advance(places: Places, queue: Sequence[Waiting], *, running: bool = True, over: bool = False) -> Turn:
    """Whose turn it is: as many as places are free, strictly in order among those whom a free place is for.

    Whoever is ruled out when it would be their turn is passed over. For whom no place is free at present, as those
    left are kept for the qualified, it is not their turn: they keep their place in the order.
    """
    if not running:
        return Turn(OrderState.STOPPED)
    if over:
        return Turn(OrderState.OVER)
    left = places
    ask: list[int] = []
    skip: list[tuple[int, str]] = []
    for one in sorted(queue, key=lambda one: (one.place, one.ambassador_id)):
        if not left.has_one_for(one.qualified) or one.ambassador_id in ask:
            continue
        if one.bar:
            skip.append((one.ambassador_id, one.bar))
            continue
        ask.append(one.ambassador_id)
        left = left.with_asked(one.qualified)
    return Turn(_state(left, bool(ask)), tuple(ask), tuple(skip))


def _state(left: Places, asking: bool) -> OrderState:
    if asking:
        return OrderState.ASKING
    if left.asked or (left.free and left.late):  # how it ends is told once, when the worker has let them go
        return OrderState.WAITING
    return OrderState.EXHAUSTED if left.free else OrderState.FILLED
