"""Why somebody was asked, as it was kept then, and what they said when they could not come."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from outreach.accounts.queries import list_account_names
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import db
from outreach.events.models import Assignment, Choice, OtherDate, StandIn

_PARTS = list(PartOfDay)


@dataclass(frozen=True)
class Made:
    """One choice, and by whom in words."""

    choice: Choice
    by: str


def list_choices(assignment: Assignment) -> list[Made]:
    """Each time that somebody was asked to this event, the newest first."""
    found = list(
        db.session.scalars(
            select(Choice)
            .where(Choice.assignment_id == assignment.id)
            .order_by(Choice.made_at.desc(), Choice.id.desc())
        )
    )
    names = list_account_names({one.made_by_id for one in found if one.made_by_id is not None})
    return [
        Made(one, names.get(one.made_by_id, "a former account") if one.made_by_id is not None else "") for one in found
    ]


def list_other_dates(assignment: Assignment) -> list[OtherDate]:
    """The days that they offer instead, soonest first."""
    found = db.session.scalars(select(OtherDate).where(OtherDate.assignment_id == assignment.id))
    return sorted(found, key=lambda one: (one.day, _PARTS.index(one.part), one.id))


def find_stand_in(assignment: Assignment) -> StandIn | None:
    """The colleague whom they named instead."""
    return db.session.scalar(select(StandIn).where(StandIn.assignment_id == assignment.id))
