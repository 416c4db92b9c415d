"""The list to pick from: everybody, why they fit, and why somebody cannot be picked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries import find_ready_ids
from outreach.ambassadors.queries.own import list_availability
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.ambassadors.rules.availability import Availability
from outreach.db import db
from outreach.events.models import Assignment, Event
from outreach.events.queries.assignments import clashes_of
from outreach.events.rules import HOLDING, Candidate, Suitability, say_wishes, suitability_of


@dataclass(frozen=True)
class Pick:
    """One ambassador on the picking list."""

    ambassador: Ambassador
    suitability: Suitability


def list_picks(event: Event, words: str = "") -> list[Pick]:
    """Every ambassador who has not left, best first, in the same few queries however many there are."""
    query = (
        select(Ambassador)
        .where(Ambassador.status != AmbassadorStatus.LEFT, Ambassador.unconfirmed_since.is_(None))
        .options(
            joinedload(Ambassador.home_district),
            selectinload(Ambassador.travels_to),
            selectinload(Ambassador.terms),
        )
        .order_by(Ambassador.name, Ambassador.id)
    )
    if words:
        query = query.where(func.lower(Ambassador.name).contains(words.lower(), autoescape=True))
    people = list(db.session.scalars(query))
    busy = _busy([one.id for one in people], event)
    ready = find_ready_ids()
    wishes = _wishes(people, event)
    here = {
        one.ambassador_id: one.status
        for one in db.session.scalars(select(Assignment).where(Assignment.event_id == event.id))
    }
    picks = [
        Pick(
            one,
            suitability_of(
                Candidate(
                    ambassador_id=one.id,
                    ready=one.id in ready,
                    based_here=one.home_district_id == event.district_id,
                    travels_here=any(district.id == event.district_id for district in one.travels_to),
                    offers_activity=any(term.id == event.activity_id for term in one.terms),
                    speaks_to_audience=any(term.id == event.audience_id for term in one.terms),
                    busy_with=busy.get(one.id),
                    status_here=here.get(one.id),
                    wishes=wishes.get(one.id, ()),
                )
            ),
        )
        for one in people
    ]
    return sorted(picks, key=lambda pick: pick.suitability.rank(pick.ambassador.name))


def _busy(people: list[int], event: Event) -> dict[int, str]:
    """The reference and title of what holds each of these people at the time of the event."""
    found: dict[int, str] = {}
    for one in clashes_of(people, event.starts_at, event.ends_at, event.id):
        found.setdefault(one.ambassador_id, f"{one.event.reference}, {one.event.title}")
    return found


def _wishes(people: list[Ambassador], event: Event) -> dict[int, tuple[str, ...]]:
    """What each of these people has said that does not go with the event, in three queries."""
    span = (clock.local(event.starts_at), clock.local(event.ends_at))
    free = list_availability(span[0].date(), span[1].date())
    held = _held_in_month(event)
    nothing = Availability()
    return {
        one.id: say_wishes(
            free.get(one.id, nothing), span, clock.today(), (one.notice_days, one.visits_a_month, held.get(one.id, 0))
        )
        for one in people
    }


def _held_in_month(event: Event) -> dict[int, int]:
    """How many other visits hold each ambassador in the month of an event."""
    first = clock.local(event.starts_at).date().replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    rows = db.session.execute(
        select(Assignment.ambassador_id, func.count())
        .where(
            Assignment.status.in_(HOLDING),
            Assignment.event_id != event.id,
            Assignment.starts_at >= clock.start_of(first),
            Assignment.starts_at < clock.start_of(after),
        )
        .group_by(Assignment.ambassador_id)
    )
    return {row[0]: row[1] for row in rows}
