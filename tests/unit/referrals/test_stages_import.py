"""Reading a CSV of stages, and the verdict on each line."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import Conflict
from outreach.referrals.rules.importing import (
    LONGEST,
    MOST_LINES,
    UNKNOWN,
    Known,
    Verdict,
    judge,
    read_day,
    read_lines,
)
from tests.unit.referrals.test_stages import TERMS

TODAY = date(2026, 11, 22)
AGREED = {"confirmed": date(2026, 10, 1)}
KNOWN = {
    "RF-AAAA-2222": Known(TERMS, AGREED, closed=False),
    "RF-BBBB-3333": Known(TERMS, AGREED, closed=True),
}


def verdicts(*lines: str) -> list[Verdict]:
    return judge(read_lines("\n".join(["reference,stage,date", *lines])), KNOWN, TODAY)


def words(*lines: str) -> list[str]:
    return [one.words for one in verdicts(*lines)]


def test_lines_in_any_order_are_taken_in_the_order_of_the_stages() -> None:
    found = verdicts(
        "RF-AAAA-2222,Offered,2026-10-20", "RF-AAAA-2222,interview,15/10/2026", "RF-AAAA-2222,APPLIED,2026-10-10"
    )
    assert [(one.fits, one.stage, one.day) for one in found] == [
        (True, "offered", date(2026, 10, 20)),
        (True, "interview", date(2026, 10, 15)),
        (True, "applied", date(2026, 10, 10)),
    ]


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("RF-ZZZZ-9999,applied,2026-10-10", UNKNOWN),
        (",applied,2026-10-10", UNKNOWN),
        ("RF-AAAA-2222,knighted,2026-10-10", "No such stage"),
        ("RF-AAAA-2222,applied,2026-02-31", "The date must be a real date"),
        ("RF-AAAA-2222,applied,soon", "The date must be a real date"),
        ("RF-AAAA-2222,applied", "The date must be a real date"),
        ("RF-AAAA-2222,applied,2026-11-23", "The date of “Applied” must be today or in the past"),
        ("RF-AAAA-2222,applied,2026-09-30", "“Applied” must not be before “Confirmed”"),
        ("RF-AAAA-2222,started,2026-11-01", "“Applied” comes before “Started”"),
        ("RF-AAAA-2222,confirmed,2026-10-01", "Recorded already"),
        ("RF-AAAA-2222,confirmed,2026-10-02", "Recorded with another date"),
        ("RF-BBBB-3333,applied,2026-10-10", "The application is closed"),
    ],
)
def test_what_does_not_fit_is_said(line: str, verdict: str) -> None:
    (one,) = verdicts(line)
    assert not one.fits
    assert one.words.startswith(verdict)


def test_a_line_twice_counts_once() -> None:
    line = "RF-AAAA-2222,applied,2026-10-10"
    assert words(line, line) == ["Will be recorded", "Recorded already"]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffDate;Reference;Stage\r\n2026-10-10;RF-AAAA-2222;applied\r\n",
        'name,"date",stage,reference\nSam,"2026-10-10",applied,RF-AAAA-2222',
        "reference,stage,date\n\n'RF-AAAA-2222,'applied,'2026-10-10\n,,\n",
    ],
)
def test_columns_separators_and_marks_as_spreadsheets_write_them(text: str) -> None:
    (one,) = judge(read_lines(text), KNOWN, TODAY)
    assert one.fits


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "Choose a CSV file"),
        ("   \n", "Choose a CSV file"),
        ("RF-AAAA-2222,applied,2026-10-10", "The first line must name the columns"),
        ("reference,stage", "The first line must name the columns"),
        ("x" * (LONGEST + 1), "characters or fewer"),
        ("reference,stage,date\n" + "a,b,c\n" * (MOST_LINES + 1), "lines or fewer"),
    ],
)
def test_what_is_no_such_file_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(Conflict, match=complaint) as refused:
        read_lines(text)
    assert refused.value.field == "text"


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(Conflict):
        judge(read_lines("reference,stage,date\n" + text), KNOWN, TODAY)
    read_day(text)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_days_in_both_spellings(day: date) -> None:
    assert read_day(day.isoformat()) == read_day(f"{day.day}/{day.month}/{day.year}") == day
