"""A certificate of contribution counts what is recorded, in the period that was chosen, of one person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.events.models import Event
from outreach.outcomes.models import Outcome
from outreach.reports.queries.own import contribution_of
from outreach.reports.rules.giving import Period, quarter_of
from outreach.web.door import Role
from tests import makers
from tests.kit.own import make_given, make_own
from tests.pages import PageClient

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def of(id: int) -> Ambassador:
    return db.session.get_one(Ambassador, id)


def test_only_what_is_recorded_and_attended_in_the_period_counts(app: Flask) -> None:
    with app.app_context():
        own, other = make_own(), make_own("Bea")
        today = clock.today()
        period = Period("x", today - timedelta(days=30), today - timedelta(days=10))
        make_given(of(own.id), -30, hours="2.25", people=30)
        make_given(of(own.id), -10, hours=None, people=7, code="careers_advisers", home="redditch")
        make_given(of(own.id), -31, hours="9")
        make_given(of(own.id), -9, hours="9")
        make_given(of(own.id), -20, hours="9", took_place=False)
        make_given(of(own.id), -21, hours="9", recorded=False)
        make_given(of(other.id), -22, hours="9")
        found = contribution_of(of(own.id), period)
        assert (found.visits, f"{found.hours:f}", found.unsaid, found.people) == (2, "2.25", 1, 37)
        assert found.reached == (("Students aged 16 to 18", 30), ("Teachers and careers advisers", 7))
        assert found.districts == ("Redditch", "Worcester")


def test_a_visit_just_after_midnight_belongs_to_its_london_day(app: Flask) -> None:
    """In summer the day of the database, which is UTC, is another one for an hour."""
    with app.app_context():
        own = make_own()
        first = quarter_of(clock.today().replace(month=7, day=1))
        one = make_given(of(own.id), -5)
        event = db.session.get_one(Event, one.event_id)
        (opening,) = event.openings
        for part in (event, opening):
            part.starts_at = clock.start_of(first.first)
            part.ends_at = part.starts_at + timedelta(hours=1)
        db.session.commit()
        before = quarter_of(first.first - timedelta(days=1))
        assert contribution_of(of(own.id), first).visits == 1
        assert contribution_of(of(own.id), before).visits == 0


@ONE
def test_the_page_shows_the_period_that_was_chosen(app: Flask) -> None:
    with app.app_context():
        own = make_own(registered_at=clock.now() - timedelta(days=900))
        make_given(of(own.id), -3, hours="1.5", people=1)
        makers.sign_in((cora := PageClient(app)).http, makers.make_account(Role.COORDINATOR))
    amina = PageClient(app)
    page = amina.get(f"{own.page}/certificate")
    for words in ("Amina Khan", "Care worker", "1.5 hours", "1 visit", "1 person reached", "Only visits whose outcome"):
        assert page.has(words), words
    page = amina.submit("Show this period", period=f"{clock.today().year - 2}")
    assert page.has(f"1 April {clock.today().year - 2} to 31 March {clock.today().year - 1}:")
    assert page.has("0 visits")
    for typed in ("nonsense", "9" * 5000, "%00", "<script>"):
        assert amina.get(f"{own.page}/certificate?period={typed}").has("1 visit")
    assert cora.get(f"/ambassadors/{own.id}/certificate").has("1.5 hours")
    cora.get("/ambassadors/99999/certificate", status=404)
    amina.get(f"/ambassadors/{own.id}/certificate", follow=False, status=303)


@ONE
def test_a_corrected_record_is_counted_as_it_stands(app: Flask) -> None:
    with app.app_context():
        own = make_own()
        one = make_given(of(own.id), -3)
        db.session.query(Outcome).filter_by(event_id=one.event_id).one().took_place = False
        db.session.commit()
        assert contribution_of(of(own.id), Period("x", clock.today() - timedelta(days=9), clock.today())).visits == 0
