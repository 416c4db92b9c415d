"""A mailbox that is read, and somebody who answers from a calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach.audit.models import AuditEntry
from outreach.db import begin_writing, db
from outreach.events.models import Assignment
from outreach.outbox.models import Mail
from outreach.replies.actions import receive_mail
from outreach.replies.models import Reply
from outreach.web.door import Role
from tests import makers
from tests.kit import imap, replies


@pytest.fixture(scope="session")
def _imap() -> Iterator[imap.ImapServer]:
    with imap.imap_server() as server:
        yield server


@pytest.fixture
def imap_server(_imap: imap.ImapServer, monkeypatch: pytest.MonkeyPatch) -> imap.ImapServer:
    """A real IMAP server, its mailbox empty, and its certificate one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", _imap.certificate)
    _imap.clear()
    return _imap


@dataclass(frozen=True)
class Invited:
    """Somebody who was invited by mail: what their calendar knows."""

    assignment_id: int
    event_id: int
    reference: str
    uid: str
    address: str
    sequence: int

    def text(self, answer: str = "ACCEPTED", **more: Any) -> str:
        return replies.calendar(self.uid, self.address, answer, **({"sequence": self.sequence} | more))

    def mail(self, answer: str = "ACCEPTED", *, message_id: str = "", **more: Any) -> bytes:
        """Their answer, as Google's calendar sends it."""
        return replies.google(self.address, self.text(answer, **more), message_id=message_id)


@pytest.fixture
def invite(app: Flask) -> Callable[..., Invited]:
    """`invite(about, **more)` makes an event and somebody invited to it by mail; `more` is the assignment's."""

    def make(about: dict[str, Any] | None = None, **more: Any) -> Invited:
        with app.app_context():
            values: dict[str, Any] = {"ambassador": makers.make_ambassador("Amina Khan")} | more
            values |= {"mailed_sequence": 3, "mailed_to": values["ambassador"].email} | more
            row = makers.make_assignment(makers.make_event(sequence=3, **(about or {})), **values)
            event = row.event
            return Invited(row.id, event.id, event.reference, event.uid_staff, row.mailed_to or "", 3)

    return make


@pytest.fixture
def invited(app: Flask, invite: Callable[..., Invited]) -> Invited:
    """Amina Khan is invited to an event in three weeks; a coordinator will be told of a no."""
    with app.app_context():
        makers.make_account(Role.COORDINATOR, name="Cora Ordinator", email="cora@county.example")
    return invite()


@pytest.fixture
def receive(app: Flask) -> Callable[[bytes], Reply | None]:
    """`receive(raw)` reads one mail, as the mailbox and the pipe do."""

    def read(raw: bytes) -> Reply | None:
        with app.test_request_context(base_url=app.config["BASE_URL"]):
            begin_writing(db.session())
            reply = receive_mail(raw)
            db.session.commit()
            return reply

    return read


@dataclass(frozen=True)
class Trace:
    """Everything that an answer can leave behind, but for its own row."""

    assignment: tuple[Any, ...]
    event: tuple[Any, ...]
    lines: int
    mails: int


@pytest.fixture
def trace(app: Flask) -> Callable[[Invited], Trace]:
    def look(invited: Invited) -> Trace:
        with app.app_context():
            row = db.session.get(Assignment, invited.assignment_id, populate_existing=True)
            assert row is not None
            columns = [column.key for column in Assignment.__table__.columns]
            event = row.event
            return Trace(
                tuple(getattr(row, name) for name in columns),
                (event.status, event.sequence, event.changed_at, event.version),
                count(AuditEntry),
                count(Mail),
            )

    return look


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0
