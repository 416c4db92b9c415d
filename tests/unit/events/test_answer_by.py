"""When an invitation lapses and when somebody is reminded: never at night, also on the nights the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.clock import LONDON
from outreach.events.rules import ANSWER_WITHIN, answer_by, remind_from

FAR = datetime(2028, 1, 1, 10, tzinfo=LONDON)
HOURS = (4, 24, 48, 72, 120)


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold)


@pytest.mark.parametrize(
    ("asked", "hours", "due"),
    [
        ("2026-11-23T10:00", 4, "2026-11-23T14:00"),
        ("2026-11-23T15:59", 4, "2026-11-23T19:59"),
        ("2026-11-23T16:00", 4, "2026-11-24T09:00"),  # 8pm is night
        ("2026-11-23T18:30", 4, "2026-11-24T09:00"),
        ("2026-11-23T23:00", 4, "2026-11-24T09:00"),  # 3am of the next day
        ("2026-11-24T03:59", 4, "2026-11-24T09:00"),
        ("2026-11-24T04:00", 4, "2026-11-24T08:00"),  # 8am is day
        ("2026-11-23T21:15", 24, "2026-11-25T09:00"),
        ("2026-11-23T12:00", 120, "2026-11-28T12:00"),
        ("2026-12-31T19:00", 4, "2027-01-01T09:00"),
        # The clocks go forward on 28 March 2027 at 1am, and back on 31 October at 2am.
        ("2027-03-27T12:00", 24, "2027-03-28T13:00"),  # 24 hours pass
        ("2027-03-27T23:30", 4, "2027-03-28T09:00"),
        ("2027-03-27T19:30", 24, "2027-03-29T09:00"),  # 8:30pm by the new clocks
        ("2027-10-30T12:00", 24, "2027-10-31T11:00"),
        ("2027-10-30T23:30", 4, "2027-10-31T09:00"),
        ("2027-10-30T20:30", 24, "2027-10-31T19:30"),
        ("2027-10-30T08:00", 24, "2027-10-31T09:00"),  # 7am by the new clocks
    ],
)
def test_it_lapses_by_day(asked: str, hours: int, due: str) -> None:
    assert answer_by(at(asked), FAR, timedelta(hours=hours)) == at(due)


def test_asked_in_the_hour_that_comes_twice() -> None:
    """The second 1:30am is an hour after the first, and what is due from it too."""
    first, second = at("2027-10-31T01:30"), at("2027-10-31T01:30", fold=1)
    assert answer_by(first, FAR, timedelta(hours=8)).timestamp() == at("2027-10-31T08:30").timestamp()
    assert answer_by(second, FAR, timedelta(hours=8)).timestamp() == at("2027-10-31T09:30").timestamp()
    # An event that begins in it, which an import may bring: the instants are compared, not what clocks show.
    assert answer_by(first, second, timedelta(hours=4)).timestamp() == second.timestamp()


@pytest.mark.parametrize("starts", ["2026-11-23T20:30", "2026-11-24T06:00", "2026-11-24T08:30"])
def test_never_later_than_the_start_even_by_night(starts: str) -> None:
    assert answer_by(at("2026-11-23T18:00"), at(starts), timedelta(hours=4)) == at(starts)


def test_never_before_it_was_asked() -> None:
    assert answer_by(at("2026-11-23T18:00"), at("2026-11-23T17:00")) == at("2026-11-23T18:00")


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31)).map(  # noqa: DTZ001 the library wants naive ones
    lambda found: found.replace(tzinfo=UTC).astimezone(LONDON)
)


@given(MOMENTS, st.integers(0, 400), st.sampled_from(HOURS))
def test_what_always_holds(asked: datetime, ahead: int, hours: int) -> None:
    starts = (asked.astimezone(UTC) + timedelta(hours=ahead)).astimezone(LONDON)
    due = answer_by(asked, starts, timedelta(hours=hours))
    assert asked.timestamp() <= due.timestamp() <= starts.timestamp()
    lasts = due.astimezone(UTC) - asked.astimezone(UTC)
    if due.timestamp() < starts.timestamp():
        assert 8 <= due.hour < 20
        assert timedelta(hours=hours) <= lasts <= timedelta(hours=hours + 14)


@pytest.mark.parametrize(
    ("hours", "after"),
    [(4, None), (23, None), (24, 12), (48, 24), (72, 36), (96, 48), (120, 72)],
)
def test_a_reminder_goes_out_halfway_or_two_days_before(hours: int, after: int | None) -> None:
    asked = datetime(2026, 11, 23, 10, tzinfo=UTC)
    due = remind_from(asked, asked + timedelta(hours=hours))
    assert due == (None if after is None else asked + timedelta(hours=after))


def test_the_usual_time_is_five_days() -> None:
    assert timedelta(days=5) == ANSWER_WITHIN
