"""The link that somebody is given as they say yes still works when they come back from the visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from outreach.db import db
from outreach.events.actions import accept_invitation
from outreach.events.actions.mails import mint_invitation
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus
from outreach.web.door import Actor, ActorKind
from tests import makers
from tests.kit.clocks import move_to
from tests.pages import PageClient

Act = Callable[..., Any]
Letters = Callable[[], list[Any]]
MINUTE = timedelta(minutes=1)


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
    phone = PageClient(app)
    move_to(ends + minutes * MINUTE)
    assert phone.get(pack).h1 == "Your visit pack"
    assert phone.click("tell us that you have left").h1 == "Have you left?"
    assert phone.submit("I have left").h1 == "Thank you for telling us"
    assert phone.here.has("Nobody rings you about this visit.")
    # Once they have left, it is over: the pack is not needed, and their visit says how it stands.
    page = phone.get(pack)
    assert page.h1 == "This event has begun or is over"
    assert page.has("We know that you have left. Thank you.")


def test_the_link_of_an_invitation_ends_a_fortnight_after_the_visit(app: Flask, act: Act) -> None:
    with app.app_context():
        row = makers.make_assignment(status=AssignmentStatus.ACCEPTED)
        visit, ends = row.id, row.ends_at
    link = act(lambda: mint_invitation(db.session.get_one(Assignment, visit)))
    path = "/" + link.split("/", 3)[3]
    move_to(ends + timedelta(days=14) - MINUTE)
    assert PageClient(app).get(f"{path}/pack").h1 == "Your visit pack"
    move_to(ends + timedelta(days=14) + MINUTE)
    PageClient(app).get(path, status=410)
