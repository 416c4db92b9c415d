"""What is in each private feed, read as two programs read it, and what must never be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.events.models import Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.institutions.models import Contact
from outreach.web.door import Role
from tests.kit.feeds import tell
from tests.kit.ical_readers import IcalJs, property_names, read_with_icalendar
from tests.kit.private_feeds import account_feed, own_feed, read, visits_feed
from tests.kit.rewards import make_candidate
from tests.makers import (
    in_days,
    make_account,
    make_ambassador,
    make_assignment,
    make_contact,
    make_event,
    make_institution,
    make_request,
)

HOSTILE = 'Fair; "big", \\N 🐈\r\nATTENDEE:mailto:x@y\u2028BEGIN:VALARM\u202e\x07'
NEVER = {"ORGANIZER", "ATTENDEE", "BEGIN:VALARM", "ATTACH"}


@pytest.fixture(scope="module")
def icaljs() -> Iterator[IcalJs]:
    with IcalJs() as reader:
        yield reader


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def a_visit(contact: Contact, **more: object) -> Event:
    request = make_request(contact)
    return tell(make_event(request=request, **more))  # type: ignore[arg-type]


def assign(event: Event, status: AssignmentStatus, ambassador: Ambassador | None = None, **more: object) -> Event:
    """An assignment, told to the calendars; the event."""
    made = make_assignment(event, ambassador, status=status, **more)
    if made.ambassador is not None:
        db.session.expire(event, ["assignments"])
    return tell(event)


# An ambassador's own


def test_a33_held_is_tentative_and_agreed_is_busy(app: Flask, client: FlaskClient, icaljs: IcalJs) -> None:
    with app.app_context():
        me = make_ambassador()
        held = assign(make_event(starts=in_days(3)), AssignmentStatus.INVITED, me).uid_staff
        agreed = assign(make_event(starts=in_days(4)), AssignmentStatus.ACCEPTED, me).uid_staff
        path = own_feed(me.id)
    found = read(client, path)
    assert {uid: one.status for uid, one in found.items()} == {held: "TENTATIVE", agreed: "CONFIRMED"}
    data = client.get(path).data.decode()
    assert "TRANSP:OPAQUE" in data
    assert "X-MICROSOFT-CDO-BUSYSTATUS:BUSY" in data
    assert "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE" in data
    assert icaljs.read(client.get(path).data) == read_with_icalendar(client.get(path).data)


@pytest.mark.parametrize(
    "status",
    [
        AssignmentStatus.QUEUED,
        AssignmentStatus.DECLINED,
        AssignmentStatus.LAPSED,
        AssignmentStatus.WITHDRAWN,
        AssignmentStatus.DID_NOT_ATTEND,
    ],
)
def test_what_somebody_is_not_on_is_not_in_their_feed(
    app: Flask, client: FlaskClient, status: AssignmentStatus
) -> None:
    with app.app_context():
        me = make_ambassador()
        assign(make_event(), status, me)
        assign(make_event(starts=in_days(5)), AssignmentStatus.ACCEPTED)
        path = own_feed(me.id)
    assert read(client, path) == {}


def test_t29_what_was_called_off_after_a_yes_is_cancelled_for_a_month(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        me, other = make_ambassador(), make_ambassador()
        event = make_event(starts=in_days(2), status=EventStatus.CANCELLED, cancelled_at=clock.now())
        make_assignment(event, me, status=AssignmentStatus.WITHDRAWN, answered_at=clock.now())
        # Taken off before: that it was called off later is nothing to them.
        make_assignment(event, other, status=AssignmentStatus.WITHDRAWN, answered_at=None)
        db.session.expire(event, ["assignments"])
        uid = tell(event).uid_staff
        mine, theirs = own_feed(me.id), own_feed(other.id)
    (found,) = read(client, mine).values()
    assert (found.uid, found.status) == (uid, "CANCELLED")
    assert found.summary.startswith("Cancelled: ")
    assert "TRANSP:OPAQUE" not in client.get(mine).data.decode()
    assert read(client, theirs) == {}
    clock.set_offset(timedelta(days=33))
    assert read(client, mine) == {}


def test_t19_what_is_over_stays_for_sixty_days(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        me = make_ambassador()
        assign(make_event(starts=in_days(-59)), AssignmentStatus.ATTENDED, me)
        assign(make_event(starts=in_days(-61)), AssignmentStatus.ATTENDED, me)
        path = own_feed(me.id)
    assert len(read(client, path)) == 1


def test_an_ambassadors_feed_says_no_telephone_no_figures_and_no_notes(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        me, mate = make_ambassador(), make_ambassador("Somebody Else")
        contact = make_contact(phone="01905 555 0199")
        event = make_event(request=make_request(contact), notes="Door code 4711", audience_size=137, needed=2)
        make_assignment(event, mate, status=AssignmentStatus.ACCEPTED)
        assign(event, AssignmentStatus.ACCEPTED, me, words="Only for you")
        path = own_feed(me.id)
    data = client.get(path).data.replace(b"\r\n ", b"").decode()
    for secret in ("555 0199", "4711", "137", "Somebody Else", "Only for you", contact.email, "/invitations/"):
        assert secret not in data, secret


# A contact's


def test_a_contact_whom_nobody_verified_has_their_own_visits_and_no_names(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        college = make_institution()
        me, colleague = make_contact(college, verified=False), make_contact(college)
        mine = assign(a_visit(me), AssignmentStatus.ACCEPTED, make_ambassador("Ann Example")).uid_staff
        a_visit(colleague, starts=in_days(9))
        path = visits_feed(me.id)
    found = read(client, path)
    assert set(found) == {mine}
    assert "Ann" not in client.get(path).data.decode()
    assert "agreed to come" in found[mine].description


def test_a_verified_contact_has_the_institutions_visits_and_first_names(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        college = make_institution()
        me, colleague = make_contact(college), make_contact(college)
        mine = assign(a_visit(me), AssignmentStatus.ACCEPTED, make_ambassador("Ann Example")).uid_staff
        theirs = a_visit(colleague, starts=in_days(9)).uid_staff
        a_visit(make_contact(make_institution()), starts=in_days(10))  # another institution's
        tell(make_event(institution=college, starts=in_days(11)))  # not a visit
        path = visits_feed(me.id)
    found = read(client, path)
    assert set(found) == {mine, theirs}
    assert "Ann, " in found[mine].description
    assert "Example" not in client.get(path).data.decode()


def test_names_come_and_go_with_being_verified_and_so_does_the_etag(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        contact = make_contact()
        assign(a_visit(contact), AssignmentStatus.ACCEPTED, make_ambassador("Ann Example"))
        path, number = visits_feed(contact.id), contact.id
    named = client.get(path)
    assert b"Ann" in named.data
    with app.app_context():
        row = db.session.get_one(Contact, number)
        row.verified_at = row.verified_by_id = row.verified_how = None
        db.session.commit()
    after = client.get(path, headers={"If-None-Match": named.headers["ETag"]})
    assert after.status_code == 200
    assert b"Ann" not in after.data


# Staff


def test_staff_have_everything_with_who_is_on_it_and_what_is_missing(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        visit = assign(a_visit(make_contact(), needed=2), AssignmentStatus.ACCEPTED, make_ambassador("Ann Example"))
        elsewhere = tell(make_event(home="redditch", starts=in_days(2))).uid_staff
        here = visit.uid_staff
        county, worcester = account_feed("county"), account_feed("district-worcester")
    found = read(client, county)
    assert set(found) == {here, elsewhere}
    assert "1 of 2 people" in found[here].summary
    assert "Ann Example: accepted" in found[here].description
    assert "Missing: 1 more ambassador" in found[here].description
    assert set(read(client, worcester)) == {here}


# What is to do


def test_the_work_is_what_lacks_people_and_what_nobody_recorded(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        short = make_event(starts=in_days(5), needed=2)
        make_assignment(short, status=AssignmentStatus.INVITED)
        full = make_event(starts=in_days(6))
        make_assignment(full, status=AssignmentStatus.ACCEPTED)
        past, long_ago = make_event(starts=in_days(-3)), make_event(starts=in_days(-70))
        make_event(starts=in_days(-2), status=EventStatus.CANCELLED)
        names = short.reference, past.reference, long_ago.reference, past.title
        path = account_feed("work")
    found = list(read(client, path).values())
    assert [one.uid.partition("@")[0] for one in found] == [f"{names[1]}.outcome", f"{names[0]}.opening"]
    late, opening = found
    assert late.summary == f"No outcome recorded: {names[3]}"
    assert late.starts == clock.today()
    assert opening.summary.startswith("1 ambassador needed: ")
    assert "1 of 2 asked or coming" in opening.description


def test_t28_work_changes_its_number_with_what_it_says(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_event(starts=in_days(-3))
        path = account_feed("work")
    (before,) = read(client, path).values()
    clock.set_offset(timedelta(days=1))
    (after,) = read(client, path).values()
    assert isinstance(before.starts, date)
    assert isinstance(after.starts, date)
    assert after.starts - before.starts == timedelta(days=1)
    assert after.sequence == before.sequence + 1


def test_rewards_name_nobody_and_are_not_ones_own(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        officer = make_account(Role.RECRUITMENT_OFFICER)
        due = make_candidate(started=30)
        own = make_candidate(started=30, referrer=officer, email="other@friends.example")
        path = account_feed("rewards", officer.id)
    found = read(client, path)
    assert {uid.partition(".")[0] for uid in found} == {due.reference}
    data = client.get(path).data.replace(b"\r\n ", b"").decode()
    for secret in ("Sam", "Friend", "friends.example", own.reference):
        assert secret not in data, secret
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


# In every feed


def everything(app: Flask) -> list[str]:
    """One hostile event that is in the feeds of all kinds of holders; their paths."""
    with app.app_context():
        me, contact = make_ambassador(HOSTILE[:60]), make_contact()
        event = make_event(
            request=make_request(contact),
            title=HOSTILE,
            place=(HOSTILE * 9)[:300],
            supervisor=HOSTILE,
            notes=HOSTILE * 50,
            needed=3,
        )
        assign(event, AssignmentStatus.ACCEPTED, me)
        return [own_feed(me.id), visits_feed(contact.id), account_feed("county"), account_feed("work")]


def test_l17_l37_l39_hostile_words_open_no_property_and_both_readers_agree(
    app: Flask, client: FlaskClient, icaljs: IcalJs
) -> None:
    for path in everything(app):
        data = client.get(path).data
        names = property_names(data)  # fails on a line of more than 75 octets
        assert not NEVER & {name.partition(";")[0] for name in names}, path
        assert names.count("BEGIN:VEVENT") == 1, path
        assert icaljs.read(data) == read_with_icalendar(data)


def test_l35_nothing_private_is_public(app: Flask, client: FlaskClient) -> None:
    for path in everything(app):
        data = client.get(path).data
        assert b"CLASS:PRIVATE" in data
        assert b"CLASS:PUBLIC" not in data


def test_l26_public_and_private_feeds_share_no_uid(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for day in range(1, 6):
            assign(make_event(starts=in_days(day), published=True, needed=2), AssignmentStatus.ACCEPTED)
        paths = [account_feed("county"), account_feed("district-worcester"), account_feed("work")]
    public = {one.uid for one in read_with_icalendar(client.get("/calendars/county.ics").data)}
    assert len(public) == 5
    for path in paths:
        private = set(read(client, path))
        assert len(private) == 5
        assert not public & private
