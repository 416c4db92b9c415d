"""What is kept of calendars: the public text of public events, without people."""

from __future__ import annotations

from outreach.calendars.rules.private import UNUSED_DAYS
from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping(
        "calendar_text",
        "show an event in the calendars of the public, of staff, and of those who take part in it",
        "public task",
        columns(
            key="id event_id district_id activity_id",
            fact="view sequence starts_at ends_at shown_until changed_at",
            words="text",
        ),
        # A month after it has left every feed.
        (Rule("ends_at", 90, End.DELETE),),
        about="contacts and ambassadors who have a private calendar",
    ),
    Keeping(
        "calendar_version",
        "tell a program whether a calendar has changed",
        "public task",
        columns(fact="view number changed_at"),
    ),
    Keeping(
        "private_feed",
        "give somebody their own visits or work in their calendar, at an address that only they know",
        "public task",
        columns(
            key="id holder_id district_id",
            secret="digest mailbox",
            fact="kind holder_kind name created_at ended_at last_seen_at checksum changed_at items size",
        ),
        # As long as a program asks for it. One that was ended is remembered, to tell the program so.
        (Rule("last_seen_at", UNUSED_DAYS, End.DELETE),),
        about="people who have a private calendar",
        owner="holder_id",
    ),
    Keeping(
        "feed_fetch",
        "see that calendars are fetched, and by which kinds of program; no address and no person",
        "public task",
        columns(key="id", fact="feed client fetched_at"),
    ),
]
