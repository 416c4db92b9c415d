"""What an ambassador opens from a mail: opening decides nothing, a button does, once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from outreach import clock
from outreach.db import db
from outreach.errors import Conflict
from outreach.events import actions
from outreach.events.models import Assignment, Event
from outreach.events.rules import ASSIGNMENT_STEPS, AssignmentStatus, AssignmentStep, EventStatus
from outreach.web.door import Actor, ActorKind, Purpose
from tests import makers
from tests.pages import PageClient

Traces = Callable[[], tuple[int, ...]]
Letters = Callable[[], list[Any]]


@pytest.fixture
def phone(app: Flask) -> PageClient:
    """An ambassador's telephone, which nobody is signed in on."""
    return PageClient(app)


@pytest.fixture
def asked(app: Flask) -> tuple[int, str]:
    """An ambassador asked to a talk that came from a request: the assignment and its link."""
    with app.app_context():
        contact = makers.make_contact(name="Ms Host", phone="01905 555 0199")
        event = makers.make_event(request=makers.make_request(contact), notes="Park behind the sports hall")
        row = makers.make_assignment(event, makers.make_ambassador("Amina Khan", email="amina@care.example"))
        return row.id, makers.link_to(row)


def row_of(app: Flask, number: int) -> Assignment:
    with app.app_context():
        found = db.session.get(Assignment, number)
        assert found is not None
        assert found.event
        return found


def set_status(app: Flask, number: int, status: AssignmentStatus, event: EventStatus | None = None) -> None:
    with app.app_context():
        row = db.session.get(Assignment, number)
        assert row is not None
        row.status = status
        if event:
            row.event.status = event
        db.session.commit()


def test_opening_shows_what_when_where_whom_and_decides_nothing(
    phone: PageClient, app: Flask, asked: tuple[int, str], traces: Traces
) -> None:
    before = traces()
    for _ in range(3):
        phone.head(asked[1])
        page = phone.get(asked[1])
    assert page.h1 == "Can you come?"
    facts = page.summary()
    assert {"What", "When", "Where", "Host", "Whom you will meet", "With you on the day", "Notes"} <= set(facts)
    assert facts["Host"] == "Heart of Worcestershire College"
    # Whoever has not said yes is not given a person's name and number.
    assert "Ms Host" not in page.text
    assert "555 0199" not in page.text
    assert traces() == before
    assert row_of(app, asked[0]).status is AssignmentStatus.INVITED


def test_yes_confirms_the_event_and_shows_the_contact(
    phone: PageClient, app: Flask, asked: tuple[int, str], letters: Letters, audit: Callable[[], list[str]]
) -> None:
    phone.get(asked[1])
    page = phone.submit("Yes, I can come")
    assert page.h1 == "You are going"
    assert page.summary()["Contact on the day"] == "Ms Host 01905 555 0199"
    row = row_of(app, asked[0])
    assert (row.status, row.event.status) == (AssignmentStatus.ACCEPTED, EventStatus.CONFIRMED)
    assert row.event.sequence == 1
    assert audit() == ["assignment.accept"]
    mine = [one for one in letters() if one.to == "amina@care.example"]
    assert [one.message for one in mine] == ["events/accepted"]
    assert "Ms Host, 01905 555 0199" in mine[0].body


def test_yes_said_twice_counts_once(
    phone: PageClient, app: Flask, asked: tuple[int, str], letters: Letters, audit: Callable[[], list[str]]
) -> None:
    second = PageClient(app)
    for one in (phone, second):
        one.get(asked[1])
    for one in (phone, second):
        assert one.submit("Yes, I can come").h1 == "You are going"
    phone.send_again()
    assert audit() == ["assignment.accept"]
    assert len([one for one in letters() if one.to == "amina@care.example"]) == 1


def test_no_asks_why_and_returns_the_event(
    phone: PageClient, app: Flask, asked: tuple[int, str], coordinator: PageClient, letters: Letters
) -> None:
    phone.get(asked[1])
    phone.click("No, I cannot come")
    page = phone.submit("I cannot come", status=422)
    assert page.errors == {"reason": "Select why you cannot come"}
    assert row_of(app, asked[0]).status is AssignmentStatus.INVITED
    page = phone.submit("I cannot come", reason="on_shift", words="Nights that week")
    assert page.h1 == "You said you cannot come"
    row = row_of(app, asked[0])
    assert (row.status, row.said) == (AssignmentStatus.DECLINED, "Nights that week")
    told = [one for one in letters() if one.message == "events/cannot_come"]
    assert "cora@county.example" in {one.to for one in told}
    assert all("Nights that week" in one.body for one in told)
    assert all(re.match("Action needed: .+ declined: ", one.subject) for one in told)
    phone.send_again()
    assert letters() == []


def test_who_declined_may_change_their_mind_while_somebody_is_lacking(
    phone: PageClient, app: Flask, asked: tuple[int, str]
) -> None:
    set_status(app, asked[0], AssignmentStatus.DECLINED)
    phone.get(asked[1])
    assert phone.submit("I can come after all").h1 == "You are going"
    assert row_of(app, asked[0]).event.status is EventStatus.CONFIRMED


def test_who_declined_is_not_needed_once_somebody_else_is_coming(
    phone: PageClient, app: Flask, asked: tuple[int, str], traces: Traces
) -> None:
    set_status(app, asked[0], AssignmentStatus.DECLINED)
    phone.get(asked[1])
    with app.app_context():
        event = db.session.get(Event, row_of(app, asked[0]).event_id)
        makers.make_assignment(event, status=AssignmentStatus.ACCEPTED)
    before = traces()
    page = phone.submit("I can come after all", status=422)
    assert "nobody else is needed" in page.errors[""]
    assert "I can come after all" not in page.buttons()
    assert traces() == before


def test_who_declined_and_is_busy_now_is_told(
    phone: PageClient, app: Flask, asked: tuple[int, str], traces: Traces
) -> None:
    set_status(app, asked[0], AssignmentStatus.DECLINED)
    with app.app_context():
        row = db.session.get(Assignment, asked[0])
        assert row is not None
        makers.make_assignment(makers.make_event(title="A fair"), row.ambassador)
    before = traces()
    phone.get(asked[1])
    page = phone.submit("I can come after all", status=422)
    assert page.errors == {"": "You are on another event at that time: A fair."}
    assert row_of(app, asked[0]).status is AssignmentStatus.DECLINED
    assert traces() == before


def test_who_said_yes_can_say_that_they_can_no_longer_come(
    phone: PageClient, app: Flask, asked: tuple[int, str], coordinator: PageClient, letters: Letters
) -> None:
    set_status(app, asked[0], AssignmentStatus.ACCEPTED, EventStatus.CONFIRMED)
    phone.get(asked[1])
    phone.click("I can no longer come")
    page = phone.submit("I can no longer come", reason="on_leave")
    assert page.h1 == "You said you can no longer come"
    row = row_of(app, asked[0])
    assert (row.status, row.event.status) == (AssignmentStatus.WITHDRAWN, EventStatus.PLANNED)
    told = [one for one in letters() if one.message == "events/cannot_come"]
    assert told
    assert all(re.match("Action needed: .+ can no longer come: ", one.subject) for one in told)


@pytest.mark.parametrize(
    ("status", "event", "h1"),
    [
        (AssignmentStatus.LAPSED, EventStatus.PLANNED, "The time to answer is over"),
        (AssignmentStatus.WITHDRAWN, EventStatus.PLANNED, "You are no longer expected"),
        (AssignmentStatus.WITHDRAWN, EventStatus.CANCELLED, "This event is cancelled"),
        (AssignmentStatus.ATTENDED, EventStatus.DONE, "This event has begun or is over"),
    ],
)
@pytest.mark.one_database
def test_what_cannot_be_answered_says_so_and_what_to_do(
    phone: PageClient,
    app: Flask,
    asked: tuple[int, str],
    traces: Traces,
    status: AssignmentStatus,
    event: EventStatus,
    h1: str,
) -> None:
    phone.get(asked[1])
    set_status(app, asked[0], status, event)
    before = traces()
    if status is not AssignmentStatus.ATTENDED:
        page = phone.submit("Yes, I can come", status=422)
        assert page.errors[""]
    page = phone.get(asked[1])
    assert page.h1 == h1
    assert page.has("Contact us on")
    assert page.buttons() == []
    assert phone.get(f"{asked[1]}/cannot-come").h1 == h1
    assert traces() == before


def test_event_that_has_begun_cannot_be_answered_but_still_shows_the_way(
    phone: PageClient, app: Flask, asked: tuple[int, str], later: Callable[[timedelta], None]
) -> None:
    until = row_of(app, asked[0]).event.starts_at - clock.now()
    phone.get(asked[1])
    later(until + timedelta(minutes=10))
    assert "has begun" in phone.submit("Yes, I can come", status=422).errors[""]
    assert phone.get(asked[1]).h1 == "This event has begun or is over"
    set_status(app, asked[0], AssignmentStatus.ACCEPTED)
    page = phone.get(asked[1])
    assert page.h1 == "You are going"
    assert page.has("Ms Host")
    assert not page.has("I can no longer come")
    later(until + timedelta(hours=2))
    assert phone.get(asked[1]).h1 == "Have you left?"


def test_link_shows_its_own_assignment_only(phone: PageClient, app: Flask, asked: tuple[int, str]) -> None:
    with app.app_context():
        other = makers.make_assignment(makers.make_event(title="Somebody else’s talk"))
        number, link = other.id, makers.link_to(other)
    assert phone.get(link).summary()["What"].startswith("Somebody else’s talk")
    phone.submit("Yes, I can come")
    assert row_of(app, number).status is AssignmentStatus.ACCEPTED
    assert row_of(app, asked[0]).status is AssignmentStatus.INVITED


@pytest.mark.parametrize("token", ["nothing", "x" * 3000, "%00", "../../manage/events"])
@pytest.mark.one_database
def test_unknown_link_is_not_found(phone: PageClient, token: str) -> None:
    phone.get(f"/invitations/{token}", status=404)


def test_link_of_another_purpose_does_not_open_it(phone: PageClient, app: Flask, asked: tuple[int, str]) -> None:
    with app.app_context():
        row = db.session.get(Assignment, asked[0])
        assert row is not None
        path = makers.link_to(row, Purpose.OUTCOME)
    phone.get(path.replace("/outcomes/", "/invitations/"), status=404)


def test_link_that_ran_out_says_so(phone: PageClient, app: Flask, asked: tuple[int, str]) -> None:
    with app.app_context():
        row = db.session.get(Assignment, asked[0])
        assert row is not None
        path = makers.link_to(row, days=-15)
    assert phone.get(path, status=410).has("run out")


@pytest.mark.parametrize("step", [AssignmentStep.ACCEPT, AssignmentStep.DECLINE])
@pytest.mark.parametrize("status", AssignmentStatus)
def test_every_state_takes_an_answer_or_refuses_it_whole(
    app: Flask,
    act: Callable[..., Any],
    asked: tuple[int, str],
    traces: Traces,
    status: AssignmentStatus,
    step: AssignmentStep,
) -> None:
    set_status(app, asked[0], status)
    person = row_of(app, asked[0]).ambassador_id
    who = Actor(ActorKind.AMBASSADOR, person)
    before = traces()

    def answer() -> None:
        row = db.session.get(Assignment, asked[0])
        assert row is not None
        reason = makers.term(makers.Vocabulary.CANNOT_COME_REASON, "other")
        if step is AssignmentStep.ACCEPT:
            actions.accept_invitation(who, row)
        else:
            actions.decline_invitation(who, row, reason=reason, words="")

    already = {
        AssignmentStep.ACCEPT: (AssignmentStatus.ACCEPTED, AssignmentStatus.ATTENDED),
        AssignmentStep.DECLINE: (AssignmentStatus.DECLINED, AssignmentStatus.WITHDRAWN),
    }
    after = ASSIGNMENT_STEPS.get((status, step))
    if status in already[step]:
        act(answer)
        assert traces() == before
    elif after is None:
        with pytest.raises(Conflict):
            act(answer)
        assert traces() == before
        assert row_of(app, asked[0]).status is status
    else:
        act(answer)
        assert row_of(app, asked[0]).status is after
        assert traces()[2] == before[2] + 1
