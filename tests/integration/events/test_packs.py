"""The visit packs: each side is told what it needs on the day, and nothing else of the other.

Every text of every row that a visit has says where it comes from. What a pack shows is compared with what it may show:
a column that is made later is in the comparison from that day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach import clock
from outreach.accounts.links import mint_link, revoke_links
from outreach.ambassadors.models import Employer
from outreach.db import db
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.web.door import ActorKind, Purpose
from tests import makers
from tests.kit.canaries import plant, planted, seen_in
from tests.kit.own import own_page
from tests.pages import PageClient

pytestmark = pytest.mark.one_database

BOTH = {
    "event_title",
    "event_place",
    "event_supervisor",
    *(f"arrangements_{one}" for one in ("room", "access", "parking", "contact_name", "contact_phone", "needs")),
    "arrangements_safeguarding_name",
    "arrangements_safeguarding_phone",
}
FOR_AMBASSADOR = BOTH | {"event_notes", "arrangements_slides"}
FOR_HOST = BOTH | {"ambassador_job_title", "own_ambassador_job_title", "employer_name", "employer_assurance"}


@dataclass
class Planted:
    """A visit whose every text says where it comes from: its own ambassador, and another who comes too."""

    reference: str
    follow: str
    own: str
    assignment: int
    request: int


def plant_visit(app: Flask, *, verified: bool = True) -> Planted:
    with app.test_request_context():
        contact = makers.make_contact(makers.make_institution(), verified=verified)
        request = makers.make_request(contact, status=makers.RequestStatus.ACCEPTED)
        event = makers.make_event(request=request, needed=2, status=EventStatus.CONFIRMED)
        row = makers.make_arrangements(event)
        employer = Employer(name="x", is_council=False)
        own = makers.make_ambassador("Zelda Surnameown")
        other = makers.make_ambassador("Griselda Surnameother", employer=employer)
        assignment = makers.make_assignment(event, own, status=AssignmentStatus.ACCEPTED)
        others = makers.make_assignment(event, other, status=AssignmentStatus.ACCEPTED)
        links = makers.link_to(request), makers.link_to(assignment)
        for one in (contact, row, employer, assignment, others, request, request.institution, request.site):
            plant(one, "reference")
        plant(event, "reference")
        plant(other, "name")
        plant(own, "name", whose="own_")
        assert len(planted(event) | planted(row) | planted(other) | planted(contact) | planted(employer)) >= 30
        return Planted(event.reference, *links, assignment.id, request.id)


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_the_ambassador_is_told_this_and_nothing_else(app: Flask) -> None:
    visit = plant_visit(app)
    text = read(app.test_client(), f"{visit.own}/pack")
    assert seen_in(text) == FOR_AMBASSADOR
    assert "Griselda" in text
    assert "Surnameother" not in text
    assert "Zelda" not in text
    assert "Never be alone with a pupil" in text
    assert "You go alone" not in text


def test_a_verified_host_is_told_this_and_nothing_else(app: Flask) -> None:
    visit = plant_visit(app)
    text = read(app.test_client(), f"{visit.follow}/pack")
    assert seen_in(text) == FOR_HOST
    assert "Zelda" in text
    assert "Griselda" in text
    assert "Surname" not in text
    assert text.count("qz-employer_assurance-qz") == 1


def test_a_host_whom_nobody_verified_is_told_nothing_of_who_comes(app: Flask) -> None:
    visit = plant_visit(app, verified=False)
    text = read(app.test_client(), f"{visit.follow}/pack")
    assert seen_in(text) == BOTH
    assert not {"Zelda", "Griselda"} & set(text.split())
    assert "2 ambassadors. Before we tell you who it is" in text


@pytest.mark.parametrize(("verified", "shown"), [(True, FOR_HOST), (False, BOTH)])
def test_a_contact_who_asked_for_nothing_is_told_the_same(app: Flask, verified: bool, shown: set[str]) -> None:
    visit = plant_visit(app, verified=verified)
    with app.app_context():
        event = db.session.get_one(Assignment, visit.assignment).event
        event.visit_request_id = None
        holder, ends = event.contact_id or 0, event.ends_at
        paths = [
            mint_link(Purpose.HOST, event.id, ActorKind.CONTACT, whose, ends).split("/", 3)[3]
            for whose in (holder, holder + 1)
        ]
        db.session.commit()
    assert seen_in(read(app.test_client(), f"/{paths[0]}")) == shown
    assert app.test_client().get(f"/{paths[1]}").status_code == 404


@pytest.mark.parametrize(("side", "shown"), [("host", FOR_HOST), ("ambassador", FOR_AMBASSADOR)])
def test_the_coordinator_sees_what_they_see(app: Flask, coordinator: PageClient, side: str, shown: set[str]) -> None:
    visit = plant_visit(app)
    text = read(coordinator.http, f"/manage/events/{visit.reference}/pack/{side}")
    assert seen_in(text) == shown


def test_the_employer_says_it_once_however_many_it_sends(app: Flask) -> None:
    with app.app_context():
        request = makers.make_request(makers.make_contact(), status=makers.RequestStatus.ACCEPTED)
        event = makers.make_event(request=request, needed=2)
        firm = Employer(name="Two from one house", is_council=False, assurance="We check everybody.")
        for name in ("Ada One", "Bea Two"):
            person = makers.make_ambassador(name, employer=firm)
            makers.make_assignment(event, person, status=AssignmentStatus.ACCEPTED)
        link = makers.link_to(request)
    text = read(app.test_client(), f"{link}/pack")
    assert text.count("We check everybody.") == 1
    assert "Ada" in text
    assert "Bea" in text


def test_times_are_those_of_the_opening(app: Flask) -> None:
    with app.app_context():
        starts, ends = makers.in_days(9, 9), makers.in_days(9, 16)
        part = makers.make_opening(makers.in_days(9, 10), makers.in_days(9, 12))
        whole = makers.make_opening(starts, ends)
        request = makers.make_request(makers.make_contact(), status=makers.RequestStatus.ACCEPTED)
        event = makers.make_event(request=request, starts=starts, ends=ends, openings=[part, whole], needed=2)
        one = makers.make_assignment(event, opening=part, status=AssignmentStatus.ACCEPTED)
        links = makers.link_to(one), makers.link_to(request)
    assert "10am to midday" in read(app.test_client(), f"{links[0]}/pack")
    host = read(app.test_client(), f"{links[1]}/pack")
    assert "9am to 4pm" in host
    assert "10am to midday" in host


def test_before_the_host_has_said_anything_the_contact_is_whom_to_ask_for(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        request = makers.make_request(makers.make_contact(name="Ms Host", phone="01905 555 0199"))
        event = makers.make_event(request=request)
        link = makers.link_to(makers.make_assignment(event, status=AssignmentStatus.ACCEPTED))
    page = PageClient(app).get(f"{link}/pack")
    assert page.has("Ms Host")
    assert page.link("tell us that you have left").startswith("/check-out/"), "they go alone"
    assert page.has("Not confirmed by the host yet")
    assert page.has("Safeguarding lead Not named yet: ask who it is before you begin")
    page = coordinator.get(f"/manage/events/{event.reference}/pack/ambassador")
    assert "Also coming" not in page.main, "nobody is beside the only one"


def _status(status: AssignmentStatus) -> Callable[[Assignment], None]:
    def change(row: Assignment) -> None:
        row.status = status

    return change


def _cancel(row: Assignment) -> None:
    row.event.status, row.event.cancelled_at = EventStatus.CANCELLED, clock.now()


@pytest.mark.parametrize(
    "change",
    [
        *(_status(one) for one in AssignmentStatus if one not in (AssignmentStatus.ACCEPTED, AssignmentStatus.QUEUED)),
        _cancel,
    ],
)
def test_whoever_is_not_coming_is_led_to_what_they_may_know(app: Flask, change: Callable[[Assignment], None]) -> None:
    visit = plant_visit(app)
    with app.app_context():
        row = db.session.get_one(Assignment, visit.assignment)
        change(row)
        db.session.commit()
    answer = app.test_client().get(f"{visit.own}/pack")
    assert answer.status_code == 303
    assert answer.headers["Location"] == visit.own
    assert seen_in(answer.get_data(as_text=True)) == set()


def test_once_it_is_over_and_they_have_left_there_is_no_pack(app: Flask, later: Callable[[timedelta], None]) -> None:
    visit = plant_visit(app)
    later(timedelta(days=22))
    with app.app_context():
        row = db.session.get_one(Assignment, visit.assignment)
        row.checked_out_at = row.ends_at
        db.session.commit()
    for link in (visit.own, visit.follow):
        assert app.test_client().get(f"{link}/pack").status_code == 303


def test_the_own_page_opens_ones_own_pack_only(app: Flask) -> None:
    with app.test_request_context():
        held = makers.make_assignment(status=AssignmentStatus.ACCEPTED)
        other = makers.make_assignment(status=AssignmentStatus.ACCEPTED)
        page = own_page(held.ambassador)
        own, foreign = held.event.reference, other.event.reference
        invitation = makers.link_to(held).rpartition("/")[2]
    client = app.test_client()
    assert client.get(f"{page}/visits/{own}/pack").status_code == 200
    assert client.get(f"{page}/visits/{foreign}/pack").status_code == 404
    assert client.get(f"{page}/visits/absent/pack").status_code == 404
    assert client.get(f"/ambassador/{invitation}/visits/{own}/pack").status_code == 404
    assert client.get(f"/invitations/{page.rpartition('/')[2]}/pack").status_code == 404


def test_a_link_that_has_ended_opens_no_pack(app: Flask) -> None:
    visit = plant_visit(app)
    with app.app_context():
        revoke_links(Purpose.INVITATION, visit.assignment)
        revoke_links(Purpose.FOLLOW, visit.request)
        db.session.commit()
    for link in (visit.own, visit.follow):
        answer = app.test_client().get(f"{link}/pack")
        assert (answer.status_code, seen_in(answer.get_data(as_text=True))) == (410, set())


def test_hostile_words_stay_words(app: Flask) -> None:
    with app.app_context():
        request = makers.make_request(makers.make_contact(), status=makers.RequestStatus.ACCEPTED)
        event = makers.make_event(request=request)
        bad: dict[str, Any] = dict.fromkeys(("room", "access", "contact_name"), "<script>alert(1)</script>\u202e=1+1")
        makers.make_arrangements(event, **bad)
        link = makers.link_to(makers.make_assignment(event, status=AssignmentStatus.ACCEPTED))
    assert "<script>alert" not in read(app.test_client(), f"{link}/pack")
