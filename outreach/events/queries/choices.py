"""Why somebody was asked, as it was kept then, and what they said when they could not come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from outreach.accounts.queries import list_account_names
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import db
from outreach.events.models import Assignment, Choice, OtherDate, StandIn
from outreach.events.rules.bars import BarCode

_PARTS = list(PartOfDay)
_BARS = frozenset(one.value for one in BarCode)


@dataclass(frozen=True)
class Made:
    """One choice, and by whom in words."""

    choice: Choice
    by: str

    @property
    def overridden(self) -> list[Mapping[str, Any]]:
        """All that ruled them out, where the coordinator asked them all the same."""
        return [one for one in self.choice.reasons if self.choice.override and one["code"] in _BARS]

    @property
    def lines(self) -> list[Mapping[str, Any]]:
        """What else was said of them."""
        return [one for one in self.choice.reasons if one not in self.overridden]


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
