"""Events with several openings, and places that ambassadors may take by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from outreach.demo.actions.planning import RECEPTION, invite, log_event
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import next_weekday
from outreach.districts.rules import Vocabulary
from outreach.events.models import Event, Opening
from outreach.events.rules import AssignmentStatus, ChoiceWay, EventStatus

OFFERED_IN = 3  # districts


def add_openings(scene: Scene) -> None:
    """A fair in two halves, one of them with a nurse; and in several districts a visit that somebody may take."""
    _in_two_halves(scene)
    taken = False
    with_sites = [one for one in scene.districts if any(site.district is one for site in scene.sites())]
    for number, district in enumerate(with_sites[:OFFERED_IN]):
        site = next(one for one in scene.sites() if one.district is district)
        event = log_event(scene, next_weekday(scene.today + timedelta(days=24 + 3 * number)), 1, site)
        event.supervisor = RECEPTION
        event.openings[0].open_to_offers = True
        taken = taken or _take(scene, event)


def _take(scene: Scene, event: Event) -> bool:
    """Somebody whom nobody asked has taken one of two places. False if nobody can."""
    came = invite(scene, event, AssignmentStatus.ACCEPTED, at=scene.before(1), way=ChoiceWay.OFFERED)
    if came is None:
        return False
    event.status, event.needed, came.opening.needed = EventStatus.CONFIRMED, 2, 2
    came.assigned_by_id = came.invited_at = came.answer_by = None
    came.answered_at = came.created_at
    choice = scene.choices[-1]
    choice.made_by_id = choice.position = choice.out_of = None
    return True


def _in_two_halves(scene: Scene) -> None:
    day = next_weekday(scene.today + timedelta(days=19))
    event = log_event(scene, day, 3, max(scene.sites(), key=scene.register.count_around))
    event.supervisor = RECEPTION
    event.starts_at, event.ends_at = scene.at(day, 9), scene.at(day, 16)
    half = scene.at(day, 12, 30)
    (morning,) = event.openings
    morning.starts_at, morning.ends_at, morning.needed = event.starts_at, half, 1
    afternoon = _part(event, half, event.ends_at, 2)
    afternoon.qualification, afternoon.qualified_needed = scene.term(Vocabulary.QUALIFICATION, "nurse"), 1
    afternoon.open_to_offers = True
    if invite(scene, event, AssignmentStatus.ACCEPTED, opening=morning):
        event.status = EventStatus.CONFIRMED
    invite(scene, event, AssignmentStatus.INVITED, opening=afternoon)


def _part(event: Event, starts_at: datetime, ends_at: datetime, needed: int) -> Opening:
    opening = Opening(
        starts_at=starts_at, ends_at=ends_at, needed=needed, qualified_needed=0, created_at=event.created_at
    )
    event.openings.append(opening)
    return opening
