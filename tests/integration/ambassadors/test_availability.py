"""When somebody can come: by their own link, by the coordinator, and what follows when they are booked then."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.ambassadors.actions.availability import add_away
from outreach.ambassadors.models import Ambassador, Away, WeeklyFree
from outreach.ambassadors.queries.own import availability_of
from outreach.ambassadors.rules.availability import PartOfDay, Span
from outreach.audit.models import AuditEntry
from outreach.db import begin_writing, db
from outreach.errors import Conflict
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.own import Own, make_own
from tests.pages import PageClient

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def amina(app: Flask) -> PageClient:
    return PageClient(app)


@pytest.fixture
def cora(app: Flask) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR, name="Cora", email="cora@county.example"))
    return person


def day(number: int) -> date:
    return clock.today() + timedelta(days=number)


def spans() -> list[tuple[date, date]]:
    return [(one.first_day, one.last_day) for one in db.session.scalars(select(Away).order_by(Away.id))]


def mails() -> list[Mail]:
    return list(db.session.scalars(select(Mail).where(Mail.message == "events/away").order_by(Mail.id)))


def deeds() -> list[str]:
    """What was done to ambassadors."""
    found = select(AuditEntry.action).where(AuditEntry.subject_kind == "ambassador").order_by(AuditEntry.id)
    return list(db.session.scalars(found))


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_week_is_ticked_and_emptied(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
    amina.get(f"{own.page}/availability")
    amina.submit("Save the usual week", free=["1-morning", "4-evening"])
    assert amina.here.banner == "The usual times have been changed."
    with app.app_context():
        assert availability_of(own.id).pattern == {(1, PartOfDay.MORNING), (4, PartOfDay.EVENING)}
    amina.submit("Save the usual week", free=["4-evening", "6-afternoon"])
    amina.submit("Save the usual week", free=["4-evening", "6-afternoon"])
    with app.app_context():
        assert availability_of(own.id).pattern == {(4, PartOfDay.EVENING), (6, PartOfDay.AFTERNOON)}
        assert deeds() == ["ambassador.set_pattern"] * 2
    amina.submit("Save the usual week", free=[])
    with app.app_context():
        assert count(WeeklyFree) == 0


@ONE
@pytest.mark.parametrize("tick", ["7-morning", "-1-morning", "1-night", "x", "1", "1-morning\x00", "9" * 5000])
def test_a_tick_that_was_not_offered_is_named(app: Flask, amina: PageClient, tick: str) -> None:
    with app.app_context():
        own = make_own()
    amina.get(f"{own.page}/availability")
    page = amina.submit("Save the usual week", free=["1-morning", tick], status=422)
    assert page.errors == {"free": "Select times from the list"} or page.has("Select times from the list")
    with app.app_context():
        assert count(WeeklyFree) == 0


def test_days_away_are_added_and_removed(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
    amina.get(f"{own.page}/availability")
    amina.click("Add days away")
    assert amina.submit("Add days away", first_day=day(10), last_day=day(12)).h1 == "Hello Amina"
    with app.app_context():
        assert spans() == [(day(10), day(12))]
        assert mails() == []
    amina.click("Availability")
    amina.submit("Remove")
    with app.app_context():
        assert spans() == []


@ONE
@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (day(5), day(4), "last_day"),
        (day(-9), day(-1), "last_day"),
        (day(1), day(400), "last_day"),
        (day(20), day(22), "first_day"),
        (day(1), day(60), "first_day"),
        (day(30), day(30), "first_day"),
    ],
)
def test_days_that_will_not_do_are_refused_beside_the_field(
    app: Flask, amina: PageClient, first: date, last: date, field: str
) -> None:
    with app.app_context():
        own = make_own()
        db.session.add(Away(ambassador_id=own.id, first_day=day(22), last_day=day(30)))
        db.session.commit()
    amina.get(f"{own.page}/away")
    page = amina.submit("Add days away", first_day=first, last_day=last, status=422)
    assert [key.partition("-")[0] for key in page.errors] == [field]
    with app.app_context():
        assert spans() == [(day(22), day(30))]
        assert deeds() == []


@ONE
@pytest.mark.parametrize("typed", [("31", "2", "2027"), ("٣", "3", "2027"), ("1", "1", "9" * 5000), ("", "1", "2027")])
def test_a_day_that_is_none_is_named(app: Flask, amina: PageClient, typed: tuple[str, str, str]) -> None:
    with app.app_context():
        own = make_own()
    amina.get(f"{own.page}/away")
    sent: dict[str, Any] = {f"first_day-{part}": one for part, one in zip(("day", "month", "year"), typed, strict=True)}
    page = amina.submit("Add days away", sent | {"last_day": day(3)}, status=422)
    assert [key.partition("-")[0] for key in page.errors] == ["first_day"]
    with app.app_context():
        assert spans() == []


def booked(own: Own, days: int, status: AssignmentStatus = AssignmentStatus.ACCEPTED) -> Assignment:
    event = makers.make_event(title=f"Talk in {days} days", starts=makers.in_days(days))
    return makers.make_assignment(event, db.session.get_one(Ambassador, own.id), status=status)


def test_being_away_when_booked_cancels_nothing_and_tells_everybody(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own = make_own()
        makers.make_account(Role.COORDINATOR, email="cora@county.example")
        makers.make_account(Role.COORDINATOR, email="dee@county.example")
        held = [booked(own, 10), booked(own, 12, AssignmentStatus.INVITED)]
        booked(own, 13)
        booked(own, 11, AssignmentStatus.DECLINED)
        before = [(one.id, one.status) for one in held]
    amina.get(f"{own.page}/away")
    page = amina.submit("Add days away", first_day=day(10), last_day=day(12))
    assert page.has("You are away on a day that you are booked for")
    assert page.text.count("You are away then") == 2
    with app.app_context():
        assert [(one, db.session.get_one(Assignment, one).status) for one, _ in before] == before
        assert [one.recipient for one in mails()] == ["cora@county.example", "dee@county.example"]
        body = mails()[0].body
        assert "Talk in 10 days" in body
        assert "Talk in 12 days" in body
        assert "Talk in 13 days" not in body
        assert "Talk in 11 days" not in body
    page = amina.click("Talk in 10 days")
    assert page.h1 == "Tell us that you can no longer come"


def test_the_coordinator_keeps_it_for_whoever_telephones(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        own, other = make_own(), make_own("Bea")
    cora.get(f"/ambassadors/{own.id}/availability")
    cora.submit("Save the usual week", free=["0-morning"])
    cora.click("Add days away")
    cora.submit("Add days away", first_day=day(3), last_day=day(3))
    facts = cora.get(f"/ambassadors/{own.id}").summary()
    assert facts["Usual week"] == "Monday: morning"
    assert "None" not in facts["Days away"]
    with app.app_context():
        away = db.session.scalars(select(Away)).one().id
    cora.get(f"/ambassadors/{own.id}/availability")
    cora.post(f"/ambassadors/{other.id}/away/{away}/remove", {}, status=404)
    cora.get(f"/ambassadors/{own.id}/availability")
    cora.submit("Remove")
    with app.app_context():
        assert spans() == []


def test_nobody_takes_away_the_days_of_others(app: Flask, amina: PageClient) -> None:
    with app.app_context():
        own, other = make_own(), make_own("Bea")
        db.session.add(Away(ambassador_id=other.id, first_day=day(1), last_day=day(2)))
        db.session.commit()
        away = db.session.scalars(select(Away)).one().id
    amina.get(f"{own.page}/availability")
    amina.post(f"{own.page}/away/{away}/remove", {}, status=404)
    amina.get(f"/ambassadors/{other.id}/availability", follow=False, status=303)
    with app.app_context():
        assert len(spans()) == 1


def both(app: Flask, acts: Iterable[Any]) -> list[str]:
    """Do things at once, each in a transaction of its own; how each ended."""
    ends: list[str] = []
    line = threading.Barrier(2)

    def run(act: Any) -> None:
        with app.test_request_context():
            line.wait()
            begin_writing(db.session())
            try:
                act()
                db.session.commit()
                ends.append("done")
            except Conflict:
                db.session.rollback()
                ends.append("refused")

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(ends)


def test_two_entries_at_once_never_overlap(app: Flask) -> None:
    for number in range(5):
        with app.app_context():
            own = make_own(f"Amina {number}")
        me = Actor(ActorKind.AMBASSADOR, own.id)

        def enter(me: Actor = me, id: int = own.id) -> None:
            add_away(me, db.session.get_one(Ambassador, id), Span(day(5), day(6)))

        assert both(app, [enter, enter]) == ["done", "refused"]
