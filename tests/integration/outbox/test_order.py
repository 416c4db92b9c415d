"""Mails of one thread go out in the order in which they were queued: a CANCEL never overtakes its REQUEST.

Each control takes the rule away and shows that without it one would.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import db
from outreach.errors import Conflict
from outreach.outbox import sending
from outreach.outbox.actions import Recipient, queue_mail, send_again
from outreach.outbox.models import Mail
from outreach.outbox.queries import count_failed
from outreach.outbox.rules import WAITING, MailStatus, RecipientKind
from outreach.web.door import SYSTEM
from outreach.worker import Worker
from tests.kit.smtp import SmtpServer
from tests.makers import make_ambassador

WORKERS, THREADS = 4, 8
TRIES = 10  # the workers of one race may by chance send each pair in its order


@pytest.fixture(autouse=True)
def clock_as_it_was() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def queue(app: Flask, *threads: str | None, to: str = "ann@care.example") -> list[int]:
    """Queue a mail in each of these threads, one after the other; their numbers."""
    with app.test_request_context():
        person = make_ambassador("Ann Example", email=f"{len(threads)}-{random.random()}@care.example")
        whom = Recipient(RecipientKind.AMBASSADOR, person.id, person.name, to)
        mails = [queue_mail(whom, "ambassadors/paused", about=person, thread=one, ambassador=person) for one in threads]
        db.session.commit()
        return [mail.id for mail in mails if mail is not None]


def arrivals(app: Flask, smtp: SmtpServer) -> list[int]:
    """The numbers of the mails that arrived, in their order."""
    with app.app_context():
        numbers = {mail.message_id: mail.id for mail in db.session.scalars(select(Mail))}
    return [numbers[str(mail.message["Message-ID"])] for mail in smtp.messages]


def statuses(app: Flask, ids: list[int]) -> list[MailStatus]:
    with app.app_context():
        return [db.session.get_one(Mail, one).status for one in ids]


def defer(app: Flask, mail_id: int) -> None:
    """The server said "later" to this mail, and it will be an hour until it is tried again."""
    with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
        mail = sending.claim(session)
        assert mail is not None
        assert mail.id == mail_id
        sending.mark(session, mail, "deferred: 451 try later", keep_body=False)
        db.session.get_one(Mail, mail_id).due_at = clock.now() + timedelta(hours=1)
        db.session.commit()


def test_point_45_a_deferred_mail_holds_back_its_thread_and_no_other(app: Flask, smtp_server: SmtpServer) -> None:
    asked, cancelled, other, alone = queue(app, "one", "one", "two", None)
    defer(app, asked)
    worker = Worker(app)
    assert worker.send_mails() == 2
    assert arrivals(app, smtp_server) == [other, alone]
    clock.set_offset(timedelta(hours=2))
    assert worker.send_mails() == 2
    assert arrivals(app, smtp_server) == [other, alone, asked, cancelled]


def test_without_the_rule_the_later_mail_goes_first(
    app: Flask, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_held_back", false)
    asked, cancelled = queue(app, "one", "one")
    defer(app, asked)
    worker = Worker(app)
    assert worker.send_mails() == 1
    clock.set_offset(timedelta(hours=2))
    assert worker.send_mails() == 1
    assert arrivals(app, smtp_server) == [cancelled, asked]


def test_point_45_while_one_is_being_sent_the_next_is_not_claimed(app: Flask) -> None:
    asked, cancelled = queue(app, "one", "one")
    with (
        app.app_context(),
        Session(db.engine, expire_on_commit=False) as a,
        Session(db.engine, expire_on_commit=False) as b,
    ):
        first = sending.claim(a)
        assert first is not None
        assert first.id == asked
        assert sending.claim(b) is None
        sending.mark(a, first, None, keep_body=False)
        second = sending.claim(b)
        assert second is not None
        assert second.id == cancelled


def test_a_mail_that_was_given_up_holds_nothing_back(app: Flask, smtp_server: SmtpServer) -> None:
    ids = queue(app, "one", "one")
    smtp_server.answer_next("550 no")
    assert Worker(app).send_mails() == 1
    assert statuses(app, ids) == [MailStatus.FAILED, MailStatus.SENT]
    assert arrivals(app, smtp_server) == ids[1:]


def test_point_45_a_mail_that_was_overtaken_is_not_sent_again(app: Flask, smtp_server: SmtpServer) -> None:
    """Its REQUEST would put back what the CANCEL took out."""
    asked, cancelled = queue(app, "one", "one")
    (lonely,) = queue(app, "two")
    smtp_server.answer_next("550 no", "250 OK", "550 no")
    Worker(app).send_mails()
    assert statuses(app, [asked, cancelled, lonely]) == [MailStatus.FAILED, MailStatus.SENT, MailStatus.FAILED]
    with app.test_request_context():
        with pytest.raises(Conflict, match="out of date"):
            send_again(SYSTEM, db.session.get_one(Mail, asked), "ann@care.example")
        assert count_failed() == 1, "nobody can do anything about the one that was overtaken"
        send_again(SYSTEM, db.session.get_one(Mail, lonely), "ann@care.example")
        db.session.commit()
    assert Worker(app).send_mails() == 1


def _race(app: Flask, smtp: SmtpServer) -> int:
    """Several workers send pairs to a server that defers every other mail, so mostly the first of a pair; returns how
    many pairs arrived the wrong way round."""
    clock.set_offset(timedelta(0))
    smtp.messages.clear()
    pairs = [queue(app, f"pair-{number}", f"pair-{number}") for number in range(THREADS)]
    smtp.answer_next(*["451 try later", "250 OK"] * THREADS)
    for minutes in range(60):
        clock.set_offset(timedelta(minutes=minutes))
        crew = [threading.Thread(target=Worker(app).send_mails) for _ in range(WORKERS)]
        for one in crew:
            one.start()
        for one in crew:
            one.join()
        with app.app_context():
            if not db.session.scalar(select(func.count()).select_from(Mail).where(Mail.status.in_(WAITING))):
                break
    arrived = arrivals(app, smtp)
    assert sorted(arrived) == sorted(one for pair in pairs for one in pair), "lost, or sent twice"
    return sum(arrived.index(first) > arrived.index(second) for first, second in pairs)


def test_point_45_several_workers_never_turn_a_pair_round(app: Flask, smtp_server: SmtpServer) -> None:
    assert _race(app, smtp_server) == 0


def test_without_the_rule_several_workers_turn_pairs_round(
    app: Flask, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_held_back", false)
    assert any(_race(app, smtp_server) for _ in range(TRIES)), "the control shows no race"
