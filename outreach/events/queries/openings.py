"""Finding the openings of an event, and how each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from outreach import clock
from outreach.db import db
from outreach.errors import NotFound
from outreach.events.models import Assignment, Event, Opening
from outreach.events.queries.events import OPEN
from outreach.events.rules import COMING


@dataclass(frozen=True)
class Standing:
    """An opening with everybody who is or was in it, by name."""

    opening: Opening
    people: Sequence[Assignment]

    @property
    def coming(self) -> int:
        return sum(one.status in COMING for one in self.people)

    @property
    def asked(self) -> int:
        return sum(one.holds_place for one in self.people) - self.coming

    @property
    def lacking(self) -> int:
        return max(0, self.opening.needed - self.coming)

    @property
    def too_many(self) -> int:
        """How many are coming beyond those who are needed: more were asked at once, or fewer are needed now."""
        return max(0, self.coming - self.opening.needed)

    @property
    def plain(self) -> bool:
        """Whether it is the whole of its event, for anybody, and filled by the coordinator only."""
        return is_whole(self.opening) and self.opening.qualification_id is None and not self.opening.open_to_offers


def is_whole(opening: Opening) -> bool:
    """Whether an opening is as long as its event."""
    return (opening.starts_at, opening.ends_at) == (opening.event.starts_at, opening.event.ends_at)


def list_standings(event: Event, people: Sequence[Assignment]) -> list[Standing]:
    """The openings of an event in their order, each with its own of these people."""
    return [Standing(one, [who for who in people if who.opening_id == one.id]) for one in event.openings]


def list_overfilled() -> list[Standing]:
    """Openings of events to come to which more are coming than are needed, soonest first."""
    coming = (
        select(func.count(Assignment.id))
        .where(Assignment.opening_id == Opening.id, Assignment.status.in_(COMING))
        .correlate(Opening)
        .scalar_subquery()
    )
    whole = contains_eager(Opening.event)
    found = db.session.scalars(
        select(Opening)
        .join(Opening.event)
        .where(Event.status.in_(OPEN), Event.starts_at > clock.now(), coming > Opening.needed)
        .options(whole.joinedload(Event.district), whole.selectinload(Event.assignments))
        .order_by(Event.starts_at, Opening.starts_at, Opening.id)
    )
    return [Standing(one, [who for who in one.event.assignments if who.opening_id == one.id]) for one in found]


def get_opening(event: Event, opening_id: int) -> Opening:
    """The opening of this number of this event, and of no other."""
    found = next((one for one in event.openings if one.id == opening_id), None)
    if found is None:
        raise NotFound
    return found
