"""How long the register's records of people are kept: the story, what line managers said, thanks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.actions.thanks import add_thanks
from outreach.ambassadors.models import Ambassador, ManagerAgreement, Thanks
from outreach.ambassadors.rules import Agreement, AmbassadorStatus
from outreach.ambassadors.rules.thanks import ThanksFrom
from outreach.db import begin_writing, db
from outreach.privacy.actions import run_retention
from outreach.web.door import SYSTEM
from tests import makers
from tests.kit.own import own_page
from tests.pages import PageClient

A_MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _clock_as_it_was() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def run(app: Flask, after: timedelta) -> None:
    clock.set_offset(after)
    with app.test_request_context():
        begin_writing(db.session())
        run_retention()
        db.session.commit()


def make_agreement(ambassador: Ambassador, status: Agreement) -> None:
    answered = clock.now() if status in (Agreement.AGREED, Agreement.NOT_NOW) else None
    db.session.add(
        ManagerAgreement(
            ambassador_id=ambassador.id, manager_name="Meg Manager", manager_email="meg@care.example", status=status,
            words="Ask me in May.", asked_at=clock.now(), answered_at=answered,
        )
    )  # fmt: skip
    db.session.commit()


@pytest.mark.parametrize("status", [one for one in Agreement if one is not Agreement.NAMED])
def test_what_a_line_manager_said_is_kept_while_it_is_agreed(app: Flask, status: Agreement) -> None:
    with app.app_context():
        make_agreement(makers.make_ambassador(), status)
    run(app, timedelta(days=365) - A_MINUTE)
    with app.app_context():
        assert len(db.session.scalars(select(ManagerAgreement)).all()) == 1
    run(app, timedelta(days=365) + A_MINUTE)
    with app.app_context():
        kept = [one.status for one in db.session.scalars(select(ManagerAgreement))]
        assert kept == [one for one in [status] if one is Agreement.AGREED]


def test_an_applicant_whose_manager_never_answered_names_another(app: Flask) -> None:
    with app.app_context():
        waiting = makers.make_ambassador(status=AmbassadorStatus.AWAITING_MANAGER, ready=False)
        make_agreement(waiting, Agreement.ASKED)
        id = waiting.id
    run(app, timedelta(days=366))
    with app.app_context():
        page = own_page(db.session.get_one(Ambassador, id))
    person = PageClient(app)
    assert "Nobody has been asked yet." in person.get(f"{page}/joining").main
    person.click("Name another manager")
    person.submit("Ask", manager_name="Max Manager", manager_email="max@care.example")
    assert "We asked Max Manager" in person.here.main


def test_a_story_goes_with_the_name_and_thanks_after_three_years(app: Flask) -> None:
    with app.test_request_context():
        left = makers.make_ambassador("Ann Example", status=AmbassadorStatus.LEFT, story="I began at sixteen.")
        here = makers.make_ambassador("Bea Example", story="I love it.")
        add_thanks(SYSTEM, here, words="Thank you.", signed="Tom, College", source=ThanksFrom.HOST, event_id=None)
        db.session.commit()
        ids = [left.id, here.id]
    run(app, timedelta(days=365) + A_MINUTE)
    with app.app_context():
        gone, kept = (db.session.get_one(Ambassador, id) for id in ids)
        assert (gone.name, gone.story, kept.story) == ("Former ambassador", "", "I love it.")
        assert len(db.session.scalars(select(Thanks)).all()) == 1
    run(app, timedelta(days=1095) + A_MINUTE)
    with app.app_context():
        assert db.session.scalars(select(Thanks)).all() == []
