"""An administrator's pages of accounts, and a person's own page."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.actions import (
    add_account,
    correct_address,
    disable_account,
    end_session,
    rename_account,
    reset_second_step,
    set_roles,
)
from outreach.accounts.models import Account, SignedIn
from outreach.accounts.queries import get_account
from outreach.audit.models import AuditEntry
from outreach.db import begin_writing, db
from outreach.errors import Conflict, NotAllowed
from outreach.outbox.actions import AddressCorrected
from outreach.outbox.models import Mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import PUBLIC, SYSTEM, Actor, ActorKind, Role
from outreach.web.keys import seal
from tests.kit.counting import count_queries
from tests.makers import make_account, sign_in
from tests.pages import PageClient

OURS = AuditEntry.subject_kind.in_(("account", "session"))
"""Loading the county leaves entries too."""


def actor_of(account: Account) -> Actor:
    return Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset(one.role for one in account.roles))


def administrators(app: Flask, how_many: int = 3) -> list[int]:
    with app.app_context():
        return [make_account(Role.ADMINISTRATOR, name=f"Admin {n}").id for n in range(how_many)]


@pytest.fixture
def person(app: Flask) -> PageClient:
    """The first of three administrators, signed in."""
    person = PageClient(app)
    first = administrators(app)[0]
    with app.app_context():
        sign_in(person.http, get_account(first))
    return person


def actions(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.action).where(OURS).order_by(AuditEntry.id)))


def sessions_of(app: Flask, number: int) -> int:
    with app.app_context():
        live = select(func.count()).where(SignedIn.account_id == number, SignedIn.ended_at.is_(None))
        return db.session.scalar(live) or 0


# Adding


def test_adding_an_account_mails_its_person(app: Flask, person: PageClient) -> None:
    person.get("/accounts")
    page = person.click("Add an account")
    page = person.submit(
        "Add account", name="Flo O’Hara", email="Flo@County.example", roles=["Coordinator", "Administrator"]
    )
    assert page.h1 == "Flo O’Hara"
    assert "Flo O’Hara was added" in page.banner
    assert actions(app) == ["account.add"]
    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.email == "flo@county.example")).one()
        assert {one.role for one in account.roles} == {Role.COORDINATOR, Role.ADMINISTRATOR}
        mail = db.session.scalars(select(Mail)).one()
        assert (mail.recipient, mail.message) == ("flo@county.example", "accounts/added")
        assert "http://localhost/sign-in" in mail.body
        assert mail.subject.startswith("No answer needed")
        entry = db.session.scalars(select(AuditEntry).where(OURS)).one()
        assert entry.details == {"roles": ["coordinator", "administrator"]}


def test_adding_a_known_address_adds_the_roles_and_ends_its_sessions(app: Flask, person: PageClient) -> None:
    with app.app_context():
        known = make_account(Role.VIEWER, name="Known", email="known@county.example").id
        sign_in(app.test_client(), get_account(known))
    person.get("/accounts/new")
    page = person.submit("Add account", name="Other name", email="known@county.example", roles=["Coordinator"])
    assert "already had an account" in page.banner
    with app.app_context():
        account = get_account(known)
        assert account.name == "Known"
        assert {one.role for one in account.roles} == {Role.VIEWER, Role.COORDINATOR}
        assert db.session.scalar(select(func.count()).select_from(Mail)) == 0
    assert sessions_of(app, known) == 0
    assert actions(app) == ["account.set_roles"]


def test_same_form_twice_adds_one_account(app: Flask, person: PageClient) -> None:
    person.get("/accounts/new")
    first = person.submit("Add account", name="Flo", email="flo@county.example")
    again = person.send_again()
    assert first.h1 == again.h1 == "Flo"
    assert actions(app) == ["account.add"]


def test_disabled_account_is_not_added_again(app: Flask, person: PageClient) -> None:
    with app.app_context():
        make_account(email="gone@county.example", disabled_at=clock.now())
    person.get("/accounts/new")
    page = person.submit("Add account", name="Gone", email="gone@county.example", roles=["Viewer"])
    assert "is disabled" in page.errors["email"]
    assert actions(app) == []


@pytest.mark.parametrize("name", ["", "x" * 10_000, "  \u202e  ", "\x00"])
@pytest.mark.one_database
def test_names_that_are_none_are_refused(app: Flask, person: PageClient, name: str) -> None:
    person.get("/accounts/new")
    page = person.submit("Add account", name=name, email="flo@county.example")
    assert page.status == 422
    assert list(page.errors) == ["name"]
    assert actions(app) == []


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "=1+1", "Zoë 👩‍⚕️ O'Neil", "آ م", '"; DROP'])
@pytest.mark.one_database
def test_hostile_names_are_shown_as_they_are(app: Flask, person: PageClient, name: str) -> None:
    person.typed.add(name)
    person.get("/accounts/new")
    page = person.submit("Add account", name=name, email="flo@county.example")
    assert page.h1 == name
    assert name in [row["Name"] for row in person.get("/accounts").table("4 accounts")]


def test_roles_that_do_not_exist_are_refused(app: Flask, person: PageClient) -> None:
    person.get("/accounts/new")
    page = person.submit("Add account", name="Flo", email="flo@county.example", roles=["owner"])
    assert page.status == 422
    assert "roles" in page.errors
    assert actions(app) == []


def test_from_the_command_line_no_mail_goes_out(app: Flask) -> None:
    with app.app_context():
        add_account(SYSTEM, email="Flo@county.example ", name="Flo", roles=[Role.ADMINISTRATOR])
        add_account(SYSTEM, email="flo@county.example", name="Flo", roles=[Role.ADMINISTRATOR, Role.VIEWER])
        db.session.commit()
        account = db.session.scalars(select(Account)).one()
        assert {one.role for one in account.roles} == {Role.ADMINISTRATOR, Role.VIEWER}
        assert db.session.scalar(select(func.count()).select_from(Mail)) == 0


# Finding


def test_list_is_searched_and_paged(app: Flask, person: PageClient) -> None:
    with app.app_context():
        for number in range(30):
            make_account(Role.VIEWER, name=f"Viewer {number:02}", email=f"v{number}@county.example")
        make_account(name="100% Sure", email="sure@county.example", disabled_at=clock.now())
    page = person.get("/accounts")
    assert len(page.table("34 accounts")) == 25
    assert len(person.click("2").table("34 accounts")) == 9
    rows = person.get("/accounts?words=%25").table("1 account")
    assert (rows[0]["Name"], rows[0]["State"], rows[0]["Roles"]) == ("100% Sure", "Disabled", "Refers friends only")
    assert len(person.get("/accounts?words=VIEWER+1").table("10 accounts")) == 10
    assert person.get("/accounts?words=v7@").table("1 account")[0]["Roles"] == "Viewer"
    assert person.get("/accounts?words=nobody").has("No account was found")
    for odd in ("page=½", "page=" + "9" * 5000, "page=-1", "words=" + "x" * 5000, "words=%00", "words=_"):
        person.get(f"/accounts?{odd}")


def test_list_asks_as_many_statements_for_thirty_as_for_one(app: Flask, person: PageClient) -> None:
    def asked() -> int:
        with count_queries(app) as seen:
            person.get("/accounts")
        return len(seen)

    asked()
    few = asked()
    with app.app_context():
        for _ in range(20):
            make_account(Role.VIEWER, Role.COORDINATOR)
    assert asked() == few


# Changing


def test_roles_are_saved_and_sessions_end(app: Flask, person: PageClient) -> None:
    with app.app_context():
        other = make_account(Role.VIEWER, name="Vi").id
        client = app.test_client()
        sign_in(client, get_account(other))
    vi = PageClient(client)
    assert vi.get("/account").h1 == "Your account"
    page = person.get(f"/accounts/{other}")
    assert [row["Device"] for row in page.table("Where this account is signed in")] == ["a test"]
    page = person.submit("Save roles", roles=["Coordinator", "Recruitment officer"])
    assert page.banner == "The roles were saved."
    assert page.has("Not signed in anywhere")
    with app.app_context():
        assert {one.role for one in get_account(other).roles} == {Role.COORDINATOR, Role.RECRUITMENT_OFFICER}
        entry = db.session.scalars(select(AuditEntry).where(OURS)).one()
        assert entry.details == {"given": ["coordinator", "recruitment_officer"], "taken": ["viewer"]}
    assert vi.get("/account").h1 == "Sign in"
    # All boxes may be empty; saving what is so already changes nothing.
    person.submit("Save roles", roles=[])
    person.submit("Save roles", roles=[])
    assert actions(app) == ["account.set_roles", "account.set_roles"]


def test_own_roles_are_shown_and_refused(app: Flask, person: PageClient) -> None:
    with app.app_context():
        own = db.session.scalars(select(Account.id).order_by(Account.id)).first()
    page = person.get(f"/accounts/{own}")
    assert "Save roles" not in page.buttons()
    page = person.post(f"/accounts/{own}", {"roles": "coordinator"}, status=422)
    assert page.errors[""].startswith("You cannot change your own roles")
    assert person.post(f"/accounts/{own}/disable", status=422).errors[""].startswith("You cannot disable your own")
    assert person.post(f"/accounts/{own}/reset-second-step", status=422).errors[""].startswith("You cannot reset")
    assert actions(app) == []


def test_last_two_administrators_stay(app: Flask, person: PageClient) -> None:
    with app.app_context():
        one, two = db.session.scalars(select(Account.id).order_by(Account.id).offset(1)).all()
    person.get(f"/accounts/{one}")
    assert person.submit("Save roles", roles=[]).banner == "The roles were saved."
    person.get(f"/accounts/{two}")
    page = person.submit("Save roles", roles=["Viewer"])
    assert page.errors["roles"].startswith("There must always be at least two administrators")
    assert person.post(f"/accounts/{two}/disable", status=422).errors[""].startswith("There must always be")
    with app.app_context():
        assert [one.role for one in get_account(two).roles] == [Role.ADMINISTRATOR]
    assert actions(app) == ["account.set_roles"]


def test_disabling_asks_first_then_ends_everything(app: Flask, person: PageClient) -> None:
    with app.app_context():
        other = make_account(Role.COORDINATOR, name="Co").id
        sign_in(app.test_client(), get_account(other))
    person.get(f"/accounts/{other}")
    page = person.click("Disable account")
    assert page.h1 == "Disable the account of Co"
    assert actions(app) == []
    page = person.submit("Disable account")
    assert page.has("Disabled since")
    assert sessions_of(app, other) == 0
    page = person.submit("Enable account")
    assert page.banner == "Co can sign in again."
    assert actions(app) == ["account.disable", "account.enable"]


def test_reset_of_the_second_step_asks_first(app: Flask, person: PageClient) -> None:
    with app.app_context():
        other = make_account(Role.COORDINATOR, name="Co", totp_secret=seal("A"), totp_last_step=5).id
        sign_in(app.test_client(), get_account(other))
    person.get(f"/accounts/{other}")
    page = person.click("Reset second step")
    page = person.submit("Reset second step")
    assert page.summary()["Second step"] == "Not set up"
    assert sessions_of(app, other) == 0
    with app.app_context():
        assert get_account(other).totp_last_step is None
    assert actions(app) == ["account.reset_second_step"]


def test_administrator_ends_a_session(app: Flask, person: PageClient) -> None:
    with app.app_context():
        other, third = make_account(name="Co").id, make_account(name="Third").id
        sign_in(app.test_client(), get_account(other))
        session = db.session.scalars(select(SignedIn.id).where(SignedIn.account_id == other)).one()
    person.get(f"/accounts/{other}")
    person.post(f"/accounts/{third}/sessions/{session}/end", status=404)
    assert sessions_of(app, other) == 1
    person.get(f"/accounts/{other}")
    page = person.submit("End")
    assert page.banner == "Co was signed out there."
    assert sessions_of(app, other) == 0
    person.post(f"/accounts/{other}/sessions/{session}/end", status=404)
    assert actions(app) == ["session.end"]


@pytest.mark.parametrize("path", ["", "/disable", "/reset-second-step"])
@pytest.mark.parametrize("number", ["0", "999999", "2147483648", "9" * 5000, "-1", "x"])
@pytest.mark.one_database
def test_absent_accounts_are_not_found(person: PageClient, path: str, number: str) -> None:
    person.get(f"/accounts/{number}{path}", status=404)


# Acts are guarded themselves, not only by the door


@pytest.mark.parametrize("roles", [(), (Role.VIEWER,), (Role.COORDINATOR,), (Role.RECRUITMENT_OFFICER,)])
def test_acts_refuse_everybody_but_administrators(app: Flask, roles: tuple[Role, ...]) -> None:
    with app.app_context():
        other = make_account(Role.VIEWER, totp_secret="x")
        sign_in(app.test_client(), other)
        session = db.session.scalars(select(SignedIn)).one()
        acts: list[Callable[[Actor], object]] = [
            lambda who: add_account(who, email="a@county.example", name="A", roles=[Role.ADMINISTRATOR]),
            lambda who: set_roles(who, other, [Role.ADMINISTRATOR]),
            lambda who: rename_account(who, other, name="A"),
            lambda who: disable_account(who, other),
            lambda who: reset_second_step(who, other),
            lambda who: end_session(who, session),
        ]
        for who in (actor_of(make_account(*roles)), PUBLIC):
            for act in acts:
                with pytest.raises(NotAllowed):
                    act(who)
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(AuditEntry).where(OURS)) == 0


def test_two_administrators_demote_each_other_at_once(app: Flask) -> None:
    """Of three, at most one may be taken away; nobody waits for ever and nothing fails."""
    numbers = administrators(app)
    barrier, outcomes = threading.Barrier(3), []

    def demote(by: int, whom: int) -> None:
        with app.app_context():
            who, other = actor_of(get_account(by)), get_account(whom)
            db.session.rollback()
            barrier.wait()
            begin_writing(db.session())
            try:
                set_roles(who, get_account(whom), [])
                db.session.commit()
                outcomes.append("done")
            except Conflict:
                db.session.rollback()
                outcomes.append("refused")
            assert other is not None

    pairs = [(numbers[0], numbers[1]), (numbers[1], numbers[2]), (numbers[2], numbers[0])]
    threads = [threading.Thread(target=demote, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused", "refused"]


# A corrected address


def test_administrator_corrects_an_address(app: Flask) -> None:
    with app.app_context():
        who, other = actor_of(make_account(Role.ADMINISTRATOR)), make_account(email="typo@county.example")
        sign_in(app.test_client(), other)
        correct_address(AddressCorrected(who, RecipientKind.ACCOUNT, other.id, "Right@county.example"))
        db.session.commit()
        assert get_account(other.id).email == "right@county.example"
        assert sessions_of(app, other.id) == 0
    assert actions(app) == ["account.correct_address"]


def test_nobody_else_can_send_an_accounts_mail_elsewhere(app: Flask) -> None:
    with app.app_context():
        other, taken = make_account(email="typo@county.example"), make_account(email="taken@county.example")
        coordinator = actor_of(make_account(Role.COORDINATOR))
        administrator = actor_of(make_account(Role.ADMINISTRATOR))
        for who, number, email in (
            (coordinator, other.id, "mine@county.example"),
            (administrator, other.id, taken.email),
            (administrator, 0, "new@county.example"),
        ):
            with pytest.raises(Conflict) as refused:
                correct_address(AddressCorrected(who, RecipientKind.ACCOUNT, number, email))
            assert refused.value.field == "email"
        correct_address(AddressCorrected(coordinator, RecipientKind.CONTACT, other.id, "other@county.example"))
        db.session.commit()
        db.session.expire_all()
        assert get_account(other.id).email == "typo@county.example"
    assert actions(app) == []


# One's own page


def test_own_page_shows_roles_and_sessions(app: Flask) -> None:
    person, elsewhere = PageClient(app), app.test_client()
    with app.app_context():
        account = make_account(Role.COORDINATOR, name="Co", email="co@county.example")
        sign_in(person.http, account)
        sign_in(elsewhere, account)
        stranger = make_account(name="Stranger")
        sign_in(app.test_client(), stranger)
        theirs = db.session.scalars(select(SignedIn.id).where(SignedIn.account_id == stranger.id)).one()
        number = account.id
    page = person.get("/account")
    assert page.summary()["Email address"] == "co@county.example"
    assert page.has("Coordinator: registers ambassadors")
    assert len(page.table("Where this account is signed in")) == 2
    person.post(f"/account/sessions/{theirs}/end", status=404)
    page = person.get("/account")
    page = person.submit("Sign out everywhere else")
    assert page.banner == "You were signed out everywhere else."
    assert len(page.table("Where this account is signed in")) == 1
    assert sessions_of(app, number) == 1
    assert elsewhere.get("/account").status_code == 303
    assert actions(app) == ["account.end_other_sessions"]


def test_one_session_is_ended_from_the_own_page(app: Flask) -> None:
    person, elsewhere = PageClient(app), app.test_client()
    with app.app_context():
        account = make_account(name="Co")
        sign_in(elsewhere, account)
        sign_in(person.http, account)
    person.get("/account")
    person.submit("End")
    assert elsewhere.get("/account").status_code == 303
    assert person.get("/account").h1 == "Your account"


def test_own_name_is_changed(app: Flask) -> None:
    person = PageClient(app)
    with app.app_context():
        sign_in(person.http, make_account(name="Jbloggs1"))
    person.get("/account")
    page = person.click("Change")
    page = person.submit("Save", name="  Jo   Bloggs ")
    assert page.summary()["Name"] == "Jo Bloggs"
    assert page.has("Signed in as Jo Bloggs")
    assert actions(app) == ["account.rename"]
    assert person.get("/account/name").has("Change your name")
    assert person.submit("Save", name="").errors == {"name": "Enter your name"}
