"""The kept texts follow the events, and prove it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach import clock
from outreach.calendars.actions import find_differences, follow_event, rebuild
from outreach.calendars.models import CalendarText
from outreach.db import db
from outreach.events.rules import EventChanged
from tests.kit.feeds import FEED, events_of, tell
from tests.makers import in_days, make_event


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


# The stored texts


def test_stored_texts_equal_fresh_ones_until_something_bypasses_the_acts(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        kept = [tell(make_event(published=True)) for _ in range(3)]
        silent = make_event(published=True)
        assert find_differences() == [silent.id]
        kept[0].title = "Changed by hand"
        kept[1].published_at = None
        db.session.commit()
        assert find_differences() == [kept[0].id, kept[1].id, silent.id]
        etag = client.get(FEED).headers["ETag"]
        assert rebuild() == 3
        db.session.commit()
        assert find_differences() == []
        assert rebuild() == 0
        assert set(events_of(client)) == {kept[0].uid_public, kept[2].uid_public, silent.uid_public}
        assert client.get(FEED).headers["ETag"] != etag


def test_a_text_that_retention_deleted_is_not_missed(app: Flask) -> None:
    with app.app_context():
        event = tell(make_event(starts=in_days(-100), published=True))
        db.session.query(CalendarText).delete()
        db.session.commit()
        assert find_differences() == []
        assert event.id


def test_telling_twice_of_the_same_event_changes_nothing(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event = tell(make_event(published=True))
        before = client.get(FEED)
        kept = select(CalendarText.view, CalendarText.text, CalendarText.changed_at).order_by(CalendarText.id)
        texts = db.session.execute(kept).all()
        clock.set_offset(timedelta(seconds=5))
        tell(event)
        assert db.session.execute(kept).all() == texts
        after = client.get(FEED)
        assert after.headers["ETag"] == before.headers["ETag"]
        assert after.headers["Last-Modified"] == before.headers["Last-Modified"]


def test_an_event_whose_act_is_rolled_back_stays_out_of_the_feed(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event = make_event(published=True)
        follow_event(EventChanged(event.id))
        db.session.rollback()
        assert events_of(client) == {}


def test_the_command_proves_and_mends(app: Flask) -> None:
    from outreach.cli import verify_calendars

    runner = app.test_cli_runner()
    with app.app_context():
        event = make_event(published=True)
        number = event.id
    refused = runner.invoke(verify_calendars)
    assert refused.exit_code == 1
    assert f"The texts of 1 event differ, by number {number}" in refused.output
    assert "The texts of 1 event were rendered again." in runner.invoke(verify_calendars, ["--mend"]).output
    proved = runner.invoke(verify_calendars)
    assert (proved.exit_code, proved.output) == (0, "Every stored text is as a fresh one.\n")
