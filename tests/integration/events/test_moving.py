"""Moving an event and calling it off: who is asked again, who is told, and what calendars hear."""

from __future__ import annotations

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
from outreach.events.rules import (
    ASSIGNMENT_STEPS,
    EVENT_STEPS,
    AmbassadorAnswered,
    AssignmentStatus,
    AssignmentStep,
    EventCancelled,
    EventChanged,
    EventMoved,
    EventStatus,
    EventStep,
)
from outreach.web.door import Actor, ActorKind, Role
from outreach.web.facts import on
from tests import makers
from tests.pages import PageClient

Traces = Callable[[], tuple[int, ...]]
Letters = Callable[[], list[Any]]
Act = Callable[..., Any]


def event_of(app: Flask, number: int) -> Event:
    with app.app_context():
        found = db.session.get(Event, number)
        assert found is not None
        _ = [one.ambassador.name for one in found.assignments]  # read while the session lasts
        return found


def move_by(days: int, cora: Actor, number: int, **more: Any) -> Callable[[], None]:
    """Move the event of this number by some days."""

    def run() -> None:
        event = db.session.get(Event, number)
        assert event is not None
        gap = timedelta(days=days)
        actions.move_event(
            cora,
            event,
            **({
                "starts_at": event.starts_at + gap,
                "ends_at": event.ends_at + gap,
                "place": event.place,
                "online": event.online,
            } | more),
        )  # fmt: skip

    return run


def test_event_is_moved_by_its_pages_and_people_are_asked_again(
    coordinator: PageClient, app: Flask, letters: Letters
) -> None:
    with app.app_context():
        event = makers.make_event(status=EventStatus.CONFIRMED, needed=2)
        makers.make_assignment(event, makers.make_ambassador("Amina Khan"), status=AssignmentStatus.ACCEPTED)
        makers.make_assignment(event, makers.make_ambassador("Ben Hughes"), status=AssignmentStatus.DECLINED)
        makers.make_assignment(event, makers.make_ambassador("Carys Price"))
        number, reference = event.id, event.reference
    day = clock.today() + timedelta(days=25)
    coordinator.get(f"/manage/events/{reference}/move")
    page = coordinator.submit("Continue", day=day, starts="2pm", ends="4pm", place="The Hive, Worcester")
    assert page.h1 == "Check the move"
    assert page.has("2 ambassadors will be asked again")
    assert "Ben Hughes" not in page.main
    assert letters() == []
    coordinator.submit("Move the event", words="The hall was flooded")
    moved = event_of(app, number)
    assert (moved.place, clock.local(moved.starts_at).hour, moved.status) == (
        "The Hive, Worcester",
        14,
        EventStatus.PLANNED,
    )
    now = {one.ambassador.name: one for one in moved.assignments}
    assert {name: one.status for name, one in now.items()} == {
        "Amina Khan": AssignmentStatus.INVITED,
        "Ben Hughes": AssignmentStatus.DECLINED,
        "Carys Price": AssignmentStatus.INVITED,
    }
    assert {one.starts_at for one in now.values()} == {moved.starts_at}
    found = letters()
    assert [one.message for one in found] == ["events/moved"] * 2
    assert all("The hall was flooded" in one.body and "It was:" in one.body for one in found)
    assert all(one.subject.startswith("Answer needed") for one in found)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"starts": "x"}, "starts", "must be a time"),
        ({"ends": "9am"}, "ends", "must be after"),
        ({"place": ""}, "place", "Enter a place"),
        ({"day__day": "31", "day__month": "2"}, "day", "must be a real date"),
        ({"day__year": "2020"}, "day", "in the last year"),
        ({}, "", "those that it has already"),
    ],
)
@pytest.mark.one_database
def test_bad_move_is_told_beside_its_field(
    coordinator: PageClient, app: Flask, traces: Traces, changed: dict[str, str], field: str, words: str
) -> None:
    with app.app_context():
        reference = makers.make_event().reference
    before = traces()
    coordinator.get(f"/manage/events/{reference}/move")
    page = coordinator.submit("Continue", changed, status=422)
    assert words in page.errors[field]
    assert traces() == before


@pytest.mark.parametrize(
    "query",
    ["", "starts=x&ends=y", "starts=2027-03-28T01:30&ends=2027-03-28T05:00", "starts=9999-12-31T23:59&ends=%00",
     "starts=0001-01-01T00:00&ends=0001-01-01T00:00", "starts=2027-05-01T10:00Z&ends=2027-05-01T11:00Z"],
)  # fmt: skip
@pytest.mark.one_database
def test_address_that_says_no_move_leads_back_to_the_form(coordinator: PageClient, app: Flask, query: str) -> None:
    with app.app_context():
        reference = makers.make_event().reference
    assert coordinator.get(f"/manage/events/{reference}/move/confirm?{query}").h1 == "Move the event"


def test_move_onto_a_clash_lets_go_whom_the_page_has_named(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        event = makers.make_event(starts=makers.in_days(10))
        row = makers.make_assignment(event, makers.make_ambassador("Amina Khan"), status=AssignmentStatus.ACCEPTED)
        makers.make_assignment(makers.make_event(title="A fair", starts=makers.in_days(12)), row.ambassador)
        number, reference = event.id, event.reference
    coordinator.get(f"/manage/events/{reference}/move")
    page = coordinator.submit("Continue", day=clock.today() + timedelta(days=12))
    assert page.has("1 ambassador cannot come along")
    assert page.has("Amina Khan: busy then with EV-")
    page = coordinator.submit("Move the event")
    assert page.has("Could not come along")
    assert event_of(app, number).assignments[0].status is AssignmentStatus.WITHDRAWN


def test_second_of_two_moves_is_told(coordinator: PageClient, app: Flask, traces: Traces) -> None:
    with app.app_context():
        reference = makers.make_event().reference
        other = PageClient(app)
        makers.sign_in(other.http, makers.make_account(Role.COORDINATOR))
    for person, days in ((coordinator, 30), (other, 31)):
        person.get(f"/manage/events/{reference}/move")
        person.submit("Continue", day=clock.today() + timedelta(days=days))
    coordinator.submit("Move the event")
    before = traces()
    page = other.submit("Move the event", status=422)
    assert "Somebody else has changed this" in page.errors[""]
    # What it would mean is not said any more, and cannot be sent.
    assert "No ambassador is asked" not in page.main
    assert "Move the event" not in page.buttons()
    assert page.link("See how the event stands now") == f"/manage/events/{reference}"
    assert traces() == before


def test_past_event_is_put_right_without_asking_anybody(app: Flask, act: Act, cora: Actor, letters: Letters) -> None:
    with app.app_context():
        event = makers.make_event(starts=makers.in_days(-10), status=EventStatus.CONFIRMED)
        makers.make_assignment(event, status=AssignmentStatus.ACCEPTED)
        number = event.id
    act(move_by(-1, cora, number))
    moved = event_of(app, number)
    assert (moved.status, moved.assignments[0].status) == (EventStatus.CONFIRMED, AssignmentStatus.ACCEPTED)
    assert letters() == []


def test_event_to_come_is_not_moved_into_the_past(app: Flask, act: Act, cora: Actor, traces: Traces) -> None:
    with app.app_context():
        number = makers.make_event(starts=makers.in_days(10)).id
    before = traces()
    with pytest.raises(Conflict, match="future"):
        act(move_by(-20, cora, number))
    assert traces() == before


@pytest.mark.parametrize("status", EventStatus)
def test_only_what_is_open_moves_and_cancels(
    app: Flask, act: Act, cora: Actor, traces: Traces, status: EventStatus
) -> None:
    with app.app_context():
        numbers = [makers.make_event(status=status).id for _ in range(2)]
    before = traces()

    def cancel() -> None:
        actions.cancel_event(cora, db.session.get(Event, numbers[1]), reason=None, words="")  # type: ignore[arg-type]

    for step, run in ((EventStep.REOPEN, move_by(3, cora, numbers[0])), (EventStep.CANCEL, cancel)):
        if (status, step) in EVENT_STEPS:
            act(run)
        else:
            with pytest.raises(Conflict):
                act(run)
    if (status, EventStep.CANCEL) not in EVENT_STEPS:
        assert traces() == before


# Cancelling


def test_event_is_cancelled_and_everybody_on_it_is_told(
    coordinator: PageClient, app: Flask, letters: Letters, audit: Callable[[], list[str]]
) -> None:
    with app.app_context():
        event = makers.make_event(status=EventStatus.CONFIRMED, needed=2)
        for name, status in (("Amina Khan", AssignmentStatus.ACCEPTED), ("Ben Hughes", AssignmentStatus.INVITED)):
            makers.make_assignment(event, makers.make_ambassador(name), status=status)
        makers.make_assignment(event, makers.make_ambassador("Dan Lewis"), status=AssignmentStatus.DECLINED)
        number, reference = event.id, event.reference
    page = coordinator.get(f"/manage/events/{reference}/cancel")
    assert page.has("2 ambassadors will be told by email")
    assert "Dan Lewis" not in page.main
    assert coordinator.submit("Cancel the event", status=422).errors == {"reason": "Select why it is cancelled"}
    assert letters() == []
    page = coordinator.submit("Cancel the event", reason="illness", words="Get well soon")
    assert "The event is cancelled" in page.banner
    event = event_of(app, number)
    assert (event.status, event.cancelled_at is not None, event.sequence) == (EventStatus.CANCELLED, True, 1)
    assert [one.status.value for one in event.assignments] == ["withdrawn", "withdrawn", "declined"]
    found = letters()
    assert [one.message for one in found] == ["events/cancelled"] * 2
    assert all("Illness" in one.body and "Get well soon" in one.body for one in found)
    assert audit() == ["event.cancel"]
    coordinator.get(f"/manage/events/{reference}/cancel", status=409)


def test_whoever_asked_for_an_event_may_call_it_off_and_no_other_contact(app: Flask, act: Act, traces: Traces) -> None:
    with app.app_context():
        request = makers.make_request()
        number, mine, other = makers.make_event(request=request).id, request.contact_id, makers.make_contact().id

    def cancel(who: int, by_requester: bool = True) -> Callable[[], None]:
        def run() -> None:
            event = db.session.get(Event, number)
            assert event is not None
            actions.cancel_event(Actor(ActorKind.CONTACT, who), event, reason=None, words="", by_requester=by_requester)

        return run

    before = traces()
    for refused in (cancel(other), cancel(mine, by_requester=False)):
        with pytest.raises(Exception, match="coordinator"):
            act(refused)
    assert traces() == before
    act(cancel(mine))
    assert event_of(app, number).status is EventStatus.CANCELLED


# What the features above hear


def test_facts_are_told_in_the_same_transaction(app: Flask, make_app: Callable[..., Flask], cora: Actor) -> None:
    mine = make_app()
    heard: list[object] = []
    for kind in (EventChanged, EventMoved, EventCancelled, AmbassadorAnswered):
        on(mine, kind, heard.append)
    with mine.app_context():
        event = makers.make_event()
        row = makers.make_assignment(event)
        number, assignment, person = event.id, row.id, row.ambassador_id
    with mine.test_request_context():
        found = db.session.get(Assignment, assignment)
        assert found is not None
        actions.accept_invitation(Actor(ActorKind.AMBASSADOR, person), found)
        db.session.commit()
        assert heard == [EventChanged(number), AmbassadorAnswered(number, assignment, coming=True)]
        heard.clear()
        was = f"{clock.local(event.starts_at):%A}"
        move_by(1, cora, number, words="Rain")()
        db.session.commit()
        assert isinstance(heard[1], EventMoved)
        assert (heard[0], heard[1].words) == (EventChanged(number), "Rain")
        assert heard[1].before.startswith(was)
        heard.clear()
        actions.cancel_event(cora, found.event, reason=None, words="Off")
        db.session.commit()
        assert heard == [EventChanged(number), EventCancelled(number, "Off", by_requester=False)]


@pytest.mark.parametrize("status", AssignmentStatus)
def test_move_asks_again_or_lets_go_whom_the_table_says(
    app: Flask, act: Act, cora: Actor, status: AssignmentStatus
) -> None:
    with app.app_context():
        number = makers.make_assignment(status=status).event_id
    act(move_by(2, cora, number))
    (row,) = event_of(app, number).assignments
    let_go = ASSIGNMENT_STEPS.get((status, AssignmentStep.LET_GO), status)
    assert row.status is ASSIGNMENT_STEPS.get((status, AssignmentStep.ASK_AGAIN), let_go)
    assert row.starts_at == event_of(app, number).starts_at
