"""What somebody who cannot come offers instead, kept with their answer until it is settled."""

from __future__ import annotations

from sqlalchemy import delete, select

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db
from outreach.errors import Conflict
from outreach.events.actions.rows import check_coordinator, lock_event
from outreach.events.models import Assignment, OtherDate, StandIn
from outreach.events.rules import StandInStatus
from outreach.events.rules.answers import Instead, check_instead
from outreach.web.door import Actor, ActorKind

SETTLED = "Somebody has decided about this colleague already. Open the page again to see what."


def keep_instead(assignment: Assignment, instead: Instead, *, own: bool) -> None:
    """Keep what somebody offers instead of what they offered before. Nobody is mailed by that. Raises Conflict."""
    check_instead(instead, assignment.ambassador.email, clock.today(), own=own)
    clear_instead(assignment)
    for day, part in instead.dates:
        db.session.add(OtherDate(assignment_id=assignment.id, day=day, part=part))
    if instead.colleague is not None:
        db.session.add(
            StandIn(
                assignment_id=assignment.id,
                name=instead.colleague.name,
                email=instead.colleague.email,
                status=StandInStatus.NAMED,
                named_at=clock.now(),
            )
        )
    db.session.flush()


def clear_instead(assignment: Assignment) -> None:
    """Forget what somebody offered, as they come after all. Whoever was asked in their place stays asked."""
    for kind in (OtherDate, StandIn):
        db.session.execute(delete(kind).where(kind.assignment_id == assignment.id))


def lock_stand_in(assignment: Assignment) -> StandIn:
    """The colleague who waits for a decision. Whoever takes them holds the event. Raises Conflict where none waits."""
    found = db.session.scalar(
        select(StandIn)
        .where(StandIn.assignment_id == assignment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None or found.status is not StandInStatus.NAMED:
        raise Conflict(SETTLED)
    return found


def refuse_stand_in(actor: Actor, assignment: Assignment) -> None:
    """Decide not to ask a colleague. Nobody is mailed; their name and address are forgotten at once."""
    check_coordinator(actor)
    lock_event(assignment.event)
    settle_stand_in(actor, lock_stand_in(assignment), StandInStatus.REFUSED)
    record(actor, "assignment.refuse_stand_in", assignment, event=assignment.event.reference)


def settle_stand_in(actor: Actor, stand_in: StandIn, status: StandInStatus) -> None:
    """What was decided stays; who it was about does not."""
    stand_in.status, stand_in.name, stand_in.email = status, "", ""
    stand_in.settled_at = clock.now()
    stand_in.settled_by_id = actor.id if actor.kind is ActorKind.ACCOUNT else None
