"""When somebody who went alone is asked to say that they left, is chased, and when somebody acts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outreach.clock import LONDON
from outreach.events.rules.leaving import ACT_AFTER, CHASE_AFTER, TOO_LATE, LeavingStep, goes_alone, is_out, steps_due

ASK, CHASE, ACT = LeavingStep
END = datetime(2026, 11, 24, 15, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("since", "steps"),
    [
        (-TICK, ()),
        (timedelta(0), (ASK,)),
        (CHASE_AFTER - TICK, (ASK,)),
        (CHASE_AFTER, (CHASE,)),
        (ACT_AFTER - TICK, (CHASE,)),
        (ACT_AFTER, (CHASE, ACT)),
        (TOO_LATE, (CHASE, ACT)),
        (TOO_LATE + TICK, ()),
    ],
)
def test_each_step_at_its_time(since: timedelta, steps: tuple[LeavingStep, ...]) -> None:
    assert steps_due(END, END + since) == steps


def test_the_night_on_which_the_clocks_go_back_adds_no_hour() -> None:
    ends = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON).astimezone(UTC)
    assert steps_due(ends, ends + timedelta(minutes=59)) == (CHASE,)
    assert steps_due(ends, ends + timedelta(minutes=60)) == (CHASE, ACT)


def test_alone_is_who_has_nobody_at_any_time_of_their_part() -> None:
    hour = timedelta(hours=1)
    own = (END - 2 * hour, END)
    assert goes_alone(own, [], online=False)
    assert goes_alone(own, [(END, END + hour), (END - 3 * hour, END - 2 * hour)], online=False)
    assert not goes_alone(own, [(END - TICK, END + hour)], online=False)
    assert not goes_alone(own, [], online=True)


def test_having_left_before_a_visit_was_put_off_counts_no_more() -> None:
    assert not is_out(END, None)
    assert not is_out(END, END - TICK)
    assert is_out(END, END)
