"""The eight endings of a referral, under the worker's clock, and a search of every byte afterwards.

1 yes; 2 no; 3 never; 4 silence; 5 a notice that cannot be delivered; 6 the referrer takes it back; 7 the friend
withdraws after a yes; 8 nobody is asked, because the friend refused for ever before. Each by both ways in,
where both can end so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from outreach import clock
from outreach.accounts.models import LinkToken
from outreach.accounts.queries import get_account
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.outbox.models import JobRun, Mail
from outreach.referrals.models import Candidate, PendingFriend, Referral, Refusal
from outreach.referrals.rules.consent import ReferralState
from outreach.worker import Worker
from tests.kit.clocks import move_to
from tests.kit.databases import Database
from tests.kit.referring import (
    account_of,
    agree,
    allow_details,
    answer_link,
    count_rows,
    get_link,
    officer,
    pass_on,
    signed_in,
    type_details,
)
from tests.kit.smtp import SmtpServer
from tests.makers import sign_in
from tests.pages import PageClient

NAME = "Zebedee Quillfeather"
ADDRESS = "zebedee.quillfeather@friends.example"
PHONE = "01905 555 0177"
TRACES = ("Zebedee", "Quillfeather", "zebedee.quill", "555 0177")


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


@pytest.fixture
def referrer(app: Flask) -> PageClient:
    allow_details(app)
    return signed_in(app, name="Jo Referrer", email="jo.referrer@county.example")


def by_link(referrer: PageClient) -> None:
    type_details(PageClient(referrer.http.application), get_link(referrer), name=NAME, email=ADDRESS, phone=PHONE)


def by_details(referrer: PageClient) -> None:
    pass_on(referrer, "Zebedee", ADDRESS)


BOTH = pytest.mark.parametrize("refer", [by_link, by_details])
Refer = Callable[[PageClient], None]


def work(app: Flask) -> None:
    """A round of the worker in which every job is due."""
    with app.app_context():
        db.session.execute(JobRun.__table__.delete())
        db.session.commit()
    Worker(app).run_once()


def every_byte(app: Flask, database: Database) -> bytes:
    """All that the database holds: for SQLite the file itself after a checkpoint and VACUUM, else every row."""
    if database.name == "sqlite":
        path = Path(database.url.removeprefix("sqlite:///"))
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        beside = [path.with_name(path.name + end) for end in ("-wal", "-shm")]
        return path.read_bytes() + b"".join(one.read_bytes() for one in beside if one.exists())
    with app.app_context():
        tables = db.metadata.sorted_tables
        rows = [db.session.execute(text(f'SELECT * FROM "{table.name}"')).all() for table in tables]
    return repr(rows).encode()


def traces(app: Flask, database: Database) -> list[str]:
    held = every_byte(app, database).lower()
    return [trace for trace in TRACES if trace.lower().encode() in held]


def sent_link(smtp_server: SmtpServer) -> str:
    """The path of the link that arrived in the friend's mailbox."""
    words = smtp_server.to(ADDRESS)[-1].text.split()
    return "/" + next(one for one in words if "/friend/answer/" in one).split("/", 3)[3]


def referral_of(app: Flask) -> Referral:
    with app.app_context():
        return db.session.scalars(select(Referral)).one()


def see(app: Flask, referrer: PageClient) -> str:
    """What the referrer's own page says, after signing in again at this time."""
    with app.app_context():
        sign_in(referrer.http, get_account(account_of(app, "Jo Referrer")))
    return referrer.get("/refer/mine").main


def check_closed(app: Flask, referrer: PageClient) -> None:
    """It is closed, shows as closed within a day, never why, and its private links have stopped."""
    referral = referral_of(app)
    assert referral.state is ReferralState.CLOSED
    assert referral.closed_at is not None
    assert referral.closed_shown_at is not None
    assert timedelta(0) <= referral.closed_shown_at - referral.closed_at <= timedelta(days=1)
    with app.app_context():
        live = db.session.scalars(select(LinkToken).where(LinkToken.revoked_at.is_(None))).all()
        assert [one for one in live if one.purpose.value == "friend"] == []
    move_to(referral.closed_shown_at + timedelta(minutes=1))
    page = see(app, referrer)
    assert "Closed" in page
    assert "We never say why" in page
    for word in ("Zebedee", "refus", "withdr", "never asked", "bounce"):
        assert word not in page.replace("We never say why a referral is closed.", "")


def test_the_search_finds_what_is_there(app: Flask, database: Database, referrer: PageClient) -> None:
    by_link(referrer)
    assert traces(app, database) == list(TRACES)


@BOTH
def test_1_yes(app: Flask, referrer: PageClient, refer: Refer) -> None:
    refer(referrer)
    friend, path = PageClient(app), answer_link(app, ADDRESS)
    friend.get(path)
    if refer is by_link:
        friend.submit("Send your answer", answer="yes", agree="yes")
    else:
        friend.submit("Send your answer", answer="yes")
        assert friend.here.h1 == "Your details"
        friend.submit(
            "Say yes",
            name=NAME,
            post="care_worker",
            district="worcester",
            new_to_care="no",
            of_age="yes",
            agree="yes",
        )
    assert friend.here.h1 == "Your referral"
    assert count_rows(app, PendingFriend, Candidate) == {"pending_friend": 0, "candidate": 1}
    page = see(app, referrer)
    assert "With recruitment" in page
    assert "Zebedee" not in page
    clock.set_offset(timedelta(days=15))
    work(app)
    assert referral_of(app).state is ReferralState.AGREED
    friend.get(path)  # the same link goes on


@BOTH
def test_2_no(app: Flask, database: Database, referrer: PageClient, smtp_server: SmtpServer, refer: Refer) -> None:
    refer(referrer)
    work(app)
    with app.app_context():
        mail = db.session.scalars(select(Mail).where(Mail.recipient == ADDRESS)).one()
        assert mail.body == ""  # it was sent; the link is in the friend's mailbox only
    friend, path = PageClient(app), sent_link(smtp_server)
    friend.get(path)
    friend.submit("Send your answer", answer="no")
    assert friend.here.h1 == "Thank you for answering"
    assert traces(app, database) == []
    assert count_rows(app, Refusal) == {"refusal": 0}
    friend.get(path, status=410)
    check_closed(app, referrer)
    assert traces(app, database) == []


@BOTH
def test_3_never(app: Flask, database: Database, referrer: PageClient, refer: Refer) -> None:
    refer(referrer)
    friend = PageClient(app)
    friend.get(answer_link(app, ADDRESS))
    friend.submit("Send your answer", answer="never")
    assert friend.here.h1 == "We will not write again"
    assert traces(app, database) == []
    assert count_rows(app, Refusal) == {"refusal": 1}
    check_closed(app, referrer)
    clock.set_offset(timedelta(days=729))
    work(app)
    assert count_rows(app, Refusal) == {"refusal": 1}
    clock.set_offset(timedelta(days=731))
    work(app)
    assert count_rows(app, Refusal) == {"refusal": 0}


@BOTH
def test_4_silence(app: Flask, database: Database, referrer: PageClient, refer: Refer) -> None:
    refer(referrer)
    path = answer_link(app, ADDRESS)
    clock.set_offset(timedelta(days=13, hours=23))
    work(app)
    assert count_rows(app, PendingFriend) == {"pending_friend": 1}
    PageClient(app).get(path)
    clock.set_offset(timedelta(days=14))
    PageClient(app).get(path, status=410)  # also before the worker comes by
    work(app)
    assert count_rows(app, PendingFriend) == {"pending_friend": 0}
    assert traces(app, database) == []
    check_closed(app, referrer)


@BOTH
def test_5_a_notice_that_cannot_be_delivered(
    app: Flask,
    database: Database,
    referrer: PageClient,
    smtp_server: SmtpServer,
    refer: Refer,
) -> None:
    smtp_server.refuse(ADDRESS)
    refer(referrer)
    Worker(app).send_mails()
    work(app)
    assert traces(app, database) == []
    check_closed(app, referrer)
    assert smtp_server.to(ADDRESS) == []


@BOTH
def test_6_the_referrer_takes_it_back(
    app: Flask, database: Database, referrer: PageClient, smtp_server: SmtpServer, refer: Refer
) -> None:
    refer(referrer)
    referrer.get("/refer/mine")
    referrer.click("Take it back")
    referrer.submit("Take it back", sure="yes")
    work(app)
    assert smtp_server.to(ADDRESS) == []  # taken back before it was sent
    assert traces(app, database) == []
    check_closed(app, referrer)


@pytest.mark.parametrize("late", [0, 400])
def test_7_the_friend_withdraws_after_a_yes(app: Flask, database: Database, referrer: PageClient, late: int) -> None:
    by_link(referrer)
    friend, path = PageClient(app), answer_link(app, ADDRESS)
    agree(friend, path)
    recruiter = officer(app)
    recruiter.typed.add(NAME)
    reference = referral_of(app).reference
    recruiter.get(f"/candidates/{reference}/notes")
    recruiter.submit("Save", words="Spoke to Quillfeather")
    clock.set_offset(timedelta(days=late))
    friend.get(path)
    friend.click("Withdraw")
    assert friend.submit("Withdraw").errors
    friend.submit("Withdraw", sure="yes")
    assert friend.here.h1 == "You have withdrawn"
    assert traces(app, database) == []
    friend.get(path, status=410)
    with app.app_context():
        candidate = db.session.scalars(select(Candidate)).one()
        assert candidate.contact_hash  # decides who was first
        assert candidate.outcome is not None
        assert candidate.outcome.code == "withdrew"
    check_closed(app, referrer)


@BOTH
def test_8_nobody_is_asked_who_said_never(
    app: Flask,
    database: Database,
    referrer: PageClient,
    smtp_server: SmtpServer,
    refer: Refer,
) -> None:
    other = signed_in(app, name="Olive Other")
    pass_on(other, "Zebedee", "z.e.bedeequillfeather+jobs@friends.example")
    friend = PageClient(app)
    friend.get(answer_link(app, "z.e.bedeequillfeather+jobs@friends.example"))
    friend.submit("Send your answer", answer="never")
    refer(referrer)
    assert "Waiting for your friend" in see(app, referrer)
    assert traces(app, database) == []
    work(app)
    assert smtp_server.to(ADDRESS) == []
    clock.set_offset(timedelta(days=14, minutes=1))
    work(app)
    with app.app_context():
        states = db.session.scalars(select(Referral.state)).all()
    assert set(states) == {ReferralState.CLOSED}


def test_the_audit_tells_no_ending_from_another(app: Flask, referrer: PageClient) -> None:
    for number, answer in enumerate(("no", "never")):
        address = f"friend{number}@friends.example"
        pass_on(referrer, "Sam", address)
        friend = PageClient(app)
        friend.get(answer_link(app, address))
        friend.submit("Send your answer", answer=answer)
    with app.app_context():
        ends = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "referral.end")).all()
        assert [one.details for one in ends] == [{}, {}]
        words = repr([(one.action, one.details) for one in db.session.scalars(select(AuditEntry))])
    assert "friends.example" not in words
    assert "Sam" not in words


@BOTH
def test_a_scanner_that_opens_and_posts_changes_nothing(app: Flask, referrer: PageClient, refer: Refer) -> None:
    refer(referrer)
    path = answer_link(app, ADDRESS)
    scanner = PageClient(app)
    for _ in range(3):
        scanner.head(path)
        scanner.get(path)
    shown = scanner.get(path)
    assert not [e for e in shown.all("input") if "checked" in e.attrib]  # no answer is chosen for anybody
    scanner.post(path, {}, status=422)
    scanner.post(f"{path}/details", {}, status=422)
    if refer is by_link:
        scanner.post(path, {"answer": "yes"}, status=422)
    else:
        scanner.post(path, {"answer": "yes"})
    assert referral_of(app).state is ReferralState.WAITING
    assert count_rows(app, PendingFriend, Candidate, Refusal) == {"pending_friend": 1, "candidate": 0, "refusal": 0}


def test_nobody_lists_the_quarantine(app: Flask, referrer: PageClient) -> None:
    by_link(referrer)
    recruiter = officer(app)
    reference = referral_of(app).reference
    for path in ("/candidates", "/candidates/board", "/candidates?closed=yes", "/candidates?words=Zebedee"):
        page = recruiter.get(path)
        assert not page.has("Quillfeather")
        assert not page.has(reference)
    recruiter.get(f"/candidates/{reference}", status=404)
    assert "Zebedee" not in see(app, referrer)
