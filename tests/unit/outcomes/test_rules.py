"""What may be recorded of an event, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outreach.errors import Conflict
from outreach.events.rules import EventStatus
from outreach.outcomes.rules import Report, check_rateable, check_recordable, check_report

START = datetime(2026, 11, 22, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("status", [EventStatus.PLANNED, EventStatus.CONFIRMED, EventStatus.DONE])
def test_an_event_is_recorded_from_its_start_on(status: EventStatus) -> None:
    check_recordable(status, START, START, "10am")
    with pytest.raises(Conflict, match="from 10am"):
        check_recordable(status, START, START - SECOND, "10am")


def test_a_cancelled_event_is_not_recorded() -> None:
    with pytest.raises(Conflict, match="cancelled"):
        check_recordable(EventStatus.CANCELLED, START, START + SECOND, "10am")


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (Report(True), "at least one"),
        (Report(True, {1: 0}), "at least one"),
        (Report(False), "why"),
        (Report(False, {1: 3}, "Snow"), "Nobody can"),
    ],
)
def test_a_report_must_add_up(report: Report, words: str) -> None:
    with pytest.raises(Conflict, match=words):
        check_report(report)


def test_a_report_that_adds_up() -> None:
    check_report(Report(True, {1: 1}))
    check_report(Report(False, {}, "Snow"))


def test_a_visit_is_rated_once_it_is_over_unless_it_was_not() -> None:
    for took_place in (None, True):
        check_rateable(EventStatus.CONFIRMED, START, START, "10am", took_place)
    with pytest.raises(Conflict, match="from 10am"):
        check_rateable(EventStatus.CONFIRMED, START, START - SECOND, "10am", None)
    with pytest.raises(Conflict, match="cancelled"):
        check_rateable(EventStatus.CANCELLED, START, START, "10am", None)
    with pytest.raises(Conflict, match="not having taken place"):
        check_rateable(EventStatus.DONE, START, START, "10am", False)
