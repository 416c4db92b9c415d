"""The rules of stages, on the county's first terms and on terms of another shape."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import ROOT
from outreach.errors import Conflict
from outreach.referrals.rules.stages import (
    Late,
    add_months,
    check_day,
    check_move,
    check_taking_back,
    last_stage,
    late_after,
    list_late,
    milestones_at,
    missed_limits,
    next_stage,
    shown_stage,
)
from outreach.referrals.rules.terms import Terms, dump_terms, read_terms

TODAY = date(2026, 11, 22)


def terms() -> Terms:
    return read_terms(tomllib.loads((ROOT / "outreach/data/scheme.toml").read_text(encoding="utf-8"))["terms"])


TERMS = terms()
RAW = dump_terms(TERMS)
CODES = [stage.code for stage in TERMS.stages]


def days(count: int, *, every: int = 5) -> dict[str, date]:
    """The first `count` stages, the last of them on 1 November."""
    return {code: date(2026, 11, 1) - timedelta(days=every * (count - 1 - n)) for n, code in enumerate(CODES[:count])}


@pytest.mark.parametrize("count", range(6))
@pytest.mark.parametrize("stage", CODES)
def test_only_the_next_stage_can_be_recorded(count: int, stage: str) -> None:
    reached = days(count)
    if next_stage(TERMS, reached) == stage:
        check_move(TERMS, reached, stage, TODAY, TODAY)
    else:
        with pytest.raises(Conflict) as refused:
            check_move(TERMS, reached, stage, TODAY, TODAY)
        assert refused.value.field == "stage"


def test_a_start_before_the_offer_is_refused() -> None:
    reached = days(5)  # up to the checks
    with pytest.raises(Conflict, match="must not be before “Confirmed”"):
        check_move(TERMS, reached, "started", reached["confirmed"] - timedelta(days=1), TODAY)
    with pytest.raises(Conflict, match="must not be before “Offered”"):
        check_move(TERMS, reached, "started", reached["offered"] - timedelta(days=1), TODAY)
    with pytest.raises(Conflict, match="“Checks complete” comes before “Started”"):
        check_move(TERMS, days(4), "started", TODAY, TODAY)


def test_the_future_is_refused_and_today_is_not() -> None:
    check_move(TERMS, days(1), "applied", TODAY, TODAY)
    with pytest.raises(Conflict, match="must be today or in the past"):
        check_move(TERMS, days(1), "applied", TODAY + timedelta(days=1), TODAY)


def test_a_stage_of_no_such_scheme_is_refused() -> None:
    with pytest.raises(Conflict, match="Select a stage of this scheme"):
        check_move(TERMS, days(1), "knighted", TODAY, TODAY)


def test_months_of_service_are_counted_from_the_start() -> None:
    start = date(2026, 5, 31)
    reached = dict.fromkeys(CODES[:6], start)
    with pytest.raises(Conflict, match="must be 31 August 2026 or later"):
        check_move(TERMS, reached, "months_3", date(2026, 8, 30), TODAY)
    check_move(TERMS, reached, "months_3", date(2026, 8, 31), TODAY)


def test_correcting_the_start_keeps_the_months_served() -> None:
    start = date(2026, 5, 31)
    reached = dict.fromkeys(CODES[:6], start) | {"months_3": date(2026, 8, 31)}
    with pytest.raises(Conflict, match="“3 months” must be 1 September 2026 or later"):
        check_day(TERMS, reached, "started", date(2026, 6, 1), TODAY)


def test_a_correction_stays_between_its_neighbours() -> None:
    reached = days(4)
    check_day(TERMS, reached, "interview", reached["applied"], TODAY)
    check_day(TERMS, reached, "interview", reached["offered"], TODAY)
    with pytest.raises(Conflict, match="must not be before “Applied”"):
        check_day(TERMS, reached, "interview", reached["applied"] - timedelta(days=1), TODAY)
    with pytest.raises(Conflict, match="must not be after “Offered”"):
        check_day(TERMS, reached, "interview", reached["offered"] + timedelta(days=1), TODAY)


def test_only_the_last_stage_is_taken_back_and_never_the_friends_own() -> None:
    check_taking_back(TERMS, days(4), "offered")
    for stage in ("interview", "confirmed", "started"):
        with pytest.raises(Conflict):
            check_taking_back(TERMS, days(4), stage)
    with pytest.raises(Conflict, match="friend’s own answer"):
        check_taking_back(TERMS, days(1), "confirmed")


def test_what_is_late_counts_calendar_days() -> None:
    reached = {"confirmed": date(2026, 10, 1), "applied": date(2026, 10, 1), "offered": date(2026, 10, 10)}
    assert list_late(TERMS, reached, date(2026, 11, 4)) == []  # the 25th day
    assert list_late(TERMS, reached, date(2026, 11, 5)) == [Late("checks", "offered", 25, 1)]
    assert late_after(TERMS, reached) == date(2026, 11, 4)
    found = list_late(TERMS, reached, date(2026, 11, 20))
    assert [(one.stage, one.limit, one.days) for one in found] == [
        ("checks", 25, 16),
        ("started", 40, 10),
        ("started", 36, 5),
    ]
    done = reached | {"checks": date(2026, 11, 5), "started": date(2026, 11, 6)}
    assert list_late(TERMS, done, date(2027, 1, 1)) == []
    assert late_after(TERMS, done) is None
    assert missed_limits(TERMS, done) == [Late("checks", "offered", 25, 1)]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), st.integers(0, 200))
def test_late_after_is_the_day_before_something_is_late(gaps: list[int], later: int) -> None:
    day, reached = date(2026, 1, 1), {}
    for code, gap in zip(CODES, gaps, strict=False):
        day += timedelta(days=gap)
        reached[code] = day
    today = day + timedelta(days=later)
    ends = late_after(TERMS, reached)
    assert bool(list_late(TERMS, reached, today)) == (ends is not None and today > ends)


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_end_where_months_end(day: date, months: int, due: date) -> None:
    assert add_months(day, months) == due


@pytest.mark.parametrize(
    ("stage", "shown"),
    [
        ("confirmed", None),
        ("applied", None),
        ("interview", "interview"),
        ("offered", "offered"),
        ("checks", "offered"),
        ("started", "started"),
        ("months_6", "months_6"),
    ],
)
def test_checks_are_nobodys_business(stage: str, shown: str | None) -> None:
    assert shown_stage(TERMS, stage) == shown


def test_the_milestones_of_a_stage() -> None:
    assert [list(milestones_at(TERMS, code)) for code in CODES] == [
        [], [], [], [], [], ["start"], [], ["six_months"], ["year_badge"],
    ]  # fmt: skip


def test_first_and_last() -> None:
    assert next_stage(TERMS, {}) == "confirmed"
    assert last_stage(TERMS, {}) is None
    everything = dict.fromkeys(CODES, TODAY)
    assert next_stage(TERMS, everything) is None
    assert last_stage(TERMS, everything) == "months_12"


def test_the_terms_say_which_stages_are_shown() -> None:
    flags = {one["code"]: one["code"] in ("applied", "offered") for one in RAW["stages"]}
    terms = read_terms(RAW | {"stages": [one | {"shown": flags[one["code"]]} for one in RAW["stages"]]})
    found = [shown_stage(terms, one) for one in ("confirmed", "applied", "interview", "offered", "started")]
    assert found == [None, "applied", "applied", "offered", "offered"]


def test_terms_from_before_that_show_interview_offer_and_work() -> None:
    plain = [{name: value for name, value in one.items() if name != "shown"} for one in RAW["stages"]]
    assert read_terms(RAW | {"stages": plain}).stages == TERMS.stages
