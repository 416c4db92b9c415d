"""Applying a plan: everybody whom it proposes is asked, each in a transaction of its own, by whichever worker is free.

A place is asked for once, as its row says so in the same transaction; a worker that dies leaves the rest as it was.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, select

from outreach import clock
from outreach.accounts.models import Account
from outreach.ambassadors.models import Ambassador
from outreach.audit.actions import record
from outreach.db import db
from outreach.errors import Conflict
from outreach.events.actions.assignments import invite_ambassadors
from outreach.events.actions.rows import lock_ambassadors, lock_event
from outreach.events.models import Opening, Plan, PlanPlace
from outreach.events.queries.events import OPEN
from outreach.events.queries.orders import find_running_order
from outreach.events.queries.planning import SAID_NO
from outreach.events.queries.shortlist import gather
from outreach.events.rules import ANSWER_WITHIN, ChoiceWay, Chosen
from outreach.events.rules.bars import BAR_WORDS, BarCode, bar_of, rules_out
from outreach.events.rules.plans import PlaceStatus, PlanStatus, PlanStep, next_plan_status, pass_words
from outreach.web.door import SYSTEM, Actor, ActorKind, Role

AT_ONCE = 20
OVER = "the event has begun, or was called off"
FILLED = "the place has been filled since"
IN_TURN = "people are being asked for it one after the other"
REFUSED = "they cannot be asked by hand either"
WENT_WRONG = "they could not be asked: ask them by hand"

_DUE = (Plan.status == PlanStatus.APPLYING, PlanPlace.status == PlaceStatus.PROPOSED)


def list_due_places() -> list[int]:
    """The next places of plans that are being applied. Reads only."""
    return list(
        db.session.scalars(
            select(PlanPlace.id)
            .join(PlanPlace.plan)
            .join(PlanPlace.opening)
            .where(*_DUE)
            .order_by(Plan.applied_at, Plan.id, Opening.starts_at, PlanPlace.opening_id, PlanPlace.number)
            .limit(AT_ONCE)
        )
    )


def apply_place(place_id: int) -> bool:
    """Ask one person whom a plan proposes, or pass them over with the reason. False if another worker had the place.

    Locked are the person, the event and then the place, in the order of whoever takes an opening and its places away.
    """
    place = db.session.get(PlanPlace, place_id)
    if place is None or place.ambassador_id is None:
        return False
    people = lock_ambassadors([place.ambassador_id])
    lock_event(place.opening.event)
    due = select(PlanPlace).join(PlanPlace.plan).where(PlanPlace.id == place_id, *_DUE)
    if db.session.scalar(due.with_for_update(of=PlanPlace).execution_options(populate_existing=True)) is None:
        return False
    try:
        with db.session.begin_nested():
            why = _ask(place, people[0])
    except Conflict as conflict:
        why = pass_words(REFUSED, conflict.message.removesuffix("."))
    place.status, place.blocked = (PlaceStatus.SKIPPED, why) if why else (PlaceStatus.ASKED, "")
    if why:
        record(SYSTEM, "plan.skip", place.plan, place=place.id)
    return True


def _ask(place: PlanPlace, person: Ambassador) -> str:
    """Ask them as by hand, if the place is still free and its shortlist, as it is now, has them. Returns why not.

    Raises Conflict, which says so too.
    """
    plan, opening = place.plan, place.opening
    event = opening.event
    if event.status not in OPEN or opening.starts_at <= clock.now():
        return OVER
    (spot,), around, crowd = gather([opening], only=person.id)
    if spot.left <= 0:
        return FILLED
    if find_running_order(opening.id) is not None:
        return IN_TURN
    if not crowd.people:  # they have left
        return pass_words(BAR_WORDS[BarCode.NOT_READY])
    (known,) = crowd.people
    if (code := rules_out(known, spot, around)) is not None:
        return pass_words(BAR_WORDS[code], bar_of(code, known, spot, around).words)
    if known.has_declined(event.id):
        return SAID_NO
    why = Chosen(place.position, place.out_of, place.score, tuple(place.reasons))
    invite_ambassadors(
        _who_applies(plan),
        event,
        [person.id],
        opening=opening,
        words=plan.words,
        within=timedelta(hours=plan.answer_hours) if plan.answer_hours else ANSWER_WITHIN,
        way=ChoiceWay.PLANNER,
        chosen={person.id: why},
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
