"""Reading who is ready: as a condition of a query, of a few people, and item by item of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.ambassadors.models import Ambassador, ManagerAgreement, ReadinessItem, Requirement
from outreach.ambassadors.rules import (
    Agreement,
    AmbassadorStatus,
    Done,
    Needed,
    Readiness,
    RequirementKind,
    readiness_of,
)
from outreach.db import db


def ready_on(day: date) -> ColumnElement[bool]:
    """The condition that an ambassador is ready on a day; the same rule as `readiness_of`."""
    counts = and_(
        ReadinessItem.ambassador_id == Ambassador.id,
        ReadinessItem.requirement_id == Requirement.id,
        ReadinessItem.done_on <= day,
        or_(ReadinessItem.expires_on.is_(None), ReadinessItem.expires_on >= day),
    )
    # Said outright what each refers to: by itself an inner EXISTS looks no further than the one around it, and
    # would ask whether anybody at all has the item.
    done = exists().where(counts).correlate(Ambassador, Requirement)
    lacking = exists().where(Requirement.required, Requirement.offered, ~done).correlate(Ambassador)
    return and_(Ambassador.status == AmbassadorStatus.ACTIVE, ~lacking)


def holds(kind: RequirementKind, day: date) -> ColumnElement[bool]:
    """The condition that an ambassador has an item of this kind on a day, such as the consent to be named."""
    return (
        exists()
        .where(
            ReadinessItem.ambassador_id == Ambassador.id,
            ReadinessItem.requirement_id == Requirement.id,
            Requirement.kind == kind,
            Requirement.offered,
            ReadinessItem.done_on <= day,
            or_(ReadinessItem.expires_on.is_(None), ReadinessItem.expires_on >= day),
        )
        .correlate(Ambassador)
    )


def find_ready_ids(ids: Collection[int] | None = None) -> set[int]:
    """Who of these is ready today; of everybody, if none are named."""
    query = select(Ambassador.id).where(ready_on(clock.today()))
    if ids is not None:
        query = query.where(Ambassador.id.in_(ids))
    return set(db.session.scalars(query))


def list_requirements() -> list[Requirement]:
    """The checklist, in its order."""
    return list(
        db.session.scalars(
            select(Requirement).where(Requirement.offered).order_by(Requirement.position, Requirement.id)
        )
    )


def list_items(ambassador_id: int) -> list[ReadinessItem]:
    """What one person has done, in the checklist's order."""
    return list(
        db.session.scalars(
            select(ReadinessItem)
            .join(ReadinessItem.requirement)
            .where(ReadinessItem.ambassador_id == ambassador_id, Requirement.offered)
            .options(joinedload(ReadinessItem.requirement))
            .order_by(Requirement.position, Requirement.id)
        )
    )


def needed_of(requirements: Iterable[Requirement]) -> list[Needed]:
    """The required ones, as the rules take them."""
    return [Needed(one.id, one.label, one.kind) for one in requirements if one.required]


def done_by(people: Collection[int] | None = None) -> dict[int, dict[int, Done]]:
    """The items of these people, or of everybody, by person and requirement. One query."""
    query = select(
        ReadinessItem.ambassador_id, ReadinessItem.requirement_id, ReadinessItem.done_on, ReadinessItem.expires_on
    )
    if people is not None:
        query = query.where(ReadinessItem.ambassador_id.in_(people))
    found: dict[int, dict[int, Done]] = defaultdict(dict)
    for ambassador_id, requirement_id, done_on, expires_on in db.session.execute(query):
        found[ambassador_id][requirement_id] = Done(done_on, expires_on)
    return found


def readiness_today(ambassador: Ambassador) -> Readiness:
    """Whether somebody is ready today, and what is missing."""
    done = done_by([ambassador.id]).get(ambassador.id, {})
    return readiness_of(ambassador.status, needed_of(list_requirements()), done, clock.today())


def find_agreement(ambassador_id: int) -> ManagerAgreement | None:
    """The newest agreement with a line manager that has not ended."""
    return db.session.scalar(
        select(ManagerAgreement)
        .where(ManagerAgreement.ambassador_id == ambassador_id, ManagerAgreement.status != Agreement.ENDED)
        .order_by(ManagerAgreement.id.desc())
        .limit(1)
    )


_CHECKS = (
    select(ReadinessItem.ambassador_id, ReadinessItem.done_on, ReadinessItem.expires_on)
    .join(ReadinessItem.requirement)
    .where(Requirement.kind == RequirementKind.CHILD_CHECK, Requirement.offered)
)


def child_checks(people: Collection[int] | None = None) -> dict[int, Done]:
    """When the check for work with children of these people, or of everybody, was seen, and until when it counts.

    One query. Whoever has none is not in it; of several, the one that counts longest is told.
    """
    query = _CHECKS if people is None else _CHECKS.where(ReadinessItem.ambassador_id.in_(people))
    rows = sorted(db.session.execute(query).all(), key=lambda row: (row[2] or date.max, row[1]))
    return {ambassador_id: Done(done_on, expires_on) for ambassador_id, done_on, expires_on in rows}


def find_child_requirement() -> Requirement | None:
    """The item of the checklist by which a check for work with children is recorded as seen."""
    return db.session.scalar(
        select(Requirement)
        .where(Requirement.kind == RequirementKind.CHILD_CHECK, Requirement.offered)
        .order_by(Requirement.position, Requirement.id)
        .limit(1)
    )
