"""The visits of today follow the hour at which the county is loaded, and none is at night."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from outreach import clock
from outreach.demo.rules.today import LASTS, visit_next, visit_now
from outreach.events.rules.today import is_now

# A weekday, a Sunday, and the days on which the clocks change.
DAYS = ("2026-11-24", "2026-11-22", "2027-03-28", "2026-10-25")
EVERY = timedelta(minutes=10)


def moments(day: str) -> list[datetime]:
    midnight = clock.start_of(datetime.fromisoformat(day).date())
    return [clock.local(midnight + number * EVERY) for number in range(24 * 6)]


@pytest.mark.parametrize("day", DAYS)
def test_both_are_soon_and_by_day(day: str) -> None:
    for now in moments(day):
        for starts_at in (visit_now(now), visit_next(now)):
            ends_at = starts_at.astimezone(UTC) + LASTS
            assert is_now(starts_at.astimezone(UTC), ends_at, now.astimezone(UTC)), now
            assert time(9) <= starts_at.time() < clock.local(ends_at).time() <= time(20, 30), now


@pytest.mark.parametrize("day", DAYS)
def test_by_day_somebody_is_at_a_visit_that_goes_on_for_an_hour(day: str) -> None:
    for now in moments(day):
        if time(9) <= now.time() < time(19, 30):
            starts_at = visit_now(now).astimezone(UTC)
            assert starts_at <= now < starts_at + LASTS - timedelta(minutes=59), now


@pytest.mark.parametrize("day", DAYS)
def test_there_is_time_to_find_somebody(day: str) -> None:
    for now in moments(day):
        assert visit_next(now).astimezone(UTC) - now.astimezone(UTC) >= timedelta(hours=1, minutes=50), now


@pytest.mark.parametrize(
    ("now", "at", "soon"),
    [
        ("2026-11-24T12:15", "2026-11-24T11:30", "2026-11-24T14:30"),
        ("2026-11-24T06:00", "2026-11-24T09:00", "2026-11-24T10:00"),
        ("2026-11-22T19:40", "2026-11-23T09:00", "2026-11-23T10:00"),
        ("2026-11-22T23:50", "2026-11-23T09:00", "2026-11-23T10:00"),
    ],
)
def test_when_they_are(now: str, at: str, soon: str) -> None:
    def london(given: str) -> datetime:
        return datetime.fromisoformat(given).replace(tzinfo=clock.LONDON)

    assert (visit_now(london(now)), visit_next(london(now))) == (london(at), london(soon))
