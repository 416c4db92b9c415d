"""When the visits of today are, at whatever hour the county is loaded: never at night. Pure; times are London's."""

from __future__ import annotations

from datetime import datetime, time, timedelta

LASTS = timedelta(hours=2)
HALF_HOUR = 30
FIRST, LAST = 9 * 60, 18 * 60 + 30
"""Between which minutes of the day a visit begins."""
LATE_MORNING, AFTERNOON_ENDS = 10 * 60, 17 * 60


def visit_now(now: datetime) -> datetime:
    """When a visit began that goes on for an hour or more; out of hours, when the next one begins."""
    begun = (_minutes(now) // HALF_HOUR - 1) * HALF_HOUR
    return _at(now, FIRST, later=1) if begun > LAST else _at(now, max(begun, FIRST))


def visit_next(now: datetime) -> datetime:
    """When the next visit begins that somebody can still be found for: in two hours or so, or tomorrow."""
    begins = (-(-_minutes(now) // HALF_HOUR) + 4) * HALF_HOUR
    return _at(now, LATE_MORNING, later=1) if begins > AFTERNOON_ENDS else _at(now, max(begins, LATE_MORNING))


def _minutes(now: datetime) -> int:
    return now.hour * 60 + now.minute


def _at(now: datetime, minutes: int, later: int = 0) -> datetime:
    at = time(*divmod(minutes, 60))
    return datetime.combine(now.date() + timedelta(days=later), at, tzinfo=now.tzinfo)
