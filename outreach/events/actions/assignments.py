"""Asking ambassadors, their answers, and taking them off an event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries import find_ready_ids
from outreach.audit.actions import record
from outreach.db import db, refusing
from outreach.districts.models import Term
from outreach.errors import Conflict, NotFound
from outreach.events.actions import mails
from outreach.events.actions.answers import clear_instead, keep_instead
from outreach.events.actions.children import check_child_days, check_group
from outreach.events.actions.inviting import put_into_opening, times_of
from outreach.events.actions.rows import (
    check_coordinator,
    check_opening_stands,
    clash_of,
    lock_ambassadors,
    lock_event,
    mark_changed,
    settle_status,
)
from outreach.events.models import CLASH, Assignment, Choice, Event, Opening
from outreach.events.queries.orders import find_running_order, has_room_for
from outreach.events.rules import (
    ANSWER_WITHIN,
    ASSIGNMENT_WORDS,
    COMING,
    AmbassadorAnswered,
    AssignmentStatus,
    AssignmentStep,
    ChoiceWay,
    Chosen,
    EventStep,
    answer_by,
    check_answerable,
    check_still_short,
    next_assignment_status,
    next_event_status,
)
from outreach.events.rules.answers import NOTHING, Instead
from outreach.events.rules.today import BY_TELEPHONE
from outreach.web.door import Actor, ActorKind
from outreach.web.facts import emit

BUSY = "has just been asked to another event at that time. Choose somebody else."
NOT_EXPECTED = "You are no longer expected, so no answer is needed."


def invite_ambassadors(
    actor: Actor,
    event: Event,
    ids: Collection[int],
    *,
    opening: Opening | None = None,
    words: str = "",
    within: timedelta = ANSWER_WITHIN,
    way: ChoiceWay = ChoiceWay.BY_HAND,
    chosen: Mapping[int, Chosen] | None = None,
    told: bool = True,
) -> list[Assignment]:
    """Ask people to an opening of an event, or to its first; all or none of them. Each gets a mail and a link.

    Not `told`: they have answered already, and the act that records it mails them.
    Each has so long to answer. What spoke for each is kept (`chosen`, by ambassador). An opening that has begun is
    only being logged: then they are put on it as having said yes, without mail. Raises Conflict, which says who
    cannot be asked and why, as when it would be a day too many with under-18s.
    """
    check_coordinator(actor)
    people = lock_ambassadors(ids)
    known = {one.ambassador_id: one for one in lock_event(event)}
    opening = opening or event.openings[0]
    check_opening_stands(opening)
    times = opening.starts_at, opening.ends_at
    next_event_status(event.status, EventStep.REOPEN)
    if not ids:
        raise Conflict("Select who to ask.", "ambassadors")
    if len(people) != len(set(ids)):
        raise NotFound
    past = opening.starts_at <= clock.now()
    ready = set(ids) if past else find_ready_ids(ids)
    unready = [one.name for one in people if one.id not in ready]
    if unready:
        raise Conflict(f"Not ready at present: {', '.join(unready)}.", "ambassadors")
    if busy := clash_of(event, ids, times):
        raise busy
    if not past:
        check_group(event, asking=True)
    check_child_days(event, dict.fromkeys(ids, times), field="ambassadors")
    asked = [_ask(opening, one, known.get(one.id), actor, words, within) for one in people]
    for one in asked:
        if past:
            _log(one)
        if way is not ChoiceWay.ORDER:  # whoever waited in one was chosen when it was set, and that is kept
            keep_choice(actor, one, way, (chosen or {}).get(one.ambassador_id, Chosen()))
        came = _by("" if told else BY_TELEPHONE)
        record(actor, "assignment.log" if past else "assignment.invite", one, event=event.reference, **came)
    if past:
        settle_status(event, lock_event(event))
    mark_changed(event)
    if told and not past:
        for one in asked:
            mails.mail_invitation(one, words)
    return asked


def keep_choice(actor: Actor, assignment: Assignment, way: ChoiceWay, chosen: Chosen) -> None:
    """Keep why somebody was asked, as it stands now: a year later it can still be told."""
    db.session.add(
        Choice(
            assignment=assignment,
            made_at=clock.now(),
            made_by_id=actor.id if actor.kind is ActorKind.ACCOUNT else None,
            way=way,
            **chosen.columns(),
        )
    )


def _ask(
    opening: Opening,
    ambassador: Ambassador,
    found: Assignment | None,
    actor: Actor,
    words: str,
    within: timedelta,
) -> Assignment:
    """One row a pair: it is made, or taken up again. The database has the last word about clashes."""
    now, event = clock.now(), opening.event
    row = found or Assignment(
        event_id=event.id,
        ambassador_id=ambassador.id,
        opening_id=opening.id,
        starts_at=opening.starts_at,
        ends_at=opening.ends_at,
        status=AssignmentStatus.QUEUED,
        created_at=now,
        hours=None,
    )
    status = next_assignment_status(row.status, AssignmentStep.INVITE)
    taken = Conflict(f"{ambassador.name} {BUSY}", "ambassadors")
    try:
        with refusing({CLASH: taken}):
            row.status = status
            put_into_opening(row, opening)
            row.assigned_by_id = actor.id if actor.kind is ActorKind.ACCOUNT else None
            row.invited_at = now
            row.answer_by = answer_by(clock.local(now), clock.local(opening.starts_at), within)
            row.answered_at, row.reason_id, row.words, row.said, row.skipped = None, None, words, "", None
            db.session.add(row)
    except Conflict:
        # Somebody else's act was quicker; now it can be read what it was.
        raise clash_of(event, [ambassador.id], (opening.starts_at, opening.ends_at)) or taken from None
    row.event, row.ambassador = event, ambassador
    return row


def _log(row: Assignment) -> None:
    row.status = next_assignment_status(row.status, AssignmentStep.ACCEPT)
    row.invited_at, row.answer_by, row.answered_at = None, None, clock.now()


def accept_invitation(actor: Actor, assignment: Assignment, *, way: str = "") -> None:
    """Record a yes: by the ambassador's own link, or by a coordinator for them. Said twice, it counts once.

    The event is confirmed, and the ambassador gets a mail with what they need on the day. Emits
    AmbassadorAnswered and EventChanged. Raises Conflict where it is too late, where they are busy or not active, or
    where it would be a day too many with under-18s.
    """
    own = _check_answerer(actor, assignment)
    event = assignment.event
    people = lock_ambassadors([assignment.ambassador_id])
    assignments = lock_event(event)
    if assignment.status in COMING:
        return
    _check_told(assignment, own=own)
    check_answerable(event.status, assignment.starts_at, clock.now())
    if not find_ready_ids([one.id for one in people]):
        raise Conflict(
            "You cannot take visits at present. Ask the coordinator why."
            if own
            else f"Not ready at present: {people[0].name}."
        )
    status = next_assignment_status(assignment.status, AssignmentStep.ACCEPT)
    if not assignment.holds_place:
        check_still_short(has_room=has_room_for(assignment, assignments))
    check_child_days(event, {assignment.ambassador_id: times_of(assignment)}, own=own)
    taken = Conflict("You are on another event at that time." if own else f"{assignment.ambassador.name} {BUSY}")
    try:
        with refusing({CLASH: taken}):
            assignment.status = status
            assignment.answered_at, assignment.reason_id = clock.now(), None
            clear_instead(assignment)
    except Conflict:
        raise clash_of(event, [assignment.ambassador_id], times_of(assignment), own=own) or taken from None
    settle_status(event, assignments)
    record(actor, "assignment.accept", assignment, event=event.reference, **_by(way))
    mark_changed(event)
    mails.mail_accepted(assignment, on_behalf=not own)
    emit(AmbassadorAnswered(event.id, assignment.id, coming=True))


def decline_invitation(
    actor: Actor, assignment: Assignment, *, reason: Term, words: str, instead: Instead = NOTHING, way: str = ""
) -> None:
    """Record a no, or that somebody who had said yes can no longer come. Said twice, it counts once.

    What they offer `instead` is kept for the coordinator: no colleague is mailed by it.
    The event goes back to the work list; the coordinators are mailed if the ambassador answered. The ambassador is if
    a coordinator answered for them, or if the event stands in their calendar; not if they answered there, which is
    `way`. Emits AmbassadorAnswered and EventChanged.
    """
    own = _check_answerer(actor, assignment)
    event = assignment.event
    assignments = lock_event(event)
    if assignment.status in (AssignmentStatus.DECLINED, AssignmentStatus.WITHDRAWN):
        return
    _check_told(assignment, own=own)
    check_answerable(event.status, assignment.starts_at, clock.now())
    was_coming = assignment.status in COMING
    assignment.status = next_assignment_status(assignment.status, AssignmentStep.DECLINE)
    assignment.answered_at, assignment.reason, assignment.said = clock.now(), reason, words
    keep_instead(assignment, instead, own=own)
    in_order = find_running_order(assignment.opening_id) is not None
    settle_status(event, assignments)
    after = {"after": "yes"} if was_coming else {}
    record(actor, "assignment.decline", assignment, event=event.reference, reason=reason.code, **after, **_by(way))
    mark_changed(event)
    if not way:
        mails.mail_answered_no(assignment, on_behalf=not own)
    emit(AmbassadorAnswered(event.id, assignment.id, coming=False))
    # By now an order has asked the next, or has told the coordinators that nobody is left.
    order = find_running_order(assignment.opening_id)
    if own and (not in_order or instead != NOTHING or (was_coming and order is not None)):
        mails.mail_coordinators_cannot_come(assignment, order, was_coming=was_coming)


def note_perhaps(actor: Actor, assignment: Assignment, *, way: str) -> None:
    """Note in the event's history that somebody said perhaps. They stay invited: it is not an answer yet.

    Raises Conflict where no answer is awaited, as when they have said yes and would now rather not promise.
    """
    _check_answerer(actor, assignment)
    event = assignment.event
    lock_event(event)
    check_answerable(event.status, assignment.starts_at, clock.now())
    if assignment.status is not AssignmentStatus.INVITED:
        raise Conflict(f"They say perhaps, and the invitation is marked as {ASSIGNMENT_WORDS[assignment.status]}.")
    record(actor, "assignment.perhaps", assignment, event=event.reference, **_by(way))


def withdraw_assignment(actor: Actor, assignment: Assignment, *, words: str = "") -> None:
    """Take an ambassador off an event that is still to come, and tell them by mail.

    Emits EventChanged, and AmbassadorAnswered, as they may have said yes before the event moved.
    """
    check_coordinator(actor)
    event = assignment.event
    assignments = lock_event(event)
    asked = assignment.status is not AssignmentStatus.QUEUED
    assignment.status = next_assignment_status(assignment.status, AssignmentStep.WITHDRAW)
    assignment.answered_at, assignment.reason_id, assignment.words = None, None, words
    settle_status(event, assignments)
    record(actor, "assignment.withdraw", assignment, event=event.reference)
    mark_changed(event)
    if asked and event.ends_at > clock.now():
        mails.mail_withdrawn(assignment, words)
    if asked:
        emit(AmbassadorAnswered(event.id, assignment.id, coming=False))


def _check_answerer(actor: Actor, assignment: Assignment) -> bool:
    """Whether it is the ambassador; a coordinator may answer for them. Anybody else knows of no such row."""
    if actor.kind is ActorKind.AMBASSADOR:
        if actor.id != assignment.ambassador_id:
            raise NotFound
        return True
    check_coordinator(actor)
    return False


def _check_told(assignment: Assignment, *, own: bool) -> None:
    """Whoever waits in an order knows nothing of it, and learns nothing from a page they still have open."""
    if own and assignment.status is AssignmentStatus.QUEUED:
        raise Conflict(NOT_EXPECTED)


def _by(way: str) -> dict[str, str]:
    """How an answer came, for the audit; by link and by hand it goes without saying."""
    return {"way": way} if way else {}
