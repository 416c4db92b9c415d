"""One cell in detail: what keeps whom from covering it, and who could."""

from __future__ import annotations

from datetime import date, timedelta

from outreach.ambassadors.rules import AmbassadorStatus, Done, Needed
from outreach.ambassadors.rules.availability import Span
from outreach.ambassadors.rules.board import Member, board_of
from outreach.ambassadors.rules.filling import Colleague, Filling, filling_of

TODAY = date(2026, 11, 25)  # a Wednesday
MONDAY = date(2026, 12, 7)
HERE, THERE = 1, 2
NEEDED = [Needed(1, "Induction"), Needed(2, "Safeguarding briefing")]
WHOLE = {1: Done(TODAY), 2: Done(TODAY)}


def person(id: int, status: AmbassadorStatus = AmbassadorStatus.ACTIVE, home: int = HERE, **more: date) -> Colleague:
    return Colleague(id, f"Person {id}", "Care worker", status, more.get("paused_until"), home, "A district")


def filling(people: list[Colleague], members: list[Member], done: dict[int, dict[int, Done]]) -> Filling:
    cell = board_of([HERE, THERE], members, TODAY)[HERE][2]
    assert cell.monday == MONDAY
    return filling_of(cell, people, {one.id: one for one in members}, NEEDED, done, TODAY)


def test_who_covers_it_and_what_of_theirs_ends_in_it() -> None:
    ends = MONDAY + timedelta(days=2)
    done = {1: {1: Done(TODAY), 2: Done(TODAY, ends)}, 2: WHOLE}
    members = [Member(1, HERE, ready_until=ends), Member(2, THERE, frozenset({HERE}))]
    found = filling([person(1), person(2, home=THERE)], members, done)
    assert [(one.who.id, one.neighbour, one.lapses) for one in found.covering] == [
        (1, False, (("Safeguarding briefing", ends),)),
        (2, True, ()),
    ]


def test_what_keeps_those_away_who_would_count() -> None:
    leave = Span(MONDAY, MONDAY + timedelta(days=4))
    pause = Span(TODAY, MONDAY + timedelta(days=30))
    gone = MONDAY - timedelta(days=3)
    members = [
        Member(1, HERE, away=(Span(TODAY, TODAY), leave)),
        Member(2, HERE, away=(pause,), paused=True),
        Member(3, HERE, ready_until=gone),
    ]
    people = [person(1), person(2, AmbassadorStatus.PAUSED, paused_until=pause.last), person(3)]
    found = filling(people, members, {3: {1: Done(TODAY), 2: Done(TODAY, gone)}})
    away, paused, lapsed = found.absent
    assert (away.away, away.paused, away.days) == ((leave,), False, ())
    assert (paused.paused, paused.back_after, paused.away) == (True, pause.last, ())
    assert lapsed.lapses == (("Safeguarding briefing", gone),)


def test_who_comes_on_days_that_the_week_has_left_none_of_is_said_to_come_on_those_only() -> None:
    mondays = Member(1, HERE, weekdays=frozenset({0}))
    cell = board_of([HERE], [mondays], TODAY)[HERE][0]
    found = filling_of(cell, [person(1)], {1: mondays}, NEEDED, {1: WHOLE}, TODAY)
    assert [one.days for one in found.absent] == [("Monday",)]


def test_who_is_not_counted_is_sorted_by_how_near_they_are() -> None:
    people = [
        person(1, AmbassadorStatus.IN_TRAINING),
        person(2, AmbassadorStatus.INTERESTED),
        person(3, AmbassadorStatus.AWAITING_MANAGER),
        person(4),
        person(5, AmbassadorStatus.PAUSED),
    ]
    over = Done(TODAY - timedelta(days=800), TODAY - timedelta(days=1))
    found = filling(people, [], {1: {1: Done(TODAY)}, 4: {1: Done(TODAY), 2: over}, 5: WHOLE})
    assert [one.who.id for one in found.training] == [1]
    assert found.training[0].missing == ("Safeguarding briefing",)
    assert [one.who.id for one in found.interested] == [2, 3]
    assert [(one.who.id, one.expired, one.paused) for one in found.lacking] == [
        (4, ("Safeguarding briefing",), False),
        (5, (), True),
    ]
