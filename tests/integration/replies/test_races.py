"""Answers that come at the same moment: the newest has the last word, and the same mail counts once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.db import begin_writing, db
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import Mail
from outreach.replies import actions
from outreach.replies.models import Reply
from tests.integration.replies.conftest import Invited, count
from tests.kit.databases import Database

ROUNDS = 5


def together(app: Flask, mails: Iterable[bytes], *, write_lock: bool = True) -> list[str]:
    """Read every mail in a thread and on a connection of its own, all at once. Returns what went wrong."""
    every = list(mails)
    gate, faults = threading.Barrier(len(every)), []

    def read(raw: bytes) -> None:
        with app.test_request_context(base_url=app.config["BASE_URL"]):
            if not write_lock:
                db.session.scalar(select(Reply.id).limit(1))  # its snapshot begins here
            gate.wait()
            try:
                if write_lock:
                    begin_writing(db.session())
                actions.receive_mail(raw)
                db.session.commit()
            except Exception as error:  # noqa: BLE001 what another connection's lock does to ours is what is looked at
                db.session.rollback()
                faults.append(type(error).__name__)

    threads = [threading.Thread(target=read, args=(raw,)) for raw in every]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def again(app: Flask, invited: Invited) -> None:
    """Put the assignment back to invited, as if nobody had answered."""
    with app.app_context():
        db.session.execute(delete(Reply))
        row = db.session.get(Assignment, invited.assignment_id)
        assert row is not None
        row.status, row.answered_at, row.reason_id = AssignmentStatus.INVITED, None, None
        db.session.commit()


@pytest.fixture
def race(app: Flask, invited: Invited) -> Callable[..., tuple[AssignmentStatus, list[str]]]:
    """A yes of a minute ago and a no of now, read at once. Returns where it ended."""

    def run(**more: bool) -> tuple[AssignmentStatus, list[str]]:
        again(app, invited)
        yes = invited.mail(stamp=clock.now() - timedelta(minutes=1))
        faults = together(app, [yes, invited.mail("DECLINED")], **more)
        with app.app_context():
            row = db.session.get(Assignment, invited.assignment_id)
            assert row is not None
            return row.status, faults

    return run


NO = (AssignmentStatus.DECLINED, AssignmentStatus.WITHDRAWN)


def test_newest_of_two_answers_has_the_last_word(race: Callable[..., tuple[AssignmentStatus, list[str]]]) -> None:
    for _ in range(ROUNDS):
        status, faults = race()
        assert (status in NO, faults) == (True, [])


def test_without_the_lock_an_older_answer_can_win(
    race: Callable[..., tuple[AssignmentStatus, list[str]]], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL lets the older yes come last. SQLite, which then has only its snapshots, breaks one off."""
    meet = threading.Barrier(2)
    real = actions.check_timely

    def check_together(*values: object) -> object:
        found = real(*values)  # type: ignore[arg-type]
        meet.wait(5)
        return found

    if database.name == "postgresql":
        monkeypatch.setattr(actions, "lock_ambassadors", lambda ids: [])
        monkeypatch.setattr(actions, "lock_event", lambda event: [])
        monkeypatch.setattr(actions, "check_timely", check_together)
    for _ in range(ROUNDS * 3):
        status, faults = race(write_lock=database.name == "postgresql")
        if status not in NO or faults:
            return
    pytest.fail("the race did not show")


def test_same_mail_by_eight_ways_at_once_counts_once(app: Flask, invited: Invited) -> None:
    for _ in range(ROUNDS):
        again(app, invited)
        with app.app_context():
            before = count(Mail), count(AuditEntry)
        assert together(app, [invited.mail(message_id="<the-same@mail.example>")] * 8) == []
        with app.app_context():
            assert count(Reply) == 1
            assert (count(Mail), count(AuditEntry)) == (before[0] + 1, before[1] + 1)
