"""What falls due next, as a page by month and as a file for the officer's calendar."""

from __future__ import annotations

import icalendar
import pytest
from flask import Flask

from outreach import clock
from outreach.accounts.models import Account
from outreach.db import db
from outreach.referrals.rules.stages import add_months
from outreach.web.door import Role
from tests.kit.referring import account_of, officer, signed_in
from tests.kit.rewards import days_ago, make_candidate

HOSTILE = "Zo\u200eë =cmd|'/c calc'!A0\r\nATTENDEE:x"


def entries(body: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(body).walk("VEVENT"))


def test_the_file_holds_each_day_once_and_nobodys_name(app: Flask) -> None:
    with app.test_request_context():
        made = make_candidate(started=100, name=HOSTILE, email="zoe@friends.example")
        referrer = db.session.get_one(Account, made.referrer_id).name
    person = officer(app)
    page = person.get("/rewards/coming")
    due = add_months(days_ago(100), 6)
    assert page.has(f"{due:%B %Y}")
    assert page.has("Reward for 6 months after the start: £")
    assert page.links()["A calendar of your own"] == "/account/calendars"
    answer = person.http.get(page.links()["Download the days"])
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    found = entries(answer.data)
    assert [(one["UID"].split("@")[0], one["DTSTART"].dt) for one in found] == [(f"{made.reference}.six_months", due)]
    assert [str(one["SUMMARY"]) for one in found] == [f"{made.reference}: reward for 6 months after the start"]
    for secret in ("Zo", "cmd", "zoe", "ATTENDEE", referrer):
        assert secret.encode() not in answer.data
    again = entries(person.http.get("/rewards/coming.ics").data)
    assert [one["UID"] for one in again] == [one["UID"] for one in found]


def test_a_corrected_start_moves_the_day_and_keeps_the_entry(app: Flask) -> None:
    with app.test_request_context():
        made = make_candidate(started=100)
    person = officer(app)
    before = entries(person.http.get("/rewards/coming.ics").data)[0]
    person.get(f"/candidates/{made.reference}/stages/started/correct")
    person.submit("Save", what="The date is wrong", day=days_ago(98), reason="The HR system says so", status=200)
    after = entries(person.http.get("/rewards/coming.ics").data)[0]
    assert after["UID"] == before["UID"]
    assert after["DTSTART"].dt == add_months(days_ago(98), 6) != before["DTSTART"].dt


def test_without_days_the_file_is_a_calendar_all_the_same(app: Flask) -> None:
    person = officer(app)
    assert person.get("/rewards/coming").has("Nothing falls due")
    assert entries(person.http.get("/rewards/coming.ics").data) == []


def test_an_officers_own_referral_is_not_in_their_file(app: Flask) -> None:
    person = officer(app, "Olu Officer")
    with app.test_request_context():
        make_candidate(started=100, referrer=db.session.get_one(Account, account_of(app, "Olu Officer")))
    assert entries(person.http.get("/rewards/coming.ics").data) == []


@pytest.mark.parametrize("roles", [(), (Role.COORDINATOR,), (Role.VIEWER,), (Role.ADMINISTRATOR,)])
@pytest.mark.one_database
def test_only_recruitment_has_the_file(app: Flask, roles: tuple[Role, ...]) -> None:
    signed_in(app, *roles).get("/rewards/coming.ics", status=403)


@pytest.mark.one_database
def test_strangers_are_sent_to_sign_in(app: Flask) -> None:
    answer = app.test_client().get("/rewards/coming.ics")
    assert answer.status_code in (302, 303, 401)
    assert b"VCALENDAR" not in answer.data


def test_the_dates_are_of_today(app: Flask) -> None:
    with app.test_request_context():
        make_candidate(started=100)
    person = officer(app)
    [one] = entries(person.http.get("/rewards/coming.ics").data)
    assert one["DTSTAMP"].dt.date() == clock.now().date()
