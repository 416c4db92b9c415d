"""What the demo's ambassadors have on their own pages: when they are free, hours agreed, days away, thanks."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.ambassadors.models import Ambassador, Away, ManagerAgreement, Thanks, WeeklyFree
from outreach.ambassadors.rules import Agreement, AmbassadorStatus
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.ambassadors.rules.thanks import ThanksFrom
from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import THANKS, email_of
from outreach.districts.queries import get_county
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus

PATTERNS: tuple[tuple[tuple[int, ...], tuple[PartOfDay, ...]], ...] = (
    ((0, 1, 2, 3, 4), (PartOfDay.MORNING, PartOfDay.AFTERNOON)),
    ((1, 3), (PartOfDay.MORNING, PartOfDay.AFTERNOON)),
    ((0, 2, 4), (PartOfDay.MORNING,)),
    ((0, 1, 2, 3, 4), (PartOfDay.AFTERNOON, PartOfDay.EVENING)),
)
THANKED = 24


def add_weeks(scene: Scene) -> None:
    """Give most of the active a week, a notice and agreed hours; whom schools like can come at any time."""
    for one in scene.ambassadors:
        if one.status in (AmbassadorStatus.ACTIVE, AmbassadorStatus.PAUSED):
            _agree_hours(scene, one)
            if one is not scene.in_demand:
                _say_when(scene, one)
    db.session.flush()


def add_thanks(scene: Scene) -> None:
    """Thanks for visits of this year, and a day away on which somebody is booked."""
    _thank(scene)
    db.session.flush()
    _be_away_when_booked(scene)
    db.session.flush()


def _agree_hours(scene: Scene, one: Ambassador) -> None:
    name = scene.names.next()
    db.session.add(
        ManagerAgreement(
            ambassador_id=one.id,
            manager_name=name,
            manager_email=email_of(name, "care.example"),
            status=Agreement.AGREED,
            hours_a_month=Decimal(8 if one is scene.in_demand else scene.chance.choice((3, 4, 6, 8))),
            backfill=scene.chance.random() < 0.6,
            words="",
            asked_at=one.registered_at,
            answered_at=one.registered_at + timedelta(days=2),
        )
    )


def _say_when(scene: Scene, one: Ambassador) -> None:
    """A third have not said: any time may be asked for."""
    one.notice_days = scene.chance.choice((None, 7, 14))
    one.visits_a_month = scene.chance.choice((None, 2, 3))
    if scene.chance.random() < 0.66:
        days, parts = scene.chance.choice(PATTERNS)
        db.session.add_all(WeeklyFree(ambassador_id=one.id, weekday=day, part=part) for day in days for part in parts)


def _be_away_when_booked(scene: Scene) -> None:
    """Whoever is booked for most, of those who were thanked, is away on one of those days: their page says so."""
    ahead = (Assignment.status == AssignmentStatus.ACCEPTED) & (Assignment.starts_at > scene.now + timedelta(days=2))
    busiest = db.session.scalar(
        select(Assignment.ambassador_id)
        .join(Thanks, Thanks.ambassador_id == Assignment.ambassador_id)
        .where(ahead)
        .group_by(Assignment.ambassador_id)
        .order_by(func.count(Assignment.id.distinct()).desc(), Assignment.ambassador_id)
        .limit(1)
    )
    held = db.session.scalars(
        select(Assignment).where(ahead, Assignment.ambassador_id == busiest).order_by(Assignment.starts_at)
    ).first()
    if held is not None:
        day = clock.local(held.starts_at).date()
        db.session.add(Away(ambassador_id=held.ambassador_id, first_day=day, last_day=day))


def _thank(scene: Scene) -> None:
    """The hosts of some visits of the last months, and the coordinator, have thanked who came."""
    gone = db.session.scalars(
        select(Assignment)
        .join(Assignment.event)
        .join(Assignment.ambassador)
        .where(
            Assignment.status == AssignmentStatus.ATTENDED,
            Event.contact_id.is_not(None),
            Ambassador.status == AmbassadorStatus.ACTIVE,
            Event.ends_at < scene.now,
        )
        .options(joinedload(Assignment.event).joinedload(Event.contact))
        .order_by(Event.starts_at.desc(), Assignment.id)
        .limit(THANKED * 2)
    )
    coordinator = f"{scene.accounts['coordinator'].name}, {get_county().council}"
    for number, one in enumerate(list(gone)[::2]):
        contact = one.event.contact
        host = f"{contact.name}, {contact.institution.name}" if contact else coordinator
        by_host = number % 4 != 3
        db.session.add(
            Thanks(
                reference=scene.reference("TH"),
                ambassador_id=one.ambassador_id,
                event_id=one.event_id,
                source=ThanksFrom.HOST if by_host else ThanksFrom.COORDINATOR,
                signed=host if by_host else coordinator,
                words=THANKS[number % len(THANKS)],
                thanked_at=min(one.ends_at + timedelta(days=scene.chance.randint(1, 6)), scene.now),
            )
        )
