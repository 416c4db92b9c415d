"""The public feeds as they stand before Flask: who is refused, what is told when something fails, and what is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from structlog.testing import capture_logs
from werkzeug.http import parse_date

from outreach import clock
from outreach.calendars.actions import find_differences, follow_county_file
from outreach.calendars.models import FeedFetch
from outreach.db import db
from outreach.districts.models import District
from outreach.events.models import Event
from outreach.institutions.actions import SiteDetails, edit_institution, edit_site
from outreach.web.door import Actor, ActorKind, Role
from outreach.web.headers import ALWAYS
from tests.kit.counting import count_queries
from tests.kit.feeds import FEED, events_of, tell
from tests.kit.ical_readers import read_with_icalendar
from tests.makers import activity, make_account, make_event, make_institution

KIND = "/calendars/kinds/talk.ics"


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def test_05_a_date_in_the_future_or_of_an_older_text_gives_the_whole_feed(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        tell(make_event(published=True))
    first = client.get(FEED)
    modified = parse_date(first.headers["Last-Modified"])
    assert modified is not None
    assert client.get(FEED, headers={"If-Modified-Since": http_date(modified)}).status_code == 304
    for moment in (modified - timedelta(seconds=1), clock.now() + timedelta(days=1), datetime(9999, 1, 1, tzinfo=UTC)):
        response = client.get(FEED, headers={"If-Modified-Since": http_date(moment)})
        assert (response.status_code, response.data) == (200, first.data), moment


@pytest.mark.parametrize(
    "header",
    ['"', '""', "W/", '"a" "b"', ",,,", '"a",', "*, *", "\x80\xff", '"' + "a" * 5000 + '"', "W/W/*"],
    ids=range(10),
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_05_tags_that_are_no_tags_give_the_whole_feed(app: Flask, client: FlaskClient, header: str) -> None:
    with app.app_context():
        tell(make_event(published=True))
    first = client.get(FEED)
    response = client.get(FEED, headers={"If-None-Match": header, "If-Modified-Since": first.headers["Last-Modified"]})
    assert (response.status_code, response.data) == (200, first.data)


def test_05_two_changes_in_one_second_are_told_apart_by_their_dates(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event = tell(make_event(published=True))
        dates = []
        for number in range(3):
            event.title, event.sequence = f"Title {number}", event.sequence + 1
            tell(event)
            dates.append(client.get(FEED).headers["Last-Modified"])
    assert len(set(dates)) == 3


def test_08_a_public_feed_may_be_kept_for_five_minutes_and_carries_the_houses_headers(client: FlaskClient) -> None:
    for path in (FEED, KIND):
        response = client.get(path)
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert {name: response.headers[name] for name in ALWAYS} == ALWAYS
        assert "Set-Cookie" not in response.headers


def test_09_nothing_keeps_importers_out_and_nothing_counts_them(app: Flask, client: FlaskClient) -> None:
    robots = client.get("/robots.txt")
    assert robots.status_code == 404 or b"Disallow: /calendars" not in robots.data
    assert {client.get(FEED).status_code for _ in range(200)} == {200}
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM rate_hit")) == 0


def test_10_trouble_is_a_503_that_says_when_to_come_again(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        tell(make_event(published=True))
        kept = client.get(FEED)
        db.session.execute(text("ALTER TABLE calendar_version RENAME TO elsewhere"))
        db.session.commit()
    for path in (FEED, KIND, "/calendars/nowhere.ics"):
        response = client.get(path, headers={"If-None-Match": kept.headers["ETag"]})
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert response.headers["Cache-Control"] == "no-store"
        assert b"VCALENDAR" not in response.data
    with app.app_context():
        db.session.execute(text("ALTER TABLE elsewhere RENAME TO calendar_version"))
        db.session.commit()
    assert client.get(FEED).data == kept.data


@pytest.mark.config(trusted_proxies=1, base_url="https://outreach.example")
def test_a_feed_is_asked_for_by_our_name_also_behind_a_proxy(app: Flask, client: FlaskClient) -> None:
    seen = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
    ours = client.get(FEED, base_url="http://outreach.example", headers=seen)
    assert ours.status_code == 200
    assert ours.headers["Strict-Transport-Security"].startswith("max-age=")
    for _ in range(2):
        refused = client.get(FEED, base_url="http://elsewhere.example", headers=seen)
        assert refused.status_code == 400
        assert b"VCALENDAR" not in refused.data
    page = client.get("/calendars", base_url="http://elsewhere.example", headers=seen)
    assert (page.status_code, page.data) == (refused.status_code, refused.data)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_options_says_what_may_be_done(client: FlaskClient) -> None:
    response = client.options(FEED)
    assert (response.status_code, response.data) == (200, b"")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_kind_of_event_is_a_calendar_too(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        talk = tell(make_event(published=True)).uid_public
        fair = tell(make_event(published=True, activity=activity("careers_fair"))).uid_public
    assert set(events_of(client, KIND)) == {talk}
    assert set(events_of(client, "/calendars/kinds/careers_fair.ics")) == {fair}
    assert set(events_of(client, "/calendars/county.ics")) == {talk, fair}
    for path in ("/calendars/kinds/none.ics", "/calendars/kinds/.ics", "/calendars/kinds/a.b.ics"):
        assert client.get(path).status_code == 404


def test_a_fetch_is_one_row_and_its_mark_is_written_by_the_feeds_themselves(app: Flask, client: FlaskClient) -> None:
    agent = {"User-Agent": "Google-Calendar-Importer"}
    with app.app_context():
        tell(make_event(published=True))
    client.get(FEED, headers=agent)  # nothing waits any longer: the server writes marks once the body is sent
    client.get(KIND, headers=agent)
    app.extensions["touches"]._flushed = float("-inf")
    with count_queries(app) as queries:
        client.get(FEED, headers=agent).close()
    with app.app_context():
        marks = {(row.feed, row.client.value) for row in db.session.query(FeedFetch)}
    assert ("worcester", "google") in marks
    assert ("kinds/talk", "google") in marks
    assert [query for query in queries if "feed_fetch" not in query and "calendar_version" not in query] == []


def test_a_fetch_is_logged_by_its_endpoint_and_nothing_else(client: FlaskClient) -> None:
    with capture_logs() as logs:
        client.get(f"{FEED}?secret=1", headers={"User-Agent": "Somebody's own"})
        client.get(KIND)
    lines = [line for line in logs if line["event"] == "request"]
    assert [line["endpoint"] for line in lines] == ["calendars.feed", "calendars.kind_feed"]
    assert "secret" not in str(logs)
    assert "Somebody" not in str(logs)


def state_of(client: FlaskClient, path: str = FEED) -> tuple[str, datetime | None, int, str]:
    response = client.get(path)
    text = response.data.replace(b"\r\n ", b"").decode()
    sequence = int(text.split("SEQUENCE:")[1].split("\r\n")[0])
    changed = text.split("LAST-MODIFIED:")[1].split("\r\n")[0]
    return response.headers["ETag"], parse_date(response.headers["Last-Modified"]), sequence, changed


def test_28_a_new_name_of_the_host_or_the_place_raises_everything(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        account = make_account(Role.COORDINATOR)
        coordinator = Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset({Role.COORDINATOR}))
        host = make_institution()
        site = host.sites[0]
        event = tell(make_event(published=True, institution=host, site=site, place=""))
        states = [state_of(client)]
        clock.set_offset(timedelta(seconds=10))
        kind, name = host.kind, "Renamed College"
        edit_institution(coordinator, host, name=name, kind=kind, version=str(host.version))
        db.session.commit()
        states.append(state_of(client))
        clock.set_offset(timedelta(seconds=20))
        details = SiteDetails(site.name, "2 New Street", "Worcester", "WR1 2AB", site.district)
        edit_site(coordinator, site, details, version=str(site.version))
        db.session.commit()
        states.append(state_of(client))
        read = events_of(client)[event.uid_public]
    assert read.location == "Renamed College, 2 New Street, Worcester, WR1 2AB"
    assert len({state[0] for state in states}) == 3
    for field in (1, 2, 3):
        values = [state[field] for state in states]
        assert values == sorted(set(values)), "each later than the last"  # type: ignore[type-var]


def test_28_what_the_county_file_calls_otherwise_raises_everything(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event_id = tell(make_event(published=True)).id
        before = state_of(client)
        clock.set_offset(timedelta(seconds=10))
        activity().label = "Conversation"
        assert follow_county_file() == 1
        db.session.commit()
        assert find_differences() == []
        after = state_of(client)
        assert db.session.get_one(Event, event_id).sequence == after[2]
        assert after[0] != before[0]
        assert [value > old for value, old in zip(after[1:], before[1:], strict=True)] == [True] * 3  # type: ignore[operator]
        assert b"Conversation" in client.get(FEED).data
        assert b"Conversation" in client.get(KIND).data
        # A calendar without events shows the new name of its district, too.
        empty = client.get("/calendars/redditch.ics")
        db.session.query(District).filter_by(slug="redditch").update({"name": "Redditch and around"})
        assert follow_county_file() == 0
        db.session.commit()
        assert b"Redditch and around" in client.get("/calendars/redditch.ics").data
        assert client.get("/calendars/redditch.ics").headers["ETag"] != empty.headers["ETag"]


def test_19_what_is_over_for_sixty_days_leaves_at_midnight_without_any_act(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        tell(make_event(published=True, starts=clock.now() + timedelta(hours=1)))
    clock.set_offset(timedelta(days=60))
    last = client.get(FEED)
    assert len(read_with_icalendar(last.data)) == 1
    clock.set_offset(timedelta(days=62))
    gone = client.get(FEED, headers={"If-Modified-Since": last.headers["Last-Modified"]})
    assert gone.status_code == 200
    assert read_with_icalendar(gone.data) == []


def test_two_processes_keep_their_own_bodies_and_both_follow(
    app: Flask, client: FlaskClient, make_app: Callable[..., Flask]
) -> None:
    other = make_app().test_client()
    with app.app_context():
        event = tell(make_event(published=True, title="Before"))
        for title in ("First", "Second"):
            other.get(FEED)
            event.title, event.sequence = title, event.sequence + 1
            tell(event)
            assert [one.get(FEED).data for one in (other, client)] == [client.get(FEED).data] * 2
            assert [read.summary for read in events_of(other).values()] == [title]
