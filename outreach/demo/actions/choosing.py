"""Why everybody who is asked to an event to come was asked, as the shortlist says it of them."""

from __future__ import annotations

from dataclasses import replace

from outreach import clock
from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.events.models import Assignment, Choice
from outreach.events.queries.shortlist import gather
from outreach.events.rules import AssignmentStatus, ChoiceWay
from outreach.events.rules.considering import Person
from outreach.events.rules.shortlist import consider, rank

OVERRIDES = (
    "Said on the telephone that they can make the time",
    "Knows this host, who asked for them by name",
    "Goes along to learn from a colleague",
)


def add_choices(scene: Scene) -> None:
    """Keep a choice for each assignment that is still ahead, judged as if they had not been asked so far.

    Call it last: the reasons rest on what people have agreed, said and done.
    """
    ahead = [
        one
        for event in scene.events
        if event.starts_at > clock.now()
        for one in event.assignments
        if one.invited_at is not None and one.status is not AssignmentStatus.QUEUED
    ]
    openings = {one.opening_id: one.opening for one in ahead}
    if not openings:
        return
    places, around, crowd = gather(list(openings.values()))
    by_opening = {one.opening_id: one for one in places}
    for one in ahead:
        place = replace(by_opening[one.opening_id], left=1, qualified_left=0)
        judged = [consider(_unasked(person, one), place, around) for person in crowd.people]
        found = next(who for who in judged if who.ambassador_id == one.ambassador_id)
        ranked = rank(judged)
        hard = found.bar is not None and found.bar.hard
        db.session.add(
            Choice(
                assignment=one,
                made_at=one.invited_at,
                made_by_id=scene.accounts["coordinator"].id,
                way=_way(one, hard=hard),
                position=None if found.barred else ranked.index(found) + 1,
                out_of=len(ranked),
                score=found.score,
                reasons=[] if hard else found.kept(),
                override=scene.chance.choice(OVERRIDES) if found.barred and not hard else "",
            )
        )


def _unasked(person: Person, assignment: Assignment) -> Person:
    """Somebody as they stood before they were asked to this event."""
    return replace(
        person,
        held=tuple(one for one in person.held if one.event_id != assignment.event_id),
        child_days=person.child_days - {clock.local(assignment.starts_at).date()},
        here={},
    )


def _way(assignment: Assignment, *, hard: bool) -> ChoiceWay:
    if assignment.order_id is not None:
        return ChoiceWay.ORDER
    return ChoiceWay.BY_HAND if hard else ChoiceWay.SHORTLIST
