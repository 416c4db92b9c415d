"""What an ambassador's own page shows: what they are asked to and expected at, and what they have given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from outreach import clock
from outreach.accounts.rules import OUTCOME_LASTS
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries.own import availability_of
from outreach.ambassadors.rules.availability import is_away
from outreach.db import db
from outreach.districts.models import District, Term
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.outcomes.models import Outcome, Reach
from outreach.reports.rules.giving import Contribution, Given, Period, add_up

OPEN = (EventStatus.PLANNED, EventStatus.CONFIRMED)


@dataclass(frozen=True)
class Booked:
    """Something ahead, and whether its ambassador has said to be away then."""

    assignment: Assignment
    away: bool

    @property
    def event(self) -> Event:
        return self.assignment.event


def list_booked(ambassador: Ambassador) -> list[Booked]:
    """What somebody is asked to or expected at, and what is not over yet, soonest first."""
    away = availability_of(ambassador.id).away
    found = db.session.scalars(
        select(Assignment)
        .join(Assignment.event)
        .where(
            Assignment.ambassador_id == ambassador.id,
            Assignment.status.in_((AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED)),
            Event.status.in_(OPEN),
            Assignment.ends_at > clock.now(),
        )
        .options(contains_eager(Assignment.event).joinedload(Event.institution))
        .order_by(Assignment.starts_at, Assignment.id)
    )
    return [Booked(one, any(is_away(away, day) for day in _days(one))) for one in found]


def list_to_record(ambassador: Ambassador) -> list[Assignment]:
    """What is over and somebody has not said how it went, the oldest first; not longer ago than a link would last."""
    return list(
        db.session.scalars(
            select(Assignment)
            .join(Assignment.event)
            .where(
                Assignment.ambassador_id == ambassador.id,
                Assignment.status == AssignmentStatus.ACCEPTED,
                Event.status != EventStatus.CANCELLED,
                Event.ends_at <= clock.now(),
                Event.ends_at > clock.now() - OUTCOME_LASTS,
            )
            .options(contains_eager(Assignment.event))
            .order_by(Assignment.starts_at, Assignment.id)
        )
    )


def contribution_of(ambassador: Ambassador, period: Period) -> Contribution:
    """What somebody has given in a period, by what is recorded of events that took place and that they attended."""
    taken_part = (
        select(Event.id, Assignment.hours, District.name)
        .join(Assignment, Assignment.event_id == Event.id)
        .join(Outcome, Outcome.event_id == Event.id)
        .join(District, District.id == Event.district_id)
        .where(
            Assignment.ambassador_id == ambassador.id,
            Assignment.status == AssignmentStatus.ATTENDED,
            Outcome.took_place.is_(True),
            Assignment.starts_at >= clock.start_of(period.first),
            Assignment.starts_at < clock.start_of(period.last + timedelta(days=1)),
        )
        .order_by(Event.id)
    )
    given = [Given(event_id, hours, district) for event_id, hours, district in db.session.execute(taken_part)]
    reached = db.session.execute(
        select(Term.label, Reach.people)
        .join(Term, Term.id == Reach.audience_id)
        .join(Outcome, Outcome.id == Reach.outcome_id)
        .where(Outcome.event_id.in_([one.event_id for one in given]))
        .order_by(Reach.id)
    )
    return add_up(given, [(label, people) for label, people in reached])


def _days(assignment: Assignment) -> list[date]:
    first, last = clock.local(assignment.starts_at).date(), clock.local(assignment.ends_at).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
