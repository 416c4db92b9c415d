"""Days with under-18s: how many of one ambassador's lie in any 30 days, and when one more is refused. Pure.

Work with children on more than three days in any 30, or overnight, needs a check that somebody at the council has seen.
Each visit counts, at whatever institution: no school sees the whole (docs/decisions/0014-safe-visits.md).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from outreach.ambassadors.rules.availability import Span
from outreach.errors import Conflict

WINDOW = 30
WARN_AT = 3
MOST = 3
NIGHT = (time(2, 0), time(6, 0))
THIRD = "3rd day with under-18s in 30 days"
UNSUPERVISED = "Enter the name of the adult who will stay with the group"
_TICK = timedelta(microseconds=1)


class Check(Protocol):
    """That a check was seen on a day, and until when it counts: `ambassadors.rules.Done` is one."""

    def counts_on(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class ChildVerdict:
    """What a visit would come to: the most days in any 30 that it is in, and which 30 those are.

    `warn` and `refuse` are words for a list, empty where there is nothing to say; never both.
    """

    count: int
    warn: str = ""
    refuse: str = ""
    window: Span | None = None


FREE = ChildVerdict(0)


def is_child_facing(audience_under_18: bool | None) -> bool:
    """Whether a visit counts. Where nobody has said who comes, under-18s may."""
    return audience_under_18 is not False


def check_supervised(under_18: bool, supervisor: str) -> None:
    """A group under 18 has a named adult of the institution's with it throughout. Raises Conflict."""
    if under_18 and not supervisor:
        raise Conflict(UNSUPERVISED, "supervisor")


def days_of(starts: datetime, ends: datetime) -> frozenset[date]:
    """The days that a span of London time touches. What ends at midnight does not touch the day that begins then."""
    first = starts.date()
    last = max(first, (ends - _TICK).date())
    return frozenset(first + timedelta(days=number) for number in range((last - first).days + 1))


def is_overnight(starts: datetime, ends: datetime) -> bool:
    """Whether a span of London time touches the hours from 2am to 6am. The clocks never change within them."""
    begins, stops = starts.replace(tzinfo=None), ends.replace(tzinfo=None)
    return any(
        begins < datetime.combine(day, NIGHT[1]) and stops > datetime.combine(day, NIGHT[0])
        for day in (begins.date(), begins.date() + timedelta(days=1))
    )


def count_with(days: Collection[date], new: Collection[date]) -> int:
    """The most days with under-18s in any 30 that hold one of the new days, once those are added."""
    return _fullest(days, new)[0]


def judge(days: Collection[date], new: Collection[date], overnight: bool, check: Check | None) -> ChildVerdict:
    """Whether somebody who has these days may have the new ones, too: warned of at the third, refused from the fourth.

    The check lifts the refusal where it counts on every new day, and on each later day that is the fourth or more of
    its 30 because of them. It counts from the day on which it was seen: a visit that was before is not covered by it.
    """
    if not new:
        return FREE
    count, first = _fullest(days, new)
    window = Span(first, first + timedelta(days=WINDOW - 1))
    if count < WARN_AT and not overnight:
        return ChildVerdict(count, window=window)
    if check is not None and all(check.counts_on(day) for day in (*new, *_tipped(days, new))):
        return ChildVerdict(count, window=window)
    if count > MOST:
        return ChildVerdict(count, refuse=f"{count} days with under-18s in 30 days", window=window)
    if overnight:
        return ChildVerdict(count, refuse="overnight with under-18s", window=window)
    return ChildVerdict(count, warn=THIRD, window=window)


def fullest(days: Collection[date], since: date) -> tuple[int, Span] | None:
    """The most days in any 30 that hold one from `since` on, and those 30; None where there is no such day."""
    count, first = _fullest(days, [day for day in days if day >= since])
    return (count, Span(first, first + timedelta(days=WINDOW - 1))) if count else None


def uncovered(days: Collection[date], check: Check | None) -> list[date]:
    """The days held that are the fourth or more of the 30 up to them, and that the check does not cover.

    There are some where a check was taken back, or a visit turned out otherwise: the coordinator is told of them.
    """
    return sorted(day for day in days if _up_to(days, day) > MOST and not (check and check.counts_on(day)))


def _fullest(days: Collection[date], new: Collection[date]) -> tuple[int, date]:
    """How many days the fullest 30 hold that hold a new day, and the first of them: the earliest, if several do.

    Only those that begin with a counted day need be looked at: moved to there, 30 days lose none.
    """
    if not new:
        return 0, date.min
    if not days and len(new) == 1:
        return 1, next(iter(new))
    added = sorted({day.toordinal() for day in new})
    low, high = added[0] - WINDOW, added[-1] + WINDOW
    near = {number for number in (day.toordinal() for day in days) if low < number < high}
    every = sorted(near.union(added))
    best, first = 0, added[0]
    for place, number in enumerate(every):
        until = bisect_right(every, number + WINDOW - 1)
        following = bisect_left(added, number)
        if until - place > best and following < len(added) and added[following] < number + WINDOW:
            best, first = until - place, number
    return best, date.fromordinal(first)


def _tipped(days: Collection[date], new: Collection[date]) -> list[date]:
    """The days already held that come after a new one and, with it, have more than the most in the 30 up to them."""
    every = set(days).union(new)
    back = timedelta(days=WINDOW)
    later = (day for day in every.difference(new) if any(day - back < one < day for one in new))
    return sorted(day for day in later if _up_to(every, day) > MOST)


def _up_to(days: Collection[date], last: date) -> int:
    """How many days lie in the 30 that end with one."""
    return sum(last - timedelta(days=WINDOW) < day <= last for day in days)
