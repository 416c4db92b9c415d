"""What the host says of the day by their link, and the mails that ask them for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.links import revoke_links
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.actions import accept_invitation
from outreach.events.actions.arrangements import CouncilWords, HostWords, arrange_day
from outreach.events.models import Arrangements, Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.outbox.models import Mail
from outreach.visits.actions.jobs import ask_about_the_day, remind_contacts
from outreach.visits.models import VisitRequest
from outreach.visits.rules import RequestStatus
from outreach.web.door import Actor, ActorKind, Purpose, Role
from tests import makers
from tests.pages import PageClient

CORA = Actor(ActorKind.ACCOUNT, None, "Cora", frozenset({Role.COORDINATOR}))
EVERY_POINT = ["adult", "sign_in", "safety", "photographs"]
TELL = "Confirm the visit"
PHONE = "Enter a telephone number, like 01632 960 001, 07700 900 982 or +44 808 157 0192"
TICK = "Tick every point, so that the visit can be confirmed. If one cannot be, telephone us"
NO_NAME, NO_PHONE = "Enter the name of the contact on the day", "Enter their telephone number"
TOO_LONG = "The name of the safeguarding lead must be 100 characters or fewer"
FILLED: dict[str, Any] = {
    "room": "Main reception",
    "safeguarding_name": "Sal Safe",
    "safeguarding_phone": "01905 555 0133",
    "points": EVERY_POINT,
}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def arranged(*, verified: bool = True, days: int = 21, coming: bool = True, **more: Any) -> VisitRequest:
    """A visit of which its host has said nothing so far. Call it in an application context."""
    contact = makers.make_contact(verified=verified, name="Ms Host", phone="01905 555 0199")
    visit = makers.make_request(
        contact, status=RequestStatus.ACCEPTED, decided_at=clock.now() - timedelta(days=30),
        times=[(makers.in_days(days), makers.in_days(days, 11))],
    )  # fmt: skip
    status = EventStatus.CONFIRMED if coming else EventStatus.PLANNED
    event = makers.make_event(request=visit, starts=makers.in_days(days), status=status, **more)
    makers.make_assignment(event, status=AssignmentStatus.ACCEPTED if coming else AssignmentStatus.INVITED)
    return visit


def link_of(app: Flask, **more: Any) -> str:
    with app.app_context():
        return makers.link_to(arranged(**more))


def open_form(app: Flask, link: str) -> PageClient:
    person = PageClient(app)
    person.get(f"{link}/arrangements")
    return person


def row_of(app: Flask) -> Arrangements | None:
    with app.app_context():
        return db.session.scalar(select(Arrangements))


@contextmanager
def acting(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield
        db.session.commit()


def the(model: Any) -> Any:
    return db.session.scalars(select(model).order_by(model.id)).first()


def mails(app: Flask) -> list[Mail]:
    with app.app_context():
        return list(db.session.scalars(select(Mail).where(Mail.message.startswith("visits/")).order_by(Mail.id)))


def test_the_host_confirms_their_visit_from_the_page_they_follow(app: Flask) -> None:
    link = link_of(app)
    person = PageClient(app)
    page = person.get(link)
    assert page.h1 == "Confirm your visit"
    form = person.click(TELL)
    assert form.h1 == "Confirm your visit"
    assert 'value="Ms Host"' in form.response.get_data(as_text=True)
    after = person.submit(TELL, FILLED, status=200)
    assert after.h1 == "Your visit is arranged"
    row = row_of(app)
    assert row is not None
    assert (row.room, row.contact_name, row.contact_phone) == ("Main reception", "Ms Host", "01905 555 0199")
    assert row.host_agreed_at is not None
    assert PageClient(app).get(f"{link}/pack").has("A named adult of ours stays with the group throughout")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"points": EVERY_POINT[1:]}, {"points": TICK}),
        ({"points": []}, {"points": TICK}),
        ({"safeguarding_name": ""}, {"safeguarding_name": "Enter the name of the safeguarding lead"}),
        ({"safeguarding_phone": "ask reception"}, {"safeguarding_phone": PHONE}),
        ({"contact_name": "", "contact_phone": ""}, {"contact_name": NO_NAME, "contact_phone": NO_PHONE}),
        ({"contact_phone": "<script>"}, {"contact_phone": PHONE}),
        ({"parking": "x" * 10_000}, {"parking": "Parking must be 300 characters or fewer"}),
        ({"safeguarding_name": "x" * 10_000}, {"safeguarding_name": TOO_LONG}),
    ],
)
def test_what_will_not_do_is_said_and_the_rest_is_kept(
    app: Flask, given: dict[str, Any], errors: dict[str, str]
) -> None:
    person = open_form(app, link_of(app))
    page = person.submit(TELL, FILLED | given, status=422)
    assert page.errors == errors
    assert 'value="Main reception"' in page.response.get_data(as_text=True)
    assert row_of(app) is None
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(AuditEntry.action == "event.arrange")) == 0


@pytest.mark.one_database
def test_a_form_that_says_more_than_was_asked_says_nothing_more(app: Flask) -> None:
    link = link_of(app)
    person = open_form(app, link)
    more = {"needs": "Gold", "slides": "https://evil.example/", "host_agreed_at": "2020-01-01", "points": EVERY_POINT}
    person.post(f"{link}/arrangements", FILLED | more | {"contact_name": "Dee", "contact_phone": "01905 555 0122"})
    row = row_of(app)
    assert row is not None
    assert (row.needs, row.slides) == ("", "")


@pytest.mark.one_database
def test_with_adults_nothing_of_children_is_asked(app: Flask) -> None:
    with app.app_context():
        adults = makers.audience("adult_learners")
    person = open_form(app, link_of(app, audience=adults))
    text = person.here.response.get_data(as_text=True)
    assert "afeguarding" not in text
    assert 'name="points"' not in text
    assert person.here.h1 == "Tell us about the day"
    assert person.submit("Save", room="The hall", status=200).h1 == "Your visit is arranged"


@pytest.mark.one_database
def test_online_there_is_no_room_and_what_was_said_of_one_is_kept(app: Flask) -> None:
    link = link_of(app, online=True)
    with app.app_context():
        makers.make_arrangements(the(Event), agreed=False, room="B12")
    person = open_form(app, link)
    assert 'name="room"' not in person.here.response.get_data(as_text=True)
    person.submit(TELL, points=["adult", "photographs"], access="We send the link", status=200)
    row = row_of(app)
    assert row is not None
    assert (row.room, row.access, row.host_agreed_at is not None) == ("B12", "We send the link", True)
    assert "B12" not in PageClient(app).get(f"{link}/pack").response.get_data(as_text=True)


def test_the_same_form_twice_counts_once(app: Flask) -> None:
    person = open_form(app, link_of(app))
    person.submit(TELL, FILLED, status=200)
    person.send_again(status=200)
    row = row_of(app)
    assert row is not None
    assert row.version == 1


def test_what_the_coordinator_wrote_meanwhile_is_not_written_over_and_the_host_keeps_their_words(app: Flask) -> None:
    person = open_form(app, link_of(app))
    with acting(app):
        arrange_day(CORA, the_event(), HostWords("Gym", "", "", "", ""), CouncilWords("A table", ""))
    page = person.submit(TELL, FILLED, status=422)
    assert page.has("Somebody else has changed the arrangements")
    assert 'value="Main reception"' in page.response.get_data(as_text=True)
    row = row_of(app)
    assert row is not None
    assert (row.room, row.host_agreed_at) == ("Gym", None)


def the_event() -> Event:
    return db.session.scalars(select(Event).order_by(Event.id)).one()


@pytest.mark.parametrize("path", ["arrangements", "pack"])
@pytest.mark.one_database
def test_a_link_that_has_ended_or_is_anothers_opens_nothing(app: Flask, path: str) -> None:
    link = link_of(app)
    with app.app_context():
        visit = the(VisitRequest)
        visit.contact = makers.make_contact()
        db.session.commit()
    assert app.test_client().get(f"{link}/{path}").status_code == 404
    with app.app_context():
        revoke_links(Purpose.FOLLOW, visit.id)
        db.session.commit()
    assert app.test_client().get(f"{link}/{path}").status_code == 410
    assert app.test_client().get(f"/visits/follow/absent/{path}").status_code == 404


@pytest.mark.parametrize("path", ["arrangements", "pack"])
@pytest.mark.parametrize("how", ["new", "withdrawn", "cancelled", "over"])
@pytest.mark.one_database
def test_without_a_visit_ahead_the_page_of_the_request_says_how_it_is(app: Flask, path: str, how: str) -> None:
    link = link_of(app, days=-2 if how == "over" else 21)
    with app.app_context():
        visit, event = the(VisitRequest), the_event()
        if how == "new":
            visit.status = RequestStatus.NEW
        if how == "withdrawn":
            visit.status = RequestStatus.WITHDRAWN
        if how == "cancelled":
            event.status, event.cancelled_at = EventStatus.CANCELLED, clock.now()
        db.session.commit()
    answer = app.test_client().get(f"{link}/{path}")
    assert (answer.status_code, answer.headers["Location"]) == (303, link)


def test_a_yes_asks_the_host_to_confirm_and_once_they_have_it_asks_nothing(app: Flask) -> None:
    link_of(app, coming=False)
    with acting(app):
        accept_invitation(CORA, the(Assignment))
    [asking] = mails(app)
    assert asking.subject.startswith("Answer needed:")
    assert "It is confirmed once you have told us" in asking.body
    assert "/arrangements" in asking.body
    assert "/pack" in asking.body
    with acting(app):
        makers.make_arrangements(the_event())
        makers.make_assignment(the_event(), status=AssignmentStatus.INVITED)
        second = db.session.scalars(select(Assignment).order_by(Assignment.id.desc())).first()
        accept_invitation(CORA, second)
    told = mails(app)[-1]
    assert told.subject.startswith("No answer needed:")
    assert "/arrangements" not in told.body
    assert "/pack" in told.body


def test_a_host_who_has_said_nothing_is_asked_at_14_days_and_at_5_and_no_more(app: Flask) -> None:
    link_of(app, days=30)
    asked = []
    # Each day at noon, whatever the clock says while this runs: the visit begins in the morning.
    noon = timedelta(hours=12) - (clock.local(clock.now()) - clock.local(clock.start_of(clock.today())))
    for day in range(31):
        clock.set_offset(timedelta(days=day) + noon)
        for _ in range(2):
            with acting(app):
                asked += [30 - day] * ask_about_the_day()
    assert asked == [14, 5]
    assert {one.message for one in mails(app)} == {"visits/about_the_day"}
    assert all(one.subject.startswith("Answer needed") and "/arrangements" in one.body for one in mails(app))


def test_a_host_who_has_said_it_is_not_asked(app: Flask) -> None:
    link_of(app, days=10)
    with acting(app):
        makers.make_arrangements(the_event())
        assert ask_about_the_day() == 0
        row = db.session.scalars(select(Arrangements)).one()
        row.host_agreed_at = None
        assert ask_about_the_day() == 1


@pytest.mark.one_database
def test_the_reminder_asks_for_what_is_missing(app: Flask) -> None:
    link_of(app, days=6)
    with acting(app):
        assert remind_contacts() == 1
    [mail] = mails(app)
    assert mail.subject.startswith("Reminder, answer needed")
    assert "/arrangements" in mail.body


@pytest.mark.one_database
def test_the_last_visit_there_fills_the_form_of_the_next(app: Flask) -> None:
    with app.app_context():
        visit = arranged()
        earlier = makers.make_event(request=makers.make_request(visit.contact), starts=makers.in_days(-90))
        makers.make_arrangements(earlier, room="Where it was")
        link = makers.link_to(visit)
    page = open_form(app, link).here
    assert 'value="Where it was"' in page.response.get_data(as_text=True)
    assert page.has("What you arranged the last time is filled in")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Arrangements)) == 1
