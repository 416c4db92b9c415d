"""Due dates as entries of a calendar. They name nobody: a file lies about in calendars that others may open."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from outreach.ical import CalendarEvent, Classification

FILE = "rewards-coming.ics"


def due_date(
    *, reference: str, milestone: str, due: str, on: date, made_at: datetime, now: datetime, host: str, url: str
) -> CalendarEvent:
    """A whole day for one milestone of one referral.

    Its UID never changes, and its sequence is higher in every later file: adding a newer file moves the day in a
    calendar that has it already.
    """
    return CalendarEvent(
        uid=f"{reference}.{milestone}@{host}",
        sequence=max(int((now - made_at).total_seconds()) // 60, 0),
        created=made_at,
        changed=now,
        starts=on,
        ends=on + timedelta(days=1),
        summary=f"{reference}: {due}",
        description="A reward falls due if all the terms are met. Everything about it is behind the link.",
        url=url,
        classification=Classification.PRIVATE,
    )
