"""The feeds as calendar programs fetch them: HTTP as they need it."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import parse_date

from outreach import clock
from outreach.db import db
from outreach.events.models import Event
from outreach.events.rules import EventStatus
from outreach.web.door import Role
from tests.kit.counting import count_queries
from tests.kit.databases import Database
from tests.kit.feeds import FEED, change, events_of, tell
from tests.kit.ical_readers import IcalJs, property_names, read_with_icalendar
from tests.makers import in_days, make_account, make_event, sign_in


@pytest.fixture(scope="module")
def icaljs() -> Iterator[IcalJs]:
    with IcalJs() as reader:
        yield reader


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


# H1 to H3


def test_a_feed_is_200_at_once_without_cookie_or_session(app: Flask) -> None:
    client = app.test_client(use_cookies=False)
    response = client.get(FEED, headers={"User-Agent": "", "Accept": ""})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in response.headers
    assert "Content-Disposition" not in response.headers


def test_authorization_is_ignored(client: FlaskClient) -> None:
    plain = client.get(FEED)
    for header in ("Basic dXNlcjpwYXNz", "Negotiate abc", "Bearer \x7f", "nonsense"):
        response = client.get(FEED, headers={"Authorization": header})
        assert (response.status_code, response.data) == (200, plain.data)


def test_a_session_cookie_is_not_looked_up(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        tell(make_event(published=True))
        sign_in(client, make_account(Role.COORDINATOR))
    client.get(FEED)
    with count_queries(app) as queries:
        assert client.get(FEED).status_code == 200
    assert len(queries) == 1, queries


def test_head_has_the_headers_of_get(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        tell(make_event(published=True))
    get, head = client.get(FEED), client.head(FEED)
    assert head.data == b""
    assert head.status_code == 200
    assert dict(head.headers) == dict(get.headers)
    assert int(head.headers["Content-Length"]) == len(get.data)


# H4


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "PROPFIND", "REPORT", "MKCALENDAR"])
@pytest.mark.parametrize("path", [FEED, "/calendars/county.ics"])
@pytest.mark.one_database
def test_writing_and_probing_methods_are_405_with_allow(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method, data=b"BEGIN:VCALENDAR", headers={"If-None-Match": "*"})
    assert response.status_code == 405
    assert {"GET", "HEAD"} <= set(response.headers["Allow"].split(", "))
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("slug", ["nowhere", "County", "worcester.ics", "x" * 1500, "%01", "%F0%9F%90%88", "'--"])
@pytest.mark.one_database
def test_an_unknown_feed_is_a_short_404(client: FlaskClient, slug: str) -> None:
    response = client.get(f"/calendars/{slug}.ics")
    assert response.status_code == 404
    assert response.content_type == "text/plain; charset=utf-8"
    assert len(response.data) < 100


# H5


def test_a_repeated_fetch_is_a_304_without_body(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        tell(make_event(published=True))
    first = client.get(FEED)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert not etag.startswith("W/")
    same = (
        {"If-None-Match": etag},
        {"If-None-Match": f"W/{etag}"},
        {"If-None-Match": f'"other", {etag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": modified},
        # The entity tag wins over the date.
        {"If-None-Match": etag, "If-Modified-Since": format_datetime(datetime(2000, 1, 1, tzinfo=UTC), usegmt=True)},
    )
    for headers in same:
        for method in ("GET", "HEAD"):
            response = client.open(FEED, method=method, headers=headers)
            assert (response.status_code, response.data) == (304, b""), headers
            assert response.headers["ETag"] == etag
            assert response.headers["Vary"] == "Accept-Encoding"
            assert response.headers["Cache-Control"] == "public, max-age=300"
    other = (
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": modified},
        {"If-None-Match": "nonsense"},
        {"If-Modified-Since": format_datetime(datetime(2000, 1, 1, tzinfo=UTC), usegmt=True)},
        {"If-Modified-Since": "the day before yesterday"},
        {"If-Modified-Since": "Sat, 31 Feb 2099 25:61:61 GMT"},
    )
    for headers in other:
        response = client.get(FEED, headers=headers)
        assert (response.status_code, response.data) == (200, first.data), headers


def test_every_visible_change_gives_another_etag(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event = tell(make_event(published=True))
        etags = [client.get(FEED).headers["ETag"]]
        for values in (
            {"title": "Another title"},
            {"place": "Another place"},
            {"starts_at": in_days(22), "ends_at": in_days(22, 12)},
            {"public_words": "Bring a friend"},
            {"status": EventStatus.CANCELLED},
            {"published_at": None, "unpublished_at": clock.now()},
        ):
            change(event, **values)
            etags.append(client.get(FEED).headers["ETag"])
    assert len(set(etags)) == len(etags)


def test_etag_and_last_modified_move_when_an_event_leaves_the_feed_by_itself(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event = make_event(starts=in_days(1), published=True)
        tell(event)
        uid = event.uid_public
    before = client.get(FEED)
    assert uid in events_of(client)
    clock.set_offset(timedelta(days=61))
    last_day = client.get(FEED, headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert uid.encode() in last_day.data.replace(b"\r\n ", b"")
    clock.set_offset(timedelta(days=62))
    after = client.get(FEED, headers={"If-Modified-Since": last_day.headers["Last-Modified"]})
    assert after.status_code == 200
    assert read_with_icalendar(after.data) == []
    assert len({response.headers["ETag"] for response in (before, last_day, after)}) == 3
    dates = [parse_date(response.headers["Last-Modified"]) for response in (before, last_day, after)]
    assert dates == sorted(set(dates), key=lambda at: at or clock.now())


def test_last_modified_moves_when_an_event_goes_to_another_district(app: Flask, client: FlaskClient) -> None:
    from tests.makers import district

    with app.app_context():
        event = tell(make_event(published=True))
        before = client.get(FEED)
        clock.set_offset(timedelta(seconds=90))
        event.district_id = district("redditch").id
        change(event)
        uid = event.uid_public
    after = client.get(FEED, headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert after.status_code == 200
    assert uid not in events_of(client)
    assert uid in events_of(client, "/calendars/redditch.ics")


# H6


def test_two_fetches_are_byte_identical_across_two_applications(
    app: Flask, client: FlaskClient, make_app: Callable[..., Flask]
) -> None:
    with app.app_context():
        for day in (3, 1, 2, 1):
            tell(make_event(starts=in_days(day), published=True))
    other = make_app().test_client()
    for path in (FEED, "/calendars/county.ics"):
        mine, theirs = client.get(path), other.get(path)
        assert hashlib.sha256(mine.data).digest() == hashlib.sha256(theirs.data).digest()
        assert mine.headers["ETag"] == theirs.headers["ETag"]
        packed = [one.get(path, headers={"Accept-Encoding": "gzip"}) for one in (client, other)]
        assert packed[0].data == packed[1].data


def test_the_same_events_in_another_database_give_the_same_bytes(
    app: Flask, client: FlaskClient, database: Database, make_app: Callable[..., Flask]
) -> None:
    moment = clock.now()
    values = {"reference": "EV-2345-6789", "title": "The same fair", "created_at": moment, "changed_at": moment}
    values |= {"uid_public": "same@county.example", "uid_staff": "staff@county.example", "published": True}
    with app.app_context():
        tell(make_event(**values))
    elsewhere = make_app(database_url=database.another())
    with elsewhere.app_context():
        # Another history: a text that came and went, so that row numbers and counters differ.
        tell(make_event(**{**values, "title": "Before"}))
        event = db.session.get_one(Event, 1)
        event.title = "The same fair"
        tell(event)
    mine, theirs = client.get(FEED), elsewhere.test_client().get(FEED)
    assert mine.data == theirs.data
    assert mine.headers["ETag"] == theirs.headers["ETag"]


def test_events_stand_in_order_of_start_then_number(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        made = [tell(make_event(starts=in_days(day), published=True)) for day in (5, 2, 9, 2)]
        expected = [event.uid_public for event in sorted(made, key=lambda event: (event.starts_at, event.id))]
    assert [event.uid for event in read_with_icalendar(client.get(FEED).data)] == expected


# H7


def test_gzip_only_when_asked_for_with_its_own_etag(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        tell(make_event(published=True))
    plain = client.get(FEED)
    assert "Content-Encoding" not in plain.headers
    for accept in ("gzip", "deflate, gzip;q=0.5, br", "GZIP"):
        packed = client.get(FEED, headers={"Accept-Encoding": accept})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert int(packed.headers["Content-Length"]) == len(packed.data)
        assert packed.headers["ETag"] != plain.headers["ETag"]
        again = client.get(FEED, headers={"Accept-Encoding": accept, "If-None-Match": packed.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    for accept in ("", "identity", "br", "*", "gzip;q=0"):
        response = client.get(FEED, headers={"Accept-Encoding": accept})
        assert "Content-Encoding" not in response.headers, accept
        assert response.data == plain.data


# H11


def test_one_event_is_a_download_with_a_plain_name(app: Flask, client: FlaskClient, icaljs: IcalJs) -> None:
    with app.app_context():
        event = make_event(published=True, title="Fair; “big”, 🐈")
        reference, uid = event.reference, event.uid_public
    response = client.get(f"/events/{reference}.ics")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith(f'attachment; filename="{reference}.ics"; filename*=UTF-8')
    assert disposition.isascii()
    (read,) = read_with_icalendar(response.data)
    assert (read.uid, read.summary) == (uid, "Fair; “big”, 🐈")
    assert icaljs.read(response.data) == [read]
    assert "METHOD" in property_names(response.data)
    assert "X-WR-CALNAME" not in property_names(response.data)
