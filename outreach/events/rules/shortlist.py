"""Who can be asked to an opening, in which order, and why; and the one reason why each of the others cannot. Pure.

The same inputs always give the same order: by points, then who has not been out for longest, then by number
(docs/decisions/0012-the-shortlist.md). Codes and numbers come first; words are made only for those who are shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from outreach.events.rules.bars import Bar, BarCode, all_bars, bar_of, child_verdict, rules_out
from outreach.events.rules.considering import Person, Place, Surroundings
from outreach.events.rules.gone import Gone
from outreach.events.rules.reasons import Reason, reasons_of, say_day, score_of
from outreach.events.rules.states import AssignmentStatus

CHILD_DAYS = "child_days"

# What was before at this very event, and is neither for nor against them.
_QUEUED = Reason("queued", "waits to be asked in an order", 0)
_TAKEN_OFF = Reason("taken_off", "was taken off it before", 0)
_GONE: dict[Gone | None, Reason] = {
    Gone.DROPPED_OUT: Reason("dropped_out", "had said yes to it, and could no longer come", 0),
    Gone.PASSED_OVER: Reason("passed_over", "was passed over in an order before, and not asked", 0),
    Gone.STOPPED: Reason("not_asked", "was in an order before that ended before their turn, and not asked", 0),
}


@dataclass(slots=True)
class Considered:
    """One person for one place: the points, and what rules them out. Words are made when they are asked for.

    Nobody changes one either.
    """

    person: Person
    place: Place
    around: Surroundings
    barred: BarCode | None
    points: int | None  # worked out beforehand for those who are ranked

    @property
    def ambassador_id(self) -> int:
        return self.person.id

    @property
    def score(self) -> int:
        return score_of(self.person, self.place, self.around) if self.points is None else self.points

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return reasons_of(self.person, self.place, self.around)

    @property
    def remarks(self) -> tuple[Reason, ...]:
        """What to bear in mind: no points, and no bar."""
        said: list[Reason] = []
        status = self.person.here.get(self.place.event_id)
        if status is AssignmentStatus.QUEUED:
            said.append(_QUEUED)
        elif status is AssignmentStatus.WITHDRAWN:
            said.append(_GONE.get(self.person.gone.get(self.place.event_id), _TAKEN_OFF))
        if warning := child_verdict(self.person, self.place).warn:
            said.append(Reason(CHILD_DAYS, warning, 0))
        return tuple(said)

    @property
    def instead(self) -> str:
        """The days that they offered when they could not come. It is not kept with a choice: a yes forgets them."""
        said = " or ".join(
            f"the {part.value} of {say_day(day)}" for day, part in self.person.instead.get(self.place.event_id, ())
        )
        return said and f"offered {said} instead"

    @property
    def bar(self) -> Bar | None:
        return None if self.barred is None else bar_of(self.barred, self.person, self.place, self.around)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """All that rules them out: what a coordinator overrides who asks them all the same."""
        codes = () if self.barred is None else all_bars(self.person, self.place, self.around)
        return tuple(bar_of(one, self.person, self.place, self.around) for one in codes)

    @property
    def lines(self) -> tuple[Reason, ...]:
        """All that is said of them, but for what rules them out."""
        return (*self.reasons, *self.remarks)

    def kept(self) -> list[dict[str, Any]]:
        """All of it as it is kept with a choice, so that it can be read as it stood then."""
        lines = [*self.lines, *(Reason(one.code.value, one.words, 0) for one in self.bars)]
        return [{"code": one.code, "words": one.words, "points": one.points} for one in lines]


def consider(person: Person, place: Place, around: Surroundings) -> Considered:
    """Judge one person for one place."""
    barred = rules_out(person, place, around)
    return Considered(person, place, around, barred, None if barred else score_of(person, place, around))


def rank(found: Iterable[Considered]) -> list[Considered]:
    """Those whom nothing rules out, best first. No two are equal, whatever order they came in."""
    return sorted((one for one in found if one.barred is None), key=_order)


def _order(one: Considered) -> tuple[int, date, int]:
    return -one.score, one.person.last_outing or date.min, one.person.id
