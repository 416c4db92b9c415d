"""The weekly digest as the worker runs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.ambassadors.actions.digest import send_digest
from outreach.ambassadors.models import Ambassador, Away, BoardNote, UnmetDemand
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.ambassadors.rules.board import weeks_from
from outreach.db import begin_writing, db
from outreach.outbox.models import Mail
from outreach.web.door import Role
from tests import makers

DISTRICTS = ("bromsgrove", "malvern-hills", "redditch", "worcester", "wychavon", "wyre-forest")


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def at_monday(weeks: int = 0, hour: int = 8) -> None:
    """Move the clock to a Monday of the weeks to come, at an hour of London."""
    clock.set_offset(timedelta(0))
    now = clock.local(clock.now())
    monday = weeks_from(now.date() + timedelta(days=7))[0] + timedelta(weeks=weeks)
    then = datetime(monday.year, monday.month, monday.day, hour, 30, tzinfo=clock.LONDON)
    clock.set_offset(then - now)


def run() -> int:
    """The job, as the worker runs it."""
    sent = send_digest()
    db.session.commit()
    return sent


def mails() -> list[Mail]:
    return list(db.session.scalars(select(Mail).where(Mail.message == "ambassadors/digest").order_by(Mail.id)))


def cover_everywhere() -> list[int]:
    return [makers.make_ambassador(f"Amina {slug}", home=slug).id for slug in DISTRICTS for _ in range(2)]


def test_it_is_sent_on_monday_morning_and_once(app: Flask) -> None:
    at_monday(hour=6)
    with app.test_request_context():
        for name in ("Cora", "Dee"):
            makers.make_account(Role.COORDINATOR, name=name)
        makers.make_account(Role.VIEWER)
        assert run() == 0
        at_monday()
        assert run() == 2
        assert run() == 0
        first = mails()[0]
        assert first.subject == "No action needed: promise board, 6 districts changed"
        assert "This is the first weekly digest" in first.body
        assert "- Redditch is dark: 12 weeks," in first.body
        assert "- Redditch: it is dark already" in first.body
        assert "http://localhost/board" in first.body


def test_a_week_without_change_is_noted_and_mails_nobody(app: Flask) -> None:
    at_monday()
    with app.test_request_context():
        makers.make_account(Role.COORDINATOR)
        cover_everywhere()
        assert run() == 0  # all green: nothing to tell, the first time as well
        at_monday(1)
        assert run() == 0
        assert db.session.scalar(select(func.count()).select_from(BoardNote)) == 2
        assert mails() == []


def test_it_tells_what_turned_and_what_was_asked_in_vain_since_the_last(app: Flask) -> None:
    at_monday()
    with app.test_request_context():
        makers.make_account(Role.COORDINATOR)
        cover_everywhere()
        run()
        redditch = [one.id for one in db.session.scalars(select(Ambassador)) if one.name == "Amina redditch"]
        leave = weeks_from(clock.today())[6]
        for id in redditch:
            db.session.add(Away(ambassador_id=id, first_day=leave, last_day=leave + timedelta(days=4)))
        told = clock.now()
        for district, closed_at in (("worcester", None), ("wychavon", told)):
            db.session.add(
                UnmetDemand(
                    district=makers.district(district),
                    activity=makers.activity("mentoring"),
                    times=2,
                    first_told_at=told,
                    last_told_at=told + timedelta(hours=1),
                    closed_at=closed_at,
                )
            )
        db.session.commit()
        at_monday(1)
        assert run() == 1
        body = mails()[-1].body
        assert f"- Redditch turned dark: week of {leave.day} {leave:%B}" in body
        assert f"- Redditch: Monday {leave.day} {leave:%B %Y}" in body
        assert "- Worcester: Mentoring (asked for 2 times)" in body
        assert "Wychavon" not in body
        assert "Amina" not in body
        # Told once: the next week says that it is still so by saying nothing.
        at_monday(2)
        assert run() == 0


def test_two_workers_tell_it_once(app: Flask) -> None:
    at_monday()
    with app.test_request_context():
        makers.make_account(Role.COORDINATOR)
        makers.make_ambassador(status=AmbassadorStatus.IN_TRAINING)
    gate, sent = threading.Barrier(2), []

    def work() -> None:
        with app.test_request_context():
            gate.wait(10)
            begin_writing(db.session())
            sent.append(run())
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(sent) == [0, 1]
    with app.app_context():
        assert len(mails()) == 1
