"""Plans while several workers are there, and while one of them dies; and a whole term."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from outreach import clock
from outreach.db import db
from outreach.events import actions
from outreach.events.actions import solving
from outreach.events.models import Assignment, Choice, Plan
from outreach.events.rules.plans import PlaceStatus, PlanMethod, PlanStatus
from outreach.outbox.models import Mail
from outreach.worker import Worker
from tests.kit.databases import Database
from tests.kit.planning import Desk, fill_county
from tests.kit.racing import DONE, race, race_without_lock
from tests.kit.storms import environment, start_outreach, wait_until

Act = Callable[..., Any]
ROUNDS = 5


def asked_once(app: Flask, desk: Desk) -> int:
    """How many were asked: each once, with one mail and one choice, and as the plan says."""
    with app.app_context():
        rows = Counter(db.session.execute(select(Assignment.opening_id, Assignment.ambassador_id)).all())
        mails = db.session.scalar(select(func.count(Mail.id)).where(Mail.message == "events/invitation"))
        choices = db.session.scalar(select(func.count(Choice.id)))
    assert set(rows.values()) <= {1}
    assert set(map(tuple, rows)) == desk.went(PlaceStatus.ASKED)
    assert mails == choices == len(rows)
    return len(rows)


def test_one_worker_works_a_plan_out(app: Flask, desk: Desk) -> None:
    for _ in range(ROUNDS):
        desk.ask()
        claims: list[solving.Claim | None] = []
        assert race(app, *[lambda: claims.append(solving.claim_plan())] * 4) == [DONE] * 4  # noqa: B023 run at once
        assert [one.plan_id for one in claims if one] == [desk.plan_id]
        desk.do(actions.stop_plan)


def test_without_its_lock_several_would(app: Flask, desk: Desk) -> None:
    """The control: looking first and writing later gives one plan to both."""
    desk.ask()

    def write() -> None:
        db.session.execute(update(Plan).values(status=PlanStatus.RUNNING))

    assert race_without_lock(app, *[(solving.is_due, write)] * 2) == [True, True]


def test_several_workers_apply_a_plan_and_ask_everybody_once(app: Flask, desk: Desk) -> None:
    with app.app_context():
        fill_county(12, 30)
    desk.planned()
    proposed = len(desk.went())
    desk.apply()
    gate, asked = threading.Barrier(3), []

    def work() -> None:
        gate.wait(30)
        asked.append(Worker(app).work_on_plans())

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    assert len(asked) == 3
    desk.work()
    assert desk.status() is PlanStatus.APPLIED
    assert sum(asked) == proposed == asked_once(app, desk)


def test_a_worker_that_is_killed_leaves_the_rest_to_the_next(app: Flask, desk: Desk, database: Database) -> None:
    with app.app_context():
        fill_county(16, 40)
    desk.planned()
    proposed = len(desk.went())
    desk.apply()
    env = environment(database.url, "")
    first = start_outreach(env, "worker")
    wait_until(lambda: len(desk.asked()) >= 3, "the first invitations")
    os.kill(first.pid or 0, signal.SIGKILL)
    first.join(30)
    before = len(desk.asked())
    assert before < proposed, "it was done before it could be killed"
    second = start_outreach(env, "worker")
    try:
        wait_until(lambda: desk.status() is PlanStatus.APPLIED, "the second worker")
    finally:
        os.kill(second.pid or 0, signal.SIGTERM)
        second.join(60)
    assert asked_once(app, desk) == proposed


@pytest.mark.one_database
@pytest.mark.timeout(400)
def test_a_term_of_400_openings_is_planned_and_applied(app: Flask, desk: Desk) -> None:
    with app.app_context():
        fill_county(400, 361, needed=[1])
    desk.planned(last_day=clock.today() + timedelta(days=150))
    with app.app_context():
        plan = desk.plan()
        assert (plan.method, plan.gap, plan.facts["openings"]) == (PlanMethod.OPTIMAL, 0.0, 400)
    proposed = len(desk.went())
    assert proposed + len(desk.places(PlaceStatus.UNFILLED)) == 400
    desk.apply()
    assert desk.work() == proposed > 300
    assert desk.status() is PlanStatus.APPLIED
    assert not desk.places(PlaceStatus.SKIPPED)
    assert asked_once(app, desk) == proposed
