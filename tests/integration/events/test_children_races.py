"""Two acts at once, each of which would add the last day with under-18s that somebody may have: one of them wins.

The control looks at both before either writes, as acts without a lock would: both find room, and there are four days.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events import actions
from outreach.events.actions.children import child_bar_of
from outreach.events.models import Assignment, Choice, Event
from outreach.events.queries.children import child_days_of
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.integration.events.test_children import ADULTS, PUPILS, days_with, edited, person
from tests.kit.racing import DONE, race, race_without_lock

ROUNDS, FEWER = 20, 8


class Desk:
    """Somebody with two days already, and two events that would each be their third."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            account = makers.make_account(Role.COORDINATOR)
            self.cora = Actor(ActorKind.ACCOUNT, account.id, "Cora", frozenset({Role.COORDINATOR}))
            self.id = days_with([20, 22])
            self.events = [makers.make_event(starts=makers.in_days(day)).id for day in (30, 40)]
            self.known = _last()

    def invite(self, event_id: int) -> None:
        actions.invite_ambassadors(self.cora, db.session.get_one(Event, event_id), [self.id])

    def inviting(self, number: int) -> Callable[[], None]:
        return lambda: self.invite(self.events[number])

    def count(self) -> int:
        """How many days with under-18s they have."""
        with self.app.app_context():
            return len(child_days_of([self.id], (makers.in_days(20), makers.in_days(40)))[self.id])

    def start_again(self) -> None:
        with self.app.app_context():
            new = select(Assignment.id).where(Assignment.event_id.in_(self.events))
            db.session.execute(delete(Choice).where(Choice.assignment_id.in_(new)))
            db.session.execute(delete(Assignment).where(Assignment.event_id.in_(self.events)))
            db.session.commit()


def _last() -> tuple[int, int]:
    return tuple(db.session.scalar(select(func.max(one.id))) or 0 for one in (Mail, AuditEntry))  # type: ignore[return-value]


def _since(known: tuple[int, int]) -> tuple[int, int]:
    return tuple(  # type: ignore[return-value]
        db.session.scalar(select(func.count()).select_from(table).where(table.id > last)) or 0
        for table, last in zip((Mail, AuditEntry), known, strict=True)
    )


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_of_two_coordinators_who_ask_for_the_third_day_at_once_one_is_refused(app: Flask, desk: Desk) -> None:
    for number in range(1, ROUNDS + 1):
        ends = race(app, desk.inviting(0), desk.inviting(1))
        assert sorted(end == DONE for end in ends) == [False, True]
        (refused,) = (end for end in ends if end != DONE)
        assert "Amina Khan would have 4 days with under-18s in the 30 days from" in refused
        assert desk.count() == 3
        with app.app_context():
            assert _since(desk.known) == (number, number)  # a mail and an audit line for each that was done
        desk.start_again()


def test_control_without_the_lock_both_find_room(app: Flask, desk: Desk) -> None:
    def may(event_id: int) -> Callable[[], bool]:
        def look() -> bool:
            event = db.session.get_one(Event, event_id)
            return child_bar_of(event, {desk.id: (event.starts_at, event.ends_at)}) is None

        return look

    def write(event_id: int) -> Callable[[], Any]:
        return lambda: makers.make_assignment(db.session.get_one(Event, event_id), person(desk.id))

    assert race_without_lock(app, *((may(one), write(one)) for one in desk.events)) == [True, True]
    assert desk.count() == 4


def test_an_audience_that_turns_out_under_18_and_an_invitation_at_once(app: Flask, desk: Desk) -> None:
    """Somebody is on an event for adults; one says that it is for pupils, as another asks them to a third day."""
    with app.app_context():
        fair = makers.make_event(starts=makers.in_days(35), audience=makers.audience(ADULTS))
        makers.make_assignment(fair, person(desk.id))
        number, pupils, adults = fair.id, makers.audience(PUPILS).id, makers.audience(ADULTS).id

    def edit(audience: int) -> None:
        event = db.session.get_one(Event, number)
        actions.edit_event(desk.cora, event, edited(event, audience_id=audience))

    for _ in range(FEWER):
        ends = race(app, desk.inviting(0), lambda: edit(pupils))
        assert sorted(end == DONE for end in ends) == [False, True], ends
        desk.start_again()
        if ends[1] == DONE:
            with app.test_request_context():
                edit(adults)
                db.session.commit()


def test_a_yes_after_a_no_and_an_invitation_at_once(app: Flask, desk: Desk) -> None:
    with app.app_context():
        event = makers.make_event(starts=makers.in_days(35))
        row = makers.make_assignment(event, person(desk.id), status=AssignmentStatus.DECLINED).id

    def accept() -> None:
        actions.accept_invitation(Actor(ActorKind.AMBASSADOR, desk.id), db.session.get_one(Assignment, row))

    for _ in range(FEWER):
        ends = race(app, accept, desk.inviting(0))
        assert sorted(end == DONE for end in ends) == [False, True], ends
        assert any("have 4 days with under-18s" in end for end in ends)
        desk.start_again()
        with app.app_context():
            held = db.session.get_one(Assignment, row)
            held.status, held.answered_at = AssignmentStatus.DECLINED, clock.now()
            db.session.commit()
