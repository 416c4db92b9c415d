"""At the same moment: one decision about a colleague, one departure, one person put on."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.actions.answers import SETTLED, refuse_stand_in
from outreach.events.actions.leaving import check_out
from outreach.events.actions.stand_ins import ask_stand_in
from outreach.events.actions.today import take_today
from outreach.events.models import Assignment, Opening, StandIn
from outreach.events.queries import list_places
from outreach.events.rules import AssignmentStatus, StandInStatus
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind
from tests import makers
from tests.kit.racing import DONE, race, race_without_lock

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


def test_one_place_goes_to_one_of_those_who_said_yes(app: Flask, cora: Actor) -> None:
    """Coordinators who each ring somebody else: one is put on, and the others are told to send theirs home."""
    with app.app_context():
        adults = makers.audience("adult_learners")
        opening = makers.make_event(starts=clock.now() + timedelta(hours=2), audience=adults).openings[0].id
        people = [makers.make_ambassador(f"Nia {number}", base_town="Worcester").id for number in range(AT_ONCE)]

    ends = race(app, *[lambda id=id: take_today(cora, db.session.get_one(Opening, opening), id) for id in people])
    assert ends.count(DONE) == 1
    assert all("Everybody who is needed is coming" in end for end in ends if end != DONE)
    assert count(app, Mail, "events/accepted") == 1


def test_without_the_lock_the_place_would_be_taken_twice(app: Flask) -> None:
    """The control: each looks, sees the place free, and writes."""
    with app.app_context():
        opening = makers.make_event(starts=clock.now() + timedelta(hours=2)).openings[0].id
        people = [makers.make_ambassador().id for _ in range(2)]

    def free() -> bool:
        return list_places([db.session.get_one(Opening, opening)])[0].left > 0

    def put_on(id: int) -> None:
        event, person = db.session.get_one(Opening, opening).event, db.session.get_one(Ambassador, id)
        makers.make_assignment(event, person, status=AssignmentStatus.ACCEPTED)

    assert race_without_lock(app, *[(free, lambda id=id: put_on(id)) for id in people]) == [True, True]
