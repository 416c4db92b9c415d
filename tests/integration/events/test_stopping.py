"""Pausing, suspending and leaving, with the visits to come on the same page; and the day a pause is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.actions import resume_after_pause
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import Mail
from outreach.web.door import Role
from tests import makers
from tests.pages import PageClient


@pytest.fixture
def cora(app: Flask) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR, name="Cora", email="cora@county.example"))
    return person


def status_of(id: int) -> AssignmentStatus:
    return db.session.get_one(Assignment, id, populate_existing=True).status


def on_event(event_id: int) -> dict[str, str]:
    rows = db.session.scalars(select(Assignment).where(Assignment.event_id == event_id))
    return {one.ambassador.name: one.status.value for one in rows}


def test_leaving_hands_the_visits_over_in_the_same_step(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        amina, ben = makers.make_ambassador("Amina Yusuf"), makers.make_ambassador("Ben Carter")
        tomorrow = makers.make_event(starts=makers.in_days(1), title="Talk tomorrow")
        later = makers.make_event(starts=makers.in_days(30), title="Talk later")
        first = makers.make_assignment(tomorrow, amina, status=AssignmentStatus.ACCEPTED)
        second = makers.make_assignment(later, amina)
    page = cora.get(f"/ambassadors/{amina.id}/leave")
    assert "Amina Yusuf is expected tomorrow: Talk tomorrow." in page.main
    assert "Visits still to give (2)" in page.main
    page = cora.submit("Record", {f"visit_{first.id}": str(ben.id)}, reason="retired")
    assert page.banner == "Amina Yusuf has left. Somebody else has been asked to 1 visit."
    with app.app_context():
        assert on_event(tomorrow.id) == {"Amina Yusuf": "withdrawn", "Ben Carter": "invited"}
        assert on_event(later.id) == {"Amina Yusuf": "withdrawn"}
        assert status_of(second.id) is AssignmentStatus.WITHDRAWN
        sent = [one.message for one in db.session.scalars(select(Mail).where(Mail.recipient == ben.email))]
        assert sent == ["events/invitation"]


def test_nothing_is_done_when_somebody_cannot_take_a_visit_over(app: Flask, cora: PageClient) -> None:
    """Between the page and the button Ben is asked elsewhere: he is offered no more, and nobody has left."""
    with app.app_context():
        amina, ben = makers.make_ambassador("Amina Yusuf"), makers.make_ambassador("Ben Carter")
        event = makers.make_event(starts=makers.in_days(5))
        held = makers.make_assignment(event, amina, status=AssignmentStatus.ACCEPTED)
    cora.get(f"/ambassadors/{amina.id}/leave")
    with app.app_context():
        makers.make_assignment(makers.make_event(starts=makers.in_days(5)), db.session.get_one(Ambassador, ben.id))
    page = cora.submit("Record", {f"visit_{held.id}": str(ben.id)}, reason="retired", status=422)
    assert page.errors == {f"visit_{held.id}": "Select somebody from the list, or leave the visit open"}
    with app.app_context():
        assert db.session.get_one(Ambassador, amina.id).status is AmbassadorStatus.ACTIVE
        assert status_of(held.id) is AssignmentStatus.ACCEPTED
        assert [one for one in db.session.scalars(select(AuditEntry.action)) if "leave" in one] == []


def test_one_person_cannot_take_two_visits_at_the_same_time(app: Flask, cora: PageClient) -> None:
    """Either alone would do; together they clash, so nobody has left and nobody is asked."""
    with app.app_context():
        amina, ben = makers.make_ambassador("Amina Yusuf"), makers.make_ambassador("Ben Carter")
        # One begins as the other ends, in two districts: nobody gets there in time, whatever Amina had promised.
        ben.travels_to.append(makers.district("wyre-forest"))
        events = [
            makers.make_event(starts=makers.in_days(5, hour), title=f"Talk at {hour}", home=home)
            for hour, home in ((10, "worcester"), (11, "wyre-forest"))
        ]
        held = [makers.make_assignment(one, amina, status=AssignmentStatus.ACCEPTED) for one in events]
    cora.get(f"/ambassadors/{amina.id}/suspend")
    page = cora.submit("Suspend", {f"visit_{one.id}": str(ben.id) for one in held}, status=422)
    assert "minutes to travel" in page.errors[f"visit_{held[1].id}"]
    with app.app_context():
        assert on_event(events[0].id) == {"Amina Yusuf": "accepted"}
        assert on_event(events[1].id) == {"Amina Yusuf": "accepted"}
        assert db.session.get_one(Ambassador, amina.id).status is AmbassadorStatus.ACTIVE


def test_a_visit_that_is_theirs_no_longer_is_said_so(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        amina, ben = makers.make_ambassador("Amina Yusuf"), makers.make_ambassador("Ben Carter")
        held = makers.make_assignment(makers.make_event(starts=makers.in_days(5)), amina)
    cora.get(f"/ambassadors/{amina.id}/pause")
    with app.app_context():
        db.session.get_one(Assignment, held.id).status = AssignmentStatus.DECLINED
        db.session.commit()
    page = cora.submit("Pause", {f"visit_{held.id}": str(ben.id)})
    # The question is gone with the visit: the pause is right, and nobody is asked to what is not open.
    assert page.banner == "Amina Yusuf is paused."
    with app.app_context():
        assert on_event(held.event_id) == {"Amina Yusuf": "declined"}


@pytest.mark.parametrize(("days", "ok"), [(-1, False), (0, True), (1, True), (730, True), (731, False)])
def test_the_last_day_of_a_pause(app: Flask, cora: PageClient, days: int, ok: bool) -> None:
    with app.app_context():
        id = makers.make_ambassador("Amina Yusuf").id
    cora.get(f"/ambassadors/{id}/pause")
    until = clock.today() + timedelta(days=days)
    page = cora.submit("Pause", until=until, status=200 if ok else 422)
    with app.app_context():
        kept = db.session.get_one(Ambassador, id)
        assert (kept.status, kept.paused_until) == (
            (AmbassadorStatus.PAUSED, until) if ok else (AmbassadorStatus.ACTIVE, None)
        )
    if ok:
        assert "Paused since" in page.main
    else:
        assert page.errors["until"].startswith("The last day of the pause must be") or page.errors["until"].startswith(
            "Last day of the pause must be"
        )


def test_a_pause_ends_by_itself_on_the_day_after(app: Flask) -> None:
    with app.test_request_context():
        makers.make_account(Role.COORDINATOR, email="cora@county.example")
        today = clock.today()
        over, last, open_ended = (
            makers.make_ambassador(status=AmbassadorStatus.PAUSED, paused_until=until)
            for until in (today - timedelta(days=1), today, None)
        )
        assert resume_after_pause() == 1
        assert resume_after_pause() == 0
        assert [one.status.value for one in (over, last, open_ended)] == ["active", "paused", "paused"]
        assert over.paused_until is None
        sent = {one.recipient: one.message for one in db.session.scalars(select(Mail))}
        assert sent == {over.email: "ambassadors/active", "cora@county.example": "ambassadors/resumed"}


def test_whoever_resumes_with_something_expired_is_told_so(app: Flask) -> None:
    with app.test_request_context():
        over = makers.make_ambassador(
            status=AmbassadorStatus.PAUSED, paused_until=clock.today() - timedelta(days=1), ready=False
        )
        resume_after_pause()
        mail = db.session.scalars(select(Mail).where(Mail.recipient == over.email)).one()
        assert "We cannot invite you before this is done or renewed: Manager’s agreement" in mail.body
        assert mail.subject == "No answer needed: you are an active ambassador"
