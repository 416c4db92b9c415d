"""What somebody who cannot come may offer instead, and when an event would be on another day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from outreach.ambassadors.rules.availability import PartOfDay
from outreach.clock import LONDON
from outreach.errors import Conflict
from outreach.events.rules.answers import LATEST, Colleague, Instead, check_instead, moved_to

TODAY = date(2026, 11, 22)
MORNING, AFTERNOON, EVENING = PartOfDay
DAY = timedelta(days=1)


def refused(instead: Instead, own: str = "amina@care.example") -> str | None:
    with pytest.raises(Conflict) as caught:
        check_instead(instead, own, TODAY)
    return caught.value.field


def test_nothing_three_days_and_a_colleague_will_do() -> None:
    check_instead(Instead(), "amina@care.example", TODAY)
    days = ((TODAY + DAY, MORNING), (TODAY + DAY, EVENING), (TODAY + LATEST, MORNING))
    check_instead(Instead(days, Colleague("Bo", "bo@care.example")), "amina@care.example", TODAY)


@pytest.mark.parametrize("day", [TODAY, TODAY - DAY, TODAY + LATEST + DAY, date.min, date.max])
def test_a_day_that_is_over_or_too_far_is_refused(day: date) -> None:
    assert refused(Instead(((TODAY + DAY, MORNING), (day, MORNING)))) == "day_2"


def test_naming_oneself_is_told_by_whoever_says_it() -> None:
    oneself = Instead(colleague=Colleague("Me", "Amina@care.example"))
    for own, whose in ((True, "your own"), (False, "that of who cannot come")):
        with pytest.raises(Conflict, match=f"not {whose}"):
            check_instead(oneself, "amina@care.example", TODAY, own=own)


def test_the_same_day_twice_and_a_fourth_are_refused() -> None:
    same = (TODAY + DAY, MORNING)
    assert refused(Instead((same, (TODAY + DAY, EVENING), same))) == "day_3"
    assert refused(Instead(tuple((TODAY + n * DAY, MORNING) for n in range(1, 5)))) == "day_1"


@pytest.mark.parametrize("own", ["amina@care.example", "A.mina+work@care.example", " AMINA@CARE.EXAMPLE "])
def test_nobody_names_themselves(own: str) -> None:
    assert refused(Instead(colleague=Colleague("Me", "amina@care.example")), own) == "colleague_email"


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(("part", "begins"), [(MORNING, (10, 15)), (AFTERNOON, (13, 30)), (EVENING, (18, 0))])
def test_another_day_keeps_the_clock_time_where_it_fits(part: PartOfDay, begins: tuple[int, int]) -> None:
    starts, ends = moved_to(date(2026, 12, 8), part, at(1, 10, 15), at(1, 11, 45))
    assert (starts.date(), (starts.hour, starts.minute)) == (date(2026, 12, 8), begins)
    assert ends - starts == timedelta(minutes=90)


def test_an_event_over_night_or_over_a_clock_change_lasts_as_long_by_the_clock() -> None:
    starts, ends = moved_to(date(2026, 12, 8), EVENING, at(24, 22, month=10), at(25, 6, month=10))
    assert (starts, ends) == tuple(one.replace(tzinfo=None) for one in (at(8, 22), at(9, 6)))
