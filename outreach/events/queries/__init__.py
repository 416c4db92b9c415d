"""Reading events, the assignments to them, and who may be picked."""

from outreach.events.queries.assignments import (
    clashes_of,
    get_assignment,
    get_assignment_of,
    list_answers_awaited,
    list_assignments,
    list_coming,
    list_coming_assignments_of,
    list_held_between,
    list_reminders_due,
    list_unanswered,
)
from outreach.events.queries.entries import (
    entry_for_ambassador,
    entry_for_host,
    entry_for_staff,
    place_of,
    venue_of,
)
from outreach.events.queries.events import (
    EventFilter,
    find_event_of_request,
    find_request_reference,
    get_event,
    list_events_between,
    list_events_of_institution,
    list_history,
    list_short_events,
    list_shown_events,
    select_events,
)
from outreach.events.queries.picking import Pick, list_picks

__all__ = [
    "EventFilter",
    "Pick",
    "clashes_of",
    "entry_for_ambassador",
    "entry_for_host",
    "entry_for_staff",
    "find_event_of_request",
    "find_request_reference",
    "get_assignment",
    "get_assignment_of",
    "get_event",
    "list_answers_awaited",
    "list_assignments",
    "list_coming",
    "list_coming_assignments_of",
    "list_events_between",
    "list_events_of_institution",
    "list_held_between",
    "list_history",
    "list_picks",
    "list_reminders_due",
    "list_short_events",
    "list_shown_events",
    "list_unanswered",
    "place_of",
    "select_events",
    "venue_of",
]
