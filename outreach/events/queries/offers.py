"""Places that an ambassador may take by themselves: openings that are open to offers, and for which they qualify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager, joinedload

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules.availability import Availability
from outreach.db import db
from outreach.errors import NotFound
from outreach.events.models import Event, Opening
from outreach.events.queries.children import lacks_adult
from outreach.events.queries.events import OPEN, promised_in_opening
from outreach.events.queries.shortlist import gather
from outreach.events.rules.bars import BarCode
from outreach.events.rules.considering import Person
from outreach.events.rules.shortlist import Considered, consider


@dataclass(frozen=True)
class Offered:
    """A place as one ambassador may take it, or what stands against that."""

    opening: Opening
    considered: Considered

    @property
    def left(self) -> int:
        """How many places are left for them: those that need a qualification are not for who lacks it."""
        place = self.considered.place
        held_back = 0 if self.considered.person.has(place.qualification_id) else place.qualified_left
        return max(0, place.left - held_back)

    @property
    def free(self) -> bool:
        return self.left > 0 and self.considered.barred is None


def list_offered(ambassador: Ambassador) -> list[Offered]:
    """The places that somebody may take now, soonest first."""
    openings = list(db.session.scalars(_near(ambassador).where(promised_in_opening() < Opening.needed)))
    return [one for one in _judged(ambassador.id, openings, alone=True) if one.free]


def get_offered(ambassador: Ambassador, opening_id: int) -> Offered:
    """A place that was offered to them, taken or not; also their own. Raises NotFound where it is not for them."""
    opening = db.session.scalar(_near(ambassador).where(Opening.id == opening_id))
    found = _judged(ambassador.id, [opening], alone=True) if opening is not None else []
    if not found or found[0].considered.barred not in (None, BarCode.ON_IT, BarCode.UNQUALIFIED):
        raise NotFound
    return found[0]


def judge_offer(ambassador_id: int, opening: Opening) -> Offered:
    """How it stands now, among everybody: for the act, which holds the locks. Raises NotFound for who has left."""
    found = _judged(ambassador_id, [opening])
    if not found:
        raise NotFound
    return found[0]


def is_offered(opening: Opening) -> bool:
    """Whether anybody may offer to come: it is open to that, ahead, and a group under 18 has its adult."""
    event = opening.event
    ahead = opening.starts_at > clock.now() and event.status in OPEN
    return opening.open_to_offers and ahead and not lacks_adult(event)


def _near(ambassador: Ambassador) -> Select[Opening]:
    """What is open to offers where somebody lives or travels to, or online; soonest first."""
    districts = {ambassador.home_district_id, *(one.id for one in ambassador.travels_to)}
    here: ColumnElement[bool] = Event.online.is_(True) | Event.district_id.in_(districts)
    return (
        select(Opening)
        .join(Opening.event)
        .where(
            Opening.open_to_offers.is_(True),
            Opening.starts_at > clock.now(),
            Event.status.in_(OPEN),
            here,
        )
        .options(
            contains_eager(Opening.event).options(
                joinedload(Event.district), joinedload(Event.audience), joinedload(Event.site),
                joinedload(Event.institution), joinedload(Event.activity),
            ),
            joinedload(Opening.qualification),
        )
        .order_by(Opening.starts_at, Opening.id)
    )  # fmt: skip


def _judged(ambassador_id: int, openings: Sequence[Opening], *, alone: bool = False) -> list[Offered]:
    """What the rules of the shortlist say of one person, but for what is theirs to waive.

    What rules them out is the same `alone`, and then nobody else is read; their points are not.
    """
    offered = [one for one in openings if is_offered(one)]
    if not offered:
        return []
    places, around, crowd = gather(offered, only=ambassador_id if alone else None)
    person = next((one for one in crowd.people if one.id == ambassador_id), None)
    if person is None:
        return []
    waived = _waiving(person)
    return [Offered(opening, consider(waived, place, around)) for opening, place in zip(offered, places, strict=True)]


def _waiving(person: Person) -> Person:
    """Somebody who offers themselves says by that, that the day and the notice suit them. Days away stay."""
    return replace(person, availability=Availability(away=person.availability.away), notice_days=None)
