"""When somebody can be asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.ambassadors.rules.availability import (
    MOST_AWAY,
    Availability,
    PartOfDay,
    Span,
    check_away,
    free_at,
    free_on,
    say_pattern,
)
from outreach.errors import Conflict

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 11, 22)
MORNING, AFTERNOON, EVENING = PartOfDay.MORNING, PartOfDay.AFTERNOON, PartOfDay.EVENING
TUESDAY = 1


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=LONDON)


MORNINGS = Availability(frozenset({(TUESDAY, MORNING)}))


@pytest.mark.parametrize(
    ("starts", "ends", "free"),
    [
        (at(1, 9), at(1, 12), True),
        (at(1, 9), at(1, 12, 1), False),
        (at(1, 12), at(1, 13), False),
        (at(2, 9), at(2, 10), False),
        (at(1, 9), at(2, 9), False),
    ],
)
def test_a_visit_must_lie_in_the_pattern(starts: datetime, ends: datetime, free: bool) -> None:
    assert free_at(MORNINGS, starts, ends) is free


def test_who_has_said_nothing_may_be_asked_any_time() -> None:
    assert free_at(Availability(), at(6, 3), at(7, 23))
    assert free_on(Availability(), TODAY)


def test_days_away_count_from_the_first_to_the_last() -> None:
    away = Availability(away=(Span(date(2026, 12, 2), date(2026, 12, 4)),))
    assert [free_on(away, date(2026, 12, day)) for day in range(1, 6)] == [True, False, False, False, True]
    assert not free_at(away, at(1, 20), at(2, 8))


def test_a_visit_until_midnight_does_not_touch_the_next_day() -> None:
    away = Availability(away=(Span(date(2026, 12, 2), date(2026, 12, 2)),))
    assert free_at(away, at(1, 20), at(2, 0))


spans = st.builds(
    lambda first, days: Span(first, first + timedelta(days=days)),
    st.dates(TODAY, TODAY + timedelta(days=400)),
    st.integers(0, 60),
)


@given(spans, st.lists(spans, max_size=5))
def test_days_away_are_refused_exactly_when_they_share_a_day(new: Span, held: list[Span]) -> None:
    days = {new.first + timedelta(days=number) for number in range((new.last - new.first).days + 1)}
    shared = any(span.holds(day) for span in held for day in days)
    if shared:
        with pytest.raises(Conflict) as refused:
            check_away(new, held, TODAY)
        assert refused.value.field == "first_day"
    else:
        check_away(new, held, TODAY)


@pytest.mark.parametrize(
    "new",
    [
        Span(TODAY + timedelta(days=2), TODAY + timedelta(days=1)),
        Span(TODAY - timedelta(days=9), TODAY - timedelta(days=1)),
        Span(TODAY, TODAY + timedelta(days=367)),
    ],
    ids=["reversed", "over", "endless"],
)
def test_days_that_cannot_be(new: Span) -> None:
    with pytest.raises(Conflict) as refused:
        check_away(new, (), TODAY)
    assert refused.value.field == "last_day"


def test_a_week_is_said_in_lines_and_days_that_are_the_same_stand_together() -> None:
    assert say_pattern([]) == []
    week = [(0, MORNING), (2, MORNING), (4, EVENING), (4, MORNING)]
    assert say_pattern(week) == ["Monday and Wednesday: morning", "Friday: morning, evening"]
    assert say_pattern([(6, part) for part in PartOfDay]) == ["Sunday: all day"]


def test_nobody_has_endless_entries_of_days_away() -> None:
    held = [Span(TODAY + timedelta(days=2 * n), TODAY + timedelta(days=2 * n)) for n in range(MOST_AWAY)]
    free = Span(TODAY + timedelta(days=300), TODAY + timedelta(days=301))
    check_away(free, held[1:], TODAY)
    with pytest.raises(Conflict, match="Remove one first") as refused:
        check_away(free, held, TODAY)
    assert refused.value.field == "first_day"
