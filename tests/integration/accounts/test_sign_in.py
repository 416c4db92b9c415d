"""Signing in by a mailed link: who is let in, by what, how often, and what nobody can tell."""

from __future__ import annotations

import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, select

from outreach import clock
from outreach.accounts.actions import mint_sign_in
from outreach.accounts.models import Account, SignedIn, SignIn
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.errors import Conflict
from outreach.outbox.models import Mail
from outreach.web.door import Role
from tests.makers import make_account, sign_in
from tests.pages import PageClient

KNOWN = "jo@county.example"
STRANGER = "somebody@elsewhere.example"


@pytest.fixture
def jo(app: Flask) -> int:
    with app.app_context():
        return make_account(name="Jo", email=KNOWN).id


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    yield clock.set_offset
    clock.set_offset(timedelta(0))


def newest_mail(app: Flask) -> tuple[str, str]:
    """The link and the code of the newest mail."""
    with app.app_context():
        body = db.session.scalars(select(Mail.body).order_by(Mail.id.desc())).first()
    assert body is not None
    link = re.search(r"http://localhost(/sign-in/link/\S+)", body)
    code = re.search(r"^\d{6}$", body, re.MULTILINE)
    assert link is not None
    assert code is not None
    return link[1], code[0]


def ask(person: PageClient, email: str = KNOWN, path: str = "/sign-in") -> None:
    person.get(path)
    page = person.submit("Send me a link", email=email)
    assert page.h1 == "Check your email"


def signed_in_as(person: PageClient) -> str | None:
    page = person.get("/account", status=None)
    return page.summary().get("Name", "").removesuffix(" Change name") if page.h1 == "Your account" else None


def count(app: Flask, row: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(row)) or 0


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


# Being let in


def test_link_in_the_asking_browser_takes_one_button(app: Flask, jo: int) -> None:
    person = PageClient(app)
    ask(person, path="/sign-in?next=/account")
    link, _ = newest_mail(app)
    page = person.get(link)
    assert page.h1 == "Finish signing in"
    page = person.submit("Sign in")
    assert page.h1 == "Your account"
    assert signed_in_as(person) == "Jo"


def test_code_is_typed_where_it_was_asked_for(app: Flask, jo: int) -> None:
    person = PageClient(app)
    ask(person)
    _, code = newest_mail(app)
    person.submit("Sign in", code=f"{code[:3]} {code[3:]}")
    assert signed_in_as(person) == "Jo"


def test_link_in_another_browser_asks_for_the_code(app: Flask, jo: int) -> None:
    asking, other = PageClient(app), PageClient(app)
    ask(asking)
    link, code = newest_mail(app)
    assert other.get(link).h1 == "Enter the code from the same email"
    other.submit("Sign in", code=code)
    assert signed_in_as(other) == "Jo"
    assert signed_in_as(asking) is None


def test_scanner_that_opens_everything_leaves_the_link_alive(app: Flask, jo: int) -> None:
    person, scanner = PageClient(app), PageClient(app)
    ask(person)
    link, _ = newest_mail(app)
    scanner.head(link)
    scanner.get(link)
    scanner.get(link)
    assert scanner.http.post(link).status_code == 400
    assert scanner.post(link, {}, status=422).errors == {"code": "Enter the code"}
    assert count(app, SignedIn) == 0
    person.get(link)
    person.submit("Sign in")
    assert signed_in_as(person) == "Jo"


def test_link_and_code_work_once(app: Flask, jo: int) -> None:
    person, other = PageClient(app), PageClient(app)
    ask(person)
    link, code = newest_mail(app)
    other.get(link)
    person.get(link)
    person.submit("Sign in")
    page = other.submit("Sign in", code=code, status=410)
    assert page.h1 == "This link no longer works"
    assert other.get(link, status=410).h1 == "This link no longer works"
    assert count(app, SignedIn) == 1


def test_link_ends_after_ten_minutes(app: Flask, jo: int, later: Callable[[timedelta], None]) -> None:
    person = PageClient(app)
    ask(person)
    link, _code = newest_mail(app)
    later(timedelta(minutes=9, seconds=50))
    person.get(link)
    later(timedelta(minutes=10, seconds=1))
    person.submit("Sign in", status=410)
    assert person.get("/sign-in/check").h1 == "Sign in"
    assert count(app, SignedIn) == 0


def test_unknown_link_looks_like_an_ended_one(app: Flask) -> None:
    assert PageClient(app).get("/sign-in/link/nothing", status=410).h1 == "This link no longer works"


def test_link_of_one_person_does_not_sign_another_in(app: Flask, jo: int) -> None:
    with app.app_context():
        make_account(email="al@county.example", name="Al")
    al, person = PageClient(app), PageClient(app)
    ask(person)
    link, _ = newest_mail(app)
    ask(al, "al@county.example")
    page = al.get(link)
    assert page.h1 == "Enter the code from the same email"
    assert al.submit("Sign in", code="").errors == {"code": "Enter the code"}
    assert signed_in_as(al) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "12345a", "１２３４５６", "0" * 5000, "<script>"])
@pytest.mark.one_database
def test_code_that_is_none_is_refused_in_words(app: Flask, jo: int, code: str) -> None:
    person = PageClient(app)
    ask(person)
    page = person.submit("Sign in", code=code)
    assert page.status == 422
    assert page.errors["code"] in ("Enter the code", "Code must be 6 digits, like 014 285")


def test_a_code_has_five_tries_in_its_life_wherever_it_is_typed(app: Flask, jo: int) -> None:
    asking, other = PageClient(app), PageClient(app)
    ask(asking)
    link, code = newest_mail(app)
    for _ in range(3):
        assert asking.submit("Sign in", code=wrong(code)).errors["code"].startswith("The code must be the one")
    other.get(link)
    for _ in range(2):
        assert other.submit("Sign in", code=wrong(code)).status == 422
    other.submit("Sign in", code=code, status=429)
    page = asking.submit("Sign in", code=code, status=429)
    assert "Ask for a new email" in page.main
    assert count(app, SignedIn) == 0
    # The link itself still works in the asking browser: nobody can lock its owner out.
    asking.get(link)
    asking.submit("Sign in")
    assert signed_in_as(asking) == "Jo"


def test_tries_do_not_begin_anew_at_midnight(app: Flask, jo: int, later: Callable[[timedelta], None]) -> None:
    now = clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    later(midnight - now - timedelta(minutes=4))
    person = PageClient(app)
    ask(person)
    _, code = newest_mail(app)
    for _ in range(5):
        person.submit("Sign in", code=wrong(code), status=422)
    later(midnight - now + timedelta(minutes=1))
    person.submit("Sign in", code=code, status=429)


def test_two_browsers_use_one_code_at_the_same_moment(app: Flask, jo: int) -> None:
    with app.app_context():
        link, code = mint_sign_in(KNOWN)
        db.session.commit()
    people = [PageClient(app) for _ in range(4)]
    for person in people:
        person.get("/" + link.split("/", 3)[3])
    barrier, statuses = threading.Barrier(len(people)), []

    def press(person: PageClient) -> None:
        form = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)', page_of(person)), "code": code}
        barrier.wait()
        answer = person.http.post(person.here.path, data=form | {"csrf_token": form["csrf_token"][1]})
        statuses.append(answer.status_code)

    def page_of(person: PageClient) -> str:
        return str(person.here.response.get_data(as_text=True))

    threads = [threading.Thread(target=press, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(statuses) == 303
    assert sorted(statuses)[1] >= 400
    assert max(statuses) < 500
    assert count(app, SignedIn) == 1


# Who may


def test_council_address_without_an_account_may_refer_only(app: Flask) -> None:
    person = PageClient(app)
    ask(person, "Ann.New@County.Example")
    _, code = newest_mail(app)
    assert count(app, Account) == 0
    person.submit("Sign in", code=code)
    assert signed_in_as(person) == "Ann New"
    with app.app_context():
        account = db.session.scalars(select(Account)).one()
        assert (account.email, account.roles) == ("ann.new@county.example", [])
        ours = select(AuditEntry).where(AuditEntry.subject_kind.in_(("account", "session"))).order_by(AuditEntry.id)
        assert [entry.action for entry in db.session.scalars(ours)] == ["account.join", "session.start"]
    person.get("/accounts", status=403)


def test_disabled_between_mail_and_click_is_not_let_in(app: Flask, jo: int) -> None:
    person = PageClient(app)
    ask(person)
    link, code = newest_mail(app)
    with app.app_context():
        db.session.get(Account, jo).disabled_at = clock.now()  # type: ignore[union-attr]
        db.session.commit()
    assert person.submit("Sign in", code=code).status == 422
    person.get(link)
    person.submit("Sign in", status=409)
    assert count(app, SignedIn) == 0


def test_command_line_mints_a_link_for_enabled_accounts_only(app: Flask, jo: int) -> None:
    with app.app_context():
        make_account(email="gone@county.example", disabled_at=clock.now())
        for email in ("gone@county.example", "nobody@county.example", STRANGER):
            with pytest.raises(Conflict):
                mint_sign_in(email)
        link, code = mint_sign_in(f" {KNOWN.upper()} ")
        db.session.commit()
    assert count(app, Mail) == 0
    person = PageClient(app)
    person.get("/" + link.split("/", 3)[3])
    person.submit("Sign in", code=code)
    assert signed_in_as(person) == "Jo"


@pytest.mark.parametrize(
    "email", ["", "jo", "jo@", "@county.example", "jo@county", "jo@x.example\r\nBcc: a@b.example", "a" * 10_000, "=1+1"]
)
@pytest.mark.one_database
def test_address_that_is_none_is_refused_beside_the_field(app: Flask, email: str) -> None:
    person = PageClient(app)
    person.get("/sign-in")
    page = person.submit("Send me a link", email=email)
    assert page.status == 422
    assert list(page.errors) == ["email"]
    assert count(app, SignIn) == count(app, Mail) == 0


# What nobody can tell


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The kinds of SQL statement that run meanwhile, in order."""
    seen: list[str] = []

    def note(_conn: Connection, _cursor: object, sql: str, *_: object) -> None:
        seen.append(re.sub(r"sa_savepoint_\d+", "s", " ".join(sql.split())))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def addresses(app: Flask) -> dict[str, str]:
    with app.app_context():
        make_account(email=KNOWN)
        make_account(email="gone@county.example", disabled_at=clock.now())
    return {"known": KNOWN, "unknown": STRANGER, "disabled": "gone@county.example", "council": "new@county.example"}


def test_answers_for_known_unknown_and_disabled_addresses_are_alike(app: Flask) -> None:
    seen = {}
    for kind, email in addresses(app).items():
        person = PageClient(app)
        person.get("/sign-in?next=/account")
        with statements(app) as ran:
            page = person.submit("Send me a link", email=email, follow=False, status=303)
        headers = [
            (name, re.sub(r"=[^;]{20,}(?=;)|Expires=[^;]+", "", value)) for name, value in page.response.headers.items()
        ]
        shown = person.get("/sign-in/check").main.replace(email, "ADDRESS")
        seen[kind] = (page.status, headers, len(page.response.data), shown, ran)
    assert seen["known"] == seen["council"]
    assert seen["known"][:4] == seen["unknown"][:4] == seen["disabled"][:4]
    # The same work is done, too: the same statements, of which a mail that must not go is taken back.
    assert seen["unknown"][4] == seen["disabled"][4]
    taken_back = [sql.replace("ROLLBACK TO SAVEPOINT", "RELEASE SAVEPOINT") for sql in seen["unknown"][4]]
    assert taken_back == seen["known"][4] != seen["unknown"][4]
    with app.app_context():
        assert sorted(db.session.scalars(select(Mail.recipient))) == [KNOWN, "new@county.example"]
        assert len(db.session.scalars(select(SignIn)).all()) == 4


@pytest.mark.one_database
def test_time_tells_nothing_about_an_address(app: Flask) -> None:
    rounds = 25
    with app.app_context():
        for number in range(rounds):
            make_account(email=f"known{number}@county.example")
    took: dict[str, list[float]] = {"known{}@county.example": [], "unknown{}@elsewhere.example": []}
    for number in range(rounds):
        for pattern, times in took.items():
            person = PageClient(app.test_client())
            person.http.environ_base["REMOTE_ADDR"] = f"10.0.{number}.1"
            page = person.get("/sign-in")
            token = re.search(r'name="csrf_token" value="([^"]+)', page.response.get_data(as_text=True))
            assert token is not None
            form = {"csrf_token": token[1], "email": pattern.format(number)}
            began = time.perf_counter()
            answer = person.http.post("/sign-in", data=form)
            times.append(time.perf_counter() - began)
            assert answer.status_code == 303
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) < max(0.005, 0.25 * known)


def test_an_address_is_mailed_five_times_in_a_quarter_of_an_hour_at_most(app: Flask) -> None:
    for email in (KNOWN, STRANGER):
        person = PageClient(app)
        for number in range(5):
            ask(person, email if number % 2 else email.upper())
        person.get("/sign-in")
        person.submit("Send me a link", email=f" {email} ", status=429)


# Where it leads


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "/sign-out", "/nowhere"]
)
@pytest.mark.one_database
def test_next_leads_to_no_other_site(app: Flask, jo: int, target: str) -> None:
    person = PageClient(app)
    person.get("/sign-in", query_string={"next": target})
    person.submit("Send me a link", email=KNOWN)
    _, code = newest_mail(app)
    page = person.submit("Sign in", code=code, follow=False, status=303)
    assert page.response.headers["Location"] == "/"


def test_door_remembers_the_page_that_was_wanted(app: Flask, jo: int) -> None:
    person = PageClient(app)
    page = person.get("/account/name")
    assert page.h1 == "Sign in"
    person.submit("Send me a link", email=KNOWN)
    _, code = newest_mail(app)
    assert person.submit("Sign in", code=code).h1 == "Change your name"


def test_whoever_is_signed_in_is_led_on(app: Flask, jo: int) -> None:
    person = PageClient(app)
    with app.app_context():
        sign_in(person.http, db.session.get(Account, jo))  # type: ignore[arg-type]
    page = person.get("/sign-in?next=/account", follow=False, status=303)
    assert (page.status, page.response.headers["Location"]) == (303, "/account")


# Sessions


def test_signing_in_changes_every_cookie_and_ends_the_old_session(app: Flask, jo: int) -> None:
    person = PageClient(app)
    ask(person)
    before = person.http.get_cookie("visitor")
    _link, code = newest_mail(app)
    person.submit("Sign in", code=code)
    first = person.http.get_cookie("outreach")
    assert first is not None
    assert first.http_only
    assert first.same_site == "Lax"
    assert person.http.get_cookie("outreach_asked") is None
    assert before != person.http.get_cookie("visitor")


def test_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, jo: int) -> None:
    person, thief = PageClient(app), PageClient(app)
    with app.app_context():
        sign_in(person.http, db.session.get(Account, jo))  # type: ignore[arg-type]
    cookie = person.http.get_cookie("outreach")
    assert cookie is not None
    thief.http.set_cookie("outreach", cookie.value)
    assert signed_in_as(thief) == "Jo"
    person.get("/account")
    page = person.submit("Sign out", follow=False, status=303)
    assert page.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert person.get("/sign-in").banner == "You have signed out."
    assert signed_in_as(thief) is None
    assert thief.get("/account", follow=False, status=303).response.headers["Location"].startswith("/sign-in?next=")


def test_signing_out_is_a_post_with_a_token(app: Flask, jo: int) -> None:
    person = PageClient(app)
    with app.app_context():
        sign_in(person.http, db.session.get(Account, jo))  # type: ignore[arg-type]
    assert person.http.get("/sign-out").status_code == 405
    assert person.http.post("/sign-out").status_code == 400
    assert signed_in_as(person) == "Jo"


@pytest.mark.parametrize(("roles", "minutes"), [((), 8 * 60), ((Role.VIEWER,), 8 * 60), ((Role.ADMINISTRATOR,), 30)])
def test_idle_session_ends(
    app: Flask, later: Callable[[timedelta], None], roles: tuple[Role, ...], minutes: int
) -> None:
    person = PageClient(app)
    with app.app_context():
        sign_in(person.http, make_account(*roles, name="Jo"))
    later(timedelta(minutes=minutes - 1))
    assert signed_in_as(person) == "Jo"
    with app.app_context():  # as if that visit had not been
        row = db.session.scalars(select(SignedIn)).one()
        row.last_seen_at = row.started_at
        db.session.commit()
    later(timedelta(minutes=minutes))
    assert signed_in_as(person) is None


def test_busy_session_ends_after_twelve_hours(app: Flask, jo: int, later: Callable[[timedelta], None]) -> None:
    person = PageClient(app)
    with app.app_context():
        sign_in(person.http, db.session.get(Account, jo))  # type: ignore[arg-type]
    for hours, name in ((7.9, "Jo"), (11.9, "Jo"), (12, None)):
        later(timedelta(hours=hours))
        with app.app_context():
            row = db.session.scalars(select(SignedIn)).one()
            row.last_seen_at = clock.now()
            db.session.commit()
        assert signed_in_as(person) == name


def test_demotion_counts_in_the_next_request(app: Flask) -> None:
    person = PageClient(app)
    with app.app_context():
        account = make_account(Role.ADMINISTRATOR)
        sign_in(person.http, account)
        number = account.id
    person.get("/accounts")
    with app.app_context():
        demoted = db.session.get(Account, number)
        assert demoted is not None
        demoted.roles = []
        db.session.commit()
    person.get("/accounts", status=403)


def test_disabling_counts_in_the_next_request(app: Flask, jo: int) -> None:
    person = PageClient(app)
    with app.app_context():
        sign_in(person.http, db.session.get(Account, jo))  # type: ignore[arg-type]
    assert signed_in_as(person) == "Jo"
    with app.app_context():
        db.session.get(Account, jo).disabled_at = clock.now()  # type: ignore[union-attr]
        db.session.commit()
    assert signed_in_as(person) is None
