"""Events and a feed for tests of calendar text, and what every reader should make of an event."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from outreach.ical import CalendarEvent, CalendarFeed, EventStatus, assemble, clean_line, clean_text, render_event
from tests.kit.ical_readers import IcalJs, ReadEvent, read_with_icalendar, strict_lines

LONDON = ZoneInfo("Europe/London")
FEED = CalendarFeed(
    name="Wyre Forest: care careers",
    description="Fairs, talks; open days",
    colour_name="teal",
    colour_hex="#008080",
)
EVENT = CalendarEvent(
    uid="4f7c1d2e9b@events.example.org",
    sequence=3,
    created=datetime(2026, 1, 5, 9, 0, 0, 250, tzinfo=UTC),
    changed=datetime(2026, 2, 6, 10, 30, 0, 999999, tzinfo=UTC),
    starts=datetime(2026, 7, 1, 10, 0, tzinfo=LONDON),
    ends=datetime(2026, 7, 1, 12, 30, tzinfo=LONDON),
    summary="Careers fair, Kidderminster; all welcome",
    description="Doors at ten.\n\nBring a CV.",
    location="Town Hall, Vicar Street, Kidderminster, DY10 1DB",
    geo=(52.38787, -2.249),
    url="https://example.org/events/17?view=a,b;c",
    categories=("Careers fair", "Health, social care", "16;18"),
)
ALL_DAY = replace(EVENT, uid="all-day@events.example.org", starts=date(2026, 10, 24), ends=date(2026, 10, 27))


def feed_of(*events: CalendarEvent) -> bytes:
    return assemble(FEED, [render_event(event) for event in events])


def lines_of(event: CalendarEvent) -> list[str]:
    return strict_lines(render_event(event))


def value_of(name: str, lines: list[str]) -> str:
    """The value of a property that must be there once, with its parameters in front of it."""
    (line,) = (line for line in lines if re.match(rf"{name}[:;]", line))
    return line.removeprefix(name).removeprefix(":")


def as_read(event: CalendarEvent) -> ReadEvent:
    """What every reader should make of the event."""
    assert isinstance(event.starts, datetime) == isinstance(event.ends, datetime)
    summary = clean_line(event.summary)
    return ReadEvent(
        uid=event.uid,
        sequence=event.sequence,
        starts=event.starts.astimezone(UTC) if isinstance(event.starts, datetime) else event.starts,
        ends=event.ends.astimezone(UTC) if isinstance(event.ends, datetime) else event.ends,
        summary=f"Cancelled: {summary}" if event.status is EventStatus.CANCELLED else summary,
        description="\n\n".join(part for part in (clean_text(event.description), event.url) if part),
        location=clean_line(event.location),
        url=event.url,
        categories=tuple(name for raw in event.categories if (name := clean_line(raw).rstrip("\\"))),
        status=event.status,
    )


def check_readers_agree(icaljs: IcalJs, *events: CalendarEvent) -> None:
    feed = feed_of(*events)
    expected = [as_read(event) for event in events]
    assert read_with_icalendar(feed) == expected
    assert icaljs.read(feed) == expected
