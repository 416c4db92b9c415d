"""Whoever made a visit alone is waited for until they have left, or are known to be safe, whatever else is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from outreach.db import db
from outreach.events.actions import watch_departures
from outreach.events.actions.leaving import check_out, record_safe
from outreach.events.models import Assignment
from outreach.events.queries.leaving import list_missed
from outreach.events.rules import AssignmentStatus
from outreach.events.rules.leaving import HowSafe
from outreach.web.door import Actor, ActorKind, Purpose, Role
from tests import makers
from tests.kit.alone import after_end, kinds, make_visit_alone
from tests.pages import PageClient

Act = Callable[..., Any]
Letters = Callable[[], list[Any]]
Later = Callable[[timedelta], None]
DAY = 24 * 60
GROUP = "Not heard of after a visit alone"


@pytest.fixture
def visit(app: Flask) -> int:
    with app.app_context():
        return make_visit_alone()


def sign_in(app: Flask) -> PageClient:
    """A coordinator who signs in now, as sessions end."""
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR))
    return person


def test_who_speaks_to_somebody_who_has_left_is_in_the_audit_too(
    app: Flask, act: Act, visit: int, later: Later, cora: Actor, audit: Callable[[], list[str]]
) -> None:
    later(after_end(61))
    with app.app_context():
        own = Actor(ActorKind.AMBASSADOR, db.session.get_one(Assignment, visit).ambassador_id)
    act(lambda: check_out(own, db.session.get_one(Assignment, visit)))
    with app.app_context():
        left = db.session.get_one(Assignment, visit).checked_out_at
    later(after_end(70))
    act(lambda: record_safe(cora, db.session.get_one(Assignment, visit), HowSafe.SPOKE))
    assert audit() == ["assignment.check_out", "assignment.safe"]
    with app.app_context():
        assert db.session.get_one(Assignment, visit).checked_out_at == left


def test_a_worker_that_was_down_mails_nobody_too_late(
    app: Flask, act: Act, visit: int, later: Later, letters: Letters, audit: Callable[[], list[str]]
) -> None:
    later(after_end(DAY / 2 + 1))
    for _ in range(2):
        assert act(watch_departures) == 0
    assert letters() == []
    assert audit() == ["assignment.not_out"]


@pytest.mark.parametrize("noted", [True, False])
def test_who_is_missed_stays_on_the_work_list_until_somebody_says_that_they_are_safe(
    app: Flask, act: Act, visit: int, later: Later, noted: bool
) -> None:
    """Whoever was never noted, as from before this was watched, is shown for a fortnight."""
    later(after_end(13 * DAY))
    if noted:
        act(watch_departures)
    assert sign_in(app).get("/work").has(GROUP)
    later(after_end(400 * DAY))
    coordinator = sign_in(app)
    assert coordinator.get("/work").has(GROUP) is noted
    with app.app_context():
        reference = db.session.get_one(Assignment, visit).event.reference
    assert coordinator.get(f"/manage/events/{reference}").has("has not told us that they left") is noted
    if noted:
        coordinator.click("Amina Khan is safe")
        coordinator.submit("Record that they are safe", how="employer")
        assert not coordinator.get("/work").has(GROUP)


def test_an_outcome_before_the_end_stops_nobody_from_asking(
    app: Flask, act: Act, visit: int, later: Later, letters: Letters, coordinator: PageClient
) -> None:
    """The link to record how it went works from the start on."""
    phone = PageClient(app)
    with app.app_context():
        row = db.session.get_one(Assignment, visit)
        link = makers.link_to(row, Purpose.OUTCOME)
        box = f"people_{makers.audience().id}"
    phone.get(link)
    phone.submit("Send", {"happened": "Yes, and I was there", box: "20", "hours": "2"})
    assert phone.click("When you leave, tell us").h1 == "Have you left?"
    for minutes, expected in ((1, "left_ask"), (31, "left_chase"), (61, "not_out")):
        later(after_end(minutes))
        act(watch_departures)
        assert kinds(letters) == [f"events/{expected}"]
    page = coordinator.get("/work")
    assert page.has(GROUP)
    coordinator.click("Amina Khan, ")
    coordinator.submit("Record that they are safe", how="spoke")
    assert not coordinator.get("/work").has(GROUP)


def test_an_outcome_of_ones_own_after_the_end_is_a_word_of_leaving(
    app: Flask, act: Act, visit: int, later: Later, letters: Letters, audit: Callable[[], list[str]]
) -> None:
    sign_in(app)
    later(after_end(61))
    act(watch_departures)
    letters()
    phone = PageClient(app)
    with app.app_context():
        link, box = makers.link_to(db.session.get_one(Assignment, visit), Purpose.OUTCOME), makers.audience().id
    phone.get(link)
    page = phone.submit("Send", {"happened": "Yes, and I was there", f"people_{box}": "20", "hours": "2"})
    assert not page.has("When you leave, tell us")
    assert kinds(letters) == ["events/out_after_all"]
    assert audit()[-1] == "assignment.check_out"
    with app.app_context():
        assert list_missed() == []


def test_what_others_record_of_a_visit_is_no_word_of_leaving(
    app: Flask, act: Act, visit: int, later: Later, letters: Letters
) -> None:
    """A coordinator who notes the hours of a visit need not have heard of who was there."""
    sign_in(app)
    with app.app_context():
        db.session.get_one(Assignment, visit).status = AssignmentStatus.ATTENDED
        db.session.commit()
    later(after_end(61))
    act(watch_departures)
    assert kinds(letters) == ["events/left_chase", "events/not_out"]
