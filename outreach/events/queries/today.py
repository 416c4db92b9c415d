"""Who can come now, with the telephone numbers that only a coordinator sees."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.models import Assignment, Event, Opening
from outreach.events.queries.events import holding_a_place
from outreach.events.queries.shortlist import gather
from outreach.events.rules import AssignmentStatus
from outreach.events.rules.today import GAVE_UP, Nearby, find_nearby
from outreach.web.door import Actor, ActorKind

NUMBERS_SHOWN = "event.now_list"
SHOWN_FIRST, MOST_SHOWN = 8, 60


@dataclass(frozen=True)
class CanCome:
    """Somebody who can come now."""

    ambassador: Ambassador
    nearby: Nearby


@dataclass(frozen=True)
class NowList:
    """The first whom it is worth to ask now, and how many more there are."""

    people: list[CanCome]
    more: int


def list_nearby(opening: Opening) -> list[Nearby]:
    """Everybody who can come to an opening now, in the same queries however many there are."""
    (place,), around, crowd = gather([opening])
    ringable = set(db.session.scalars(select(Ambassador.id).where(Ambassador.phone != "")))
    return find_nearby(crowd.people, place, around, ringable)


def list_now(opening: Opening, most: int = SHOWN_FIRST) -> NowList:
    found = [one for one in list_nearby(opening) if one.is_worth_asking]
    shown = found[:most]
    people = {
        one.id: one
        for one in db.session.scalars(
            select(Ambassador)
            .where(Ambassador.id.in_([one.ambassador_id for one in shown]))
            .options(joinedload(Ambassador.employer), joinedload(Ambassador.home_district))
        )
    }
    return NowList([CanCome(people[one.ambassador_id], one) for one in shown], len(found) - len(shown))


def list_asked(opening: Opening) -> list[Assignment]:
    """Who has been asked to an opening and may yet answer: until then their places are theirs."""
    return list(
        db.session.scalars(
            select(Assignment)
            .where(Assignment.opening_id == opening.id, Assignment.status == AssignmentStatus.INVITED)
            .where(holding_a_place(clock.now()))
            .options(joinedload(Assignment.ambassador))
            .order_by(Assignment.answer_by, Assignment.id)
        )
    )


def find_last_drop_out(event: Event) -> Assignment | None:
    """Who said last that they cannot come, with their reason and their employer."""
    return db.session.scalar(
        select(Assignment)
        .where(Assignment.event_id == event.id, Assignment.status.in_(GAVE_UP), Assignment.reason_id.is_not(None))
        .options(joinedload(Assignment.ambassador).joinedload(Ambassador.employer), joinedload(Assignment.reason))
        .order_by(Assignment.answered_at.desc(), Assignment.id.desc())
        .limit(1)
    )


def has_seen_numbers(actor: Actor, event: Event) -> bool:
    """Whether it is in the audit that this coordinator was shown the numbers for this event."""
    found = db.session.scalar(
        select(AuditEntry.id)
        .where(
            AuditEntry.action == NUMBERS_SHOWN,
            AuditEntry.subject_kind == Event.__tablename__,
            AuditEntry.subject_id == event.id,
            AuditEntry.actor_kind == ActorKind.ACCOUNT,
            AuditEntry.actor_id == actor.id,
        )
        .limit(1)
    )
    return found is not None
