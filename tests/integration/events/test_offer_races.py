"""Sixteen ambassadors who take the last place at the same moment: one goes, the others are told in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Flask
from sqlalchemy import delete, func, select

from outreach.ambassadors.models import Ambassador
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.errors import Conflict
from outreach.events import actions
from outreach.events.actions.offers import TAKEN
from outreach.events.models import Assignment, Choice, Event, Opening
from outreach.events.queries.offers import judge_offer
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind
from tests import makers
from tests.kit.racing import DONE, race, race_without_lock

CLIENTS, ROUNDS = 16, 20
REMOVED = "has just been removed"


def place_for_sixteen(app: Flask) -> tuple[int, int, list[int]]:
    """An event with one place that is open to offers, and sixteen who could take it."""
    with app.app_context():
        event = makers.make_event(starts=makers.in_days(20))
        event.openings[0].open_to_offers = True
        people = [makers.make_ambassador().id for _ in range(CLIENTS)]
        return event.id, event.openings[0].id, people


def offering(opening_id: int, ambassador_id: int) -> Callable[[], object]:
    def run() -> None:
        opening = db.session.get(Opening, opening_id)
        if opening is None:  # a page of it is not found then
            raise Conflict(REMOVED)
        actions.offer_to_come(Actor(ActorKind.AMBASSADOR, ambassador_id), opening)

    return run


def count(app: Flask, *tables: type) -> list[int]:
    with app.app_context():
        return [db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables]


def test_one_of_sixteen_takes_the_last_place(app: Flask) -> None:
    number, opening, people = place_for_sixteen(app)
    for turn in range(ROUNDS):
        before = count(app, Mail, AuditEntry)
        ends = race(app, *(offering(opening, one) for one in people))
        assert sorted(set(ends)) == sorted({DONE, TAKEN})
        assert ends.count(DONE) == 1
        # What stands is what was told: one row, one choice, one mail, one line.
        assert count(app, Assignment, Choice) == [1, 1]
        assert count(app, Mail, AuditEntry) == [before[0] + 1, before[1] + 1]
        with app.app_context():
            assert db.session.get_one(Event, number).sequence == turn + 1
            db.session.execute(delete(Choice))
            db.session.execute(delete(Assignment))
            db.session.commit()


def test_taking_a_place_while_its_opening_is_removed(app: Flask, cora: Actor) -> None:
    """Whoever is first has it their way, and the other is told why not."""
    for _ in range(ROUNDS):
        with app.app_context():
            start, noon, end = makers.in_days(20, 9), makers.in_days(20, 12), makers.in_days(20, 17)
            parts = [makers.make_opening(start, noon), makers.make_opening(noon, end, open_to_offers=True)]
            event = makers.make_event(starts=start, ends=end, needed=2, openings=parts)
            person, opening, number = makers.make_ambassador().id, event.openings[1].id, event.id

        def remove(which: int = opening) -> None:
            actions.remove_opening(cora, db.session.get_one(Opening, which))

        ends = race(app, offering(opening, person), remove)
        assert ends.count(DONE) == 1, ends
        assert any(REMOVED in one or "Somebody is on it" in one for one in ends)
        with app.app_context():
            found = db.session.get_one(Event, number)
            assert len(found.openings) == (2 if ends[0] == DONE else 1)
            assert len(found.assignments) == (1 if ends[0] == DONE else 0)


def test_without_the_lock_several_take_it(app: Flask) -> None:
    """The control: who has looked and then writes what they had seen takes a place that is gone."""
    _, opening, people = place_for_sixteen(app)

    def free(one: int) -> bool:
        return judge_offer(one, db.session.get_one(Opening, opening)).left > 0

    def write(one: int) -> None:
        found = db.session.get_one(Opening, opening)
        makers.make_assignment(found.event, db.session.get_one(Ambassador, one), status=AssignmentStatus.ACCEPTED)

    wrote = race_without_lock(app, *((partial(free, one), partial(write, one)) for one in people[:4]))
    assert sum(wrote) > 1
    assert count(app, Assignment)[0] > 1
