"""The mailbox on a real IMAP server, and the pipe: once is enough, twice does no harm, and trouble stops nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.app import JOBS
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.actions import invite_ambassadors, move_event
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import JobRun, Mail
from outreach.replies import mailbox
from outreach.replies.mailbox import TROUBLE, Mailbox, read_mailbox
from outreach.replies.models import Reply
from outreach.replies.rules import Reason, ReplyStatus
from outreach.web.door import SYSTEM
from outreach.worker import ANSWERS, Worker
from tests import makers
from tests.integration.replies.conftest import Invited, count
from tests.kit import replies
from tests.kit.clocks import offset_of_processes
from tests.kit.databases import Database
from tests.kit.imap import ImapServer
from tests.kit.smtp import SmtpServer


def status_of(app: Flask, number: int) -> AssignmentStatus:
    with app.app_context():
        return db.session.scalars(select(Assignment.status).where(Assignment.id == number)).one()


def reading(app: Flask, url: str) -> Worker:
    """A worker that reads a mailbox; what IMAP_URL says is known only once the server listens."""
    worker = Worker(app)
    worker.mailbox = Mailbox.from_url(url)
    return worker


@pytest.fixture
def worker(app: Flask, imap_server: ImapServer) -> Worker:
    return reading(app, imap_server.url)


def test_worker_reads_the_mailbox_and_puts_every_mail_away(
    app: Flask, worker: Worker, imap_server: ImapServer, invited: Invited
) -> None:
    imap_server.put(invited.mail(), replies.plain(invited.address, "See you"), b"\xff\0 no mail at all")
    assert worker.read_answers() == 3
    assert status_of(app, invited.assignment_id) is AssignmentStatus.ACCEPTED
    assert (imap_server.count(), imap_server.count("Handled", "SEEN")) == (0, 3)
    with app.app_context():
        found = db.session.scalars(select(Reply).order_by(Reply.id))
        assert [one.reason for one in found] == [None, Reason.PLAIN, Reason.PLAIN]
        run = db.session.get(JobRun, ANSWERS)
        assert run is not None
        assert (run.changed, run.failures, run.finished_at is not None) == (3, 0, True)


def test_mailbox_is_read_once_a_minute_by_one_worker(worker: Worker, imap_server: ImapServer) -> None:
    assert worker.read_answers() == 0
    imap_server.put(replies.plain("a@b.example", "Yes"))
    assert worker.read_answers() == 0
    assert imap_server.count(which="UNSEEN") == 1


def test_mail_that_was_read_but_not_put_away_is_known_again(
    app: Flask, worker: Worker, imap_server: ImapServer, invited: Invited, receive: Callable[[bytes], Reply | None]
) -> None:
    raw = invited.mail()
    receive(raw)
    imap_server.put(raw, raw)
    with app.app_context():
        before = count(AuditEntry), count(Mail)
    assert worker.read_answers() == 2
    with app.app_context():
        assert (count(Reply), count(AuditEntry), count(Mail)) == (1, *before)
    assert imap_server.count() == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_large_mail_is_not_fetched_whole(app: Flask, worker: Worker, imap_server: ImapServer) -> None:
    imap_server.put(replies.plain("a@b.example", "x" * 10_000_000, subject="Large"))
    assert worker.read_answers() == 1
    with app.app_context():
        found = db.session.scalars(select(Reply)).one()
        assert (found.reason, found.subject, found.text) == (Reason.TOO_LARGE, "Large", "")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("trouble", ["nobody listens", "wrong password", "no such folder", "certificate"])
def test_trouble_with_the_mailbox_stops_no_mail_and_no_job(
    app: Flask, imap_server: ImapServer, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    url = imap_server.url
    if trouble == "certificate":
        monkeypatch.delenv("SSL_CERT_FILE")
    url = {
        "nobody listens": url.replace(f":{imap_server.port}/", ":1/"),
        "wrong password": url.replace("odd", "even"),
        "no such folder": url.replace("INBOX", "Elsewhere"),
    }.get(trouble, url)
    with pytest.raises(TROUBLE):
        read_mailbox(Mailbox.from_url(url))
    worker = reading(app, url)
    with app.app_context():
        row = makers.make_assignment()
        makers.make_account()
        number = row.id
    with app.test_request_context(base_url=app.config["BASE_URL"]):
        event = db.session.get(Event, db.session.scalars(select(Assignment.event_id)).one())
        assert event is not None
        invite_ambassadors(SYSTEM, event, [makers.make_ambassador().id])
        db.session.commit()
    assert worker.run_once() >= 1
    assert len(smtp_server.messages) >= 1
    with app.app_context():
        run = db.session.get(JobRun, ANSWERS)
        assert run is not None
        assert (run.failures, run.finished_at is not None) == (1, True)
        assert count(JobRun) == len(JOBS) + 1
    assert status_of(app, number) is AssignmentStatus.INVITED


def test_password_stands_in_no_words_of_ours() -> None:
    assert "secret" not in repr(Mailbox.from_url("imaps://me:secret@mail.example/INBOX"))


def test_fault_of_ours_leaves_the_mail_to_a_person(
    app: Flask, worker: Worker, imap_server: ImapServer, invited: Invited, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in the middle of an act: nothing of the act stays, and the next mail is read."""
    real, broken = mailbox.receive_mail, invited.mail()

    def fail(raw: bytes) -> Reply | None:
        reply = real(raw)
        if raw == broken:
            raise RuntimeError("a fault")
        return reply

    monkeypatch.setattr(mailbox, "receive_mail", fail)
    imap_server.put(broken, replies.plain("a@b.example", "Yes"))
    assert worker.read_answers() == 2
    assert status_of(app, invited.assignment_id) is AssignmentStatus.INVITED
    with app.app_context():
        found = db.session.scalars(select(Reply).order_by(Reply.id))
        assert [(one.status, one.reason) for one in found] == [
            (ReplyStatus.WAITING, Reason.BROKEN), (ReplyStatus.WAITING, Reason.PLAIN),
        ]  # fmt: skip


def test_our_own_invitation_is_answered_and_an_answer_from_before_it_moved_is_not(
    app: Flask, worker: Worker, imap_server: ImapServer, smtp_server: SmtpServer
) -> None:
    """Our REQUEST by SMTP, its answer by IMAP; once the event has moved, only an answer to the new one counts."""

    def act(what: Callable[[Event], Any]) -> None:
        with worker.app.test_request_context(base_url=worker.app.config["BASE_URL"]):
            event = db.session.scalars(select(Event)).one()
            what(event)
            db.session.commit()

    with app.app_context():
        makers.make_event(title="Talk")
        person = makers.make_ambassador("Amina Khan", email="amina@care.example").id
    act(lambda event: invite_ambassadors(SYSTEM, event, [person]))
    worker.send_mails()
    first = _request_to(smtp_server, "amina@care.example")
    act(
        lambda event: move_event(
            SYSTEM, event, starts_at=makers.in_days(30), ends_at=makers.in_days(30, 12), place="Elsewhere", online=False
        )
    )
    worker.send_mails()
    second = _request_to(smtp_server, "amina@care.example")
    assert (first["UID"], second["UID"]) == (first["UID"], first["UID"])
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])
    for text, expected in ((first, AssignmentStatus.INVITED), (second, AssignmentStatus.ACCEPTED)):
        answer = replies.calendar(text["UID"], "amina@care.example", sequence=int(text["SEQUENCE"]))
        imap_server.put(replies.exchange("Amina@Care.example", answer))
        with app.app_context():
            number = db.session.scalars(select(Assignment.id)).one()
            db.session.execute(JobRun.__table__.delete())  # type: ignore[attr-defined]
            db.session.commit()
        assert worker.read_answers() == 1
        assert status_of(app, number) is expected


def _request_to(server: SmtpServer, address: str) -> dict[str, str]:
    """The lines of the newest invitation to an address, by name."""
    parts = [
        part
        for mail in server.to(address)
        for part in mail.message.walk()
        if part.get_content_type() == "text/calendar" and part.get_param("method") == "REQUEST"
    ]
    text = parts[-1].get_payload(decode=True).decode().replace("\r\n ", "")
    return {line.split(":", 1)[0].split(";")[0]: line.split(":", 1)[1] for line in text.splitlines() if ":" in line}


# The pipe


def _pipe(raw: bytes, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("outreach")), "read-mail"],
        input=raw,
        capture_output=True,
        env={**os.environ, "DEMO": "1", "CLOCK_OFFSET_SECONDS": offset_of_processes(), **environment},
        timeout=60,
    )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_pipe_acts_on_a_mail_and_says_so_by_its_end(app: Flask, database: Database, invited: Invited) -> None:
    done = _pipe(invited.mail(), DATABASE_URL=database.url)
    assert (done.returncode, done.stdout) == (0, b"")
    assert status_of(app, invited.assignment_id) is AssignmentStatus.ACCEPTED


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_pipe_takes_a_large_mail_to_its_end(app: Flask, database: Database) -> None:
    assert _pipe(replies.plain("a@b.example", "x" * 3_000_000), DATABASE_URL=database.url).returncode == 0
    with app.app_context():
        assert db.session.scalars(select(Reply.reason)).one() is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "environment",
    [{"DATABASE_URL": "sqlite:////nowhere/at/all.db"}, {"DEMO": "0"}],
    ids=["no database", "no settings"],
)
def test_pipe_asks_the_server_to_keep_the_mail_when_there_is_trouble(environment: dict[str, str]) -> None:
    done = _pipe(replies.plain("amina@care.example", "Yes"), **environment)
    assert done.returncode == 75
    assert b"amina" not in done.stderr
