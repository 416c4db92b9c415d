"""The coordinator's page of what is arranged for the day, what it refuses, and the work list that leads to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from outreach.db import db
from outreach.events.models import Event
from outreach.events.queries.arrangements import is_missing, unconfirmed_of
from tests import makers
from tests.pages import PageClient

pytestmark = pytest.mark.one_database

Traces = Callable[[], tuple[int, ...]]


@pytest.fixture
def visit(app: Flask) -> int:
    with app.app_context():
        return makers.make_event(request=makers.make_request(makers.make_contact())).id


def the(event_id: int) -> Event:
    return db.session.get_one(Event, event_id)


def test_the_events_page_says_what_is_missing_and_leads_to_the_form(
    app: Flask, coordinator: PageClient, visit: int
) -> None:
    with app.app_context():
        page = f"/manage/events/{the(visit).reference}"
    assert coordinator.get(page).has("The host has not confirmed how the group is kept safe")
    form = coordinator.get(f"{page}/arrangements")
    assert form.has("Arrangements for the day")
    assert form.has("Leave it empty for Contact")
    after = coordinator.submit(
        "Save the arrangements",
        room="The hall",
        safeguarding_name="Sal Safe",
        safeguarding_phone="01905 555 0133",
        confirmed="yes",
        needs="A table for leaflets",
        slides="https://slides.example/care",
        status=200,
    )
    assert not after.has("The host has not confirmed")
    assert after.has("A table for leaflets")
    with app.app_context():
        assert unconfirmed_of(the(visit)) == ""
        assert is_missing(the(visit)), "the host is still asked whom to ask for"
    assert after.has("Arrangements for the day given")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("slides", "javascript:alert(1)", "Enter a web address that begins with https://"),
        ("slides", "http://slides.example/", "Enter a web address that begins with https://"),
        ("slides", "https://me@slides.example/", "Enter a web address that begins with https://"),
        ("slides", "https://", "Enter a web address that begins with https://"),
        ("slides", "https://s.example/" + "x" * 10_000, "Slides must be 500 characters or fewer"),
        (
            "contact_phone",
            "ring reception",
            "Enter a telephone number, like 01632 960 001, 07700 900 982 or +44 808 157 0192",
        ),
        ("room", "x" * 10_000, "Where to report must be 200 characters or fewer"),
        ("access", "x" * 10_000, "Getting in and access must be 500 characters or fewer"),
        ("needs", "x" * 10_000, "What the ambassadors would like in the room must be 300 characters or fewer"),
    ],
)
def test_what_will_not_do_is_said_beside_it(
    app: Flask, coordinator: PageClient, traces: Traces, visit: int, field: str, value: str, words: str
) -> None:
    with app.app_context():
        page = f"/manage/events/{the(visit).reference}/arrangements"
    before = traces()
    coordinator.get(page)
    again = coordinator.submit("Save the arrangements", {field: value, "parking": "By the gate"}, status=422)
    assert again.errors == {field: words}
    assert "By the gate" in again.response.get_data(as_text=True)
    assert traces() == before


def test_the_work_list_leads_to_what_is_not_confirmed(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        event = makers.make_event(request=makers.make_request(), starts=makers.in_days(3), title="Careers at Hill")
        makers.make_assignment(event, status=makers.AssignmentStatus.ACCEPTED)
    page = coordinator.get("/work")
    assert page.has("Visits that their hosts have not confirmed (1)")
    assert coordinator.click("Careers at Hill").has("Arrangements for the day")
