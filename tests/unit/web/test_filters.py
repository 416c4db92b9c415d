"""Days, times and figures in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from outreach import clock
from outreach.web import filters

SUMMER = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)  # already 1 July in London
WINTER = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_days_are_those_of_london() -> None:
    assert filters.say_date(SUMMER) == "1 July 2027"
    assert filters.say_short_date(SUMMER) == "1 Jul 2027"
    assert filters.say_weekday(date(2026, 11, 24)) == "Tuesday 24 November 2026"
    assert filters.say_clock(SUMMER) == "12:30am"


def test_period_names_its_day_once() -> None:
    assert filters.say_when(WINTER, WINTER + timedelta(minutes=90)) == "Tuesday 24 November 2026, 9:30am to 11am"
    assert filters.say_when(WINTER, WINTER + timedelta(minutes=150)).endswith("9:30am to midday")
    assert filters.say_when(WINTER, WINTER + timedelta(days=1)).count("November") == 2


def test_waiting_counts_the_largest_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: WINTER)
    assert filters.say_waiting(WINTER - timedelta(days=3, hours=5)) == "3 days"
    assert filters.say_waiting(WINTER - timedelta(hours=1)) == "1 hour"
    assert filters.say_waiting(WINTER + timedelta(hours=1)) == "less than a minute"
    assert filters.say_ago(WINTER - timedelta(days=1)) == "1 day ago"
    assert filters.say_ago(WINTER + timedelta(days=2)) == "in 2 days"
    assert filters.say_ago(WINTER) == "just now"


def test_counts_agree_with_their_nouns() -> None:
    assert filters.plural(1, "visit") == "1 visit"
    assert filters.plural(0, "visit") == "0 visits"
    assert filters.plural(1200, "person", "people") == "1,200 people"
    assert filters.say_hours(Decimal("1.50")) == "1.5 hours"
    assert filters.say_hours(Decimal(10)) == "10 hours"


@pytest.mark.parametrize(
    ("plain", "curled"),
    [
        ("It's here", "It’s here"),
        ('"Come in," she said', "“Come in,” she said"),
        ("the 'best' colleges' talk", "the ‘best’ colleges’ talk"),
    ],
)
def test_quotes_are_curled(plain: str, curled: str) -> None:
    assert filters.curl_quotes(plain) == curled
