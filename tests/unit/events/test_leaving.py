"""When somebody who went alone is asked to say that they left, is chased, and when somebody acts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outreach.clock import LONDON
from outreach.events.rules import AssignmentStatus
from outreach.events.rules.leaving import (
    ACT_AFTER,
    CHASE_AFTER,
    HOW_SAFE,
    HOW_SAFE_SAID,
    TOO_LATE,
    HowSafe,
    LeavingStep,
    goes_alone,
    is_missed,
    is_out,
    is_waited_for,
    steps_due,
    tells_of_leaving,
)

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


@pytest.mark.parametrize("status", AssignmentStatus)
@pytest.mark.parametrize("out", [None, END - TICK, END, END + TICK])
def test_only_who_has_left_or_was_not_there_is_waited_for_no_more(
    status: AssignmentStatus, out: datetime | None
) -> None:
    """That somebody was there, whoever says so and when, tells nothing of their leaving. END is here the start."""
    down = status in (AssignmentStatus.ACCEPTED, AssignmentStatus.ATTENDED)
    assert is_waited_for(status, END, out) is (down and not is_out(END, out))


def test_how_it_went_tells_of_leaving_from_the_end_on() -> None:
    assert not tells_of_leaving(END, END - TICK)
    assert tells_of_leaving(END, END)


def test_missed_is_who_others_act_for() -> None:
    assert not is_missed(END, END + ACT_AFTER - TICK)
    assert is_missed(END, END + ACT_AFTER)
    assert is_missed(END, END + TOO_LATE * 100)


def test_how_a_coordinator_knows_is_said_in_words_to_others() -> None:
    assert HOW_SAFE.keys() == HOW_SAFE_SAID.keys() == set(HowSafe)
    assert all(" I " not in f" {one} " for one in HOW_SAFE_SAID.values())
