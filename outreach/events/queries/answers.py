"""What those who cannot come offer instead: other days, and colleagues who wait for the coordinator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from outreach import clock
from outreach.accounts.rules import plain_email
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import db
from outreach.events.models import Assignment, Event, Opening, OtherDate, StandIn
from outreach.events.queries.events import OPEN, promised_in_opening
from outreach.events.queries.orders import find_running_order
from outreach.events.rules import COMING, StandInStatus
from outreach.events.rules.today import GAVE_UP

_PARTS = list(PartOfDay)


@dataclass(frozen=True)
class Offer:
    """What somebody who cannot come has offered."""

    assignment: Assignment
    dates: list[OtherDate] = field(default_factory=list)
    stand_in: StandIn | None = None

    def __bool__(self) -> bool:
        return bool(self.dates) or self.stand_in is not None


def list_offers(assignments: Collection[Assignment]) -> dict[int, Offer]:
    """What each of these people offers who cannot come, by assignment; who offers nothing is left out. Two queries."""
    offers = {one.id: Offer(one) for one in assignments if one.status in GAVE_UP}
    if not offers:
        return {}
    dates: dict[int, list[OtherDate]] = {}
    for other in db.session.scalars(select(OtherDate).where(OtherDate.assignment_id.in_(offers))):
        dates.setdefault(other.assignment_id, []).append(other)
    named = {
        one.assignment_id: one for one in db.session.scalars(select(StandIn).where(StandIn.assignment_id.in_(offers)))
    }
    found = {
        id: Offer(
            one.assignment,
            sorted(dates.get(id, []), key=lambda other: (other.day, _PARTS.index(other.part), other.id)),
            named.get(id),
        )
        for id, one in offers.items()
    }
    return {id: one for id, one in found.items() if one}


def offer_of(assignment: Assignment) -> Offer:
    """What one person who cannot come has offered; an empty one where that is nothing."""
    return list_offers([assignment]).get(assignment.id) or Offer(assignment)


def list_stand_ins_waiting() -> list[StandIn]:
    """Colleagues who wait for the coordinator and could have a place of an event to come, the soonest first."""
    return list(
        db.session.scalars(
            select(StandIn)
            .join(StandIn.assignment)
            .join(Assignment.event)
            .join(Opening, Opening.id == Assignment.opening_id)
            .join(Assignment.ambassador)
            .where(
                StandIn.status == StandInStatus.NAMED,
                Assignment.status.in_(GAVE_UP),
                Event.status.in_(OPEN),
                Assignment.starts_at > clock.now(),
                promised_in_opening() < Opening.needed,
            )
            .options(
                contains_eager(StandIn.assignment).contains_eager(Assignment.event),
                contains_eager(StandIn.assignment).contains_eager(Assignment.ambassador),
            )
            .order_by(Assignment.starts_at, StandIn.id)
        )
    )


def say_taken(assignment: Assignment) -> str:
    """Why nobody can stand in for somebody, as others hold all places: an order was quicker, or the coordinator was."""
    opening = assignment.opening
    held = [one for one in assignment.event.assignments if one.opening_id == opening.id and one.holds_place]
    who = ", ".join(
        f"{one.ambassador.name} {'is coming' if one.status in COMING else 'was asked and may still answer'}"
        for one in held
    )
    stop = "stop asking one after the other, and " if find_running_order(opening.id) else ""
    return f"No place is free any more: {who}. To ask somebody else instead, {stop}take somebody off."


def find_by_mailbox(email: str) -> Ambassador | None:
    """Who on the register has this mailbox, in whatever spelling; the very spelling first, where two share it."""
    rows = db.session.execute(
        select(Ambassador.id, Ambassador.email)
        .where(Ambassador.status != AmbassadorStatus.LEFT, Ambassador.unconfirmed_since.is_(None))
        .order_by(Ambassador.id)
    )
    same = [(theirs != email, id) for id, theirs in rows if plain_email(theirs) == plain_email(email)]
    return db.session.get(Ambassador, min(same)[1]) if same else None
