"""Reading outcomes and ratings, and finding whom to ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.db import db
from outreach.districts.models import Term
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import NotFound
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.outcomes.models import Outcome, Rating, Reach
from outreach.outcomes.rules import ASK_AGAIN_AFTER, ASK_NO_LATER_THAN, ON_IT, RATE_AFTER

REACHABLE = (AmbassadorStatus.ACTIVE, AmbassadorStatus.PAUSED)


def get_assignment(assignment_id: int) -> Assignment:
    """An assignment with its event and its ambassador."""
    assignment = db.session.scalar(
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .options(joinedload(Assignment.event).joinedload(Event.institution), joinedload(Assignment.ambassador))
    )
    if assignment is None:
        raise NotFound
    return assignment


def list_expected(event: Event) -> list[Assignment]:
    """The assignments of those who were expected at an event, in order of name."""
    return list(
        db.session.scalars(
            select(Assignment)
            .join(Ambassador, Ambassador.id == Assignment.ambassador_id)
            .where(Assignment.event_id == event.id, Assignment.status.in_(ON_IT))
            .options(joinedload(Assignment.ambassador))
            .order_by(Ambassador.name, Assignment.id)
        )
    )


def list_who_attended(event: Event) -> list[Ambassador]:
    """Who is recorded as having been at an event and has not left the scheme, in order of name."""
    return list(
        db.session.scalars(
            select(Ambassador)
            .join(Assignment, Assignment.ambassador_id == Ambassador.id)
            .where(
                Assignment.event_id == event.id,
                Assignment.status == AssignmentStatus.ATTENDED,
                Ambassador.status != AmbassadorStatus.LEFT,
            )
            .order_by(Ambassador.name, Ambassador.id)
        )
    )


def find_outcome(event: Event) -> Outcome | None:
    """What is recorded of an event, as the database has it now."""
    return db.session.scalar(
        select(Outcome)
        .where(Outcome.event_id == event.id)
        .options(selectinload(Outcome.reached).joinedload(Reach.audience))
        .execution_options(populate_existing=True)
    )


def find_rating(event: Event) -> Rating | None:
    return db.session.scalar(
        select(Rating).where(Rating.event_id == event.id).execution_options(populate_existing=True)
    )


def list_audiences(event: Event, outcome: Outcome | None) -> list[Term]:
    """The audiences to ask about: the expected one first, the others that are offered, those of an older record."""
    offered = list_terms(Vocabulary.AUDIENCE)
    known = {term.id for term in offered}
    older = [one.audience for one in (outcome.reached if outcome else []) if one.audience_id not in known]
    return sorted(offered + older, key=lambda term: term.id != event.audience_id)


def version_of(outcome: Outcome | None, assignments: Sequence[Assignment]) -> str:
    """What a page shows, in short: another version means that somebody has recorded something since."""
    return "-".join(str(number) for number in (outcome.version if outcome else 0, *_versions(assignments)))


def _versions(assignments: Sequence[Assignment]) -> list[int]:
    return [one.version for one in sorted(assignments, key=lambda one: one.id)]


def _without_outcome() -> Select[Event]:
    return (
        select(Event)
        .outerjoin(Outcome, Outcome.event_id == Event.id)
        .where(Event.ends_at <= clock.now(), Event.status != EventStatus.CANCELLED, Outcome.id.is_(None))
        .options(joinedload(Event.activity), joinedload(Event.district), joinedload(Event.institution))
        .order_by(Event.ends_at, Event.id)
    )


def list_without_outcome() -> list[Event]:
    """Events that are over, not cancelled, and of which nothing is recorded; oldest first."""
    return list(db.session.scalars(_without_outcome()))


def list_to_ask() -> list[Assignment]:
    """Whom to ask what became of an event that has ended: everybody who accepted and has not said."""
    return list(db.session.scalars(_to_ask().where(Event.ends_at <= clock.now())))


def list_to_ask_again() -> list[Assignment]:
    """Whom to ask once more: those of events that ended a week ago and of which nothing is recorded."""
    return list(
        db.session.scalars(
            _to_ask()
            .outerjoin(Outcome, Outcome.event_id == Event.id)
            .where(Event.ends_at <= clock.now() - ASK_AGAIN_AFTER, Outcome.id.is_(None))
        )
    )


def _to_ask() -> Select[Assignment]:
    return (
        select(Assignment)
        .join(Event, Event.id == Assignment.event_id)
        .join(Ambassador, Ambassador.id == Assignment.ambassador_id)
        .where(
            Assignment.status == AssignmentStatus.ACCEPTED,
            Event.status != EventStatus.CANCELLED,
            Event.ends_at > clock.now() - ASK_NO_LATER_THAN,
            Ambassador.status.in_(REACHABLE),
        )
        .options(joinedload(Assignment.event), joinedload(Assignment.ambassador))
        .order_by(Assignment.id)
    )


def list_to_rate() -> list[Event]:
    """Visits that are over and not rated, recorded as having taken place or over for a day."""
    now = clock.now()
    return list(
        db.session.scalars(
            select(Event)
            .outerjoin(Outcome, Outcome.event_id == Event.id)
            .outerjoin(Rating, Rating.event_id == Event.id)
            .where(
                Event.visit_request_id.is_not(None),
                Event.contact_id.is_not(None),
                Event.status != EventStatus.CANCELLED,
                Event.ends_at <= now,
                Event.ends_at > now - ASK_NO_LATER_THAN,
                or_(Outcome.took_place.is_(True), Outcome.id.is_(None) & (Event.ends_at <= now - RATE_AFTER)),
                Rating.id.is_(None),
            )
            .options(joinedload(Event.contact))
            .order_by(Event.id)
        )
    )
