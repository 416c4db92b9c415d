"""The same events read by a C library that shares no code with icalendar or ical.js, as GNOME and KDE read them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings

from outreach.ical import CalendarEvent, EventStatus
from tests.kit.ical_events import ALL_DAY, EVENT, as_read, feed_of
from tests.kit.ical_hostile import EVERYTHING, LONG, events
from tests.kit.libical import read_with_libical


@settings(max_examples=60, deadline=None)
@given(event=events())
@example(
    event=replace(EVENT, summary=EVERYTHING, description=EVERYTHING, location=EVERYTHING, categories=(EVERYTHING,))
)
@example(event=replace(EVENT, summary=LONG, description=LONG, location=LONG, categories=(LONG, LONG)))
def test_points_36_to_39_any_text_is_read_back_by_libical(event: CalendarEvent) -> None:
    # An empty title, which no form lets pass, is an error to libical; after an escape it no longer splits categories.
    named = replace(event, summary=f"Title {event.summary}")
    found, beside = read_with_libical(feed_of(named, ALL_DAY))
    expected = as_read(named)
    assert ",".join(found.categories) == ",".join(expected.categories)
    assert replace(found, categories=()) == replace(expected, categories=())
    assert beside == as_read(ALL_DAY)


@pytest.mark.parametrize("change", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_points_20_22_and_24_libical_reads_every_half_hour_around_the_change_alike(change: datetime) -> None:
    """But for the hour that comes twice, which is refused; see test_ical_time.py."""
    starts = [change + timedelta(minutes=30 * n) for n in (-4, -3, -2, -1, 4, 5, 6, 48)]
    told = [
        replace(EVENT, uid=f"{n}@events.example.org", starts=start, ends=start + timedelta(hours=30))
        for n, start in enumerate(starts)
    ]
    assert read_with_libical(feed_of(*told)) == [as_read(event) for event in told]


def test_point_23_libical_reads_whole_days() -> None:
    one = replace(ALL_DAY, uid="one@events.example.org", starts=date(2026, 3, 29), ends=date(2026, 3, 30))
    assert read_with_libical(feed_of(one)) == [as_read(one)]


def test_points_26_to_29_libical_reads_uid_sequence_and_status() -> None:
    cancelled = replace(EVENT, uid="off@events.example.org", status=EventStatus.CANCELLED, sequence=41)
    assert read_with_libical(feed_of(EVENT, cancelled)) == [as_read(EVENT), as_read(cancelled)]


def test_libical_is_no_yes_man() -> None:
    """A control: what is wrong in a calendar shows."""
    feed = feed_of(EVENT)
    with pytest.raises(AssertionError, match="libical marks errors"):
        read_with_libical(feed.replace(b"STATUS:CONFIRMED", b"STATUS CONFIRMED"))
    assert read_with_libical(feed.replace(b"TZOFFSETTO:+0100", b"TZOFFSETTO:+0200")) != [as_read(EVENT)]
