"""One visit to add once: for whom, with what in it, and worded so."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.visits.rules import RequestStatus
from outreach.web.door import Role
from tests.kit.ical_readers import property_names, read_with_icalendar, read_with_icaljs
from tests.makers import (
    in_days,
    link_to,
    make_account,
    make_ambassador,
    make_assignment,
    make_contact,
    make_event,
    make_request,
    sign_in,
)
from tests.pages import PageClient

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ONCE = "it will not update if"


@ONE
def test_h11_each_gets_the_visit_as_a_file_that_is_attached(app: Flask) -> None:
    page = PageClient(app)
    with app.app_context():
        request = make_request(status=RequestStatus.ACCEPTED)
        event = make_event(request=request, title="Café “talk”")
        assignment = make_assignment(event, make_ambassador("Ann Example"), status=AssignmentStatus.ACCEPTED)
        links = link_to(assignment), link_to(request)
        sign_in(page.http, make_account(Role.COORDINATOR))
        reference, uid, public = event.reference, event.uid_staff, event.uid_public
    offers = {links[0]: "add only this one", links[1]: "add only this one"}
    offers[f"/manage/events/{reference}"] = "Add it to your calendar once"
    for path, words in offers.items():
        page.get(path)
        assert ONCE in page.here.text, path
        response = page.http.get(page.here.link(words))
        assert response.status_code == 200, path
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        disposition = response.headers["Content-Disposition"]
        assert disposition.startswith(f'attachment; filename="{reference}.ics"; filename*=UTF-8')
        assert "Caf%C3%A9" in disposition
        (read,) = read_with_icalendar(response.data)
        assert [read] == read_with_icaljs(response.data)
        assert read.uid == uid != public
        names = property_names(response.data)
        assert "METHOD" in names
        assert not {"ORGANIZER", "ATTENDEE", "BEGIN:VALARM", "X-WR-CALNAME"} & set(names)


@ONE
def test_only_a_verified_contacts_file_names_who_is_coming(app: Flask, client: FlaskClient) -> None:
    for verified in (True, False):
        with app.app_context():
            request = make_request(make_contact(verified=verified))
            event = make_event(request=request)
            make_assignment(event, make_ambassador("Ann Example"), status=AssignmentStatus.ACCEPTED)
            link = link_to(request)
        assert (b"Ann" in client.get(f"{link}/visit.ics").data) is verified


@ONE
@pytest.mark.parametrize("status", AssignmentStatus)
def test_an_ambassador_gets_a_file_while_they_are_on_it(
    app: Flask, client: FlaskClient, status: AssignmentStatus
) -> None:
    on_it = {AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED, AssignmentStatus.ATTENDED}
    with app.app_context():
        link = link_to(make_assignment(status=status))
    assert client.get(f"{link}/visit.ics").status_code == (200 if status in on_it else 404)


@ONE
def test_what_is_off_or_over_or_has_no_date_is_not_offered(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        off = make_request()
        make_event(request=off, status=EventStatus.CANCELLED)
        over = make_request()
        make_event(request=over, starts=in_days(-2))
        links = [link_to(off), link_to(over), link_to(make_request())]
    for link in links:
        assert "add only this one" not in PageClient(app).get(link).text
        assert client.get(f"{link}/visit.ics").status_code == 404


@ONE
def test_the_staff_file_is_the_coordinators(app: Flask) -> None:
    with app.app_context():
        reference = make_event().reference
    for roles, status in (((Role.COORDINATOR,), 200), ((Role.VIEWER,), 403), ((Role.RECRUITMENT_OFFICER,), 403)):
        client = app.test_client()
        with app.app_context():
            sign_in(client, make_account(*roles))
        assert client.get(f"/manage/events/{reference}.ics").status_code == status
        assert client.get("/manage/events/EV-0000-0000.ics").status_code == (404 if status == 200 else 403)
    assert app.test_client().get(f"/manage/events/{reference}.ics").status_code == 303


@ONE
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PROPFIND"])
def test_files_are_only_read(app: Flask, client: FlaskClient, method: str) -> None:
    with app.app_context():
        link = link_to(make_assignment())
    assert client.open(f"{link}/visit.ics", method=method).status_code == 405
