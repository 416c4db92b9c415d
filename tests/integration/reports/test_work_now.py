"""What only a telephone helps stands at the top of the work list, however much waits below it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from outreach import clock
from outreach.db import db
from outreach.events.actions import add_opening
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.events.rules.changing import OpeningDetails
from outreach.web.door import Actor, ActorKind, Role
from tests.makers import in_days, make_account, make_assignment, make_event, make_opening, make_request, sign_in
from tests.pages import PageClient

pytestmark = pytest.mark.one_database

NOW = "On now or within 24 hours, and an ambassador is missing"


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


@pytest.mark.parametrize("held", [None, AssignmentStatus.DID_NOT_ATTEND])
def test_an_event_that_has_begun_and_lacks_somebody_leads_to_who_can_come_now(
    app: Flask, coordinator: PageClient, held: AssignmentStatus | None
) -> None:
    with app.app_context():
        begun = clock.now() - timedelta(hours=1)
        make_event(starts=clock.now() + timedelta(hours=4), title="Later today")
        event = make_event(starts=begun, ends=begun + timedelta(hours=3), title="On now", status=EventStatus.CONFIRMED)
        if held:
            make_assignment(event, status=held)
        morning = make_opening(begun - timedelta(hours=2), begun)
        parts = [morning, make_opening(begun, begun + timedelta(hours=3))]
        fair = make_event(starts=begun - timedelta(hours=2), ends=begun + timedelta(hours=3), needed=2, openings=parts)
        make_assignment(fair, opening=fair.openings[1], status=AssignmentStatus.ACCEPTED)
        make_event(starts=begun, ends=begun + timedelta(hours=3), title="Called off", status=EventStatus.CANCELLED)
        now = f"/manage/events/{event.reference}/now?opening={event.openings[0].id}"
    page = coordinator.get("/work")
    assert page.has(f"{NOW} (2)"), "neither what is called off, nor a part that is over"
    links = page.links()
    assert list(links).index("On now") < list(links).index("Later today")
    assert links["On now"] == now
    assert page.main.count("It has begun") == 1
    assert coordinator.get(now).has("Who can come now")


@pytest.mark.parametrize("coming", [1, 3])
def test_more_who_are_coming_than_are_needed_are_told_quietly(app: Flask, coordinator: PageClient, coming: int) -> None:
    with app.app_context():
        event = make_event(starts=in_days(3), needed=2, title="A talk for two")
        for status in [AssignmentStatus.ACCEPTED] * coming + [AssignmentStatus.INVITED] * (3 - coming):
            make_assignment(event, status=status)
        off = make_event(starts=in_days(4), status=EventStatus.CANCELLED, title="No matter")
        for _ in range(2):
            make_assignment(off, status=AssignmentStatus.ACCEPTED)
        path = f"/manage/events/{event.reference}"
    page = coordinator.get("/work")
    assert page.has("More are coming than are needed (1)") is (coming == 3)
    assert not page.has("No matter")
    if coming == 3:
        assert page.has("3 are coming and 2 are needed: take somebody off, or change how many are needed")
        assert page.links()["A talk for two"] == path
        assert not page.has("Late:")


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


def test_a_group_shows_the_first_few_and_the_rest_on_demand_and_what_cannot_wait_is_whole(
    app: Flask, coordinator: PageClient
) -> None:
    with app.app_context():
        for number in range(5):
            make_event(starts=clock.now() + timedelta(hours=4), title=f"Today {number}")
            make_event(starts=in_days(8 if number > 3 else 30), title=f"Later {number}")
    page = coordinator.get("/work")
    assert page.has("Events that lack an ambassador (5)")
    assert all(page.has(f"Today {number}") for number in range(5))
    assert len(re.findall("Later [0-9]", page.main)) == 3
    assert page.has("Later 4"), "it is late"
    assert page.has("Show all 5: Events that lack an ambassador, 1 of them late")
    page = coordinator.click("Show all 5")
    assert len(re.findall("Later [0-9]", page.main)) == 5
    page = coordinator.click("Show fewer")
    assert len(re.findall("Later [0-9]", page.main)) == 3
    assert coordinator.get("/work?all=%00").has("Show all 5")
