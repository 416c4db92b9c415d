"""The words and points of the shortlist's criteria, one by one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from outreach.ambassadors.rules.availability import Availability, PartOfDay
from outreach.events.rules import AssignmentStatus
from outreach.events.rules.gone import Gone
from outreach.events.rules.reasons import say_points
from outreach.events.rules.shortlist import consider
from outreach.events.rules.weights import DEFAULT_POINTS, WEIGHINGS, Criterion, points_of, stamp_of_points
from tests.kit.shortlisting import (
    ELSEWHERE,
    EVENT,
    HERE,
    NOW,
    NURSE,
    PUPILS,
    TALK,
    TUESDAY,
    make_around,
    make_held,
    make_person,
    make_place,
)

TODAY = NOW.date()
MORNINGS = Availability(frozenset({(1, PartOfDay.MORNING)}))
HUNDRED = dict.fromkeys(Criterion, 100)


@pytest.mark.parametrize(
    ("criterion", "person", "place", "words", "points"),
    [
        ("district", {}, {}, "in this district", 100),
        ("district", {"home_district_id": ELSEWHERE, "travels_to": {HERE}}, {}, "travels to this district", 50),
        ("district", {"home_district_id": ELSEWHERE}, {}, None, 0),
        ("district", {}, {"online": True, "town": ""}, None, 0),
        ("travel", {"base_town": "norton"}, {}, "25 minutes away", 58),
        ("travel", {"base_town": "eastham"}, {}, "in the same town", 100),
        ("travel", {"base_town": "westbury"}, {}, "70 minutes away", 0),
        ("travel", {"base_town": "atlantis"}, {}, None, 0),
        ("travel", {"base_town": ""}, {"town": ""}, None, 0),
        ("travel", {"base_town": "norton"}, {"online": True}, None, 0),
        ("audience", {"term_ids": {PUPILS}}, {}, "talks to this audience", 100),
        ("audience", {}, {"audience_id": None}, None, 0),
        ("activity", {"term_ids": {TALK}}, {}, "offers this kind of visit", 100),
        (
            "qualification",
            {"term_ids": {NURSE}},
            {"qualification_id": NURSE, "qualification": "Nurse"},
            "has what it asks for: Nurse",
            100,
        ),
        ("qualification", {"term_ids": {NURSE}}, {}, None, 0),
        ("free", {"availability": MORNINGS}, {}, "usually free then", 100),
        ("free", {}, {}, "has not said when they are free", 0),
        ("hours", {"agreed_minutes": 360}, {}, "6 of 6 agreed hours left in December", 100),
        (
            "hours",
            {"agreed_minutes": 360, "held": (make_held(TUESDAY + timedelta(days=2), 3.5),)},
            {},
            "2.5 of 6 agreed hours left in December",
            41,
        ),
        ("hours", {"agreed_minutes": 60}, {}, "1 of 1 agreed hour left in December", 100),
        (
            "hours",
            {"agreed_minutes": 360},
            {"starts": TUESDAY + timedelta(days=28)},
            "6 of 6 agreed hours left in January 2027",
            100,
        ),
        ("hours", {}, {}, None, 0),
        ("rest", {}, {}, "no outing yet", 100),
        ("rest", {"last_outing": TODAY - timedelta(weeks=9)}, {}, "last outing 9 weeks ago", 75),
        ("rest", {"last_outing": TODAY - timedelta(days=13)}, {}, "last outing 13 days ago", 15),
        ("rest", {"last_outing": TODAY - timedelta(days=1)}, {}, "last outing yesterday", 1),
        ("rest", {"last_outing": TODAY}, {}, "last outing today", 0),
        ("rest", {"last_outing": TODAY - timedelta(weeks=100)}, {}, "last outing 100 weeks ago", 100),
        ("share", {"outings": 1}, {}, "has had 1 of the 14 outings this term", 64),
        ("share", {"outings": 0}, {}, "has had none of the 14 outings this term", 100),
        ("share", {"outings": 9}, {}, "has had 9 of the 14 outings this term", 0),
        ("notice", {"notice_days": 14}, {}, "22 days’ notice, asks for 14", 78),
        ("notice", {"notice_days": 11}, {}, "22 days’ notice, asks for 11", 100),
        ("notice", {"notice_days": 22}, {}, "22 days’ notice, asks for 22", 50),
        ("notice", {"notice_days": 30}, {}, "22 days’ notice, asks for 30", 0),
        ("notice", {}, {"starts": NOW + timedelta(days=1)}, "1 day’s notice", 100),
        ("declined", {"here": {EVENT: AssignmentStatus.DECLINED}}, {}, "declined this one before", -100),
        ("declined", {"here": {EVENT + 1: AssignmentStatus.DECLINED}}, {}, None, 0),
        (
            "declined",
            {"here": {EVENT: AssignmentStatus.QUEUED}, "declined": frozenset({EVENT})},
            {},
            "declined this one before",
            -100,
        ),
        ("unanswered", {"here": {EVENT: AssignmentStatus.LAPSED}}, {}, "did not answer before", -100),
    ],
)
def test_a_line_and_its_points(
    criterion: str, person: dict[str, Any], place: dict[str, Any], words: str | None, points: int
) -> None:
    sets = {name: frozenset(value) if isinstance(value, set) else value for name, value in person.items()}
    found = consider(make_person(**sets), make_place(**place), make_around(points=HUNDRED))
    lines = {one.code: one for one in found.reasons}
    if words is None:
        assert criterion not in lines
    else:
        assert (lines[criterion].words, lines[criterion].points) == (words, points)


def test_a_term_without_outings_says_nothing_of_shares() -> None:
    found = consider(make_person(), make_place(), make_around(outings=0, people=0))
    assert "share" not in {one.code for one in found.reasons}


def test_the_third_day_with_under_18s_is_a_remark_and_no_bar() -> None:
    days = frozenset({date(2026, 12, 1), date(2026, 12, 8)})
    found = consider(make_person(child_days=days), make_place(), make_around())
    assert found.bar is None
    assert [one.words for one in found.remarks] == ["3rd day with under-18s in 30 days"]
    assert found.kept()[-1] == {"code": "child_days", "words": "3rd day with under-18s in 30 days", "points": 0}


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (Gone.DROPPED_OUT, "had said yes to it, and could no longer come"),
        (Gone.TAKEN_OFF, "was taken off it before"),
        (Gone.STOPPED, "was in an order before that ended before their turn, and not asked"),
        (Gone.PASSED_OVER, "was passed over in an order before, and not asked"),
    ],
)
def test_how_somebody_came_off_it_before_is_told_as_a_remark(gone: Gone, words: str) -> None:
    person = make_person(here={EVENT: AssignmentStatus.WITHDRAWN}, gone={EVENT: gone})
    found = consider(person, make_place(), make_around())
    assert [one.words for one in found.remarks] == [words]
    assert found.bar is None


def test_points_are_said_beside_a_reason() -> None:
    assert [say_points(one) for one in (20, -30)] == ["20", "−30"]


def test_every_criterion_is_explained_once_and_has_points() -> None:
    assert [one.criterion for one in WEIGHINGS] == list(Criterion)
    assert all(one.called and one.words.endswith(".") and 0 <= one.points <= 100 for one in WEIGHINGS)


def test_points_that_are_not_kept_are_those_of_the_house() -> None:
    assert points_of({}) == DEFAULT_POINTS
    changed = points_of({"district": 0, "forgotten": 7})
    assert changed == {**DEFAULT_POINTS, Criterion.DISTRICT: 0}
    assert stamp_of_points(changed) != stamp_of_points(DEFAULT_POINTS)
