"""What those who cannot come offer instead: another day, and a colleague whom the coordinator has not decided about."""

from __future__ import annotations

from datetime import timedelta

from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.clock import local
from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.events.models import Assignment, OtherDate, StandIn
from outreach.events.rules import AssignmentStatus, EventStatus, StandInStatus
from outreach.events.rules.shortlist import rank


def add_offers_instead(scene: Scene) -> None:
    """Two of those who declined a visit to come offer another day; the first of them names a colleague, too."""
    declined = [
        assignment
        for event in scene.events
        if event.starts_at > scene.now and event.status is not EventStatus.CANCELLED
        for assignment in event.assignments
        if assignment.status is AssignmentStatus.DECLINED
    ][:2]
    for number, assignment in enumerate(declined):
        day = local(assignment.starts_at).date() + timedelta(days=7)
        db.session.add(OtherDate(assignment_id=assignment.id, day=day, part=PartOfDay.MORNING))
        if number == 0:
            colleague = _colleague(scene, assignment)
            db.session.add(
                StandIn(
                    assignment_id=assignment.id,
                    name=colleague.name,
                    email=colleague.email,
                    status=StandInStatus.NAMED,
                    named_at=assignment.answered_at or scene.now,
                )
            )
    db.session.flush()


def _colleague(scene: Scene, assignment: Assignment) -> Ambassador:
    """Somebody who can be asked, of the same employer if there is one."""
    ranked = rank(scene.register.judge(assignment.opening, scene.now))
    others = {one.ambassador_id for one in assignment.event.assignments}
    able = [scene.register.rows[one.ambassador_id] for one in ranked if one.ambassador_id not in others]
    return min(able or scene.ambassadors, key=lambda one: one.employer is not assignment.ambassador.employer)
