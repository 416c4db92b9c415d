"""What the demo county shows of sending people: today's visits, who can come now, gaps and offers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.db import begin_writing, db
from outreach.demo.actions.building import build_demo
from outreach.demo.queries import find_visit_alone
from outreach.events.models import Assignment, Choice, Event, Opening, OtherDate, StandIn
from outreach.events.queries.children import child_remarks_of
from outreach.events.queries.leaving import is_alone
from outreach.events.queries.shortlist import list_shortlist
from outreach.events.queries.today import list_nearby
from outreach.events.rules import AssignmentStatus, ChoiceWay, EventStatus, StandInStatus
from outreach.events.rules.today import is_now
from outreach.outbox.models import Mail
from tests.kit.clocks import move_to
from tests.pages import PageClient


@pytest.fixture
def coordinator(county: Flask) -> PageClient:
    person = PageClient(county)
    person.get("/demo")
    person.submit("Be Chris Example")
    return person


def dropped_out() -> Assignment:
    """Who withdrew from a visit of today or tomorrow."""
    now = clock.now()
    found = db.session.scalars(
        select(Assignment).where(Assignment.status == AssignmentStatus.WITHDRAWN, Assignment.starts_at > now)
    )
    (one,) = [one for one in found if is_now(one.starts_at, one.ends_at, now)]
    return one


@pytest.mark.one_database
def test_somebody_is_at_a_visit_alone_and_says_that_they_have_left(county: Flask) -> None:
    with county.app_context():
        visit = find_visit_alone()
        assert visit is not None
        assert visit.starts_at <= clock.now() < visit.ends_at
        assert is_alone(visit)
    person = PageClient(county)
    person.get("/demo")
    page = person.submit("Say that you have left")
    assert page.path.startswith("/check-out/")
    assert page.has("I have left")


@pytest.mark.one_database
def test_somebody_dropped_out_and_others_can_come_now(county: Flask, coordinator: PageClient) -> None:
    with county.app_context():
        dropped = dropped_out()
        assert dropped.answered_at is not None
        assert clock.now() - timedelta(hours=1) < dropped.answered_at < clock.now()
        assert len(list_nearby(dropped.opening)) > 1
        reference, name = dropped.event.reference, dropped.ambassador.name
        mails = db.session.scalars(select(Mail.subject).where(Mail.about_id == dropped.event_id)).all()
        assert any("TODAY" in subject for subject in mails)
    assert coordinator.get(f"/manage/events/{reference}/now").has(name)


@pytest.mark.one_database
def test_what_waits_for_the_coordinator(county: Flask) -> None:
    """A colleague who was named, other days, a place that somebody took, one that nobody can, a third day."""
    with county.app_context():
        coming = Event.starts_at > clock.now()
        named = db.session.scalars(select(StandIn).where(StandIn.status == StandInStatus.NAMED)).all()
        (colleague,) = named
        assert colleague.assignment.starts_at > clock.now()
        shortlist = list_shortlist(colleague.assignment.opening)
        assert colleague.name in {shortlist.names[one.ambassador_id] for one in shortlist.ranked}
        assert len(db.session.scalars(select(OtherDate)).all()) == 2
        (offered,) = db.session.scalars(select(Choice).where(Choice.way == ChoiceWay.OFFERED))
        place = offered.assignment.opening
        assert (place.open_to_offers, place.needed, offered.assignment.invited_at) == (True, 2, None)
        empty = db.session.scalars(
            select(Opening)
            .join(Opening.event)
            .where(coming, Event.status == EventStatus.PLANNED, ~Event.assignments.any())
        ).all()
        assert len(empty) >= 2
        third = [
            words
            for event in db.session.scalars(select(Event).where(coming))
            for words in child_remarks_of(event, event.assignments).values()
            if words.startswith("3rd day")
        ]
        assert third


@pytest.mark.config(demo=True, smtp_url="")
@pytest.mark.one_database
def test_late_on_a_sunday_it_is_the_next_morning(app: Flask) -> None:
    move_to(datetime(2026, 11, 22, 23, 50, tzinfo=clock.LONDON))
    with app.test_request_context(base_url="http://localhost"):
        begin_writing(db.session())
        build_demo(4, clock.today())
        db.session.commit()
    with app.app_context():
        visit = find_visit_alone()
        assert visit is not None
        assert clock.local(visit.starts_at) == datetime(2026, 11, 23, 9, tzinfo=clock.LONDON)
        assert clock.local(dropped_out().starts_at) == datetime(2026, 11, 23, 10, tzinfo=clock.LONDON)
        assert all(
            8 <= clock.local(one.starts_at).hour < clock.local(one.ends_at).hour <= 20
            for one in db.session.scalars(select(Event))
        )
