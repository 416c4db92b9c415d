"""London's clock times, around the days they change and away from them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach import clock


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2026, 1, 15), time(9, 30), datetime(2026, 1, 15, 9, 30, tzinfo=UTC)),
        (date(2026, 7, 15), time(9, 30), datetime(2026, 7, 15, 8, 30, tzinfo=UTC)),
        (date(2026, 3, 29), time(0, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 10, 25), time(0, 59), datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_to_utc(day: date, at: time, utc: datetime) -> None:
    assert clock.to_utc(day, at) == utc


@pytest.mark.parametrize("at", [time(1, 0), time(1, 30), time(1, 59)])
def test_skipped_hour_does_not_exist(at: time) -> None:
    with pytest.raises(clock.NoSuchTime):
        clock.to_utc(date(2026, 3, 29), at)
    with pytest.raises(clock.NoSuchTime):
        clock.to_utc(date(2027, 3, 28), at)


@pytest.mark.parametrize("at", [time(1, 0), time(1, 30), time(1, 59)])
def test_repeated_hour_comes_twice(at: time) -> None:
    with pytest.raises(clock.TwiceThatDay):
        clock.to_utc(date(2026, 10, 25), at)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.times())
def test_every_accepted_time_reads_back_as_it_was(day: date, at: time) -> None:
    try:
        moment = clock.to_utc(day, at)
    except (clock.NoSuchTime, clock.TwiceThatDay):
        return
    back = clock.local(moment)
    assert (back.date(), back.time()) == (day, at)
