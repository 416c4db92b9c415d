"""The long forms of what `make test` tries shortly: 10,000 hostile inputs, a hundred kills, two hundred races."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach.db import begin_writing, db
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.models import Mail
from outreach.outbox.rules import MailStatus, RecipientKind
from tests.conftest import SETTINGS, close, create
from tests.kit.crowding import Crowd
from tests.kit.databases import Database
from tests.kit.fuzzing import Fuzzer
from tests.kit.smtp import SmtpServer
from tests.kit.storms import environment, storm
from tests.makers import make_ambassador

INPUTS = 10_000
KILLS = 100
ROUNDS = 200


@pytest.mark.timeout(3600)
def test_ten_thousand_hostile_inputs(filled: str, tell: Callable[[str], None]) -> None:
    app = create(replace(SETTINGS, database_url=filled))
    fuzzer, statuses = Fuzzer(app), Counter[int]()
    for number in range(1000, 1000 + INPUTS):
        attack, status = fuzzer.attack(number)
        assert status < 500, str(attack)
        statuses[status] += 1
    close(app)
    tell(f"\n{INPUTS} hostile inputs: {dict(sorted(statuses.items()))}")


@pytest.mark.timeout(3600)
def test_a_hundred_kills(app: Flask, database: Database, smtp_server: SmtpServer, tell: Callable[[str], None]) -> None:
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
            return db.session.scalar(waiting) == 0

    env = environment(database.url, smtp_server.url)
    workers = 2 if database.name == "sqlite" else 4
    found = storm(queue, is_quiet, smtp_server, env, workers=workers, kills=KILLS, mails=24)
    with app.app_context():
        written = set(db.session.scalars(select(Mail.message_id)))
    tell(
        f"\n{database.name}: {KILLS} kills, {len(written)} mails, {found.repeats} repeated, "
        f"{len(written - set(found.arrived))} lost"
    )
    assert set(found.arrived) == written
    assert found.repeats <= KILLS


@pytest.mark.timeout(3600)
def test_two_hundred_rounds_of_sixteen_on_one_order(
    app: Flask, database: Database, tell: Callable[[str], None]
) -> None:
    found = Crowd(app).rounds(ROUNDS)
    tell(
        f"\n{database.name}: {ROUNDS} rounds of 16 on one order of invitations: {dict(sorted(found.statuses.items()))}"
    )
    assert found.wrong == []
    # On SQLite one writes at a time; on a machine at its end somebody may have waited too long, and is told so.
    assert set(found.statuses) <= {303, 409, 422, 503}
