"""What has been: visits that took place or were called off, and what came of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from outreach import clock
from outreach.demo.actions.planning import ask, call_off, invite, log_event, plan, verified_contact
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import CHANGE_WORDS, DECLINE_WORDS, NOTES, RATING_WORDS, SIZES, next_weekday, school_day
from outreach.districts.rules import Vocabulary
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.outcomes.models import Outcome, Rating, Reach
from outreach.visits.models import RequestMessage
from outreach.visits.rules import RequestStatus
from outreach.web.door import ActorKind

DAYS_BACK = 540
EVENTS_BACK = 230
REFUSED = {RequestStatus.DECLINED: 14, RequestStatus.WITHDRAWN: 6, RequestStatus.EXPIRED: 5}
WITHOUT_OUTCOME = 4


def add_history(scene: Scene) -> None:
    """The events of the last year and a half, oldest first, and the requests that came to nothing."""
    first = scene.today - timedelta(days=DAYS_BACK)
    days = sorted(school_day(scene.chance, first, scene.today - timedelta(days=12)) for _ in range(EVENTS_BACK))
    for day in days:
        _past_event(scene, day)
    for status, how_many in REFUSED.items():
        for _ in range(how_many):
            _refused_request(scene, status, school_day(scene.chance, first, scene.today - timedelta(days=30)))
    for number in range(WITHOUT_OUTCOME):
        _without_outcome(scene, next_weekday(scene.today - timedelta(days=10 - 2 * number)))


def _past_event(scene: Scene, day: date) -> None:
    event = _some_event(scene, day)
    if scene.chance.random() < 0.1:
        invite(scene, event, AssignmentStatus.DECLINED)
    crew = [one for _ in range(event.needed) if (one := invite(scene, event, AssignmentStatus.ACCEPTED)) is not None]
    if not crew or scene.chance.random() < 0.06:
        call_off(scene, event)
        return
    event.status = EventStatus.DONE
    for assignment in crew:
        _attended(scene, event, assignment)
    _record(scene, event, crew[0])


def _some_event(scene: Scene, day: date) -> Event:
    """Two of three come from a visit request; the others were logged by the coordinator."""
    if scene.chance.random() > 0.66:
        return log_event(scene, day, scene.chance.choice((1, 2, 2, 3)))
    contact, site = verified_contact(scene)
    asked = scene.at(day, 9) - timedelta(days=scene.chance.randint(20, 60), minutes=scene.chance.randint(0, 500))
    request = ask(scene, contact, site, [day], asked, online=scene.chance.random() < 0.1)
    if scene.chance.random() < 0.06:
        request.messages.append(_handled_message(scene, asked + timedelta(days=9)))
    return plan(scene, request, scene.chance.randint(1, 2))


def _handled_message(scene: Scene, at: datetime) -> RequestMessage:
    return RequestMessage(
        words=scene.chance.choice(CHANGE_WORDS),
        created_at=at,
        handled_at=at + timedelta(days=1),
        handled_by_id=scene.accounts["coordinator"].id,
    )


def _attended(scene: Scene, event: Event, assignment: Assignment) -> None:
    came = scene.chance.random() < 0.97
    assignment.status = AssignmentStatus.ATTENDED if came else AssignmentStatus.DID_NOT_ATTEND
    # An hour for the way and for getting ready.
    length = Decimal(int((event.ends_at - event.starts_at).total_seconds())) / 3600
    assignment.hours = length + 1 if came else None


def _record(scene: Scene, event: Event, by: Assignment) -> None:
    """The outcome, by the ambassador or the coordinator, and for most visits the requester's rating."""
    chance = scene.chance
    size = event.audience_size or SIZES.get(event.activity.code, 20)
    took_place = chance.random() < 0.97
    by_ambassador = chance.random() < 0.7
    recorded = min(event.ends_at + timedelta(hours=chance.randint(1, 90)), scene.now)
    outcome = Outcome(
        event=event,
        took_place=took_place,
        note=chance.choice(NOTES) if took_place else "Nobody had told the students. We will come another day.",
        recorded_at=recorded,
        recorded_by_kind=ActorKind.AMBASSADOR if by_ambassador else ActorKind.ACCOUNT,
        recorded_by_id=by.ambassador.id if by_ambassador else scene.accounts["coordinator"].id,
        reached=[],
    )
    if took_place:
        audience = event.audience or scene.any_term(Vocabulary.AUDIENCE)
        outcome.reached.append(Reach(audience=audience, people=max(1, round(size * chance.uniform(0.6, 1.1)))))
        if chance.random() < 0.3 and (advisers := scene.term(Vocabulary.AUDIENCE, "careers_advisers")) is not audience:
            outcome.reached.append(Reach(audience=advisers, people=chance.randint(1, 6)))
    scene.outcomes.append(outcome)
    if took_place and event in scene.asked and chance.random() < 0.75:
        score = chance.choice((3, 4, 4, 5, 5, 5, 5, 5))
        day = min(clock.local(recorded).date() + timedelta(days=1), scene.today)
        # Older words are over their term: the worker would take them away at once.
        words = chance.choice(RATING_WORDS) if scene.today - day < timedelta(days=330) else ""
        scene.outcomes.append(Rating(event=event, score=score, ask_again=score > 3, words=words, given_on=day))


def _refused_request(scene: Scene, status: RequestStatus, day: date) -> None:
    contact, site = verified_contact(scene)
    days = [next_weekday(day + timedelta(days=later)) for later in (0, 5)]
    asked = scene.at(day, 12) - timedelta(days=scene.chance.randint(16, 30))
    request = ask(scene, contact, site, days, asked)
    request.status = status
    request.decided_at = asked + timedelta(days=scene.chance.randint(2, 9))
    if status is RequestStatus.DECLINED:
        request.decline_reason = scene.any_term(Vocabulary.DECLINE_REASON)
        request.decline_words = DECLINE_WORDS
    elif status is RequestStatus.EXPIRED:
        request.decided_at = request.times[-1].starts_at


def _without_outcome(scene: Scene, day: date) -> None:
    """An event that is over, of which nobody has said yet how it went."""
    event = _some_event(scene, min(day, scene.today - timedelta(days=1)))
    if invite(scene, event, AssignmentStatus.ACCEPTED) is not None:
        event.status = EventStatus.CONFIRMED
