"""Plans of a term, from being asked for to being applied by the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.ambassadors.models import Ambassador, WeeklyFree
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.errors import Conflict, NotAllowed
from outreach.events import actions
from outreach.events.models import Choice, Opening, PlanPlace
from outreach.events.queries.planning import NOBODY_ELSE, SAID_NO, UNSUPERVISED, count_changed
from outreach.events.queries.shortlist import list_shortlist
from outreach.events.rules import AssignmentStatus, ChoiceWay
from outreach.events.rules.bars import BAR_WORDS, BarCode
from outreach.events.rules.planner import WHY_WORDS, Why
from outreach.events.rules.plans import LONGEST_PERIOD, PlaceStatus, PlanMethod, PlanStatus
from outreach.outbox.models import Mail
from outreach.web.door import PUBLIC
from tests import makers
from tests.kit.planning import Desk, two_events

Act = Callable[..., Any]
ASKED, SKIPPED, UNFILLED = PlaceStatus.ASKED, PlaceStatus.SKIPPED, PlaceStatus.UNFILLED
PROPOSED, LEFT_OUT = PlaceStatus.PROPOSED, PlaceStatus.LEFT_OUT
RULED_OUT = "the shortlist rules everybody out, most often for: "


def test_a_plan_is_worked_out_and_applied(app: Flask, desk: Desk) -> None:
    openings, people = two_events(app)
    desk.ask()
    assert desk.status() is PlanStatus.QUEUED
    assert desk.work() == 0
    assert desk.status() is PlanStatus.PROPOSED
    went = desk.went()
    assert {one for one, _ in went} == set(openings)
    assert {one for _, one in went} == set(people)
    assert desk.asked() == []
    with app.app_context():
        plan = desk.plan()
        assert (plan.method, plan.gap) == (PlanMethod.OPTIMAL, 0.0)
        assert (plan.facts["needed"], plan.facts["held"], plan.facts["openings"]) == (2, 0, 2)
    desk.apply()
    assert desk.status() is PlanStatus.APPLYING
    assert desk.work() == 2
    assert desk.status() is PlanStatus.APPLIED
    assert {(one.opening_id, one.ambassador_id) for one in desk.asked()} == went
    with app.app_context():
        choices = list(db.session.scalars(select(Choice)))
        assert [one.way for one in choices] == [ChoiceWay.PLANNER] * 2
        assert all(one.position and one.out_of == 2 and one.score and one.reasons for one in choices)
        assert db.session.scalar(select(func.count(Mail.id)).where(Mail.message == "events/invitation")) == 2
        told = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "plan"))
        assert list(told) == ["plan.ask", "plan.propose", "plan.apply", "plan.finish"]


def test_applied_twice_it_counts_once(app: Flask, desk: Desk) -> None:
    two_events(app)
    desk.planned()
    desk.apply()
    desk.apply()
    assert desk.work() == 2
    desk.apply()
    assert desk.work() == 0
    assert len(desk.asked()) == 2


def test_what_is_pinned_is_kept_and_what_is_left_out_is_neither_asked_nor_planned(app: Flask, desk: Desk) -> None:
    _, people = two_events(app, people=3)
    desk.planned()
    (first, opening, _, _), (second, _, _, _) = desk.places()
    desk.do_at(actions.leave_out, second)
    chosen = {person for _, person in desk.went()}
    other = next(one for one in people if one not in chosen)
    with app.app_context():
        db.session.get_one(PlanPlace, first).ambassador_id = other  # as if it had come out so
        db.session.commit()
    desk.do_at(actions.pin_place, first)
    desk.do(actions.plan_again)
    desk.work()
    assert desk.went() == {(opening, other)}
    assert [one for one, *_ in desk.places(LEFT_OUT)] == [second]
    desk.apply()
    assert desk.work() == 1
    assert [(one.opening_id, one.ambassador_id) for one in desk.asked()] == [(opening, other)]


def test_a_place_that_is_put_back_is_asked_for(app: Flask, desk: Desk) -> None:
    two_events(app)
    desk.planned()
    (one, *_), _ = desk.places()
    desk.do_at(actions.leave_out, one)
    desk.do_at(actions.leave_out, one)
    assert len(desk.went()) == 1
    desk.do_at(actions.leave_out, one, out=False)
    assert len(desk.went()) == 2


def test_a_pin_that_cannot_be_kept_is_told(app: Flask, desk: Desk) -> None:
    two_events(app, people=3)
    desk.planned()
    place, opening, person, _ = desk.places()[0]
    desk.do_at(actions.pin_place, place)
    with app.app_context():
        makers.make_assignment(makers.make_event(starts=makers.in_days(20)), db.session.get_one(Ambassador, person))
        reference = db.session.get_one(Opening, opening).event.reference
    desk.do(actions.plan_again)
    desk.work()
    assert desk.facts()["lost"] == [reference]
    assert (opening, person) not in desk.went()


def test_only_the_district_that_is_asked_for(app: Flask, desk: Desk) -> None:
    with app.app_context():
        here, there = makers.make_event(home="worcester"), makers.make_event(home="wyre-forest")
        wanted, other = here.openings[0].id, there.openings[0].id
        makers.make_ambassador(home="worcester", travels_to=["wyre-forest"])
        district = makers.district("wyre-forest").id
    desk.planned(district_id=district)
    assert {one for _, one, _, _ in desk.places()} == {other}
    desk.planned()
    assert {one for _, one, _, _ in desk.places()} == {wanted, other}


def test_a_period_without_openings_is_planned_with_nothing(app: Flask, desk: Desk) -> None:
    desk.planned()
    assert desk.status() is PlanStatus.PROPOSED
    assert desk.places() == []
    with pytest.raises(Conflict, match="proposes nobody"):
        desk.apply()


def test_nobody_qualifies(app: Flask, desk: Desk) -> None:
    with app.app_context():
        makers.make_event()
        makers.make_ambassador(home="wyre-forest")
        makers.make_ambassador(ready=False)
    desk.planned()
    assert [(person, words) for _, _, person, words in desk.places()] == [(None, RULED_OUT + "not ready at present")]


def test_who_is_needed_elsewhere_or_busy_is_told(app: Flask, desk: Desk) -> None:
    two_events(app, people=1)
    desk.planned()
    assert [words for *_, words in desk.places(UNFILLED)] == [WHY_WORDS[Why.NEEDED_MORE]]
    desk.apply()
    desk.work()
    desk.planned()
    assert [words for *_, words in desk.places()] == [RULED_OUT + "busy then with another visit"]


@pytest.mark.parametrize(("begins", "hours", "code"), [(10, 1, BarCode.UNUSUAL), (22, 8, BarCode.CHILDREN)])
def test_what_is_told_of_an_empty_place_is_what_its_shortlist_counts_most(
    app: Flask, desk: Desk, begins: int, hours: int, code: BarCode
) -> None:
    with app.app_context():
        starts = makers.in_days(21, begins)  # a Tuesday
        opening = makers.make_event(starts=starts, ends=starts + timedelta(hours=hours)).openings[0].id
        for home in ("worcester", "worcester", "wyre-forest"):
            usual = makers.make_ambassador(home=home).id
            db.session.add(WeeklyFree(ambassador_id=usual, weekday=0, part=PartOfDay.MORNING))
        db.session.commit()
    desk.planned()
    words = BAR_WORDS[code]
    assert [why for *_, why in desk.places()] == [f"{RULED_OUT}{words[:1].lower()}{words[1:]}"]
    with app.app_context():
        assert list_shortlist(db.session.get_one(Opening, opening)).counts() == [(code, 3)]


def test_with_nobody_on_the_register_there_is_nobody_to_ask(app: Flask, desk: Desk) -> None:
    with app.app_context():
        makers.make_event()
    desk.planned()
    assert [words for *_, words in desk.places()] == [NOBODY_ELSE]


def test_nobody_is_proposed_for_a_group_that_nobody_stays_with(app: Flask, desk: Desk) -> None:
    two_events(app, supervisor="")
    desk.planned()
    assert [words for *_, words in desk.places()] == [UNSUPERVISED] * 2


def test_who_said_no_to_an_event_is_not_planned_for_it(app: Flask, desk: Desk) -> None:
    with app.app_context():
        makers.make_assignment(status=AssignmentStatus.DECLINED)
    desk.planned()
    assert [words for *_, words in desk.places()] == [RULED_OUT + SAID_NO]


def test_openings_that_are_filled_or_asked_for_in_turn_are_left_alone(app: Flask, desk: Desk, act: Act) -> None:
    with app.app_context():
        makers.make_assignment(status=AssignmentStatus.ACCEPTED)
        waiting = makers.make_event(starts=makers.in_days(30)).openings[0].id
        ids = [makers.make_ambassador().id for _ in range(2)]
    act(lambda: actions.start_order(desk.actor, db.session.get_one(Opening, waiting), ids, answer_hours=24, words=""))
    desk.planned()
    assert desk.places() == []


@pytest.mark.parametrize(("first", "last"), [(5, 4), (-9, -1), (0, LONGEST_PERIOD)])
def test_a_period_that_will_not_do_is_refused(desk: Desk, traces: Callable[[], Any], first: int, last: int) -> None:
    before, today = traces(), clock.today()
    with pytest.raises(Conflict) as refused:
        desk.ask(today + timedelta(days=first), today + timedelta(days=last))
    assert refused.value.field == "last_day"
    assert traces() == before


def test_whoever_is_no_longer_ready_or_free_is_passed_over_with_the_reason(app: Flask, desk: Desk) -> None:
    with app.app_context():
        starts = [makers.in_days(20 + number) for number in range(3)]
        events = [makers.make_event(starts=one) for one in starts]
        openings = [one.openings[0].id for one in events]
        people = [makers.make_ambassador() for _ in range(3)]
        for person in people:
            person.visits_a_month = 1
        db.session.commit()
    desk.planned()
    by_opening = dict(desk.went())
    assert set(by_opening) == set(openings)
    with app.app_context():
        db.session.get_one(Ambassador, by_opening[openings[0]]).status = AmbassadorStatus.PAUSED
        busy = db.session.get_one(Ambassador, by_opening[openings[1]])
        db.session.commit()
        makers.make_assignment(makers.make_event(starts=starts[1]), busy)
        makers.make_assignment(db.session.get_one(Opening, openings[2]).event, makers.make_ambassador())
    desk.apply()
    desk.work()
    assert desk.status() is PlanStatus.APPLIED
    told = {opening: words for _, opening, _, words in desk.places(SKIPPED)}
    assert told[openings[0]] == "not ready at present"
    assert told[openings[1]].startswith("busy then with another visit\nbusy then with EV-")
    assert told[openings[2]] == "the place has been filled since"


def test_nobody_is_logged_on_what_has_begun(app: Flask, desk: Desk, later: Act) -> None:
    two_events(app)
    desk.planned()
    desk.apply()
    later(timedelta(days=21))
    desk.work()
    assert desk.asked() == []
    assert len(desk.places(SKIPPED)) == 2


def test_what_has_changed_since_is_counted(app: Flask, desk: Desk, later: Act, act: Act) -> None:
    openings, _ = two_events(app)
    desk.planned()

    def changed() -> int:
        with app.app_context():
            return count_changed(desk.plan())

    assert changed() == 0
    later(timedelta(minutes=1))
    with app.app_context():
        db.session.get_one(Opening, openings[0]).event.changed_at = clock.now()
        db.session.commit()
        makers.make_event()
    assert changed() == 2


def test_only_a_coordinator_may(app: Flask, desk: Desk, act: Act) -> None:
    two_events(app)
    desk.planned()
    place = desk.places()[0][0]
    today = clock.today()
    for refused in (
        lambda: actions.ask_for_plan(PUBLIC, today, today),
        lambda: actions.plan_again(PUBLIC, desk.plan()),
        lambda: actions.stop_plan(PUBLIC, desk.plan()),
        lambda: actions.apply_plan(PUBLIC, desk.plan(), answer_hours=4, words=""),
        lambda: actions.pin_place(PUBLIC, db.session.get_one(PlanPlace, place)),
        lambda: actions.leave_out(PUBLIC, db.session.get_one(PlanPlace, place)),
    ):
        with pytest.raises(NotAllowed):
            act(refused)
