"""Visits that somebody makes alone: who has not said that they left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from outreach import clock
from outreach.accounts.queries import list_account_names
from outreach.ambassadors.models import Ambassador
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.models import Assignment, Event
from outreach.events.rules import COMING, EventStatus
from outreach.events.rules.leaving import (
    CHASE_AFTER,
    HOW_SAFE_SAID,
    WATCHED_FOR,
    HowSafe,
    goes_alone,
    is_awaited,
    is_missed,
    is_waited_for,
)

MISSED, SAFE = "assignment.not_out", "assignment.safe"
"""What the audit says of somebody who was not heard of in time, and once a coordinator knows that they are safe."""


@dataclass(frozen=True)
class Safe:
    """Who recorded that somebody is safe, when, and how they knew, in words."""

    by: str
    at: datetime
    how: str


@dataclass(frozen=True)
class Alone:
    """Somebody's visit alone that has begun: whether they have left, who says so for them, or are missed by now."""

    assignment: Assignment
    out: bool
    missed: bool
    safe: Safe | None


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


def _noted() -> ColumnElement[bool]:
    """Whether it is in the audit that somebody was missed, after the end that their visit has now."""
    return exists().where(
        AuditEntry.subject_kind == Assignment.__tablename__,
        AuditEntry.subject_id == Assignment.id,
        AuditEntry.action == MISSED,
        AuditEntry.at >= Assignment.ends_at,
    )


def _not_out(until: datetime, *where: ColumnElement[bool]) -> list[Assignment]:
    """Visits alone that ended by a moment, and whose ambassador is waited for (`is_waited_for`); by event.

    Of whom it was only logged afterwards that they were there, nobody waits.
    """
    return list(
        db.session.scalars(
            select(Assignment)
            .join(Assignment.event)
            .where(
                Assignment.status.in_(COMING),
                Event.status != EventStatus.CANCELLED,
                Assignment.ends_at <= until,
                or_(Assignment.checked_out_at.is_(None), Assignment.checked_out_at < Assignment.starts_at),
                or_(Assignment.answered_at.is_(None), Assignment.answered_at < Assignment.ends_at),
                *where,
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


def list_to_hear_of(fresh: datetime) -> list[Assignment]:
    """Whom somebody has still to be asked or chased for, or noted as missed.

    Who ended before `fresh` is mailed for no more, and is only one of them until they are noted.
    """
    now = clock.now()
    return _not_out(now, Assignment.ends_at > now - WATCHED_FOR, or_(Assignment.ends_at >= fresh, ~_noted()))


def list_missed() -> list[Assignment]:
    """Whom nobody has heard of since they were reminded to say that they left, the longest first.

    They stay until somebody has heard of them, or the audit has forgotten it. What was over before the audit could
    note it is not among them for longer than a fortnight.
    """
    now = clock.now()
    found = _not_out(now - CHASE_AFTER, or_(Assignment.ends_at > now - WATCHED_FOR, _noted()))
    return sorted(found, key=lambda one: (one.ends_at, one.id))


def list_noted_ids(ids: Collection[int]) -> set[int]:
    """Which of these assignments the audit has as missed."""
    return set(db.session.scalars(select(Assignment.id).where(Assignment.id.in_(ids), _noted()))) if ids else set()


def is_alone(assignment: Assignment) -> bool:
    """Whether somebody goes to a place by themselves, as it stands now."""
    event = assignment.event
    others = [
        (one.starts_at, one.ends_at) for one in event.assignments if one.status in COMING and one.id != assignment.id
    ]
    return goes_alone((assignment.starts_at, assignment.ends_at), others, online=event.online)


def still_waited_for(assignment: Assignment) -> bool:
    """Whether somebody at a visit alone, on it or back from it, has still to say that they have left."""
    waited = is_waited_for(assignment.status, assignment.starts_at, assignment.checked_out_at)
    return waited and is_alone(assignment)


def list_alone(event: Event) -> list[Alone]:
    """The visits alone at an event that have begun, by their end. What is over is told for as long as it is listed."""
    now = clock.now()
    found = [
        one
        for one in event.assignments
        if one.status in COMING
        and event.status is not EventStatus.CANCELLED
        and one.starts_at <= now
        and is_awaited(one.ends_at, one.answered_at)
        and is_alone(one)
    ]
    waited = {one.id for one in found if is_waited_for(one.status, one.starts_at, one.checked_out_at)}
    listed = {one.id for one in found if one.ends_at > now - WATCHED_FOR} | list_noted_ids(waited)
    safe = _find_safe([one for one in found if one.id not in waited])
    return [
        Alone(one, one.id not in waited, one.id in waited and is_missed(one.ends_at, now), safe.get(one.id))
        for one in found
        if one.id not in waited or one.id in listed
    ]


def _find_safe(assignments: Sequence[Assignment]) -> dict[int, Safe]:
    """Of whom a coordinator has recorded that they are safe, the first time for the visit as it stands."""
    if not assignments:
        return {}
    starts = {one.id: one.starts_at for one in assignments}
    entries = [
        one
        for one in db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject_kind == Assignment.__tablename__, AuditEntry.subject_id.in_(starts))
            .where(AuditEntry.action == SAFE)
            .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        )
        if one.at >= starts[one.subject_id]
    ]
    names = list_account_names({one.actor_id for one in entries if one.actor_id is not None})
    return {
        one.subject_id: Safe(
            names.get(one.actor_id or 0, "a former account"), one.at, HOW_SAFE_SAID[HowSafe(one.details["how"])]
        )
        for one in entries
    }
