"""Who can come now, when somebody drops out on the day: ready, near and free for it. Pure.

What rules somebody out of the shortlist does here too, but for their usual week, the notice they ask for and the
districts they travel to: those were said of days ahead, and are told as remarks. A mail is for whoever could read it
and still be there as it begins; everybody else is rung, and whoever would miss most of it is not worth a call.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

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
READ_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Nearby:
    """Somebody who could come now, and how they are reached. `minutes` is None for what is online."""

    ambassador_id: int
    minutes: int | None
    remarks: tuple[str, ...]
    by_phone: bool
    by_mail: bool
    in_time: bool  # for the half at least of what is to come of it

    @property
    def is_worth_asking(self) -> bool:
        return self.in_time and (self.by_phone or self.by_mail)


def is_now(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether something is on, or begins so soon that only a telephone helps."""
    return starts_at - WITHIN <= now < ends_at


def say_soon(starts_at: datetime, now: datetime) -> str:
    """'TODAY' or 'TOMORROW' for the subject of a mail; empty when there is time. Both are London's."""
    if now < starts_at - WITHIN:
        return ""
    return "TODAY" if starts_at.date() <= now.date() else "TOMORROW"


def find_nearby(people: Iterable[Person], place: Place, around: Surroundings, ringable: Container[int]) -> list[Nearby]:
    """Who can come: whoever has a telephone number first, and the nearest of those first."""
    found = [one for one in (_nearby(person, place, around, ringable) for person in people) if one is not None]
    return sorted(found, key=lambda one: (not one.by_phone, one.minutes or 0, one.ambassador_id))


def _nearby(person: Person, place: Place, around: Surroundings, ringable: Container[int]) -> Nearby | None:
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
    now, travel = around.now.timestamp(), (minutes or 0) * 60
    late = now + travel - max(now, place.begins)
    return Nearby(
        person.id,
        minutes,
        (*_say_late(late, begun=place.begins <= now), *_remarks(person, place, around)),
        by_phone=person.id in ringable,
        by_mail=place.begins - now - travel >= READ_WITHIN.total_seconds(),
        in_time=late * 2 <= place.stops - max(now, place.begins),
    )


def _say_late(seconds: float, *, begun: bool) -> tuple[str, ...]:
    """Once it has begun everybody is late, and how far away they are says how much."""
    minutes = ceil(seconds / 60)
    return () if begun or minutes <= 0 else (f"would be {minutes} minute{'' if minutes == 1 else 's'} late",)


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
