"""What the public may see, for how long, and months from the address bar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from outreach.calendars.rules import (
    COLOURS,
    Standing,
    colour_of,
    month_after,
    read_month,
    shown_until,
    standing_of,
    weeks_of,
    write_month,
)
from outreach.events.rules import EventStatus

EARLIER = datetime(2026, 11, 1, tzinfo=UTC)
LATER = EARLIER + timedelta(days=1)


@pytest.mark.parametrize("status", EventStatus)
@pytest.mark.parametrize(("published", "unpublished"), [(None, None), (EARLIER, None), (None, LATER), (EARLIER, LATER)])
def test_an_event_from_a_request_is_hidden_whatever_else_is_true(
    status: EventStatus, published: datetime | None, unpublished: datetime | None
) -> None:
    found = standing_of(status, from_request=True, published_at=published, unpublished_at=unpublished)
    assert found is Standing.HIDDEN


@pytest.mark.parametrize("status", EventStatus)
def test_standing_by_state_and_publication(status: EventStatus) -> None:
    def standing(published: datetime | None, unpublished: datetime | None) -> Standing:
        return standing_of(status, from_request=False, published_at=published, unpublished_at=unpublished)

    cancelled = status is EventStatus.CANCELLED
    assert standing(None, None) is Standing.HIDDEN
    assert standing(EARLIER, None) is (Standing.CANCELLED if cancelled else Standing.SHOWN)
    assert standing(None, LATER) is Standing.WITHDRAWN
    assert standing(EARLIER, LATER) is Standing.WITHDRAWN
    assert standing(LATER, EARLIER) is (Standing.CANCELLED if cancelled else Standing.SHOWN)


def test_what_is_off_leaves_the_feeds_after_a_month_and_what_was_after_two() -> None:
    last = date(2026, 11, 30)
    assert shown_until(last, Standing.SHOWN) == date(2027, 1, 29)
    assert shown_until(last, Standing.CANCELLED) == date(2026, 12, 30)
    assert shown_until(last, Standing.WITHDRAWN) == date(2026, 12, 30)


@pytest.mark.parametrize("text", ["2026-11", "2000-01", "2100-12"])
def test_a_month_is_read_as_it_is_written(text: str) -> None:
    found = read_month(text)
    assert found is not None
    assert found.day == 1
    assert write_month(found) == text


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-13", "2026-00", "1999-12", "2101-01", "0000-01", "２０２６-11", "2026-11\n", "9" * 5000],
)
def test_anything_else_is_no_month(text: str) -> None:
    assert read_month(text) is None


def test_months_go_over_the_year_both_ways() -> None:
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_after(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert month_after(date(2026, 11, 1), 14) == date(2028, 1, 1)


def test_weeks_begin_on_monday_and_hold_every_day_of_the_month_once() -> None:
    weeks = weeks_of(date(2026, 11, 1))
    assert all(len(week) == 7 and week[0].weekday() == 0 for week in weeks)
    days = [day for week in weeks for day in week]
    assert [day.day for day in days if day.month == 11] == list(range(1, 31))
    assert len(set(days)) == len(days)


def test_nine_places_on_the_map_have_nine_colours() -> None:
    places = {colour_of(row, column).hexadecimal for row in (1, 2, 3) for column in (1, 2, 3)}
    assert len(places) == len(COLOURS)
