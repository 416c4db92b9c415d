"""What a change of an event would mean to each of the people on it, by name: before it is made, and as it is made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from outreach import clock
from outreach.ambassadors.queries import find_ready_ids
from outreach.ambassadors.queries.own import list_availability
from outreach.ambassadors.rules.availability import is_away
from outreach.events.models import Assignment, Event
from outreach.events.queries.assignments import clashes_of
from outreach.events.queries.children import child_verdicts_of, faces_children
from outreach.events.rules import HOLDING, AssignmentStatus, AssignmentStep, Times, may_step
from outreach.events.rules.changing import Fate, Obstacle, fate_of, fitted
from outreach.events.rules.children import days_of

Spans = Mapping[int, Times]  # by opening, or by ambassador


@dataclass(frozen=True)
class Foreseen:
    """What becomes of one assignment. `why` is for the coordinator, where somebody cannot come along."""

    assignment: Assignment
    before: Times
    after: Times
    fate: Fate
    obstacle: Obstacle | None = None
    why: str = ""


def spans_after(event: Event, after: Times) -> dict[int, Times]:
    """When each opening is once its event is at another time."""
    before = event.starts_at, event.ends_at
    return {one.id: fitted((one.starts_at, one.ends_at), before, after) for one in event.openings}


def foresee(assignments: Iterable[Assignment], spans: Spans, *, same_place: bool) -> list[Foreseen]:
    """What new times of some openings, or another place, mean to whoever is on them; in the order given."""
    now = clock.now()
    found = [
        Foreseen(
            one,
            before := (one.starts_at, one.ends_at),
            after := spans[one.opening_id],
            fate_of(before, after, same_place=same_place, now=now),
        )
        for one in assignments
        if one.opening_id in spans and _is_concerned(one.status)
    ]
    asked = [one for one in found if one.fate is Fate.ASKED]
    barred = _obstacles(asked) if asked else {}
    return [_settled(one, barred.get(one.assignment.ambassador_id)) for one in found]


def _is_concerned(status: AssignmentStatus) -> bool:
    return status in HOLDING or may_step(status, AssignmentStep.LET_GO)


def _settled(one: Foreseen, barred: tuple[Obstacle, str] | None) -> Foreseen:
    if one.fate is not Fate.ASKED or one.assignment.status is AssignmentStatus.ATTENDED:
        return replace(one, fate=Fate.UNTOUCHED) if one.fate is Fate.ASKED else one
    if not may_step(one.assignment.status, AssignmentStep.ASK_AGAIN):
        return replace(one, fate=Fate.GOES, obstacle=Obstacle.MISSED, why="was not there")
    if barred is None:
        return one
    return replace(one, fate=Fate.GOES, obstacle=barred[0], why=barred[1])


def _obstacles(asked: Collection[Foreseen]) -> dict[int, tuple[Obstacle, str]]:
    """Why some of these cannot be asked again, the first of the order; by ambassador."""
    event = next(iter(asked)).assignment.event
    wanted = {one.assignment.ambassador_id: one.after for one in asked}
    before = {one.assignment.ambassador_id: one.before for one in asked if one.assignment.status in HOLDING}
    ready = find_ready_ids(wanted)
    busy = _busy(event, wanted)
    verdicts = child_verdicts_of(wanted, event.id, before) if faces_children(event) else {}
    away = _away(asked)
    found: dict[int, tuple[Obstacle, str]] = {}
    for id in wanted:
        if id not in ready:
            found[id] = Obstacle.NOT_READY, "not ready at present"
        elif id in busy:
            found[id] = Obstacle.BUSY, f"busy then with {busy[id]}"
        elif id in verdicts and verdicts[id].refuse:
            found[id] = Obstacle.CHILDREN, f"would be {verdicts[id].refuse}, and no check was seen"
        elif id in away:
            found[id] = Obstacle.AWAY, "away then"
    return found


def _busy(event: Event, wanted: Spans) -> dict[int, str]:
    """What else holds these people, each at their own time."""
    found: dict[int, str] = {}
    for times in sorted(set(wanted.values())):
        people = [id for id, span in wanted.items() if span == times]
        for one in clashes_of(people, *times, event.id):
            found.setdefault(one.ambassador_id, f"{one.event.reference}, {one.event.title}")
    return found


def _away(asked: Collection[Foreseen]) -> set[int]:
    """Who has said to be away on one of the days. A day that they were down for already does not count."""
    days = {one.assignment.ambassador_id: _days(one.after) - _days(one.before) for one in asked}
    every = sorted(day for own in days.values() for day in own)
    if not every:
        return set()
    said = list_availability(every[0], every[-1])
    return {id for id, own in days.items() if id in said and any(is_away(said[id].away, day) for day in own)}


def _days(times: Times) -> frozenset[date]:
    return days_of(clock.local(times[0]), clock.local(times[1]))
