"""What becomes of a request: accepted, declined or withdrawn. Whoever comes second is told what the first did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db
from outreach.districts.models import Term
from outreach.districts.queries import list_terms_by_code
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.events.actions import cancel_event, plan_event
from outreach.events.models import Event
from outreach.events.queries import find_event_of_request
from outreach.events.rules import HOST_CANCELLED, EventDetails
from outreach.visits.actions.mailing import mail_contact, mail_coordinators, mail_visit
from outreach.visits.models import RequestMessage, VisitRequest
from outreach.visits.rules import RequestStep, next_status
from outreach.web.door import Actor, ActorKind, Role

MOST_OPEN_MESSAGES = 10


def accept_request(
    actor: Actor, request: VisitRequest, *, starts_at: datetime, ends_at: datetime, title: str, needed: int
) -> Event:
    """Accept a request for one time, which plans its event in the district of its site. Tells the contact."""
    guard(actor)
    lock_request(request)
    status = next_status(request.status, RequestStep.ACCEPT)
    if starts_at <= clock.now():
        raise Conflict("This date has passed: choose another one", "time")
    request.status = status
    request.decided_at = clock.now()
    event = plan_event(
        actor,
        EventDetails(
            title=title,
            activity_id=request.activity_id,
            district_id=request.site.district_id,
            institution_id=request.institution_id,
            site_id=request.site_id,
            contact_id=request.contact_id,
            visit_request_id=request.id,
            online=request.online,
            place=place_of(request),
            starts_at=starts_at,
            ends_at=ends_at,
            needed=needed,
            audience_id=request.audience_id,
            audience_size=request.audience_size,
            supervisor=request.supervisor,
            notes=notes_of(request),
        ),
    )
    record(actor, "visit_request.accept", request, event=event.reference)
    mail_visit(request, "accepted", event)
    return event


def decline_request(actor: Actor, request: VisitRequest, *, reason: Term, words: str) -> None:
    """Decline a request for a coded reason and in words of one's own; the contact is told both."""
    guard(actor)
    lock_request(request)
    request.status = next_status(request.status, RequestStep.DECLINE)
    if not words:
        raise Conflict("Enter what to tell the institution", "words")
    request.decided_at = clock.now()
    request.decline_reason = reason
    request.decline_words = words
    record(actor, "visit_request.decline", request, reason=reason.code)
    mail_contact(request, "declined")


def withdraw_request(actor: Actor, request: VisitRequest) -> None:
    """Take a request back, by its contact or by a coordinator for them.

    Cancels the event that it became, whose ambassadors are then told. Tells the contact and the coordinators.
    """
    guard_own(actor, request)
    lock_request(request)
    request.status = next_status(request.status, RequestStep.WITHDRAW)
    event = find_event_of_request(request.id)
    if event is not None and event.starts_at <= clock.now():
        raise Conflict("The visit has already begun, so the request cannot be withdrawn.")
    if event is not None and event.cancelled_at is None:
        # A county may have no word for it.
        reason = next(iter(list_terms_by_code(Vocabulary.CANCEL_REASON, [HOST_CANCELLED])), None)
        cancel_event(actor, event, reason=reason, words="", by_requester=True)
    record(actor, "visit_request.withdraw", request)
    mail_visit(request, "withdrawn", event, words="")
    mail_coordinators(actor, request, "withdrawn_notice")


def ask_for_change(actor: Actor, request: VisitRequest, words: str) -> RequestMessage:
    """Ask in one's own words for something else; a person reads it. Tells the coordinators."""
    guard_own(actor, request)
    lock_request(request)
    event = find_event_of_request(request.id)
    over = event is not None and (event.cancelled_at is not None or event.ends_at <= clock.now())
    # Whoever may still withdraw may still ask for a change.
    next_status(request.status, RequestStep.WITHDRAW)
    if over:
        raise Conflict("This visit is over or cancelled, so nothing can be changed.")
    if sum(1 for one in request.messages if one.handled_at is None) >= MOST_OPEN_MESSAGES:
        raise Conflict("We have your earlier messages and have yet to deal with them. Telephone us instead.", "words")
    message = RequestMessage(request=request, words=words, created_at=clock.now())
    db.session.add(message)
    record(actor, "visit_request.ask_for_change", request)
    mail_coordinators(actor, request, "change_asked")
    return message


def deal_with_message(actor: Actor, message: RequestMessage) -> None:
    """Mark a change that was asked for as dealt with."""
    guard(actor)
    db.session.refresh(message, with_for_update=True)
    if message.handled_at is not None:
        raise Conflict("Somebody else has already dealt with this message.")
    message.handled_at = clock.now()
    message.handled_by_id = actor.id
    record(actor, "visit_request.deal_with_message", message.request)


def guard(actor: Actor) -> None:
    """Requests are the coordinator's to decide."""
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("Only a coordinator may do this.")


def guard_own(actor: Actor, request: VisitRequest) -> None:
    """A coordinator, or the contact whose request it is. To another contact it does not exist."""
    if actor.kind is ActorKind.CONTACT and actor.id != request.contact_id:
        raise NotFound
    if actor.kind is not ActorKind.CONTACT:
        guard(actor)


def lock_request(request: VisitRequest) -> None:
    """Wait for whoever is changing this request, and read what they made of it."""
    db.session.scalar(
        select(VisitRequest)
        .where(VisitRequest.id == request.id)
        .with_for_update(of=VisitRequest)
        .execution_options(populate_existing=True)
    )


def place_of(request: VisitRequest) -> str:
    """Where the visit is, in one line."""
    if request.online:
        return "Online"
    site = request.site
    name = "" if site.name == "Main site" else site.name
    parts = [part for part in (request.institution.name, name, site.address, site.town, site.postcode) if part]
    return ", ".join(parts)[:300]


def notes_of(request: VisitRequest) -> str:
    """What the ambassador needs to know of what was asked for."""
    parts = [("Topics", request.topic_notes), ("Access and arriving", request.access_notes)]
    return "\n\n".join(f"{name}: {words}" for name, words in parts if words)
