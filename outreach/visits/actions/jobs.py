"""What the clock brings: requests that nobody answered in time, and reminders."""

from __future__ import annotations

from datetime import timedelta

from outreach import clock
from outreach.audit.actions import record
from outreach.visits.actions.mailing import mail_contact
from outreach.visits.queries import count_coming, list_companions, list_requests_past, list_visits_between
from outreach.visits.rules import REMINDERS, RequestStep, next_status, reminder_due
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
