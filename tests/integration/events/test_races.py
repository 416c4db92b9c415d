"""Sixteen coordinators at the same moment: the database lets one through and tells the others why.

Each control takes the guard away and shows that without it two would get through.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

import outreach.web.transaction
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.models import CLASH, POSTGRESQL_CLASH, SQLITE_CLASH, Assignment, Event
from outreach.events.rules import HOLDING, AssignmentStatus
from outreach.outbox.models import Mail
from outreach.web.door import Role
from tests import makers
from tests.kit.databases import Database
from tests.pages import PageClient

THREADS, ROUNDS = 16, 20
Answers = list[tuple[int, str]]


@pytest.fixture
def desks(app: Flask) -> list[PageClient]:
    """Sixteen coordinators, each signed in on a browser of their own."""
    people = []
    with app.app_context():
        for _ in range(THREADS):
            person = PageClient(app)
            makers.sign_in(person.http, makers.make_account(Role.COORDINATOR))
            people.append(person)
    return people


def together(jobs: list[Callable[[], tuple[int, str]]]) -> Answers:
    """Do every job in a thread of its own, all at once."""
    gate = threading.Barrier(len(jobs))
    answers: Answers = []

    def run(job: Callable[[], tuple[int, str]]) -> None:
        gate.wait()
        answers.append(job())

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def sending(person: PageClient, path: str, data: dict[str, Any]) -> Callable[[], tuple[int, str]]:
    """Send a form that was opened before: only the sending is raced."""
    keys = {
        element.get("name", ""): element.get("value", "")
        for form in person.here.forms()
        for element in form.iter("input")
        if element.get("name") in ("csrf_token", "once")
    }

    def send() -> tuple[int, str]:
        answer = person.http.post(path, data=keys | data)
        return answer.status_code, answer.get_data(as_text=True)

    return send


def race_to_assign(app: Flask, desks: list[PageClient]) -> tuple[Answers, int]:
    """All ask one ambassador to events that overlap. Returns the answers and how many hold them."""
    with app.app_context():
        person = makers.make_ambassador("Amina Khan").id
        starts = makers.in_days(20)
        references = [
            makers.make_event(starts=starts + timedelta(minutes=n), title=f"Talk {n}").reference
            for n in range(len(desks))
        ]
        mails, lines = _count(Mail), _count(AuditEntry)
    jobs = []
    for desk, reference in zip(desks, references, strict=True):
        path = f"/manage/events/{reference}/assign"
        desk.get(path)
        jobs.append(sending(desk, path, {"ambassadors": str(person)}))
    answers = together(jobs)
    with app.app_context():
        held = db.session.scalar(
            select(func.count())
            .select_from(Assignment)
            .where(Assignment.ambassador_id == person, Assignment.status.in_(HOLDING))
        )
        # What stands is what was told: a mail and an audit line each.
        assert _count(Mail) - mails == held
        assert _count(AuditEntry) - lines == held
        for row in db.session.scalars(select(Assignment).where(Assignment.ambassador_id == person)):
            row.status = AssignmentStatus.DECLINED
        db.session.commit()
    return answers, held or 0


def _count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_one_of_sixteen_assigns_and_the_others_are_told_why(app: Flask, desks: list[PageClient]) -> None:
    for _ in range(ROUNDS):
        answers, held = race_to_assign(app, desks)
        assert held == 1
        assert sorted(status for status, _ in answers) == [303] + [422] * (THREADS - 1)
        assert all("Amina Khan is busy then: EV-" in body for status, body in answers if status == 422)


@contextmanager
def unguarded(app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take the clash rule out of the database, and on SQLite the write lock at the start as well."""
    if database.name == "postgresql":
        drop, create = [f"ALTER TABLE assignment DROP CONSTRAINT {CLASH}"], POSTGRESQL_CLASH
    else:
        drop = [f"DROP TRIGGER {statement.split()[2]}" for statement in SQLITE_CLASH]
        create = SQLITE_CLASH
        monkeypatch.setattr(outreach.web.transaction, "begin_writing", lambda session: None)
    _execute(app, drop)
    try:
        yield
    finally:
        monkeypatch.undo()
        _execute(app, create)


def _execute(app: Flask, statements: list[str]) -> None:
    with app.app_context(), db.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_without_the_rule_in_the_database_two_get_through(
    app: Flask, database: Database, desks: list[PageClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    with unguarded(app, database, monkeypatch):
        assert any(race_to_assign(app, desks)[1] > 1 for _ in range(ROUNDS))


def test_assigning_and_moving_onto_each_other(app: Flask, desks: list[PageClient]) -> None:
    """One event moves to a time while its ambassador is asked to another one then: one of the two is refused."""
    mover, assigner = desks[:2]
    for number in range(ROUNDS):
        with app.app_context():
            row = makers.make_assignment(makers.make_event(starts=makers.in_days(30 + number)))
            other = makers.make_event(starts=makers.in_days(100 + number, 10, 30))
            person, moved, reference = row.ambassador_id, row.event.reference, other.reference
            day = makers.in_days(100 + number).date().isoformat()
        target = f"/manage/events/{moved}/move/confirm?starts={day}T10:00&ends={day}T11:00&place=Elsewhere&version=1"
        mover.get(target)
        assigner.get(f"/manage/events/{reference}/assign")
        answers = together(
            [
                sending(mover, target, {"version": "1"}),
                sending(assigner, f"/manage/events/{reference}/assign", {"ambassadors": str(person)}),
            ]
        )
        assert sorted(status for status, _ in answers) == [303, 422]
        assert any("busy then" in body or "just been asked" in body for _, body in answers)


def test_one_event_edited_by_sixteen_keeps_one_edit(app: Flask, desks: list[PageClient]) -> None:
    with app.app_context():
        event = makers.make_event(title="As it was")
        number, reference = event.id, event.reference
    path = f"/manage/events/{reference}/edit"
    for desk in desks:
        desk.get(path)
    version = "1"
    answers = together(
        [
            sending(desk, path, {"title": f"Edit {n}", "activity": "talk", "needed": "1", "version": version})
            for n, desk in enumerate(desks)
        ]
    )
    assert sorted(status for status, _ in answers) == [303] + [422] * (THREADS - 1)
    assert all("Somebody else has changed this" in body for status, body in answers if status == 422)
    with app.app_context():
        found = db.session.get(Event, number)
        assert found is not None
        assert (found.version, found.sequence) == (2, 1)


def test_yes_on_sixteen_telephones_counts_once(app: Flask) -> None:
    with app.app_context():
        row = makers.make_assignment()
        number, link = row.id, makers.link_to(row)
        mails = _count(Mail)
    phones = [PageClient(app) for _ in range(THREADS)]
    for phone in phones:
        phone.get(link)
    answers = together([sending(phone, link, {}) for phone in phones])
    assert {status for status, _ in answers} == {303}
    with app.app_context():
        found = db.session.get(Assignment, number)
        assert found is not None
        assert (found.status, found.event.sequence) == (AssignmentStatus.ACCEPTED, 1)
        assert _count(Mail) == mails + 1
        said = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "assignment.accept")
        assert db.session.scalar(said) == 1
