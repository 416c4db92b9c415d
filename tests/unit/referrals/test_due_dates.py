"""A due date in a calendar: a whole day, no name, the same UID for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from outreach.ical import single
from outreach.referrals.queries.due_dates import due_date

MADE = datetime(2026, 1, 10, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


def text(on: date = date(2027, 3, 28), now: datetime = NOW) -> str:
    one = due_date(
        reference="RF-2KKF-Z733",
        milestone="six_months",
        due="reward for 6 months after the start",
        on=on,
        made_at=MADE,
        now=now,
        host="outreach.example",
        url="https://outreach.example/candidates/RF-2KKF-Z733/rewards",
    )
    return single(one).decode().replace("\r\n ", "").partition("BEGIN:VEVENT")[2]


def line(name: str, whole: str) -> str:
    return next(one for one in whole.split("\r\n") if one.startswith(name))


def test_it_is_a_whole_day_also_when_the_clocks_change() -> None:
    assert line("DTSTART", text()) == "DTSTART;VALUE=DATE:20270328"
    assert line("DTEND", text()) == "DTEND;VALUE=DATE:20270329"
    assert line("TRANSP", text()) == "TRANSP:TRANSPARENT"


def test_it_says_reference_and_milestone_and_is_private() -> None:
    assert line("SUMMARY", text()) == "SUMMARY:RF-2KKF-Z733: reward for 6 months after the start"
    assert line("CLASS", text()) == "CLASS:PRIVATE"


def test_a_newer_file_moves_the_same_entry() -> None:
    older, newer = text(), text(on=date(2027, 3, 30), now=NOW + timedelta(minutes=1))
    assert line("UID", older) == line("UID", newer) == "UID:RF-2KKF-Z733.six_months@outreach.example"
    sequence = [int(line("SEQUENCE", one).partition(":")[2]) for one in (older, newer)]
    assert sequence[1] == sequence[0] + 1


def test_the_sequence_is_never_negative() -> None:
    assert line("SEQUENCE", text(now=MADE - timedelta(days=1))) == "SEQUENCE:0"
