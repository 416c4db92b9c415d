"""What a line manager is asked and says, by the link in their mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import LinkToken
from outreach.ambassadors.actions import take_step
from outreach.ambassadors.models import ManagerAgreement
from outreach.ambassadors.queries import list_items, list_waiting
from outreach.ambassadors.rules import AmbassadorStatus, AmbassadorStep
from outreach.db import db
from outreach.districts.rules import Vocabulary
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.joining import (
    APPLICANT,
    MANAGER,
    agree,
    agreements,
    applicant,
    apply,
    confirm,
    link_to,
    mails_to,
    open_as_manager,
)
from tests.pages import PageClient

COORDINATOR = Actor(ActorKind.ACCOUNT, 1, "Cora", frozenset({Role.COORDINATOR}))


def messages(app: Flask, email: str) -> list[str]:
    return [message.removeprefix("ambassadors/") for message, _ in mails_to(app, email)]


@pytest.fixture
def cora(app: Flask) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR, name="Cora", email="cora@county.example"))
    return person


def test_not_now_then_another_manager(app: Flask, cora: PageClient) -> None:
    apply(app)
    confirm(app)
    meg = open_as_manager(app)
    page = meg.submit("Send your answer", answer="not_now", words="Ask in May")
    assert "You said not now" in page.main
    assert messages(app, "cora@county.example") == ["manager_answered"]
    with app.app_context():
        assert applicant().status is AmbassadorStatus.INTERESTED
        assert [one.why for one in list_waiting()] == [
            "Their line manager said not now: talk to them, or ask another manager"
        ]
    assert "Amina Yusuf" in cora.get("/work").main
    person = PageClient(app)
    page = person.get(link_to(app, APPLICANT, "manager_not_now"))
    assert "Ask in May" in page.main
    person.click("Name another manager")
    assert (
        "must be different"
        in person.submit("Ask them", manager_name="Me", manager_email=APPLICANT).errors["manager_email"]
    )
    person.submit("Ask them", manager_name="Mo Manager", manager_email="mo@care.example")
    assert "We are waiting for your line manager." in person.here.main
    with app.app_context():
        assert agreements() == [(MANAGER, "ended"), ("mo@care.example", "asked")]
    meg.get(meg.here.path, status=410)
    # While they wait they name nobody else: the coordinator may.
    person.get(person.here.path.replace("/joining", "/joining/manager"))
    again = person.submit("Ask them", manager_name="X", manager_email="x@care.example")
    assert again.errors[""].startswith("We are waiting for your manager’s answer.")
    assert messages(app, "x@care.example") == []


def test_the_manager_changes_their_answer_until_training_is_complete(app: Flask) -> None:
    apply(app)
    confirm(app)
    meg = agree(app)
    meg.click("change the answer")
    page = meg.submit("Change the answer", hours="7.5", backfill="no")
    assert "7.5 hours a month. Nobody covers" in page.main
    meg.click("change the answer")
    meg.submit("Change the answer", answer="not_now")
    with app.app_context():
        assert applicant().status is AmbassadorStatus.INTERESTED
        assert list_items(applicant().id) == []
    meg.click("change the answer")
    meg.submit("Change the answer", answer="agree", hours="2", backfill="no")
    with app.test_request_context():
        makers.tick_checklist(applicant())
        take_step(COORDINATOR, applicant(), AmbassadorStep.START)
        db.session.commit()
    page = meg.get(meg.here.path)
    assert "tell the coordinator" in page.main
    assert "Change the answer" not in page.buttons()


def test_a_forwarded_link_is_answered_once(app: Flask) -> None:
    """Two people have the page open; the second is told, sees what was answered, and nothing changes."""
    apply(app)
    confirm(app)
    meg, colleague = open_as_manager(app), open_as_manager(app)
    meg.submit("Send your answer", answer="agree", hours="4", backfill="yes")
    page = colleague.submit("Send your answer", answer="not_now", status=422)
    assert page.errors[""].startswith("An answer has been given already.")
    assert "You agreed on" in page.main
    with app.app_context():
        assert agreements() == [(MANAGER, "agreed")]
        assert applicant().status is AmbassadorStatus.IN_TRAINING
    assert messages(app, APPLICANT) == ["confirm", "manager_agreed"]


def test_an_expired_link_answers_nothing_and_the_coordinator_asks_again(app: Flask, cora: PageClient) -> None:
    apply(app)
    confirm(app)
    meg = open_as_manager(app)
    with app.app_context():
        id = applicant().id
        for one in db.session.scalars(select(LinkToken).where(LinkToken.holder_kind == ActorKind.MANAGER)):
            one.expires_at = clock.now() - timedelta(minutes=1)
        db.session.scalars(select(ManagerAgreement)).one().asked_at -= timedelta(days=22)
        db.session.commit()
        assert [one.ambassador.id for one in list_waiting()] == [id]
    meg.submit("Send your answer", answer="agree", hours="4", backfill="yes", status=410)
    cora.get(f"/ambassadors/{id}")
    cora.click("Ask again")
    cora.submit("Ask by email")
    assert messages(app, MANAGER) == ["manager_asked", "manager_asked"]
    agree(app)
    with app.app_context():
        assert agreements() == [(MANAGER, "agreed")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({}, "answer", "Select whether you agree"),
        ({"answer": "agree"}, "hours", "Enter how many hours a month the role may take"),
        ({"answer": "agree", "hours": "0.25"}, "hours", "Hours a month must be 0.5 or more"),
        ({"answer": "agree", "hours": "100.5"}, "hours", "Hours a month must be 100 or fewer"),
        ({"answer": "agree", "hours": "9" * 5000}, "hours", "Hours a month must be"),
        ({"answer": "agree", "hours": "4"}, "backfill", "Select whether somebody covers their work"),
        ({"answer": "agree", "hours": "4", "backfill": "x"}, "backfill", "Select whether"),
        ({"answer": "not_now", "words": "x" * 1001}, "words", "must be 1,000 characters or fewer"),
    ],
)
def test_what_a_manager_cannot_say(app: Flask, said: dict[str, str], field: str, words: str) -> None:
    apply(app)
    confirm(app)
    page = open_as_manager(app).submit("Send your answer", **said, status=422)
    assert words in page.errors[field]
    with app.app_context():
        assert agreements() == [(MANAGER, "asked")]


def test_leaving_ends_the_agreement_and_its_link(app: Flask) -> None:
    apply(app)
    confirm(app)
    meg = open_as_manager(app)
    with app.test_request_context():
        reason = makers.term(Vocabulary.LEAVING_REASON, "retired")
        take_step(COORDINATOR, applicant(), AmbassadorStep.LEAVE, reason)
        db.session.commit()
        assert agreements() == [(MANAGER, "ended")]
    meg.get(meg.here.path, status=410)
    # They may ask to join again.
    apply(app)
    with app.app_context():
        assert applicant().unconfirmed_since is not None
