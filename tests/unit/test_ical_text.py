"""Text that people type, in calendars. A point is one of the calendar checklist: what clients were seen to need."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import example, given, settings

from outreach.ical import CalendarEvent, assemble, clean_line, clean_text, render_event
from tests.kit.ical_events import ALL_DAY, EVENT, FEED, check_readers_agree, feed_of, lines_of, value_of
from tests.kit.ical_hostile import EVERYTHING, LONG, TYPED, events
from tests.kit.ical_readers import IcalJs, property_names, read_with_icalendar, strict_lines


@pytest.fixture(scope="module")
def icaljs() -> Iterator[IcalJs]:
    with IcalJs() as reader:
        yield reader


@settings(max_examples=60, deadline=None)
@given(event=events())
@example(
    event=replace(EVENT, summary=EVERYTHING, description=EVERYTHING, location=EVERYTHING, categories=(EVERYTHING,))
)
@example(event=replace(EVENT, summary=LONG, description=LONG, location=LONG, categories=(LONG, LONG)))
def test_points_36_to_39_any_text_is_read_back_by_both_readers(icaljs: IcalJs, event: CalendarEvent) -> None:
    check_readers_agree(icaljs, event, ALL_DAY)


@settings(max_examples=60, deadline=None)
@given(event=events())
@example(
    event=replace(EVENT, summary=EVERYTHING, description=EVERYTHING, location=EVERYTHING, categories=(EVERYTHING,))
)
@example(event=replace(EVENT, summary=LONG, description=LONG, location=LONG, categories=(LONG, LONG)))
def test_points_36_to_39_any_text_keeps_the_lines_and_the_properties(event: CalendarEvent) -> None:
    plain = replace(
        event,
        summary="Plain",
        description="Plain",
        location="Plain" if clean_line(event.location) else "",
        categories=("Plain",) if any(clean_line(raw).rstrip("\\") for raw in event.categories) else (),
    )
    text = feed_of(event, event)
    assert property_names(text) == property_names(feed_of(plain, plain))
    assert render_event(event) == render_event(event)


@settings(max_examples=200, deadline=None)
@given(text=TYPED)
@example(text=EVERYTHING)
def test_point_39_clean_text_keeps_all_that_can_be_seen(text: str) -> None:
    unseen = {"Cc", "Cs", "Zs", "Zl", "Zp"}

    def visible(words: str) -> list[str]:
        whole = words.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        return [
            character for character in whole if unicodedata.category(character) not in unseen and character != "\ufeff"
        ]

    clean = clean_text(text)
    assert visible(clean) == visible(text)
    assert clean_text(clean) == clean
    assert not [character for character in clean if character != "\n" and unicodedata.category(character) == "Cc"]
    assert "\n".join(clean.splitlines()) == clean
    assert clean_line(text).splitlines() in ([], [clean_line(text)])
    clean.encode()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("one\u2028two\u2029three\x85four", "one\ntwo\nthree\nfour"),
        ("  first\n\n second \n\n", "first\n\n second"),
        ("a\tb\x00c\x7f", "a bc"),
        ("x\ud83dy\udc00", "xy"),
        ("\ud83d\ude00", "😀"),
        ("\u202eאב\u202c", "\u202eאב\u202c"),
        ("\ud800\t\x00", ""),
        ("\ufeffa\ufeffb", "ab"),
    ],
)
def test_point_39_clean_text_examples(typed: str, expected: str) -> None:
    assert clean_text(typed) == expected


def test_point_36_utf8_without_mark_and_crlf_to_the_end() -> None:
    text = feed_of(replace(EVENT, summary="Café 😀"))
    assert text.startswith(b"BEGIN:VCALENDAR\r\n")
    assert text.endswith(b"END:VCALENDAR\r\n")
    assert "SUMMARY:Café 😀\r\n".encode() in text
    assert text.count(b"\n") == text.count(b"\r\n") == text.count(b"\r")


@pytest.mark.parametrize("unit", ["a", "é", "€", "😀", "\\", ";", "\\n"])
@pytest.mark.parametrize("offset", range(4))
def test_point_37_folds_cut_no_character_and_no_escape(unit: str, offset: int) -> None:
    title = "x" * offset + unit * 200
    lines = render_event(replace(EVENT, summary=title)).split(b"\r\n")
    assert max(map(len, lines)) in range(71, 76)
    assert read_with_icalendar(feed_of(replace(EVENT, summary=title)))[0].summary == title


def test_point_37_a_line_of_75_octets_is_not_folded() -> None:
    title = "a" * (75 - len("SUMMARY:"))
    assert b"\r\nSUMMARY:" + title.encode() + b"\r\n" in render_event(replace(EVENT, summary=title))
    assert b"a\r\n a\r\n" in render_event(replace(EVENT, summary=title + "a"))


def test_point_38_escapes_once_and_only_in_text() -> None:
    lines = lines_of(replace(EVENT, summary='a;b,c\\d:e"f', description="one\ntwo"))
    assert value_of("SUMMARY", lines) == 'a\\;b\\,c\\\\d:e"f'
    assert value_of("DESCRIPTION", lines) == "one\\ntwo\\n\\nhttps://example.org/events/17?view=a\\,b\\;c"
    assert value_of("URL", lines) == "https://example.org/events/17?view=a,b;c"
    assert value_of("GEO", lines) == "52.387870;-2.249000"


def test_point_38_a_path_with_a_capital_n_is_not_a_line_break(icaljs: IcalJs) -> None:
    check_readers_agree(icaljs, replace(EVENT, summary="C:\\New", description="\\N \\n \\\\N"))


def test_point_39_a_url_stays_one_line_of_ascii() -> None:
    lines = lines_of(replace(EVENT, url="https://example.org/é x\r\nATTENDEE:a\ud800"))
    assert value_of("URL", lines).startswith("https://example.org/%C3%A9%20x%0D%0AATTENDEE:a")


@pytest.mark.parametrize("text", [EVERYTHING, LONG])
def test_point_39_a_feed_of_any_name_is_one_calendar(icaljs: IcalJs, text: str) -> None:
    feed = assemble(replace(FEED, name=text, description=text), [])
    assert property_names(feed) == property_names(feed_of())
    assert icaljs.calendar(feed)["components"] == ["VTIMEZONE"]


def test_point_40_no_text_of_people_is_in_a_parameter() -> None:
    parameters = {line.split(":")[0] for line in strict_lines(feed_of(EVENT, ALL_DAY)) if ";" in line.split(":")[0]}
    assert parameters == {
        "DTSTART;TZID=Europe/London",
        "DTEND;TZID=Europe/London",
        "DTSTART;VALUE=DATE",
        "DTEND;VALUE=DATE",
        "REFRESH-INTERVAL;VALUE=DURATION",
    }
