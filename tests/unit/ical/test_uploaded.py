"""Reading somebody else's calendar: bombs, odd times, odd texts, and any bytes at all."""

import time
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outreach.ical.uploaded import LARGEST, MOST_ENTRIES, MOST_REPEATS, Unreadable, Upload, UploadedEntry, read_upload
from tests.kit.calendars import calendar, entry

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def read(*entries: str) -> list[UploadedEntry]:
    return read_upload(calendar(*entries), NOW).entries


def one(**lines: str) -> UploadedEntry:
    (found,) = read(entry(**lines))
    return found


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


EIGHT, NINE = utc(2027, 7, 1, 8), utc(2027, 7, 1, 9)
BEGIN = {"dtstart": "20270701T090000Z"}


# Times


@pytest.mark.parametrize(
    ("lines", "starts", "ends", "remarks"),
    [
        ({"dtstart": "20270701T090000Z", "dtend": "20270701T100000Z"}, utc(2027, 7, 1, 9), utc(2027, 7, 1, 10), ()),
        ({"dtstart;tzid=Europe/London": "20270701T090000", "duration": "PT1H"}, EIGHT, NINE, ()),
        ({"dtstart;tzid=GMT Standard Time": "20270701T090000"}, EIGHT, NINE, ("no end",)),
        ({'dtstart;tzid="W. Europe Standard Time"': "20270701T100000"}, EIGHT, NINE, ("no end",)),
        ({"dtstart;tzid=/mozilla.org/2007/Europe/London": "20270101T090000"}, utc(2027, 1, 1, 9), utc(2027, 1, 1, 10),
         ("no end",)),
        ({"dtstart": "20270701T090000"}, utc(2027, 7, 1, 8), utc(2027, 7, 1, 9), ("no time zone", "no end")),
        ({"dtstart;value=date": "20270701"}, utc(2027, 7, 1, 8), utc(2027, 7, 1, 16), ("all day",)),
        ({"dtstart;value=date": "20270701", "dtend;value=date": "20270704"}, EIGHT, utc(2027, 7, 3, 16),
         ("all day",)),
        ({"dtstart": "20270101T090000Z", "dtend;tzid=America/New_York": "20270101T050000"}, utc(2027, 1, 1, 9),
         utc(2027, 1, 1, 10), ()),
    ],
)  # fmt: skip
def test_times_are_read_in_any_zone(
    lines: dict[str, str], starts: datetime, ends: datetime, remarks: tuple[str, ...]
) -> None:
    found = one(**lines)
    assert (found.problem, found.starts_at, found.ends_at) == ("", starts, ends)
    assert len(found.remarks) == len(remarks)
    assert all(word in told for word, told in zip(remarks, found.remarks, strict=True))


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ({}, "It has no start"),
        ({"dtstart": "tomorrow"}, "no date and time that can be read"),
        ({"dtstart": "20270231T100000Z"}, "no date and time that can be read"),
        ({"dtstart": "20270101T250000Z"}, "no date and time that can be read"),
        ({"dtstart": "٢٠٢٧٠١٠١T100000Z"}, "no date and time that can be read"),
        ({"dtstart": "00010101T000000"}, "Its year is 1"),
        ({"dtstart": "99991231T235959Z"}, "Its year is 9999"),
        ({"dtstart;tzid=Europe/London": "20271031T013000"}, "comes twice"),
        ({"dtstart": "20271031T003000Z"}, "comes twice"),
        ({"dtstart;tzid=Europe/London": "20270328T013000"}, "clocks go forward"),
        ({"dtstart;tzid=Custom Zone": "20270701T090000"}, "Its time zone is not known here: Custom Zone"),
        ({"dtstart;tzid=../../etc/passwd": "20270701T090000"}, "Its time zone is not known"),
        ({**BEGIN, "dtend": "20270701T080000Z"}, "It ends before it starts"),
        ({**BEGIN, "dtend;value=date": "20270702"}, "begins with a date and ends with a time, or"),
        ({**BEGIN, "duration": "-PT1H"}, "no length that can be read"),
        ({**BEGIN, "duration": "P" + "9" * 4000 + "D"}, "no length that can be read"),
    ],
)
def test_a_time_that_cannot_be_taken_says_why_and_the_others_go_on(lines: dict[str, str], told: str) -> None:
    bad, good = read(entry(**lines), entry("good", **BEGIN))
    assert told in bad.problem
    assert bad.starts_at is None
    assert good.problem == ""


# Repeats


def test_repeats_are_single_entries_with_names_of_their_own() -> None:
    weekly = {
        "dtstart;tzid=Europe/London": "20270322T170000",
        "rrule": "FREQ=WEEKLY;COUNT=4",
        "exdate;tzid=Europe/London": "20270405T170000",
    }
    moved = {"recurrence_id;tzid=Europe/London": "20270412T170000", "dtstart;tzid=Europe/London": "20270413T180000"}
    found = read(entry("w", **weekly), entry("w", **moved))
    assert [(one.occurrence, one.starts_at) for one in found] == [
        ("20270322T170000Z", utc(2027, 3, 22, 17)),
        ("20270329T160000Z", utc(2027, 3, 29, 16)),
        ("20270412T160000Z", utc(2027, 4, 13, 17)),
    ]


@pytest.mark.parametrize("until", ["20270115", "20270115T100000Z", "20270115T100000"])
def test_the_last_repeat_is_the_one_on_the_last_day(until: str) -> None:
    found = read(entry(**{"dtstart;tzid=Europe/London": "20270101T100000", "rrule": f"FREQ=WEEKLY;UNTIL={until}"}))
    assert [one.occurrence[:8] for one in found] == ["20270101", "20270108", "20270115"]


def test_endless_repeats_end_at_200_and_what_is_over_is_left_out() -> None:
    found = read(entry(dtstart="20200101T100000Z", dtend="20200101T110000Z", rrule="FREQ=DAILY"))
    assert len(found) == MOST_REPEATS
    assert found[0].starts_at == utc(2026, 11, 23, 10)
    assert found[-1].remarks == ("The first 200 repeats only",)
    yearly = read(entry(dtstart="20200101T100000Z", rrule="FREQ=YEARLY"))
    assert [one.starts_at for one in yearly] == [utc(2027, 1, 1, 10), utc(2028, 1, 1, 10)]
    assert "None of its repeats" in one(dtstart="20200101T100000Z", rrule="FREQ=DAILY;COUNT=3").problem


def test_one_repeat_in_the_hour_that_comes_twice_stops_no_other() -> None:
    found = read(entry(**{"dtstart;tzid=Europe/London": "20271030T013000", "rrule": "FREQ=DAILY;COUNT=3"}))
    assert ["twice" in one.problem for one in found] == [False, True, False]


# Text, and what is not read


def test_html_becomes_plain_text() -> None:
    text = "<style>p{}</style><p>Come &amp\\; see</p><ul><li>Tea</li><li>Cake</li></ul><script>alert(1)</script>"
    assert one(**BEGIN, description=text).words == "Come & see\n\n- Tea\n\n- Cake"
    assert one(**BEGIN, description="a < b and c > d").words == "a < b and c > d"


def test_people_private_entries_and_alarms_are_not_read() -> None:
    person = {"organizer;cn=Jane": "mailto:jane@x.example", "attendee": "mailto:kim@x.example", "contact": "Kim"}
    alarm = entry("a", **BEGIN, **person).replace(
        "END:VEVENT", "BEGIN:VALARM\r\nSUMMARY:Alarm\r\nDESCRIPTION:Wake Kim\r\nEND:VALARM\r\nEND:VEVENT"
    )
    upload = read_upload(calendar(alarm, entry("b", **BEGIN, **{"class": "PRIVATE"}, summary="Doctor")), NOW)
    assert upload.private == 1
    assert [one.title for one in upload.entries] == ["Open day"]
    assert not any(name in repr(upload).lower() for name in ("jane", "kim", "doctor", "alarm"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_any_usual_encoding_is_read(encoding: str) -> None:
    text = calendar(entry(**BEGIN, summary="Café open day")).decode()
    (found,) = read_upload(text.encode(encoding), NOW).entries
    assert found.title == "Café open day"


def test_folds_line_ends_and_order_do_not_matter() -> None:
    text = calendar(entry(**BEGIN, summary="A title that\r\n  is folded"))
    for ends in (b"\r\n", b"\n", b"\r"):
        (found,) = read_upload(text.replace(b"\r\n", ends), NOW).entries
        assert found.title == "A title that is folded"


def test_two_calendars_in_one_file_are_both_read() -> None:
    upload = read_upload(calendar(entry("a", **BEGIN)) + calendar(entry("b", **BEGIN)), NOW)
    assert (upload.calendars, [one.uid for one in upload.entries]) == (2, ["a", "b"])


def test_a_file_that_breaks_off_keeps_what_is_whole() -> None:
    cut = calendar(entry("a", **BEGIN), entry("b", **BEGIN))[:-30]
    first, second = read_upload(cut, NOW).entries
    assert (first.problem, second.problem) == ("", "The file breaks off within it")


# Too much


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "must be a calendar"),
        (b"\x00\xff" * 1000, "must be a calendar"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "has no entries"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "must be a calendar"),
        (b"x" * (LARGEST + 1), "smaller than 2 MB"),
        (calendar(*(entry(str(n)) for n in range(MOST_ENTRIES + 1))), "2,000 entries or fewer"),
    ],
)
def test_what_is_no_calendar_or_too_much_of_one_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read_upload(data, NOW)


def _many(size: int, **lines: str) -> bytes:
    return calendar(*(entry(str(n), **(BEGIN | lines)) for n in range(size)))


BOMBS = {
    "secondly": _many(2000, rrule="FREQ=SECONDLY"),
    "never": _many(2000, rrule="FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    "daily": _many(2000, dtstart="19700101T100000Z", rrule="FREQ=DAILY"),
    "yearly": _many(2000, dtstart="19700101T100000Z", rrule="FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"),
    "dates": _many(90, rdate=",".join(["20270101T100000Z"] * 1100)),
    "script": _many(95, description="<script" * 2800),
    "tags": _many(95, description="<p>" + "<" * 19_000),
    "escapes": _many(95, description="\\" * 20_000),
    "quotes": _many(95, **{"dtend;x=" + '"' * 20_000: "1"}),
    "nested": b"BEGIN:VCALENDAR\n" + b"BEGIN:A\n" * 260_000,
    "folds": b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:" + b"\n a" * 690_000,
    "lines": b"BEGIN:VCALENDAR\n" + b"\n" * 2_000_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_soon(bomb: str) -> None:
    """Within the limit of an upload, in two seconds; half a second was measured. The best of three, as a machine that
    others share may stall in one."""
    assert len(BOMBS[bomb]) <= LARGEST
    taken: list[float] = []
    while len(taken) < 3 and (not taken or taken[-1] >= 2):
        began = time.process_time()
        _try(BOMBS[bomb])
        taken.append(time.process_time() - began)
    assert min(taken) < 2


def test_the_widest_file_takes_little_memory() -> None:
    data = _many(95, description="word, " * 3000)
    tracemalloc.start()
    try:
        _try(data)
        assert tracemalloc.get_traced_memory()[1] < 100 * 1024 * 1024
    finally:
        tracemalloc.stop()


def _try(data: bytes) -> Upload | None:
    try:
        return read_upload(data, NOW)
    except Unreadable:
        return None


WHOLE = [
    "BEGIN:VCALENDAR",
    "BEGIN:VEVENT",
    "END:VEVENT",
    "END:VCALENDAR",
    "BEGIN:VALARM",
    "UID:a",
    "DTSTART:20270101T100000Z",
    "DTSTART;VALUE=DATE:20270101",
    "DTEND:20270101T110000Z",
    "RRULE:FREQ=WEEKLY",
    "DURATION:P1W",
]
NAMES = ["DTSTART", "RRULE", "RDATE", "EXDATE", "DURATION", "RECURRENCE-ID", "SUMMARY"]
PARAMETERS = ["", ";TZID=Europe/London", ";VALUE=DATE", ';X="a']
LINES = st.one_of(
    st.sampled_from(WHOLE),
    st.builds("{}{}:{}".format, st.sampled_from(NAMES), st.sampled_from(PARAMETERS), st.text(max_size=30)),
)
FILES = st.lists(LINES, max_size=30).map(lambda lines: "\n".join(lines).encode("utf-8", "replace"))


@settings(max_examples=200, deadline=None)
@given(data=st.one_of(st.binary(max_size=400), FILES))
@example(data=b"\xff\xfeB")
@example(data=b"B\0E\0G")
def test_any_bytes_end_in_entries_or_in_a_sentence(data: bytes) -> None:
    for begin in (b"", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n"):
        for found in (_try(begin + data) or Upload(entries=[], private=0, calendars=0)).entries:
            assert bool(found.problem) is (found.starts_at is None)
            assert found.starts_at is None or (found.ends_at is not None and found.ends_at > found.starts_at)
            found.title.encode()
