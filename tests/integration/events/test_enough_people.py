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
from tests.pages.view import answers

pytestmark = pytest.mark.one_database

Act = Callable[..., Any]
Letters = Callable[[], list[Any]]
Traces = Callable[[], tuple[int, ...]]
COMING, ASKED, SILENT = AssignmentStatus.ACCEPTED, AssignmentStatus.INVITED, AssignmentStatus.LAPSED
HOUR = timedelta(hours=1)
LOOKING = "We are looking for somebody else. If you can come after all, tell us soon."
MORE = "Ask more people than there are places"
TOO_MANY = "All of them are expected."
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


# More asked at once than there are places


@pytest.mark.parametrize(
    ("needed", "held", "ticked", "said"),
    [
        (1, 0, 3, "You ticked 3 people and 1 place is free. Tick fewer, ask them in order until filled, or tick"),
        (3, 1, 3, "You ticked 3 people and 2 places are free. Tick fewer, ask them in order until filled, or tick"),
        (1, 1, 1, "You ticked 1 person and no place is free. Ask them in order until filled, or tick"),
    ],
)
def test_more_than_there_are_places_are_asked_only_where_that_is_meant(
    coordinator: PageClient,
    app: Flask,
    letters: Letters,
    traces: Traces,
    needed: int,
    held: int,
    ticked: int,
    said: str,
) -> None:
    with app.app_context():
        event = makers.make_event(needed=needed)
        for _ in range(held):
            makers.make_assignment(event)
        people = [str(makers.make_ambassador(f"Person {number}").id) for number in range(ticked)]
        reference = event.reference
    page = coordinator.get(f"/manage/events/{reference}/assign")
    assert not page.has(MORE)
    before = traces()
    page = coordinator.submit("Ask by email", ambassadors=people, within="24", words="Do come", status=422)
    assert page.errors == {"more": f"{said} “{MORE}”."}
    assert traces() == before
    kept = answers(page.form("Ask by email"))
    assert (kept["ambassadors"], kept["within"], kept["words"]) == (people, ["24"], ["Do come"])
    page = coordinator.submit("Ask by email", more="yes")
    assert f"{ticked} ambassador" in page.banner
    sent = [one for one in letters() if one.message == "events/invitation"]
    assert len(sent) == ticked
    assert all("Do come" in one.body for one in sent)


def test_too_many_at_once_may_be_asked_in_order_instead(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        reference = makers.make_event(needed=1).reference
        people = [str(makers.make_ambassador(f"Person {number}").id) for number in range(3)]
    coordinator.get(f"/manage/events/{reference}/assign")
    coordinator.submit("Ask by email", ambassadors=people, words="Do come", status=422)
    page = coordinator.submit("Ask in this order until filled")
    assert page.h1 == "Ask one after the other"
    assert page.has("Person 2")
    assert page.has("Do come")


def test_as_many_as_there_are_places_are_asked_at_once(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        reference = makers.make_event(needed=2).reference
        people = [str(makers.make_ambassador(f"Person {number}").id) for number in range(2)]
    coordinator.get(f"/manage/events/{reference}/assign")
    assert "2 ambassadors asked by email." in coordinator.submit("Ask by email", ambassadors=people).banner


def test_who_says_yes_once_the_place_is_filled_is_told_so_and_the_coordinator_what_to_do(
    coordinator: PageClient, app: Flask
) -> None:
    with app.app_context():
        number, link = make_link(COMING, status=ASKED)
        reference = db.session.get_one(Assignment, number).event.reference
    assert not coordinator.get(f"/manage/events/{reference}").has(TOO_MANY)
    phone = PageClient(app)
    page = phone.get(link)
    assert page.has("As many as are needed have said yes by now. You are still welcome")
    assert phone.submit("Yes, I can come").h1 == "You are going"
    page = coordinator.get(f"/manage/events/{reference}")
    assert page.has(f"2 are coming and 1 is needed. {TOO_MANY}")
    coordinator.click("change how many are needed")
    coordinator.submit("Save", needed="2")
    assert not coordinator.get(f"/manage/events/{reference}").has(TOO_MANY)


def test_who_is_asked_while_a_place_is_open_is_told_of_nobody_else(app: Flask) -> None:
    with app.app_context():
        _, link = make_link(COMING, status=ASKED, needed=2)
    assert not PageClient(app).get(link).has("As many as are needed")


def test_a_contact_who_may_know_no_names_is_told_how_many_come_and_nothing_twice(
    app: Flask, act: Act, letters: Letters
) -> None:
    with app.app_context():
        request = makers.make_request(makers.make_contact(verified=False), status=makers.RequestStatus.ACCEPTED)
        number, _ = make_link(ASKED, status=ASKED, request=request)
        event = db.session.get_one(Assignment, number).event
        everybody = [one.id for one in event.assignments]
    for one in everybody:
        act(lambda one=one: say_yes(one))
    first, second = [one for one in letters() if one.message == "visits/coming_unnamed"]
    assert "An ambassador has agreed to come to your visit." in first.body
    assert "2 ambassadors have agreed to come to your visit." in second.body
    assert "2 ambassadors have agreed to come on " in second.subject


def say_yes(number: int) -> None:
    row = db.session.get_one(Assignment, number)
    actions.accept_invitation(Actor(ActorKind.AMBASSADOR, row.ambassador_id), row)
