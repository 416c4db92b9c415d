"""The checklist: loading the county's, and recording what somebody has done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Ambassador, ReadinessItem, Requirement
from outreach.ambassadors.rules import AmbassadorStatus, RequirementKind, expires_on
from outreach.db import db
from outreach.districts.rules import CountyFile
from outreach.web.door import Actor, ActorKind


def load_requirements(found: CountyFile) -> None:
    """Upsert the county's checklist by code; what it no longer names is no longer asked for.

    With the first checklist of a county, those who are active already count as having done it today: nobody who was
    ready yesterday is shut out by a file.
    """
    known = {one.code: one for one in db.session.scalars(select(Requirement))}
    first = not known
    for one in known.values():
        one.offered = False
    for position, entry in enumerate(found.requirements):
        row = known.get(entry.code) or Requirement(code=entry.code)
        row.label, row.words, row.required = entry.label, entry.words, entry.required
        row.kind = RequirementKind(entry.kind)
        row.months_valid = entry.months_valid or None
        row.position, row.offered = position, True
        db.session.add(row)
    db.session.flush()
    if first:
        active = db.session.scalars(select(Ambassador).where(Ambassador.status == AmbassadorStatus.ACTIVE))
        required = list(db.session.scalars(select(Requirement).where(Requirement.required)))
        for ambassador in active:
            add_items(ambassador, required, clock.today())


def add_items(
    ambassador: Ambassador, requirements: Iterable[Requirement], done_on: date, by: Actor | None = None
) -> None:
    """Record that somebody did these items on a day. Moves the dates of what was done before. No guard, no audit.

    Where an account recorded it itself, as `by`, its number is kept.
    """
    account = by.id if by is not None and by.kind is ActorKind.ACCOUNT else None
    held = {
        one.requirement_id: one
        for one in db.session.scalars(select(ReadinessItem).where(ReadinessItem.ambassador_id == ambassador.id))
    }
    for requirement in requirements:
        item = held.get(requirement.id) or ReadinessItem(ambassador_id=ambassador.id, requirement_id=requirement.id)
        item.done_on = done_on
        item.expires_on = expires_on(done_on, requirement.months_valid)
        item.recorded_at, item.recorded_by_id = clock.now(), account
        db.session.add(item)
    db.session.flush()
