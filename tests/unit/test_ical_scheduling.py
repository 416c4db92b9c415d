"""An event as an invitation: one method, one organizer, one attendee. A point is one of the calendar checklist."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from outreach.ical import (
    CalendarPart,
    EventStatus,
    Method,
    Party,
    cancel,
    clean_line,
    publish,
    readdress,
    request,
)
from tests.kit.ical_events import ALL_DAY, EVENT, as_read, value_of
from tests.kit.ical_readers import IcalJs, property_names, read_with_icalendar, strict_lines

ORGANIZER = Party("Care careers, Example County", "visits@county.example")
ANN = Party("Ann Example", "ann@care.example")
HOSTILE = [
    'Ann "the Bold" O’Neil',
    "Neil, Sean; ext: 12",
    "ca^ret ^n ^' ^^",
    "line\r\nATTENDEE:mailto:everybody@care.example",
    "\u202eעברית\u202c 😀",
    "a\u2028b\x00c",
    "back\\slash\\",
    "x" * 10_000,
    "",
    " ",
]


@pytest.fixture(scope="module")
def icaljs() -> Iterator[IcalJs]:
    with IcalJs() as reader:
        yield reader


def shown(name: str) -> str:
    """What of a name a calendar shows."""
    return clean_line(name).rstrip("\\")


def read(part: CalendarPart) -> tuple[Any, Any]:
    """The calendar and its only event, as icalendar reads them."""
    calendar = Calendar.from_ical(part.text)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_points_43_and_44_a_request_asks_one_person_in_the_name_of_a_mailbox() -> None:
    lines = strict_lines(request(EVENT, ORGANIZER, ANN).text.encode())
    assert value_of("METHOD", lines) == "REQUEST"
    assert value_of("ORGANIZER", lines) == ';CN="Care careers, Example County":mailto:visits@county.example'
    assert value_of("ATTENDEE", lines) == (
        ";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;"
        'CN="Ann Example":mailto:ann@care.example'
    )
    assert value_of("UID", lines) == EVENT.uid
    assert value_of("SEQUENCE", lines) == "3"
    assert value_of("STATUS", lines) == "CONFIRMED"
    assert "DTSTART;TZID=Europe/London:20260701T100000" in lines
    # Held until they answer, taken once they said yes.
    assert value_of("X-MICROSOFT-CDO-BUSYSTATUS", lines) == "TENTATIVE"
    assert value_of("X-MICROSOFT-CDO-INTENDEDSTATUS", lines) == "BUSY"
    assert value_of("TRANSP", lines) == "OPAQUE"


def test_point_46_a_cancel_has_everything_that_a_client_needs_to_find_the_entry() -> None:
    lines = strict_lines(cancel(replace(EVENT, sequence=4), ORGANIZER, ANN).text.encode())
    assert value_of("METHOD", lines) == "CANCEL"
    assert value_of("STATUS", lines) == "CANCELLED"
    assert value_of("SEQUENCE", lines) == "4"
    assert value_of("UID", lines) == EVENT.uid
    assert "DTSTART;TZID=Europe/London:20260701T100000" in lines
    assert value_of("ORGANIZER", lines).endswith(":mailto:visits@county.example")
    assert value_of("ATTENDEE", lines).endswith(":mailto:ann@care.example")
    assert value_of("SUMMARY", lines).startswith("Cancelled: ")
    assert value_of("TRANSP", lines) == "TRANSPARENT"


@pytest.mark.parametrize("status", list(EventStatus))
def test_point_50_what_is_only_offered_names_nobody(status: EventStatus) -> None:
    part = publish(replace(EVENT, status=status))
    lines = strict_lines(part.text.encode())
    assert (part.method, value_of("METHOD", lines)) == ("PUBLISH", "PUBLISH")
    assert value_of("STATUS", lines) == status
    assert not {"ORGANIZER", "ATTENDEE"} & set(property_names(part.text.encode()))
    assert "mailto:" not in part.text


@pytest.mark.parametrize("make", [request, cancel])
@pytest.mark.parametrize("event", [EVENT, ALL_DAY], ids=["timed", "whole days"])
def test_points_42_and_44_both_readers_find_one_method_one_event_and_one_attendee(
    icaljs: IcalJs, make: Any, event: Any
) -> None:
    part = make(event, ORGANIZER, ANN)
    shown = replace(event, status=EventStatus.CONFIRMED if part.method is Method.REQUEST else EventStatus.CANCELLED)
    assert read_with_icalendar(part.text.encode()) == [as_read(shown)]
    calendar = icaljs.calendar(part.text.encode())
    assert calendar["method"] == part.method
    assert calendar["components"] == ["VTIMEZONE", "VEVENT"]
    (found,) = calendar["events"]
    assert found["attendees"] == [["Ann Example", "mailto:ann@care.example"]]
    assert found["organizers"] == [["Care careers, Example County", "mailto:visits@county.example"]]


@pytest.mark.parametrize("name", HOSTILE)
def test_point_40_any_name_is_read_back_and_opens_no_property(icaljs: IcalJs, name: str) -> None:
    party = Party(name, "ann@care.example")
    part = request(EVENT, Party(name, "visits@county.example"), party)
    keys = [line.split(":")[0].split(";")[0] for line in strict_lines(part.text.encode())]
    assert (keys.count("ATTENDEE"), keys.count("ORGANIZER"), keys.count("METHOD")) == (1, 1, 1)
    _, event = read(part)
    assert str(event["ATTENDEE"]) == "mailto:ann@care.example"
    assert event["ATTENDEE"].params.get("CN", "") == shown(name)
    (found,) = icaljs.calendar(part.text.encode())["events"]
    assert found["attendees"] == [[shown(name), "mailto:ann@care.example"]]


@settings(max_examples=60, deadline=None)
@given(name=st.text(), title=st.text())
@example(name='"', title="\r\nMETHOD:CANCEL")
@example(name="^", title="\r\nATTENDEE:mailto:everybody@care.example")
def test_points_39_and_40_no_name_and_no_title_adds_a_line(name: str, title: str) -> None:
    part = request(replace(EVENT, summary=title), ORGANIZER, Party(f"A{name}", "ann@care.example"))
    plain = request(replace(EVENT, summary="Plain"), ORGANIZER, ANN)
    keys = [line.split(":")[0].split(";")[0] for line in strict_lines(part.text.encode())]
    assert keys == [line.split(":")[0].split(";")[0] for line in strict_lines(plain.text.encode())]
    _, event = read(part)
    assert event["ATTENDEE"].params["CN"] == shown(f"A{name}")


@pytest.mark.parametrize(
    ("email", "written"),
    [
        ("o'neil+work@care.example", "mailto:o'neil+work@care.example"),
        ("a\r\nATTENDEE:mailto:b@care.example", "mailto:a%0D%0AATTENDEE%3Amailto%3Ab@care.example"),
        ("a?bcc=b@care.example", "mailto:a%3Fbcc%3Db@care.example"),
        ("ä@care.example", "mailto:%C3%A4@care.example"),
        ('"a;b"@care.example', "mailto:%22a%3Bb%22@care.example"),
    ],
)
def test_point_44_an_address_cannot_carry_a_second_one(email: str, written: str) -> None:
    _, event = read(request(EVENT, ORGANIZER, Party("Ann", email)))
    assert str(event["ATTENDEE"]) == written


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("make", [request, cancel])
def test_point_44_readdressed_it_is_the_same_invitation_for_another_address(make: Any, name: str) -> None:
    before = make(EVENT, ORGANIZER, Party(name, "wrong@care.example")).text
    assert readdress(before, "right@care.example") == make(EVENT, ORGANIZER, Party(name, "right@care.example")).text
