"""The number that says whether a calendar has changed: it is never missed, never late, and never a deadlock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as events
from sqlalchemy import select

from outreach import clock
from outreach.calendars.actions import find_differences
from outreach.calendars.actions.versions import note_view, settle
from outreach.calendars.models import CalendarText, CalendarVersion
from outreach.calendars.rules import View, next_change
from outreach.db import begin_writing, db
from outreach.events.actions import edit_event
from outreach.events.actions.events import EventEdit
from outreach.events.actions.rows import lock_event, mark_changed
from outreach.events.models import Event
from outreach.web.door import SYSTEM
from tests.kit.feeds import FEED, change, events_of, tell
from tests.makers import make_event

ROUNDS = 5
PATIENCE = 60


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def number_of(view: View) -> int:
    number = db.session.scalar(select(CalendarVersion.number).where(CalendarVersion.view == view))
    db.session.rollback()
    return number or 0


def sequences_of(event: Event) -> dict[View, int | None]:
    rows = db.session.scalars(select(CalendarText).where(CalendarText.event_id == event.id))
    return {row.view: row.sequence for row in rows}


def retitle(event_id: int, title: str) -> None:
    """One act of one person, as a request does it."""
    begin_writing(db.session())
    event = db.session.get_one(Event, event_id)
    edit_event(SYSTEM, event, _edit(event, title))
    db.session.commit()


def _edit(event: Event, title: str) -> EventEdit:
    return EventEdit(
        title=title,
        activity_id=event.activity_id,
        needed=event.needed,
        audience_id=event.audience_id,
        audience_size=event.audience_size,
        supervisor=event.supervisor,
        notes=event.notes,
        public_words=event.public_words,
    )


@contextmanager
def without_versions() -> Iterator[None]:
    """The control: transactions end without raising any number."""
    events.remove(db.session, "before_commit", settle)
    try:
        yield
    finally:
        events.listen(db.session, "before_commit", settle)


def together(app: Flask, acts: list[Callable[[], None]]) -> list[BaseException]:
    """Each act in a thread and a transaction of its own, begun at once. Returns what went wrong."""
    gate, wrong = threading.Barrier(len(acts)), list[BaseException]()

    def run(act: Callable[[], None]) -> None:
        try:
            with app.test_request_context():
                gate.wait(PATIENCE)
                act()
        except BaseException as error:  # noqa: BLE001 told to the test
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "two acts wait for each other"
    return wrong


def test_two_changes_at_once_both_count_and_both_are_seen(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        ids = [tell(make_event(published=True)).id for _ in range(2)]
        before = number_of(View.PUBLIC)
    for turn in range(ROUNDS):
        client.get(FEED)  # somebody holds the feed as it was
        acts = [lambda one=one, turn=turn: retitle(one, f"Title {turn}") for one in ids]  # type: ignore[misc]
        assert together(app, acts) == []
        assert [read.summary for read in events_of(client).values()] == [f"Title {turn}"] * 2
    with app.app_context():
        assert number_of(View.PUBLIC) == before + 2 * ROUNDS
        assert find_differences() == []


def test_without_the_number_a_reader_keeps_what_it_had(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event_id = tell(make_event(published=True, title="Old")).id
    assert [read.summary for read in events_of(client).values()] == ["Old"]
    with app.test_request_context(), without_versions():
        retitle(event_id, "New")
    assert [read.summary for read in events_of(client).values()] == ["Old"], "the control sees the harm"


def test_acts_on_several_events_in_any_order_never_wait_for_each_other_in_a_ring(
    app: Flask, client: FlaskClient
) -> None:
    """A job that changes many events holds no version while it works: only as it ends, in one order."""
    with app.app_context():
        ids = [tell(make_event(published=True)).id for _ in range(4)]

    def job(mine: list[int], views: list[View]) -> None:
        begin_writing(db.session())
        for event_id in mine:
            event = db.session.get_one(Event, event_id)
            lock_event(event)
            mark_changed(event)
            db.session.flush()
        for view in views:
            note_view(view)
        db.session.commit()

    for _ in range(ROUNDS):
        forward, back = list(View), list(reversed(View))
        wrong = together(app, [lambda f=forward: job(ids[:2], f), lambda b=back: job(ids[2:], b)])  # type: ignore[misc]
        assert wrong == []


def test_a_transaction_raises_each_number_once_and_only_of_what_it_changed(app: Flask) -> None:
    with app.test_request_context():
        shown, draft = tell(make_event(published=True)), tell(make_event())
        shown_id, draft_id = shown.id, draft.id
        public, staff = number_of(View.PUBLIC), number_of(View.STAFF)
        begin_writing(db.session())
        for event in (shown, draft):
            lock_event(event)
            mark_changed(event)
            mark_changed(event)
        db.session.commit()
        assert number_of(View.STAFF) == staff + 1
        # Nothing that the public sees is another: its text keeps its SEQUENCE, and its number.
        assert number_of(View.PUBLIC) == public
        retitle(draft_id, "Another title of a draft")
        assert number_of(View.PUBLIC) == public
        retitle(shown_id, "Another title")
        assert number_of(View.PUBLIC) == public + 1


def test_what_is_rolled_back_raises_nothing(app: Flask) -> None:
    with app.test_request_context():
        event = tell(make_event(published=True))
        before = number_of(View.PUBLIC)
        begin_writing(db.session())
        lock_event(event)
        event.title = "Never"
        mark_changed(event)
        db.session.rollback()
        begin_writing(db.session())
        db.session.commit()
        assert number_of(View.PUBLIC) == before


def test_one_change_renders_one_event(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.calendars.queries import texts

    with app.test_request_context():
        ids = [tell(make_event(published=True)).id for _ in range(5)]
        rendered, render = list[str](), texts.render_event
        monkeypatch.setattr(texts, "render_event", lambda entry: rendered.append(entry.uid) or render(entry))
        retitle(ids[2], "The only one that is new")
        event = db.session.get_one(Event, ids[2])
        assert set(rendered) == {event.uid_public, event.uid_staff}
        rendered.clear()
        client = app.test_client()
        assert client.get(FEED).status_code == client.get(FEED).status_code == 200
        assert rendered == [], "fetching renders nothing"


def test_every_fetch_between_changes_sees_all_changes_before_it(app: Flask) -> None:
    """A writer and a reader at once: what the reader is told is never older than what was committed before it asked."""
    with app.app_context():
        event_id = tell(make_event(published=True, title="Title 0")).id
    done, seen = threading.Event(), list[tuple[int, int]]()
    newest = [0]

    def write() -> None:
        for number in range(1, 11):
            retitle(event_id, f"Title {number}")
            newest[0] = number
        done.set()

    def read() -> None:
        client = app.test_client()
        while not done.is_set():
            at_least = newest[0]
            (found,) = events_of(client).values()
            seen.append((at_least, int(found.summary.removeprefix("Title "))))

    assert together(app, [write, read]) == []
    assert seen
    assert [pair for pair in seen if pair[1] < pair[0]] == []


def test_the_public_text_keeps_its_sequence_through_what_the_public_does_not_see(
    app: Flask,
) -> None:
    with app.test_request_context():
        event = tell(make_event(published=True))
        change(event, notes="For staff only", needed=3)
        assert sequences_of(event) == {View.PUBLIC: 0, View.STAFF: 1}
        change(event, title="For everybody")
        assert sequences_of(event) == {View.PUBLIC: 2, View.STAFF: 2}
        assert find_differences() == []


def test_two_changes_never_share_a_second() -> None:
    now = clock.now().replace(microsecond=500_000)
    assert next_change(None, now) == now
    later = next_change(now, now + timedelta(microseconds=10))
    assert later.replace(microsecond=0) == now.replace(microsecond=0) + timedelta(seconds=1)
    assert next_change(now, now + timedelta(minutes=1)) == now + timedelta(minutes=1)
