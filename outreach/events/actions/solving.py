"""Having a plan worked out: what the worker does, between short transactions.

It claims a plan, reads, solves without holding anything, and writes what it found, if the plan is still its own by
then, with a mail to whoever asked for it. None of these acts commits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select

from outreach import clock
from outreach.accounts.links import address
from outreach.accounts.queries import list_accounts_with
from outreach.audit.actions import record
from outreach.db import db
from outreach.events.models import Event, Opening, Plan, PlanPlace
from outreach.events.queries.planning import UNSUPERVISED, Task, read_task
from outreach.events.rules.planner import WHY_WORDS, Progress, Proposal, plan_quickly, solve
from outreach.events.rules.plans import (
    TOLD_AFTER,
    PlaceStatus,
    PlanMethod,
    PlanStatus,
    PlanStep,
    next_plan_status,
    say_method,
)
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import SYSTEM, Role
from outreach.web.filters import say_date

LEASE = timedelta(minutes=5)
"""A worker that has said nothing for so long is taken for dead: the solver is silent for a minute at the most."""
MOST_TRIES = 3
GAVE_UP = "The worker ended three times while it worked this out. Choose a shorter period."
WENT_WRONG = "Something went wrong while it was worked out. Try again, or choose a shorter period."


@dataclass(frozen=True)
class Claim:
    """A plan that one worker is on. `started_at` tells it from another who took it up since."""

    plan_id: int
    started_at: datetime
    limit_seconds: int
    quick: bool = False  # the solver has brought workers down, so it is left out


def is_due() -> bool:
    """Whether a plan waits for a worker. Reads only, as most rounds find none."""
    return db.session.scalar(select(Plan.id).where(_due()).limit(1)) is not None


def _due() -> ColumnElement[bool]:
    silent = or_(Plan.alive_at.is_(None), Plan.alive_at <= clock.now() - LEASE)
    return or_(Plan.status == PlanStatus.QUEUED, and_(Plan.status == PlanStatus.RUNNING, silent))


def claim_plan() -> Claim | None:
    """Take up the plan that waits longest, or one whose worker died; None if there is none, or others have them."""
    plan = db.session.scalar(
        select(Plan).where(_due()).order_by(Plan.asked_at, Plan.id).limit(1).with_for_update(skip_locked=True)
    )
    if plan is None:
        return None
    tries = int(plan.facts.get("tries", 0)) + 1
    plan.status = next_plan_status(plan.status, PlanStep.START)
    plan.started_at = plan.alive_at = clock.now()
    plan.facts = {"tries": tries}
    if tries > MOST_TRIES:
        _give_up(plan, GAVE_UP)
        return None
    return Claim(plan.id, plan.started_at, plan.limit_seconds, quick=tries == MOST_TRIES)


def find_claimed(claim: Claim, *, lock: bool = False) -> Plan | None:
    """The plan of a claim, if it is still this worker's."""
    query = select(Plan).where(
        Plan.id == claim.plan_id, Plan.status == PlanStatus.RUNNING, Plan.started_at == claim.started_at
    )
    return db.session.scalar(query.with_for_update() if lock else query)


def read_claimed(claim: Claim) -> Task | None:
    """All that a claimed plan is worked out from; None if it is another worker's by now, or was stopped."""
    plan = find_claimed(claim)
    return None if plan is None else read_task(plan)


def say_alive(claim: Claim, seconds: float, gap: float | None) -> bool:
    """Say that a plan is still worked on, and how far it is. Returns whether to go on."""
    plan = find_claimed(claim, lock=True)
    if plan is None:
        return False
    plan.alive_at = clock.now()
    plan.facts = plan.facts | {"seconds": round(seconds, 1), "gap": gap}
    return True


def solve_task(task: Task, claim: Claim, go_on: Callable[[Progress], bool]) -> Proposal:
    """Work out the plan of a task, and what is told of the places that stay empty. Touches no row.

    `go_on` hears of progress and says whether to. Where workers have died of it, the last try is the quick plan.
    """
    given = task.needs, task.helpers, task.pairs
    if claim.quick:
        proposal = plan_quickly(*given, minutes=task.minutes, pins=task.pins)
    else:
        proposal = solve(
            *given,
            minutes=task.minutes,
            pins=task.pins,
            limit_seconds=claim.limit_seconds,
            watch=lambda progress: not go_on(progress),
        )
    for none in proposal.unfilled:
        task.whys[none.opening_id] = WHY_WORDS[none.why] if none.why else task.say_ruled_out(none.opening_id)
    return proposal


def keep_proposal(claim: Claim, task: Task, proposal: Proposal) -> bool:
    """Write what was found, if the plan is still this worker's: False if it was stopped or taken over."""
    plan = find_claimed(claim, lock=True)
    if plan is None:
        return False
    plan.status = next_plan_status(plan.status, PlanStep.PROPOSE)
    plan.finished_at, plan.method, plan.gap, plan.score = clock.now(), proposal.method, proposal.gap, proposal.points
    lost = {opening_id for opening_id, _ in proposal.lost}
    references = db.session.scalars(
        select(Event.reference).join(Opening).where(Opening.id.in_(lost)).distinct().order_by(Event.reference)
    )
    plan.facts = {
        "read_at": task.read_at.isoformat(),
        "needed": task.needed,
        "held": task.held,
        "openings": len(task.places) + len(task.blocked),
        "people": len(task.helpers),
        "pairs": task.considered,
        "seconds": round(proposal.seconds, 1),
        "best_of": proposal.best_of,
        "more": proposal.more,
        "lost": list(references),
    }
    db.session.execute(delete(PlanPlace).where(PlanPlace.plan_id == plan.id, PlanPlace.status != PlaceStatus.LEFT_OUT))
    rows = _rows(plan, task, proposal)
    if rows:
        db.session.execute(insert(PlanPlace), rows)
    unfilled = sum(one.places for one in proposal.unfilled)
    record(SYSTEM, "plan.propose", plan, filled=len(proposal.chosen), unfilled=unfilled)
    _mail_ended(
        plan,
        filled=len(proposal.chosen),
        places=len(rows),
        quick=proposal.method is PlanMethod.GREEDY,
        method=say_method(proposal.method, proposal.gap, proposal.more, proposal.best_of),
    )
    return True


def _rows(plan: Plan, task: Task, proposal: Proposal) -> list[dict[str, Any]]:
    """A row for each place: first the people of an opening, then what blocks the rest."""
    still = set(db.session.scalars(select(Opening.id).where(Opening.id.in_([*task.places, *task.blocked]))))
    taken: dict[int, set[int]] = defaultdict(set)
    for opening_id, number in db.session.execute(
        select(PlanPlace.opening_id, PlanPlace.number).where(PlanPlace.plan_id == plan.id)
    ):
        taken[opening_id].add(number)
    pins, rows = set(task.pins), []

    def add(opening_id: int, status: PlaceStatus, **more: Any) -> None:
        if opening_id not in still:
            return  # it was taken away while this was worked out
        number = next(one for one in range(1, 1000) if one not in taken[opening_id])
        taken[opening_id].add(number)
        empty: dict[str, Any] = {
            "ambassador_id": None,
            "position": None,
            "out_of": None,
            "score": None,
            "reasons": [],
            "blocked": "",
        }
        known = {"plan_id": plan.id, "opening_id": opening_id, "number": number, "status": status, "pinned": False}
        rows.append(empty | known | more)

    for one in proposal.chosen:
        found = task.explain(one.opening_id, one.ambassador_id)
        add(
            one.opening_id,
            PlaceStatus.PROPOSED,
            ambassador_id=one.ambassador_id,
            pinned=(one.opening_id, one.ambassador_id) in pins,
            position=task.ranked[one.opening_id].index(one.ambassador_id) + 1,
            out_of=task.out_of[one.opening_id],
            score=one.score,
            reasons=found.kept() if found else [],
        )
    for none in proposal.unfilled:
        for _ in range(none.places):
            add(none.opening_id, PlaceStatus.UNFILLED, blocked=task.whys[none.opening_id])
    for opening_id, places in task.blocked.items():
        for _ in range(places):
            add(opening_id, PlaceStatus.UNFILLED, blocked=UNSUPERVISED)
    return rows


def fail_plan(claim: Claim) -> None:
    """Say that a plan could not be worked out."""
    plan = find_claimed(claim, lock=True)
    if plan is not None:
        _give_up(plan, WENT_WRONG)


def _give_up(plan: Plan, words: str) -> None:
    plan.status, plan.finished_at = next_plan_status(plan.status, PlanStep.FAIL), clock.now()
    plan.facts = {"failed": words}
    record(SYSTEM, "plan.fail", plan)
    _mail_ended(plan, failed=words)


def _mail_ended(plan: Plan, **said: Any) -> None:
    """Tell whoever asked for a plan, if they are a coordinator still, how it ended: once, and only if it took long.

    It is in the act that ends the plan, so a worker that dies before has told nobody.
    """
    asked_by = next((one for one in list_accounts_with(Role.COORDINATOR) if one.id == plan.asked_by_id), None)
    if asked_by is None or clock.now() - plan.asked_at <= TOLD_AFTER:
        return
    queue_mail(
        Recipient(RecipientKind.ACCOUNT, asked_by.id, asked_by.name, asked_by.email),
        "events/plan_ended",
        about=plan,
        once=f"plan-ended:{plan.id}:{int(plan.asked_at.timestamp())}",
        plan=plan,
        period=f"{say_date(plan.first_day)} to {say_date(plan.last_day)}",
        link=address(f"/manage/plan/{plan.id}"),
        **said,
    )
