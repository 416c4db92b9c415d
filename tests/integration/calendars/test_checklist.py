"""Points of the calendar checklist that no other test has to do with by itself; see docs/calendar-checklist.md."""

from __future__ import annotations

from dataclasses import replace
from urllib.robotparser import RobotFileParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.kit.feeds import FEED, events_of, tell
from tests.kit.ical_events import EVENT, feed_of
from tests.kit.ical_readers import strict_lines
from tests.makers import in_days, make_event

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@on_one_database
def test_point_09_no_robots_txt_keeps_google_from_public_feeds(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    rules = RobotFileParser()
    # Without such a file, robots may read everything.
    rules.parse(answer.get_data(as_text=True).splitlines() if answer.status_code == 200 else [])
    assert rules.can_fetch("Googlebot", f"https://outreach.example{FEED}")


def test_point_19_a_thousand_events_are_below_a_megabyte() -> None:
    feed = feed_of(*(replace(EVENT, uid=f"{number}@events.example.org") for number in range(1000)))
    assert len(feed) < 1_000_000


@on_one_database
def test_point_27_every_uid_comes_once_in_a_feed(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for number in range(5):
            tell(make_event(starts=in_days(20 + number), published=True))
    uids = [line for line in strict_lines(client.get(FEED).data) if line.startswith("UID:")]
    assert len(uids) == len(set(uids)) == len(events_of(client)) == 5
