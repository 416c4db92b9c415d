"""People asked one after the other: an order that is half way through, and one that has run out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from outreach.demo.actions.planning import invite
from outreach.demo.actions.scene import Scene
from outreach.events.models import Event, InvitationOrder
from outreach.events.rules import AssignmentStatus, OrderStatus

ANSWER_HOURS = 48
HALF_WAY = (AssignmentStatus.DECLINED, AssignmentStatus.INVITED, AssignmentStatus.QUEUED, AssignmentStatus.QUEUED)
RUN_OUT = (AssignmentStatus.DECLINED, AssignmentStatus.LAPSED)


def add_running_order(scene: Scene, event: Event) -> None:
    """The first said no, the second has still to answer, and two wait who know nothing of it."""
    _order(scene, event, HALF_WAY, OrderStatus.RUNNING)


def add_exhausted_order(scene: Scene, event: Event) -> None:
    """One said no and one did not answer, and nobody is left."""
    order = _order(scene, event, RUN_OUT, OrderStatus.ENDED)
    order.ended_at = min(scene.now, order.made_at + timedelta(hours=2 * ANSWER_HOURS))


def _order(scene: Scene, event: Event, answers: Sequence[AssignmentStatus], status: OrderStatus) -> InvitationOrder:
    order = InvitationOrder(
        opening=event.openings[0],
        status=status,
        answer_hours=ANSWER_HOURS,
        words="",
        made_by_id=scene.accounts["coordinator"].id,
        made_at=event.created_at,
    )
    for place, answer in enumerate(answers, start=1):
        assignment = invite(scene, event, answer)
        if assignment is None:
            continue
        assignment.order, assignment.place_in_order = order, place
        if answer is AssignmentStatus.QUEUED:
            assignment.invited_at = assignment.answer_by = None
    return order
