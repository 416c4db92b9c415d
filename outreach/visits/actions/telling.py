"""Telling the contact what happened to the event that their request became. Handlers of facts, wired in app.py."""

from __future__ import annotations

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db
from outreach.events.models import Assignment, Event
from outreach.events.queries import find_event_of_request
from outreach.events.rules import AmbassadorAnswered, EventCancelled, EventMoved, EventStatus
from outreach.institutions.models import Contact
from outreach.institutions.rules import ContactVerified
from outreach.visits.actions.mailing import mail_contact, mail_visit
from outreach.visits.models import VisitRequest
from outreach.visits.queries import count_coming, find_last_mail, list_companions, list_open_of
from outreach.visits.rules import RequestStatus, RequestStep, next_status
from outreach.web.door import SYSTEM


def tell_who_is_coming(fact: AmbassadorAnswered) -> None:
    """Say who is coming; or, to a contact who was told so, that they are not and we look for somebody else."""
    event = db.session.get(Event, fact.event_id)
    request = _visit_ahead(event)
    if event is None or request is None:
        return
    db.session.flush()
    assignment = db.session.get_one(Assignment, fact.assignment_id)
    yes, no = f"coming-{assignment.id}-", f"not-coming-{assignment.id}-"
    if fact.coming:
        _mail_coming(request, event, f"{yes}{assignment.version}")
        return
    told = find_last_mail(request, (yes, no))
    if told is not None and (told.once or "").startswith(yes):
        mail_contact(
            request,
            "not_coming",
            once=f"{no}{assignment.version}",
            event=event,
            companions=list_companions(request.contact, event),
            others=count_coming(event),
        )


def tell_names_once_verified(fact: ContactVerified) -> None:
    """Name who is coming to a contact who could not be told so far."""
    contact = db.session.get_one(Contact, fact.contact_id)
    for request in list_open_of(contact):
        event = find_event_of_request(request.id)
        if event is not None and _visit_ahead(event) is not None and count_coming(event):
            _mail_coming(request, event, f"who-{event.id}-{contact.id}-{contact.verified_at:%Y%m%d%H%M%S}")


def tell_moved(fact: EventMoved) -> None:
    """Tell the contact the old time and the new."""
    event = db.session.get(Event, fact.event_id)
    request = _visit_ahead(event)
    if event is not None and request is not None:
        mail_visit(request, "moved", event, before=fact.before, how=fact.how, words=fact.words, kept=fact.kept)


def tell_cancelled(fact: EventCancelled) -> None:
    """Tell the contact that the visit is off; if it was they who gave it up, their request is withdrawn with it."""
    event = db.session.get(Event, fact.event_id)
    request = _request_of(event)
    if event is None or request is None:
        return
    if fact.by_requester:
        request.status = next_status(request.status, RequestStep.WITHDRAW)
        record(SYSTEM, "visit_request.withdraw", request)
    mail_visit(request, "withdrawn" if fact.by_requester else "cancelled", event, words=fact.words)


def _mail_coming(request: VisitRequest, event: Event, once: str) -> None:
    companions = list_companions(request.contact, event)
    message = "coming" if companions else "coming_unnamed"
    mail_contact(request, message, once=once, event=event, companions=companions, coming=count_coming(event))


def _request_of(event: Event | None) -> VisitRequest | None:
    """The accepted request that an event came from, if it came from one."""
    if event is None or event.visit_request_id is None:
        return None
    request = db.session.get_one(VisitRequest, event.visit_request_id)
    return request if request.status is RequestStatus.ACCEPTED else None


def _visit_ahead(event: Event | None) -> VisitRequest | None:
    """The request of an event that is still to come."""
    if event is None or event.status is EventStatus.CANCELLED or event.starts_at <= clock.now():
        return None
    return _request_of(event)
