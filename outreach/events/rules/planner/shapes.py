"""What the planner of a term is given, and what it gives back.

Moments are minutes on one clock, months and days are numbers, openings and people go by their ids: whoever asks has
read the rows, and judged by the rules of the shortlist who may be asked to what. A pair is somebody whom nothing bars.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from outreach.events.rules.plans import PlanMethod


@dataclass(frozen=True, slots=True)
class Need:
    """The places of one opening that nobody holds, and what each takes of the time agreed with a manager.

    `child_days` are the days on which under-18s are there.
    """

    opening_id: int
    event_id: int
    starts: int
    ends: int
    town: str  # empty where nobody travels
    month: int
    minutes: int
    left: int
    qualified_left: int = 0
    child_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who may be asked, and how much. A month that `visits` or `minutes` does not name has no limit.

    `load` is their outings of the term so far; `checked` the first and last day on which a check of theirs counts.
    """

    ambassador_id: int
    load: int = 0
    visits: Mapping[int, int] = field(default_factory=dict)
    minutes: Mapping[int, int] = field(default_factory=dict)
    child_days: frozenset[int] = frozenset()
    checked: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Somebody who may be asked to an opening, by the weights of the shortlist."""

    opening_id: int
    ambassador_id: int
    score: int
    qualified: bool = True


class Why(Enum):
    """What keeps those who could come from a place that stays empty. The first of several equals is told."""

    NEEDED_MORE = "needed_more"
    CAP = "cap"
    CHILD = "child"
    QUALIFIED = "qualified"


WHY_WORDS = {
    Why.NEEDED_MORE: "everybody who could come is on another visit of this plan then",
    Why.CAP: "everybody who could come has reached their hours or visits of the month",
    Why.CHILD: "everybody who could come has had three days with under-18s in 30 days",
    Why.QUALIFIED: "nobody who could come has the qualification",
}


@dataclass(frozen=True, slots=True)
class Unfilled:
    """Places of an opening that stay empty, and what blocks them: None where nobody else could come anyway."""

    opening_id: int
    places: int
    why: Why | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the solver is: what it has, and what it knows that nobody can do better than."""

    seconds: float
    gap: float | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan. `points` are the scores of its pairs less what uneven loads cost.

    `gap` is how much of the best possible points it may lack: 0 when it is proven the best, None when nothing is known.
    `more` is how many more places might be filled, as far as is known. `best_of` tells that only so many people were
    looked at for each opening, half of them its best. `lost` are pins that could not be kept. `stopped` is whether
    somebody stopped it early.
    """

    chosen: tuple[Pair, ...]
    unfilled: tuple[Unfilled, ...]
    lost: tuple[tuple[int, int], ...]
    method: PlanMethod
    points: int
    cost: int
    gap: float | None
    more: int | None
    seconds: float
    pairs: int
    best_of: int | None
    stopped: bool = False
