"""What is true of the whole county after any act of anybody, looked for in the database itself."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import LinkToken
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import STOPPED
from outreach.calendars.actions import find_differences
from outreach.calendars.models import CalendarText
from outreach.calendars.rules import View
from outreach.db import Base, db
from outreach.events.models import Assignment, Event, InvitationOrder
from outreach.events.rules import COMING, HOLDING, AssignmentStatus, EventStatus, OrderStatus
from outreach.institutions.models import Contact
from outreach.outbox.models import Mail
from outreach.outbox.rules import RecipientKind
from outreach.outcomes.models import Outcome
from outreach.visits.models import VisitRequest
from outreach.visits.rules import RequestStatus
from outreach.web.door import ActorKind, Purpose

BUSINESS = {
    *("event", "assignment", "ambassador", "contact", "institution", "site"),
    *("invitation_order", "visit_request", "preferred_time", "request_message", "outcome", "reach", "rating"),
}
OPEN = (EventStatus.PLANNED, EventStatus.CONFIRMED)
BEGUN = (AssignmentStatus.ATTENDED, AssignmentStatus.DID_NOT_ATTEND)


def business_rows() -> dict[str, Any]:
    """Every row that an act may change and must then leave an audit line for."""
    tables = Base.metadata.tables
    return {name: set(db.session.execute(select(tables[name])).all()) for name in BUSINESS}


def broken() -> list[str]:
    """What does not hold, in words; empty when all is well."""
    checks = (_clashes, _orders, _events, _requests, _texts, _stopped, _links, _told)
    return [words for check in checks for words in check()]


def _clashes() -> Iterator[str]:
    held = defaultdict(list)
    for one in db.session.scalars(select(Assignment).where(Assignment.status.in_(HOLDING))):
        held[one.ambassador_id].append(one)
    for person, rows in held.items():
        for one, other in combinations(rows, 2):
            if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
                yield f"ambassador {person} is held twice: assignments {one.id} and {other.id}"


def _orders() -> Iterator[str]:
    """Whoever waits does so in an order that runs, of their opening; an event that is off or has been has none."""
    for one in db.session.scalars(select(Assignment).where(Assignment.status == AssignmentStatus.QUEUED)):
        order = one.order
        if order is None or order.status is not OrderStatus.RUNNING or order.opening_id != one.opening_id:
            yield f"assignment {one.id} waits in no order that runs"
    for order in db.session.scalars(select(InvitationOrder)):
        running = order.status is OrderStatus.RUNNING
        if running is (order.ended_at is not None):
            yield f"order {order.id} is {order.status.value}, ended at {order.ended_at}"
        if running and order.opening.event.status is EventStatus.CANCELLED:
            yield f"order {order.id} runs for an event that is cancelled"


def _events() -> Iterator[str]:
    done = set(db.session.scalars(select(Outcome.event_id)))
    for event in db.session.scalars(select(Event)):
        states = [one.status for one in event.assignments]
        coming = any(one in COMING for one in states)
        ahead = event.starts_at > clock.now()
        if event.status in OPEN and ahead and coming is not (event.status is EventStatus.CONFIRMED):
            yield f"event {event.id} is {event.status.value} with {[one.value for one in states]}"
        if event.status is EventStatus.CANCELLED and any(one in HOLDING for one in states):
            yield f"event {event.id} is cancelled and holds {[one.value for one in states]}"
        if (event.status is EventStatus.CANCELLED) is not (event.cancelled_at is not None):
            yield f"event {event.id} is {event.status.value}, cancelled at {event.cancelled_at}"
        if (event.status is EventStatus.DONE) is not (event.id in done):
            yield f"event {event.id} is {event.status.value}, its outcome recorded: {event.id in done}"
        if ahead and any(one in BEGUN for one in states):
            yield f"event {event.id} is ahead and {[one.value for one in states]}"


def _requests() -> Iterator[str]:
    became = defaultdict(list)
    for event in db.session.scalars(select(Event).where(Event.visit_request_id.is_not(None))):
        became[event.visit_request_id].append(event)
    for request in db.session.scalars(select(VisitRequest)):
        events = became[request.id]
        if request.status is RequestStatus.ACCEPTED and len(events) != 1:
            yield f"request {request.id} is accepted and has {len(events)} events"
        elif request.status is RequestStatus.WITHDRAWN:
            if any(one.status is not EventStatus.CANCELLED for one in events):
                yield f"request {request.id} is withdrawn and its event goes on"
        elif request.status is not RequestStatus.ACCEPTED and events:
            yield f"request {request.id} is {request.status.value} and has an event"
        undecided = {RequestStatus.NEW: {True}, RequestStatus.WITHDRAWN: {True, False}}
        if (request.decided_at is None) not in undecided.get(request.status, {False}):
            yield f"request {request.id} is {request.status.value}, decided at {request.decided_at}"


def _texts() -> Iterator[str]:
    once_published = {
        one.id
        for one in db.session.scalars(select(Event).where(Event.visit_request_id.is_(None)))
        if one.published_at or one.unpublished_at
    }
    kept = set(db.session.scalars(select(CalendarText.event_id).where(CalendarText.view == View.PUBLIC)))
    if kept != once_published:
        yield f"texts of {kept}, and once published are {once_published}"
    if find_differences():
        yield f"texts that are not what they would be: {find_differences()}"


def _stopped() -> Iterator[str]:
    now = clock.now()
    held = (AssignmentStatus.QUEUED, AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED)
    for person in db.session.scalars(select(Ambassador).where(Ambassador.status.in_(STOPPED))):
        for one in db.session.scalars(select(Assignment).where(Assignment.ambassador_id == person.id)):
            if one.status in held and one.starts_at > now and one.event.status in OPEN:
                yield f"ambassador {person.id} is {person.status.value} and {one.status.value} at {one.event_id}"
        invitations = [one for one in _live_links(person.id) if one.purpose is Purpose.INVITATION]
        ahead = [one for one in invitations if db.session.get_one(Assignment, one.subject_id).starts_at > now]
        if ahead:
            yield f"ambassador {person.id} is {person.status.value} and has links {[one.id for one in ahead]}"


def _links() -> Iterator[str]:
    """Whoever is asked or expected can answer: the mail that they were sent last has a link that lives."""
    for one in db.session.scalars(
        select(Assignment).where(Assignment.status.in_((AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED)))
    ):
        lapses = one.status is AssignmentStatus.INVITED and one.answer_by and one.answer_by <= clock.now()
        if lapses or one.starts_at <= clock.now() or one.event.status not in OPEN:
            continue
        links = [link for link in _live_links(one.ambassador_id) if link.subject_id == one.id]
        if not any(link.purpose is Purpose.INVITATION and link.expires_at >= one.starts_at for link in links):
            yield f"assignment {one.id} is {one.status.value} and its ambassador has no link to it"


def _live_links(ambassador_id: int) -> list[LinkToken]:
    return list(
        db.session.scalars(
            select(LinkToken).where(
                LinkToken.holder_kind == ActorKind.AMBASSADOR,
                LinkToken.holder_id == ambassador_id,
                LinkToken.revoked_at.is_(None),
                LinkToken.expires_at > clock.now(),
            )
        )
    )


def _told() -> Iterator[str]:
    """A host who was told that somebody comes to a visit is told when they do not."""
    states = dict(db.session.execute(select(Assignment.id, Assignment.status)).all())
    for event in db.session.scalars(select(Event).where(Event.visit_request_id.is_not(None))):
        if event.status not in OPEN or event.starts_at <= clock.now():
            continue
        told: dict[int, bool] = {}
        for mail in db.session.scalars(
            select(Mail)
            .where(Mail.about_kind == "visit_request", Mail.about_id == event.visit_request_id)
            .order_by(Mail.id)
        ):
            found = re.match(r"(not-)?coming-(\d+)-", mail.once or "")
            if found:
                told[int(found[2])] = bool(found[1])
        for assignment_id, not_coming in told.items():
            if not not_coming and states[assignment_id] not in (*COMING, AssignmentStatus.INVITED):
                yield f"the host still thinks that {assignment_id} comes, who is {states[assignment_id].value}"


def names_unverified(since: int, names: list[str]) -> list[str]:
    """Mails to contacts whom nobody has verified, of those after `since`, that name an ambassador."""
    found = db.session.execute(
        select(Mail)
        .join(Contact, Contact.id == Mail.recipient_id)
        .where(Mail.id > since, Mail.recipient_kind == RecipientKind.CONTACT, Contact.verified_at.is_(None))
    ).scalars()
    return [one.message for one in found if any(name in one.subject + one.body for name in names)]
