"""Asking to join, confirming it, and what the line manager says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.ambassadors.models import Ambassador, Employer, ManagerAgreement
from outreach.ambassadors.queries import list_items
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.outbox.models import Mail
from outreach.privacy.actions import apply_retention
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.joining import (
    ANSWERS,
    APPLICANT,
    MANAGER,
    agree,
    agreements,
    applicant,
    apply,
    apply_by_pages,
    confirm,
    fill_in,
    link_to,
    mails_to,
)
from tests.pages import PageClient

COORDINATOR = Actor(ActorKind.ACCOUNT, 1, "Cora", frozenset({Role.COORDINATOR}))


def messages(app: Flask, email: str) -> list[str]:
    return [message.removeprefix("ambassadors/") for message, _ in mails_to(app, email)]


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def cora(app: Flask) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR, name="Cora", email="cora@county.example"))
    return person


def test_from_an_application_to_training(app: Flask, cora: PageClient) -> None:
    apply_by_pages(app)
    with app.app_context():
        amina = applicant()
        assert (amina.status, amina.unconfirmed_since is not None) == (AmbassadorStatus.INTERESTED, True)
        assert sorted(term.code for term in amina.terms) == ["english", "polish", "students_16_to_18", "talk"]
        assert agreements() == [(MANAGER, "named")]
    assert (messages(app, APPLICANT), messages(app, MANAGER)) == (["confirm"], [])
    assert "Amina" not in cora.get("/ambassadors").main

    page = confirm(app).here
    assert "We are waiting for your line manager." in page.main
    assert messages(app, MANAGER) == ["manager_asked"]
    assert "Amina Yusuf" in cora.get("/ambassadors").main
    with app.app_context():
        assert applicant().status is AmbassadorStatus.AWAITING_MANAGER

    page = agree(app).here
    assert page.banner.startswith("Your answer has been recorded.")
    assert "4 hours a month. Somebody covers their work meanwhile." in page.main
    with app.app_context():
        assert applicant().status is AmbassadorStatus.IN_TRAINING
        assert [one.requirement.code for one in list_items(applicant().id)] == ["manager"]
        acts = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
        steps = ["apply", "confirm", "ask_manager", "agree"]
        assert [one for one in acts if one.startswith("ambassador.")] == [f"ambassador.{one}" for one in steps]
    assert messages(app, APPLICANT) == ["confirm", "manager_agreed"]
    assert messages(app, "cora@county.example") == ["manager_answered"]
    page = PageClient(app).get(link_to(app, APPLICANT, "manager_agreed"))
    assert page.summary()["Manager’s agreement"].startswith("Done")
    assert page.summary()["Induction"].startswith("Missing")


@pytest.mark.parametrize("own", [APPLICANT, "AMINA@care.example", "amina+boss@care.example", "a.mina@care.example"])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nobody_is_their_own_manager(app: Flask, own: str) -> None:
    person = PageClient(app)
    person.get("/join/contact")
    for step, answers in ANSWERS.items():
        changed = {"manager_email": own} if step == "manager" else {}
        page = person.submit("Continue", **(answers | changed))
        if step == "manager":
            break
    assert page.status == 422
    assert "must be different" in page.errors["manager_email"]
    assert person.get("/join/check").path == "/join/manager?from=check"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_address_made_ones_managers_afterwards_is_refused_too(app: Flask) -> None:
    person = PageClient(app)
    fill_in(person)
    person.get("/join/contact?from=check")
    person.submit("Continue", email=MANAGER)
    page = person.submit("Send application", status=422)
    assert "must be different" in page.errors[""]
    with app.app_context():
        assert (count(Ambassador), count(ManagerAgreement), count(Mail)) == (0, 0, 0)


def test_who_is_registered_is_told_and_the_page_tells_nobody(app: Flask) -> None:
    with app.app_context():
        makers.make_ambassador("Amina Known", email=APPLICANT)
    known = apply_by_pages(app).here
    stranger = apply_by_pages(app, contact={"email": "other@care.example"}).here
    assert known.main == stranger.main
    assert messages(app, APPLICANT) == ["already"]
    with app.app_context():
        assert applicant().name == "Amina Known"
        assert agreements() == [(MANAGER, "named")]  # the other one's
    # However often it is typed, one such mail goes out a day.
    apply(app)
    assert messages(app, APPLICANT) == ["already"]


def test_an_application_made_again_replaces_what_nobody_confirmed(app: Flask) -> None:
    apply(app)
    apply(app, name="Amina Corrected", manager_email="new@care.example")
    with app.app_context():
        assert count(Ambassador) == 1
        assert applicant().name == "Amina Corrected"
        assert agreements() == [("new@care.example", "named")]
    assert messages(app, APPLICANT) == ["confirm"]
    confirm(app)
    assert (messages(app, MANAGER), messages(app, "new@care.example")) == ([], ["manager_asked"])


def test_a_page_opened_before_the_change_does_not_confirm_it(app: Flask) -> None:
    apply(app)
    person = PageClient(app)
    person.get(link_to(app, APPLICANT, "confirm"))
    apply(app, manager_email="evil@care.example")
    page = person.submit("Confirm", status=409)
    assert "Somebody else has changed this" in page.main
    assert messages(app, "evil@care.example") == []


def test_what_somebody_else_entered_is_deleted(app: Flask) -> None:
    apply(app)
    person = PageClient(app)
    path = link_to(app, APPLICANT, "confirm")
    person.get(path)
    person.click("delete what was entered")
    assert person.submit("Delete").h1 == "What was entered has been deleted"
    assert PageClient(app).get(path, status=410).h1
    with app.app_context():
        assert (count(Ambassador), count(ManagerAgreement)) == (0, 0)


def test_what_nobody_confirms_is_deleted_after_two_weeks(app: Flask) -> None:
    apply(app)
    apply(app, email="ben@care.example")
    confirm(app, "ben@care.example")
    with app.test_request_context():
        for one in db.session.scalars(select(Ambassador).where(Ambassador.unconfirmed_since.is_not(None))):
            one.unconfirmed_since = clock.now() - timedelta(days=13)
        db.session.commit()
        apply_retention()
        assert count(Ambassador) == 2
        applicant().unconfirmed_since = clock.now() - timedelta(days=15)
        db.session.commit()
        apply_retention()
        db.session.commit()
        assert [one.email for one in db.session.scalars(select(Ambassador))] == ["ben@care.example"]
        assert agreements() == [(MANAGER, "asked")]


def test_a_typed_address_keeps_nobody_out_of_the_register(app: Flask, cora: PageClient) -> None:
    apply(app)
    cora.get("/ambassadors/new")
    held: dict[str, Any] = {
        "name": "Amina Yusuf", "email": APPLICANT, "new_employer": "Riverside", "job_title": "Nurse",
        "role_family": "direct_care", "home_district": "worcester", "status": "in_training",
    }  # fmt: skip
    assert cora.submit("Register", held).h1 == "Amina Yusuf"
    with app.app_context():
        assert (count(Ambassador), applicant().status) == (1, AmbassadorStatus.IN_TRAINING)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_robot_is_thanked_and_leaves_nothing(app: Flask) -> None:
    person = PageClient(app)
    fill_in(person)
    assert person.submit("Send application", company_fax="1").h1 == "Now look at your email"
    with app.app_context():
        assert (count(Ambassador), count(Mail)) == (0, 0)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_employers_that_strangers_typed_are_offered_to_nobody(app: Flask) -> None:
    apply(app, new_employer="Buy cheap watches")
    person = PageClient(app)
    person.get("/join/contact")
    person.submit("Continue", **ANSWERS["contact"])
    assert "Buy cheap watches" not in person.here.text
    assert makers.COUNCIL in person.here.text
    with app.app_context():
        assert db.session.scalar(select(Employer).where(Employer.name == "Buy cheap watches"))
