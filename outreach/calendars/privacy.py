"""What is kept of calendars: the public text of public events, without people."""

from __future__ import annotations

from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping(
        "calendar_text",
        "publish the calendar",
        "public task",
        columns(
            key="id event_id uid district_id",
            fact="view checksum starts_at ends_at shown_until changed_at",
            words="text",
        ),
        # A month after it has left every feed.
        (Rule("ends_at", 90, End.DELETE),),
    ),
]
