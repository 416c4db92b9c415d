"""What is to come: visits agreed and half agreed, and everything that waits for the coordinator."""

from __future__ import annotations

from datetime import date, timedelta

from outreach.demo.actions.ordering import add_exhausted_order, add_running_order
from outreach.demo.actions.planning import (
    ask,
    call_off,
    invite,
    log_event,
    plan,
    popular_pairs,
    unverified_contact,
    verified_contact,
)
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import CHANGE_WORDS, next_weekday, school_day
from outreach.events.models import Event
from outreach.events.rules import AssignmentStatus, EventStatus, status_for
from outreach.institutions.models import Contact, Site
from outreach.visits.models import RequestMessage, VisitRequest
from outreach.visits.rules import RequestStatus

Pair = tuple[Contact, Site]

DAYS_AHEAD = 190
CONFIRMED = 34
OVERRIDDEN = (5, 17, 29)
"""Which of them go to somebody whom the shortlist ruled out, with the coordinator's reason."""
INVITED = 10
SHORT = 6
NEW_SINCE = (15, 11, 8, 6, 4, 2, 1)
"""How many days ago the new requests were asked; the first is late."""


def add_coming(scene: Scene) -> None:
    """The events of the next half year, then the requests that nobody has answered."""
    last = scene.today + timedelta(days=DAYS_AHEAD)
    for number in range(CONFIRMED):
        day = school_day(scene.chance, scene.today + timedelta(days=2), last)
        _confirmed(scene, day, against_wishes=number in OVERRIDDEN)
    for _ in range(INVITED):
        _invited(scene, school_day(scene.chance, scene.today + timedelta(days=6), last))
    for number in range(SHORT):
        _short(scene, number, next_weekday(scene.today + timedelta(days=5 + 6 * number)))
    _, _, one, other, *_ = popular_pairs(scene)
    add_running_order(scene, _requested(scene, next_weekday(scene.today + timedelta(days=18)), place=one, ago=12))
    add_exhausted_order(scene, _requested(scene, next_weekday(scene.today + timedelta(days=26)), place=other, ago=20))
    for _ in range(3):
        call_off(scene, _requested(scene, school_day(scene.chance, scene.today + timedelta(days=9), last)))
    _withdrawn(scene, next_weekday(scene.today + timedelta(days=33)))
    _to_verify(scene)
    _new_requests(scene)
    _changes_asked(scene)


def _requested(
    scene: Scene, day: date, needed: int = 1, *, staffed: bool = True, place: Pair | None = None, ago: int = 9
) -> Event:
    """A visit that was asked for so many days ago, or longer, and planned within a week."""
    contact, site = place or verified_contact(scene, staffed=staffed)
    asked = scene.before(scene.chance.randint(ago, 40))
    online = scene.chance.random() < 0.15
    return plan(scene, ask(scene, contact, site, [day], asked, online=online), needed)


def _confirmed(scene: Scene, day: date, *, against_wishes: bool) -> None:
    fair = scene.chance.random() < 0.35
    event = log_event(scene, day, scene.chance.choice((1, 2))) if fair else _requested(scene, day)
    coming = [
        invite(scene, event, AssignmentStatus.ACCEPTED, against_wishes=against_wishes and number == 0)
        for number in range(event.needed)
    ]
    event.status = status_for(sum(one is not None for one in coming), event.status)


def _invited(scene: Scene, day: date) -> None:
    invite(scene, _requested(scene, day), AssignmentStatus.INVITED)


def _short(scene: Scene, number: int, day: date) -> None:
    """An event that lacks an ambassador: nobody was asked, or somebody said no, did not answer or fell ill."""
    event = _requested(scene, day, 2 if number == 5 else 1, staffed=number > 0)
    answers = (
        None,
        AssignmentStatus.DECLINED,
        AssignmentStatus.LAPSED,
        AssignmentStatus.WITHDRAWN,
        AssignmentStatus.DECLINED,
        AssignmentStatus.ACCEPTED,
    )
    answer = answers[number]
    if answer is not None and invite(scene, event, answer) and answer is AssignmentStatus.ACCEPTED:
        event.status = EventStatus.CONFIRMED


def _withdrawn(scene: Scene, day: date) -> None:
    """A request that was accepted, and then taken back by the school."""
    event = _requested(scene, day)
    invite(scene, event, AssignmentStatus.ACCEPTED)
    call_off(scene, event)
    scene.asked[event].status = RequestStatus.WITHDRAWN


def _to_verify(scene: Scene) -> None:
    """Two visits agreed with people whom nobody has telephoned yet: one confirmed, one waiting for its ambassador."""
    for days, answer in ((16, AssignmentStatus.ACCEPTED), (23, AssignmentStatus.INVITED)):
        contact, site = unverified_contact(scene)
        request = ask(scene, contact, site, [next_weekday(scene.today + timedelta(days=days))], scene.before(5))
        event = plan(scene, request)
        if invite(scene, event, answer) and answer is AssignmentStatus.ACCEPTED:
            event.status = EventStatus.CONFIRMED


def _new_requests(scene: Scene) -> None:
    """Requests of different ages; the newest from a place that is not on the list."""
    for number, ago in enumerate(NEW_SINCE):
        contact, site = verified_contact(scene)
        if number == len(NEW_SINCE) - 1:
            contact = next(
                one for contacts in scene.contacts.values() for one in contacts if one.institution.listed_at is None
            )
            site = contact.institution.sites[0]
        days = [next_weekday(scene.today + timedelta(days=25 + 3 * number + 7 * n)) for n in range(1 + number % 3)]
        request = ask(scene, contact, site, days, scene.before(ago), online=number == 3)
        if number == 2:
            request.entered_by_id = scene.accounts["deputy"].id


def _changes_asked(scene: Scene) -> None:
    """Three contacts want something changed; nobody has handled it."""
    open_ones: list[VisitRequest] = [
        request
        for request in scene.requests
        if request.status is RequestStatus.ACCEPTED and request.times[0].starts_at > scene.now + timedelta(days=7)
    ]
    for ago, request in zip((5, 3, 1), scene.chance.sample(open_ones, min(3, len(open_ones))), strict=False):
        asked = max(scene.before(ago), request.decided_at or request.created_at)
        request.messages.append(RequestMessage(words=scene.chance.choice(CHANGE_WORDS), created_at=asked))
