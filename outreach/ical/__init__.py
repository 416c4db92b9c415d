"""Calendar text, pure: a `CalendarEvent` becomes one VEVENT, stored VEVENTs become a feed, and one event an invitation.

The only folder of the application that imports icalendar. An event is rendered once, when it changes, and its text is
kept; a feed joins kept texts. So nothing here reads the clock, and the same event gives the same bytes always.
"""

from outreach.ical.events import (
    FIRST_YEAR,
    LONDON,
    CalendarEvent,
    Classification,
    EventStatus,
    comes_twice,
    render_event,
)
from outreach.ical.feeds import POLL, PRODUCT, TIMEZONE, CalendarFeed, assemble, single
from outreach.ical.scheduling import CalendarPart, Method, Party, cancel, publish, readdress, request
from outreach.ical.text import CONTROLS, clean_line, clean_text

__all__ = [
    "CONTROLS",
    "FIRST_YEAR",
    "LONDON",
    "POLL",
    "PRODUCT",
    "TIMEZONE",
    "CalendarEvent",
    "CalendarFeed",
    "CalendarPart",
    "Classification",
    "EventStatus",
    "Method",
    "Party",
    "assemble",
    "cancel",
    "clean_line",
    "clean_text",
    "comes_twice",
    "publish",
    "readdress",
    "render_event",
    "request",
    "single",
]
