"""A session that ended while a form was open: what was entered is sent after signing in again, by its owner alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.models import Account, SignedIn
from outreach.db import db
from outreach.outbox.models import Mail
from tests.makers import make_account
from tests.pages import PageClient


def let_in(app: Flask, person: PageClient, email: str) -> None:
    """Sign in as people do, by the code of the mail."""
    person.get("/sign-in")
    person.submit("Send me a link", email=email)
    with app.app_context():
        body = db.session.scalars(select(Mail.body).order_by(Mail.id.desc())).first() or ""
    code = re.search(r"^\d{6}$", body, re.MULTILINE)
    assert code is not None
    person.submit("Sign in", code=code[0])


def end_sessions(app: Flask) -> None:
    """As if everybody had been idle for too long."""
    with app.app_context():
        for one in db.session.scalars(select(SignedIn)):
            one.last_seen_at = clock.now() - timedelta(hours=11)
        db.session.commit()


def name_of(app: Flask, email: str) -> str:
    with app.app_context():
        return db.session.scalars(select(Account.name).where(Account.email == email)).one()


@pytest.fixture
def left_open(app: Flask) -> PageClient:
    """Jo, whose session ended between opening the form for a new name and sending it."""
    with app.app_context():
        make_account(name="Jo", email="jo@county.example")
        make_account(name="Kim", email="kim@county.example")
    person = PageClient(app)
    let_in(app, person, "jo@county.example")
    person.get("/account/name")
    end_sessions(app)
    return person


def test_what_was_entered_waits_and_is_sent_after_signing_in_again(app: Flask, left_open: PageClient) -> None:
    page = left_open.submit("Save", name="Jo “New” <b>Name</b>", status=401)
    assert page.h1 == "You need to sign in"
    assert page.link("Sign in again (opens in a new tab)") == "/sign-in"
    assert name_of(app, "jo@county.example") == "Jo"
    new_tab = PageClient(left_open.http)
    let_in(app, new_tab, "jo@county.example")
    assert left_open.submit("Send again").h1 == "Your account"
    assert name_of(app, "jo@county.example") == "Jo “New” <b>Name</b>"


def test_going_back_to_the_old_form_works_too(app: Flask, left_open: PageClient) -> None:
    form = left_open.here
    left_open.submit("Save", name="Joanna", status=401)
    let_in(app, PageClient(left_open.http), "jo@county.example")
    left_open.page = form
    assert left_open.submit("Save", name="Joanna").h1 == "Your account"
    assert name_of(app, "jo@county.example") == "Joanna"


def test_sending_again_before_signing_in_keeps_it_waiting(app: Flask, left_open: PageClient) -> None:
    left_open.submit("Save", name="Joanna", status=401)
    left_open.submit("Send again", status=401)
    let_in(app, PageClient(left_open.http), "jo@county.example")
    left_open.submit("Send again")
    assert name_of(app, "jo@county.example") == "Joanna"


def test_somebody_else_who_signs_in_there_cannot_send_it(app: Flask, left_open: PageClient) -> None:
    left_open.submit("Save", name="Joanna", status=401)
    let_in(app, PageClient(left_open.http), "kim@county.example")
    assert left_open.submit("Send again", status=400).h1 == "This page was open for too long"
    assert (name_of(app, "jo@county.example"), name_of(app, "kim@county.example")) == ("Jo", "Kim")


def test_nothing_waits_from_a_form_of_another_site(app: Flask, left_open: PageClient) -> None:
    """Its cookies are not sent along, so it looks signed out; its words must not wait for one careless click."""
    stranger = PageClient(app)
    page = stranger.post("/account/name", {"name": "Planted"}, status=400)
    assert "Planted" not in page.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Account.name == "Planted")) == 0


def test_the_account_page_says_how_long(app: Flask, left_open: PageClient) -> None:
    let_in(app, left_open, "jo@county.example")
    assert left_open.get("/account").has("not used the service for 8 hours")
