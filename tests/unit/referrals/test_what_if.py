"""What other terms would have cost, and the figures with what may be shown of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from outreach.referrals.rules import figures
from outreach.referrals.rules.terms import read_terms
from outreach.referrals.rules.what_if import Past, compare, replay
from tests.unit.referrals.cases import DAYS, ORDINARY, RAW, with_changes

FIRST = read_terms(RAW)
ON = date(2026, 11, 22)


def past(number: int = 1, referrer: int = 1, **changed: object) -> Past:
    return Past(f"RF-{number}", referrer, FIRST, replace(ORDINARY, **changed))  # type: ignore[arg-type]


def other(**changes: object) -> object:
    return read_terms(with_changes({path.replace("__", "."): value for path, value in changes.items()}))


def test_the_same_terms_change_nothing() -> None:
    found = compare([past(1), past(2, new_to_care=True, new_to_care_checked=True)], FIRST, ON)
    assert (found.cost_before, found.cost_after) == (105_000, 105_000)
    assert [row.verdict for row in found.rows] == ["same", "same"]


def test_who_gains_and_who_loses() -> None:
    terms = other(milestones__0__pence=10_000, milestones__1__pence=45_000)
    early = past(2, referrer=2, ended_on=date(2026, 5, 1))
    found = compare([past(1), early], terms, ON)  # type: ignore[arg-type]
    assert [(row.reference, row.verdict, row.pence) for row in found.rows] == [
        ("RF-1", "gains", 5_000),
        ("RF-2", "loses", -15_000),
    ]
    assert (found.cost_before, found.cost_after) == (75_000, 65_000)
    assert [row.reference for row in found.having("loses")] == ["RF-2"]


def test_something_else_of_the_same_worth() -> None:
    terms = other(milestones__0__kind="voucher")
    assert [row.verdict for row in compare([past()], terms, ON).rows] == ["other"]  # type: ignore[arg-type]


def test_caps_are_replayed_in_the_order_in_which_rewards_fall_due() -> None:
    referrals = [past(number, days=DAYS | {"started": date(2026, 2, 22 + number)}) for number in (3, 1, 2)]
    terms = other(caps__rewards=2)
    found = replay(referrals, date(2026, 3, 1), terms)  # type: ignore[arg-type]
    assert {reference: len(earned) for reference, earned in found.items()} == {"RF-1": 1, "RF-2": 1, "RF-3": 0}
    assert replay(referrals[::-1], date(2026, 3, 1), terms) == found  # type: ignore[arg-type]


def test_a_milestone_that_the_draft_no_longer_has_earns_nothing() -> None:
    found = compare([past()], other(milestones=RAW["milestones"][:1]), ON)  # type: ignore[arg-type]
    assert found.rows[0].pence == -25_000


def test_claims_count() -> None:
    terms = other(milestones__0__claim_days=30)
    claimed = replace(past(), claims={"start": date(2026, 3, 1)})
    assert len(replay([past()], ON, terms)["RF-1"]) == 1  # type: ignore[arg-type]
    assert len(replay([claimed], ON, terms)["RF-1"]) == 2  # type: ignore[arg-type]


# Figures


def days(start: date, *lengths: int) -> dict[str, date]:
    found, day = {}, start
    for stage, length in zip(FIRST.stages, (0, *lengths), strict=False):
        day += timedelta(days=length)
        found[stage.code] = day
    return found


def test_medians_ranges_and_limits() -> None:
    referrals = [
        days(date(2026, 1, 1), 1, 5, 4, 20, 5),
        days(date(2026, 1, 1), 3, 5, 6, 30, 10),
        days(date(2026, 1, 1)),
    ]
    found = figures.measure(FIRST, referrals)
    assert [(one.count, one.share) for one in found.stages[:2]] == [(3, 100), (2, 67)]
    assert found.stages[1].days == figures.Spread(2, 2.0, 1, 3)
    assert [(one.label, one.since, one.limit, one.within, one.days.median) for one in found.limits] == [
        ("Checks complete", "Offered", 25, 1, 25.0),
        ("Started", "Offered", 36, 1, 32.5),
        ("Started", "Applied", 40, 1, 42.5),
    ]


def test_nothing_to_measure() -> None:
    found = figures.measure(FIRST, [])
    assert all(one.count == one.share == 0 for one in found.stages)
    assert figures.say_median(found.stages[1].days, exact=True) == "–"


@pytest.mark.parametrize("count", range(30))
def test_who_may_not_see_names_cannot_tell_one_person_from_a_count(count: int) -> None:
    shown = figures.say_count(count, exact=False)
    assert shown == figures.say_count(count - count % 5 if count < 5 else count, exact=False)
    if count < 5:
        assert shown == "Fewer than 5"
    else:
        assert int(shown.removeprefix("About ")) % 5 == 0
    assert figures.say_count(count, exact=True) == str(count)


def test_few_lengths_are_not_shown_to_those_who_may_not_see_names() -> None:
    few, many = figures.spread([3, 4]), figures.spread([3, 4, 5, 6, 1])
    assert figures.say_median(few, exact=False) == "Too few to show"
    assert figures.say_median(many, exact=False) == "4 days"
    assert figures.say_range(many, exact=False) == "–"
    assert figures.say_range(many, exact=True) == "1 to 6"
    assert figures.say_median(figures.spread([1]), exact=True) == "1 day"
