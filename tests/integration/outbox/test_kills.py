"""kill -9 of workers loses no mail, and repeats at most one a kill, with the same Message-ID."""

from __future__ import annotations

import itertools

from flask import Flask
from sqlalchemy import func, select

from outreach.db import begin_writing, db
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.models import Mail
from outreach.outbox.rules import MailStatus, RecipientKind
from tests.kit.databases import Database
from tests.kit.smtp import SmtpServer
from tests.kit.storms import environment, storm
from tests.makers import make_ambassador

KILLS = 5
MAILS = 16


def test_killed_workers_lose_no_mail(app: Flask, database: Database, smtp_server: SmtpServer) -> None:
    numbers = itertools.count(1)
    with app.app_context():
        ambassador = make_ambassador()

    def queue(how_many: int) -> None:
        with app.test_request_context():
            begin_writing(db.session())
            for _ in range(how_many):
                to = Recipient(RecipientKind.AMBASSADOR, ambassador.id, "Ann", f"ann{next(numbers)}@care.example")
                queue_mail(to, "ambassadors/paused", about=ambassador, ambassador=ambassador)
            db.session.commit()

    def is_quiet() -> bool:
        with app.app_context():
            waiting = select(func.count()).select_from(Mail).where(Mail.status == MailStatus.QUEUED)
            sending = select(func.count()).select_from(Mail).where(Mail.status == MailStatus.SENDING)
            return db.session.scalar(waiting) == 0 and (db.session.scalar(sending) or 0) <= KILLS

    env = environment(database.url, smtp_server.url)
    workers = 2 if database.name == "sqlite" else 3
    found = storm(queue, is_quiet, smtp_server, env, workers=workers, kills=KILLS, mails=MAILS)

    with app.app_context():
        written = {mail.message_id: mail for mail in db.session.scalars(select(Mail))}
    assert set(found.arrived) == set(written), "a mail was lost, or one came that nobody wrote"
    assert len(written) == KILLS * MAILS
    assert found.repeats <= found.kills
    assert {mail.status for mail in written.values()} == {MailStatus.SENT}
    for mail in smtp_server.messages:
        assert mail.recipients == (written[str(mail.message["Message-ID"])].recipient,)
