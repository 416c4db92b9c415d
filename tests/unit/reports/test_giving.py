"""What somebody has given, and the periods a certificate can be made for."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.reports.rules.giving import (
    QUARTERS,
    YEARS,
    Given,
    add_up,
    find_period,
    list_periods,
    month_of,
    quarter_of,
    year_of,
)

DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))


def test_hours_people_and_districts_are_summed_up() -> None:
    found = add_up(
        [Given(1, Decimal("2.25"), "Hill"), Given(2, None, "Dale"), Given(3, Decimal(1), "Dale")],
        [("Pupils", 30), ("Teachers", 2), ("Pupils", 5), ("Carers", 0)],
    )
    assert (found.visits, found.hours, found.unsaid, found.people) == (3, Decimal("3.25"), 1, 37)
    assert found.reached == (("Pupils", 35), ("Teachers", 2))
    assert found.districts == ("Dale", "Hill")


def test_nothing_given_is_nothing() -> None:
    found = add_up([], [])
    assert (found.visits, found.hours, found.people, found.reached, found.districts) == (0, 0, 0, (), ())


@given(DAYS)
def test_every_day_lies_in_its_month_quarter_and_year(day: date) -> None:
    for period in (month_of(day), quarter_of(day), year_of(day)):
        assert period.first <= day <= period.last
        assert (period.last + timedelta(days=1)).day == 1
    assert month_of(day).first.month == month_of(day).last.month
    assert year_of(day).first.month == 4


@given(DAYS)
def test_quarters_follow_each_other_without_a_gap(day: date) -> None:
    after = quarter_of(quarter_of(day).last + timedelta(days=1))
    assert after.first == quarter_of(day).last + timedelta(days=1)
    assert after.code != quarter_of(day).code


@given(DAYS, DAYS)
def test_periods_have_codes_of_their_own_and_none_is_over_before_somebody_began(today: date, since: date) -> None:
    periods = list_periods(today, since)
    assert len({one.code for one in periods}) == len(periods) <= 1 + YEARS + QUARTERS
    assert periods[0].last == today
    assert all(one.last >= since for one in periods[1:])
    assert all(find_period(one.code, periods) == one for one in periods)


@pytest.mark.parametrize("typed", ["", "nonsense", "2026-q9", "9" * 5000, "<script>", "12-months\r\n"])
def test_a_typed_period_that_is_none_is_the_last_twelve_months(typed: str) -> None:
    periods = list_periods(date(2028, 2, 29), date(2020, 1, 1))
    assert find_period(typed, periods).first == date(2027, 3, 1)
