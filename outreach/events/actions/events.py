"""Planning an event, changing its details, publishing and cancelling it. Moving it is in `changing.py`."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import current_app

from outreach import clock
from outreach.accounts.links import revoke_links
from outreach.audit.actions import record
from outreach.db import db
from outreach.districts.models import Term
from outreach.errors import Conflict
from outreach.events.actions import mails
from outreach.events.actions.children import check_child_days, check_group, check_still_supervised
from outreach.events.actions.hosting import HostedBefore, mail_host_cancelled
from outreach.events.actions.inviting import times_of
from outreach.events.actions.orders import stop_orders_of
from outreach.events.actions.rows import (
    check_coordinator,
    check_moments,
    lock_event,
    lock_held,
    mark_changed,
)
from outreach.events.actions.turns import advance_orders
from outreach.events.models import Event, Opening
from outreach.events.queries.children import faces_children
from outreach.events.rules import (
    HOLDING,
    AssignmentStatus,
    AssignmentStep,
    EventCancelled,
    EventDetails,
    EventStatus,
    EventStep,
    may_step,
    next_assignment_status,
    next_event_status,
)
from outreach.web.door import Actor, ActorKind, Purpose
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
    check_group(event)
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


def check_editable(event: Event) -> None:
    """Refuse to change what is called off. Raises Conflict."""
    if event.status is EventStatus.CANCELLED:
        raise Conflict("This event is cancelled, so its details stay as they were.")


def edit_event(actor: Actor, event: Event, edit: EventEdit, *, version: str | None = None) -> None:
    """Change the details of an event; nobody is mailed. Emits EventChanged if anything differs.

    Raises Conflict where a group under 18 would be without a named adult, or somebody on it would have too many days
    with under-18s.
    """
    check_coordinator(actor)
    _, assignments = lock_held(event, version)
    check_editable(event)
    changed = [name for name, value in asdict(edit).items() if getattr(event, name) != value]
    if not changed:
        return
    faced = faces_children(event)
    if "needed" in changed:
        _need(event, edit.needed)
    for name in changed:
        setattr(event, name, getattr(edit, name))
    if {"audience_id", "supervisor"} & set(changed):
        check_still_supervised(event, assignments)
    if "audience_id" in changed and not faced:
        held = {one.ambassador_id: times_of(one) for one in assignments if one.status in HOLDING}
        check_child_days(event, held, field="audience")
    record(actor, "event.edit", event, changed=changed)
    mark_changed(event)
    if {"needed", "audience_id", "supervisor"} & set(changed):
        advance_orders(event.id)


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


def cancel_event(actor: Actor, event: Event, *, reason: Term | None, words: str, by_requester: bool = False) -> None:
    """Call an event off. Whoever was invited or coming is told by mail. Emits EventCancelled and EventChanged."""
    own = actor.kind is ActorKind.CONTACT and by_requester and event.contact_id == actor.id
    if not own:
        check_coordinator(actor)
    assignments = lock_event(event)
    event.status = next_event_status(event.status, EventStep.CANCEL)
    event.cancelled_at = clock.now()
    event.cancel_reason_id = reason.id if reason else None
    stop_orders_of(event)
    revoke_links(Purpose.HOST, event.id)
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
    mail_host_cancelled(event, HostedBefore(event.title, say_when(event.starts_at, event.ends_at), event.place))
    emit(EventCancelled(event.id, words, by_requester))
