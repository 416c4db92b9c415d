"""When an ambassador can be asked: a weekly pattern, days away, and what both say of a day, a time or a week. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

from outreach.errors import Conflict

LONGEST_AWAY = timedelta(days=366)
MOST_AWAY = 40  # stretches of days away that lie ahead, for one person
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOON, EVENING = time(12, 0), time(17, 0)


class PartOfDay(Enum):
    MORNING = "morning"  # until noon
    AFTERNOON = "afternoon"  # until five
    EVENING = "evening"


Slot = tuple[int, PartOfDay]


@dataclass(frozen=True, order=True)
class Span:
    """Whole days, the last one included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def meets(self, other: Span) -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Availability:
    """A weekly pattern and days away. An empty pattern means that nothing was said: any time may be asked for."""

    pattern: frozenset[Slot] = frozenset()
    away: tuple[Span, ...] = ()


def is_away(away: Iterable[Span], day: date) -> bool:
    return any(span.holds(day) for span in away)


def free_on(availability: Availability, day: date) -> bool:
    """Whether somebody can usually come at some time of a day."""
    if is_away(availability.away, day):
        return False
    return not availability.pattern or any(weekday == day.weekday() for weekday, _ in availability.pattern)


def parts_of(starts: datetime, ends: datetime) -> set[tuple[date, PartOfDay]]:
    """The parts of days that a half-open span of local time touches. `starts` and `ends` are London's."""
    touched = set()
    day = starts.date()
    while day <= ends.date():
        for part, begin, end in (
            (PartOfDay.MORNING, time.min, NOON),
            (PartOfDay.AFTERNOON, NOON, EVENING),
            (PartOfDay.EVENING, EVENING, None),
        ):
            first = datetime.combine(day, begin, starts.tzinfo)
            last = datetime.combine(day, end, starts.tzinfo) if end else datetime.combine(day, time.max, starts.tzinfo)
            if starts < last and first < ends:
                touched.add((day, part))
        day += timedelta(days=1)
    return touched


def free_at(availability: Availability, starts: datetime, ends: datetime) -> bool:
    """Whether a span of local time lies in the pattern and outside the days away."""
    touched = parts_of(starts, ends)
    if any(is_away(availability.away, day) for day, _ in touched):
        return False
    return not availability.pattern or all((day.weekday(), part) in availability.pattern for day, part in touched)


def say_pattern(pattern: Iterable[Slot]) -> list[str]:
    """A weekly pattern in lines: 'Monday: morning, evening'. Days that are the same stand together."""
    held = set(pattern)
    days: dict[str, list[str]] = {}
    for number, weekday in enumerate(WEEKDAYS):
        parts = [part.value for part in PartOfDay if (number, part) in held]
        if parts:
            days.setdefault("all day" if len(parts) == len(PartOfDay) else ", ".join(parts), []).append(weekday)
    return [f"{_listed(names)}: {parts}" for parts, names in days.items()]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def check_away(new: Span, held: Iterable[Span], today: date) -> None:
    """Refuse days away that are reversed, over, endless, or that meet others of the same person. Raises Conflict."""
    if new.last < new.first:
        raise Conflict("The last day must be the same as or after the first day.", "last_day")
    if new.last < today:
        raise Conflict("The last day must be today or later.", "last_day")
    if new.last - new.first > LONGEST_AWAY:
        raise Conflict("Days away must be a year or less.", "last_day")
    spans = list(held)
    if len(spans) >= MOST_AWAY:
        raise Conflict(f"You can have {MOST_AWAY} entries of days away. Remove one first.", "first_day")
    for span in spans:
        if span.meets(new):
            raise Conflict("These days overlap with other days away. Remove those first.", "first_day")
