"""The state tables of events and assignments, every state by every step, and what stands beside them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outreach.errors import Conflict
from outreach.events.rules import (
    ANSWER_WITHIN,
    ASSIGNMENT_STEPS,
    ASSIGNMENT_WORDS,
    COMING,
    EVENT_STEPS,
    EVENT_WORDS,
    HOLDING,
    LONGEST_EVENT,
    AssignmentStatus,
    AssignmentStep,
    EventStatus,
    EventStep,
    InvitationState,
    answer_by,
    check_answerable,
    check_still_short,
    check_times,
    holds_place,
    invitation_state,
    may_go,
    may_step,
    next_assignment_status,
    next_event_status,
    overlaps,
    status_for,
)

NOON = datetime(2027, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("step", EventStep)
@pytest.mark.parametrize("status", EventStatus)
def test_event_takes_the_steps_of_the_table_and_no_others(status: EventStatus, step: EventStep) -> None:
    assert may_go(status, step) == ((status, step) in EVENT_STEPS)
    if may_go(status, step):
        assert next_event_status(status, step) is EVENT_STEPS[status, step]
        return
    with pytest.raises(Conflict, match=EVENT_WORDS[status]):
        next_event_status(status, step)


@pytest.mark.parametrize("step", AssignmentStep)
@pytest.mark.parametrize("status", AssignmentStatus)
def test_assignment_takes_the_steps_of_the_table_and_no_others(status: AssignmentStatus, step: AssignmentStep) -> None:
    assert may_step(status, step) == ((status, step) in ASSIGNMENT_STEPS)
    if may_step(status, step):
        assert next_assignment_status(status, step) is ASSIGNMENT_STEPS[status, step]
        return
    with pytest.raises(Conflict, match=ASSIGNMENT_WORDS[status]):
        next_assignment_status(status, step)


def test_cancelled_is_an_end() -> None:
    assert not [step for step in EventStep if may_go(EventStatus.CANCELLED, step)]


def test_whoever_is_coming_is_held() -> None:
    assert set(COMING) < set(HOLDING)


@pytest.mark.parametrize(
    ("accepted", "before", "after"),
    [
        (0, EventStatus.PLANNED, EventStatus.PLANNED),
        (1, EventStatus.PLANNED, EventStatus.CONFIRMED),
        (2, EventStatus.CONFIRMED, EventStatus.CONFIRMED),
        (0, EventStatus.CONFIRMED, EventStatus.PLANNED),
        (0, EventStatus.DONE, EventStatus.DONE),
        (3, EventStatus.CANCELLED, EventStatus.CANCELLED),
    ],
)
def test_event_is_confirmed_by_whoever_is_coming(accepted: int, before: EventStatus, after: EventStatus) -> None:
    assert status_for(accepted, before) is after


@pytest.mark.parametrize("length", [timedelta(0), -HOUR, LONGEST_EVENT + timedelta(seconds=1)])
def test_times_that_do_not_fit_are_refused(length: timedelta) -> None:
    with pytest.raises(Conflict) as refused:
        check_times(NOON, NOON + length)
    assert refused.value.field == "ends"


def test_year_that_no_calendar_writes_is_refused() -> None:
    with pytest.raises(Conflict, match="2000 or later"):
        check_times(NOON.replace(year=1950), NOON.replace(year=1950) + HOUR)


def test_fortnight_is_not_too_long() -> None:
    check_times(NOON, NOON + LONGEST_EVENT)


def test_answer_is_due_in_five_days_but_never_after_the_start() -> None:
    assert answer_by(NOON, NOON + timedelta(days=30)) == NOON + ANSWER_WITHIN
    assert answer_by(NOON, NOON + HOUR) == NOON + HOUR


@pytest.mark.parametrize(
    ("status", "starts_at", "answerable"),
    [
        (EventStatus.PLANNED, NOON + HOUR, True),
        (EventStatus.CONFIRMED, NOON + HOUR, True),
        (EventStatus.PLANNED, NOON, False),
        (EventStatus.DONE, NOON + HOUR, False),
        (EventStatus.CANCELLED, NOON + HOUR, False),
    ],
)
def test_answer_is_taken_until_the_start(status: EventStatus, starts_at: datetime, answerable: bool) -> None:
    if answerable:
        check_answerable(status, starts_at, NOON)
        return
    with pytest.raises(Conflict):
        check_answerable(status, starts_at, NOON)


def test_change_of_mind_counts_only_while_somebody_is_lacking() -> None:
    check_still_short(has_room=True)
    with pytest.raises(Conflict, match="nobody else is needed"):
        check_still_short(has_room=False)


def test_spans_that_touch_do_not_overlap() -> None:
    assert not overlaps((NOON, NOON + HOUR), [(NOON + HOUR, NOON + 2 * HOUR), (NOON - HOUR, NOON)])
    assert overlaps((NOON, NOON + HOUR), [(NOON + HOUR / 2, NOON + 2 * HOUR)])


AHEAD = (NOON + HOUR, NOON + 2 * HOUR)
GOING_ON = (NOON - HOUR, NOON + HOUR)
PAST = (NOON - 2 * HOUR, NOON)


@pytest.mark.parametrize(
    ("event", "status", "times", "said_no", "told"),
    [
        (EventStatus.PLANNED, AssignmentStatus.INVITED, AHEAD, False, InvitationState.ASKED),
        (EventStatus.CONFIRMED, AssignmentStatus.ACCEPTED, AHEAD, False, InvitationState.COMING),
        (EventStatus.PLANNED, AssignmentStatus.DECLINED, AHEAD, True, InvitationState.SAID_NO),
        (EventStatus.PLANNED, AssignmentStatus.WITHDRAWN, AHEAD, True, InvitationState.NO_LONGER),
        (EventStatus.PLANNED, AssignmentStatus.WITHDRAWN, AHEAD, False, InvitationState.TAKEN_OFF),
        (EventStatus.PLANNED, AssignmentStatus.LAPSED, AHEAD, False, InvitationState.LAPSED),
        (EventStatus.CANCELLED, AssignmentStatus.WITHDRAWN, AHEAD, False, InvitationState.CANCELLED),
        (EventStatus.CANCELLED, AssignmentStatus.WITHDRAWN, PAST, False, InvitationState.CANCELLED),
        (EventStatus.CONFIRMED, AssignmentStatus.ACCEPTED, GOING_ON, False, InvitationState.COMING),
        (EventStatus.PLANNED, AssignmentStatus.INVITED, GOING_ON, False, InvitationState.OVER),
        (EventStatus.CONFIRMED, AssignmentStatus.ACCEPTED, PAST, False, InvitationState.OVER),
        (EventStatus.DONE, AssignmentStatus.ATTENDED, PAST, False, InvitationState.OVER),
    ],
)
def test_invitation_says_how_things_stand(
    event: EventStatus,
    status: AssignmentStatus,
    times: tuple[datetime, datetime],
    said_no: bool,
    told: InvitationState,
) -> None:
    assert invitation_state(event, status, times, NOON, said_no=said_no) is told


@pytest.mark.parametrize("status", AssignmentStatus)
@pytest.mark.parametrize(("due", "in_time"), [(None, True), (NOON + HOUR, True), (NOON, False), (NOON - HOUR, False)])
def test_a_place_is_held_by_who_is_coming_and_until_the_time_to_answer_is_over(
    status: AssignmentStatus, due: datetime | None, in_time: bool
) -> None:
    held = status in COMING or (status is AssignmentStatus.INVITED and in_time)
    assert holds_place(status, due, NOON) is held
