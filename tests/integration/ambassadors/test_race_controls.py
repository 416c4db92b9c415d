"""What is looked at under a lock, two at once; and the controls, which look without it and get through both."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.ambassadors.actions.demand import tell_demand
from outreach.ambassadors.actions.importing import MOVED_ON, check_rows, import_ambassadors
from outreach.ambassadors.actions.thanks import thank_as_coordinator
from outreach.ambassadors.models import Ambassador, Away, Employer, ManagerAgreement, Thanks, UnmetDemand
from outreach.ambassadors.queries.own import list_away, list_thanked_for
from outreach.ambassadors.queries.search import Wanted
from outreach.ambassadors.rules import Agreement, AmbassadorStatus
from outreach.ambassadors.rules.importing import Field, Row, stamp_of
from outreach.ambassadors.rules.thanks import ThanksFrom
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.racing import DONE, race, race_without_lock

COORDINATOR = Actor(ActorKind.ACCOUNT, 1, "Cora", frozenset({Role.COORDINATOR}))
ROUNDS = 3


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def row(number: int) -> Row:
    return Row(
        number,
        {
            Field.NAME: f"Person {number}",
            Field.EMAIL: f"person{number}@association.example",
            Field.EMPLOYER: "Fernlea Care (invented)",
            Field.JOB_TITLE: "Care worker",
            Field.ROLE_FAMILY: "direct_care",
            Field.HOME_DISTRICT: "worcester",
        },
    )


def test_two_imports_of_one_file_take_it_in_once(app: Flask) -> None:
    for number in range(ROUNDS):
        rows = [row(number * 100 + one) for one in range(20)]
        with app.app_context():
            before = count(Ambassador)
            stamp = stamp_of(check_rows(COORDINATOR, rows))

        def take_in(rows: list[Row] = rows, stamp: str = stamp) -> None:
            import_ambassadors(COORDINATOR, rows, stamp, mail=True)

        assert sorted(race(app, take_in, take_in)) == sorted([DONE, MOVED_ON])
        with app.app_context():
            assert count(Ambassador) == before + 20
            assert count(Mail) == 20 * (number + 1)
            acts = select(func.count()).where(AuditEntry.action == "ambassador.import")
            assert db.session.scalar(acts) == 20 * (number + 1)
            assert count(Employer) == 1


def test_the_same_thanks_at_once_are_given_once(app: Flask) -> None:
    for number in range(ROUNDS):
        with app.app_context():
            id, event = makers.make_ambassador().id, makers.make_event().id

        def thank(id: int = id, event: int = event) -> None:
            thank_as_coordinator(COORDINATOR, db.session.get_one(Ambassador, id), "Thank you.", event_id=event)

        assert sorted(race(app, thank, thank)) == sorted([DONE, "You have thanked them for this visit already."])
        with app.app_context():
            assert (count(Thanks), count(Mail)) == (number + 1, number + 1)


def test_without_the_lock_somebody_is_thanked_twice(app: Flask) -> None:
    with app.app_context():
        id, event = makers.make_ambassador().id, makers.make_event().id
    references = iter(["TH-2222-2222", "TH-3333-3333"])

    def not_thanked() -> bool:
        return id not in list_thanked_for(event, "Cora")

    def write() -> None:
        db.session.add(
            Thanks(
                reference=next(references),
                ambassador_id=id,
                event_id=event,
                source=ThanksFrom.COORDINATOR,
                signed="Cora",
                words="Thank you.",
                thanked_at=clock.now(),
            )
        )

    assert race_without_lock(app, (not_thanked, write), (not_thanked, write)) == [True, True]
    with app.app_context():
        assert count(Thanks) == 2, "the control shows no race"


def test_without_the_lock_days_away_overlap(app: Flask) -> None:
    """The control of test_availability: two entries at once."""
    with app.app_context():
        id, day = makers.make_ambassador().id, clock.today() + timedelta(days=5)

    def free() -> bool:
        return not list_away(id)

    def write(first: date = day) -> None:
        db.session.add(Away(ambassador_id=id, first_day=first, last_day=first))

    assert race_without_lock(app, (free, write), (free, write)) == [True, True]
    with app.app_context():
        assert count(Away) == 2, "the control shows no race"


def test_without_the_lock_both_answers_of_a_manager_are_taken(app: Flask) -> None:
    """The control of test_races: a forwarded link, answered by two."""
    with app.app_context():
        amina = makers.make_ambassador(status=AmbassadorStatus.AWAITING_MANAGER, ready=False)
        asked = ManagerAgreement(
            ambassador_id=amina.id,
            manager_name="Meg",
            manager_email="meg@care.example",
            status=Agreement.ASKED,
            words="",
            asked_at=clock.now(),
        )
        db.session.add(asked)
        db.session.commit()
        id = asked.id

    def waits() -> bool:
        return db.session.get_one(ManagerAgreement, id).status is Agreement.ASKED

    def answer(status: Agreement) -> None:
        found = db.session.get_one(ManagerAgreement, id)
        found.status, found.answered_at = status, clock.now()

    ends = race_without_lock(app, (waits, lambda: answer(Agreement.AGREED)), (waits, lambda: answer(Agreement.NOT_NOW)))
    assert ends == [True, True], "the control shows no race"


def test_the_same_demand_told_at_once_is_one_row(app: Flask) -> None:
    with app.app_context():
        ids = (makers.district().id, makers.activity().id)

    def tell() -> None:
        tell_demand(Wanted(district=makers.district(), activity=makers.activity()))

    assert race(app, tell, tell, tell) == [DONE] * 3
    with app.app_context():
        found = db.session.scalars(select(UnmetDemand)).one()
        assert (found.times, found.district_id, found.activity_id) == (3, *ids)


def test_without_the_lock_demand_is_two_rows(app: Flask) -> None:
    def told_by_nobody() -> bool:
        return count(UnmetDemand) == 0

    def write() -> None:
        now = clock.now()
        db.session.add(UnmetDemand(district_id=makers.district().id, times=1, first_told_at=now, last_told_at=now))

    assert race_without_lock(app, (told_by_nobody, write), (told_by_nobody, write)) == [True, True]
    with app.app_context():
        assert count(UnmetDemand) == 2, "the control shows no race"
