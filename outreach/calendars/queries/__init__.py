"""Reading what calendars show: public events for the pages, kept texts for the feeds."""

from outreach.calendars.queries.pages import get_public_event, is_public, list_public_events, select_public_events
from outreach.calendars.queries.texts import (
    Edition,
    Text,
    calendar_event_of,
    feed_of,
    find_edition,
    find_stored_text,
    list_public_texts,
    list_stored_texts,
    list_texts,
)

__all__ = [
    "Edition",
    "Text",
    "calendar_event_of",
    "feed_of",
    "find_edition",
    "find_stored_text",
    "get_public_event",
    "is_public",
    "list_public_events",
    "list_public_texts",
    "list_stored_texts",
    "list_texts",
    "select_public_events",
]
