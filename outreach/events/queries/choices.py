"""Why somebody was asked, as it was kept then, and what they said when they could not come."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from outreach.accounts.queries import list_account_names
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import db
from outreach.events.models import Assignment, Choice, OtherDate, StandIn
from outreach.events.rules import ChoiceWay
from outreach.events.rules.bars import BarCode
from outreach.events.rules.choosing import NAMED_BY
from outreach.events.rules.today import BY_TELEPHONE

_PARTS = list(PartOfDay)
_PLACE, _POSITION = func.coalesce(Assignment.place_in_order, 0), func.coalesce(Choice.position, 0)
_FIRST = ("First", "Second", "Third")
_BARS = frozenset(one.value for one in BarCode)
_TOLD_APART = frozenset({BY_TELEPHONE, NAMED_BY})


def say_place(number: int) -> str:
    """'First in the order', 'Number 4 in the order'."""
    return f"{_FIRST[number - 1] if number <= len(_FIRST) else f'Number {number}'} in the order"


@dataclass(frozen=True)
class Made:
    """One choice, by whom in words, and where in an order it put them."""

    choice: Choice
    by: str
    place: str = ""
    named_by: str = ""  # who could not come, of a stand-in

    @property
    def bars(self) -> list[Mapping[str, Any]]:
        """All that ruled them out, where they were asked all the same."""
        return [one for one in self.choice.reasons if one["code"] in _BARS]

    @property
    def by_telephone(self) -> bool:
        """Whether they had said yes before anybody wrote to them."""
        return any(one["code"] == BY_TELEPHONE for one in self.choice.reasons)

    @property
    def lines(self) -> list[Mapping[str, Any]]:
        """What else was said of them."""
        return [one for one in self.choice.reasons if one["code"] not in _BARS | _TOLD_APART]


@dataclass(frozen=True)
class Reordered:
    """Whom of an order the coordinator put somebody before or after, against the shortlist."""

    before: list[str]
    after: list[str]


def list_choices(assignment: Assignment) -> list[Made]:
    """Each time that somebody was asked to this event, the newest first.

    Their place in an order is known of the last one: being asked again takes the row up again.
    """
    found = list(
        db.session.scalars(
            select(Choice)
            .where(Choice.assignment_id == assignment.id)
            .order_by(Choice.made_at.desc(), Choice.id.desc())
        )
    )
    names = list_account_names({one.made_by_id for one in found if one.made_by_id is not None})
    namers = _namers(found)
    latest = next((one for one in found if _is_of_order(one, assignment)), None)
    return [
        Made(
            one,
            names.get(one.made_by_id, "a former account") if one.made_by_id is not None else "",
            say_place(assignment.place_in_order) if one is latest and assignment.place_in_order else "",
            namers.get(_named_by(one), ""),
        )
        for one in found
    ]


def _named_by(choice: Choice) -> int:
    """The number of the assignment of who named them as a stand-in; 0 where nobody did."""
    return next((int(one["assignment"]) for one in choice.reasons if one["code"] == NAMED_BY), 0)


def _namers(choices: Collection[Choice]) -> dict[int, str]:
    """The names of those who named somebody in these choices, by their assignments."""
    ids = {_named_by(one) for one in choices} - {0}
    if not ids:
        return {}
    query = select(Assignment.id, Ambassador.name).join(Assignment.ambassador).where(Assignment.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _is_of_order(choice: Choice, assignment: Assignment) -> bool:
    order = assignment.order
    return order is not None and choice.way is ChoiceWay.ORDER and choice.made_at >= order.made_at


def find_reordered(assignment: Assignment) -> Reordered | None:
    """Whom of their last order somebody was put before or after, though the shortlist had it the other way round."""
    order, place = assignment.order, assignment.place_in_order
    if order is None or place is None:
        return None
    rows = db.session.execute(
        select(
            Assignment.id,
            func.coalesce(Assignment.place_in_order, 0),
            func.coalesce(Choice.position, 0),
            Ambassador.name,
        )
        .join(Choice, Choice.assignment_id == Assignment.id)
        .join(Ambassador, Ambassador.id == Assignment.ambassador_id)
        .where(
            Assignment.order_id == order.id,
            Assignment.place_in_order.is_not(None),
            Choice.way == ChoiceWay.ORDER,
            Choice.made_at >= order.made_at,
            Choice.position.is_not(None),
        )
        .order_by(Assignment.place_in_order, Assignment.id)
    ).all()
    mine = next((position for id, _, position, _ in rows if id == assignment.id), None)
    if mine is None:
        return None
    before = [name for _, number, position, name in rows if number > place and position < mine]
    after = [name for _, number, position, name in rows if number < place and position > mine]
    return Reordered(before, after) if before or after else None


def list_other_dates(assignment: Assignment) -> list[OtherDate]:
    """The days that they offer instead, soonest first."""
    found = db.session.scalars(select(OtherDate).where(OtherDate.assignment_id == assignment.id))
    return sorted(found, key=lambda one: (one.day, _PARTS.index(one.part), one.id))


def find_stand_in(assignment: Assignment) -> StandIn | None:
    """The colleague whom they named instead."""
    return db.session.scalar(select(StandIn).where(StandIn.assignment_id == assignment.id))
