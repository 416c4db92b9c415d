"""The same days from two sides: two coordinators import at once, and our own calendars come back to us as a file.

The control takes the locks away and shows that without them two imports stand in each other's way.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

import outreach.web.transaction
from outreach.db import db
from outreach.events.actions import importing
from outreach.events.models import Event, ImportedEntry
from outreach.web.door import Role
from outreach.web.keys import new_token
from tests import makers
from tests.kit.calendars import at, calendar, entry
from tests.kit.databases import Database
from tests.pages import PageClient

PAGE = "/manage/events/import"
DAYS, ROUNDS = 12, 10
Send = Callable[[], tuple[int, str]]


@pytest.fixture
def site(app: Flask) -> str:
    with app.app_context():
        return str(makers.make_institution("Hill College", town="Worcester").sites[0].id)


@pytest.fixture
def preview(app: Flask, site: str) -> Callable[[bytes], Send]:
    """`preview(file)` has a new coordinator look at a file; what it returns imports everything in it."""

    def look(file: bytes) -> Send:
        with app.app_context():
            person = PageClient(app)
            makers.sign_in(person.http, makers.make_account(Role.COORDINATOR))
        person.get(PAGE)
        asked = {"calendar": site, "activity": "talk", "needed": "1", "most": "key"}
        person.post(PAGE, asked | {"file": [(io.BytesIO(file), "term.ics")]})
        html = person.http.get(f"{PAGE}/check").get_data(as_text=True)
        keys = {name: one(html, name) for name in ("csrf_token", "mark")}
        takes = dict.fromkeys(re.findall(r'name="(take-[0-9]+)"', html), "key")

        def send() -> tuple[int, str]:
            answer = person.http.post(f"{PAGE}/check", data=keys | takes | {"once": new_token()})
            return answer.status_code, answer.get_data(as_text=True)

        return send

    return look


def one(html: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]+)"', html)
    assert found is not None
    return found[1]


def at_once(*jobs: Send) -> list[tuple[int, str]]:
    gate, answers = threading.Barrier(len(jobs)), list[tuple[int, str]]()

    def run(job: Send) -> None:
        gate.wait()
        answers.append(job())

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def entries(*numbers: int) -> list[str]:
    return [
        entry(f"u{n}", dtstart=at(makers.in_days(30 + n)), dtend=at(makers.in_days(30 + n, 12)), summary=f"Day {n}")
        for n in numbers
    ]


@pytest.mark.parametrize("order", [1, -1], ids=["the same file", "the same days the other way round"])
def test_two_imports_at_once_bring_everything_once(app: Flask, preview: Callable[[bytes], Send], order: int) -> None:
    numbers = range(DAYS)
    first, second = preview(calendar(*entries(*numbers))), preview(calendar(*entries(*numbers[::order])))
    answers = at_once(first, second)
    assert [status for status, _ in answers] == [303, 422]
    assert "Somebody else has just imported" in answers[1][1] or "changed since you looked" in answers[1][1]
    with app.app_context():
        assert db.session.scalar(select(func.count(Event.id))) == DAYS
        assert db.session.scalar(select(func.count(ImportedEntry.id))) == DAYS


def test_without_the_locks_two_imports_break_each_other_off(
    preview: Callable[[bytes], Send], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each waits for what the other has brought: the database ends one of them, and its coordinator is not told why."""
    if database.name == "postgresql":
        monkeypatch.setattr(importing, "lock_calendar", lambda _institution: None)
    else:
        monkeypatch.setattr(outreach.web.transaction, "begin_writing", lambda _session: None)
    for first in range(0, ROUNDS * DAYS, DAYS):
        numbers = range(first, first + DAYS)
        answers = at_once(preview(calendar(*entries(*numbers))), preview(calendar(*entries(*reversed(numbers)))))
        if [status for status, _ in answers] == [303, 500]:
            return
    pytest.fail("the race did not show")


def test_our_own_calendars_are_not_imported(app: Flask, preview: Callable[[bytes], Send], site: str) -> None:
    with app.app_context():
        event = makers.make_event(published=True)
        uids = [event.uid_public, event.uid_staff, f"{event.reference}.opening@{app.config['HOST']}"]
        others = ["EV-A.opening@college.example", "nul\0@x", "x" * 900]
        starts = at(event.starts_at)
    file = calendar(*(entry(uid, dtstart=starts, summary=f"Day {n}") for n, uid in enumerate([*uids, *others])))
    send = preview(file)
    assert send()[0] == 303
    with app.app_context():
        titles = db.session.scalars(select(Event.title).where(Event.id != event.id).order_by(Event.id)).all()
    assert titles == ["Day 3", "Day 4", "Day 5"]
