"""Hearing of whoever made a visit alone: they say that they have left, are chased, and then somebody acts."""

from __future__ import annotations

from sqlalchemy import select

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db
from outreach.errors import Conflict, NotFound
from outreach.events.actions import mails
from outreach.events.actions.rows import check_coordinator, lock_event
from outreach.events.models import Assignment
from outreach.events.queries.leaving import MISSED, SAFE, list_noted_ids, list_to_hear_of, still_waited_for
from outreach.events.rules import COMING
from outreach.events.rules.leaving import (
    TOO_LATE,
    HowSafe,
    LeavingStep,
    is_missed,
    is_out,
    steps_due,
    tells_of_leaving,
)
from outreach.outbox.models import Mail
from outreach.web.door import SYSTEM, Actor, ActorKind


def check_out(actor: Actor, assignment: Assignment) -> None:
    """An ambassador says that they have left. Said twice, it counts once.

    The coordinators are told if they had been asked to act. Raises Conflict before the visit has begun.
    """
    if actor.kind is not ActorKind.AMBASSADOR or actor.id != assignment.ambassador_id:
        raise NotFound
    if _leave(assignment):
        record(actor, "assignment.check_out", assignment, event=assignment.event.reference)
        if _was_alarmed(assignment):
            mails.mail_coordinators_out_after_all(assignment)


def hear_of_own(actor: Actor, assignment: Assignment) -> None:
    """Whoever has just said how their visit alone went, once it was over, has left it: it counts as checking out.

    Said before the end it does not, and they are asked to check out as it ends.
    """
    if tells_of_leaving(assignment.ends_at, clock.now()) and still_waited_for(assignment):
        check_out(actor, assignment)


def record_safe(actor: Actor, assignment: Assignment, how: HowSafe) -> None:
    """A coordinator has heard that somebody is safe: nobody is chased any more.

    The audit keeps who says so, when and how they know, also of whoever has left as far as we know.
    """
    check_coordinator(actor)
    _leave(assignment)
    record(actor, SAFE, assignment, event=assignment.event.reference, how=how.value)


def _leave(assignment: Assignment) -> bool:
    """Note that somebody has left; False if it was known."""
    lock_event(assignment.event)
    if assignment.status not in COMING:
        raise Conflict("They are not down for this visit any more.")
    now = clock.now()
    if assignment.starts_at > now:
        raise Conflict("This visit has not begun yet.")
    if is_out(assignment.starts_at, assignment.checked_out_at):
        return False
    assignment.checked_out_at = now
    return True


def watch_departures() -> int:
    """Ask whoever made a visit alone, as it ends, to say that they left; chase them, and then have somebody act.

    That they are missed is noted in the audit, once: the work list has them until somebody has heard of them.
    Returns how many mails were queued.
    """
    return sum(_hear_of(one) for one in list_to_hear_of(clock.now() - TOO_LATE))


def _hear_of(assignment: Assignment) -> int:
    lock_event(assignment.event)
    if not still_waited_for(assignment):
        return 0  # in the meantime
    if is_missed(assignment.ends_at, clock.now()) and not list_noted_ids([assignment.id]):
        record(SYSTEM, MISSED, assignment, event=assignment.event.reference)
    return sum(
        mails.mail_coordinators_not_out(assignment) if step is LeavingStep.ACT else mails.mail_leaving(assignment, step)
        for step in steps_due(assignment.ends_at, clock.now())
    )


def _was_alarmed(assignment: Assignment) -> bool:
    """Whether a mail has asked the coordinators to act."""
    begins = mails.not_out_once(assignment)
    return db.session.scalar(select(Mail.id).where(Mail.once.startswith(begins, autoescape=True)).limit(1)) is not None
