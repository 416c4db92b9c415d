"""An ambassador takes a place that the coordinator has opened to offers."""

from __future__ import annotations

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db, refusing
from outreach.errors import Conflict, NotFound
from outreach.events.actions import mails
from outreach.events.actions.assignments import keep_choice
from outreach.events.actions.children import check_child_days
from outreach.events.actions.inviting import put_into_opening
from outreach.events.actions.rows import (
    check_opening_stands,
    clash_of,
    lock_ambassadors,
    lock_event,
    mark_changed,
    settle_status,
)
from outreach.events.models import CLASH, Assignment, Opening
from outreach.events.queries import list_places
from outreach.events.queries.offers import Offered, is_offered, judge_offer
from outreach.events.rules import (
    COMING,
    AmbassadorAnswered,
    AssignmentStatus,
    AssignmentStep,
    ChoiceWay,
    Chosen,
    EventStep,
    next_assignment_status,
    next_event_status,
)
from outreach.events.rules.bars import BarCode
from outreach.web.door import Actor, ActorKind
from outreach.web.facts import emit

TAKEN = "Somebody else has just taken the last place. Thank you for offering."
CLOSED = "This place is not offered any more. Thank you for offering."
NOT_READY = "You cannot take visits at present. Ask the coordinator why."
ELSEWHERE = "You are on another visit at that time."


def offer_to_come(actor: Actor, opening: Opening) -> Assignment:
    """Take a place of an opening: the ambassador is coming from now on. Said twice, it counts once.

    They get a mail with what they need on the day, the coordinators one that says who comes. Why they were let is kept
    as a choice. Emits AmbassadorAnswered and EventChanged. Raises Conflict where no place is left, or something stands
    against it that is not theirs to waive.
    """
    if actor.kind is not ActorKind.AMBASSADOR or actor.id is None:
        raise NotFound
    event = opening.event
    if not lock_ambassadors([actor.id]):
        raise NotFound
    assignments = lock_event(event)
    check_opening_stands(opening)
    row = next((one for one in assignments if one.ambassador_id == actor.id), None)
    if row is not None and row.status in COMING and row.opening_id == opening.id:
        return row
    next_event_status(event.status, EventStep.REOPEN)
    if not is_offered(opening):
        raise Conflict(CLOSED)
    status = next_assignment_status(row.status if row else AssignmentStatus.QUEUED, AssignmentStep.OFFER)
    if not list_places([opening])[0].left:
        raise Conflict(TAKEN)
    times = opening.starts_at, opening.ends_at
    if busy := clash_of(event, [actor.id], times, own=True):
        raise busy
    check_child_days(event, {actor.id: times}, own=True)
    offered = judge_offer(actor.id, opening)
    _check(offered)
    row = _place(opening, actor.id, row, status)
    settle_status(event, lock_event(event))
    found = offered.considered
    keep_choice(actor, row, ChoiceWay.OFFERED, Chosen(score=found.score, reasons=tuple(found.kept())))
    record(actor, "assignment.offer", row, event=event.reference)
    mark_changed(event)
    mails.mail_accepted(row, on_behalf=False)
    mails.mail_coordinators_offered(row)
    emit(AmbassadorAnswered(event.id, row.id, coming=True))
    return row


def _check(offered: Offered) -> None:
    bar = offered.considered.bar
    if bar is not None and bar.code is BarCode.NOT_READY:
        raise Conflict(NOT_READY)
    if bar is not None and bar.code is not BarCode.UNQUALIFIED:
        raise Conflict(f"This cannot be done now: {bar.words}. Talk to the coordinator.")
    if offered.left == 0:
        raise Conflict(TAKEN)


def _place(opening: Opening, ambassador_id: int, row: Assignment | None, status: AssignmentStatus) -> Assignment:
    """One row a pair: it is made, or taken up again. The database has the last word about clashes."""
    now = clock.now()
    row = row or Assignment(
        event_id=opening.event_id, ambassador_id=ambassador_id, created_at=now, hours=None, invited_at=None
    )
    with refusing({CLASH: Conflict(ELSEWHERE)}):
        row.status = status
        put_into_opening(row, opening)
        row.assigned_by_id, row.answer_by, row.answered_at = None, None, now
        row.reason_id, row.words, row.said = None, "", ""
        db.session.add(row)
    return row
