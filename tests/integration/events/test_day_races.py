"""At the same moment: one decision about a colleague, one departure, one person put on."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.actions.answers import SETTLED, refuse_stand_in
from outreach.events.actions.leaving import check_out
from outreach.events.actions.stand_ins import ask_stand_in
from outreach.events.actions.today import take_today
from outreach.events.models import Assignment, Opening, StandIn
from outreach.events.rules import AssignmentStatus, StandInStatus
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind
from tests import makers
from tests.kit.racing import DONE, race

AT_ONCE = 6


def count(app: Flask, kind: type[Mail | AuditEntry], named: str) -> int:
    column = Mail.message if kind is Mail else AuditEntry.action
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(kind).where(column == named)) or 0


def test_a_colleague_is_decided_about_once(app: Flask, cora: Actor) -> None:
    with app.app_context():
        makers.make_ambassador("Bo Register", email="bo@care.example")
        row = makers.make_assignment(status=AssignmentStatus.DECLINED)
        named = StandIn(
            assignment=row, name="Bo", email="bo@care.example", status=StandInStatus.NAMED, named_at=clock.now()
        )
        db.session.add(named)
        db.session.commit()
        number = row.id

    def ask() -> None:
        ask_stand_in(cora, db.session.get_one(Assignment, number))

    def refuse() -> None:
        refuse_stand_in(cora, db.session.get_one(Assignment, number))

    ends = race(app, *[ask, refuse] * (AT_ONCE // 2))
    assert sorted(ends) == sorted([DONE] + [SETTLED] * (AT_ONCE - 1))
    asked = count(app, AuditEntry, "assignment.ask_stand_in")
    assert asked + count(app, AuditEntry, "assignment.refuse_stand_in") == 1
    assert count(app, Mail, "events/invitation") == asked


def test_having_left_counts_once(app: Flask) -> None:
    with app.app_context():
        event = makers.make_event(starts=clock.now() - timedelta(hours=2), ends=clock.now() - timedelta(hours=1))
        row = makers.make_assignment(event, status=AssignmentStatus.ACCEPTED)
        number, own = row.id, Actor(ActorKind.AMBASSADOR, row.ambassador_id)
    ends = race(app, *[lambda: check_out(own, db.session.get_one(Assignment, number))] * AT_ONCE)
    assert ends == [DONE] * AT_ONCE
    assert count(app, AuditEntry, "assignment.check_out") == 1


def test_somebody_found_on_the_day_is_put_on_one_of_two_events(app: Flask, cora: Actor) -> None:
    with app.app_context():
        person = makers.make_ambassador("Nia Near", base_town="Worcester").id
        starts, adults = clock.now() + timedelta(hours=2), makers.audience("adult_learners")
        openings = [makers.make_event(starts=starts, audience=adults).openings[0].id for _ in range(AT_ONCE)]

    ends = race(app, *[lambda id=id: take_today(cora, db.session.get_one(Opening, id), person) for id in openings])
    assert ends.count(DONE) == 1
    assert all("Nia Near" in end for end in ends if end != DONE)
    assert count(app, Mail, "events/accepted") == 1
