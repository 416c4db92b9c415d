"""The calendar object and the event in it. A point is one of the calendar checklist: what clients were seen to need."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from outreach.ical import TIMEZONE, Classification, EventStatus, assemble, render_event, single
from tests.kit.ical_events import ALL_DAY, EVENT, FEED, as_read, check_readers_agree, feed_of, lines_of, value_of
from tests.kit.ical_readers import IcalJs, property_names, read_with_icalendar, strict_lines


@pytest.fixture(scope="module")
def icaljs() -> Iterator[IcalJs]:
    with IcalJs() as reader:
        yield reader


def test_point_06_two_renderings_are_byte_identical_and_in_the_given_order() -> None:
    other = replace(EVENT, uid="other@events.example.org")
    assert feed_of(EVENT, other) == feed_of(EVENT, other)
    assert [line for line in strict_lines(feed_of(other, EVENT)) if line.startswith("UID:")] == [
        f"UID:{other.uid}",
        f"UID:{EVENT.uid}",
    ]


def test_point_06_the_same_instant_in_another_zone_gives_the_same_bytes() -> None:
    assert isinstance(EVENT.starts, datetime)
    assert render_event(replace(EVENT, starts=EVENT.starts.astimezone(ZoneInfo("Asia/Tokyo")))) == render_event(EVENT)


@pytest.mark.parametrize("text", [feed_of(EVENT), feed_of(), single(EVENT)], ids=["feed", "empty feed", "single"])
def test_point_13_one_calendar_published_by_a_constant_product(text: bytes) -> None:
    lines = strict_lines(text)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert lines.count("BEGIN:VCALENDAR") == 1
    assert value_of("VERSION", lines) == "2.0"
    assert value_of("PRODID", lines) == "-//County recruitment outreach//Calendars//EN"
    assert value_of("CALSCALE", lines) == "GREGORIAN"
    assert value_of("METHOD", lines) == "PUBLISH"


def test_point_14_names_and_descriptions_come_in_both_forms() -> None:
    lines = strict_lines(feed_of())
    assert value_of("NAME", lines) == value_of("X-WR-CALNAME", lines) == "Wyre Forest: care careers"
    assert value_of("DESCRIPTION", lines) == value_of("X-WR-CALDESC", lines) == "Fairs\\, talks\\; open days"
    assert value_of("X-WR-TIMEZONE", lines) == "Europe/London"


def test_point_15_the_wish_to_be_read_hourly_comes_in_both_forms() -> None:
    lines = strict_lines(feed_of())
    assert value_of("REFRESH-INTERVAL", lines) == ";VALUE=DURATION:PT1H"
    assert value_of("X-PUBLISHED-TTL", lines) == "PT1H"


def test_point_16_the_colour_comes_by_name_and_by_number() -> None:
    lines = strict_lines(feed_of())
    assert value_of("COLOR", lines) == "teal"
    assert value_of("X-APPLE-CALENDAR-COLOR", lines) == "#008080"


@pytest.mark.parametrize(
    "colour", [{"colour_name": "teal\r\nX-A:b"}, {"colour_hex": "008080"}, {"colour_hex": "#08\n"}]
)
def test_point_16_what_is_no_colour_is_refused(colour: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not a"):
        assemble(replace(FEED, **colour), [])


def test_point_17_no_organizer_attendee_alarm_or_attachment() -> None:
    names = set(property_names(feed_of(EVENT, ALL_DAY)))
    assert not names & {"ORGANIZER", "ATTENDEE", "ATTACH", "BEGIN:VALARM"}


def test_point_18_an_empty_feed_has_a_time_zone_and_no_event(icaljs: IcalJs) -> None:
    assert TIMEZONE in feed_of()
    assert icaljs.calendar(feed_of())["components"] == ["VTIMEZONE"]
    assert read_with_icalendar(feed_of()) == []


def test_a_single_file_names_no_calendar(icaljs: IcalJs) -> None:
    assert set(icaljs.calendar(single(EVENT))["names"]) == {"VERSION", "PRODID", "CALSCALE", "METHOD"}
    assert icaljs.read(single(EVENT)) == read_with_icalendar(single(EVENT)) == [as_read(EVENT)]


def test_point_26_one_uid_one_stamp_one_start() -> None:
    names = [re.split("[:;]", line)[0] for line in lines_of(EVENT)]
    assert len(names) == len(set(names))
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND"} <= set(names)


@pytest.mark.parametrize("uid", ["", "a b", "a\r\nX-A:b", "é@example.org", "a,b", "a" * 100])
def test_point_26_an_unusable_uid_is_refused(uid: str) -> None:
    with pytest.raises(ValueError, match="a UID is 1 to 99"):
        render_event(replace(EVENT, uid=uid))


def test_point_28_sequence_is_written_and_never_negative() -> None:
    assert value_of("SEQUENCE", lines_of(EVENT)) == "3"
    with pytest.raises(ValueError, match="never negative"):
        render_event(replace(EVENT, sequence=-1))


def test_point_29_a_cancelled_event_says_so_in_three_ways(icaljs: IcalJs) -> None:
    event = replace(EVENT, status=EventStatus.CANCELLED, busy=True)
    lines = lines_of(event)
    assert value_of("STATUS", lines) == "CANCELLED"
    assert value_of("SUMMARY", lines).startswith("Cancelled: Careers fair")
    assert value_of("TRANSP", lines) == "TRANSPARENT"
    assert value_of("X-MICROSOFT-CDO-BUSYSTATUS", lines) == "FREE"
    check_readers_agree(icaljs, event)


def test_point_30_the_url_is_also_the_last_line_of_the_description() -> None:
    (read,) = read_with_icalendar(feed_of(EVENT))
    assert read.url == EVENT.url
    assert read.description.splitlines()[-1] == EVENT.url
    (bare,) = read_with_icalendar(feed_of(replace(EVENT, description="")))
    assert bare.description == EVENT.url


@pytest.mark.parametrize("url", ["/events/17", "javascript:alert(1)", "//example.org/", "https://", "mailto:a@b.org"])
def test_point_30_a_url_that_is_not_absolute_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not an absolute web address"):
        render_event(replace(EVENT, url=url))


def test_point_31_place_on_one_line_and_position_with_six_decimals() -> None:
    lines = lines_of(replace(EVENT, location="Town Hall\r\nVicar Street", geo=(52.38787, -0.00000123)))
    assert value_of("LOCATION", lines) == "Town Hall Vicar Street"
    assert value_of("GEO", lines) == "52.387870;-0.000001"


@pytest.mark.parametrize("geo", [(91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0), (0.0, float("inf"))])
def test_point_31_a_position_off_the_earth_is_refused(geo: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="not a place on Earth"):
        render_event(replace(EVENT, geo=geo))


def test_point_32_categories_are_one_property_escaped_one_by_one(icaljs: IcalJs) -> None:
    assert value_of("CATEGORIES", lines_of(EVENT)) == "Careers fair,Health\\, social care,16\\;18"
    check_readers_agree(icaljs, EVENT)
    check_readers_agree(icaljs, replace(EVENT, categories=("C:\\", "a\\,b", "\\")))


@pytest.mark.parametrize(
    ("busy", "status", "transparency", "outlook"),
    [
        (False, EventStatus.CONFIRMED, "TRANSPARENT", "FREE"),
        (False, EventStatus.TENTATIVE, "TRANSPARENT", "FREE"),
        (True, EventStatus.CONFIRMED, "OPAQUE", "BUSY"),
        (True, EventStatus.TENTATIVE, "OPAQUE", "TENTATIVE"),
    ],
)
def test_point_33_busy_only_where_it_takes_the_readers_time(
    busy: bool, status: EventStatus, transparency: str, outlook: str
) -> None:
    lines = lines_of(replace(EVENT, busy=busy, status=status))
    assert value_of("STATUS", lines) == status
    assert value_of("TRANSP", lines) == transparency
    assert value_of("X-MICROSOFT-CDO-BUSYSTATUS", lines) == outlook


def test_point_34_paragraphs_of_the_description_are_kept() -> None:
    assert value_of("DESCRIPTION", lines_of(EVENT)).startswith("Doors at ten.\\n\\nBring a CV.\\n\\nhttps://")


def test_point_35_class_says_who_may_see_it() -> None:
    assert value_of("CLASS", lines_of(EVENT)) == "PUBLIC"
    assert value_of("CLASS", lines_of(replace(EVENT, classification=Classification.PRIVATE))) == "PRIVATE"
