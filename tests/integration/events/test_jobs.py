"""What happens by itself: lapsing, reminding, and following what lower features tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.rules import AmbassadorStopped
from outreach.app import JOBS
from outreach.db import db
from outreach.events import actions
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.institutions.rules import NamesChanged
from outreach.web.facts import emit
from tests import makers
from tests.pages import PageClient

Letters = Callable[[], list[Any]]
Act = Callable[..., Any]


def states(app: Flask) -> list[AssignmentStatus]:
    with app.app_context():
        return list(db.session.scalars(select(Assignment.status).order_by(Assignment.id)))


def kinds(letters: Letters) -> list[str]:
    return sorted(one.message for one in letters())


def test_jobs_are_run_by_the_worker() -> None:
    run = {job for _, _, job in JOBS}
    assert {actions.lapse_invitations, actions.remind_ambassadors, actions.remind_silent_ambassadors} <= run


# Lapsing


def test_unanswered_invitation_lapses_once_and_returns_the_event(
    app: Flask, act: Act, coordinator: PageClient, letters: Letters
) -> None:
    with app.app_context():
        late = clock.now() - timedelta(minutes=1)
        event = makers.make_event(title="A talk in Worcester")
        makers.make_assignment(event, makers.make_ambassador("Amina Khan"), answer_by=late)
        makers.make_assignment(event, makers.make_ambassador(), answer_by=clock.now() + timedelta(days=1))
    assert act(actions.lapse_invitations) == 1
    assert act(actions.lapse_invitations) == 0
    assert states(app) == [AssignmentStatus.LAPSED, AssignmentStatus.INVITED]
    found = {one.to: one for one in letters()}
    told = found["cora@county.example"]
    assert (told.message, told.subject) == ("events/unanswered", "No action needed: 1 invitation was not answered")
    assert "Amina Khan" in told.body
    assert {one.message for one in found.values()} == {"events/unanswered", "events/lapsed"}
    # Somebody must be found again.
    assert coordinator.get("/manage/events?short=yes").has("0 of 1 coming") is False
    with app.app_context():
        db.session.scalars(select(Assignment).order_by(Assignment.id.desc())).first().status = (  # type: ignore[union-attr]
            AssignmentStatus.DECLINED
        )
        db.session.commit()
    assert coordinator.get("/manage/events?short=yes").has("A talk in Worcester")


@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.DONE])
def test_nothing_lapses_on_an_event_that_is_closed(app: Flask, act: Act, status: EventStatus) -> None:
    with app.app_context():
        makers.make_assignment(makers.make_event(status=status), answer_by=clock.now() - timedelta(days=1))
    assert act(actions.lapse_invitations) == 0


# Reminding


@pytest.mark.parametrize(("days", "mails"), [(8, 0), (7, 1), (6, 1), (5, 1), (4, 0), (3, 0), (2, 0), (1, 1)])
def test_whoever_is_coming_is_reminded_seven_days_and_one_day_before(
    app: Flask, act: Act, letters: Letters, days: int, mails: int
) -> None:
    with app.app_context():
        contact = makers.make_contact(name="Ms Host", phone="01905 555 0199")
        event = makers.make_event(request=makers.make_request(contact), starts=makers.in_days(days, 0, 5))
        makers.make_assignment(event, status=AssignmentStatus.ACCEPTED)
        makers.make_assignment(event, status=AssignmentStatus.DECLINED)
    for _ in range(3):
        act(actions.remind_ambassadors)
    found = letters()
    assert [one.message for one in found] == ["events/reminder"] * mails
    for one in found:
        assert one.subject.startswith("Reminder, no answer needed")
        assert "Ms Host, 01905 555 0199" in one.body
        assert "Mr Invented, careers leader" in one.body
        assert "/invitations/" in one.body


def test_reminder_that_was_sent_mints_no_more_links(
    app: Flask, act: Act, traces: Callable[[], tuple[int, ...]]
) -> None:
    with app.app_context():
        makers.make_assignment(makers.make_event(starts=makers.in_days(1)), status=AssignmentStatus.ACCEPTED)
    assert act(actions.remind_ambassadors) == 1
    before = traces()
    assert act(actions.remind_ambassadors) == 0
    assert traces() == before


def test_nobody_is_reminded_on_the_day_they_said_yes(app: Flask, act: Act) -> None:
    with app.app_context():
        makers.make_assignment(
            makers.make_event(starts=makers.in_days(1)), status=AssignmentStatus.ACCEPTED, answered_at=clock.now()
        )
    assert act(actions.remind_ambassadors) == 0


@pytest.mark.parametrize(
    ("asked_days_ago", "hours_left", "mails"), [(3, 47, 1), (3, 49, 0), (3, -1, 0), (0, 20, 0), (2, 1, 1)]
)
def test_who_is_silent_is_reminded_two_days_before_the_answer_is_due(
    app: Flask, act: Act, letters: Letters, asked_days_ago: int, hours_left: int, mails: int
) -> None:
    with app.app_context():
        makers.make_assignment(
            invited_at=clock.now() - timedelta(days=asked_days_ago),
            answer_by=clock.now() + timedelta(hours=hours_left),
        )
    for _ in range(2):
        act(actions.remind_silent_ambassadors)
    found = letters()
    assert [one.message for one in found] == ["events/answer_needed"] * mails
    assert all(one.subject.startswith("Answer needed by") for one in found)


# What lower features tell


def test_who_stops_is_taken_off_what_is_to_come_and_nothing_else(app: Flask, act: Act, letters: Letters) -> None:
    with app.app_context():
        person = makers.make_ambassador("Amina Khan")
        coming = makers.make_event(status=EventStatus.CONFIRMED)
        makers.make_assignment(coming, person, status=AssignmentStatus.ACCEPTED)
        past = makers.make_event(starts=makers.in_days(-5), status=EventStatus.CONFIRMED)
        makers.make_assignment(past, person, status=AssignmentStatus.ACCEPTED)
        other = makers.make_assignment(makers.make_event(starts=makers.in_days(40)))
        number, still = coming.id, other.id
        stopped = AmbassadorStopped(person.id, "has left")
    letters()
    act(emit, stopped)
    assert states(app) == [AssignmentStatus.WITHDRAWN, AssignmentStatus.ACCEPTED, AssignmentStatus.INVITED]
    with app.app_context():
        event = db.session.get(Event, number)
        assert event is not None
        assert (event.status, event.sequence) == (EventStatus.PLANNED, 1)
        assert db.session.get(Assignment, still) is not None
    assert "events/withdrawn" in kinds(letters)


def test_new_names_reach_the_calendars(app: Flask, act: Act) -> None:
    with app.app_context():
        event, other = makers.make_event(request=makers.make_request()), makers.make_event()
        number, another, host = event.id, other.id, event.institution_id
    act(emit, NamesChanged(host or 0))
    with app.app_context():
        sequences = [db.session.get(Event, one).sequence for one in (number, another)]  # type: ignore[union-attr]
    assert sequences == [1, 0]
