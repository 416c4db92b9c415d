"""What is said, and to whom, once as many are coming as are needed, or more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from outreach import clock
from outreach.db import db
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.events import actions
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.pages import PageClient

pytestmark = pytest.mark.one_database

Act = Callable[..., Any]
Letters = Callable[[], list[Any]]
COMING, ASKED, SILENT = AssignmentStatus.ACCEPTED, AssignmentStatus.INVITED, AssignmentStatus.LAPSED
HOUR = timedelta(hours=1)
LOOKING = "We are looking for somebody else. If you can come after all, tell us soon."
ENOUGH = "Somebody else is coming or has been asked, so nobody else is needed."


def make_link(*others: AssignmentStatus, status: AssignmentStatus = COMING, **event: Any) -> tuple[int, str]:
    """Amina at an event with such others: the number of her assignment and her link to it."""
    makers.make_account(Role.COORDINATOR, email="dee@county.example")
    held = makers.make_event(title="A talk", **event)
    row = makers.make_assignment(held, makers.make_ambassador("Amina"), status=status)
    for one in others:
        makers.make_assignment(held, opening=row.opening, status=one)
    return row.id, makers.link_to(row)


def drop_out(act: Act, number: int) -> None:
    def say_no() -> None:
        row = db.session.get_one(Assignment, number)
        own = Actor(ActorKind.AMBASSADOR, row.ambassador_id)
        reason = list_terms(Vocabulary.CANNOT_COME_REASON)[0]
        actions.decline_invitation(own, row, reason=reason, words="")

    act(say_no)


@pytest.mark.parametrize(("needed", "open_place"), [(1, False), (2, True)])
def test_who_drops_out_is_told_whether_somebody_is_looked_for(
    app: Flask, act: Act, letters: Letters, needed: int, open_place: bool
) -> None:
    with app.app_context():
        number, link = make_link(COMING, needed=needed)
    drop_out(act, number)
    (told,) = [one for one in letters() if one.message == "events/cannot_come"]
    assert told.subject.startswith("Action needed: " if open_place else "No action needed: ")
    assert ("Choose another ambassador" in told.body) is open_place
    page = PageClient(app).get(link)
    assert page.h1 == "You said you can no longer come"
    assert (page.has(LOOKING), page.has(ENOUGH)) == (open_place, not open_place)


@pytest.mark.parametrize(("needed", "open_place"), [(1, False), (2, True)])
def test_who_was_silent_is_told_whether_somebody_is_asked(app: Flask, needed: int, open_place: bool) -> None:
    with app.app_context():
        _, link = make_link(COMING, status=SILENT, needed=needed)
    page = PageClient(app).get(link)
    assert (page.has("We are asking somebody else."), page.has(ENOUGH)) == (open_place, not open_place)


def test_on_the_day_nobody_is_rung_for_a_place_that_is_held_while_another_is_open(
    app: Flask, act: Act, letters: Letters
) -> None:
    starts = clock.now() + 2 * HOUR
    with app.app_context():
        parts = [makers.make_opening(starts, starts + HOUR), makers.make_opening(starts, starts + HOUR)]
        number, _ = make_link(COMING, starts=starts, needed=2, openings=parts)
    drop_out(act, number)
    (told,) = [one for one in letters() if one.message == "events/cannot_come"]
    assert told.subject.startswith("No action needed: Amina can no longer come: ")
