"""When a digest is due, and what it says has changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from outreach.ambassadors.rules.board import Light
from outreach.ambassadors.rules.digest import Turned, changes_of, say_weeks, week_due
from outreach.clock import LONDON

MONDAY = date(2026, 11, 23)
WEEK = timedelta(weeks=1)


def at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("moment", "last", "due"),
    [
        (at(23, 6, 59), None, None),
        (at(23, 7, 0), None, MONDAY),
        (at(23, 7, 0), MONDAY - WEEK, MONDAY),
        (at(23, 12, 0), MONDAY, None),
        # A worker that did not run on Monday catches up, but not at the weekend.
        (at(27, 5, 0), MONDAY - WEEK, MONDAY),
        (at(28, 12, 0), MONDAY - WEEK, None),
        (at(29, 12, 0), None, None),
    ],
)
def test_when_it_is_due(moment: datetime, last: date | None, due: date | None) -> None:
    assert week_due(moment, last) == due


def test_the_same_board_a_week_later_has_not_changed() -> None:
    assert changes_of({"a": "ggdaa"}, MONDAY - WEEK, {"a": "gdaaa"}, MONDAY) == []


def test_what_turned_is_told_by_district_and_light_the_dark_first() -> None:
    before = {"a": "gggg", "b": "dddd"}
    now = {"a": "gagd", "b": "ddgg"}
    assert changes_of(before, MONDAY - WEEK, now, MONDAY) == [
        Turned("a", Light.DARK, (MONDAY + 3 * WEEK,)),
        Turned("a", Light.AMBER, (MONDAY + WEEK,)),
        Turned("b", Light.GREEN, (MONDAY + 2 * WEEK, MONDAY + 3 * WEEK)),
    ]


def test_the_first_digest_tells_all_that_is_not_green_and_so_does_that_of_a_new_district() -> None:
    now = {"a": "gg", "b": "ad"}
    expected = [Turned("b", Light.DARK, (MONDAY + WEEK,)), Turned("b", Light.AMBER, (MONDAY,))]
    assert changes_of(None, None, now, MONDAY) == expected
    assert changes_of({"a": "gg"}, MONDAY - WEEK, now, MONDAY) == expected


def test_after_a_long_silence_the_last_week_known_is_what_later_ones_are_compared_with() -> None:
    assert changes_of({"a": "gggd"}, MONDAY - 20 * WEEK, {"a": "dddg"}, MONDAY) == [
        Turned("a", Light.GREEN, (MONDAY + 3 * WEEK,))
    ]


def test_weeks_in_words() -> None:
    assert say_weeks([MONDAY]) == "week of 23 November"
    assert say_weeks([MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK]) == "3 weeks, 23 November to 7 December"
    assert say_weeks([MONDAY, MONDAY + 2 * WEEK]) == "weeks of 23 November and 7 December"
