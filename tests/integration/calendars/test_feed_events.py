"""What is in the feeds, how changes look, and that every reader sees the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach import clock
from outreach.accounts.models import Account
from outreach.db import db
from outreach.events.actions import cancel_event, move_event, publish_event, unpublish_event
from outreach.events.rules import EventStatus
from outreach.web.door import Actor, ActorKind, Role
from tests.kit.counting import count_queries
from tests.kit.feeds import FEED, change, events_of, tell
from tests.kit.ical_readers import IcalJs, property_names, read_with_icalendar, strict_lines
from tests.makers import in_days, make_account, make_event, make_request


@pytest.fixture(scope="module")
def icaljs() -> Iterator[IcalJs]:
    with IcalJs() as reader:
        yield reader


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


# What is in a feed


def test_an_empty_feed_is_a_whole_calendar(client: FlaskClient, icaljs: IcalJs) -> None:
    response = client.get("/calendars/county.ics")
    assert response.status_code == 200
    calendar = icaljs.calendar(response.data)
    assert calendar["events"] == []
    assert "BEGIN:VTIMEZONE" in property_names(response.data)


def test_a_feed_says_whose_it_is(client: FlaskClient) -> None:
    district, county = strict_lines(client.get(FEED).data), strict_lines(client.get("/calendars/county.ics").data)
    assert "NAME:I Care Ambassadors: Worcester" in district
    assert "X-WR-CALNAME:I Care Ambassadors: Worcester" in district
    assert "X-WR-CALNAME:I Care Ambassadors: Worcestershire" in county
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in district


def test_both_readers_see_the_same_events_around_the_clock_changes(
    app: Flask, client: FlaskClient, icaljs: IcalJs
) -> None:
    # Far enough ahead that they stay in the window: the last Sundays of March and October.
    spans = [
        (datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 3, 28, 9, tzinfo=UTC)),
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (datetime(2027, 3, 29, 9, tzinfo=UTC), datetime(2027, 3, 29, 10, tzinfo=UTC)),
        (datetime(2027, 10, 30, 9, tzinfo=UTC), datetime(2027, 10, 31, 9, tzinfo=UTC)),
        (datetime(2027, 10, 31, 2, tzinfo=UTC), datetime(2027, 10, 31, 3, tzinfo=UTC)),
        (datetime(2027, 12, 24, 9, tzinfo=UTC), datetime(2027, 12, 24, 10, tzinfo=UTC)),
    ]
    with app.app_context():
        for starts, ends in spans:
            tell(make_event(starts=starts, ends=ends, published=True))
    feed = client.get(FEED).data
    read = read_with_icalendar(feed)
    assert [(event.starts, event.ends) for event in read] == spans
    assert icaljs.read(feed) == read


def actor_of(account: Account) -> Actor:
    return Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset(one.role for one in account.roles))


HOSTILE = [
    "x\r\nDTSTART:19700101T000000\r\nX-EVIL:1",
    "x\nBEGIN:VALARM",
    "x\rATTENDEE:mailto:a@b.example",
    "x\u2028END:VEVENT\u2029BEGIN:VEVENT",
    "a;b,c\\d:e\"f'g",
    "C:\\New\\n",
    "\u202egnp.exe\u202c family 👩‍👩‍👧‍👦",
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "\x0b\x0c\x1c\x85 control",
    "é" * 200,
]


def test_hostile_titles_open_no_property_and_break_no_feed(app: Flask, client: FlaskClient, icaljs: IcalJs) -> None:
    with app.app_context():
        for title in HOSTILE:
            tell(make_event(published=True, title=title[:200], place=title[:200], public_words=title * 50))
        tell(make_event(published=True, title="Last and plain"))
    feed = client.get(FEED).data
    names = property_names(feed)
    assert names.count("BEGIN:VEVENT") == len(HOSTILE) + 1
    assert not {"X-EVIL", "ATTENDEE", "BEGIN:VALARM"} & set(names)
    read = read_with_icalendar(feed)
    assert icaljs.read(feed) == read
    assert [event for event in read if event.summary == "Last and plain"]


# H25 to H29: who is in, and how changes look


def test_a_moved_event_is_seen_as_moved(app: Flask, client: FlaskClient, icaljs: IcalJs) -> None:
    with app.app_context():
        event = tell(make_event(published=True))
        uid = event.uid_public
        before = events_of(client)[uid]
        change(event, starts_at=in_days(30, 14), ends_at=in_days(30, 16), place="Town Hall, Worcester")
    feed = client.get(FEED).data
    (after,) = read_with_icalendar(feed)
    assert icaljs.read(feed) == [after]
    assert after.uid == before.uid
    assert after.sequence == before.sequence + 1
    assert (after.starts, after.ends) == (in_days(30, 14), in_days(30, 16))
    assert after.location == "Town Hall, Worcester"
    assert after.status == "CONFIRMED"


def test_an_event_moved_by_the_act_itself_is_seen_as_moved(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        coordinator = actor_of(make_account(Role.COORDINATOR))
        event = make_event(published=False)
        publish_event(coordinator, event)
        db.session.commit()
        before = events_of(client)[event.uid_public]
        place = "Town Hall, Worcester"
        move_event(coordinator, event, starts_at=in_days(40), ends_at=in_days(40, 12), place=place, online=False)
        db.session.commit()
        moved = events_of(client)[event.uid_public]
        assert (moved.starts, moved.ends, moved.location) == (in_days(40), in_days(40, 12), place)
        assert moved.sequence > before.sequence
        cancel_event(coordinator, event, reason=None, words="The hall is flooded")
        db.session.commit()
        cancelled = events_of(client)[event.uid_public]
        assert cancelled.status == "CANCELLED"
        assert cancelled.sequence > moved.sequence
        assert "flooded" not in client.get(FEED).get_data(as_text=True)


def test_an_event_unpublished_by_the_act_itself_is_cancelled_in_calendars(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        coordinator = actor_of(make_account(Role.COORDINATOR))
        event = make_event()
        publish_event(coordinator, event)
        unpublish_event(coordinator, event)
        db.session.commit()
        assert events_of(client)[event.uid_public].status == "CANCELLED"
        assert client.get(f"/events/{event.reference}").status_code == 404
        publish_event(coordinator, event)
        db.session.commit()
        assert events_of(client)[event.uid_public].status == "CONFIRMED"
        assert client.get(f"/events/{event.reference}").status_code == 200


def test_a_cancelled_event_is_marked_and_kept_thirty_days_after_its_date(
    app: Flask, client: FlaskClient, icaljs: IcalJs
) -> None:
    with app.app_context():
        event = tell(make_event(starts=in_days(5), published=True, title="Open day"))
        uid, sequence = event.uid_public, event.sequence
        change(event, status=EventStatus.CANCELLED)
    feed = client.get(FEED).data
    (read,) = icaljs.read(feed)
    assert (read.uid, read.status, read.summary) == (uid, "CANCELLED", "Cancelled: Open day")
    assert read.sequence == sequence + 1
    assert read_with_icalendar(feed) == [read]
    clock.set_offset(timedelta(days=35))
    assert uid in events_of(client)
    clock.set_offset(timedelta(days=36))
    assert uid not in events_of(client)


def test_an_event_taken_back_is_cancelled_and_says_no_more_than_its_title(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event = tell(make_event(published=True, title="Open day", place="Secret Place", public_words="Come along"))
        change(event, published_at=None, unpublished_at=clock.now())
        read = events_of(client)[event.uid_public]
        assert (read.status, read.summary) == ("CANCELLED", "Cancelled: Open day")
        assert (read.location, read.description, read.url) == ("", "", "")
        change(event, published_at=clock.now(), unpublished_at=None)
        assert events_of(client)[event.uid_public].status == "CONFIRMED"


def test_visits_drafts_and_cancelled_drafts_never_appear(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        request = make_request()
        tell(make_event(request=request, title="A visit"))
        tell(make_event(request=make_request(), title="A visit", status=EventStatus.CANCELLED))
        tell(make_event(title="A draft"))
        tell(make_event(title="A draft", status=EventStatus.CANCELLED))
        shown = tell(make_event(published=True)).uid_public
        for path in (FEED, "/calendars/county.ics"):
            assert list(events_of(client, path)) == [shown]


def test_a_public_event_tells_of_no_person_and_of_no_staff_uid(app: Flask, client: FlaskClient) -> None:
    from tests.makers import make_ambassador, make_assignment, make_contact

    with app.app_context():
        contact = make_contact(name="Contact Person")
        event = make_event(
            published=True,
            contact=contact,
            institution=contact.institution,
            supervisor="Supervisor Person",
            notes="PIN",
        )
        make_assignment(event, make_ambassador("Ambassador Person"))
        tell(event)
        staff = event.uid_staff.encode()
        path = f"/events/{event.reference}"
    for data in (client.get(FEED).data, client.get(f"{path}.ics").data, client.get(path).data):
        text = data.replace(b"\r\n ", b"")
        for word in (b"Contact Person", b"Supervisor Person", b"Ambassador Person", b"PIN", staff):
            assert word not in text


def test_an_online_event_does_not_publish_how_to_join(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event = tell(make_event(published=True, online=True, place="https://meet.example/secret"))
        read = events_of(client)[event.uid_public]
        page = client.get(f"/events/{event.reference}")
    assert read.location == "Online"
    assert b"meet.example" not in page.data


def test_a_feed_reads_one_row_however_many_events_it_has(app: Flask, client: FlaskClient) -> None:
    counts = []
    for number in (1, 30):
        with app.app_context():
            for _ in range(number):
                tell(make_event(published=True))
        with count_queries(app) as first:
            client.get(FEED)
        with count_queries(app) as second:
            client.get(FEED)
        counts.append((len(first), len(second)))
    # The version; then, as it is new, what feeds there are (county, districts, kinds) and the texts of this one.
    assert counts == [(5, 1), (5, 1)]
