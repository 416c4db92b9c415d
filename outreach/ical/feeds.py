"""Whole calendars of kept texts: feeds, and single files to download."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from icalendar import Calendar
from icalendar.prop import vInline

from outreach.ical.events import CalendarEvent, render_event
from outreach.ical.text import clean_line, clean_text, folded, lines_of, text_value

PRODUCT = "-//County recruitment outreach//Calendars//EN"
POLL = "PT1H"
"""How often we suggest that a client asks again. A minimum; Google and Outlook follow rules of their own."""

TIMEZONE = b"""\
BEGIN:VTIMEZONE
TZID:Europe/London
X-LIC-LOCATION:Europe/London
BEGIN:DAYLIGHT
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
TZNAME:BST
DTSTART:19700329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
TZNAME:GMT
DTSTART:19701025T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""".replace(b"\n", b"\r\n")
"""Written out by hand: see docs/decisions/0005-fixed-timezone-block.md."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarFeed:
    """What a feed says of itself. `colour_name` is a CSS colour name, `colour_hex` the same colour as #RRGGBB."""

    name: str
    description: str
    colour_name: str
    colour_hex: str


def assemble(feed: CalendarFeed, components: Iterable[bytes]) -> bytes:
    """A whole feed from texts of `render_event`, in the order given. Without any it is still a valid calendar.

    The caller orders (by start, then id) and sees to it that a UID comes once.
    """
    return calendar_text("PUBLISH", components, _about(feed))


def single(*events: CalendarEvent) -> bytes:
    """A single file to download, of one event or some. It names no calendar, so that a client adds them to its own."""
    return calendar_text("PUBLISH", map(render_event, events))


def _about(feed: CalendarFeed) -> Iterator[tuple[str, vInline]]:
    if not re.fullmatch(r"[a-z]{3,30}", feed.colour_name):
        raise ValueError(f"not a CSS colour name: {feed.colour_name!r}")
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", feed.colour_hex):
        raise ValueError(f"not a colour as #RRGGBB: {feed.colour_hex!r}")
    name, description = text_value(clean_line(feed.name)), text_value(clean_text(feed.description))
    yield "NAME", name
    yield "X-WR-CALNAME", name
    yield "DESCRIPTION", description
    yield "X-WR-CALDESC", description
    yield "X-WR-TIMEZONE", vInline("Europe/London")
    yield "REFRESH-INTERVAL", vInline(POLL, params={"VALUE": "DURATION"})
    yield "X-PUBLISHED-TTL", vInline(POLL)
    yield "COLOR", vInline(feed.colour_name)
    yield "X-APPLE-CALENDAR-COLOR", vInline(feed.colour_hex)


def calendar_text(method: str, components: Iterable[bytes], about: Iterable[tuple[str, vInline]] = ()) -> bytes:
    """A VCALENDAR of this method. It always carries the time zone, so that it is a whole one without any event."""
    calendar = Calendar()
    calendar.add("VERSION", vInline("2.0"))
    calendar.add("PRODID", vInline(PRODUCT))
    calendar.add("CALSCALE", vInline("GREGORIAN"))
    calendar.add("METHOD", vInline(method))
    for name, value in about:
        calendar.add(name, value)
    *opening, closing = map(folded, lines_of(calendar))
    return b"".join([*opening, TIMEZONE, *components, closing])
