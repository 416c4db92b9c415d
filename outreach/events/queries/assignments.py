"""Finding assignments: who is coming, who has not answered, who is busy."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.errors import NotFound
from outreach.events.models import Assignment, Event
from outreach.events.queries.events import OPEN
from outreach.events.rules import COMING, HOLDING, AssignmentStatus


def get_assignment(assignment_id: int) -> Assignment:
    """An assignment with its event and ambassador."""
    found = db.session.scalar(
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .options(joinedload(Assignment.ambassador), joinedload(Assignment.event))
    )
    if found is None:
        raise NotFound
    return found


def get_assignment_of(ambassador_id: int, reference: str) -> Assignment:
    """What somebody is, or was, asked to do at an event, by the event's reference. Queued, they know nothing of it."""
    found = db.session.scalar(
        select(Assignment)
        .join(Assignment.event)
        .where(
            Assignment.ambassador_id == ambassador_id,
            Event.reference == reference,
            Assignment.status != AssignmentStatus.QUEUED,
        )
        .options(joinedload(Assignment.ambassador), contains_eager(Assignment.event))
    )
    if found is None:
        raise NotFound
    return found


def list_held_between(ambassador_id: int, start: datetime, end: datetime) -> list[Assignment]:
    """What somebody is asked to, or expected at, in a span of time and still ahead; soonest first."""
    return list(
        db.session.scalars(
            select(Assignment)
            .join(Assignment.event)
            .where(
                Assignment.ambassador_id == ambassador_id,
                Assignment.status.in_((AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED)),
                Event.status.in_(OPEN),
                Assignment.starts_at < end,
                Assignment.ends_at > start,
            )
            .options(contains_eager(Assignment.event), joinedload(Assignment.ambassador))
            .order_by(Assignment.starts_at, Assignment.id)
        )
    )


def list_assignments(event: Event) -> list[Assignment]:
    """Everybody who is or was on an event, in the order of their names."""
    return list(
        db.session.scalars(
            select(Assignment)
            .join(Assignment.ambassador)
            .where(Assignment.event_id == event.id)
            .options(contains_eager(Assignment.ambassador), joinedload(Assignment.reason))
            .order_by(Ambassador.name, Assignment.id)
        )
    )


def list_coming(event: Event) -> list[Ambassador]:
    """The ambassadors who said yes, or who went, by name."""
    return list(
        db.session.scalars(
            select(Ambassador)
            .join(Assignment, Assignment.ambassador_id == Ambassador.id)
            .where(Assignment.event_id == event.id, Assignment.status.in_(COMING))
            .order_by(Ambassador.name, Ambassador.id)
        )
    )


def list_coming_with_times(event: Event) -> list[Assignment]:
    """The assignments of those who said yes, or who went, with their people and employers, by name."""
    return list(
        db.session.scalars(
            select(Assignment)
            .join(Assignment.ambassador)
            .where(Assignment.event_id == event.id, Assignment.status.in_(COMING))
            .options(contains_eager(Assignment.ambassador).joinedload(Ambassador.employer))
            .order_by(Ambassador.name, Assignment.id)
        )
    )


def list_coming_assignments_of(ambassador_id: int, now: datetime) -> list[Assignment]:
    """What an ambassador is still asked or expected to do, by event."""
    return _list_to_come(ambassador_id, now, AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED)


def list_all_to_come_of(ambassador_id: int, now: datetime) -> list[Assignment]:
    """The same with what they wait for in an order, and know nothing of."""
    waiting = (AssignmentStatus.QUEUED, AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED)
    return _list_to_come(ambassador_id, now, *waiting)


def _list_to_come(ambassador_id: int, now: datetime, *statuses: AssignmentStatus) -> list[Assignment]:
    return list(
        db.session.scalars(
            select(Assignment)
            .join(Assignment.event)
            .where(
                Assignment.ambassador_id == ambassador_id,
                Assignment.status.in_(statuses),
                Event.status.in_(OPEN),
                Event.ends_at > now,
            )
            .order_by(Assignment.event_id, Assignment.id)
        )
    )


def clashes_of(
    ambassadors: Collection[int], starts_at: datetime, ends_at: datetime, but_for_event: int
) -> list[Assignment]:
    """What holds these people at that time, other than one event; soonest first."""
    return list(
        db.session.scalars(
            select(Assignment)
            .where(
                Assignment.ambassador_id.in_(ambassadors),
                Assignment.status.in_(HOLDING),
                Assignment.starts_at < ends_at,
                Assignment.ends_at > starts_at,
                Assignment.event_id != but_for_event,
            )
            .options(joinedload(Assignment.ambassador), joinedload(Assignment.event))
            .order_by(Assignment.starts_at, Assignment.id)
        )
    )


def _of_open_events() -> Select[Assignment]:
    return (
        select(Assignment)
        .join(Assignment.event)
        .where(Event.status.in_(OPEN))
        .options(contains_eager(Assignment.event), joinedload(Assignment.ambassador))
        .order_by(Assignment.event_id, Assignment.id)
    )


def list_unanswered(now: datetime) -> list[Assignment]:
    """Invitations whose time to answer is over, by event."""
    return list(
        db.session.scalars(
            _of_open_events().where(Assignment.status == AssignmentStatus.INVITED, Assignment.answer_by <= now)
        )
    )


def list_answers_awaited(now: datetime, until: datetime) -> list[Assignment]:
    """Invitations that must be answered between now and then, by event."""
    return list(
        db.session.scalars(
            _of_open_events().where(
                Assignment.status == AssignmentStatus.INVITED, Assignment.answer_by > now, Assignment.answer_by <= until
            )
        )
    )


def list_reminders_due(now: datetime, within: timedelta) -> list[Assignment]:
    """People who said yes to an event that begins between now and then, by event."""
    return list(
        db.session.scalars(
            _of_open_events().where(
                Assignment.status == AssignmentStatus.ACCEPTED,
                Assignment.starts_at > now,
                Assignment.starts_at <= now + within,
            )
        )
    )
