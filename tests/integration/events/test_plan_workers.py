"""Plans of a term and their workers: stopped, dead in the middle, and how much they ask of the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach.db import db
from outreach.events import actions
from outreach.events.actions import solving
from outreach.events.rules.plans import PlaceStatus, PlanStatus
from outreach.outbox.models import Mail
from outreach.worker import Worker
from tests.kit.counting import count_queries
from tests.kit.planning import Desk, fill_county, two_events

Act = Callable[..., Any]
ASKED, SKIPPED, UNFILLED = PlaceStatus.ASKED, PlaceStatus.SKIPPED, PlaceStatus.UNFILLED
PROPOSED, LEFT_OUT = PlaceStatus.PROPOSED, PlaceStatus.LEFT_OUT


def test_a_plan_that_is_stopped_keeps_nothing_and_can_be_asked_again(app: Flask, desk: Desk) -> None:
    two_events(app)
    desk.ask()
    desk.do(actions.stop_plan)
    desk.work()
    assert (desk.status(), desk.places()) == (PlanStatus.STOPPED, [])
    desk.do(actions.plan_again)
    desk.work()
    assert desk.status() is PlanStatus.PROPOSED


def test_stopped_while_it_is_worked_out(app: Flask, desk: Desk, act: Act) -> None:
    two_events(app)
    desk.ask()
    claim = act(solving.claim_plan)
    with app.app_context():
        task = solving.read_claimed(claim)
    assert task is not None
    assert act(solving.say_alive, claim, 1.0, 0.5)
    assert desk.facts()["gap"] == 0.5
    desk.do(actions.stop_plan)
    assert not act(solving.say_alive, claim, 2.0, 0.5)
    proposal = solving.solve_task(task, claim, lambda progress: True)
    assert not act(solving.keep_proposal, claim, task, proposal)
    assert (desk.status(), desk.places()) == (PlanStatus.STOPPED, [])


def test_applying_that_is_stopped_asks_nobody_else(app: Flask, desk: Desk) -> None:
    two_events(app)
    desk.planned()
    desk.apply()
    desk.do(actions.stop_plan)
    assert desk.work() == 0
    assert desk.status() is PlanStatus.APPLIED
    assert len(desk.places(SKIPPED)) == 2
    assert desk.asked() == []


def test_a_dead_workers_plan_is_taken_up_again_and_given_up_in_the_end(
    app: Flask, desk: Desk, act: Act, later: Act
) -> None:
    two_events(app)
    desk.ask()
    first = act(solving.claim_plan)
    assert act(solving.claim_plan) is None  # it is being worked on
    later(solving.LEASE + timedelta(seconds=1))
    second = act(solving.claim_plan)
    assert second is not None
    assert not act(solving.say_alive, first, 1.0, None)  # the first wakes up, and it is not theirs any more
    assert act(solving.say_alive, second, 1.0, None)
    for number in (2, 3):
        later(number * (solving.LEASE + timedelta(seconds=1)))
        act(solving.claim_plan)
    assert desk.status() is PlanStatus.FAILED
    desk.do(actions.plan_again)
    desk.work()
    assert desk.status() is PlanStatus.PROPOSED


def test_a_worker_that_dies_while_it_applies_leaves_the_rest_to_another(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        fill_county(12, 24)
    desk.planned()
    desk.apply()
    done = 0
    apply_place = Worker._apply_place

    def die(worker: Worker, due: Any) -> bool:
        nonlocal done
        if done == 5:
            raise SystemExit
        done += 1
        return apply_place(worker, due)

    with monkeypatch.context() as patch:
        patch.setattr(Worker, "_apply_place", die)
        with pytest.raises(SystemExit):
            desk.work()
    assert len(desk.asked()) == 5
    proposed = len(desk.places(PROPOSED))
    assert Worker(app).work_on_plans() == proposed
    assert len(desk.asked()) == 5 + proposed
    with app.app_context():
        mails = db.session.scalar(select(func.count(Mail.id)).where(Mail.message == "events/invitation"))
        assert mails == 5 + proposed


def test_as_many_queries_for_many_as_for_few(app: Flask, desk: Desk) -> None:
    counts = []
    for openings, people in ((3, 4), (30, 40)):
        with app.app_context():
            fill_county(openings, people, tag="TU"[len(counts)])
        desk.ask()
        claim = desk.act(solving.claim_plan)
        with count_queries(app) as seen, app.app_context():
            assert solving.read_claimed(claim) is not None
        counts.append(len(seen))
        desk.do(actions.stop_plan)
    assert counts[0] == counts[1] <= 25
