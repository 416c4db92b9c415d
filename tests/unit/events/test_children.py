"""Days with under-18s, against a count that tries every 30 days there are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.ambassadors.rules import Done
from outreach.ambassadors.rules.availability import Span
from outreach.errors import Conflict
from outreach.events.rules.children import (
    MOST,
    WINDOW,
    check_supervised,
    count_with,
    days_of,
    fullest,
    is_child_facing,
    is_overnight,
    judge,
)

LONDON = ZoneInfo("Europe/London")
# Around a leap day, both clock changes, and the ends of months and of a year.
STARTS = (date(2028, 2, 20), date(2027, 3, 20), date(2026, 10, 15), date(2026, 12, 20), date(2027, 1, 25))
near = st.builds(lambda first, more: first + timedelta(days=more), st.sampled_from(STARTS), st.integers(0, 75))
some_days = st.frozensets(near, max_size=14)
new_days = st.frozensets(near, min_size=1, max_size=3)


def tried(days: frozenset[date], new: frozenset[date]) -> list[tuple[int, date]]:
    """Every 30 days that hold a new day: how many counted days they hold, and their first."""
    every = days | new
    begin, end = min(every) - timedelta(days=WINDOW), max(every)
    windows = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
    return [
        (sum(first <= day <= first + timedelta(days=29) for day in every), first)
        for first in windows
        if any(first <= day <= first + timedelta(days=29) for day in new)
    ]


@given(some_days, new_days)
def test_count_is_that_of_trying_every_window(days: frozenset[date], new: frozenset[date]) -> None:
    assert count_with(days, new) == max(count for count, _ in tried(days, new))


@given(some_days, new_days)
def test_window_named_is_a_fullest_one(days: frozenset[date], new: frozenset[date]) -> None:
    verdict = judge(days, new, False, None)
    assert verdict.window is not None
    held = [day for day in days | new if verdict.window.holds(day)]
    assert len(held) == verdict.count
    assert any(verdict.window.holds(day) for day in new)
    assert (verdict.window.last - verdict.window.first).days == 29


@given(some_days, new_days)
def test_without_a_check_the_third_is_warned_of_and_more_are_refused(
    days: frozenset[date], new: frozenset[date]
) -> None:
    verdict = judge(days, new, False, None)
    assert bool(verdict.refuse) is (verdict.count > MOST)
    assert bool(verdict.warn) is (verdict.count == MOST)


@given(some_days, new_days, near, st.integers(0, 60))
def test_whoever_is_allowed_keeps_to_the_most_or_has_a_check_on_each_day_that_is_too_many(
    days: frozenset[date], new: frozenset[date], seen: date, lasts: int
) -> None:
    """Said anew, day by day: what a visit adds is within the most, or covered."""
    check = Done(seen, seen + timedelta(days=lasts))
    too_many = [first for count, first in tried(days, new) if count > MOST]
    later = [
        day
        for day in days - new
        if any(day - timedelta(days=29) <= one < day for one in new)
        and sum(day - timedelta(days=29) <= one <= day for one in days | new) > MOST
    ]
    uncovered = [day for day in [*new, *later] if not check.counts_on(day)]
    assert bool(judge(days, new, False, check).refuse) is bool(too_many and uncovered)


@given(some_days, new_days, near)
def test_a_day_less_is_never_refused_where_more_are_allowed(
    days: frozenset[date], new: frozenset[date], gone: date
) -> None:
    if not judge(days, new, False, None).refuse:
        assert not judge(days - {gone}, new, False, None).refuse


@given(some_days, new_days)
def test_the_same_day_twice_counts_once(days: frozenset[date], new: frozenset[date]) -> None:
    assert count_with(days | new, new) == count_with(days, new)


@given(some_days, new_days, st.integers(-4000, 4000))
def test_only_the_days_between_count_not_which_month_it_is(
    days: frozenset[date], new: frozenset[date], moved: int
) -> None:
    by = timedelta(days=moved)
    assert count_with({day + by for day in days}, {day + by for day in new}) == count_with(days, new)


@pytest.mark.parametrize(
    ("days", "new", "count"),
    [
        ([], "2026-11-30", 1),
        (["2026-11-01", "2026-11-15", "2026-11-30"], "2026-11-10", 4),
        (["2026-11-01", "2026-11-15", "2026-11-30"], "2026-12-01", 3),  # the first is 30 days before: a day too far
        (["2028-02-01", "2028-02-28", "2028-02-29"], "2028-03-01", 4),  # of a leap year: 29 days between
        (["2027-02-01", "2027-02-28", "2027-03-02"], "2027-03-03", 3),  # of another: 30
        (["2027-01-31", "2027-02-28", "2027-03-01"], "2027-01-30", 3),  # back-dated, before all of them
        (["2026-12-20", "2026-12-31", "2027-01-01"], "2027-01-18", 4),  # over the turn of the year
        (["2027-03-01", "2027-03-27", "2027-03-29"], "2027-03-28", 4),  # the clocks go forward that day
    ],
)
def test_days_by_hand(days: list[str], new: str, count: int) -> None:
    assert count_with([date.fromisoformat(day) for day in days], [date.fromisoformat(new)]) == count


def test_a_back_dated_day_is_counted_with_those_after_it() -> None:
    held = [date(2026, 11, day) for day in (10, 20, 30)]
    verdict = judge(held, [date(2026, 11, 2)], False, None)
    assert verdict.refuse == "4 days with under-18s in 30 days"
    assert verdict.window == Span(date(2026, 11, 2), date(2026, 12, 1))
    assert not judge(held, [date(2026, 10, 31)], False, None).refuse


HELD = [date(2026, 11, day) for day in (2, 3, 4)]
FOURTH = [date(2026, 11, 20)]


@pytest.mark.parametrize(
    ("seen", "until", "refused"),
    [
        ("2026-11-20", None, False),  # on the very day
        ("2026-11-21", None, True),  # a visit that was before is not covered
        ("2024-01-01", "2026-11-20", False),  # the last day on which it counts
        ("2024-01-01", "2026-11-19", True),
    ],
)
def test_a_check_covers_from_the_day_it_was_seen_to_the_last_on_which_it_counts(
    seen: str, until: str | None, refused: bool
) -> None:
    check = Done(date.fromisoformat(seen), date.fromisoformat(until) if until else None)
    assert bool(judge(HELD, FOURTH, False, check).refuse) is refused


def test_a_new_day_that_is_covered_is_refused_if_it_makes_a_later_one_too_many() -> None:
    ended = Done(date(2024, 1, 1), date(2026, 11, 1))
    assert not judge(HELD[:2], [date(2026, 11, 1)], False, ended).refuse
    assert judge(HELD, [date(2026, 11, 1)], False, ended).refuse


def test_days_that_were_too_many_before_bar_no_later_one_that_is_covered() -> None:
    check = Done(date(2026, 11, 10), None)
    assert not judge([*HELD, date(2026, 11, 5)], FOURTH, False, check).refuse


def test_overnight_is_refused_on_the_first_day_unless_the_check_is_seen() -> None:
    new = [date(2026, 11, 20), date(2026, 11, 21)]
    assert judge([], new, True, None).refuse == "overnight with under-18s"
    assert judge([], new, True, Done(date(2026, 11, 20), date(2026, 11, 20))).refuse
    assert judge([], new, True, Done(date(2026, 11, 20), None)).refuse == ""


def test_nothing_new_is_nothing_to_judge() -> None:
    assert judge([*HELD, *FOURTH], [], False, None).refuse == ""
    assert count_with(HELD, []) == 0


def test_fullest_days_to_come_are_found_wherever_they_lie() -> None:
    far = [date(2027, 2, 22), date(2027, 3, 3), date(2027, 2, 24)]
    past = [date(2026, 11, 20 + one) for one in range(4)]
    assert fullest([*past, *far], date(2026, 11, 24)) == (3, Span(date(2027, 2, 22), date(2027, 3, 23)))
    assert fullest(past, date(2026, 11, 24)) is None


def at(written: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=LONDON, fold=fold)


@pytest.mark.parametrize(
    ("starts", "ends", "days", "overnight"),
    [
        (at("2026-11-20T09:00"), at("2026-11-20T10:00"), 1, False),
        (at("2026-11-20T18:00"), at("2026-11-21T00:00"), 1, False),  # the last instant is not part of it
        (at("2026-11-20T22:00"), at("2026-11-21T00:01"), 2, False),
        (at("2026-11-20T22:00"), at("2026-11-21T02:00"), 2, False),
        (at("2026-11-20T22:00"), at("2026-11-21T02:01"), 2, True),
        (at("2026-11-20T05:59"), at("2026-11-20T09:00"), 1, True),
        (at("2026-11-20T06:00"), at("2026-11-21T01:00"), 2, False),
        (at("2028-02-28T09:00"), at("2028-03-01T17:00"), 3, True),  # over the leap day
        (at("2027-03-28T00:30"), at("2027-03-28T02:00"), 1, False),  # 1am to 2am does not exist
        (at("2027-03-28T00:30"), at("2027-03-28T02:30"), 1, True),
        (at("2026-10-25T01:30"), at("2026-10-25T01:10", fold=1), 1, False),  # 40 minutes, as the clocks go back
        (at("2026-10-25T01:30", fold=1), at("2026-10-25T02:30"), 1, True),
        (at("2026-10-24T09:00"), at("2026-11-07T09:00"), 15, True),
    ],
)
def test_days_and_nights_of_a_span(starts: datetime, ends: datetime, days: int, overnight: bool) -> None:
    assert len(days_of(starts, ends)) == days
    assert is_overnight(starts, ends) is overnight


@given(
    st.datetimes(datetime(2026, 3, 1), datetime(2028, 4, 1)),  # noqa: DTZ001 the instants are made aware below
    st.integers(1, 14 * 24 * 60),
)
def test_spans_against_a_walk_through_their_minutes(begins: datetime, minutes: int) -> None:
    """Each quarter of an hour, and the last minute, of the instants in between, as London's clocks show them."""
    first = begins.replace(second=0, microsecond=0, tzinfo=UTC)
    last = first + timedelta(minutes=minutes)
    walked = [first + timedelta(minutes=n) for n in [*range(0, minutes, 15), minutes - 1]]
    shown = [one.astimezone(LONDON) for one in walked]
    starts, ends = first.astimezone(LONDON), last.astimezone(LONDON)
    assert days_of(starts, ends) == {one.date() for one in shown}
    assert is_overnight(starts, ends) is any(2 <= one.hour < 6 for one in shown)


def test_who_is_under_18() -> None:
    assert [is_child_facing(known) for known in (True, False, None)] == [True, False, True]


def test_a_group_under_18_is_supervised() -> None:
    check_supervised(False, "")
    check_supervised(True, "Mr Present")
    with pytest.raises(Conflict) as refused:
        check_supervised(True, "")
    assert refused.value.field == "supervisor"
