"""The planner of a term: against every possible plan of small terms, and what must hold of any plan."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.events.rules import planner
from outreach.events.rules.planner import FAIRNESS, Helper, Need, Pair, Progress, Proposal, Why, plan_quickly, solve
from outreach.events.rules.planner.problem import STEPS, Problem
from outreach.events.rules.plans import PlanMethod
from tests.kit.terms import Term, make_term

MINUTES = {("a", "b"): 45, ("b", "a"): 45}


def need(opening_id: int, starts: int = 600, **more: Any) -> Need:
    """An opening of an hour in town a, of an event of its own."""
    known: dict[str, Any] = {
        "event_id": opening_id,
        "ends": starts + 60,
        "town": "a",
        "month": 1,
        "minutes": 60,
        "left": 1,
    }
    return Need(opening_id=opening_id, starts=starts, **(known | more))


def pairs(*ids: tuple[int, int, int]) -> list[Pair]:
    return [Pair(*one) for one in ids]


def went(proposal: Proposal) -> set[tuple[int, int]]:
    return {(one.opening_id, one.ambassador_id) for one in proposal.chosen}


def whys(proposal: Proposal) -> dict[int, Why | None]:
    return {one.opening_id: one.why for one in proposal.unfilled}


# What must hold, said once more and independently of the planner


def clash(one: Need, other: Need) -> bool:
    first, second = sorted((one, other), key=lambda need: (need.starts, need.opening_id))
    trip = MINUTES.get((first.town, second.town), 0) if first.town and second.town else 0
    return one.event_id == other.event_id or second.starts < first.ends + trip


def holds(term: Term, chosen: Sequence[Pair]) -> bool:
    """Whether a plan keeps to everything."""
    needs = {one.opening_id: one for one in term.needs}
    for what in term.needs:
        there = [one for one in chosen if one.opening_id == what.opening_id]
        if len(there) > what.left or sum(not one.qualified for one in there) > what.left - what.qualified_left:
            return False
    for who in term.helpers:
        own = [needs[one.opening_id] for one in chosen if one.ambassador_id == who.ambassador_id]
        if any(clash(one, other) for one, other in combinations(own, 2)):
            return False
        visits, minutes = Counter(one.month for one in own), Counter[int]()
        for one in own:
            minutes[one.month] += one.minutes
        if any(count > who.visits.get(month, count) for month, count in visits.items()):
            return False
        if any(count > who.minutes.get(month, count) for month, count in minutes.items()):
            return False
        new = {day for one in own for day in one.child_days}
        if who.checked is None and any(too_many(new | who.child_days, first, new) for first in range(-30, 130)):
            return False
    return True


def too_many(days: set[int] | frozenset[int], first: int, new: set[int]) -> bool:
    inside = {day for day in days if first <= day < first + 30}
    return len(inside) > 3 and not inside.isdisjoint(new)


def worth(term: Term, chosen: Sequence[Pair]) -> tuple[int, int]:
    """How many places a plan fills, and its points: the more, the better."""
    helpers = {one.ambassador_id: one for one in term.helpers}
    least = min((helpers[one.ambassador_id].load for one in term.pairs), default=0)
    points = sum(one.score for one in chosen)
    for id, outings in Counter(one.ambassador_id for one in chosen).items():
        points -= sum(FAIRNESS * min(helpers[id].load - least + number, STEPS) for number in range(outings))
    return len(chosen), points


def best_worth(term: Term) -> tuple[int, int]:
    """By trying every plan there is."""
    return max(
        worth(term, chosen)
        for size in range(len(term.pairs) + 1)
        for chosen in combinations(term.pairs, size)
        if holds(term, chosen)
    )


def plan(term: Term, **more: Any) -> Proposal:
    return solve(term.needs, term.helpers, term.pairs, minutes=MINUTES, **more)


@st.composite
def terms(draw: st.DrawFn, *, most_pairs: int = 9) -> Term:
    """Small terms in which everything gets into each other's way."""
    openings = draw(st.integers(1, 5))
    needs = []
    for id in range(1, openings + 1):
        day, starts = draw(st.integers(0, 40)), draw(st.sampled_from((0, 60, 90, 120)))
        left = draw(st.integers(1, 2))
        needs.append(
            need(
                id,
                (day if draw(st.booleans()) else 1) * 1440 + starts,
                town=draw(st.sampled_from(("a", "b", ""))),
                month=day // 30,
                left=left,
                qualified_left=draw(st.integers(0, left)),
                child_days=tuple(range(day, day + draw(st.integers(0, 3)))),
                event_id=draw(st.sampled_from((id, 100))),
            )
        )
    helpers = [
        Helper(
            ambassador_id=id,
            load=draw(st.integers(0, 3)),
            visits=draw(st.dictionaries(st.integers(0, 1), st.integers(0, 2))),
            minutes=draw(st.dictionaries(st.integers(0, 1), st.sampled_from((0, 60, 150)))),
            child_days=frozenset(draw(st.sets(st.integers(0, 40), max_size=4))),
            checked=(-100, 200) if draw(st.booleans()) else None,
        )
        for id in range(1, draw(st.integers(1, 3)) + 1)
    ]
    every = [(what.opening_id, who.ambassador_id) for what in needs for who in helpers]
    drawn = draw(st.lists(st.sampled_from(every), unique=True, max_size=most_pairs))
    found = [Pair(*one, draw(st.integers(-20, 120)), draw(st.booleans())) for one in drawn]
    return Term(needs, helpers, found, MINUTES)


@given(terms(most_pairs=8))
@settings(max_examples=80, deadline=None)
def test_no_plan_at_all_is_better(term: Term) -> None:
    found = plan(term)
    assert found.method is PlanMethod.OPTIMAL
    assert holds(term, found.chosen)
    assert worth(term, found.chosen) == best_worth(term)
    assert found.points == worth(term, found.chosen)[1]


@given(terms(most_pairs=15), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_it_is_asked_does_not_matter(term: Term, seed: int) -> None:
    found = plan(term)
    luck = Random(seed)
    mixed = Term(*(luck.sample(one, len(one)) for one in (term.needs, term.helpers, term.pairs)), MINUTES)
    again = plan(mixed)
    assert (again.chosen, again.unfilled, again.points) == (found.chosen, found.unfilled, found.points)


@given(terms(most_pairs=15))
@settings(max_examples=60, deadline=None)
def test_the_quick_plan_keeps_to_everything_and_is_never_better(term: Term) -> None:
    quick, found = plan_quickly(term.needs, term.helpers, term.pairs, minutes=MINUTES), plan(term)
    assert holds(term, quick.chosen)
    assert worth(term, quick.chosen) <= worth(term, found.chosen)
    assert found.cost <= quick.cost


@given(terms(most_pairs=12), st.data())
@settings(max_examples=60, deadline=None)
def test_pins_are_kept_or_named(term: Term, data: st.DataObject) -> None:
    every = [(one.opening_id, one.ambassador_id) for one in term.pairs]
    pins = data.draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    found = plan(term, pins=[*pins, (99, 99)])
    assert set(pins) == (went(found) & set(pins)) | (set(found.lost) - {(99, 99)})
    assert (99, 99) in found.lost
    assert not went(found) & set(found.lost) or set(found.lost) - {(99, 99)} <= set(pins)
    assert holds(term, found.chosen)


@given(terms(most_pairs=15))
@settings(max_examples=40, deadline=None)
def test_every_place_is_filled_or_explained(term: Term) -> None:
    found = plan(term)
    filled = Counter(one.opening_id for one in found.chosen)
    empty = {one.opening_id: one.places for one in found.unfilled}
    assert {one.opening_id: filled[one.opening_id] + empty.get(one.opening_id, 0) for one in term.needs} == {
        one.opening_id: one.left for one in term.needs
    }


# What is told of a place that stays empty


def test_nobody_could_come() -> None:
    assert whys(solve([need(1)], [], [])) == {1: None}


def test_others_need_them_more() -> None:
    found = solve([need(1), need(2)], [Helper(1)], pairs((1, 1, 50), (2, 1, 60)))
    assert went(found) == {(2, 1)}
    assert whys(found) == {1: Why.NEEDED_MORE}


def test_their_visits_of_the_month_are_used_up() -> None:
    found = solve([need(1), need(2, 900)], [Helper(1, visits={1: 1})], pairs((1, 1, 50), (2, 1, 60)))
    assert whys(found) == {1: Why.CAP}


def test_their_days_with_under_18s_are_used_up() -> None:
    found = solve([need(1, child_days=(9,))], [Helper(1, child_days=frozenset((1, 2, 3)))], pairs((1, 1, 50)))
    assert whys(found) == {1: Why.CHILD}
    checked = Helper(1, child_days=frozenset((1, 2, 3)), checked=(0, 60))
    assert went(solve([need(1, child_days=(9,))], [checked], pairs((1, 1, 50)))) == {(1, 1)}


def test_an_opening_of_several_days_with_under_18s_counts_each_of_them() -> None:
    needs = [need(number, number * 5 * 1440, child_days=(number * 5, number * 5 + 1)) for number in range(1, 5)]
    found = solve(needs, [Helper(1)], pairs(*((number, 1, 50 + number) for number in range(1, 5))))
    assert (went(found), found.method) == ({(4, 1)}, PlanMethod.OPTIMAL)
    assert set(whys(found).values()) == {Why.CHILD}


def test_nobody_with_the_qualification() -> None:
    found = solve(
        [need(1, left=2, qualified_left=1)], [Helper(1), Helper(2)], [Pair(1, 1, 5, False), Pair(1, 2, 6, False)]
    )
    assert went(found) == {(1, 2)}
    assert whys(found) == {1: Why.QUALIFIED}


# Travel, fairness, lexicographic order


def test_nobody_is_in_two_towns_without_the_time_between() -> None:
    early, late = need(1, 600), need(2, 700, town="b")
    both = pairs((1, 1, 50), (2, 1, 60))
    assert went(solve([early, late], [Helper(1)], both, minutes=MINUTES)) == {(2, 1)}
    assert len(went(solve([early, need(2, 705, town="b")], [Helper(1)], both, minutes=MINUTES))) == 2
    assert len(went(solve([early, need(2, 700, town="")], [Helper(1)], both, minutes=MINUTES))) == 2


def test_nobody_has_two_parts_of_one_event() -> None:
    two = [need(1, 600, event_id=7), need(2, 6000, event_id=7)]
    assert len(went(solve(two, [Helper(1)], pairs((1, 1, 50), (2, 1, 60))))) == 1


def test_outings_go_to_those_who_have_had_fewer() -> None:
    four = [need(id, id * 2000) for id in range(1, 5)]
    found = solve(four, [Helper(1), Helper(2)], [Pair(one.opening_id, id, 60) for one in four for id in (1, 2)])
    assert Counter(one.ambassador_id for one in found.chosen) == {1: 2, 2: 2}
    burdened = solve(
        four, [Helper(1, load=4), Helper(2)], [Pair(one.opening_id, id, 60) for one in four for id in (1, 2)]
    )
    assert Counter(one.ambassador_id for one in burdened.chosen) == {2: 4}


def test_a_place_more_is_worth_any_points() -> None:
    both = pairs((1, 1, 100), (1, 2, -100), (2, 1, -100))
    assert went(solve([need(1), need(2)], [Helper(1), Helper(2)], both)) == {(1, 2), (2, 1)}


def test_a_quick_plan_says_that_it_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    term = make_term(40, 20)
    monkeypatch.setitem(sys.modules, "highspy", None)  # as on a machine without it
    monkeypatch.delitem(sys.modules, "outreach.events.rules.planner.exact", raising=False)
    monkeypatch.delattr(planner, "exact", raising=False)
    found = plan(term)
    assert (found.method, found.gap, found.more) == (PlanMethod.GREEDY, None, None)
    quick = plan_quickly(term.needs, term.helpers, term.pairs, minutes=MINUTES)
    assert found.chosen == quick.chosen


def test_it_stops_when_asked_and_still_has_a_plan() -> None:
    term = make_term(200, 150)
    heard: list[Progress] = []

    def stop(progress: Progress) -> bool:
        heard.append(progress)
        return True

    found = solve(term.needs, term.helpers, term.pairs, minutes=term.minutes, watch=stop)
    assert heard
    assert found.stopped
    assert found.chosen
    assert found.cost <= plan_quickly(term.needs, term.helpers, term.pairs, minutes=term.minutes).cost


def test_an_error_of_the_listener_comes_out() -> None:
    term = make_term(200, 150)

    def fail(progress: Progress) -> bool:
        raise KeyError(progress)

    with pytest.raises(KeyError):
        solve(term.needs, term.helpers, term.pairs, minutes=term.minutes, watch=fail)


def test_without_time_it_is_never_worse_than_the_quick_plan() -> None:
    term = make_term(120, 80)
    quick = plan_quickly(term.needs, term.helpers, term.pairs, minutes=term.minutes)
    found = solve(term.needs, term.helpers, term.pairs, minutes=term.minutes, limit_seconds=0)
    assert found.cost <= quick.cost


def test_a_large_term_is_solved_in_rounds_and_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.events.rules.planner import exact

    term = make_term(120, 40, seed=3)
    whole = solve(term.needs, term.helpers, term.pairs, minutes=term.minutes)
    monkeypatch.setattr(exact, "MOST_WHOLE", 0)
    rounds = solve(term.needs, term.helpers, term.pairs, minutes=term.minutes)
    assert (rounds.cost, rounds.method) == (whole.cost, PlanMethod.OPTIMAL)


def test_among_the_best_of_each_opening_are_not_always_the_same_people(monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.events.rules.planner import problem

    monkeypatch.setattr(problem, "MOST_PAIRS", 100)
    needs, helpers = [need(id, id * 2000) for id in range(1, 11)], [Helper(id) for id in range(1, 41)]
    alike = [Pair(one.opening_id, who.ambassador_id, 50) for one in needs for who in helpers]
    looked_at, each = Problem(needs, helpers, alike, {}).best()
    assert each == 10
    assert len({alike[one].ambassador_id for one in looked_at}) > 25
    found = solve(needs, helpers, alike)
    assert (found.best_of, found.pairs, len(found.chosen)) == (10, 400, 10)


@pytest.mark.parametrize(("openings", "people"), [(60, 30), (400, 361)])
def test_a_term_is_planned_to_proven_best(openings: int, people: int) -> None:
    term = make_term(openings, people)
    quick = plan_quickly(term.needs, term.helpers, term.pairs, minutes=term.minutes)
    found = solve(term.needs, term.helpers, term.pairs, minutes=term.minutes, limit_seconds=100)
    assert (found.method, found.gap, found.more, found.best_of) == (PlanMethod.OPTIMAL, 0.0, 0, None)
    assert found.cost < quick.cost
