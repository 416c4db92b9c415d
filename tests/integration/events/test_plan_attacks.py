"""What happens to a plan meanwhile: a no, a move, a cancellation, other hands, another worker, a busy database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as listening
from sqlalchemy.exc import OperationalError

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.errors import Conflict
from outreach.events import actions
from outreach.events.actions import solving
from outreach.events.actions.applying import OVER
from outreach.events.models import Opening
from outreach.events.queries import get_event
from outreach.events.queries.planning import SAID_NO, say_stale
from outreach.events.queries.shortlist import get_points
from outreach.events.rules import AssignmentStatus
from outreach.events.rules.plans import PlaceStatus, PlanMethod, PlanStatus, split_passed
from outreach.events.rules.weights import Criterion, stamp_of_points
from tests import makers
from tests.kit.planning import Desk, two_events

Act = Callable[..., Any]
PROPOSED, ASKED, SKIPPED = PlaceStatus.PROPOSED, PlaceStatus.ASKED, PlaceStatus.SKIPPED


def test_whoever_said_no_by_hand_meanwhile_is_not_asked_again(app: Flask, desk: Desk) -> None:
    with app.app_context():
        held = makers.make_event(starts=makers.in_days(20))
        person, event_id = makers.make_ambassador().id, held.id
    desk.planned()
    with app.app_context():
        opening = db.session.get_one(Opening, desk.places()[0][1])
        assert opening.event_id == event_id
        makers.make_assignment(opening.event, db.session.get_one(Ambassador, person), status=AssignmentStatus.DECLINED)
    desk.apply()
    desk.work()
    assert [words for *_, words in desk.places(SKIPPED)] == [SAID_NO]
    assert [one.status for one in desk.asked()] == [AssignmentStatus.DECLINED]


def test_somebodys_second_visit_of_a_moved_day_is_judged_once_the_first_is_theirs(app: Flask, desk: Desk) -> None:
    """Both are due in one round; moved, there is no time to travel from one to the other."""
    with app.app_context():
        first = makers.make_event(starts=makers.in_days(20, 9), home="worcester")
        second = makers.make_event(starts=makers.in_days(21, 9), home="wyre-forest")
        ids = [first.openings[0].id, second.openings[0].id]
        makers.make_ambassador(home="worcester", travels_to=["wyre-forest"])
    desk.planned()
    assert {opening for opening, _ in desk.went()} == set(ids)
    with app.app_context():
        one, other = (db.session.get_one(Opening, id) for id in ids)
        starts, ends = one.ends_at + timedelta(minutes=5), one.ends_at + timedelta(minutes=65)
        other.event.starts_at, other.event.ends_at = starts, ends
        other.starts_at, other.ends_at = starts, ends
        db.session.commit()
    desk.apply()
    desk.work()
    assert {one.opening_id for one in desk.asked()} == {ids[0]}
    ((_, opening, _, words),) = desk.places(SKIPPED)
    assert opening == ids[1]
    why, more = split_passed(words)
    assert why == "too little time to travel between visits"
    assert more.startswith("5 minutes between this and ")


def test_who_was_left_out_of_an_opening_is_not_planned_for_its_other_place(app: Flask, desk: Desk) -> None:
    with app.app_context():
        makers.make_event(starts=makers.in_days(20), needed=2)
        for _ in range(2):
            makers.make_ambassador()
    desk.planned()
    (place, _, out, _), (_, _, stays, _) = desk.places(PROPOSED)
    desk.do_at(actions.leave_out, place)
    for _ in range(2):
        desk.do(actions.plan_again)
        desk.work()
        assert desk.status() is PlanStatus.PROPOSED
        assert [person for _, _, person, _ in desk.places(PROPOSED)] == [stays]
    desk.do_at(actions.leave_out, place, out=False)
    # They may be needed elsewhere by now: somebody is looked for when it is planned again.
    assert [person for _, _, person, _ in desk.places(PROPOSED)] == [stays]
    desk.do(actions.plan_again)
    desk.work()
    assert {person for _, _, person, _ in desk.places(PROPOSED)} == {out, stays}


def test_another_coordinator_is_told_that_it_is_applied_already(app: Flask, desk: Desk, act: Act) -> None:
    two_events(app)
    desk.planned()
    with app.app_context():
        other = replace(desk.actor, id=makers.make_account().id, name="Second")
        version = str(desk.plan().version)
    desk.do_at(actions.leave_out, desk.places()[0][0])
    with pytest.raises(Conflict, match="changed since you opened it"):
        act(lambda: actions.apply_plan(other, desk.plan(), answer_hours=4, words="Mine", version=version))
    desk.apply()
    with pytest.raises(Conflict, match="the plan is being applied"):
        act(lambda: actions.apply_plan(other, desk.plan(), answer_hours=4, words="Mine"))
    assert desk.work() == 1
    assert [one.words for one in desk.asked()] == [""]


def test_the_third_worker_that_a_plan_would_bring_down_makes_it_the_quick_way(
    app: Flask, desk: Desk, act: Act, later: Act
) -> None:
    two_events(app)
    desk.ask()
    for number in range(1, 3):
        assert act(solving.claim_plan) is not None
        later(number * (solving.LEASE + timedelta(seconds=1)))
    desk.work()
    assert desk.status() is PlanStatus.PROPOSED
    assert len(desk.went()) == 2
    with app.app_context():
        assert desk.plan().method is PlanMethod.GREEDY


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_busy_database_costs_nobody_their_place_and_stops_no_plan(app: Flask, desk: Desk) -> None:
    two_events(app)
    desk.planned()
    desk.apply()
    with app.app_context():
        engine = db.engine
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as other:
        other.exec_driver_sql("SELECT 1")
        listeners: list[tuple[str, Callable[..., Any]]] = [
            ("checkout", lambda raw, *_: raw.execute("PRAGMA busy_timeout=20")),
            ("handle_error", lambda _: other.rollback()),  # whoever writes is done by then
        ]
        for one in listeners:
            listening.listen(engine, *one)
        with pytest.raises(OperationalError):
            desk.work()
        for one in listeners:
            listening.remove(engine, *one)
    assert len(desk.went()) == 2
    assert desk.work() == 2
    assert len(desk.went(ASKED)) == 2


def test_a_plan_knows_what_of_it_was_called_off_and_that_the_points_changed(
    app: Flask, desk: Desk, act: Act, later: Act
) -> None:
    with app.app_context():
        reference = makers.make_event(starts=makers.in_days(20)).reference
        makers.make_ambassador()
    desk.planned()

    def stale() -> str:
        with app.app_context():
            return say_stale(desk.plan())

    assert stale() == ""
    later(timedelta(minutes=1))
    act(lambda: actions.cancel_event(desk.actor, get_event(reference), reason=None, words="Off", by_requester=False))
    assert stale() == "1 opening has changed since this plan was made."
    act(lambda: actions.change_weights(desk.actor, {Criterion.NOTICE: 99}, seen=stamp_of_points(get_points())))
    assert stale() == "1 opening has changed and the points of the shortlist have changed since this plan was made."
    desk.apply()
    desk.work()
    assert [why for *_, why in desk.places(SKIPPED)] == [OVER]


def test_an_event_that_moves_while_a_plan_is_worked_out_is_told(app: Flask, desk: Desk, act: Act, later: Act) -> None:
    openings, _ = two_events(app)
    desk.ask()
    claim = act(solving.claim_plan)
    with app.app_context():
        task = solving.read_claimed(claim)
    later(timedelta(seconds=5))
    with app.app_context():
        opening = db.session.get_one(Opening, openings[0])
        opening.event.changed_at = clock.now()
        db.session.commit()
    proposal = solving.solve_task(task, claim, lambda progress: True)
    assert act(solving.keep_proposal, claim, task, proposal)
    with app.app_context():
        assert say_stale(desk.plan()) == "1 opening has changed since this plan was made."
