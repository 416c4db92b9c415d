"""The outbox against a real mail server: sent once, tried again, given up, corrected, blanked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.models import Mail
from outreach.outbox.rules import LEASE, MOST_ATTEMPTS, MailStatus, RecipientKind
from outreach.outbox.sending import claim, mark
from outreach.web.door import Role
from outreach.worker import Worker
from tests.kit.smtp import SmtpServer
from tests.makers import make_account, make_ambassador, sign_in
from tests.pages import PageClient


@pytest.fixture(autouse=True)
def clock_as_it_was() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def queue(app: Flask, address: str = "ann@care.example", *, name: str = "Ann Example") -> int:
    """Queue a mail to an ambassador of this address, as an act would; its number."""
    with app.test_request_context():
        person = make_ambassador(name, email=address)
        to = Recipient(RecipientKind.AMBASSADOR, person.id, person.name, address)
        mail = queue_mail(to, "ambassadors/paused", about=person, ambassador=person)
        assert mail is not None
        db.session.commit()
        return mail.id


def own_session() -> Session:
    """A connection of a worker's own."""
    return Session(db.engine, expire_on_commit=False)


def read(app: Flask, mail_id: int) -> Mail:
    with app.app_context():
        mail = db.session.get_one(Mail, mail_id)
        db.session.expunge(mail)
        return mail


def test_a_mail_is_sent_once_and_its_text_erased(app: Flask, smtp_server: SmtpServer) -> None:
    mail_id = queue(app)
    before = read(app, mail_id)
    worker = Worker(app)
    assert worker.send_mails() == 1
    assert worker.send_mails() == 0
    (arrived,) = smtp_server.messages
    assert arrived.recipients == ("ann@care.example",)
    assert arrived.message["Message-ID"] == before.message_id
    assert arrived.subject == before.subject
    assert arrived.text.split() == before.body.split()
    after = read(app, mail_id)
    assert (after.status, after.body, after.attempts) == (MailStatus.SENT, "", 1)
    assert after.sent_at is not None


@pytest.mark.config(demo=True, smtp_url="")
def test_in_a_demonstration_nothing_leaves_and_the_text_stays(app: Flask, smtp_server: SmtpServer) -> None:
    mail_id = queue(app)
    assert Worker(app).send_mails() == 1
    assert smtp_server.messages == []
    assert "Ann Example" in read(app, mail_id).body


def test_a_deferred_mail_waits_longer_each_time(app: Flask, smtp_server: SmtpServer) -> None:
    mail_id, worker = queue(app), Worker(app)
    smtp_server.answer_next("451 try later", "452 full", "451 try later")
    moved = timedelta(0)
    for wait in (2, 4, 8):
        assert worker.send_mails() == 0
        mail = read(app, mail_id)
        assert mail.status is MailStatus.QUEUED
        assert mail.error is not None
        assert mail.error.startswith("deferred: 45")
        assert worker.send_mails() == 0, "it was tried again before its time"
        assert smtp_server.attempts == read(app, mail_id).attempts
        moved += timedelta(seconds=wait)
        clock.set_offset(moved)
    assert worker.send_mails() == 1
    mail = read(app, mail_id)
    assert (mail.status, mail.attempts, mail.error) == (MailStatus.SENT, 4, None)
    assert len(smtp_server.messages) == 1


def test_a_server_that_is_away_is_tried_until_the_attempts_are_used_up(app: Flask, smtp_server: SmtpServer) -> None:
    mail_id, worker = queue(app), Worker(app)
    smtp_server.answer_next(*["451 try later"] * MOST_ATTEMPTS)
    for attempt in range(MOST_ATTEMPTS):
        assert read(app, mail_id).status is MailStatus.QUEUED
        worker.send_mails()
        clock.set_offset(timedelta(hours=2 * (attempt + 1)))
    mail = read(app, mail_id)
    assert (mail.status, mail.attempts) == (MailStatus.FAILED, MOST_ATTEMPTS)
    assert worker.send_mails() == 0


def test_nobody_listening_is_tried_again(app: Flask, smtp_server: SmtpServer) -> None:
    mail_id, worker = queue(app), Worker(app)
    server, worker.server = worker.server, type(worker.server)("127.0.0.1", 1, "", "", False)  # type: ignore[misc]
    assert worker.send_mails() == 0
    assert read(app, mail_id).error == "unreachable: ConnectionRefusedError"
    worker.server = server
    clock.set_offset(timedelta(seconds=3))
    assert worker.send_mails() == 1


def test_a_refused_address_is_shown_corrected_and_sent(app: Flask, smtp_server: SmtpServer) -> None:
    mail_id, worker = queue(app, "wrong@care.example"), Worker(app)
    smtp_server.refuse("wrong@care.example")
    assert worker.send_mails() == 0
    failed = read(app, mail_id)
    assert (failed.status, failed.attempts) == (MailStatus.FAILED, 1)
    assert failed.body != ""

    person = PageClient(app)
    with app.app_context():
        sign_in(person.http, make_account(Role.COORDINATOR))
    page = person.get("/mails")
    assert page.table("1 mail failed")[0]["To"] == "wrong@care.example"
    assert "no such mailbox" in page.table("1 mail failed")[0]["What went wrong"]
    assert person.get("/work").has("Mails that failed (1)")
    person.get(f"/mails/{mail_id}")
    assert person.submit("Send again", email="not an address").errors["email"].startswith("Enter an email address")
    assert person.submit("Send again", email="a@care.example\r\nBcc: x@y.example").status == 422
    page = person.submit("Send again", email="right@care.example")
    assert page.banner == "The mail will be sent again within a minute."
    assert page.has("No mail has failed")
    with app.app_context():
        assert db.session.scalars(select(Ambassador.email)).one() == "right@care.example"
        assert db.session.scalar(select(AuditEntry.id).where(AuditEntry.action == "mail.send_again"))

    assert worker.send_mails() == 1
    assert [mail.recipients for mail in smtp_server.messages] == [("right@care.example",)]
    assert smtp_server.messages[0].message["Message-ID"] == failed.message_id


def test_a_mail_that_did_not_fail_cannot_be_sent_again(app: Flask) -> None:
    mail_id, person = queue(app), PageClient(app)
    with app.app_context():
        sign_in(person.http, make_account(Role.ADMINISTRATOR))
    assert "Send again" not in person.get(f"/mails/{mail_id}").buttons()
    page = person.post(f"/mails/{mail_id}", {"email": "other@care.example"}, status=422)
    assert page.has("This mail is no longer waiting to be sent again")
    assert read(app, mail_id).recipient == "ann@care.example"


def test_a_failed_mail_whose_text_is_erased_is_no_longer_offered(app: Flask, smtp_server: SmtpServer) -> None:
    mail_id, person = queue(app), PageClient(app)
    with app.app_context():
        mail = db.session.get_one(Mail, mail_id)
        mail.status, mail.body, mail.recipient = MailStatus.FAILED, "", ""
        sign_in(person.http, make_account(Role.COORDINATOR))
    assert person.get("/mails").has("No mail has failed")
    person.get(f"/mails/{mail_id}")
    assert person.post(f"/mails/{mail_id}", {"email": "a@care.example"}, status=422).has("too old to be sent again")
    assert Worker(app).send_mails() == 0


def test_mails_to_referred_friends_are_not_the_coordinators_to_read(app: Flask) -> None:
    mail_id, person = queue(app), PageClient(app)
    with app.app_context():
        mail = db.session.get_one(Mail, mail_id)
        mail.recipient_kind, mail.status = RecipientKind.FRIEND, MailStatus.FAILED
        sign_in(person.http, make_account(Role.COORDINATOR, Role.ADMINISTRATOR))
    person.get(f"/mails/{mail_id}", status=404)
    assert not person.get("/mails").has("ann@care.example")
    assert not person.get("/work").has("ann@care.example")


HOSTILE = [
    "a@care.example\r\nBcc: everybody@care.example",
    "a@care.example\nBcc: everybody@care.example",
    "a@care.example, b@care.example",
    "",
    "no address at all",
    "<",
    '"unfinished@care.example',
    "ä@care.example",
    "a@" + "x" * 300 + ".example",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_harms_no_other_mail(app: Flask, smtp_server: SmtpServer, address: str) -> None:
    hostile = queue(app, "first@care.example")
    with app.app_context():
        db.session.get_one(Mail, hostile).recipient = address
        db.session.commit()
    queue(app, "second@care.example", name="Bea Example")
    worker = Worker(app)
    worker.send_mails()
    reached = {address for mail in smtp_server.messages for address in mail.recipients}
    assert "second@care.example" in reached
    assert "everybody@care.example" not in reached
    assert all("Bcc" not in mail.message for mail in smtp_server.messages)


def test_a_line_break_in_a_name_stays_out_of_the_headers(app: Flask, smtp_server: SmtpServer) -> None:
    mail_id = queue(app)
    with app.app_context():
        db.session.get_one(Mail, mail_id).subject = "Hello\r\nBcc: everybody@care.example"
        db.session.commit()
    Worker(app).send_mails()
    assert read(app, mail_id).status is MailStatus.FAILED
    assert smtp_server.messages == []


def test_a_rolled_back_act_leaves_no_mail(app: Flask, smtp_server: SmtpServer) -> None:
    with app.test_request_context():
        person = make_ambassador(email="ann@care.example")
        to = Recipient(RecipientKind.AMBASSADOR, person.id, person.name, person.email)
        queue_mail(to, "ambassadors/paused", about=person, ambassador=person)
        db.session.rollback()
    assert Worker(app).send_mails() == 0
    assert smtp_server.messages == []


def test_two_workers_claim_different_mails_and_a_dead_ones_mail_after_its_lease(app: Flask) -> None:
    first, second = queue(app), queue(app, "bea@care.example")
    with app.app_context(), own_session() as a, own_session() as b:
        one, other = claim(a), claim(b)
        assert {one and one.id, other and other.id} == {first, second}
        assert claim(a) is None
        clock.set_offset(LEASE + timedelta(seconds=1))
        again = claim(a)
        assert again is not None
        assert (again.id, again.attempts) == (first, 2)


def test_a_worker_that_was_taken_over_may_say_sent_but_not_failed(app: Flask) -> None:
    mail_id = queue(app)
    with app.app_context(), own_session() as slow, own_session() as quick:
        late = claim(slow)
        clock.set_offset(LEASE + timedelta(seconds=1))
        assert late is not None
        assert claim(quick) is not None
        mark(slow, late, "unreachable: TimeoutError", keep_body=False)
        assert read(app, mail_id).status is MailStatus.SENDING, "the second worker is at it"
        mark(slow, late, None, keep_body=False)
        assert read(app, mail_id).status is MailStatus.SENT
        assert claim(quick) is None


@pytest.mark.parametrize("message", ["ambassadors/registered", "ambassadors/paused", "ambassadors/active"])
def test_no_mail_has_two_blank_lines_together(app: Flask, message: str) -> None:
    with app.test_request_context():
        person = make_ambassador("Ann Example", email="ann@care.example")
        to = Recipient(RecipientKind.AMBASSADOR, person.id, person.name, "ann@care.example")
        mail = queue_mail(to, message, about=person, ambassador=person)
        assert mail is not None
        assert mail.body.startswith("Hello Ann Example,\n\n")
        assert "\n\n\n" not in mail.body
