"""Why somebody fits: properties that hold for every ambassador there could be."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from outreach.events.rules import (
    ASSIGNMENT_STEPS,
    AssignmentStatus,
    AssignmentStep,
    Candidate,
    suitability_of,
)

CANDIDATES = some.builds(
    Candidate,
    ambassador_id=some.integers(1, 10_000),
    ready=some.booleans(),
    based_here=some.booleans(),
    travels_here=some.booleans(),
    offers_activity=some.booleans(),
    speaks_to_audience=some.booleans(),
    busy_with=some.none() | some.just("EV-2222-2222, A fair"),
    status_here=some.none() | some.sampled_from(AssignmentStatus),
)
NAMES = some.text(max_size=12)
REASONS = ("based_here", "travels_here", "offers_activity", "speaks_to_audience")
FREE = Candidate(1, True, False, False, False, False, None, None)


@given(CANDIDATES, some.sampled_from(REASONS))
def test_adding_a_reason_never_hides_another(candidate: Candidate, reason: str) -> None:
    before = suitability_of(replace(candidate, **{reason: False}))
    after = suitability_of(replace(candidate, **{reason: True}))
    # To live there says more than to travel there, and takes its place.
    kept = [one for one in before.reasons if not (reason == "based_here" and "travels" in one)]
    assert set(kept) <= set(after.reasons)
    assert len(after.reasons) >= len(before.reasons)
    assert (after.bar, after.remarks) == (before.bar, before.remarks)


@given(CANDIDATES, CANDIDATES, NAMES, NAMES)
def test_who_is_barred_never_ranks_above_who_can_be_picked(
    one: Candidate, other: Candidate, name: str, other_name: str
) -> None:
    first, second = suitability_of(one), suitability_of(other)
    if first.bar and not second.bar:
        assert first.rank(name) > second.rank(other_name)


@given(some.lists(some.tuples(CANDIDATES, NAMES), max_size=5, unique_by=lambda pair: pair[0].ambassador_id))
def test_order_is_total_and_does_not_depend_on_where_it_began(people: list[tuple[Candidate, str]]) -> None:
    ranks = [suitability_of(candidate).rank(name) for candidate, name in people]
    assert len(set(ranks)) == len(ranks)
    expected = sorted(ranks)
    assert all(sorted(order) == expected for order in list(permutations(ranks))[:24])


@given(CANDIDATES)
def test_who_can_be_picked_can_be_invited_by_the_state_table(candidate: Candidate) -> None:
    found = suitability_of(candidate)
    if found.bar is None:
        here = candidate.status_here
        assert here is None or (here, AssignmentStep.INVITE) in ASSIGNMENT_STEPS
        assert candidate.ready
        assert candidate.busy_with is None


@given(CANDIDATES)
def test_no_reason_is_told_twice(candidate: Candidate) -> None:
    found = suitability_of(candidate)
    assert len(set(found.reasons)) == len(found.reasons)
    assert found.near == (candidate.based_here or candidate.travels_here)


@pytest.mark.parametrize(
    ("changed", "bar"),
    [
        ({"ready": False}, "not ready at present"),
        ({"busy_with": "EV-2222-2222, A fair"}, "busy then: EV-2222-2222, A fair"),
        ({"status_here": AssignmentStatus.INVITED, "busy_with": "EV-2222-2222, A fair"}, "already invited"),
        ({"status_here": AssignmentStatus.ACCEPTED, "ready": False}, "already accepted"),
        ({"status_here": AssignmentStatus.DECLINED}, None),
        ({"status_here": AssignmentStatus.LAPSED}, None),
    ],
)
def test_one_bar_is_told_the_nearest_first(changed: dict[str, object], bar: str | None) -> None:
    assert suitability_of(replace(FREE, **changed)).bar == bar  # type: ignore[arg-type]


def test_who_declined_ranks_below_who_has_not_been_asked() -> None:
    declined = replace(FREE, based_here=True, status_here=AssignmentStatus.DECLINED)
    assert suitability_of(declined).rank("Amina") > suitability_of(FREE).rank("Zoe")
