"""Private addresses as calendar programs use them: whose they are at each fetch, and HTTP as programs need it."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from outreach import clock
from outreach.accounts.actions import set_roles
from outreach.accounts.models import Account
from outreach.ambassadors.actions import take_step
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStep
from outreach.calendars.actions.private import stop_address
from outreach.calendars.models import PrivateFeed
from outreach.calendars.queries.private import find_live_feed
from outreach.db import db
from outreach.districts.rules import Vocabulary
from outreach.events.rules import AssignmentStatus
from outreach.institutions.models import Contact
from outreach.web.door import Actor, ActorKind, Role
from tests.kit.counting import count_queries
from tests.kit.feeds import tell
from tests.kit.ical_readers import property_names
from tests.kit.private_feeds import ROLES, account_feed, own_feed, read, visits_feed
from tests.makers import in_days, make_account, make_ambassador, make_assignment, make_contact, make_event, term

UNKNOWN = "/feeds/" + "A" * 43 + "/my-visits.ics"


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def a_coordinator() -> Actor:
    account = make_account(Role.COORDINATOR)
    return Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset({Role.COORDINATOR}))


def row_of(holder_id: int) -> PrivateFeed:
    return db.session.query(PrivateFeed).filter_by(holder_id=holder_id).order_by(PrivateFeed.id.desc()).first()  # type: ignore[return-value]


# H1 to H4, H8


def test_h1_h2_h8_a_private_feed_is_200_at_once_with_the_headers_of_something_private(app: Flask) -> None:
    with app.app_context():
        path = own_feed(make_ambassador().id)
    client = app.test_client(use_cookies=False)
    for headers in ({}, {"User-Agent": "", "Accept": ""}, {"Authorization": "Basic dXNlcjpwYXNz"}):
        response = client.get(path, headers=headers)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert not {"Set-Cookie", "Content-Disposition"} & set(response.headers.keys())


def test_h3_head_is_get_without_its_body(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        path = own_feed(make_ambassador().id)
    client.get(path)
    get, head = client.get(path), client.head(path)
    assert head.data == b""
    assert dict(head.headers) == dict(get.headers)
    assert client.head(UNKNOWN).status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "PROPFIND", "REPORT", "MKCALENDAR"])
def test_h4_nobody_writes_to_a_private_feed(app: Flask, client: FlaskClient, method: str) -> None:
    with app.app_context():
        path = own_feed(make_ambassador().id)
    for address in (path, UNKNOWN):
        response = client.open(address, method=method, data=b"BEGIN:VCALENDAR", headers={"If-None-Match": "*"})
        assert response.status_code == 405
        assert {"GET", "HEAD"} <= set(response.headers["Allow"].split(", "))
        assert "Set-Cookie" not in response.headers


def test_h5_h7_conditions_and_packing(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        assignment = make_assignment(status=AssignmentStatus.ACCEPTED)
        tell(assignment.event)
        path = own_feed(assignment.ambassador_id)
    client.get(path)
    first = client.get(path)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert not etag.startswith("W/")
    for headers in ({"If-None-Match": etag}, {"If-None-Match": f'"x", W/{etag}'}, {"If-Modified-Since": modified}):
        again = client.get(path, headers=headers)
        assert (again.status_code, again.data) == (304, b""), headers
        assert again.headers["Cache-Control"] == "private, no-cache"
    for headers in ({"If-None-Match": '"x"'}, {"If-Modified-Since": "Sat, 31 Feb 2099 25:61:61 GMT"}):
        assert client.get(path, headers=headers).data == first.data
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == first.data
    assert packed.headers["ETag"] != etag
    assert "Content-Encoding" not in client.get(path, headers={"Accept-Encoding": "*"}).headers


def test_h6_two_fetches_are_byte_identical_in_two_applications(
    app: Flask, client: FlaskClient, make_app: Callable[..., Flask]
) -> None:
    with app.app_context():
        for day in (3, 1, 2):
            tell(make_event(starts=in_days(day)))
        paths = [account_feed("county"), account_feed("work")]
    other = make_app().test_client()
    for path in paths:
        mine, theirs = client.get(path), other.get(path)
        assert mine.data == theirs.data
        assert mine.headers["ETag"] == theirs.headers["ETag"]


def test_h18_an_empty_feed_is_a_valid_calendar(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        paths = [own_feed(make_ambassador().id), visits_feed(make_contact().id), *map(account_feed, ROLES)]
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        assert "BEGIN:VTIMEZONE" in property_names(response.data)
        assert "BEGIN:VEVENT" not in property_names(response.data)


# H10: unknown, suspended, ended, trouble


@pytest.mark.parametrize("name", ["my-visits", "x" * 1500, "%00", "%F0%9F%90%88", "'--", "My-Visits", ".."])
def test_h10_an_unknown_address_is_a_short_404(client: FlaskClient, name: str) -> None:
    for token in ("A" * 43, "é" * 43, "x", "%0d%0a", "A" * 5000):
        response = client.get(f"/feeds/{token}/{name}.ics")
        assert response.status_code == 404


def test_the_name_at_the_end_must_be_the_feeds_own(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        path = own_feed(make_ambassador().id)
    assert client.get(path.replace("my-visits", "county")).status_code == 404
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", ROLES)
def test_a_role_that_is_taken_ends_its_feeds_in_the_next_request(app: Flask, client: FlaskClient, name: str) -> None:
    with app.app_context():
        for _ in range(3):
            make_account(Role.ADMINISTRATOR)
        account = make_account(ROLES[name])
        path = account_feed(name, account.id)
        number = account.id
    assert client.get(path).status_code == 200
    for roles in ({Role.VIEWER}, {Role.ADMINISTRATOR}, set()):
        with app.app_context():
            set_roles(_administrator(), db.session.get_one(Account, number), roles)
            db.session.commit()
        response = client.get(path)
        assert response.status_code == 404, roles
        assert b"VCALENDAR" not in response.data
    with app.app_context():
        set_roles(_administrator(), db.session.get_one(Account, number), {ROLES[name]})
        db.session.commit()
    assert client.get(path).status_code == 200


def _administrator() -> Actor:
    account = make_account(Role.ADMINISTRATOR)
    return Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset({Role.ADMINISTRATOR}))


def test_a_disabled_account_has_no_feeds(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        account = make_account(Role.COORDINATOR)
        path, number = account_feed("work", account.id), account.id
    assert client.get(path).status_code == 200
    with app.app_context():
        db.session.get_one(Account, number).disabled_at = clock.now()
        db.session.commit()
    assert client.get(path).status_code == 404


def test_an_ambassador_who_is_paused_or_suspended_has_none_until_they_are_back(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        number = make_ambassador().id
        path = own_feed(number)
    steps = ((AmbassadorStep.PAUSE, 404), (AmbassadorStep.RESUME, 200), (AmbassadorStep.SUSPEND, 404))
    for step, status in (*steps, (AmbassadorStep.REINSTATE, 200)):
        with app.test_request_context():
            take_step(a_coordinator(), db.session.get_one(Ambassador, number), step)
            db.session.commit()
        assert client.get(path).status_code == status, step


def test_h10_an_ambassador_who_left_has_none_for_good(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        number = make_ambassador().id
        path = own_feed(number)
    with app.test_request_context():
        reason = term(Vocabulary.LEAVING_REASON, _first(Vocabulary.LEAVING_REASON))
        take_step(a_coordinator(), db.session.get_one(Ambassador, number), AmbassadorStep.LEAVE, reason)
        db.session.commit()
    response = client.get(path)
    assert (response.status_code, response.data) == (410, b"")
    assert response.headers["Cache-Control"] == "private, no-cache"


def _first(vocabulary: Vocabulary) -> str:
    from outreach.districts.queries import list_terms

    return list_terms(vocabulary)[0].code


def test_h10_an_address_that_was_renewed_or_stopped_is_410_in_the_next_request(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        number = make_ambassador().id
        first = own_feed(number)
        assert client.get(first).status_code == 200
        second = own_feed(number)
    assert (client.get(first).status_code, client.get(first).data) == (410, b"")
    assert client.get(second).status_code == 200
    with app.app_context():
        stop_address(Actor(ActorKind.AMBASSADOR, number), "my-visits")
        db.session.commit()
    assert client.get(second).status_code == client.get(first).status_code == 410


def test_a_feed_ends_with_the_mailbox_it_was_made_from(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        contact = make_contact()
        path, number = visits_feed(contact.id), contact.id
    assert client.get(path).status_code == 200
    with app.app_context():
        db.session.get_one(Contact, number).email = "another@college.example"
        db.session.commit()
    assert client.get(path).status_code == 410


def test_a_contact_who_has_arranged_nothing_for_long_has_none(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        contact = make_contact()
        path, number = visits_feed(contact.id), contact.id
    with app.app_context():
        db.session.get_one(Contact, number).last_used_at = clock.now() - timedelta(days=731)
        db.session.commit()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_h10_trouble_is_503_and_never_an_empty_calendar(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        path = own_feed(make_ambassador().id)
        db.session.execute(text("ALTER TABLE calendar_text RENAME TO elsewhere"))
        db.session.commit()
        try:
            response = client.get(path)
        finally:
            db.session.execute(text("ALTER TABLE elsewhere RENAME TO calendar_text"))
            db.session.commit()
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert b"VCALENDAR" not in response.data
    assert client.get(path).status_code == 200


# Facts about a fetch


def test_a_fetch_is_noted_with_the_family_of_the_program_and_no_more(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        number = make_ambassador().id
        path = own_feed(number)
    client.get(path, headers={"User-Agent": "Mozilla/5.0 Thunderbird/140.0 and-a-secret-of-mine"})
    with app.app_context():
        feed = find_live_feed(Actor(ActorKind.AMBASSADOR, number), "my-visits")
        assert feed is not None
        assert feed.checksum
        assert feed.size == len(client.get(path).data)
        noted = db.session.execute(text("SELECT feed, client FROM feed_fetch")).all()
        assert [tuple(row) for row in noted] == [("private/own", "thunderbird")]


def test_the_number_of_queries_does_not_grow_with_the_events(app: Flask, client: FlaskClient) -> None:
    counts: list[list[int]] = []
    with app.app_context():
        ambassador, contact = make_ambassador(), make_contact()
        paths = [own_feed(ambassador.id), visits_feed(contact.id), account_feed("county"), account_feed("work")]
    for more in (1, 12):
        with app.app_context():
            ambassador = db.session.get_one(Ambassador, ambassador.id)
            for day in range(more):
                start = in_days(2 + day + more * 20)
                tell(make_assignment(make_event(starts=start), ambassador, status=AssignmentStatus.ACCEPTED).event)
                tell(make_event(starts=start, needed=2))
        for path in paths:
            client.get(path)
        counts.append([])
        for path in paths:
            with count_queries(app) as queries:
                read(client, path)
            counts[-1].append(len(queries))
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 8
