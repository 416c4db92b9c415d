"""Shortening and moving an event: whoever can be kept is kept, and the page says beforehand who cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from outreach import clock
from outreach.ambassadors.models import Away
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.db import db
from outreach.errors import Conflict
from outreach.events import actions
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.outbox.models import Mail
from outreach.visits.rules import RequestStatus
from outreach.web.door import Actor
from tests import makers
from tests.pages import PageClient

Letters = Callable[[], list[Any]]
Act = Callable[..., Any]
ACCEPTED, INVITED = AssignmentStatus.ACCEPTED, AssignmentStatus.INVITED


def move(act: Act, actor: Actor, event_id: int, starts: datetime, ends: datetime, **more: Any) -> None:
    def run() -> None:
        event = db.session.get_one(Event, event_id)
        place = more.pop("place", event.place)
        actions.move_event(actor, event, starts_at=starts, ends_at=ends, place=place, online=event.online, **more)

    act(run)


def rows_of(app: Flask, event_id: int) -> dict[str, Assignment]:
    with app.app_context():
        found = db.session.get_one(Event, event_id).assignments
        return {one.ambassador.name: one for one in found}


def calendar_of(app: Flask, message: str) -> str:
    with app.app_context():
        found = db.session.query(Mail).filter(Mail.message == message).order_by(Mail.id.desc()).first()
        assert found is not None
        return found.calendar or ""


def test_shortened_people_stay_and_are_told_with_their_calendar(
    app: Flask, act: Act, cora: Actor, letters: Letters
) -> None:
    with app.app_context():
        event = makers.make_event(starts=makers.in_days(20, 10), ends=makers.in_days(20, 17), needed=2)
        event.status = EventStatus.CONFIRMED
        makers.make_assignment(event, makers.make_ambassador("Amina Khan"), status=ACCEPTED, answered_at=clock.now())
        asked = makers.make_assignment(event, makers.make_ambassador("Ben Hughes"))
        number, due = event.id, asked.answer_by
    move(act, cora, number, makers.in_days(20, 10), makers.in_days(20, 15), words="The hall closes")
    rows = rows_of(app, number)
    assert {name: one.status for name, one in rows.items()} == {"Amina Khan": ACCEPTED, "Ben Hughes": INVITED}
    assert {one.ends_at for one in rows.values()} == {makers.in_days(20, 15)}
    assert rows["Amina Khan"].answered_at is not None
    assert rows["Ben Hughes"].answer_by == due
    with app.app_context():
        assert db.session.get_one(Event, number).status is EventStatus.CONFIRMED
    to_amina, to_ben = letters()
    assert to_amina.subject.startswith("No answer needed")
    assert "10am to 3pm" in to_amina.subject
    assert "It was:" in to_amina.body
    assert "The hall closes" in to_amina.body
    assert to_ben.subject.startswith("Answer still needed")
    assert "PARTSTAT=NEEDS-ACTION" in calendar_of(app, "events/shortened").replace("\r\n ", "")


def test_shortened_visit_is_told_to_its_host_as_one_that_is_kept(
    app: Flask, act: Act, cora: Actor, letters: Letters
) -> None:
    with app.app_context():
        request = makers.make_request(status=RequestStatus.ACCEPTED)
        event = makers.make_event(request=request, starts=makers.in_days(20, 10), ends=makers.in_days(20, 12))
        row = makers.make_assignment(event, status=ACCEPTED)
        number, person = event.id, row.id
    move(act, cora, number, makers.in_days(20, 10), makers.in_days(20, 11))
    _, to_host = letters()
    assert "is shorter on" in to_host.subject
    assert "they still do" in to_host.body
    with app.app_context():
        assert db.session.get_one(Assignment, person).status is ACCEPTED


def test_whoever_cannot_come_along_is_named_beforehand_and_let_go(
    coordinator: PageClient, app: Flask, letters: Letters
) -> None:
    with app.app_context():
        event = makers.make_event(starts=makers.in_days(10), needed=5)
        people = {
            name: makers.make_assignment(event, makers.make_ambassador(name), status=ACCEPTED)
            for name in ("Amina Khan", "Ben Hughes", "Carys Price", "Dan Lewis", "Eve Moss")
        }
        makers.make_assignment(
            makers.make_event(title="A fair", starts=makers.in_days(30)), people["Ben Hughes"].ambassador
        )
        day = clock.today() + timedelta(days=30)
        away = Away(ambassador_id=people["Carys Price"].ambassador_id, first_day=day, last_day=day)
        db.session.add(away)
        people["Dan Lewis"].ambassador.status = AmbassadorStatus.PAUSED
        for near in (28, 32, 34):
            makers.make_assignment(
                makers.make_event(starts=makers.in_days(near)), people["Eve Moss"].ambassador, status=ACCEPTED
            )
        db.session.commit()
        number, reference = event.id, event.reference
    coordinator.get(f"/manage/events/{reference}/move")
    page = coordinator.submit("Continue", day=day)
    assert page.has("1 ambassador will be asked again")
    assert page.has("4 ambassadors cannot come along")
    for words in (
        "Amina Khan, coming",
        "Ben Hughes: busy then with EV-",
        "Carys Price: away then",
        "Dan Lewis: not ready at present",
        "Eve Moss: would be 4 days with under-18s in 30 days",
    ):
        assert page.has(words), page.main
    assert letters() == []
    coordinator.submit("Move the event")
    rows = rows_of(app, number)
    assert rows.pop("Amina Khan").status is INVITED
    assert {one.status for one in rows.values()} == {AssignmentStatus.WITHDRAWN}
    told = {one.to.split("@")[0]: one for one in letters()}
    assert sorted(one.message for one in told.values()) == ["events/let_go"] * 4 + ["events/moved"]
    let_go = [one for one in told.values() if one.message == "events/let_go"]
    assert all(one.subject.startswith("No answer needed") for one in let_go)
    for words in ("on another visit", "you are away then", "cannot take visits", "under-18s in 30 days"):
        assert sum(words in one.body for one in let_go) == 1


def test_days_away_that_they_had_said_yes_for_do_not_count_against_them(app: Flask, act: Act, cora: Actor) -> None:
    with app.app_context():
        row = makers.make_assignment(makers.make_event(starts=makers.in_days(10)), status=ACCEPTED)
        day = clock.today() + timedelta(days=10)
        db.session.add(Away(ambassador_id=row.ambassador_id, first_day=day, last_day=day))
        db.session.commit()
        number, event_id = row.id, row.event_id
    move(act, cora, event_id, makers.in_days(10, 13), makers.in_days(10, 14))
    with app.app_context():
        assert db.session.get_one(Assignment, number).status is INVITED


def test_past_event_is_not_put_right_onto_a_time_when_somebody_was_elsewhere(
    app: Flask, act: Act, cora: Actor, traces: Callable[[], tuple[int, ...]]
) -> None:
    with app.app_context():
        event = makers.make_event(starts=makers.in_days(-10), status=EventStatus.CONFIRMED)
        row = makers.make_assignment(event, makers.make_ambassador("Amina Khan"), status=ACCEPTED)
        makers.make_assignment(
            makers.make_event(starts=makers.in_days(-12)), row.ambassador, status=AssignmentStatus.ATTENDED
        )
        number = event.id
    before = traces()
    with pytest.raises(Conflict, match="Amina Khan is busy then"):
        move(act, cora, number, makers.in_days(-12), makers.in_days(-12, 11))
    assert traces() == before


def test_back_dating_that_would_be_a_fourth_day_with_under_18s_is_refused(
    app: Flask, act: Act, cora: Actor, traces: Callable[[], tuple[int, ...]]
) -> None:
    with app.app_context():
        who = makers.make_ambassador("Amina Khan")
        for days in (-20, -21, -22):
            makers.make_assignment(
                makers.make_event(starts=makers.in_days(days)), who, status=AssignmentStatus.ATTENDED
            )
        event = makers.make_event(starts=makers.in_days(-60), status=EventStatus.CONFIRMED)
        makers.make_assignment(event, who, status=ACCEPTED)
        number = event.id
    before = traces()
    with pytest.raises(Conflict, match="4 days with under-18s"):
        move(act, cora, number, makers.in_days(-19), makers.in_days(-19, 11))
    assert traces() == before


def test_event_keeps_the_parts_of_it_and_asks_only_whose_part_has_changed(
    coordinator: PageClient, app: Flask, act: Act, cora: Actor, letters: Letters
) -> None:
    with app.app_context():
        start, noon, end = makers.in_days(20, 9), makers.in_days(20, 12), makers.in_days(20, 17)
        parts = [makers.make_opening(start, noon), makers.make_opening(noon, end)]
        event = makers.make_event(starts=start, ends=end, needed=2, openings=parts)
        early, late = event.openings
        makers.make_assignment(event, makers.make_ambassador("Amina Khan"), status=ACCEPTED, opening=early)
        makers.make_assignment(event, makers.make_ambassador("Ben Hughes"), status=ACCEPTED, opening=late)
        number, reference = event.id, event.reference
    coordinator.get(f"/manage/events/{reference}/move")
    page = coordinator.submit("Continue", starts="1pm", ends="3pm")
    assert page.has("1 person: 1pm to 3pm instead of 9am to midday 1 person: 1pm to 3pm instead of midday to 5pm")
    assert page.has("Amina Khan, coming: 1pm to 3pm instead of 9am to midday")
    assert page.has("Ben Hughes, coming: 1pm to 3pm instead of midday to 5pm")
    move(act, cora, number, start, makers.in_days(20, 16))
    rows = rows_of(app, number)
    assert (rows["Amina Khan"].ends_at, rows["Ben Hughes"].ends_at) == (noon, makers.in_days(20, 16))
    assert [one.message for one in letters()] == ["events/shortened"]
    move(act, cora, number, makers.in_days(21, 9), makers.in_days(21, 16))
    rows = rows_of(app, number)
    assert (rows["Amina Khan"].starts_at, rows["Ben Hughes"].starts_at) == (
        makers.in_days(21, 9),
        makers.in_days(21, 12),
    )
    assert [one.message for one in letters()] == ["events/moved"] * 2
