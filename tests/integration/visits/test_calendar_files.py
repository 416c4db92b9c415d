"""The visit as a file for the contact's calendar: offered, never asked. A point is one of the calendar checklist."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from outreach.db import begin_writing, db
from outreach.events.actions import cancel_event, move_event
from outreach.events.models import Event
from outreach.outbox.models import Mail
from outreach.visits.actions.deciding import accept_request, withdraw_request
from outreach.visits.models import VisitRequest
from outreach.web.door import Actor, ActorKind, Role
from tests import makers

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

CORA = Actor(ActorKind.ACCOUNT, None, "Cora", frozenset({Role.COORDINATOR}))


def files() -> list[tuple[str, str, int, str]]:
    """The message, method, SEQUENCE and status of each mail with a calendar, oldest first; nobody is in any."""
    found = []
    for mail in db.session.scalars(select(Mail).where(Mail.calendar.is_not(None)).order_by(Mail.id)):
        calendar: Any = Calendar.from_ical(mail.calendar or "")
        (event,) = calendar.walk("VEVENT")
        assert str(calendar["METHOD"]) == mail.calendar_method
        assert "ATTENDEE" not in event
        assert "ORGANIZER" not in event
        assert "/visits/follow/" in mail.body
        found.append((mail.message, str(calendar["METHOD"]), int(event["SEQUENCE"]), str(event["STATUS"])))
    return found


def accepted() -> Event:
    request = makers.make_request()
    begin_writing(db.session())
    first = request.times[0]
    return accept_request(
        CORA, request, starts_at=first.starts_at, ends_at=first.ends_at, needed=1, title="A talk, for “us”"
    )


def test_point_50_the_contact_is_offered_the_visit_and_its_changes_as_a_file(app: Flask) -> None:
    with app.test_request_context():
        event = accepted()
        by = timedelta(days=1)
        move_event(
            CORA, event, starts_at=event.starts_at + by, ends_at=event.ends_at + by, place=event.place, online=False
        )
        cancel_event(CORA, event, reason=None, words="")
        db.session.commit()
        found = files()
    assert [(message, method) for message, method, _, _ in found] == [
        ("visits/accepted", "PUBLISH"),
        ("visits/moved", "PUBLISH"),
        ("visits/cancelled", "PUBLISH"),
    ]
    assert [status for *_, status in found] == ["TENTATIVE", "TENTATIVE", "CANCELLED"]
    numbers = [number for _, _, number, _ in found]
    assert numbers == sorted(set(numbers)), "each is newer than the last"


def test_point_50_a_visit_given_up_is_marked_as_cancelled(app: Flask) -> None:
    with app.test_request_context():
        event = accepted()
        request = db.session.get_one(VisitRequest, event.visit_request_id)
        withdraw_request(Actor(ActorKind.CONTACT, request.contact_id, "", frozenset()), request)
        db.session.commit()
        found = files()
    assert [(one[0], one[3]) for one in found] == [("visits/accepted", "TENTATIVE"), ("visits/withdrawn", "CANCELLED")]


def test_a_request_given_up_before_it_was_a_visit_has_no_file(app: Flask) -> None:
    with app.test_request_context():
        request = makers.make_request()
        begin_writing(db.session())
        withdraw_request(Actor(ActorKind.CONTACT, request.contact_id, "", frozenset()), request)
        db.session.commit()
        assert files() == []
