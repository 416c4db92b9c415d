"""Nobody's mailbox is filled by people who name it as their line manager's."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from outreach.ambassadors.actions import ask_manager
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.ambassadors.rules.joining import MOST_ASKED_A_DAY
from outreach.db import db
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.joining import applicant, apply, confirm, link_to, mails_to
from tests.pages import PageClient

COORDINATOR = Actor(ActorKind.ACCOUNT, 1, "Cora", frozenset({Role.COORDINATOR}))


def asked(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).where(Mail.message == "ambassadors/manager_asked")) or 0


def test_a_manager_is_asked_so_often_a_day_in_whatever_spelling(app: Flask) -> None:
    for number in range(MOST_ASKED_A_DAY):
        apply(app, email=f"someone+{number}@care.example", manager_email=f"meg+{number}@care.example")
        confirm(app, f"someone+{number}@care.example")
    assert asked(app) == MOST_ASKED_A_DAY
    apply(app, email="late@care.example", manager_email="meg@care.example")
    person = PageClient(app)
    person.get(link_to(app, "late@care.example", "confirm"))
    page = person.submit("Confirm", status=409)
    assert "Your line manager has been asked by many people today. Try again tomorrow." in page.main
    assert asked(app) == MOST_ASKED_A_DAY
    with app.test_request_context():
        late = applicant("late@care.example")
        assert (late.status, late.unconfirmed_since is None) == (AmbassadorStatus.INTERESTED, False)
        another = makers.make_ambassador(status=AmbassadorStatus.INTERESTED, ready=False)
        ask_manager(COORDINATOR, another, name="Meg", email="meg@care.example")
        db.session.commit()
    assert len(mails_to(app, "meg@care.example")) == 1
