"""Who can come now, when somebody drops out on the day: ready, near and free for it. Pure.

What rules somebody out of the shortlist does here too, but for their usual week, the notice they ask for and the
districts they travel to: those were said of days ahead, and are told as remarks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from outreach.ambassadors.rules.availability import Availability
from outreach.events.rules.bars import child_verdict, rules_out
from outreach.events.rules.considering import Person, Place, Surroundings
from outreach.events.rules.gone import Gone
from outreach.events.rules.states import AssignmentStatus

WITHIN = timedelta(hours=24)
GAVE_UP = (AssignmentStatus.DECLINED, AssignmentStatus.WITHDRAWN)  # who has said no to it is not rung
NEAR = 60  # minutes of travel
BY_TELEPHONE = "telephone"  # the code that is kept with the choice of somebody who had said yes already
ANSWER_TODAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Nearby:
    """Somebody who could come now. `minutes` is None for what is online."""

    ambassador_id: int
    minutes: int | None
    remarks: tuple[str, ...]


def is_now(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether something is on, or begins so soon that only a telephone helps."""
    return starts_at - WITHIN <= now < ends_at


def say_soon(starts_at: datetime, now: datetime) -> str:
    """'TODAY' or 'TOMORROW' for the subject of a mail; empty when there is time. Both are London's."""
    if now < starts_at - WITHIN:
        return ""
    return "TODAY" if starts_at.date() <= now.date() else "TOMORROW"


def find_nearby(people: Iterable[Person], place: Place, around: Surroundings) -> list[Nearby]:
    """Who can come, nearest first."""
    found = [one for one in (_nearby(person, place, around) for person in people) if one is not None]
    return sorted(found, key=lambda one: (one.minutes or 0, one.ambassador_id))


def _nearby(person: Person, place: Place, around: Surroundings) -> Nearby | None:
    minutes = None if place.online else around.minutes_between(person.base_town, place.town)
    if not place.online and (minutes is None or minutes > NEAR):
        return None
    never_asked = person.gone.get(place.event_id) in (Gone.STOPPED, Gone.PASSED_OVER)
    if person.here.get(place.event_id) in GAVE_UP and not never_asked:
        return None
    willing = replace(
        person,
        availability=Availability(away=person.availability.away),
        notice_days=None,
        travels_to=person.travels_to | {place.district_id},
    )
    if rules_out(willing, place, around) is not None:
        return None
    return Nearby(person.id, minutes, _remarks(person, place, around))


def _remarks(person: Person, place: Place, around: Surroundings) -> tuple[str, ...]:
    said = []
    if person.here.get(place.event_id) is AssignmentStatus.LAPSED:
        said.append("was asked before and did not answer")
    if person.availability.pattern and not place.slots <= person.availability.pattern:
        said.append("not in their usual week")
    if person.notice_days is not None and (place.first - around.today).days < person.notice_days:
        said.append(f"asks for {person.notice_days} day{'' if person.notice_days == 1 else 's'}’ notice")
    if not place.online and place.district_id not in {person.home_district_id, *person.travels_to}:
        said.append(f"does not usually travel to {place.district}")
    if warning := child_verdict(person, place).warn:
        said.append(warning)
    return tuple(said)
