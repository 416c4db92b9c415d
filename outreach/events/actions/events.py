"""Planning, changing, moving, publishing and cancelling an event."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from flask import current_app

from outreach import clock
from outreach.ambassadors.queries import find_ready_ids
from outreach.audit.actions import record
from outreach.db import db, refusing
from outreach.districts.models import Term
from outreach.errors import Conflict
from outreach.events.actions import mails
from outreach.events.actions.rows import (
    check_coordinator,
    check_moments,
    clash_of,
    lock_ambassadors,
    lock_event,
    mark_changed,
    reread_assignments,
    settle_status,
)
from outreach.events.models import CLASH, Assignment, Event, Opening
from outreach.events.rules import (
    HOLDING,
    AmbassadorAnswered,
    AssignmentStatus,
    AssignmentStep,
    EventCancelled,
    EventDetails,
    EventMoved,
    EventStatus,
    EventStep,
    answer_by,
    may_step,
    next_assignment_status,
    next_event_status,
    shifted,
)
from outreach.web.door import Actor, ActorKind
from outreach.web.facts import emit
from outreach.web.filters import say_when
from outreach.web.keys import new_reference, new_token


def plan_event(actor: Actor, details: EventDetails) -> Event:
    """Put an event into the calendar, with nobody on it yet. It may have been; then people are put on it as they went.

    Emits EventChanged. Raises Conflict where its times do not fit.
    """
    check_coordinator(actor)
    check_moments(details.starts_at, details.ends_at)
    now, host = clock.now(), current_app.config["HOST"]
    event = Event(
        **asdict(details),
        reference=new_reference("EV"),
        status=EventStatus.PLANNED,
        uid_public=f"{new_token()}@{host}",
        uid_staff=f"{new_token()}@{host}",
        sequence=0,
        created_at=now,
        changed_at=now,
    )
    event.openings.append(
        Opening(starts_at=event.starts_at, ends_at=event.ends_at, needed=event.needed, created_at=now)
    )
    db.session.add(event)
    db.session.flush()
    record(actor, "event.plan", event, reference=event.reference)
    mark_changed(event)
    return event


@dataclass(frozen=True)
class EventEdit:
    """What can be changed of an event without asking anybody again."""

    title: str
    activity_id: int
    needed: int
    audience_id: int | None
    audience_size: int | None
    supervisor: str
    notes: str
    public_words: str


def edit_event(actor: Actor, event: Event, edit: EventEdit, *, version: str | None = None) -> None:
    """Change the details of an event; nobody is mailed. Emits EventChanged if anything differs."""
    check_coordinator(actor)
    lock_event(event, version)
    if event.status is EventStatus.CANCELLED:
        raise Conflict("This event is cancelled, so its details stay as they were.")
    changed = [name for name, value in asdict(edit).items() if getattr(event, name) != value]
    if not changed:
        return
    if "needed" in changed:
        _need(event, edit.needed)
    for name in changed:
        setattr(event, name, getattr(edit, name))
    record(actor, "event.edit", event, changed=changed)
    mark_changed(event)


def _need(event: Event, needed: int) -> None:
    """How many an event needs is how many its one opening needs. Raises Conflict where it has several."""
    if len(event.openings) > 1:
        raise Conflict("This event has several openings: change how many each of them needs.", "needed")
    (opening,) = event.openings
    if needed < opening.qualified_needed:
        raise Conflict(f"{opening.qualified_needed} of them must be qualified, so it needs at least as many.", "needed")
    opening.needed = needed


def publish_event(actor: Actor, event: Event) -> None:
    """Show an event in the public calendar. Never one that came from a visit request. Emits EventChanged."""
    check_coordinator(actor)
    lock_event(event)
    if event.visit_request_id is not None:
        raise Conflict("This event came from a visit request, and those are never published.")
    if event.status is EventStatus.CANCELLED:
        raise Conflict("This event is cancelled, so it cannot be published.")
    if event.published_at is not None:
        return
    event.published_at, event.unpublished_at = clock.now(), None
    record(actor, "event.publish", event)
    mark_changed(event)


def unpublish_event(actor: Actor, event: Event) -> None:
    """Take an event out of the public calendar; when stays, so that calendars drop it. Emits EventChanged."""
    check_coordinator(actor)
    lock_event(event)
    if event.published_at is None:
        return
    event.published_at, event.unpublished_at = None, clock.now()
    record(actor, "event.unpublish", event)
    mark_changed(event)


def check_move(event: Event, starts_at: datetime, ends_at: datetime, place: str, online: bool) -> None:
    """Refuse a move that does not fit. Raises Conflict."""
    next_event_status(event.status, EventStep.REOPEN)
    check_moments(starts_at, ends_at)
    if (starts_at, ends_at, place, online) == (event.starts_at, event.ends_at, event.place, event.online):
        raise Conflict("The time and the place are those that it has already.")
    if event.starts_at > clock.now() >= starts_at:
        raise Conflict("The new start must be in the future.", "starts")


def move_event(
    actor: Actor,
    event: Event,
    *,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    online: bool,
    words: str = "",
    version: str | None = None,
) -> None:
    """Change when or where an event is. Whoever was invited or coming is asked again, by mail.

    What has been is only put right: then nobody is asked. If it is put off after all, whoever has stopped since, or
    said that they were not there, is let go without a mail. Emits EventMoved and EventChanged. Raises
    Conflict, which names who is busy at the new time.
    """
    check_coordinator(actor)
    holders = [one.ambassador_id for one in event.assignments if one.status in HOLDING]
    people = lock_ambassadors(holders)
    if {one.ambassador_id for one in lock_event(event, version) if one.status in HOLDING} - set(holders):
        raise Conflict("Somebody has just been asked to this event. Open the page again to see who.")
    check_move(event, starts_at, ends_at, place, online)
    before = f"{say_when(event.starts_at, event.ends_at)}, {event.place}"
    if place != event.place:
        event.site_id = None  # the site is no longer where it is
    old, new = (event.starts_at, event.ends_at), (starts_at, ends_at)
    event.starts_at, event.ends_at, event.place, event.online = starts_at, ends_at, place, online
    for opening in event.openings:
        opening.starts_at, opening.ends_at = shifted((opening.starts_at, opening.ends_at), old, new)
    with db.session.no_autoflush:
        busy = clash_of(event, holders)
    if busy is not None:
        raise Conflict(f"{busy.message} Take them off this event first, or choose another time.")
    with refusing(
        {CLASH: Conflict("Somebody on this event has just been asked to another one then. Try again to see who.")}
    ):
        db.session.flush()
    # The assignments' copies of the times followed in the database.
    assignments = reread_assignments(event)
    ready = find_ready_ids([one.id for one in people])
    asked, gone = [], []
    if starts_at > clock.now():
        for one in assignments:
            if one.ambassador_id in ready and may_step(one.status, AssignmentStep.ASK_AGAIN):
                _ask_again(one)
                asked.append(one)
            elif may_step(one.status, AssignmentStep.LET_GO):
                one.status = next_assignment_status(one.status, AssignmentStep.LET_GO)
                one.answered_at, one.hours = None, None
                gone.append(one)
        settle_status(event, assignments)
    record(actor, "event.move", event)
    mark_changed(event)
    for one in asked:
        mails.mail_moved(one, before=before, words=words)
    emit(EventMoved(event.id, before, words))
    for one in gone:
        emit(AmbassadorAnswered(event.id, one.id, coming=False))


def _ask_again(assignment: Assignment) -> None:
    now = clock.now()
    assignment.status = next_assignment_status(assignment.status, AssignmentStep.ASK_AGAIN)
    assignment.invited_at, assignment.answered_at = now, None
    assignment.answer_by = answer_by(now, assignment.starts_at)


def cancel_event(actor: Actor, event: Event, *, reason: Term | None, words: str, by_requester: bool = False) -> None:
    """Call an event off. Whoever was invited or coming is told by mail. Emits EventCancelled and EventChanged."""
    own = actor.kind is ActorKind.CONTACT and by_requester and event.contact_id == actor.id
    if not own:
        check_coordinator(actor)
    assignments = lock_event(event)
    event.status = next_event_status(event.status, EventStep.CANCEL)
    event.cancelled_at = clock.now()
    event.cancel_reason_id = reason.id if reason else None
    told = []
    for one in assignments:
        if not may_step(one.status, AssignmentStep.WITHDRAW):
            continue
        if one.status is not AssignmentStatus.QUEUED and event.ends_at > clock.now():
            told.append(one)
        one.status = next_assignment_status(one.status, AssignmentStep.WITHDRAW)
    record(actor, "event.cancel", event, reason=reason.code if reason else None, by_requester=by_requester)
    mark_changed(event)
    for one in told:
        mails.mail_cancelled(one, reason=reason, words=words)
    emit(EventCancelled(event.id, words, by_requester))
