"""A plan of the coming weeks that the planner has worked out, and that nobody has applied."""

from __future__ import annotations

from datetime import timedelta

from outreach import clock
from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.events.actions.planning import ask_for_plan
from outreach.events.actions.solving import claim_plan, keep_proposal, read_claimed, solve_task
from outreach.web.door import Actor, ActorKind, Role

WEEKS = 8


def add_plan(scene: Scene) -> None:
    """By the planner's own acts; of so few openings it takes no time. Nobody plans weeks that are over by now."""
    first, last = scene.today + timedelta(days=1), scene.today + timedelta(weeks=WEEKS)
    if last < clock.today():
        return
    account = scene.accounts["coordinator"]
    actor = Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset({Role.COORDINATOR}))
    plan = ask_for_plan(actor, first, last)
    db.session.flush()
    claim = claim_plan()
    task = read_claimed(claim) if claim else None
    if claim is None or task is None:
        return
    keep_proposal(claim, task, solve_task(task, claim, lambda _: True))
    # Nothing of how quick this machine was.
    plan.asked_at = plan.started_at = plan.alive_at = plan.finished_at = scene.moment
    plan.facts = plan.facts | {"seconds": 0.1, "read_at": scene.moment.isoformat()}
    db.session.flush()
