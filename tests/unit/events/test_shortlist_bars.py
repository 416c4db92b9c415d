"""What rules somebody out: each bar at its edge, nights, and the two nights on which the clocks change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from outreach.ambassadors.rules import Done
from outreach.ambassadors.rules.availability import Availability, PartOfDay, Span
from outreach.events.rules import AssignmentStatus
from outreach.events.rules.bars import BarCode
from outreach.events.rules.considering import minutes_taken
from outreach.events.rules.shortlist import consider
from tests.kit.shortlisting import (
    ELSEWHERE,
    EVENT,
    HERE,
    NOW,
    NURSE,
    TUESDAY,
    at,
    make_around,
    make_held,
    make_person,
    make_place,
)

MORNINGS = Availability(frozenset({(1, PartOfDay.MORNING)}))
AFTERNOONS = Availability(frozenset({(1, PartOfDay.AFTERNOON)}))
THREE_DAYS = frozenset({date(2026, 12, 1), date(2026, 12, 3), date(2026, 12, 8)})
NURSES = {"qualification_id": NURSE, "qualification": "Nurse", "left": 1, "qualified_left": 1}


def bar(person: dict[str, Any], place: dict[str, Any]) -> tuple[str, str] | None:
    found = consider(make_person(**person), make_place(**place), make_around()).bar
    return None if found is None else (found.code.value, found.words)


def away(first: date, last: date) -> dict[str, Any]:
    return {"availability": Availability(away=(Span(first, last),))}


@pytest.mark.parametrize(
    ("person", "place", "expected"),
    [
        ({}, {}, None),
        ({"here": {EVENT: AssignmentStatus.INVITED}}, {}, ("on_it", "already invited")),
        ({"here": {EVENT: AssignmentStatus.ACCEPTED}}, {}, ("on_it", "already accepted")),
        ({"here": {EVENT: AssignmentStatus.DECLINED}}, {}, None),
        ({"here": {EVENT: AssignmentStatus.LAPSED}}, {}, None),
        ({"here": {EVENT: AssignmentStatus.WITHDRAWN}}, {}, None),
        ({"ready": False}, {}, ("not_ready", "not ready at present")),
        (
            {"held": (make_held(TUESDAY + timedelta(hours=1)),)},
            {},
            ("busy", "busy then with EV-2222-2222, A fair"),
        ),
        (
            {"child_days": THREE_DAYS},
            {},
            ("children", "would be 4 days with under-18s in 30 days, and no check was seen"),
        ),
        ({"child_days": THREE_DAYS, "child_check": Done(date(2026, 11, 1))}, {}, None),
        ({"child_days": THREE_DAYS}, {"child_facing": False}, None),
        ({}, {"starts": NOW - timedelta(hours=2)}, ("over", "the event is over")),
        ({}, {"starts": NOW - timedelta(hours=1)}, None),
        (away(date(2026, 12, 15), date(2026, 12, 15)), {}, ("away", "away on 15 December")),
        (away(date(2026, 12, 10), date(2026, 12, 20)), {}, ("away", "away from 10 December to 20 December")),
        (away(date(2026, 12, 16), date(2026, 12, 20)), {}, None),
        ({"availability": AFTERNOONS}, {}, ("unusual", "does not usually come at that time")),
        ({"availability": MORNINGS}, {}, None),
        (
            {"availability": MORNINGS},
            {"ends": TUESDAY + timedelta(hours=3)},
            ("unusual", "does not usually come at that time"),
        ),
        ({"agreed_minutes": 120}, {}, None),
        (
            {"agreed_minutes": 119},
            {},
            ("hours_used", "1.98 of 1.98 agreed hours left in December, and this takes 2"),
        ),
        (
            {"agreed_minutes": 300, "held": (make_held(TUESDAY + timedelta(days=2), 3.5),)},
            {},
            ("hours_used", "1.5 of 5 agreed hours left in December, and this takes 2"),
        ),
        ({"agreed_minutes": 300, "held": (make_held(TUESDAY - timedelta(days=20), 3.5),)}, {}, None),
        ({"notice_days": 22}, {}, None),
        ({"notice_days": 23}, {}, ("short_notice", "22 days’ notice, asks for 23")),
        (
            {"visits_a_month": 1, "held": (make_held(TUESDAY + timedelta(days=2)),)},
            {},
            ("visits", "has 1 in December, and wants 1 at most"),
        ),
        ({"visits_a_month": 1, "held": (make_held(TUESDAY + timedelta(days=20)),)}, {}, None),
        ({"home_district_id": ELSEWHERE}, {}, ("far", "does not travel to Eastshire")),
        ({"home_district_id": ELSEWHERE}, {"online": True, "town": ""}, None),
        ({"home_district_id": ELSEWHERE, "travels_to": frozenset({HERE})}, {}, None),
        ({}, NURSES, ("unqualified", "the place left is for somebody with “Nurse”")),
        ({"term_ids": frozenset({NURSE})}, NURSES, None),
        ({}, NURSES | {"left": 2}, None),
        ({}, NURSES | {"qualified_left": 0}, None),
    ],
)  # fmt: skip
def test_a_bar(person: dict[str, Any], place: dict[str, Any], expected: tuple[str, str] | None) -> None:
    assert bar(person, place) == expected


def test_all_that_is_overridden_is_told_in_order_and_nothing_is_added_to_a_hard_bar() -> None:
    wishes = away(TUESDAY.date(), TUESDAY.date()) | {
        "agreed_minutes": 60,
        "notice_days": 30,
        "visits_a_month": 1,
        "home_district_id": ELSEWHERE,
        "held": (make_held(TUESDAY - timedelta(hours=2)),),
    }
    found = consider(make_person(**wishes), make_place(**NURSES), make_around())
    every = ["away", "between", "hours_used", "short_notice", "visits", "far", "unqualified"]
    assert [one.code.value for one in found.bars] == every
    assert all(one.words and not one.hard for one in found.bars)
    assert found.bar == found.bars[0]
    assert [line["code"] for line in found.kept()][-7:] == every
    paused = consider(make_person(**wishes, ready=False), make_place(**NURSES), make_around())
    assert [one.code for one in paused.bars] == [BarCode.NOT_READY]
    assert consider(make_person(), make_place(), make_around()).bars == ()


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(0), "0 minutes between this and EV-2222-2222, A fair, and 25 minutes to travel"),
        (timedelta(minutes=24), "24 minutes between this and EV-2222-2222, A fair, and 25 minutes to travel"),
        (timedelta(minutes=25), None),
    ],
)
def test_the_way_from_one_visit_to_the_next_must_fit(after: timedelta, expected: str | None) -> None:
    before = {"held": (make_held(TUESDAY - timedelta(hours=2) - after),)}
    following = {"held": (make_held(TUESDAY + timedelta(hours=2) + after),)}
    for person in (before, following):
        assert bar(person, {}) == (expected and ("between", expected))
        assert bar(person, {"online": True, "town": ""}) is None


@pytest.mark.parametrize("town", ["", "eastham", "atlantis"])
def test_no_way_is_too_long_online_in_the_same_town_or_where_nobody_knows_it(town: str) -> None:
    assert bar({"held": (make_held(TUESDAY - timedelta(hours=2), town=town),)}, {}) is None


# The clocks go back at 2am on 25 October 2026, and forward at 1am on 28 March 2027.
BACK, FORWARD = (2026, 10, 25), (2027, 3, 28)
EARLY = at(2026, 10, 1)


def on_a_night(person: dict[str, Any], place: dict[str, Any]) -> BarCode | None:
    return consider(make_person(**person), make_place(**place), make_around(now=EARLY)).barred


def test_what_holds_somebody_is_compared_by_instants_not_by_what_clocks_show() -> None:
    # From half past midnight for two hours as they pass: clocks show half past one when it ends, the second time.
    held = make_held(at(*BACK, 0, 30), ends=at(*BACK, 1, 30).replace(fold=1), minutes=120)
    during = {"starts": at(*BACK, 1, 45), "ends": at(*BACK, 3), "child_facing": False}
    assert on_a_night({"held": (held,)}, during) is BarCode.BUSY
    after = {"starts": at(*BACK, 1, 30).replace(fold=1), "ends": at(*BACK, 3), "child_facing": False, "town": "norton"}
    assert on_a_night({"held": (held,)}, after) is None


def test_the_time_to_travel_is_what_passes_not_what_clocks_show() -> None:
    # Clocks show 65 minutes between, but they went forward: five minutes pass, and the way takes 25.
    held = make_held(at(*FORWARD, 0), ends=at(*FORWARD, 0, 58), minutes=58)
    place = {"starts": at(*FORWARD, 2, 3), "ends": at(*FORWARD, 4), "child_facing": False}
    assert on_a_night({"held": (held,)}, place) is BarCode.BETWEEN


@pytest.mark.parametrize(
    ("starts", "ends", "minutes"),
    [
        (at(*BACK, 0), at(*BACK, 4), 300),
        (at(*FORWARD, 0), at(*FORWARD, 4), 180),
        (at(2026, 12, 15, 22), at(2026, 12, 16, 6), 480),
        (at(2026, 12, 15, 9), at(2026, 12, 17, 16), 3 * 480),
        (at(2026, 12, 15, 12), at(2026, 12, 16, 0), 480),
    ],
)
def test_an_event_takes_the_hours_that_pass_and_eight_a_day_at_most(starts: Any, ends: Any, minutes: int) -> None:
    place = make_place(starts=starts, ends=ends)
    assert place.minutes == minutes == minutes_taken(starts, ends, len(place.days))


def test_a_night_needs_both_its_evening_and_the_next_morning() -> None:
    night = {"starts": at(2026, 12, 15, 22), "ends": at(2026, 12, 16, 6), "child_facing": False}
    evening = Availability(frozenset({(1, PartOfDay.EVENING)}))
    both = Availability(frozenset({(1, PartOfDay.EVENING), (2, PartOfDay.MORNING)}))
    assert on_a_night({"availability": evening}, night) is BarCode.UNUSUAL
    assert on_a_night({"availability": both}, night) is None
    assert on_a_night(away(date(2026, 12, 16), date(2026, 12, 16)), night) is BarCode.AWAY
    until_midnight = night | {"ends": at(2026, 12, 16)}
    assert on_a_night(away(date(2026, 12, 16), date(2026, 12, 16)), until_midnight) is None


def test_a_night_with_children_is_refused_without_a_check() -> None:
    night = {"starts": at(2026, 12, 15, 22), "ends": at(2026, 12, 16, 6)}
    assert bar({}, night) == ("children", "would be overnight with under-18s, and no check was seen")
    assert bar({"child_check": Done(date(2026, 1, 1))}, night) is None
