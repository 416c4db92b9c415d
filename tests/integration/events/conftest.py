"""Who stands at the pages of events, and what they leave behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.models import LinkToken
from outreach.audit.models import AuditEntry
from outreach.db import begin_writing, db
from outreach.events.models import Assignment, Event
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.ordering import World
from tests.kit.planning import Desk
from tests.pages import PageClient


@pytest.fixture
def coordinator(app: Flask) -> PageClient:
    """A coordinator at their desk."""
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR, email="cora@county.example", name="Cora"))
    return person


@pytest.fixture
def act(app: Flask) -> Callable[..., Any]:
    """`act(function, …)` does an act as the worker would: in a request, with the write lock, one commit."""

    def run(function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        with app.test_request_context():
            begin_writing(db.session())
            try:
                done = function(*args, **named)
                db.session.commit()
            except BaseException:
                db.session.rollback()
                raise
            return done

    return run


@dataclass(frozen=True)
class Letter:
    """A mail as its reader has it."""

    message: str
    to: str
    subject: str
    body: str


@pytest.fixture
def letters(app: Flask) -> Callable[[], list[Letter]]:
    """The mails queued since this was last asked, oldest first."""
    seen = 0

    def read() -> list[Letter]:
        nonlocal seen
        with app.app_context():
            found = db.session.scalars(select(Mail).where(Mail.id > seen).order_by(Mail.id)).all()
            seen = max((one.id for one in found), default=seen)
            return [Letter(one.message, one.recipient, one.subject, one.body) for one in found]

    return read


@pytest.fixture
def traces(app: Flask) -> Callable[[], tuple[int, ...]]:
    """How many events, assignments, audit lines, mails and links there are: a refused act leaves them alone."""

    def count() -> tuple[int, ...]:
        with app.app_context():
            tables = (Event, Assignment, AuditEntry, Mail, LinkToken)
            return tuple(db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables)

    return count


@pytest.fixture
def audit(app: Flask) -> Callable[[], list[str]]:
    """What was done to events and assignments, oldest first."""

    def read() -> list[str]:
        with app.app_context():
            kinds = AuditEntry.subject_kind.in_(("event", "assignment"))
            return list(db.session.scalars(select(AuditEntry.action).where(kinds).order_by(AuditEntry.id)))

    return read


@pytest.fixture
def later() -> Callable[[timedelta], None]:
    """`later(timedelta)` moves the clock on for the rest of the test."""
    yield clock.set_offset  # type: ignore[misc]
    clock.set_offset(timedelta(0))


@pytest.fixture
def cora() -> Actor:
    """A coordinator, for acts without a page."""
    return Actor(ActorKind.ACCOUNT, None, "Cora", frozenset({Role.COORDINATOR}))


@pytest.fixture
def world(app: Flask, act: Callable[..., Any], cora: Actor) -> World:
    """Asha, Ben and Cara, who can go, and an event that needs one of them."""
    return World(app, act, cora)


@pytest.fixture
def desk(app: Flask, act: Callable[..., Any], cora: Actor) -> Desk:
    """Where a term is planned, with the worker that does it."""
    return Desk(app, act, cora)
