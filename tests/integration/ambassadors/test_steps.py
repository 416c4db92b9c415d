"""Moving ambassadors through their states, on the pages: buttons, confirmation, what each step does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import LinkToken
from outreach.ambassadors.actions import correct_address, take_step
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import (
    STEP_WORDS,
    STEPS,
    AmbassadorStatus,
    AmbassadorStep,
    AmbassadorStopped,
    needs_confirming,
)
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict, NotAllowed
from outreach.events.models import Assignment
from outreach.outbox.actions import AddressCorrected
from outreach.outbox.models import Mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import SYSTEM, Actor, ActorKind, Role
from tests import makers
from tests.pages import PageClient

COORDINATOR = Actor(ActorKind.ACCOUNT, 1, "Cora", frozenset({Role.COORDINATOR}))


@pytest.fixture
def cora(app: Flask) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR, name="Cora Coordinator"))
    return person


@pytest.fixture
def acting(app: Flask) -> Iterator[list[AmbassadorStopped]]:
    """A place to call actions in, and the facts of stopped ambassadors that they tell."""
    told: list[AmbassadorStopped] = []
    handlers = app.extensions["facts"].setdefault(AmbassadorStopped, [])
    handlers.append(told.append)
    with app.test_request_context():
        yield told
    handlers.remove(told.append)


def mails() -> list[str]:
    return list(db.session.scalars(select(Mail.message).order_by(Mail.id)))


@pytest.mark.parametrize("status", AmbassadorStatus)
@pytest.mark.one_database
def test_the_page_offers_the_steps_of_the_state_and_no_others(
    app: Flask, cora: PageClient, status: AmbassadorStatus
) -> None:
    with app.app_context():
        id = makers.make_ambassador(status=status).id
    page = cora.get(f"/ambassadors/{id}")
    offered = set(page.links()) | set(page.buttons())
    steps = {step for (before, step) in STEPS if before is status and step in STEP_WORDS}
    assert {step for step in STEP_WORDS if STEP_WORDS[step].button in offered} == steps


@pytest.mark.parametrize("status", AmbassadorStatus)
@pytest.mark.parametrize("step", STEP_WORDS)
@pytest.mark.one_database
def test_every_step_from_every_state_over_the_web(
    app: Flask, cora: PageClient, status: AmbassadorStatus, step: AmbassadorStep
) -> None:
    with app.app_context():
        amina = makers.make_ambassador("Amina Yusuf", status=status)
        makers.tick_checklist(amina)
        id = amina.id
    after = STEPS.get((status, step))
    reason = {"reason": "retired"} if step is AmbassadorStep.LEAVE else {}
    cora.get("/ambassadors/new")  # a page with the keys that a form carries
    page = cora.post(f"/ambassadors/{id}/{step.value}", reason, status=422 if after is None else 200)
    with app.app_context():
        kept = db.session.get_one(Ambassador, id)
        acts = list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "ambassador")))
        if after is None:
            assert kept.status is status
            assert page.errors[""].startswith(f"This ambassador is {status.value.replace('_', ' ')}")
            assert (acts, mails()) == ([], [])
        else:
            assert kept.status is after
            assert page.banner == f"Amina Yusuf {STEP_WORDS[step].done}."
            assert acts == [f"ambassador.{step.value}"]


@pytest.mark.parametrize("step", [step for step in AmbassadorStep if needs_confirming(step)])
@pytest.mark.one_database
def test_what_takes_something_away_says_so_first(app: Flask, cora: PageClient, step: AmbassadorStep) -> None:
    with app.app_context():
        id = makers.make_ambassador("Amina Yusuf").id
    cora.get(f"/ambassadors/{id}")
    page = cora.click(STEP_WORDS[step].button)
    assert page.h1 == STEP_WORDS[step].heading.replace("{}", "Amina Yusuf")
    assert "go back to the work list" in page.main
    with app.app_context():
        assert db.session.get_one(Ambassador, id).status is AmbassadorStatus.ACTIVE


def test_a_confirmation_that_came_too_late_is_a_page(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_ambassador(status=AmbassadorStatus.PAUSED).id
    page = cora.get(f"/ambassadors/{id}/pause", status=409)
    assert "This ambassador is paused" in page.main


def test_two_coordinators_pause_the_same_person(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_ambassador().id
    cora.get(f"/ambassadors/{id}/pause")
    with app.test_request_context():
        take_step(COORDINATOR, db.session.get_one(Ambassador, id), AmbassadorStep.SUSPEND)
        db.session.commit()
    page = cora.submit("Pause")
    assert page.status == 422
    assert page.errors == {"": "This ambassador is suspended, so this cannot be done now."}


def test_leaving_asks_why(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_ambassador("Amina Yusuf").id
    cora.get(f"/ambassadors/{id}/leave")
    page = cora.submit("Record that they are leaving")
    assert page.errors == {"reason": "Select why they are leaving"}
    assert cora.submit("Record", reason="no such reason").errors == {"reason": "Select why they are leaving"}
    page = cora.submit("Record", reason="Retired")
    assert "Left since" in page.main
    assert "Left by Cora Coordinator" in page.main
    with app.app_context():
        kept = db.session.get_one(Ambassador, id)
        assert kept.leaving_reason_id == makers.term(Vocabulary.LEAVING_REASON, "retired").id
        (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "ambassador.leave"))
        assert entry.details == {"reason": "retired"}
        mail = db.session.scalars(select(Mail).where(Mail.message == "ambassadors/left")).one()
        assert "365 days" in mail.body


@pytest.mark.parametrize(
    ("status", "step", "sent"),
    [
        (AmbassadorStatus.IN_TRAINING, AmbassadorStep.START, ["ambassadors/active"]),
        (AmbassadorStatus.ACTIVE, AmbassadorStep.PAUSE, ["ambassadors/paused"]),
        (AmbassadorStatus.PAUSED, AmbassadorStep.RESUME, ["ambassadors/active"]),
        (AmbassadorStatus.ACTIVE, AmbassadorStep.SUSPEND, []),
        (AmbassadorStatus.SUSPENDED, AmbassadorStep.REINSTATE, ["ambassadors/active"]),
    ],
)
def test_who_is_told_of_a_step(
    acting: list[AmbassadorStopped], status: AmbassadorStatus, step: AmbassadorStep, sent: list[str]
) -> None:
    ambassador = makers.make_ambassador(status=status)
    makers.tick_checklist(ambassador)
    take_step(COORDINATOR, ambassador, step)
    assert mails() == sent


@pytest.mark.parametrize("step", STEP_WORDS)
def test_who_is_stopped_loses_their_links_and_others_hear_of_it(
    acting: list[AmbassadorStopped], step: AmbassadorStep
) -> None:
    status = next(before for (before, by) in STEPS if by is step)
    reason = makers.term(Vocabulary.LEAVING_REASON, "retired") if step is AmbassadorStep.LEAVE else None
    ambassador, other = makers.make_ambassador(status=status), makers.make_ambassador()
    makers.tick_checklist(ambassador)
    assignment = makers.make_assignment(ambassador=ambassador)
    makers.link_to(assignment)
    makers.link_to(makers.make_assignment(ambassador=other))
    take_step(COORDINATOR, ambassador, step, reason)
    stopping = step in (AmbassadorStep.PAUSE, AmbassadorStep.SUSPEND, AmbassadorStep.LEAVE)
    assert acting == ([AmbassadorStopped(ambassador.id, STEP_WORDS[step].done)] if stopping else [])
    live = set(db.session.scalars(select(LinkToken.holder_id).where(LinkToken.revoked_at.is_(None))))
    assert live == ({other.id} if stopping else {other.id, ambassador.id})


def test_visits_of_who_is_paused_are_given_back(acting: list[AmbassadorStopped]) -> None:
    assignment = makers.make_assignment()
    take_step(COORDINATOR, assignment.ambassador, AmbassadorStep.PAUSE)
    assert db.session.get_one(Assignment, assignment.id, populate_existing=True).status.value == "withdrawn"


@pytest.mark.parametrize(
    "actor",
    [SYSTEM, Actor(ActorKind.ACCOUNT, 1, roles=frozenset({Role.VIEWER, Role.ADMINISTRATOR})), Actor(ActorKind.PUBLIC)],
)
@pytest.mark.one_database
def test_nobody_else_may(acting: list[AmbassadorStopped], actor: Actor) -> None:
    ambassador = makers.make_ambassador()
    with pytest.raises(NotAllowed):
        take_step(actor, ambassador, AmbassadorStep.PAUSE)
    assert (ambassador.status, acting) == (AmbassadorStatus.ACTIVE, [])


@pytest.mark.one_database
def test_only_leaving_has_a_reason(acting: list[AmbassadorStopped]) -> None:
    ambassador = makers.make_ambassador()
    with pytest.raises(Conflict):
        take_step(COORDINATOR, ambassador, AmbassadorStep.LEAVE)
    with pytest.raises(Conflict):
        take_step(COORDINATOR, ambassador, AmbassadorStep.PAUSE, makers.term(Vocabulary.LEAVING_REASON, "retired"))
    assert ambassador.status is AmbassadorStatus.ACTIVE


def test_the_time_of_a_step_is_kept(acting: list[AmbassadorStopped]) -> None:
    ambassador = makers.make_ambassador(status_since=clock.now() - timedelta(days=400))
    take_step(COORDINATOR, ambassador, AmbassadorStep.PAUSE)
    assert clock.now() - ambassador.status_since < timedelta(minutes=1)


def test_a_corrected_address_reaches_the_record(acting: list[AmbassadorStopped]) -> None:
    ambassador = makers.make_ambassador(email="wrong@care.example")
    correct_address(AddressCorrected(COORDINATOR, RecipientKind.AMBASSADOR, ambassador.id, "Right@care.example"))
    assert ambassador.email == "right@care.example"


def test_a_correction_of_somebody_elses_address_is_left_alone(acting: list[AmbassadorStopped]) -> None:
    ambassador = makers.make_ambassador(email="wrong@care.example")
    correct_address(AddressCorrected(COORDINATOR, RecipientKind.CONTACT, ambassador.id, "right@care.example"))
    assert ambassador.email == "wrong@care.example"


def test_a_correction_to_a_taken_address_is_refused(acting: list[AmbassadorStopped]) -> None:
    makers.make_ambassador(email="taken@care.example")
    ambassador = makers.make_ambassador(email="wrong@care.example")
    with pytest.raises(Conflict) as refused:
        correct_address(AddressCorrected(COORDINATOR, RecipientKind.AMBASSADOR, ambassador.id, "taken@care.example"))
    assert refused.value.field == "email"
