"""People asked one after the other: an order that is half way through, and one that has run out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from outreach.demo.actions.planning import invite
from outreach.demo.actions.scene import Scene
from outreach.events.models import Event, InvitationOrder
from outreach.events.rules import AssignmentStatus, ChoiceWay, OrderStatus

ANSWER_HOURS = 120
SAID_NO = timedelta(hours=19)
HALF_WAY = (AssignmentStatus.DECLINED, AssignmentStatus.INVITED, AssignmentStatus.QUEUED, AssignmentStatus.QUEUED)
RUN_OUT = (AssignmentStatus.DECLINED, AssignmentStatus.LAPSED)


def add_running_order(scene: Scene, event: Event) -> None:
    """The first said no, the second has still to answer, and two wait who know nothing of it."""
    _order(scene, event, HALF_WAY, OrderStatus.RUNNING, _afternoon(scene, 3))


def add_exhausted_order(scene: Scene, event: Event) -> None:
    """One said no and one did not answer, and nobody is left."""
    _order(scene, event, RUN_OUT, OrderStatus.ENDED, _afternoon(scene, 11))


def _afternoon(scene: Scene, ago: int) -> datetime:
    return scene.at(scene.today - timedelta(days=ago), 15)


def _order(
    scene: Scene, event: Event, answers: Sequence[AssignmentStatus], status: OrderStatus, made_at: datetime
) -> None:
    """Each is asked when the one before has not said yes."""
    order = InvitationOrder(
        opening=event.openings[0],
        status=status,
        answer_hours=ANSWER_HOURS,
        words="",
        made_by_id=scene.accounts["coordinator"].id,
        made_at=made_at,
    )
    at, within = made_at, timedelta(hours=ANSWER_HOURS)
    for place, answer in enumerate(answers, start=1):
        assignment = invite(scene, event, answer, at=at, within=within, way=ChoiceWay.ORDER)
        if assignment is None:
            continue
        scene.choices[-1].made_at = assignment.created_at = made_at
        assignment.order, assignment.place_in_order = order, place
        if answer is AssignmentStatus.DECLINED:
            assignment.answered_at = at + SAID_NO
        if answer is AssignmentStatus.QUEUED:
            assignment.invited_at = assignment.answer_by = None
        else:
            at = assignment.answered_at or assignment.answer_by or at
    order.ended_at = at if status is OrderStatus.ENDED else None
