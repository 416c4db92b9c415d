"""Times in calendars. A point is one of the calendar checklist: what clients were seen to need."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from outreach.ical import comes_twice, render_event
from tests.kit.ical_events import ALL_DAY, EVENT, LONDON, check_readers_agree, feed_of, lines_of, value_of
from tests.kit.ical_readers import IcalJs, read_with_icalendar, strict_lines


@pytest.fixture(scope="module")
def icaljs() -> Iterator[IcalJs]:
    with IcalJs() as reader:
        yield reader


def test_point_20_times_are_in_london_with_one_time_zone_of_yearly_rules() -> None:
    lines = strict_lines(feed_of(EVENT, replace(EVENT, uid="b@events.example.org")))
    assert lines.count("BEGIN:VTIMEZONE") == 1
    assert lines.count("DTSTART;TZID=Europe/London:20260701T100000") == 2
    assert lines.count("DTEND;TZID=Europe/London:20260701T123000") == 2
    assert [line for line in lines if line.startswith("RRULE")] == [
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    ]
    assert not [line for line in lines if line.startswith("RDATE")]


def test_point_21_stamps_are_in_utc_and_whole_seconds() -> None:
    lines = lines_of(replace(EVENT, changed=datetime(2026, 7, 6, 10, 30, tzinfo=LONDON)))
    assert value_of("CREATED", lines) == "20260105T090000Z"
    assert value_of("DTSTAMP", lines) == value_of("LAST-MODIFIED", lines) == "20260706T093000Z"


def test_point_20_the_rules_are_londons_since_1996() -> None:
    calendar: Any = Calendar.from_ical(feed_of())
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/London"
    assert [rule.name for rule in zone.subcomponents] == ["DAYLIGHT", "STANDARD"]
    for year in range(1996, 2100):
        for rule in zone.subcomponents:
            month = rule["RRULE"]["BYMONTH"][0]
            sunday = max(day for day in range(25, 32) if date(year, month, day).isoweekday() == 7)
            wall_clock = datetime.combine(date(year, month, sunday), rule["DTSTART"].dt.time(), UTC)
            onset = wall_clock - rule["TZOFFSETFROM"].td
            assert (onset - timedelta(seconds=1)).astimezone(LONDON).utcoffset() == rule["TZOFFSETFROM"].td
            assert onset.astimezone(LONDON).utcoffset() == rule["TZOFFSETTO"].td
            assert onset.astimezone(LONDON).tzname() == rule["TZNAME"]


@pytest.mark.parametrize("field", ["starts", "ends", "created", "changed"])
def test_point_22_a_floating_time_is_refused(field: str) -> None:
    naive = datetime(2026, 7, 1, 11, 0)  # noqa: DTZ001 a floating time is what is refused
    with pytest.raises(ValueError, match=f"{field} has no time zone"):
        render_event(replace(EVENT, **{field: naive}))


def test_point_23_whole_days_are_one_bar_and_end_the_day_after(icaljs: IcalJs) -> None:
    lines = lines_of(ALL_DAY)
    assert value_of("DTSTART", lines) == ";VALUE=DATE:20261024"
    assert value_of("DTEND", lines) == ";VALUE=DATE:20261027"
    check_readers_agree(icaljs, ALL_DAY)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (date(2026, 7, 1), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 10, tzinfo=UTC), datetime(2026, 7, 1, 10, tzinfo=UTC)),
        (datetime(2026, 7, 1, 10, tzinfo=UTC), datetime(2026, 7, 1, 10, 0, 0, 5, tzinfo=UTC)),
        (datetime(2026, 7, 1, 10, tzinfo=UTC), datetime(2026, 7, 1, 10, 30, tzinfo=LONDON)),
    ],
)
def test_point_23_an_end_not_after_the_start_is_refused(starts: date, ends: date) -> None:
    with pytest.raises(ValueError, match="not after its"):
        render_event(replace(EVENT, starts=starts, ends=ends))


def test_point_23_a_time_and_a_date_are_refused_together() -> None:
    with pytest.raises(ValueError, match="both be times or both be dates"):
        render_event(replace(EVENT, ends=date(2026, 7, 2)))


@pytest.mark.parametrize(
    ("starts", "ends", "starts_utc", "ends_utc"),
    [
        ("2026-03-28T10:00", "2026-03-28T11:00", "2026-03-28T10:00", "2026-03-28T11:00"),
        ("2026-03-28T20:00", "2026-03-29T09:00", "2026-03-28T20:00", "2026-03-29T08:00"),
        ("2026-03-29T00:30", "2026-03-29T02:30", "2026-03-29T00:30", "2026-03-29T01:30"),
        ("2026-03-29T02:00", "2026-03-29T03:00", "2026-03-29T01:00", "2026-03-29T02:00"),
        ("2026-10-24T20:00", "2026-10-25T09:00", "2026-10-24T19:00", "2026-10-25T09:00"),
        ("2026-10-25T00:30", "2026-10-25T02:30", "2026-10-24T23:30", "2026-10-25T02:30"),
        ("2026-10-25T02:00", "2026-10-25T03:00", "2026-10-25T02:00", "2026-10-25T03:00"),
        ("2026-10-26T10:00", "2026-10-26T11:00", "2026-10-26T10:00", "2026-10-26T11:00"),
        ("2027-03-27T22:00", "2027-03-28T06:00", "2027-03-27T22:00", "2027-03-28T05:00"),
        ("2027-03-28T10:00", "2027-03-28T11:00", "2027-03-28T09:00", "2027-03-28T10:00"),
    ],
)
def test_point_24_events_around_the_change_of_clocks(
    icaljs: IcalJs, starts: str, ends: str, starts_utc: str, ends_utc: str
) -> None:
    event = replace(
        EVENT,
        starts=datetime.fromisoformat(starts).replace(tzinfo=LONDON),
        ends=datetime.fromisoformat(ends).replace(tzinfo=LONDON),
    )
    instants = tuple(datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (starts_utc, ends_utc))
    assert [(read.starts, read.ends) for read in read_with_icalendar(feed_of(event))] == [instants]
    assert [(read.starts, read.ends) for read in icaljs.read(feed_of(event))] == [instants]


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2037, 10, 25)])
def test_point_24_every_half_hour_around_the_change_is_the_same_instant_for_all_readers(
    icaljs: IcalJs, sunday: date
) -> None:
    midnight = datetime(sunday.year, sunday.month, sunday.day, tzinfo=UTC)
    moments = [midnight + timedelta(minutes=30 * number) for number in range(-8, 16)]
    moments = [moment for moment in moments if not comes_twice(moment)]
    events = [
        replace(EVENT, uid=f"{number}@events.example.org", starts=moment, ends=moments[-1] + timedelta(hours=8))
        for number, moment in enumerate(moments)
    ]
    check_readers_agree(icaljs, *events)


def test_point_24_a_time_that_does_not_exist_is_written_as_the_one_it_becomes() -> None:
    event = replace(
        EVENT,
        starts=datetime(2026, 3, 29, 1, 30, tzinfo=LONDON),
        ends=datetime(2026, 3, 29, 4, tzinfo=LONDON),
    )
    assert value_of("DTSTART", lines_of(event)) == ";TZID=Europe/London:20260329T023000"


@pytest.mark.parametrize("minutes", [0, 30, 59, 60, 90, 119])
@pytest.mark.parametrize("field", ["starts", "ends"])
def test_point_24_a_time_that_comes_twice_is_refused(field: str, minutes: int) -> None:
    twice = datetime(2026, 10, 25, 0, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    event = replace(EVENT, starts=twice - timedelta(hours=5), ends=twice + timedelta(hours=5))
    assert comes_twice(twice)
    with pytest.raises(ValueError, match="comes twice"):
        render_event(replace(event, **{field: twice}))


def test_point_24_no_other_time_comes_twice() -> None:
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [new_year + timedelta(minutes=30 * number) for number in range(365 * 48)]
    repeated = [moment for moment in moments if comes_twice(moment)]
    assert repeated == [datetime(2026, 10, 25, tzinfo=UTC) + timedelta(minutes=30 * number) for number in range(4)]


def test_a_time_before_the_rules_of_the_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="before 1996"):
        render_event(replace(EVENT, starts=datetime(1995, 12, 31, 23, 59, tzinfo=UTC)))


def test_point_25_nothing_recurs() -> None:
    assert not {"RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"} & {line.split(":")[0] for line in lines_of(EVENT)}
