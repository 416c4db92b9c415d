"""Applying a plan: everybody whom it proposes is asked, each in a transaction of its own, by whichever worker is free.

A place is asked for once, as its row says so in the same transaction; a worker that dies leaves the rest as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import contains_eager, joinedload

from outreach import clock
from outreach.accounts.models import Account
from outreach.audit.actions import record
from outreach.db import db
from outreach.errors import Conflict
from outreach.events.actions.assignments import invite_ambassadors
from outreach.events.actions.rows import lock_ambassadors, lock_event
from outreach.events.models import Event, Opening, Plan, PlanPlace
from outreach.events.queries.events import OPEN
from outreach.events.queries.orders import find_running_order
from outreach.events.queries.shortlist import gather, list_places
from outreach.events.rules import ANSWER_WITHIN, ChoiceWay, Chosen
from outreach.events.rules.plans import PlaceStatus, PlanStatus, PlanStep, next_plan_status
from outreach.events.rules.shortlist import consider
from outreach.web.door import SYSTEM, Actor, ActorKind, Role

AT_ONCE = 20
OVER = "the event has begun, or was called off"
FILLED = "the place has been filled since"
IN_TURN = "people are being asked for it one after the other"
ANOTHER = "the place left needs a qualification"
WENT_WRONG = "they could not be asked: ask them by hand"


@dataclass(frozen=True)
class Due:
    """A place whose turn it is, and what rules its person out by now, in words."""

    place_id: int
    bar: str


def list_due_places(plan_id: int | None = None) -> list[Due]:
    """The next places of plans that are being applied, each judged by the shortlist as of now. Reads only."""
    query = (
        select(PlanPlace)
        .join(PlanPlace.plan)
        .join(PlanPlace.opening)
        .join(Opening.event)
        .where(Plan.status == PlanStatus.APPLYING, PlanPlace.status == PlaceStatus.PROPOSED)
        .options(
            contains_eager(PlanPlace.opening)
            .contains_eager(Opening.event)
            .options(joinedload(Event.district), joinedload(Event.site), joinedload(Event.audience)),
            contains_eager(PlanPlace.opening).joinedload(Opening.qualification),
        )
        .order_by(Plan.applied_at, Plan.id, Opening.starts_at, PlanPlace.opening_id, PlanPlace.number)
        .limit(AT_ONCE)
    )
    if plan_id is not None:
        query = query.where(Plan.id == plan_id)
    return _judge(list(db.session.scalars(query)))


def _judge(found: Sequence[PlanPlace]) -> list[Due]:
    if not found:
        return []
    openings = list({one.opening_id: one.opening for one in found}.values())
    places, around, crowd = gather(openings)
    by_opening = {one.opening_id: one for one in places}
    people = {one.id: one for one in crowd.people}
    due = []
    for one in found:
        person = people.get(one.ambassador_id or 0)
        bar = consider(person, by_opening[one.opening_id], around).bar if person else None
        due.append(Due(one.id, bar.words if bar else "" if person else "not ready at present"))
    return due


def apply_place(due: Due) -> bool:
    """Ask one person whom a plan proposes, or pass them over with the reason. False if another worker had the place."""
    place = db.session.scalar(
        select(PlanPlace)
        .join(PlanPlace.plan)
        .where(
            PlanPlace.id == due.place_id,
            PlanPlace.status == PlaceStatus.PROPOSED,
            Plan.status == PlanStatus.APPLYING,
        )
        .with_for_update(of=PlanPlace, skip_locked=True)
    )
    if place is None or place.ambassador_id is None:
        return False
    bar = due.bar
    if not bar:
        try:
            with db.session.begin_nested():
                bar = _ask(place, place.ambassador_id)
        except Conflict as conflict:
            bar = conflict.message.removesuffix(".")
    place.status, place.blocked = (PlaceStatus.SKIPPED, bar) if bar else (PlaceStatus.ASKED, "")
    if bar:
        record(SYSTEM, "plan.skip", place.plan, place=place.id)
    return True


def _ask(place: PlanPlace, ambassador_id: int) -> str:
    """Ask them as by hand, if the place is still free. Returns why not. Raises Conflict, which says so too."""
    plan, opening = place.plan, place.opening
    event = opening.event
    (person,) = lock_ambassadors([ambassador_id])
    lock_event(event)
    if event.status not in OPEN or opening.starts_at <= clock.now():
        return OVER
    (left,) = list_places([opening])
    if left.left <= 0:
        return FILLED
    if find_running_order(opening.id) is not None:
        return IN_TURN
    terms = {person.role_family_id, *(term.id for term in person.terms)}
    if left.left <= left.qualified_left and left.qualification_id not in terms:
        return ANOTHER
    why = Chosen(place.position, place.out_of, place.score, tuple(place.reasons))
    invite_ambassadors(
        _who_applies(plan),
        event,
        [ambassador_id],
        opening=opening,
        words=plan.words,
        within=timedelta(hours=plan.answer_hours) if plan.answer_hours else ANSWER_WITHIN,
        way=ChoiceWay.PLANNER,
        chosen={ambassador_id: why},
    )
    return ""


def _who_applies(plan: Plan) -> Actor:
    """The coordinator who said that the plan be applied: the invitations are theirs."""
    account = db.session.get(Account, plan.applied_by_id) if plan.applied_by_id else None
    if account is None:
        return SYSTEM
    return Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset({Role.COORDINATOR}))


def pass_over(place_id: int) -> None:
    """Let go of a place at which asking went wrong, so that the others are not held up."""
    place = db.session.get(PlanPlace, place_id, with_for_update=True)
    if place is not None and place.status is PlaceStatus.PROPOSED:
        place.status, place.blocked = PlaceStatus.SKIPPED, WENT_WRONG
        record(SYSTEM, "plan.skip", place.plan, place=place.id)


def has_done_plans() -> bool:
    """Whether a plan has been applied to its last place and does not say so yet. Reads only."""
    return db.session.scalar(select(Plan.id).where(_done()).limit(1)) is not None


def finish_plans() -> int:
    """Say of plans that have been applied to their last place that they are. Returns how many."""
    found = list(db.session.scalars(select(Plan).where(_done()).order_by(Plan.id).with_for_update(skip_locked=True)))
    for plan in found:
        plan.status, plan.finished_at = next_plan_status(plan.status, PlanStep.FINISH), clock.now()
        record(SYSTEM, "plan.finish", plan)
    return len(found)


def _done() -> ColumnElement[bool]:
    waits = select(PlanPlace.id).where(PlanPlace.plan_id == Plan.id, PlanPlace.status == PlaceStatus.PROPOSED)
    return (Plan.status == PlanStatus.APPLYING) & ~waits.exists()
