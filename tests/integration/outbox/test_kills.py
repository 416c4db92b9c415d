"""kill -9 of workers loses no mail, keeps each thread in order, and repeats at most one a kill, by its Message-ID."""

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
    numbers, pairs = itertools.count(1), itertools.count()
    with app.app_context():
        ambassador = make_ambassador()

    def queue(how_many: int) -> None:
        with app.test_request_context():
            begin_writing(db.session())
            for _ in range(how_many):
                to = Recipient(RecipientKind.AMBASSADOR, ambassador.id, "Ann", f"ann{next(numbers)}@care.example")
                # Two by two in a thread, as a REQUEST and its CANCEL are.
                thread = f"pair-{next(pairs) // 2}"
                queue_mail(to, "ambassadors/paused", about=ambassador, thread=thread, ambassador=ambassador)
            db.session.commit()

    def is_quiet() -> bool:
        with app.app_context():
            waiting = select(func.count()).select_from(Mail).where(Mail.status == MailStatus.QUEUED)
            sending = select(func.count()).select_from(Mail).where(Mail.status == MailStatus.SENDING)
            # What a killed worker had claimed holds back the mail after it.
            return all((db.session.scalar(one) or 0) <= KILLS for one in (waiting, sending))

    env = environment(database.url, smtp_server.url)
    workers = 2 if database.name == "sqlite" else 3
    found = storm(queue, is_quiet, smtp_server, env, workers=workers, kills=KILLS, mails=MAILS)

    with app.app_context():
        written = {mail.message_id: mail for mail in db.session.scalars(select(Mail))}
    assert set(found.arrived) == set(written), "a mail was lost, or one came that nobody wrote"
    assert len(written) == KILLS * MAILS
    assert found.repeats <= found.kills
    assert {mail.status for mail in written.values()} == {MailStatus.SENT}
    arrived = [str(mail.message["Message-ID"]) for mail in smtp_server.messages]
    first, last = {one: arrived.index(one) for one in written}, {one: at for at, one in enumerate(arrived)}
    threads: dict[str | None, list[str]] = {}
    for one in sorted(written.values(), key=lambda mail: mail.id):
        threads.setdefault(one.thread, []).append(one.message_id)
    assert len(threads) == KILLS * MAILS // 2
    assert all(last[earlier] < first[later] for earlier, later in threads.values()), "a mail overtook its thread"
    for mail in smtp_server.messages:
        assert mail.recipients == (written[str(mail.message["Message-ID"])].recipient,)
