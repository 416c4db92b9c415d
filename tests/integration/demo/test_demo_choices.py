"""Who is asked to what in the demo county: the first of the shortlist, and a few whom it rules out, with a reason."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.ambassadors.models import Away
from outreach.db import db
from outreach.demo.actions.choosing import OVERRIDES
from outreach.events.models import Assignment, Choice
from outreach.events.queries.shortlist import gather
from outreach.events.rules import HOLDING, AssignmentStatus, ChoiceWay
from outreach.events.rules.considering import Person
from outreach.events.rules.shortlist import consider
from tests.pages import PageClient


def unasked(person: Person, assignment: Assignment) -> Person:
    """Somebody as they stood before they were asked to this event."""
    return replace(
        person,
        held=tuple(one for one in person.held if one.event_id != assignment.event_id),
        child_days=person.child_days - {clock.local(assignment.starts_at).date()},
        here={},
    )


def ahead() -> list[Choice]:
    return list(
        db.session.scalars(
            select(Choice)
            .join(Choice.assignment)
            .where(Assignment.starts_at > clock.now())
            .options(joinedload(Choice.assignment).joinedload(Assignment.opening))
            .order_by(Choice.id)
        )
    )


def test_everybody_who_is_asked_can_be_by_the_rules(county: Flask) -> None:
    """Judged again by the product's own queries, as of the day they were asked."""
    with county.app_context():
        choices = ahead()
        assert len(choices) > 50
        openings = {one.assignment.opening_id: one.assignment.opening for one in choices}
        found, around, crowd = gather(list(openings.values()))
        places = {one.opening_id: replace(one, left=1, qualified_left=0) for one in found}
        people = {one.id: one for one in crowd.people}
        # What one was asked to all the same, or the day that one went away since, rules out what was before; and who
        # has said no may have been asked elsewhere since.
        changed = {one.assignment.ambassador_id for one in choices if one.override}
        changed |= set(db.session.scalars(select(Away.ambassador_id)))
        for one in choices:
            person = unasked(people[one.assignment.ambassador_id], one.assignment)
            then = replace(around, now=clock.local(one.made_at))
            judged = consider(person, places[one.assignment.opening_id], then)
            if one.override:
                assert {bar.code for bar in judged.bars} <= set(OVERRIDES), one.assignment
                assert one.position is None
            elif person.id not in changed and one.assignment.status in HOLDING:
                assert judged.barred is None, (one.assignment, judged.bar)


def test_the_choices_are_the_first_of_the_list(county: Flask) -> None:
    with county.app_context():
        choices = ahead()
        chosen = [one for one in choices if one.position is not None]
        assert all(one.position <= 10 and one.position <= one.out_of for one in chosen)
        assert sum(one.position == 1 for one in chosen) > len(chosen) / 3
        assert all(one.reasons for one in choices)
        assert 1 <= sum(bool(one.override) for one in choices) <= 5
        assert {one.way for one in choices} >= {ChoiceWay.SHORTLIST, ChoiceWay.ORDER, ChoiceWay.OFFERED}


def test_why_them_can_be_told_of_everybody_who_was_ever_asked(county: Flask) -> None:
    with county.app_context():
        kept: dict[int, int] = defaultdict(int)
        for assignment_id in db.session.scalars(select(Choice.assignment_id)):
            kept[assignment_id] += 1
        assert set(kept) == set(db.session.scalars(select(Assignment.id)))
        assert set(kept.values()) == {1}


def test_an_order_stands_in_the_middle(county: Flask) -> None:
    coordinator = PageClient(county)
    coordinator.get("/demo")
    coordinator.submit("Be Chris Example")
    with county.app_context():
        waiting = db.session.scalars(select(Assignment).where(Assignment.status == AssignmentStatus.QUEUED)).all()
        (reference,) = {one.event.reference for one in waiting}
        order = waiting[0].order
        said = [one.status.value for one in order.assignments]
        asked = order.assignments[1]
        assert said == ["declined", "invited", "queued", "queued"]
        assert asked.answer_by is not None
        assert asked.answer_by > clock.now()
        assert asked.invited_at == order.assignments[0].answered_at
        name = asked.ambassador.name
    assert coordinator.get(f"/manage/events/{reference}").has(name)
