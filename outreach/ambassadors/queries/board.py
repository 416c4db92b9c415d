"""What the promise board reads: rows as tuples, in a number of queries that does not grow with people."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from outreach.ambassadors.models import (
    Ambassador,
    AmbassadorDistrict,
    Away,
    Employer,
    ReadinessItem,
    Requirement,
    UnmetDemand,
    WeeklyFree,
)
from outreach.ambassadors.rules import AmbassadorStatus, RequirementKind
from outreach.ambassadors.rules.availability import Span
from outreach.ambassadors.rules.board import WEEKS, WORKING_DAYS, Member
from outreach.ambassadors.rules.filling import Colleague
from outreach.db import db
from outreach.districts.models import District
from outreach.errors import NotFound

HORIZON = timedelta(weeks=WEEKS + 1)

# What must count of somebody who is to be sent: the required items, and that their line manager has released them.
_NEEDED = and_(Requirement.offered, or_(Requirement.required, Requirement.kind == RequirementKind.MANAGER))

_ON_BOARD = and_(Employer.is_council, Ambassador.status.in_((AmbassadorStatus.ACTIVE, AmbassadorStatus.PAUSED)))

_TRAVELS = (
    select(AmbassadorDistrict.ambassador_id, AmbassadorDistrict.district_id)
    .join(Ambassador, Ambassador.id == AmbassadorDistrict.ambassador_id)
    .join(Ambassador.employer)
    .where(_ON_BOARD)
)
_WEEKDAYS = (
    select(WeeklyFree.ambassador_id, WeeklyFree.weekday)
    .join(Ambassador, Ambassador.id == WeeklyFree.ambassador_id)
    .join(Ambassador.employer)
    .where(_ON_BOARD)
    .distinct()
)


def list_members(today: date) -> list[Member]:
    """The council employees whom the board counts: ready, or paused with a day of return and ready by their checklist.

    Four queries, whatever the number of people.
    """
    last = today + HORIZON
    travels: dict[int, set[int]] = defaultdict(set)
    for id, district_id in db.session.execute(_TRAVELS):
        travels[id].add(district_id)
    away: dict[int, list[Span]] = defaultdict(list)
    for id, first_day, last_day in db.session.execute(
        select(Away.ambassador_id, Away.first_day, Away.last_day)
        .join(Ambassador, Ambassador.id == Away.ambassador_id)
        .join(Ambassador.employer)
        .where(_ON_BOARD, Away.last_day >= today, Away.first_day <= last)
        .order_by(Away.first_day, Away.id)
    ):
        away[id].append(Span(first_day, last_day))
    weekdays: dict[int, set[int]] = defaultdict(set)
    for id, weekday in db.session.execute(_WEEKDAYS):
        weekdays[id].add(weekday)
    members = []
    for id, home, status, paused_until, until in db.session.execute(_select_ready(today)):
        spans = away.get(id, [])
        if status is AmbassadorStatus.PAUSED:
            spans = [Span(today, max(today, paused_until or today)), *spans]
        members.append(
            Member(
                id,
                home,
                frozenset(travels.get(id, ())),
                until,
                tuple(spans),
                frozenset(weekdays.get(id, WORKING_DAYS)),
                status is AmbassadorStatus.PAUSED,
            )
        )
    return members


def list_colleagues(district: District) -> list[Colleague]:
    """The council's people in and for a district in whatever state, by name: who covers it, or could."""
    travels = exists().where(
        AmbassadorDistrict.ambassador_id == Ambassador.id, AmbassadorDistrict.district_id == district.id
    )
    gone = (AmbassadorStatus.LEFT, AmbassadorStatus.SUSPENDED)
    found = db.session.execute(
        select(
            Ambassador.id,
            Ambassador.name,
            Ambassador.job_title,
            Ambassador.status,
            Ambassador.paused_until,
            Ambassador.home_district_id,
            District.name,
        )
        .join(Ambassador.employer)
        .join(Ambassador.home_district)
        .where(
            Employer.is_council,
            Ambassador.status.not_in(gone),
            Ambassador.unconfirmed_since.is_(None),
            or_(Ambassador.home_district_id == district.id, travels),
        )
        .order_by(Ambassador.name, Ambassador.id)
    )
    return [Colleague(*row) for row in found]


def list_open_demand() -> list[UnmetDemand]:
    """What was asked for and nobody offers, the most asked for first."""
    return list(
        db.session.scalars(
            select(UnmetDemand)
            .where(UnmetDemand.closed_at.is_(None))
            .options(
                joinedload(UnmetDemand.district),
                joinedload(UnmetDemand.activity),
                joinedload(UnmetDemand.audience),
                joinedload(UnmetDemand.role_family),
                joinedload(UnmetDemand.language),
            )
            .order_by(UnmetDemand.times.desc(), UnmetDemand.first_told_at, UnmetDemand.id)
        )
    )


def get_demand(id: int) -> UnmetDemand:
    found = db.session.get(UnmetDemand, id)
    if found is None:
        raise NotFound
    return found


def _select_ready(today: date) -> Select[int, int, AmbassadorStatus, date | None, date | None]:
    """Number, home, state, day of return, and the last day on which every needed item counts."""
    counts = and_(
        ReadinessItem.ambassador_id == Ambassador.id,
        ReadinessItem.requirement_id.in_(select(Requirement.id).where(_NEEDED)),
        ReadinessItem.done_on <= today,
        or_(ReadinessItem.expires_on.is_(None), ReadinessItem.expires_on >= today),
    )
    needed = select(func.count(Requirement.id)).where(_NEEDED).scalar_subquery()
    returns = and_(Ambassador.status == AmbassadorStatus.PAUSED, Ambassador.paused_until.is_not(None))
    return (
        select(
            Ambassador.id,
            Ambassador.home_district_id,
            Ambassador.status,
            Ambassador.paused_until,
            func.min(ReadinessItem.expires_on),
        )
        .join(Ambassador.employer)
        .outerjoin(ReadinessItem, counts)
        .where(Employer.is_council, or_(Ambassador.status == AmbassadorStatus.ACTIVE, returns))
        .group_by(Ambassador.id, Ambassador.home_district_id, Ambassador.status, Ambassador.paused_until)
        .having(func.count(ReadinessItem.id) == needed)
        .order_by(Ambassador.id)
    )
