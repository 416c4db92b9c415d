"""The states of a request, the order of the journey, and when reminders go."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from outreach.accounts.rules import first_name
from outreach.errors import Conflict
from outreach.visits.rules import (
    NOT_LISTED,
    STEPS,
    STEPS_OF_JOURNEY,
    RequestStatus,
    RequestStep,
    Stage,
    all_passed,
    answer_due,
    check_preferred,
    comes_early,
    first_unanswered,
    next_status,
    path_of,
    read_reference,
    reminder_due,
    stage_of,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(("status", "step"), list(itertools.product(RequestStatus, RequestStep)))
def test_every_step_from_every_state(status: RequestStatus, step: RequestStep) -> None:
    if (status, step) in STEPS:
        assert next_status(status, step) is STEPS[status, step]
    else:
        with pytest.raises(Conflict, match="so this cannot be done now"):
            next_status(status, step)


def span(days: float, hours: float = 1) -> tuple[datetime, datetime]:
    return NOW + days * DAY, NOW + days * DAY + hours * HOUR


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ([], "dates"),
        ([span(n) for n in range(1, 5)], "dates"),
        ([span(0)], "day_1"),
        ([span(1), span(551)], "day_2"),
        ([span(1, 0)], "ends_1"),
        ([span(1), span(2), span(3, 12.5)], "ends_3"),
        ([span(1), span(1)], "dates"),
    ],
)
def test_preferred_times_that_will_not_do(times: list[tuple[datetime, datetime]], field: str) -> None:
    with pytest.raises(Conflict) as refused:
        check_preferred(times, NOW)
    assert refused.value.field == field


def test_preferred_times_at_the_limits() -> None:
    check_preferred([span(0.001), span(550), span(1, 12)], NOW)


def test_answer_is_due_on_a_working_day() -> None:
    assert answer_due(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert answer_due(date(2026, 11, 21), 10) == date(2026, 12, 4)


def test_all_dates_have_passed_only_when_none_is_left() -> None:
    assert all_passed([span(-2), span(-1)], NOW)
    assert not all_passed([span(-2), span(1)], NOW)


ALL: dict[str, dict[str, object]] = {step: {} for step in STEPS_OF_JOURNEY} | {
    "institution": {"institution": "1", "several": True},
    "audience": {"audience": "adults"},
    "supervisor": {"supervisor": ""},
}


def test_path_has_a_campus_where_there_is_a_choice_and_the_unlisted_page_where_it_is_wanted() -> None:
    assert "unlisted" not in path_of(ALL)
    assert "campus" in path_of(ALL)
    one = ALL | {"institution": {"institution": "1", "several": False}}
    assert "campus" not in path_of(one)
    unlisted = ALL | {"institution": {"institution": NOT_LISTED, "several": False}}
    assert path_of(unlisted)[:3] == ["institution", "unlisted", "contact"]


def test_first_unanswered_is_the_first_gap() -> None:
    assert first_unanswered({}, ()) == "institution"
    for step in path_of(ALL)[1:]:
        assert first_unanswered({name: said for name, said in ALL.items() if name != step}, ()) == step
    assert first_unanswered(ALL, ()) is None
    assert first_unanswered(ALL, {"adults"}) == "supervisor"


def test_step_comes_early_before_those_that_lead_to_it() -> None:
    assert not comes_early("institution", {}, ())
    assert not comes_early("unlisted", {}, ())
    assert comes_early("campus", {}, ())
    assert comes_early("contact", {}, ())
    assert not any(comes_early(step, ALL, ()) for step in path_of(ALL))
    assert not comes_early("supervisor", ALL, {"adults"})


@pytest.mark.parametrize(
    "typed", ["VR-7K3M-9QTX", "vr-7k3m-9qtx", " vr 7k3m 9qtx ", "7K3M9QTX", "VR7K3M9QTX", "vr–7k3m–9qtx"]
)
def test_reference_is_read_as_people_write_it(typed: str) -> None:
    assert read_reference(typed) == "VR-7K3M-9QTX"


def test_reference_that_is_none_stays_short() -> None:
    assert len(read_reference("9" * 5000)) < 50
    assert read_reference("") == "VR--"


@pytest.mark.parametrize(
    ("before", "due"),
    [
        (8 * DAY, None),
        (7 * DAY, 7),
        (2 * DAY + HOUR, 7),
        (2 * DAY, None),
        (1 * DAY + HOUR, None),
        (1 * DAY, 1),
        (HOUR, 1),
        (timedelta(0), None),
    ],
)
def test_reminders_go_seven_days_and_one_day_before(before: timedelta, due: int | None) -> None:
    assert reminder_due(NOW + before, NOW - 30 * DAY, NOW) == due


def test_no_reminder_for_what_was_agreed_later_than_it_would_have_gone() -> None:
    assert reminder_due(NOW + 6 * DAY, NOW - HOUR, NOW) is None
    assert reminder_due(NOW + 6 * DAY, NOW - 2 * DAY, NOW) == 7


def test_host_is_given_the_first_name_only() -> None:
    assert first_name("Ann-Marie van der Berg") == "Ann-Marie"
    assert first_name("Cher") == "Cher"
    assert first_name(" ") == ""


@pytest.mark.parametrize(
    ("status", "cancelled", "over", "coming", "verified", "stage"),
    [
        (RequestStatus.NEW, False, False, 0, True, Stage.WAITING),
        (RequestStatus.DECLINED, False, False, 0, True, Stage.DECLINED),
        (RequestStatus.WITHDRAWN, True, False, 0, True, Stage.WITHDRAWN),
        (RequestStatus.EXPIRED, False, False, 0, True, Stage.EXPIRED),
        (RequestStatus.ACCEPTED, True, True, 1, True, Stage.CANCELLED),
        (RequestStatus.ACCEPTED, False, True, 0, True, Stage.OVER),
        (RequestStatus.ACCEPTED, False, False, 0, True, Stage.FINDING),
        (RequestStatus.ACCEPTED, False, False, 1, False, Stage.CHECKING),
        (RequestStatus.ACCEPTED, False, False, 1, True, Stage.COMING),
    ],
)
def test_where_a_request_stands(
    status: RequestStatus, cancelled: bool, over: bool, coming: int, verified: bool, stage: Stage
) -> None:
    assert stage_of(status, cancelled=cancelled, over=over, coming=coming, verified=verified) is stage
