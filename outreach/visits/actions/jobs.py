"""What the clock brings: requests that nobody answered in time, and reminders."""

from __future__ import annotations

from datetime import timedelta

from outreach import clock
from outreach.audit.actions import record
from outreach.events.queries.arrangements import is_missing
from outreach.visits.actions.mailing import mail_contact
from outreach.visits.queries import count_coming, list_companions, list_requests_past, list_visits_between
from outreach.visits.rules import ASKING, REMINDERS, RequestStep, next_status, reminder_due
from outreach.web.door import SYSTEM


def expire_requests() -> int:
    """Close the requests whose every date has passed without an answer, and tell who asked. Returns how many."""
    expired = list_requests_past(clock.now())
    for request in expired:
        request.status = next_status(request.status, RequestStep.EXPIRE)
        request.decided_at = clock.now()
        record(SYSTEM, "visit_request.expire", request)
        mail_contact(request, "expired")
    return len(expired)


def remind_contacts() -> int:
    """Remind hosts seven days and one day before, once for each date the visit was given. Returns how many."""
    now = clock.now()
    queued = 0
    for request, event in list_visits_between(now, now + timedelta(days=REMINDERS[0][0])):
        days = reminder_due(event.starts_at, request.decided_at or request.created_at, now)
        if days is None:
            continue
        mail = mail_contact(
            request,
            "reminder",
            once=f"reminder-{days}-{event.id}-contact-{event.starts_at:%Y%m%d}",
            event=event,
            companions=list_companions(request.contact, event),
            coming=count_coming(event),
        )
        queued += mail is not None
    return queued


def ask_about_the_day() -> int:
    """Ask hosts who have not told us about the day, 14 and 5 days before, once for each date. Returns how many."""
    now = clock.now()
    queued = 0
    for request, event in list_visits_between(now, now + timedelta(days=ASKING[0][0])):
        days = reminder_due(event.starts_at, request.decided_at or request.created_at, now, ASKING)
        if days is None or event.contact_id != request.contact_id or not is_missing(event):
            continue
        once = f"day-{days}-{event.id}-contact-{event.starts_at:%Y%m%d}"
        queued += mail_contact(request, "about_the_day", once=once, event=event) is not None
    return queued
