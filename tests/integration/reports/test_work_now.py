"""What only a telephone helps stands at the top of the work list, however much waits below it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from outreach import clock
from outreach.db import db
from outreach.events.actions import add_opening
from outreach.events.rules import AssignmentStatus
from outreach.events.rules.changing import OpeningDetails
from outreach.web.door import Actor, ActorKind, Role
from tests.makers import in_days, make_account, make_assignment, make_event, make_request, sign_in
from tests.pages import PageClient

pytestmark = pytest.mark.one_database

NOW = "Within 24 hours, and an ambassador is missing"


@pytest.fixture
def coordinator(app: Flask) -> PageClient:
    client = PageClient(app)
    with app.app_context():
        sign_in(client.http, make_account(Role.COORDINATOR))
    return client


def test_an_event_today_that_lacks_somebody_stands_above_the_requests(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        make_request()
        make_event(starts=in_days(9), title="Next week")
        event = make_event(starts=clock.now() + timedelta(hours=4), title="Today at four")
        now = f"/manage/events/{event.reference}/now?opening={event.openings[0].id}"
    page = coordinator.get("/work")
    order = [page.main.index(words) for words in (f"{NOW} (1)", "New requests (1)", "lack an ambassador (1)")]
    # The counts at the top name them in the same order.
    assert order == sorted(order)
    assert page.links()["Today at four"] == now
    assert page.has("nobody has been asked. See who can come now")
    assert page.main.count("Today at four") == 1
    coordinator.get(now)


def test_the_part_that_is_soon_counts_and_not_the_rest_of_the_event(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        staff = Actor(ActorKind.ACCOUNT, make_account(Role.COORDINATOR).id, "", frozenset({Role.COORDINATOR}))
        starts = clock.now() + timedelta(hours=4)
        event = make_event(starts=starts, ends=starts + timedelta(days=3), title="A fair of days")
        make_assignment(event, status=AssignmentStatus.ACCEPTED)
        later = OpeningDetails(starts + timedelta(days=2), starts + timedelta(days=2, hours=1), 1)
        add_opening(staff, event, later)
        db.session.commit()
    page = coordinator.get("/work")
    assert not page.has(NOW)
    assert page.has("Events that lack an ambassador (1)")


def test_nobody_is_missing_where_somebody_may_yet_say_yes(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        make_assignment(make_event(starts=clock.now() + timedelta(hours=4)), status=AssignmentStatus.INVITED)
    assert coordinator.get("/work").has("All is done")
