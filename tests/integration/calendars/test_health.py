"""Feed health: what an administrator reads of each feed, and what nobody does."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from outreach import clock
from outreach.db import db
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import JobRun
from outreach.web.door import Role
from tests.kit.counting import count_queries
from tests.kit.feeds import tell
from tests.kit.private_feeds import own_feed
from tests.makers import in_days, make_account, make_ambassador, make_assignment, make_event, sign_in
from tests.pages import PageClient

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def administrator(app: Flask) -> PageClient:
    page = PageClient(app)
    with app.app_context():
        sign_in(page.http, make_account(Role.ADMINISTRATOR))
    return page


def test_each_public_feed_with_what_is_in_it_and_who_fetched_it(app: Flask) -> None:
    page = administrator(app)
    with app.app_context():
        for day in (1, 2):
            tell(make_event(starts=in_days(day), published=True))
        tell(make_event(starts=in_days(3), published=True, home="redditch"))
    with page.http.get("/calendars/worcester.ics", headers={"User-Agent": "Google-Calendar-Importer"}) as sent:
        size = len(sent.data)
    rows = {row["Calendar"]: row for row in page.get("/feeds").table("Public calendars")}
    assert rows["Worcester"]["Events"] == "2"
    assert rows["Worcestershire"]["Events"] == "3"
    assert rows["Redditch"]["Last fetched"] == "Not yet"
    assert rows["Talk or presentation"]["Events"] == "3"
    assert "Google Calendar" in rows["Worcester"]["Last fetched"]
    assert rows["Worcester"]["Size"] == f"{size / 1000:.1f} kB"


@ONE
def test_private_feeds_by_kind_without_address_or_name(app: Flask) -> None:
    page = administrator(app)
    with app.app_context():
        me = make_ambassador("Ann Example")
        tell(make_assignment(ambassador=me, status=AssignmentStatus.ACCEPTED).event)
        path = own_feed(me.id)
    page.http.get(path, headers={"User-Agent": "iOS/18.1 (22B83) dataaccessd/1.0", "X-Forwarded-For": "203.0.113.7"})
    view = page.get("/feeds")
    rows = {row["Kind"]: row for row in view.table("Private calendars, by kind")}
    own = rows["Ambassadors’ own visits"]
    assert (own["Addresses"], own["Fetched in 7 days"]) == ("1", "1")
    assert "1 item" in own["Largest"]
    assert "Apple Calendar" in own["Last fetched"]
    assert rows["Coordinators’ work"]["Addresses"] == "0"
    page_text = view.response.get_data(as_text=True)
    for secret in (path.split("/")[2], "Ann", "203.0.113", "127.0.0.1", "dataaccessd"):
        assert secret not in page_text
    assert re.search(r"/feeds/[A-Za-z0-9_-]{43}", page_text) is None


@ONE
@pytest.mark.parametrize(
    ("days", "changed", "words"),
    [(0, 0, "every kept text is what a fresh one would be"), (0, 3, "found 3 events"), (4, 0, "has not run since")],
)
def test_the_self_check_is_told(app: Flask, days: int, changed: int, words: str) -> None:
    page = administrator(app)
    assert "has not run yet" in page.get("/feeds").text
    with app.app_context():
        at = in_days(-days) if days else clock.now()
        db.session.add(JobRun(name="calendar texts", started_at=at, finished_at=at, failures=0, changed=changed))
        db.session.commit()
    assert words in page.get("/feeds").text


@ONE
def test_feed_health_asks_the_database_as_often_for_many_feeds_as_for_one(app: Flask) -> None:
    page = administrator(app)
    page.get("/feeds")
    counts = []
    for more in (1, 29):
        with app.app_context():
            for _ in range(more):
                own_feed(make_ambassador().id)
                tell(make_event(published=True))
        page.get("/feeds")
        with count_queries(app) as queries:
            page.get("/feeds")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@ONE
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.RECRUITMENT_OFFICER, Role.VIEWER])
def test_feed_health_is_the_administrators(app: Flask, role: Role) -> None:
    page = PageClient(app)
    with app.app_context():
        sign_in(page.http, make_account(role))
    page.get("/feeds", status=403)
