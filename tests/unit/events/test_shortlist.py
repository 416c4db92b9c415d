"""The shortlist, by what holds for every crowd there could be: who is on it, in which order, and why."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from outreach.ambassadors.rules import Done
from outreach.events.rules import AssignmentStatus
from outreach.events.rules.bars import HARD, BarCode, rules_out
from outreach.events.rules.considering import Person, Place, Surroundings
from outreach.events.rules.reasons import score_of
from outreach.events.rules.shortlist import Considered, consider, rank
from outreach.events.rules.weights import WEIGHINGS, Criterion
from tests.kit.shortlisting import (
    AROUND,
    CROWDS,
    ELSEWHERE,
    EVENT,
    NOW,
    NURSE,
    PEOPLE,
    PLACES,
    PUPILS,
    TALK,
    WILLING,
    make_around,
    make_place,
)

AGAINST = {one.criterion for one in WEIGHINGS if one.against}


def considered(people: list[Person], place: Place, around: Surroundings) -> list[Considered]:
    return [consider(one, place, around) for one in people]


@given(CROWDS, PLACES, AROUND)
def test_everybody_is_in_one_of_the_two_and_nobody_with_a_bar_is_ranked(
    people: list[Person], place: Place, around: Surroundings
) -> None:
    found = considered(people, place, around)
    ranked = rank(found)
    assert all(one.bar is None for one in ranked)
    barred = [one.ambassador_id for one in found if one.bar is not None]
    assert sorted(barred + [one.ambassador_id for one in ranked]) == sorted(one.id for one in people)


@given(some.lists(WILLING, max_size=8, unique_by=lambda one: one.id), AROUND, some.randoms(use_true_random=False))
def test_the_order_is_total_and_the_same_from_wherever_it_began(
    people: list[Person], around: Surroundings, chance: random.Random
) -> None:
    place = make_place()
    shuffled = people[:]
    chance.shuffle(shuffled)
    first = [one.ambassador_id for one in rank(considered(people, place, around))]
    assert first == [one.ambassador_id for one in rank(considered(shuffled, place, around))]
    assert len(first) == len(people), "nothing rules these out"
    again = [one.ambassador_id for one in rank(considered([replace(one) for one in people], place, replace(around)))]
    assert again == first


@given(CROWDS, PLACES, AROUND)
def test_more_points_come_first_and_then_who_has_not_been_out_for_longest(
    people: list[Person], place: Place, around: Surroundings
) -> None:
    ranked = rank(considered(people, place, around))
    for one, other in pairwise(ranked):
        assert one.score >= other.score
        if one.score == other.score and one.person.last_outing and other.person.last_outing:
            assert one.person.last_outing <= other.person.last_outing


@given(PEOPLE, PLACES, AROUND)
def test_the_points_of_the_lines_are_the_score(person: Person, place: Place, around: Surroundings) -> None:
    found = consider(person, place, around)
    assert sum(one.points for one in found.reasons) == found.score == score_of(person, place, around)
    assert len({one.code for one in found.reasons}) == len(found.reasons)
    assert all(one.words for one in (*found.reasons, *found.remarks))
    assert sum(line["points"] for line in found.kept()) == found.score
    assert found.bars[:1] == (() if found.bar is None else (found.bar,))
    assert not any(one.hard for one in found.bars[1:])
    for one in found.reasons:
        weight = around.points[Criterion(one.code)]
        assert (-weight <= one.points <= 0) if Criterion(one.code) in AGAINST else (0 <= one.points <= weight)


# What each criterion reads of a person, and a value that makes it speak; nothing else may change its line.
SPEAKING = {
    Criterion.DISTRICT: {},
    Criterion.TRAVEL: {"base_town": "eastham"},
    Criterion.AUDIENCE: {"term_ids": frozenset({PUPILS})},
    Criterion.ACTIVITY: {"term_ids": frozenset({TALK})},
    Criterion.QUALIFICATION: {"term_ids": frozenset({NURSE})},
    Criterion.HOURS: {"agreed_minutes": 600},
    Criterion.REST: {"last_outing": None},
    Criterion.SHARE: {"outings": 0},
    Criterion.NOTICE: {"notice_days": None},
    Criterion.DECLINED: {"here": {EVENT: AssignmentStatus.DECLINED}},
}


@given(PEOPLE, PLACES, AROUND, some.sampled_from(sorted(SPEAKING, key=lambda one: one.value)))
def test_adding_a_reason_never_hides_another(
    person: Person, place: Place, around: Surroundings, criterion: Criterion
) -> None:
    before = replace(person, home_district_id=ELSEWHERE, term_ids=frozenset(), here={})
    told = {one.code: one for one in consider(before, place, around).reasons}
    speaking = replace(before, **SPEAKING[criterion])
    if criterion is Criterion.DISTRICT:
        speaking = replace(before, home_district_id=place.district_id)
    after = {one.code: one for one in consider(speaking, place, around).reasons}
    assert told.keys() <= after.keys()
    told.pop(criterion.value, None)
    assert {code: after[code] for code in told} == told


@given(PEOPLE, PEOPLE, PLACES, AROUND, some.sampled_from(Criterion), some.integers(1, 100))
def test_more_weight_never_lowers_who_has_the_whole_of_it(
    one: Person, other: Person, place: Place, around: Surroundings, criterion: Criterion, more: int
) -> None:
    heavy = replace(around, points={**around.points, criterion: around.points[criterion] + more})
    before, after = score_of(one, place, around), score_of(one, place, heavy)
    if criterion in AGAINST:
        assert after - before in (0, -more)
        return
    assert 0 <= after - before <= more
    if after - before == more and before >= score_of(other, place, around):
        assert after >= score_of(other, place, heavy)


@given(PEOPLE, PLACES, AROUND, some.integers(0, 100), some.integers(0, 14), some.integers(0, 14))
def test_who_has_been_out_less_is_never_behind_somebody_like_them(
    person: Person, place: Place, around: Surroundings, points: int, few: int, many: int
) -> None:
    few, many = sorted((few, many))
    heavy = replace(around, points={**around.points, Criterion.SHARE: points})
    less, more = replace(person, outings=few), replace(person, outings=many)
    assert score_of(less, place, heavy) >= score_of(more, place, heavy)


@given(PEOPLE, PLACES, AROUND)
def test_the_bar_that_is_told_is_the_first(person: Person, place: Place, around: Surroundings) -> None:
    """Taking away what the told bar rests on leaves a later one, or none: nothing before it was passed over."""
    lifted = {
        BarCode.ON_IT: {"here": {}},
        BarCode.NOT_READY: {"ready": True},
        BarCode.BUSY: {"held": ()},
        BarCode.CHILDREN: {"child_check": Done(NOW.date().replace(year=2020))},
        BarCode.BETWEEN: {"held": ()},
        BarCode.HOURS_USED: {"agreed_minutes": None},
        BarCode.SHORT_NOTICE: {"notice_days": None},
        BarCode.VISITS: {"visits_a_month": None},
        BarCode.FAR: {"travels_to": frozenset({place.district_id})},
        BarCode.UNQUALIFIED: {"term_ids": frozenset({NURSE})},
    }
    order, told = list(BarCode), []
    for _ in order:
        bar = consider(person, place, around).bar
        if bar is None or bar.code is BarCode.OVER:
            break
        assert bar.hard == (bar.code in HARD)
        assert bar.words
        told.append(order.index(bar.code))
        if bar.code is BarCode.AWAY:
            person = replace(person, availability=replace(person.availability, away=()))
        elif bar.code is BarCode.UNUSUAL:
            person = replace(person, availability=replace(person.availability, pattern=frozenset()))
        else:
            person = replace(person, **lifted[bar.code])  # type: ignore[arg-type]
    assert told == sorted(set(told))
    assert rules_out(person, place, around) in (None, BarCode.OVER)


@given(some.lists(WILLING, min_size=2, max_size=8, unique_by=lambda one: one.id))
def test_without_any_weight_the_order_is_fair_all_the_same(people: list[Person]) -> None:
    around = make_around(points=dict.fromkeys(Criterion, 0))
    ranked = [one.person for one in rank(considered(people, make_place(), around))]
    waits = [(0 if one.last_outing is None else one.last_outing.toordinal(), one.id) for one in ranked]
    assert waits == sorted(waits)
