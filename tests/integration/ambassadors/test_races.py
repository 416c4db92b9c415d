"""Two coordinators at the same moment, on two connections."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from outreach.ambassadors.actions import (
    AmbassadorDetails,
    Application,
    ManagerAnswer,
    answer_agreement,
    apply_to_join,
    ask_manager,
    edit_ambassador,
    register_ambassador,
    take_step,
)
from outreach.ambassadors.models import Ambassador, Employer, ManagerAgreement
from outreach.ambassadors.rules import AmbassadorStatus, AmbassadorStep
from outreach.audit.models import AuditEntry
from outreach.db import begin_writing, db
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict
from outreach.outbox.models import Mail
from outreach.web.door import PUBLIC, Actor, ActorKind, Role
from tests import makers

COORDINATOR = Actor(ActorKind.ACCOUNT, 1, "Cora", frozenset({Role.COORDINATOR}))
ROUNDS = 5


def at_once(app: Flask, act: Callable[[], object], times: int = 2) -> list[str]:
    """Run an act in so many threads, each in a transaction of its own as a request has; how each ended."""
    gate = threading.Barrier(times)
    ends: list[str] = []

    def run() -> None:
        with app.test_request_context():
            gate.wait(10)
            try:
                begin_writing(db.session())
                act()
                db.session.commit()
                ends.append("done")
            except Conflict as conflict:
                db.session.rollback()
                ends.append(conflict.message)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(ends) == times
    return sorted(ends)


def details(email: str, employer: str) -> AmbassadorDetails:
    return AmbassadorDetails(
        name="Amina Yusuf",
        email=email,
        phone="",
        employer=employer,
        job_title="Care worker",
        role_family=makers.term(Vocabulary.ROLE_FAMILY, "direct_care"),
        home_district=makers.district(),
        travels_to=[],
        terms=[makers.activity()],
        notes="",
    )


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_one_address_is_registered_once(app: Flask) -> None:
    for number in range(ROUNDS):

        def register(email: str = f"amina{number}@care.example") -> None:
            register_ambassador(COORDINATOR, details(email, "New Care"), AmbassadorStatus.ACTIVE)

        ends = at_once(app, register, 3)
        refused = "An ambassador with this email address is already registered."
        assert ends == [refused, refused, "done"]
    with app.app_context():
        assert (count(Ambassador), count(Mail)) == (ROUNDS, ROUNDS)


def test_without_the_index_the_same_address_is_registered_twice(app: Flask) -> None:
    """The control: it is the database that refuses, and without it the race is lost."""
    with app.app_context():
        db.session.execute(text("DROP INDEX uq_ambassador_email_not_left"))
        db.session.commit()
    ends = at_once(
        app, lambda: register_ambassador(COORDINATOR, details("amina@care.example", "New"), AmbassadorStatus.ACTIVE)
    )
    assert ends == ["done", "done"]


def test_one_new_employer_is_added_once(app: Flask) -> None:
    for number in range(ROUNDS):
        emails = iter([f"a{number}@care.example", f"b{number}@care.example", f"c{number}@care.example"])

        def register(emails: Iterator[str] = emails, name: str = f"New Care {number}") -> None:
            register_ambassador(COORDINATOR, details(next(emails), name), AmbassadorStatus.ACTIVE)

        ends = at_once(app, register, 3)
        assert ends == ["done"] * 3
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Employer.name.startswith("New Care"))) == ROUNDS


def test_one_step_is_taken_once(app: Flask) -> None:
    for _ in range(ROUNDS):
        with app.app_context():
            id = makers.make_ambassador().id

        def pause(id: int = id) -> None:
            take_step(COORDINATOR, db.session.get_one(Ambassador, id), AmbassadorStep.PAUSE)

        assert at_once(app, pause) == ["This ambassador is paused, so this cannot be done now.", "done"]
    with app.app_context():
        paused = select(func.count()).where(AuditEntry.action == "ambassador.pause")
        assert db.session.scalar(paused) == ROUNDS


@pytest.mark.parametrize("stale", [True, False])
def test_an_edit_meets_a_step(app: Flask, stale: bool) -> None:
    """A record that was paused since its form was opened is not edited on top; reloaded, it is."""
    with app.test_request_context():
        ambassador = makers.make_ambassador()
        opened = str(ambassador.version)
        take_step(COORDINATOR, ambassador, AmbassadorStep.PAUSE)
        db.session.commit()
        change = details(ambassador.email, makers.COUNCIL)
        if stale:
            with pytest.raises(Conflict, match="Somebody else has changed this"):
                edit_ambassador(COORDINATOR, ambassador, change, opened)
        else:
            edit_ambassador(COORDINATOR, ambassador, change, str(ambassador.version))
            assert (ambassador.name, ambassador.status) == ("Amina Yusuf", AmbassadorStatus.PAUSED)


def test_one_address_applies_once(app: Flask) -> None:
    """The second of two applications replaces what nobody has confirmed; one mail goes out."""
    for number in range(ROUNDS):

        def apply(email: str = f"amina{number}@care.example") -> None:
            said = Application(details(email, makers.COUNCIL), "", "Meg", "meg@care.example")
            apply_to_join(PUBLIC, said)

        assert at_once(app, apply, 3) == ["done"] * 3
    with app.app_context():
        assert (count(Ambassador), count(ManagerAgreement), count(Mail)) == (ROUNDS, ROUNDS, ROUNDS)


def test_one_answer_of_two_is_taken(app: Flask) -> None:
    """Two people with a forwarded link answer at the same moment: one counts, the other is told."""
    for _ in range(ROUNDS):
        with app.test_request_context():
            amina = makers.make_ambassador(status=AmbassadorStatus.INTERESTED)
            id = ask_manager(COORDINATOR, amina, name="Meg", email="meg@care.example").id
            db.session.commit()
        answers = iter([ManagerAnswer(Decimal(4)), ManagerAnswer(None)])

        def answer(id: int = id, answers: Iterator[ManagerAnswer] = answers) -> None:
            agreement = db.session.get_one(ManagerAgreement, id)
            answer_agreement(Actor(ActorKind.MANAGER, id), agreement, next(answers), "asked")

        ends = at_once(app, answer)
        assert (ends[0][:35], ends[1]) == ("An answer has been given already. O", "done")
    with app.app_context():
        told = select(func.count()).where(
            Mail.message.in_(("ambassadors/manager_agreed", "ambassadors/manager_not_now"))
        )
        assert db.session.scalar(told) == ROUNDS
