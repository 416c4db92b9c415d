"""When the tests take place: the whole suite lives on one day, whatever the hour it is run at.

TEST_CLOCK tries another, as in TEST_CLOCK=2027-03-28T00:30 for the night the clocks go forward.
"""

from __future__ import annotations

import math
import os
from datetime import datetime, timedelta

from outreach import clock

# A Tuesday in term. It goes on from noon: reminders of the day before are due, and no shift is a night's.
NOON = "2026-11-24T12:00"


def begin() -> None:
    """Put this process's clock at the suite's moment."""
    given = os.environ.get("TEST_CLOCK") or NOON
    clock.start_at(datetime.fromisoformat(given).replace(tzinfo=clock.LONDON))


def offset_of_processes(more: timedelta = timedelta(0)) -> str:
    """CLOCK_OFFSET_SECONDS for a process of its own: the suite's time, and so much more."""
    return str(math.ceil((clock.started() + more).total_seconds()))


def move_to(moment: datetime) -> None:
    """Make it `moment` (aware) for the rest of the test."""
    clock.set_offset(timedelta(0))
    clock.set_offset(moment - clock.now())


def back() -> None:
    """Make it the suite's own time again."""
    clock.set_offset(timedelta(0))
