"""The link that somebody is given as they say yes: it ends with the event, and then leads to *I have left*."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from outreach.ambassadors.actions import take_step
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStep
from outreach.db import db
from outreach.events.actions import accept_invitation, move_event
from outreach.events.actions.mails import mint_invitation
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.privacy.actions import apply_retention
from outreach.web.door import Actor, ActorKind
from tests import makers
from tests.kit.clocks import move_to
from tests.pages import PageClient

Act = Callable[..., Any]
Letters = Callable[[], list[Any]]
MINUTE = timedelta(minutes=1)
COMING = AssignmentStatus.ACCEPTED


@pytest.mark.parametrize("minutes", [1, 120])
def test_the_pack_of_the_first_mail_leads_to_the_button_once_the_visit_is_over(
    app: Flask, act: Act, letters: Letters, minutes: int
) -> None:
    with app.app_context():
        row = makers.make_assignment()
        visit, ends, whose = row.id, row.ends_at, Actor(ActorKind.AMBASSADOR, row.ambassador_id)
    act(lambda: accept_invitation(whose, db.session.get_one(Assignment, visit)))
    (told,) = [one for one in letters() if one.message == "events/accepted"]
    pack = next("/" + word.split("/", 3)[3] for word in told.body.split() if word.endswith("/pack"))
    phone, left_open = PageClient(app), PageClient(app)
    move_to(ends - MINUTE)
    assert phone.get(pack).has("Mr Invented")
    left_open.get(pack)
    move_to(ends + minutes * MINUTE)
    assert left_open.click("tell us that you have left").h1 == "Have you left?"
    page = phone.get(pack)
    assert page.h1 == "Have you left?"
    assert not page.has("Mr Invented"), "what the school told is not left lying about"
    assert phone.submit("I have left").h1 == "Thank you for telling us"
    assert phone.here.has("Nobody rings you about this visit.")
    assert phone.get(pack.removesuffix("/pack")).h1 == "Thank you for telling us"


def linked(
    app: Flask, act: Act, status: AssignmentStatus = COMING, event: dict[str, Any] | None = None
) -> tuple[str, Assignment]:
    """The path of an invitation as it is mailed."""
    with app.app_context():
        row = makers.make_assignment(makers.make_event(**(event or {})), status=status)
    link = act(lambda: mint_invitation(db.session.get_one(Assignment, row.id)))
    return "/" + link.split("/", 3)[3], row


def test_an_invitation_ends_with_its_event_and_leads_to_the_button_for_a_fortnight(app: Flask, act: Act) -> None:
    path, row = linked(app, act)
    client = app.test_client()
    for moment in (row.ends_at, row.ends_at + timedelta(days=14) - MINUTE):
        move_to(moment)
        act(apply_retention)
        assert PageClient(app).get(path).h1 == "Have you left?"
        found = [client.get(f"{path}/{page}").status_code for page in ("pack", "cannot-come", "calendar", "visit.ics")]
        assert found == [303, 410, 410, 410]
    addresses = (path, f"{path}/pack", path.replace("/invitations/", "/check-out/"))
    for days, status in ((14, 410), (16, 404)):
        move_to(row.ends_at + timedelta(days=days))
        act(apply_retention)
        assert {client.get(one).status_code for one in addresses} == {status}


def test_a_page_that_was_left_open_answers_nothing_afterwards(app: Flask, act: Act) -> None:
    path, row = linked(app, act, AssignmentStatus.INVITED)
    phone = PageClient(app)
    phone.get(path)
    move_to(row.ends_at + MINUTE)
    assert phone.submit("Yes, I can come").h1 == "This event is over"
    with app.app_context():
        assert db.session.get_one(Assignment, row.id).status is AssignmentStatus.INVITED


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("status", "event", "h1"),
    [
        (AssignmentStatus.INVITED, {}, "This event is over"),
        (AssignmentStatus.DECLINED, {}, "This event is over"),
        (AssignmentStatus.WITHDRAWN, {}, "This event is over"),
        (AssignmentStatus.DID_NOT_ATTEND, {}, "This event is over"),
        (COMING, {"online": True}, "This event is over"),
        (COMING, {"status": EventStatus.CANCELLED}, "You are not down for this visit"),
    ],
)
def test_whoever_nobody_waits_for_finds_only_that_it_is_over(
    app: Flask, act: Act, status: AssignmentStatus, event: dict[str, Any], h1: str
) -> None:
    path, row = linked(app, act, status, event | {"notes": "Ring the bell"})
    move_to(row.ends_at + MINUTE)
    page = PageClient(app).get(path)
    assert page.h1 == h1
    assert not page.has("I have left")
    assert not page.has("Ring the bell")


@pytest.mark.parametrize("days", [-1, 30])
def test_the_link_follows_its_event_also_of_whoever_is_not_mailed(app: Flask, act: Act, cora: Actor, days: int) -> None:
    path, row = linked(app, act, AssignmentStatus.DECLINED)
    starts, ends = (one + timedelta(days=days) for one in (row.starts_at, row.ends_at))

    def move() -> None:
        event = db.session.get_one(Assignment, row.id).event
        move_event(cora, event, starts_at=starts, ends_at=ends, place=event.place, online=False)

    act(move)
    move_to(ends - MINUTE)
    assert PageClient(app).get(path).h1 == "This event has begun or is over"
    move_to(ends)
    assert PageClient(app).get(path).h1 == "This event is over"


def test_of_whoever_has_stopped_no_link_leads_anywhere(app: Flask, act: Act, cora: Actor) -> None:
    path, row = linked(app, act)
    move_to(row.ends_at + MINUTE)
    act(lambda: take_step(cora, db.session.get_one(Ambassador, row.ambassador_id), AmbassadorStep.SUSPEND))
    for ended in (path, path.replace("/invitations/", "/check-out/")):
        PageClient(app).get(ended, status=410)
