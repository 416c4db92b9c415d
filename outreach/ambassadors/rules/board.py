"""The promise board: for each district and week, is there a council employee who could be sent? Pure, no names.

A person covers a week when on at least one of its days they are ready, not away, and it is a weekday of their pattern.
Whoever has given no pattern works Monday to Friday, so that a week of leave is a week away although its Sunday is free.
Only council employees count. A neighbour is one whose home district is another and who travels here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

from outreach.ambassadors.rules.availability import Span, is_away

WEEKS = 12
DAY = timedelta(days=1)
LAST_OF_WEEK = timedelta(days=6)
WORKING_DAYS = frozenset(range(5))


class Light(Enum):
    """How a cell stands. Always shown with a shape and a word, never by colour alone."""

    GREEN = "green"
    AMBER = "amber"
    DARK = "dark"


class Why(Enum):
    """What makes a cell less than green; a cell may have several."""

    ONLY_ONE = "only_one"
    EXPIRES = "expires"
    NEIGHBOUR = "neighbour"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Member:
    """What the board needs to know of one council employee who is active, or paused with a day of return.

    `ready_until` is the last day on which every required item counts (None: no end); somebody who is not ready at all
    is no member. `away` holds days away and the pause. `weekdays` is the weekly pattern, 0 for Monday.
    """

    id: int
    home: int
    travels: frozenset[int] = frozenset()
    ready_until: date | None = None
    away: tuple[Span, ...] = ()
    weekdays: frozenset[int] = WORKING_DAYS
    paused: bool = False

    def is_there(self, day: date) -> bool:
        """Whether they are ready and not away, be it a day of theirs or not."""
        return (self.ready_until is None or day <= self.ready_until) and not is_away(self.away, day)

    def covers_day(self, day: date) -> bool:
        return day.weekday() in self.weekdays and self.is_there(day)


@dataclass(frozen=True)
class Cell:
    """One district in one week, which begins on `monday`. People by id, in the order given."""

    district: int
    monday: date
    light: Light
    why: tuple[Why, ...]
    at_home: tuple[int, ...]
    neighbours: tuple[int, ...]
    expiring: tuple[int, ...]


@dataclass(slots=True)
class _Covering:
    """A cell while it is being counted."""

    at_home: list[int] = field(default_factory=list)
    neighbours: list[int] = field(default_factory=list)
    expiring: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Dark:
    """When a district goes dark, and because of whom: those who covered it last and are there no longer from that day.

    Nobody: it is dark already.
    """

    day: date
    because: tuple[int, ...]


def weeks_from(today: date, count: int = WEEKS) -> list[date]:
    """The Mondays of this week and the next ones; at a weekend, with no working day left, this one is left out."""
    first = today - timedelta(days=today.weekday())
    if today.weekday() not in WORKING_DAYS:
        first += timedelta(weeks=1)
    return [first + timedelta(weeks=number) for number in range(count)]


def is_kept(cells: Sequence[Cell]) -> bool:
    """Whether the promise is kept in one district: somebody whose home it is covers every week of the board."""
    return all(cell.at_home for cell in cells)


def board_of(districts: Sequence[int], members: Iterable[Member], today: date) -> dict[int, list[Cell]]:
    """The cells of every district, week by week from this one. Days before `today` do not count."""
    weeks = weeks_from(today)
    covering = {district: [_Covering() for _ in weeks] for district in districts}
    for member in members:
        numbers = _weeks_covered(member, weeks, today)
        home = covering.get(member.home)
        if home is not None:
            for number in numbers:
                home[number].at_home.append(member.id)
            ends = _week_of_end(member, weeks)
            if ends in numbers:
                home[ends].expiring.append(member.id)
        for district in member.travels:
            near = covering.get(district)
            if near is not None and district != member.home:
                for number in numbers:
                    near[number].neighbours.append(member.id)
    return {
        district: [_cell(district, monday, found) for monday, found in zip(weeks, covering[district], strict=True)]
        for district in districts
    }


def dark_day(cells: Sequence[Cell], members: Iterable[Member], today: date) -> Dark | None:
    """When one district first goes dark within the board, and because of whom; None if it does not."""
    dark = next((number for number, cell in enumerate(cells) if cell.light is Light.DARK), None)
    if dark is None:
        return None
    if dark == 0:
        return Dark(max(today, cells[0].monday), ())
    before = cells[dark - 1]
    covered = {*before.at_home, *before.neighbours}
    gone = {member.id: _gone_from(member, before.monday, today) for member in members if member.id in covered}
    day = max(gone.values())
    return Dark(day, tuple(id for id, first in gone.items() if first == day))


def _weeks_covered(member: Member, weeks: Sequence[date], today: date) -> list[int]:
    """The numbers of the weeks that somebody covers. Looked at day by day are only those in which something changes."""
    if not member.weekdays:
        return []
    start, count = weeks[0], len(weeks)
    ends = _week_of_end(member, weeks)
    changing = {ends, 0} if today > start else {ends}
    gone: set[int] = set()
    for span in member.away:
        first, last = (span.first - start).days, (span.last - start).days
        for number in range(max(0, first // 7), min(count - 1, last // 7) + 1):
            (gone if first <= number * 7 and last >= number * 7 + 6 else changing).add(number)
    return [
        number
        for number in range(min(ends + 1, count))
        if number not in gone and (number not in changing or _covers_week(member, weeks[number], today))
    ]


def _week_of_end(member: Member, weeks: Sequence[date]) -> int:
    """The number of the week in which somebody's readiness ends; one past the board where it does not."""
    return len(weeks) if member.ready_until is None else (member.ready_until - weeks[0]).days // 7


def _covers_week(member: Member, monday: date, today: date) -> bool:
    days = (monday + DAY * number for number in range(7))
    return any(day >= today and member.covers_day(day) for day in days)


def _gone_from(member: Member, monday: date, today: date) -> date:
    """The day from which somebody is there no longer, after the last day of a week that they cover.

    Their pattern is left aside: whoever comes on Tuesdays and goes on leave on a Monday is gone from that Monday.
    """
    days = (monday + DAY * number for number in range(6, -1, -1))
    day = next(day for day in days if day >= today and member.covers_day(day))
    while member.is_there(day):
        day += DAY
    return day


def _cell(district: int, monday: date, found: _Covering) -> Cell:
    at_home, neighbours, expiring = found.at_home, found.neighbours, found.expiring
    why = []
    if not at_home and not neighbours:
        why.append(Why.NOBODY)
    else:
        if not at_home:
            why.append(Why.NEIGHBOUR)
        if len(at_home) + len(neighbours) == 1:
            why.append(Why.ONLY_ONE)
        if expiring:
            why.append(Why.EXPIRES)
    light = Light.DARK if Why.NOBODY in why else Light.AMBER if why else Light.GREEN
    return Cell(district, monday, light, tuple(why), tuple(at_home), tuple(neighbours), tuple(expiring))
