"""Events that are over, and their private links, for tests of outcomes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from outreach.ambassadors.models import Ambassador
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.outbox.models import Mail
from outreach.outcomes.models import Outcome, Rating, Reach
from outreach.visits.rules import RequestStatus
from outreach.web.door import Purpose
from tests.makers import in_days, link_to, make_ambassador, make_assignment, make_event, make_request


@dataclass(frozen=True)
class Visit:
    """A visit with its numbers and links, readable outside the session that made it."""

    event_id: int
    reference: str
    assignment_ids: tuple[int, ...]
    links: tuple[str, ...]
    rate: str


def make_visit(*names: str, days: int = -2, status: AssignmentStatus = AssignmentStatus.ACCEPTED) -> Visit:
    """A visit that was asked for, so many days from now, with these ambassadors."""
    request = make_request(status=RequestStatus.ACCEPTED)
    event = make_event(request=request, starts=in_days(days), status=EventStatus.CONFIRMED)
    people: list[Ambassador] = [make_ambassador(name) for name in names or ("Amina Khan",)]
    assignments: list[Assignment] = [make_assignment(event, one, status=status) for one in people]
    return Visit(
        event.id,
        event.reference,
        tuple(one.id for one in assignments),
        tuple(link_to(one, Purpose.OUTCOME) for one in assignments),
        link_to(request).replace("/visits/follow/", "/rate/"),
    )


def state_of(visit: Visit) -> tuple[EventStatus, list[tuple[AssignmentStatus, str | None]]]:
    """The event's state, and each assignment's with its hours, as the database has them."""
    event = db.session.get_one(Event, visit.event_id, populate_existing=True)
    rows = [db.session.get_one(Assignment, one, populate_existing=True) for one in visit.assignment_ids]
    return event.status, [(row.status, None if row.hours is None else f"{row.hours:f}") for row in rows]


def outcome_of(visit: Visit) -> Outcome | None:
    return db.session.scalar(
        select(Outcome).where(Outcome.event_id == visit.event_id).execution_options(populate_existing=True)
    )


def traces() -> dict[str, int]:
    """How many rows an act could have left anywhere."""
    tables = (Outcome, Reach, Rating, AuditEntry, Mail)
    return {one.__tablename__: db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}
