"""The checklist as the coordinator keeps it, and reminders before something on it expires."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.actions import add_items, take_step
from outreach.ambassadors.models import Ambassador, ManagerAgreement, ReadinessItem
from outreach.ambassadors.queries import (
    child_checks,
    find_child_requirement,
    find_ready_ids,
    lacking_today,
    list_items,
)
from outreach.ambassadors.rules import AmbassadorStatus, AmbassadorStep, expires_on
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.errors import Conflict
from outreach.events.actions import remind_of_expiry
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.pages import PageClient

COORDINATOR = Actor(ActorKind.ACCOUNT, 1, "Cora", frozenset({Role.COORDINATOR}))


@pytest.fixture
def cora(app: Flask) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR, name="Cora", email="cora@county.example"))
    return person


def in_training(app: Flask) -> int:
    with app.app_context():
        return makers.make_ambassador("Amina Yusuf", status=AmbassadorStatus.IN_TRAINING).id


def acts() -> list[str]:
    """What was done to ambassadors, oldest first."""
    kind = AuditEntry.subject_kind == "ambassador"
    return list(db.session.scalars(select(AuditEntry.action).where(kind).order_by(AuditEntry.id)))


def expiring(days: int, status: AmbassadorStatus = AmbassadorStatus.ACTIVE) -> Ambassador:
    """Somebody whose safeguarding briefing expires in so many days."""
    ambassador = makers.make_ambassador("Amina Yusuf", status=status)
    makers.tick_checklist(ambassador)
    for item in db.session.scalars(select(ReadinessItem).where(ReadinessItem.expires_on.is_not(None))):
        item.done_on = clock.today() - timedelta(days=400)
        item.expires_on = clock.today() + timedelta(days=days)
    db.session.commit()
    return ambassador


def test_training_is_complete_once_every_required_item_is_done(app: Flask, cora: PageClient) -> None:
    id = in_training(app)
    page = cora.get(f"/ambassadors/{id}")
    assert "until this is done: Manager’s agreement, Induction, Safeguarding briefing." in page.main
    assert page.summary()["Induction"].startswith("Missing")
    page = cora.submit("Training is complete", status=422)
    assert page.errors[""] == "Not done yet, or expired: Manager’s agreement, Induction, Safeguarding briefing."
    for code in ("induction", "safeguarding"):
        cora.get(f"/ambassadors/{id}/checklist/{code}")
        assert cora.submit("Record").banner.startswith("Recorded")
    page = cora.get(f"/ambassadors/{id}/checklist/manager")  # it comes with its hours
    page = cora.submit("Record the agreement", manager_name="Meg", hours="4", backfill="yes")
    assert "Everything that is required is done" in page.main
    assert "Meg" in page.main
    assert page.summary()["Agreed"] == "4 hours a month Somebody covers their work"
    assert "Everything on the checklist is done: make them active" in cora.get("/work").main
    cora.get(f"/ambassadors/{id}")
    assert cora.submit("Training is complete").banner == "Amina Yusuf is active and can be invited to visits."
    with app.app_context():
        assert id in find_ready_ids()
        mail = db.session.scalars(select(Mail).where(Mail.message == "ambassadors/active")).one()
        assert "/ambassador/" in mail.body


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("day", "words"),
    [
        (1, "The day it was done must be today or in the past"),
        (-4000, "The day it was done must be in the last 10 years"),
        (-800, "Done on that day it would have expired already"),
    ],
)
def test_a_day_it_cannot_have_been_done_on(app: Flask, cora: PageClient, day: int, words: str) -> None:
    id = in_training(app)
    cora.get(f"/ambassadors/{id}/checklist/safeguarding")
    page = cora.submit("Record", done_on=clock.today() + timedelta(days=day), status=422)
    assert words in page.errors["done_on"]
    cora.get(f"/ambassadors/{id}/checklist/safeguarding")
    page = cora.submit("Record", done_on__day="31", done_on__month="2", status=422)
    assert "must be a real date" in page.errors["done_on"]
    with app.app_context():
        assert list_items(id) == []
        assert acts() == []


def test_an_item_is_renewed_and_taken_back(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = expiring(21).id
    page = cora.get(f"/ambassadors/{id}")
    assert page.summary()["Safeguarding briefing"].startswith("Expires in 21 days")
    cora.click("Renew safeguarding briefing")
    page = cora.submit("Renew")
    assert page.summary()["Safeguarding briefing"].startswith("Done")
    cora.click("Take back safeguarding briefing")
    assert "they can be invited to no visit" in cora.here.main
    page = cora.submit("Take it back")
    assert "They are active but not ready" in page.main
    with app.app_context():
        assert find_ready_ids() == set()
        assert acts() == ["ambassador.record_item", "ambassador.take_back_item"]
    assert cora.get(f"/ambassadors/{id}/checklist/safeguarding/take-back", status=404)
    assert cora.get(f"/ambassadors/{id}/checklist/nonsense", status=404)


def test_taking_the_managers_item_back_ends_their_agreement(app: Flask, cora: PageClient) -> None:
    id = in_training(app)
    cora.get(f"/ambassadors/{id}/agreement")
    cora.submit("Record the agreement", manager_name="Meg", hours="4")
    cora.get(f"/ambassadors/{id}/checklist/manager/take-back")
    cora.submit("Take it back")
    with app.app_context():
        assert [one.status.value for one in db.session.scalars(select(ManagerAgreement))] == ["ended"]
        assert list_items(id) == []


def test_an_agreement_on_paper_brings_somebody_into_training(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        amina = makers.make_ambassador(status=AmbassadorStatus.INTERESTED, email="amina@care.example")
    cora.get(f"/ambassadors/{amina.id}/agreement")
    said = {"manager_name": "Me", "manager_email": "a.mina+x@care.example", "hours": "4"}
    assert "must be different" in cora.submit("Record the agreement", said, status=422).errors["manager_email"]
    cora.submit("Record the agreement", manager_email="")
    with app.app_context():
        kept = db.session.get_one(Ambassador, amina.id)
        assert kept.status is AmbassadorStatus.IN_TRAINING
        assert list(lacking_today(kept)) == ["Induction", "Safeguarding briefing"]


@pytest.mark.parametrize(
    ("days", "told"), [(31, False), (30, True), (8, True), (7, True), (0, True), (-1, True), (-14, True), (-15, False)]
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_is_told_before_an_item_expires_and_when_it_has(app: Flask, days: int, told: bool) -> None:
    with app.test_request_context():
        makers.make_account(Role.COORDINATOR, email="cora@county.example")
        expiring(days)
        assert remind_of_expiry() == told
        assert remind_of_expiry() == 0
        sent = sorted(db.session.scalars(select(Mail.message)))
        assert sent == (["ambassadors/item_expires", "ambassadors/items_expire"] if told else [])


def test_each_telling_goes_out_once_and_a_renewed_item_is_told_of_anew(app: Flask) -> None:
    with app.test_request_context():
        item_of = expiring(30)
        counts = [remind_of_expiry()]
        (item,) = [one for one in list_items(item_of.id) if one.expires_on]
        for days in (20, 7, 3, -1, -2):
            item.expires_on = clock.today() + timedelta(days=days)
            counts.append(remind_of_expiry())
        # Another date is another expiry, so each of these is told once for its own.
        assert counts == [1, 1, 1, 1, 1, 1]
        assert remind_of_expiry() == 0


def test_the_visits_of_who_is_not_ready_any_more_are_named_and_stay(app: Flask) -> None:
    with app.test_request_context():
        makers.make_account(Role.COORDINATOR, email="cora@county.example")
        ambassador = expiring(-1)
        visit = makers.make_assignment(ambassador=ambassador, status=AssignmentStatus.ACCEPTED)
        remind_of_expiry()
        mail = db.session.scalars(select(Mail).where(Mail.recipient == "cora@county.example")).one()
        assert f"Still theirs, and not cancelled: {visit.event.reference}" in mail.body
        assert db.session.get_one(Assignment, visit.id).status is AssignmentStatus.ACCEPTED
        own = db.session.scalars(select(Mail).where(Mail.recipient == ambassador.email)).one()
        assert (
            own.subject
            == "No answer needed: Safeguarding briefing has expired, so you are not invited until it is renewed"
        )


def test_an_expired_item_counts_as_not_done(app: Flask) -> None:
    with app.test_request_context():
        ambassador = expiring(-1, AmbassadorStatus.IN_TRAINING)
        with pytest.raises(Conflict, match="Safeguarding briefing"):
            take_step(COORDINATOR, ambassador, AmbassadorStep.START)
        assert ambassador.status is AmbassadorStatus.IN_TRAINING


def test_a_certificate_is_seen_on_a_day_by_somebody_and_nothing_of_it_is_kept(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_ambassador("Amina Yusuf").id
    page = cora.get(f"/ambassadors/{id}")
    label = "Enhanced check with children’s barred list seen"
    assert page.summary()[f"{label} Optional"].startswith("Not recorded")
    assert "until this is done" not in page.main  # nobody needs it to be ready
    page = cora.get(f"/ambassadors/{id}/checklist/child_check")
    assert "Nothing of it is kept: no number, no copy, nothing that it says." in page.main
    # A day and a tick are all that can be told: there is no box for words.
    assert page.all("textarea") == []
    page = cora.submit("Record", done_on=clock.today(), status=422)
    assert page.errors == {"seen": "Confirm that you have seen the certificate yourself"}
    page = cora.submit("Record", seen="yes", done_on=clock.today() - timedelta(days=4000), status=422)
    assert list(page.errors) == ["done_on"]
    seen_on = clock.today() - timedelta(days=400)
    page = cora.submit("Record", seen="yes", done_on=seen_on)
    said = page.summary()[f"{label} Optional"]
    assert said.startswith("Done Seen on ")
    assert "Recorded by Cora" in said
    assert "Recorded by Cora as seen on" in cora.get(f"/ambassadors/{id}/checklist/child_check").main
    with app.app_context():
        checks = child_checks()
        assert list(checks) == [id]
        assert checks[id].done_on == seen_on
        assert checks[id].expires_on == expires_on(seen_on, 36)
        assert child_checks([id]) == checks
        assert child_checks([id + 1]) == {}
        item = next(one for one in list_items(id) if one.requirement.code == "child_check")
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "ambassador.record_item")).one()
        assert entry.details == {"item": "child_check", "done_on": seen_on.isoformat()}
        assert item.recorded_by_id == entry.actor_id


def test_what_no_account_recorded_has_no_recorder(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        ambassador = makers.make_ambassador("Amina Yusuf")  # ticked as a file or an answer by link does it
        assert {one.recorded_by_id for one in list_items(ambassador.id)} == {None}
        id = ambassador.id
    assert "Recorded by" not in cora.get(f"/ambassadors/{id}").main
    cora.get(f"/ambassadors/{id}/checklist/induction")
    page = cora.submit("Renew")
    assert page.summary()["Induction"].endswith("Recorded by Cora")
    assert page.summary()["Safeguarding briefing"].count("Recorded by") == 0


def test_a_certificate_that_is_asked_for_no_longer_counts_no_longer(app: Flask) -> None:
    with app.app_context():
        ambassador = makers.make_ambassador()
        requirement = find_child_requirement()
        assert requirement is not None
        add_items(ambassador, [requirement], clock.today())
        assert list(child_checks()) == [ambassador.id]
        requirement.offered = False
        db.session.commit()
        assert child_checks() == {}
