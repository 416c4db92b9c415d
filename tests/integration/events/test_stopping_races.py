"""Somebody leaves while others act on their visits: two connections at once, and what a look alone is worth."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import Account
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus, AmbassadorStep
from outreach.db import db
from outreach.districts.models import Term
from outreach.districts.rules import Vocabulary
from outreach.events.actions import accept_invitation, invite_ambassadors
from outreach.events.actions.stopping import stop_ambassador
from outreach.events.models import Assignment, Event
from outreach.events.queries import list_coming_assignments_of
from outreach.events.rules import AssignmentStatus
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.racing import DONE, race, race_without_lock

ROUNDS = 5


@pytest.fixture(autouse=True)
def _coordinator(app: Flask) -> None:
    with app.app_context():
        makers.make_account(Role.COORDINATOR)


def cora() -> Actor:
    id = db.session.scalars(select(Account.id)).one()
    return Actor(ActorKind.ACCOUNT, id, "Cora", frozenset({Role.COORDINATOR}))


def person(id: int) -> Ambassador:
    return db.session.get_one(Ambassador, id)


def reason() -> Term:
    return makers.term(Vocabulary.LEAVING_REASON, "retired")


def leave(id: int, instead: dict[int, int] | None = None) -> int:
    return stop_ambassador(cora(), person(id), AmbassadorStep.LEAVE, reason=reason(), instead=instead or {})


def held_by(id: int) -> list[str]:
    """What somebody is asked to or expected at, as rows of the database."""
    rows = db.session.scalars(select(Assignment.status).where(Assignment.ambassador_id == id))
    return sorted(one.value for one in rows if one in (AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED))


def test_two_who_leave_cannot_hand_the_same_hour_to_one(app: Flask) -> None:
    """One goes and Ben is asked; of the other nothing is changed, and the coordinator reads why."""
    for number in range(ROUNDS):
        with app.app_context():
            ben = makers.make_ambassador("Ben Carter").id
            going = [makers.make_ambassador(f"Going {number} {one}").id for one in "ab"]
            visits = [
                makers.make_assignment(
                    makers.make_event(starts=makers.in_days(5 + number)), person(one), status=AssignmentStatus.ACCEPTED
                ).id
                for one in going
            ]
        first, second = zip(going, visits, strict=True)
        ends = race(
            app,
            lambda one=first, to=ben: leave(one[0], {one[1]: to}),
            lambda one=second, to=ben: leave(one[0], {one[1]: to}),
        )
        assert sorted(one == DONE for one in ends) == [False, True]
        assert "Ben Carter: busy then with EV-" in next(one for one in ends if one != DONE)
        with app.app_context():
            left = [person(one).status is AmbassadorStatus.LEFT for one in going]
            assert left == [one == DONE for one in ends]
            assert [held_by(one) for one in going] == [[] if one else ["accepted"] for one in left]
            assert held_by(ben) == ["invited"]


def test_a_yes_beside_the_leaving_leaves_nothing_behind(app: Flask) -> None:
    for _ in range(ROUNDS):
        with app.app_context():
            id = makers.make_ambassador().id
            asked = makers.make_assignment(makers.make_event(starts=makers.in_days(5)), person(id)).id

        def say_yes(id: int = id, asked: int = asked) -> None:
            accept_invitation(Actor(ActorKind.AMBASSADOR, id), db.session.get_one(Assignment, asked))

        yes, left = race(app, say_yes, lambda id=id: leave(id))
        assert left == DONE
        assert yes in (DONE, "You cannot take visits at present. Ask the coordinator why.")
        with app.app_context():
            assert held_by(id) == []


def test_an_invitation_beside_the_leaving_leaves_nothing_behind(app: Flask) -> None:
    for _ in range(ROUNDS):
        with app.app_context():
            id, event = makers.make_ambassador("Amina").id, makers.make_event(starts=makers.in_days(5)).id

        def invite(id: int = id, event: int = event) -> None:
            invite_ambassadors(cora(), db.session.get_one(Event, event), [id])

        asked, left = race(app, invite, lambda id=id: leave(id))
        assert left == DONE
        assert asked in (DONE, "Not ready at present: Amina.")
        with app.app_context():
            assert held_by(id) == []


def test_without_the_lock_somebody_who_left_would_still_be_asked(app: Flask) -> None:
    """The control: each looks, finds the other not there yet, and writes."""
    with app.app_context():
        id, event = makers.make_ambassador().id, makers.make_event(starts=makers.in_days(5)).id

    def is_active() -> bool:
        return person(id).status is AmbassadorStatus.ACTIVE

    def ask() -> None:
        makers.make_assignment(db.session.get_one(Event, event), person(id))

    def has_no_visits() -> bool:
        return not list_coming_assignments_of(id, clock.now())

    def go() -> None:
        person(id).status, person(id).leaving_reason_id = AmbassadorStatus.LEFT, reason().id

    assert race_without_lock(app, (is_active, ask), (has_no_visits, go)) == [True, True]
    with app.app_context():
        assert person(id).status is AmbassadorStatus.LEFT
        assert held_by(id) == ["invited"], "the control shows no race"
