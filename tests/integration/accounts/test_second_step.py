"""The second step: set up once, asked at every mailed sign-in of the powerful, each code good once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import Account, SignedIn
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.web.door import Role
from outreach.web.keys import seal, unseal
from tests.makers import make_account, sign_in
from tests.pages import PageClient

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = "/sign-in/second-step?next=/account"


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    yield clock.set_offset
    clock.set_offset(timedelta(0))


@pytest.fixture
def in_a_step() -> Iterator[None]:
    """The clock stands at the beginning of a time step, so that a test does not run over its end."""
    seconds = clock.now().timestamp()
    clock.set_offset(timedelta(seconds=30 - seconds % 30 + 1))
    yield
    clock.set_offset(timedelta(0))


def half_way(app: Flask, *, secret: str | None = SECRET, role: Role = Role.COORDINATOR) -> tuple[PageClient, int]:
    person = PageClient(app)
    with app.app_context():
        account = make_account(role, name="Co", totp_secret=seal(secret) if secret else None)
        sign_in(person.http, account, second_step=False)
        return person, account.id


def code_now(secret: str = SECRET, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now(), counter_offset=steps)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def is_in(person: PageClient) -> bool:
    return person.get("/account", status=None).h1 == "Your account"


@pytest.mark.usefixtures("in_a_step")
def test_code_of_the_app_finishes_signing_in_under_a_new_session_id(app: Flask) -> None:
    person, _ = half_way(app)
    before = person.http.get_cookie("outreach")
    page = person.get("/account")
    assert page.h1 == "Enter the code from your authenticator app"
    assert person.submit("Continue", code=code_now()).h1 == "Your account"
    after = person.http.get_cookie("outreach")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    thief = PageClient(app)
    thief.http.set_cookie("outreach", before.value)
    assert not is_in(thief)
    with app.app_context():
        assert [
            e.action for e in db.session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "account"))
        ] == ["account.pass_second_step"]


@pytest.mark.usefixtures("in_a_step")
@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
@pytest.mark.one_database
def test_clock_of_the_telephone_may_be_one_step_off(app: Flask, steps: int, taken: bool) -> None:
    person, _ = half_way(app)
    person.get(STEP)
    person.submit("Continue", code=code_now(steps=steps))
    assert is_in(person) is taken


@pytest.mark.usefixtures("in_a_step")
def test_code_is_good_once_even_in_another_browser(app: Flask) -> None:
    person, number = half_way(app)
    other = PageClient(app)
    with app.app_context():
        sign_in(other.http, db.session.get(Account, number), second_step=False)  # type: ignore[arg-type]
    person.get(STEP)
    other.get(STEP)
    person.submit("Continue", code=code_now(steps=1))
    page = other.submit("Continue", code=code_now(steps=1))
    assert page.errors["code"].startswith("This code was used already")
    # The code before it counts as used as well.
    assert other.submit("Continue", code=code_now()).errors["code"].startswith("This code was used already")
    assert not is_in(other)
    assert is_in(person)


@pytest.mark.usefixtures("in_a_step")
def test_codes_are_tried_five_times_for_an_account_from_any_browser(app: Flask) -> None:
    person, number = half_way(app)
    other = PageClient(app)
    with app.app_context():
        sign_in(other.http, db.session.get(Account, number), second_step=False)  # type: ignore[arg-type]
    person.get(STEP)
    other.get(STEP)
    for _ in range(5):
        assert person.submit("Continue", code=wrong(code_now())).errors["code"].startswith("The code must be the one")
    page = other.submit("Continue", code=code_now(), status=429)
    assert "Wait a quarter of an hour" in page.main
    assert not is_in(other)


@pytest.mark.usefixtures("in_a_step")
def test_enrolling_ties_the_shown_key_sealed_at_rest(app: Flask) -> None:
    person, number = half_way(app, secret=None)
    page = person.get("/account/name")
    assert page.h1 == "Set up your second step"
    html = page.response.get_data(as_text=True)
    assert "<svg" in html
    assert "style=" not in html
    key = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.main)
    assert key is not None
    secret = key[0].replace(" ", "")
    # A wrong code keeps the same key on the page, and stores nothing.
    page = person.submit("Continue", code=wrong(code_now(secret)))
    assert key[0] in page.main
    with app.app_context():
        assert db.session.get(Account, number).totp_secret is None  # type: ignore[union-attr]
    assert person.submit("Continue", code=code_now(secret)).h1 == "Change your name"
    with app.app_context():
        account = db.session.get(Account, number)
        assert account is not None
        assert account.totp_secret is not None
        assert secret not in account.totp_secret
        assert unseal(account.totp_secret) == secret
    # The code that enrolled is used up.
    other = PageClient(app)
    with app.app_context():
        sign_in(other.http, db.session.get(Account, number), second_step=False)  # type: ignore[arg-type]
    other.get(STEP)
    assert other.submit("Continue", code=code_now(secret)).errors["code"].startswith("This code was used already")


@pytest.mark.usefixtures("in_a_step")
def test_key_of_another_persons_page_is_not_taken(app: Flask) -> None:
    person, number = half_way(app, secret=None)
    with app.app_context():
        foreign = seal(f"{number + 1}:{SECRET}")
    for sealed in (foreign, "nonsense", "", "é"):
        person.get(STEP)
        page = person.submit("Continue", sealed=sealed, code=code_now())
        assert page.h1 == "Set up your second step"
    with app.app_context():
        assert db.session.get(Account, number).totp_secret is None  # type: ignore[union-attr]
    assert not is_in(person)


def test_key_of_a_page_open_too_long_is_replaced(app: Flask, later: Callable[[timedelta], None]) -> None:
    person, _ = half_way(app, secret=None)
    page = person.get(STEP)
    before = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.main)
    assert before is not None
    later(timedelta(minutes=29))
    assert before[0] in person.submit("Continue", code="000000").main
    # Idle sessions of this role live for eight hours, so only the key is too old.
    later(timedelta(minutes=31))
    page = person.submit("Continue", code=code_now(before[0].replace(" ", "")))
    assert "This page was open for too long" in page.main
    assert before[0] not in page.main
    assert not is_in(person)


@pytest.mark.usefixtures("in_a_step")
def test_second_page_of_the_same_person_does_not_replace_the_app(app: Flask) -> None:
    person, number = half_way(app, secret=None)
    other = PageClient(app)
    with app.app_context():
        sign_in(other.http, db.session.get(Account, number), second_step=False)  # type: ignore[arg-type]
    first = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", person.get(STEP).main)
    second = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", other.get(STEP).main)
    assert first is not None
    assert second is not None
    person.submit("Continue", code=code_now(first[0].replace(" ", "")))
    assert is_in(person)
    page = other.submit("Continue", code=code_now(second[0].replace(" ", "")))
    assert page.h1 == "Enter the code from your authenticator app"
    assert not is_in(other)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COORDINATOR, Role.RECRUITMENT_OFFICER])
@pytest.mark.one_database
def test_half_way_reaches_nothing_but_the_second_step(app: Flask, role: Role) -> None:
    person, _ = half_way(app, role=role)
    for path in ("/account", "/account/name", "/accounts"):
        page = person.get(path, follow=False, status=303)
        assert page.response.headers["Location"].startswith("/sign-in/second-step")
    person.get(STEP)
    person.post("/account/name", {"name": "Somebody"}, follow=False, status=303)
    with app.app_context():
        assert db.session.scalars(select(Account.name)).one() == "Co"
    page = person.get("/sign-in", follow=False, status=303)
    assert page.response.headers["Location"].startswith("/sign-in/second-step")
    for path in ("/sign-in/check", "/sign-in/link/anything"):
        page = person.get(path, follow=False, status=303)
        assert page.response.headers["Location"].startswith("/sign-in/second-step")
    # Signing out is open to them.
    person.get(STEP)
    person.submit("Sign out")
    with app.app_context():
        assert db.session.scalars(select(SignedIn)).one().ended_at is not None


def test_viewers_and_people_without_a_role_need_no_second_step(app: Flask) -> None:
    for roles in ((), (Role.VIEWER,)):
        person = PageClient(app)
        with app.app_context():
            sign_in(person.http, make_account(*roles), second_step=False)
        assert is_in(person)
        assert person.get(STEP, follow=False, status=303).response.headers["Location"] == "/account"


def test_key_that_cannot_be_read_any_more_says_what_to_do(app: Flask) -> None:
    person, number = half_way(app)
    with app.app_context():
        db.session.get(Account, number).totp_secret = "sealed under another key"  # type: ignore[union-attr]
        db.session.commit()
    person.get(STEP)
    page = person.submit("Continue", code="123456")
    assert "ask an administrator to reset" in page.errors[""]
