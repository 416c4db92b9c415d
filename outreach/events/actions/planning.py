"""Asking for a plan of a term, choosing what is kept when it is worked out again, and having it applied."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm.attributes import flag_modified

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db, lock_row
from outreach.errors import Conflict
from outreach.events.actions.rows import check_coordinator
from outreach.events.models import Plan, PlanPlace
from outreach.events.queries.planning import count_size
from outreach.events.rules.plans import (
    USUAL_SECONDS,
    PlaceStatus,
    PlanStatus,
    PlanStep,
    check_plan,
    next_plan_status,
    seconds_for,
)
from outreach.web.door import Actor

STOPPED = "applying the plan was stopped before"
PUT_BACK = "it was put back: plan again to find somebody"


def ask_for_plan(
    actor: Actor,
    first_day: date,
    last_day: date,
    *,
    district_id: int | None = None,
    limit_seconds: int | None = None,
) -> Plan:
    """Have a period planned by the worker, for as long as its size needs. Raises Conflict where it will not do."""
    check_coordinator(actor)
    check_plan(first_day, last_day, clock.today())
    plan = Plan(
        first_day=first_day,
        last_day=last_day,
        district_id=district_id,
        status=PlanStatus.QUEUED,
        limit_seconds=limit_seconds or USUAL_SECONDS,
        asked_by_id=actor.id,
        asked_at=clock.now(),
        facts={},
    )
    if limit_seconds is None:
        plan.limit_seconds = seconds_for(*count_size(plan))
    db.session.add(plan)
    record(actor, "plan.ask", plan, first_day=str(first_day), last_day=str(last_day), district=district_id)
    return plan


def plan_again(actor: Actor, plan: Plan) -> None:
    """Have a plan worked out again from the facts as they are by then; pins and places left out are kept.

    From now on it is theirs: they are told when it is ready.
    """
    _step(actor, plan, PlanStep.AGAIN)
    check_plan(plan.first_day, plan.last_day, clock.today())
    plan.asked_by_id, plan.limit_seconds = actor.id, seconds_for(*count_size(plan))
    plan.asked_at, plan.started_at, plan.alive_at, plan.finished_at = clock.now(), None, None, None
    plan.facts = {}
    record(actor, "plan.again", plan)


def stop_plan(actor: Actor, plan: Plan) -> None:
    """Give up working a plan out, or ask nobody else by it. Whoever was asked stays asked."""
    _step(actor, plan, PlanStep.STOP)
    plan.finished_at = clock.now()
    if plan.status is PlanStatus.APPLIED:
        for one in db.session.scalars(_open_places(plan.id).with_for_update()):
            one.status, one.blocked = PlaceStatus.SKIPPED, STOPPED
    record(actor, "plan.stop", plan)


def pin_place(actor: Actor, place: PlanPlace, *, pinned: bool = True) -> None:
    """Keep a choice when the plan is worked out again, or no longer."""
    _lock_proposed(actor, place)
    if pinned and place.status is not PlaceStatus.PROPOSED:
        raise Conflict("Nobody is proposed for this place, so there is nothing to keep.")
    if place.pinned is not pinned:
        place.pinned = pinned
        record(actor, "plan.pin" if pinned else "plan.unpin", place.plan, place=place.id)


def leave_out(actor: Actor, place: PlanPlace, *, out: bool = True) -> None:
    """Take a place out of what is applied and planned again, or put it back.

    Put back after the rest was planned again, it is without its person: they may be needed elsewhere by now.
    """
    _lock_proposed(actor, place)
    if (place.status is PlaceStatus.LEFT_OUT) is out:
        return
    if not out and place.plan.started_at and place.made_at < place.plan.started_at:
        place.ambassador_id, place.blocked = None, PUT_BACK
        place.position, place.out_of, place.score, place.reasons = None, None, None, []
    back = PlaceStatus.PROPOSED if place.ambassador_id else PlaceStatus.UNFILLED
    place.status, place.pinned = (PlaceStatus.LEFT_OUT, False) if out else (back, False)
    flag_modified(place.plan, "status")  # whoever looked at it before applies another plan than this
    record(actor, "plan.leave_out" if out else "plan.put_back", place.plan, place=place.id)


def apply_plan(actor: Actor, plan: Plan, *, answer_hours: int, words: str, version: str = "") -> None:
    """Have everybody asked whom a plan proposes, by the worker. Said twice by one person, it counts once.

    `version` is that of the plan that was looked at. Raises Conflict where it is another by now, or proposes nobody.
    """
    check_coordinator(actor)
    lock_row(plan)
    if plan.status in (PlanStatus.APPLYING, PlanStatus.APPLIED) and plan.applied_by_id == actor.id:
        return
    status = next_plan_status(plan.status, PlanStep.APPLY)
    if version and version != str(plan.version):
        raise Conflict("This plan has changed since you opened it. Look at it again, then apply it.")
    if db.session.scalar(_open_places(plan.id).limit(1)) is None:
        raise Conflict("This plan proposes nobody, so there is nobody to ask.")
    plan.status = status
    plan.answer_hours, plan.words = answer_hours, words
    plan.applied_by_id, plan.applied_at, plan.finished_at = actor.id, clock.now(), None
    record(actor, "plan.apply", plan)


def _step(actor: Actor, plan: Plan, step: PlanStep) -> None:
    check_coordinator(actor)
    lock_row(plan)
    plan.status = next_plan_status(plan.status, step)


def _lock_proposed(actor: Actor, place: PlanPlace) -> None:
    check_coordinator(actor)
    lock_row(place.plan)
    db.session.refresh(place)
    if place.plan.status is not PlanStatus.PROPOSED:
        raise Conflict("This plan is not a proposal any more, so its choices stay as they are.")


def _open_places(plan_id: int) -> Select[PlanPlace]:
    return select(PlanPlace).where(PlanPlace.plan_id == plan_id, PlanPlace.status == PlaceStatus.PROPOSED)
