"""Reading what calendars show: public events for the pages, kept texts for the feeds."""

from outreach.calendars.queries.pages import get_public_event, is_public, list_public_events, select_public_events
from outreach.calendars.queries.texts import calendar_event_of

__all__ = [
    "calendar_event_of",
    "get_public_event",
    "is_public",
    "list_public_events",
    "select_public_events",
]
