"""Whose an own page is: other people's links, links that ended, and having one sent again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.ambassadors.actions import take_step
from outreach.ambassadors.models import Ambassador, ManagerAgreement
from outreach.ambassadors.rules import Agreement, AmbassadorStatus, AmbassadorStep
from outreach.db import db
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.own import make_own, own_page
from tests.pages import PageClient

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
STAFF = Actor(ActorKind.ACCOUNT, 1, "Cora", frozenset({Role.COORDINATOR}))
PARTS = ("profile/story", "profile/districts", "profile/offers", "profile/limits")
PAGES = ("", "/profile", *(f"/{one}" for one in PARTS), "/availability", "/away", "/thanks", "/certificate", "/shown")


@pytest.fixture
def amina(app: Flask) -> PageClient:
    return PageClient(app)


def again(id: int) -> Ambassador:
    return db.session.get_one(Ambassador, id, populate_existing=True)


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_nobody_answers_for_somebody_else(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own, other = make_own(), make_own("Bea")
        event = makers.make_event()
        theirs = makers.make_assignment(event, again(other.id))
        invitation, asked, reference = makers.link_to(theirs), theirs.id, event.reference
        queued = makers.make_assignment(makers.make_event(), again(own.id), status=AssignmentStatus.QUEUED)
        waiting = queued.event.reference
    token, other_token = own.page.rpartition("/")[2], invitation.rpartition("/")[2]
    for path in (
        f"{own.page}/visits/{reference}",
        f"{own.page}/visits/{waiting}",
        f"{own.page}/visits/EV-0000-0000/cannot-come",
        f"{own.page}/visits/{reference}/outcome",
        f"/invitations/{token}",
        f"/outcomes/{token}",
        f"/ambassador/{other_token}",
        f"/ambassador/{other_token}/visits/{reference}",
    ):
        amina.get(f"{own.page}/away")
        if path != f"/ambassador/{other_token}":  # that page takes no answers at all
            amina.post(path, {}, status=404)
        amina.get(path, status=404)
    with app.app_context():
        assert db.session.get_one(Assignment, asked).status is AssignmentStatus.INVITED


@ONE
def test_every_page_ends_with_its_link(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
        other = own_page(makers.make_ambassador("Bea"))
    for path in PAGES:
        amina.get(f"{own.page}{path}")
        amina.get(f"/ambassador/none{path}", status=404)
    with app.app_context():
        take_step(STAFF, again(own.id), AmbassadorStep.PAUSE)
        db.session.commit()
    for path in PAGES:
        amina.get(f"{own.page}{path}", status=410)
    assert amina.get(other).h1 == "Hello Bea"


@ONE
def test_who_is_paused_may_still_look_by_a_new_link_and_who_left_may_not(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        me = makers.make_ambassador("Amina Khan", status=AmbassadorStatus.PAUSED, email="amina@care.example")
        makers.make_ambassador("Gone", status=AmbassadorStatus.LEFT, email="gone@care.example")
        makers.make_ambassador("Held", status=AmbassadorStatus.SUSPENDED, email="held@care.example")
        page = own_page(me)
    assert amina.get(page).has("You are paused")
    said = set()
    for email in (
        "amina@care.example",
        "AMINA@care.example",
        "gone@care.example",
        "held@care.example",
        "no@care.example",
    ):
        amina.get("/ambassador/my-link")
        said.add(amina.submit("Send my link", email=email).main)
    assert len(said) == 1
    with app.app_context():
        assert [(one.recipient, one.message) for one in db.session.scalars(select(Mail))] == [
            ("amina@care.example", "ambassadors/own_link")
        ] * 2


def test_a_few_links_a_day_go_to_an_address(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        makers.make_ambassador("Amina", email="amina@care.example")
    for _ in range(5):
        amina.get("/ambassador/my-link")
        amina.submit("Send my link", email="amina@care.example")
    with app.app_context():
        assert count(Mail) == 3


@ONE
def test_a_link_runs_out(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
        clock.set_offset(timedelta(days=31))
    try:
        amina.get(own.page, status=410)
    finally:
        clock.set_offset(timedelta(0))


@ONE
def test_an_application_that_is_not_confirmed_leads_to_confirming_it(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        me = makers.make_ambassador(status=AmbassadorStatus.INTERESTED, unconfirmed_since=clock.now(), ready=False)
        db.session.add(
            ManagerAgreement(
                ambassador_id=me.id, manager_name="M", manager_email="m@care.example", status=Agreement.NAMED, words="",
                asked_at=clock.now(),
            )
        )  # fmt: skip
        path = own_page(me)
    assert amina.get(path).path.endswith("/joining")
    amina.get(f"{path}/profile/story")
    assert amina.submit("Save", story="Hello", status=422).has("Confirm your email address first")
