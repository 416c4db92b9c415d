"""Repeats: what is read agrees with dateutil, and no rule takes long."""

import time
from datetime import date, datetime
from itertools import islice, takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outreach.ical.repeats import DAYS, Budget, NotRead, days_of, read_rule

LAST = date(2030, 12, 31)


@st.composite
def rules(draw: st.DrawFn) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 5))}"]
    month_days = draw(st.booleans()) and freq != "WEEKLY"
    if draw(st.booleans()):
        months = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True))
        parts.append(f"BYMONTH={','.join(map(str, months))}")
    if month_days:
        days = draw(st.lists(st.integers(-31, 31).filter(bool), min_size=1, max_size=4, unique=True))
        parts.append(f"BYMONTHDAY={','.join(map(str, days))}")
    if draw(st.booleans()):
        placed = freq in ("MONTHLY", "YEARLY") and not month_days and draw(st.booleans())
        places = st.sampled_from(["1", "2", "-1"]) if placed else st.just("")
        weekdays = draw(st.lists(st.tuples(places, st.sampled_from(DAYS)), min_size=1, max_size=3, unique=True))
        parts.append(f"BYDAY={','.join(place + day for place, day in weekdays)}")
        # Of a first week that began before it dateutil counts the rest alone.
        if freq != "WEEKLY" and draw(st.booleans()):
            parts.append(f"BYSETPOS={draw(st.sampled_from(['1', '-1', '2', '1,-1']))}")
    if freq == "WEEKLY" and draw(st.booleans()):
        parts.append("WKST=SU")
    return ";".join(parts)


@settings(max_examples=150, deadline=None)
@given(rule=rules(), first=st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_days_are_those_that_dateutil_finds(rule: str, first: date) -> None:
    try:
        ours = list(islice(days_of(read_rule(rule), first, LAST, Budget()), 40))
    except NotRead:
        assume(False)
        raise
    assume(len(ours) > 1)  # dateutil looks until the year 9999 for what never comes
    start = datetime(first.year, first.month, first.day)  # noqa: DTZ001 dateutil's days, too, are without a zone
    found = (moment.date() for moment in rrulestr(rule, dtstart=start))
    assert ours == list(takewhile(lambda day: day <= LAST, islice(found, len(ours))))


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY;INTERVAL=1",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=YEARLY;BYYEARDAY=100",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=٣",
        "FREQ=DAILY;COUNT=x",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;INTERVAL=" + "9" * 5000,
        "FREQ=DAILY;" + "X=1;" * 5000,
    ],
)
def test_what_is_not_read_says_so(rule: str) -> None:
    with pytest.raises(NotRead, match="It repeats in a way that is not read here"):
        read_rule(rule)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=DAILY;INTERVAL=1000000000",
        "FREQ=YEARLY;INTERVAL=1000000000",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300",
    ],
)
def test_a_rule_that_never_comes_ends_at_once(rule: str) -> None:
    began = time.process_time()
    assert len(list(days_of(read_rule(rule), date(2024, 1, 1), LAST, Budget()))) <= 1
    assert time.process_time() - began < 0.5


def test_a_file_has_one_budget() -> None:
    budget = Budget(days=1000)
    assert len(list(days_of(read_rule("FREQ=DAILY"), date(2028, 12, 31), LAST, budget))) == 731
    with pytest.raises(NotRead, match="repeats too often"):
        list(days_of(read_rule("FREQ=DAILY"), date(2028, 12, 31), LAST, budget))
