"""A file puts off what is over here while somebody else has its people: each waits for the other in one order.

The control keeps the old order, in which people came after what they had been to, and PostgreSQL breaks one off.
"""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from outreach import clock
from outreach.db import db
from outreach.errors import Conflict
from outreach.events.actions import importing
from outreach.events.actions.assignments import invite_ambassadors
from outreach.events.actions.importing import CHANGED_SINCE, Import, check_import, import_entries, read_file
from outreach.events.actions.rows import lock_ambassadors, lock_event
from outreach.events.models import Event
from outreach.events.queries.importing import list_imported
from outreach.events.rules import AssignmentStatus
from outreach.events.rules.importing import Take, mark_of
from outreach.web.door import Actor
from tests import makers
from tests.kit.calendars import at, calendar, entry
from tests.kit.racing import DONE, PATIENCE, race

BROKEN_OFF = "broken off"


class PutOff:
    """Two county events of five days ago, Ann on the second, and a file that has them in forty days."""

    def __init__(self, app: Flask, cora: Actor) -> None:
        self.app, self.cora = app, cora
        with app.app_context():
            self.plan = Import(
                institution_id=None,
                site_id=None,
                district_id=makers.district().id,
                activity_id=makers.activity().id,
                needed=1,
                place="County Hall",
                most=Take.COUNTY,
            )
            read = self.file(30)
            import_entries(cora, read, self.take("county"), mark_of(check_import(read)))
            rows = list_imported(None)
            events = [row.event for row in rows if row.event is not None]
            for one in (*rows, *events, *(opening for event in events for opening in event.openings)):
                one.starts_at -= timedelta(days=35)
                one.ends_at -= timedelta(days=35)
            for event in events:
                event.supervisor = "Ms Host"
            db.session.commit()
            ann = makers.make_ambassador("Ann")
            makers.make_assignment(events[1], ann, status=AssignmentStatus.ACCEPTED)
            self.first, self.second, self.ann = events[0].id, events[1].id, ann.id
            self.read = self.file(40)
            self.mark = mark_of(check_import(self.read))

    def file(self, days: int) -> Import:
        starts = [makers.in_days(days), makers.in_days(days + 1)]
        entries = [
            entry(f"{number}", dtstart=at(one), dtend=at(one + timedelta(hours=2))) for number, one in enumerate(starts)
        ]
        return read_file(calendar(*entries), self.plan)

    def take(self, what: str) -> dict[str, str]:
        return {"take-0": what, "take-1": what}

    def importing(self) -> None:
        import_entries(self.cora, self.read, self.take("update"), self.mark)

    def have_ann(self) -> None:
        lock_ambassadors([self.ann])

    def want_the_first(self) -> None:
        """As whoever asks Ann to it does, who has her by then."""
        lock_event(db.session.get_one(Event, self.first))


@pytest.fixture
def put_off(app: Flask, cora: Actor) -> PutOff:
    return PutOff(app, cora)


def cross(world: PutOff) -> list[str]:
    """Somebody has Ann; the import comes, and waits for her; then they want the other event. How either ended."""
    taken, postgresql = threading.Event(), False
    with world.app.app_context():
        postgresql = db.engine.dialect.name == "postgresql"

    def hold() -> None:
        world.have_ann()
        taken.set()
        if postgresql:  # SQLite has one lock, which this has by now
            _until_somebody_waits()
        world.want_the_first()

    def put_off() -> None:
        if postgresql:
            assert taken.wait(PATIENCE)
        try:
            world.importing()
        except OperationalError as error:
            raise Conflict(BROKEN_OFF) from error

    return race(world.app, hold, put_off)


def _until_somebody_waits() -> None:
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    ends, pause = clock.now() + timedelta(seconds=PATIENCE), threading.Event()
    with db.engine.connect() as looking:
        while clock.now() < ends:
            if looking.scalar(waits):
                return
            looking.rollback()
            pause.wait(0.01)
    raise AssertionError("nobody waits for anybody")


def test_what_is_put_off_is_locked_after_its_people(put_off: PutOff) -> None:
    assert cross(put_off) == [DONE, DONE]
    with put_off.app.app_context():
        (row,) = db.session.get_one(Event, put_off.second).assignments
        assert (row.status, row.starts_at) == (AssignmentStatus.INVITED, makers.in_days(41))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_in_the_other_order_one_of_them_is_broken_off(put_off: PutOff, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""

    def to_come_only(plan: Import) -> list[Event]:
        events = [row.event for row in list_imported(plan.institution_id)]
        return [one for one in events if one is not None and one.ends_at > clock.now()]

    monkeypatch.setattr(importing, "_list_touched", to_come_only)
    want = put_off.want_the_first

    def want_the_first() -> None:
        try:
            want()
        except OperationalError as error:
            raise Conflict(BROKEN_OFF) from error

    monkeypatch.setattr(put_off, "want_the_first", want_the_first)
    assert sorted(cross(put_off)) == sorted([BROKEN_OFF, DONE])


def test_who_is_asked_while_it_is_imported_comes_before_or_after(put_off: PutOff) -> None:
    """Many at once: whoever comes second is told in words or goes on, and nobody is broken off."""
    with put_off.app.app_context():
        others = [makers.make_ambassador(f"Ben {number}").id for number in range(4)]

    def ask(id: int, event: int) -> None:
        invite_ambassadors(put_off.cora, db.session.get_one(Event, event), [id])

    asking = [lambda id=id, event=event: ask(id, event) for id in others for event in (put_off.first, put_off.second)]
    imported, *asked = race(put_off.app, put_off.importing, *asking)
    assert imported in (DONE, CHANGED_SINCE)
    assert asked == [DONE] * len(asking)
