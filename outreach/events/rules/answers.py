"""What somebody who cannot come offers instead: other days, and a colleague who could go. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from outreach.accounts.rules import plain_email
from outreach.ambassadors.rules.availability import EVENING, NOON, PartOfDay
from outreach.errors import Conflict

MOST_DATES = 3
LATEST = timedelta(days=365)
OtherDay = tuple[date, PartOfDay]

# When a visit in a part of the day begins, if it cannot keep its clock time.
_BEGINS = {PartOfDay.MORNING: time(9, 30), PartOfDay.AFTERNOON: time(13, 30), PartOfDay.EVENING: time(18)}


@dataclass(frozen=True)
class Colleague:
    """Whom somebody names to go in their place."""

    name: str
    email: str


@dataclass(frozen=True)
class Instead:
    """What somebody offers instead of coming."""

    dates: tuple[OtherDay, ...] = ()
    colleague: Colleague | None = None


NOTHING = Instead()


def check_instead(instead: Instead, own_email: str, today: date, *, own: bool = True) -> None:
    """Refuse days that are over, too far or said twice, and naming oneself. Raises Conflict.

    `own` when it is they who say it, and not a coordinator for them.
    """
    if len(instead.dates) > MOST_DATES:
        raise Conflict(f"Give {MOST_DATES} other days or fewer.", "day_1")
    for number, (day, _) in enumerate(instead.dates, start=1):
        if not today < day <= today + LATEST:
            raise Conflict("Another day must be in the future, and within a year.", f"day_{number}")
        if instead.dates.index(instead.dates[number - 1]) != number - 1:
            raise Conflict("This is the same as a day above.", f"day_{number}")
    named = instead.colleague
    if named is not None and plain_email(named.email) == plain_email(own_email):
        whose = "your own" if own else "that of who cannot come"
        raise Conflict(f"Enter the address of a colleague, not {whose}.", "colleague_email")


def part_of(at: time) -> PartOfDay:
    """The part of the day that a clock time is in."""
    if at < NOON:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if at < EVENING else PartOfDay.EVENING


def moved_to(day: date, part: PartOfDay, starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
    """London's clock times of an event on another day: its own where they are in that part, else a usual start.

    It lasts as long as before by the clock; no zone is attached, as the form that takes it checks the clocks.
    """
    before, until = starts.replace(tzinfo=None), ends.replace(tzinfo=None)
    at = before.time() if part_of(before.time()) is part else _BEGINS[part]
    begins = datetime.combine(day, at)
    return begins, begins + (until - before)
