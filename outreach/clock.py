"""The only clock. People read Europe/London; the database holds UTC.

Tests and demonstrations move the clock with `set_offset`; several processes share an offset through
the CLOCK_OFFSET_SECONDS setting, which production refuses. A suite of tests also says with `start_at` at
which moment it lives, so that no test depends on the hour it is run at.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_offset = timedelta(0)
_start = timedelta(0)


class NoSuchTime(ValueError):
    """A clock time that is skipped on the day the clocks go forward."""


class TwiceThatDay(ValueError):
    """A clock time that happens twice on the day the clocks go back."""


def now() -> datetime:
    """The present instant, aware, in UTC, to the microsecond."""
    return datetime.now(UTC) + _start + _offset


def today() -> date:
    """The present day in London."""
    return now().astimezone(LONDON).date()


def set_offset(offset: timedelta) -> None:
    """Move this process's clock by `offset` from the real time, or from where `start_at` put it."""
    global _offset
    _offset = offset


def start_at(moment: datetime) -> None:
    """Let this process's time go on from `moment` (aware), and offsets count from there."""
    global _start
    _start = moment - datetime.now(UTC)


def started() -> timedelta:
    """How far from the real time `start_at` put this process."""
    return _start


def to_utc(day: date, at: time) -> datetime:
    """The UTC instant of a London clock time.

    Raises NoSuchTime or TwiceThatDay in the hours around a clock change: no one plans a visit for
    them, and a calendar file cannot name the second pass of the repeated hour.
    """
    first = datetime.combine(day, at, tzinfo=LONDON)
    if first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != first.replace(tzinfo=None):
        raise NoSuchTime
    if comes_twice(first):
        raise TwiceThatDay
    return first.astimezone(UTC)


def comes_twice(moment: datetime) -> bool:
    """Whether London's clocks show the time of this instant twice, as they go back."""
    shown = moment.astimezone(LONDON)
    return shown.replace(fold=0).utcoffset() != shown.replace(fold=1).utcoffset()


def local(moment: datetime) -> datetime:
    """An instant as London clocks show it."""
    return moment.astimezone(LONDON)


def start_of(day: date) -> datetime:
    """The UTC instant at which a London day begins. London's clocks never change at midnight."""
    return datetime.combine(day, time(0), tzinfo=LONDON).astimezone(UTC)
