"""The subject of a mail to coordinators says whether they must do something about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from outreach import clock
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import db
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.events import actions
from outreach.events.models import Assignment, InvitationOrder
from outreach.events.rules import AssignmentStatus, OrderStatus
from outreach.events.rules.answers import NOTHING, Colleague, Instead
from outreach.web.door import Actor, ActorKind, Role
from tests import makers

pytestmark = pytest.mark.one_database

Act = Callable[..., Any]
Letters = Callable[[], list[Any]]
COLLEAGUE = Instead((), Colleague("Bo", "bo@care.example"))


def other_days() -> Instead:
    day: date = clock.today() + timedelta(days=30)
    return Instead(((day, PartOfDay.MORNING),), None)


@pytest.mark.parametrize(
    ("others", "status", "instead", "begins"),
    [
        (0, AssignmentStatus.INVITED, NOTHING, "Action needed: Amina declined: "),
        (0, AssignmentStatus.ACCEPTED, NOTHING, "Action needed: Amina can no longer come: "),
        (0, AssignmentStatus.INVITED, "days", "Action needed: Amina declined and offers other days: "),
        (1, AssignmentStatus.INVITED, NOTHING, "No action needed: Amina declined: "),
        (1, AssignmentStatus.ACCEPTED, "days", "No action needed: Amina can no longer come and offers other days: "),
        (0, AssignmentStatus.INVITED, COLLEAGUE, "Action needed: Amina declined and names a colleague: "),
        (1, AssignmentStatus.INVITED, COLLEAGUE, "No action needed: Amina declined and names a colleague: "),
    ],
)
def test_a_no_needs_an_act_while_a_place_is_free_or_a_colleague_waits(
    app: Flask, act: Act, letters: Letters, others: int, status: AssignmentStatus, instead: Any, begins: str
) -> None:
    with app.app_context():
        makers.make_account(Role.COORDINATOR)
        event = makers.make_event(title="A talk")
        row = makers.make_assignment(event, makers.make_ambassador("Amina"), status=status)
        for _ in range(others):
            makers.make_assignment(event)
        number, own = row.id, Actor(ActorKind.AMBASSADOR, row.ambassador_id)
        reason = list_terms(Vocabulary.CANNOT_COME_REASON)[0]
        given = other_days() if instead == "days" else instead

    def say_no() -> None:
        row = db.session.get_one(Assignment, number)
        actions.decline_invitation(own, row, reason=reason, words="", instead=given)

    act(say_no)
    (told,) = [one for one in letters() if one.message == "events/cannot_come"]
    assert told.subject.startswith(f"{begins}A talk on ")
    free = "on the work list again" in told.body
    assert free is (others == 0)
    assert ("Everybody who is needed is coming, or has been asked" in told.body) is not free
    assert ("Decide whether to ask them:" in told.body) is (given == COLLEAGUE and free)
    assert ("No place is free at present." in told.body) is (given == COLLEAGUE and not free)


@pytest.mark.parametrize("others", [0, 1])
def test_silence_needs_an_act_while_a_place_is_free(app: Flask, act: Act, letters: Letters, others: int) -> None:
    with app.app_context():
        makers.make_account(Role.COORDINATOR)
        event = makers.make_event()
        makers.make_assignment(event, answer_by=clock.now() - timedelta(minutes=1))
        for _ in range(others):
            makers.make_assignment(event, answer_by=clock.now() + timedelta(days=1))
    act(actions.lapse_invitations)
    (told,) = [one for one in letters() if one.message == "events/unanswered"]
    needed = "No action needed" if others else "Action needed"
    assert told.subject == f"{needed}: 1 invitation was not answered"
    assert ("Events that lack somebody" in told.body) is not bool(others)


@pytest.mark.parametrize("needed", [1, 2])
@pytest.mark.parametrize("in_order", [False, True])
def test_silence_until_it_was_over_is_told_with_how_many_were_missing(
    app: Flask, act: Act, letters: Letters, needed: int, in_order: bool
) -> None:
    with app.app_context():
        makers.make_account(Role.COORDINATOR)
        begun = clock.now() - timedelta(minutes=10)
        event = makers.make_event(starts=begun, ends=begun + timedelta(minutes=5), needed=needed)
        makers.make_assignment(event, status=AssignmentStatus.ACCEPTED)
        makers.make_assignment(event, makers.make_ambassador("Amina"), answer_by=begun)
        if in_order:
            running = InvitationOrder(
                opening=event.openings[0], status=OrderStatus.RUNNING, answer_hours=1, words="", made_at=begun
            )
            db.session.add(running)
            db.session.commit()
    act(actions.lapse_invitations)
    found = {one.message: one for one in letters()}
    told, asked = found["events/unanswered"], found["events/lapsed"]
    assert told.subject == "No action needed: 1 invitation was not answered"
    short = needed == 2
    assert ("Amina. It is over, and 1 person was missing" in told.body) is short
    assert ("what was short of people is over" in told.body) is short
    assert ("everybody who is needed is coming" in told.body) is not short
    assert "It has begun, so you need not answer any more." in asked.body
    assert "somebody else" not in asked.body
    assert "may still need" not in asked.body
