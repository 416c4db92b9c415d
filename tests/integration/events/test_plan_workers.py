"""Plans of a term and their workers: stopped, dead in the middle, and how much they ask of the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.models import Account
from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.events import actions
from outreach.events.actions import solving
from outreach.events.rules.plans import PlaceStatus, PlanStatus
from outreach.outbox.models import Mail
from outreach.web.door import Role
from outreach.web.filters import say_date
from outreach.worker import Worker
from tests import makers
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


def told(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        query = select(Mail.subject, Mail.body).where(Mail.message == "events/plan_ended").order_by(Mail.id)
        return [tuple(one) for one in db.session.execute(query)]


@pytest.fixture
def asker(app: Flask, desk: Desk) -> Desk:
    """A desk whose coordinator can be mailed."""
    with app.app_context():
        account = makers.make_account(Role.COORDINATOR)
        desk.actor = replace(desk.actor, id=account.id, name=account.name)
    return desk


def test_whoever_asked_for_a_plan_that_took_long_is_mailed_once_as_it_ends(
    app: Flask, asker: Desk, act: Act, later: Act
) -> None:
    two_events(app, people=1)
    asker.planned()
    assert told(app) == []  # they are looking at it
    asker.do(actions.plan_again)
    claim = act(solving.claim_plan)
    later(solving.LEASE + timedelta(seconds=1))  # the first worker was killed
    asker.work()
    ((subject, body),) = told(app)
    first, last = (say_date(clock.today() + timedelta(days=days)) for days in (0, 60))
    assert subject == f"Action needed: the plan of {first} to {last} is ready"
    assert "has somebody for 1 of 2 places that nobody holds. Proven the best possible." in body
    assert f"/manage/plan/{asker.plan_id}\n" in body
    with app.app_context():
        assert not any(name in body for name in db.session.scalars(select(Ambassador.name)))
    act(solving.fail_plan, claim)  # the first wakes up, too late
    assert len(told(app)) == 1


@pytest.mark.one_database
def test_how_a_plan_ended_is_told_in_the_subject(app: Flask, asker: Desk, act: Act, later: Act) -> None:
    rounds = 0

    def end(killed: int = 0) -> str:
        nonlocal rounds
        asker.ask()
        for number in range(killed + 1):
            rounds += 1
            later(rounds * (solving.LEASE + timedelta(seconds=1)))
            asker.work() if number == killed else act(solving.claim_plan)
        start, _, rest = told(app)[-1][0].partition(":")
        return start + rest.rpartition("2027")[2]

    assert end() == "No action needed"
    assert "nothing is left to plan" in told(app)[-1][0]
    two_events(app, people=0)
    assert end() == "Action needed found nobody"
    with app.app_context():
        makers.make_ambassador()
    assert end() == "Action needed is ready"
    assert end(2) == "Action needed is ready, a quick one"
    assert end(3) == "Action needed could not be worked out"
    assert solving.GAVE_UP in told(app)[-1][1]
    assert len(told(app)) == 5


@pytest.mark.one_database
def test_nobody_is_mailed_who_stopped_it_or_is_no_coordinator_any_more(app: Flask, asker: Desk, later: Act) -> None:
    asker.ask()
    later(timedelta(minutes=5))
    asker.do(actions.stop_plan)
    asker.work()
    asker.ask()
    later(timedelta(minutes=10))
    with app.app_context():
        db.session.get_one(Account, asker.actor.id).disabled_at = clock.now()
        db.session.commit()
    asker.work()
    assert asker.status() is PlanStatus.PROPOSED
    assert told(app) == []
