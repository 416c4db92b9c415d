"""Sixteen coordinators at the same moment: the database lets one through and tells the others why.

Each control takes the guard away and shows that without it two would get through.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.models import CLASH, Assignment, Event
from outreach.events.rules import HOLDING, AssignmentStatus
from outreach.outbox.models import Mail
from outreach.web.door import Role
from tests import makers
from tests.kit.databases import Database
from tests.kit.racing import Answers, sending, together
from tests.kit.unguarded import unguarded
from tests.pages import PageClient

THREADS, ROUNDS = 16, 20


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


@pytest.fixture
def overlapping(app: Flask, desks: list[PageClient]) -> list[str]:
    """The assign pages of sixteen events that overlap, one for each desk."""
    with app.app_context():
        starts = makers.in_days(20)
        events = [makers.make_event(starts=starts + timedelta(minutes=n), title=f"Talk {n}") for n in range(THREADS)]
        return [f"/manage/events/{event.reference}/assign" for event in events]


@pytest.fixture
def race(app: Flask, desks: list[PageClient], overlapping: list[str]) -> Callable[[], tuple[Answers, int]]:
    """A race in which all ask one ambassador at once. Returns the answers and how many events hold them."""
    with app.app_context():
        person = makers.make_ambassador("Amina Khan").id
    jobs = [sending(desk, path, {"ambassadors": str(person)}) for desk, path in zip(desks, overlapping, strict=True)]

    def run() -> tuple[Answers, int]:
        with app.app_context():
            mails, lines = _count(Mail), _count(AuditEntry)
        answers = together(jobs)
        with app.app_context():
            held = _count(Assignment)
            # What stands is what was told: a mail and an audit line each.
            assert (_count(Mail) - mails, _count(AuditEntry) - lines) == (held, held)
            db.session.execute(delete(Assignment))
            db.session.commit()
        return answers, held

    return run


def _count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_one_of_sixteen_assigns_and_the_others_are_told_why(race: Callable[[], tuple[Answers, int]]) -> None:
    for _ in range(ROUNDS):
        answers, held = race()
        assert held == 1
        assert sorted(status for status, _ in answers) == [303] + [422] * (THREADS - 1)
        assert all("Amina Khan: busy then with EV-" in body for status, body in answers if status == 422)


def test_without_the_guards_it_goes_wrong(
    app: Flask, database: Database, race: Callable[[], tuple[Answers, int]]
) -> None:
    """PostgreSQL lets two through. SQLite, which then has only its snapshots, breaks off with a fault of ours."""
    with unguarded(app):
        for _ in range(ROUNDS):
            answers, held = race()
            if held > 1 or (database.name == "sqlite" and 500 in {status for status, _ in answers}):
                return
    pytest.fail("the race did not show")


@pytest.mark.parametrize("how", ["insert", "status", "ambassador", "move"])
def test_database_refuses_a_clash_behind_the_actions_back(app: Flask, how: str) -> None:
    with app.app_context():
        first = makers.make_assignment(makers.make_event(starts=makers.in_days(20)))
        second = makers.make_event(starts=makers.in_days(20, 10, 30))
        if how == "insert":
            add = {"event": second, "ambassador": first.ambassador}
            with pytest.raises(IntegrityError, match=CLASH):
                makers.make_assignment(**add)
            return
        if how == "status":
            row = makers.make_assignment(second, first.ambassador, status=AssignmentStatus.DECLINED)
            row.status = AssignmentStatus.ACCEPTED
        elif how == "ambassador":
            row = makers.make_assignment(second)
            row.ambassador_id = first.ambassador_id
        else:
            far = makers.make_event(starts=makers.in_days(40))
            makers.make_assignment(far, first.ambassador)
            (opening,) = far.openings
            opening.starts_at, opening.ends_at = second.starts_at, second.ends_at
        with pytest.raises(IntegrityError, match=CLASH):
            db.session.commit()


def test_events_that_touch_do_not_clash(app: Flask) -> None:
    with app.app_context():
        first = makers.make_assignment(makers.make_event(starts=makers.in_days(20)))
        makers.make_assignment(makers.make_event(starts=first.ends_at), first.ambassador)
        assert _count(Assignment) == 2


def test_assigning_and_moving_onto_each_other(app: Flask, desks: list[PageClient]) -> None:
    """One event moves to a time while its ambassador is asked to another one then: one of the two holds them.

    Who moves second lets go of them; who asks second is refused, and told why.
    """
    mover, assigner = desks[:2]
    for number in range(ROUNDS):
        with app.app_context():
            row = makers.make_assignment(makers.make_event(starts=makers.in_days(30 + number)))
            other = makers.make_event(starts=makers.in_days(100 + number, 10, 30))
            person, moved, reference, kept = row.ambassador_id, row.event.reference, other.reference, row.id
            day = makers.in_days(100 + number).date().isoformat()
        target = f"/manage/events/{moved}/move/confirm?starts={day}T10:00&ends={day}T11:00&place=Elsewhere&version=1"
        answers = together(
            [
                sending(mover, target, {"version": "1"}),
                sending(assigner, f"/manage/events/{reference}/assign", {"ambassadors": str(person)}),
            ]
        )
        refused = [body for status, body in answers if status == 422]
        assert len(refused) <= 1
        assert {status for status, _ in answers} <= {303, 422}
        assert all("busy then" in body or "just been asked" in body for body in refused)
        with app.app_context():
            found = db.session.get_one(Assignment, kept)
            others = select(Assignment.status).where(Assignment.ambassador_id == person, Assignment.id != kept)
            held = [found.status, *db.session.scalars(others)]
        assert sum(status in HOLDING for status in held) == (2 if _is_unmoved(app, kept) else 1), (held, answers)


def _is_unmoved(app: Flask, kept: int) -> bool:
    """Whether the move was what was refused: then the two are months apart."""
    with app.app_context():
        return db.session.get_one(Assignment, kept).starts_at < makers.in_days(90)


def test_one_event_edited_by_sixteen_keeps_one_edit(app: Flask, desks: list[PageClient]) -> None:
    with app.app_context():
        event = makers.make_event(title="As it was")
        number, reference = event.id, event.reference
    path = f"/manage/events/{reference}/edit"
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
        assert (found.title.startswith("Edit"), found.sequence) == (True, 1)


def test_yes_on_sixteen_telephones_counts_once(app: Flask) -> None:
    with app.app_context():
        row = makers.make_assignment()
        number, link = row.id, makers.link_to(row)
        mails = _count(Mail)
    phones = [PageClient(app) for _ in range(THREADS)]
    answers = together([sending(phone, link, {}) for phone in phones])
    assert {status for status, _ in answers} == {303}
    with app.app_context():
        found = db.session.get(Assignment, number)
        assert found is not None
        assert (found.status, found.event.sequence) == (AssignmentStatus.ACCEPTED, 1)
        assert _count(Mail) == mails + 1
        said = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "assignment.accept")
        assert db.session.scalar(said) == 1
