"""An ambassador's own page: the overview, answering from it, the profile, being shown, and whose it is."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.ambassadors.models import Ambassador, Away, ManagerAgreement
from outreach.ambassadors.queries.own import find_consent
from outreach.ambassadors.rules import Agreement, AmbassadorStatus
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus
from outreach.web.door import Role
from tests import makers
from tests.kit.counting import count_queries
from tests.kit.own import make_given, make_own
from tests.pages import PageClient

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def amina(app: Flask) -> PageClient:
    return PageClient(app)


def again(id: int) -> Ambassador:
    return db.session.get_one(Ambassador, id, populate_existing=True)


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def deeds(id: int) -> list[str]:
    mine = (AuditEntry.subject_kind == "ambassador", AuditEntry.subject_id == id)
    return list(db.session.scalars(select(AuditEntry.action).where(*mine).order_by(AuditEntry.id)))


@ONE
def test_the_overview_says_what_is_asked_booked_and_given(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
        me = again(own.id)
        makers.make_assignment(makers.make_event(title="A talk to answer"), me)
        makers.make_assignment(
            makers.make_event(title="A fair", starts=makers.in_days(30)), me, status=AssignmentStatus.ACCEPTED
        )
        makers.make_assignment(
            makers.make_event(title="Over", starts=makers.in_days(-3)), me, status=AssignmentStatus.ACCEPTED
        )
        makers.make_assignment(makers.make_event(title="Refused"), me, status=AssignmentStatus.DECLINED)
        makers.make_assignment(makers.make_event(title="Another’s"))
        make_given(me, -200, hours="2.5", people=40)
        db.session.add(
            ManagerAgreement(
                ambassador_id=own.id, manager_name="M", manager_email="m@care.example", status=Agreement.AGREED,
                hours_a_month=4, backfill=False, words="", asked_at=clock.now(), answered_at=clock.now(),
            )
        )  # fmt: skip
        db.session.commit()
    page = amina.get(own.page)
    assert page.h1 == "Hello Amina"
    assert page.has("You are ready: you can be asked to visits.")
    for words in ("A talk to answer", "A fair", "Over", "0 hours of 4 hours agreed", "0 hours of 12 hours agreed"):
        assert page.has(words), words
    assert not page.has("Refused")
    assert not page.has("Another’s")
    assert page.has("1 visit")
    assert page.has("40 people reached")


def test_an_invitation_is_answered_from_the_overview(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
        asked = makers.make_assignment(makers.make_event(title="A talk"), again(own.id)).id
    amina.get(own.page)
    assert amina.click("See it and answer").h1 == "Can you come?"
    assert amina.submit("Yes, I can come").h1 == "You are going"
    amina.click("I can no longer come")
    amina.submit("I can no longer come", reason=_reasons(app)[0])
    assert amina.here.h1 == "You said you can no longer come"
    assert amina.click("Your page").has("Nothing at the moment")
    with app.app_context():
        assert db.session.get_one(Assignment, asked).status is AssignmentStatus.WITHDRAWN


def _reasons(app: Flask) -> list[str]:
    with app.app_context():
        return [one.label for one in list_terms(Vocabulary.CANNOT_COME_REASON)]


def test_how_it_went_is_recorded_from_the_overview(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
        event = makers.make_event(starts=makers.in_days(-2))
        asked = makers.make_assignment(event, again(own.id), status=AssignmentStatus.ACCEPTED).id
        people = f"people_{makers.audience().id}"
    amina.get(own.page)
    amina.click("Say how it went")
    page = amina.submit("Send", {"happened": "Yes, and I was there", people: "25", "hours": "2"})
    assert page.h1 == "Thank you"
    assert amina.click("Your page").has("25 people reached")
    with app.app_context():
        assert db.session.get_one(Assignment, asked).status is AssignmentStatus.ATTENDED


def test_the_profile_is_changed_part_by_part(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
        names = [one.label for one in again(own.id).terms]
    words = "I came to care by chance – 🙂 <b>and</b> stayed"
    amina.get(f"{own.page}/profile/story")
    page = amina.submit("Save", story=words)
    assert page.banner == "Your details have been changed."
    assert page.has(words)
    amina.get(f"{own.page}/profile/districts")
    amina.submit("Save", travels_to=["Redditch", "Wychavon"])
    amina.get(f"{own.page}/profile/offers")
    amina.submit("Save", languages=["Polish", "Welsh"])
    amina.get(f"{own.page}/profile/limits")
    page = amina.submit("Save", notice_days="14", visits_a_month="2")
    assert page.has("Polish")
    assert page.has("14 days")
    assert all(page.has(name) for name in names)
    with app.app_context():
        me = again(own.id)
        assert [one.slug for one in me.travels_to] == ["redditch", "wychavon"]
        assert (me.story, me.notice_days, me.visits_a_month) == (words, 14, 2)
        assert deeds(own.id) == ["ambassador.edit_own"] * 4


@ONE
@pytest.mark.parametrize(
    ("part", "sent", "field"),
    [
        ("story", {"story": "x" * 10_000}, "story"),
        ("districts", {"travels_to": ["worcester"]}, "travels_to"),
        ("districts", {"travels_to": ["atlantis"]}, "travels_to"),
        ("offers", {"activities": ["direct_care"]}, "activities"),
        ("offers", {"languages": ["talk"]}, "languages"),
        ("limits", {"notice_days": "9" * 5000}, "notice_days"),
        ("limits", {"notice_days": "-1"}, "notice_days"),
        ("limits", {"visits_a_month": "0"}, "visits_a_month"),
        ("limits", {"visits_a_month": "٣"}, "visits_a_month"),
    ],
)
def test_bad_answers_are_named_and_change_nothing(
    app: Flask, amina: PageClient, part: str, sent: dict[str, Any], field: str
) -> None:
    with app.app_context():
        own = make_own()
        before = again(own.id).version
    amina.get(f"{own.page}/profile/{part}")
    assert list(amina.submit("Save", sent, status=422).errors) == [field]
    with app.app_context():
        assert again(own.id).version == before
        assert deeds(own.id) == []


@ONE
def test_a_change_on_an_old_page_is_refused_and_columns_of_others_stay_shut(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
    amina.get(f"{own.page}/profile/story")
    second = PageClient(app)
    second.get(f"{own.page}/profile/limits")
    second.submit("Save", notice_days="3")
    page = amina.submit("Save", story="Mine", status=422)
    assert page.has("Somebody else has changed this since you opened it.")
    assert page.has("Mine")
    amina.get(f"{own.page}/profile/limits")
    held = amina.here.form("Save")
    version = next(e.get("value") for e in held.iter("input") if e.get("name") == "version")
    amina.post(
        f"{own.page}/profile/limits", {"name": "Mallory", "status": "left", "visits_a_month": "1", "version": version}
    )
    with app.app_context():
        assert (again(own.id).name, again(own.id).status) == ("Amina Khan", AmbassadorStatus.ACTIVE)


def test_being_shown_is_agreed_with_its_date_and_taken_back(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
    page = amina.get(f"{own.page}/shown")
    assert page.h1 == "May we show you to everybody?"
    assert page.summary()["First name"] == "Amina"
    assert "Khan" not in page.main
    assert amina.submit("I agree to be shown").h1 == "You are shown to everybody"
    amina.post(f"{own.page}/shown", {"act": "agree"})
    with app.app_context():
        item = find_consent(own.id)
        assert item is not None
        assert item.done_on == clock.today()
    assert amina.submit("Do not show me any more").h1 == "May we show you to everybody?"
    with app.app_context():
        assert find_consent(own.id) is None
        assert deeds(own.id) == ["ambassador.agree_to_be_shown", "ambassador.stop_being_shown"]


@ONE
def test_what_somebody_says_survives_the_coordinators_edit(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
        makers.sign_in((cora := PageClient(app)).http, makers.make_account(Role.COORDINATOR))
    amina.get(f"{own.page}/profile/offers")
    amina.submit("Save", languages=["Polish"])
    amina.get(f"{own.page}/profile/story")
    amina.submit("Save", story="My own words")
    cora.get(f"/ambassadors/{own.id}/edit")
    page = cora.submit("Save", job_title="Senior care worker")
    assert page.summary()["Languages"] == "Polish"
    assert page.has("My own words")


@ONE
def test_the_overview_costs_the_same_with_one_visit_and_with_twenty(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
        _book(own.id, range(10, 11))
    amina.get(own.page)
    with count_queries(app) as few:
        amina.get(own.page)
    with app.app_context():
        _book(own.id, range(11, 30))
    with count_queries(app) as many:
        amina.get(own.page)
    assert len(few) == len(many)


def _book(id: int, days: range) -> None:
    for day in days:
        event = makers.make_event(starts=makers.in_days(day))
        makers.make_assignment(event, again(id), status=AssignmentStatus.ACCEPTED)
        make_given(again(id), -day)
        db.session.add(
            Away(ambassador_id=id, first_day=makers.in_days(day).date(), last_day=makers.in_days(day).date())
        )
    db.session.commit()
