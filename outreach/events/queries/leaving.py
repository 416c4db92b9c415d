"""Visits that somebody makes alone: who has not said that they left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.events.models import Assignment, Event
from outreach.events.rules import COMING, AssignmentStatus, EventStatus
from outreach.events.rules.leaving import ACT_AFTER, CHASE_AFTER, SHOWN_FOR, goes_alone, is_awaited, is_out


@dataclass(frozen=True)
class Alone:
    """Somebody's visit alone that has begun: whether they have left, or are missed by now."""

    assignment: Assignment
    out: bool
    missed: bool


def _alone() -> ColumnElement[bool]:
    """Nobody else is there at any time of it, and it takes place somewhere; the same rule as `goes_alone`."""
    other = aliased(Assignment)
    accompanied = exists().where(
        other.event_id == Assignment.event_id,
        other.id != Assignment.id,
        other.status.in_(COMING),
        other.starts_at < Assignment.ends_at,
        other.ends_at > Assignment.starts_at,
    )
    return and_(Event.online.is_(False), ~accompanied)


def list_not_out(since: datetime, until: datetime) -> list[Assignment]:
    """Visits alone that ended in a span of time, and of which nobody has said that they left; by event.

    Whoever has recorded how it went, or was not there, has been heard of; of whom it was only logged nobody waits.
    """
    return list(
        db.session.scalars(
            select(Assignment)
            .join(Assignment.event)
            .where(
                Assignment.status == AssignmentStatus.ACCEPTED,
                Event.status != EventStatus.CANCELLED,
                Assignment.ends_at > since,
                Assignment.ends_at <= until,
                or_(Assignment.checked_out_at.is_(None), Assignment.checked_out_at < Assignment.starts_at),
                or_(Assignment.answered_at.is_(None), Assignment.answered_at < Assignment.ends_at),
                _alone(),
            )
            .options(
                contains_eager(Assignment.event).joinedload(Event.contact),
                contains_eager(Assignment.event).joinedload(Event.district),
                joinedload(Assignment.ambassador).joinedload(Ambassador.employer),
            )
            .order_by(Assignment.event_id, Assignment.id)
        )
    )


def list_missed() -> list[Assignment]:
    """Whom nobody has heard of since they were reminded to say that they left, the longest first."""
    now = clock.now()
    return sorted(list_not_out(now - SHOWN_FOR, now - CHASE_AFTER), key=lambda one: (one.ends_at, one.id))


def is_alone(assignment: Assignment) -> bool:
    """Whether somebody goes to a place by themselves, as it stands now."""
    event = assignment.event
    others = [
        (one.starts_at, one.ends_at) for one in event.assignments if one.status in COMING and one.id != assignment.id
    ]
    return goes_alone((assignment.starts_at, assignment.ends_at), others, online=event.online)


def list_alone(event: Event) -> list[Alone]:
    """The visits alone at an event that have begun and of which no outcome has told, by their end."""
    now = clock.now()
    found = [
        one
        for one in event.assignments
        if one.status is AssignmentStatus.ACCEPTED
        and event.status is not EventStatus.CANCELLED
        and one.starts_at <= now
        and is_awaited(one.ends_at, one.answered_at)
        and is_alone(one)
    ]
    return [
        Alone(one, out, missed=not out and one.ends_at + ACT_AFTER <= now)
        for one, out in ((one, is_out(one.starts_at, one.checked_out_at)) for one in found)
    ]
