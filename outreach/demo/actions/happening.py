"""What happens as the county is loaded: somebody is at a visit by themselves, and somebody drops out of the next one.

The events follow the hour. Of another day than today it is ten in the morning.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.demo.actions.planning import ask, invite, plan, popular_pairs
from outreach.demo.actions.scene import Scene
from outreach.demo.rules.today import LASTS, visit_next, visit_now
from outreach.districts.rules import Vocabulary
from outreach.events.models import Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.events.rules.shortlist import rank
from outreach.institutions.models import Contact, Site

ASKED_AGO = 30
DROPPED_OUT = timedelta(minutes=40)
SICK = "I have been sick since last night, so I must not come near anybody. I am sorry to let you down."


def add_happening(scene: Scene) -> None:
    """Both at places with people enough around them. Before the others, whom they may leave with fewer hours."""
    now = clock.local(scene.moment)
    here, elsewhere, *_ = popular_pairs(scene)
    on = _visit(scene, here, visit_now(now), "adult_learners")
    if invite(scene, on, AssignmentStatus.ACCEPTED):
        on.status = EventStatus.CONFIRMED
    soon = _visit(scene, elsewhere, visit_next(now), "job_seekers")
    dropped = invite(scene, soon, AssignmentStatus.ACCEPTED, _whose_employer_is_known(scene, soon))
    if dropped is not None:
        dropped.status, dropped.answered_at = AssignmentStatus.WITHDRAWN, scene.moment - DROPPED_OUT
        dropped.reason, dropped.said = scene.term(Vocabulary.CANNOT_COME_REASON, "other"), SICK
        scene.dropped_out = dropped


def _whose_employer_is_known(scene: Scene, event: Event) -> Ambassador | None:
    """The first of the shortlist whose employer has named somebody to ring."""
    ranked = rank(scene.register.judge(event.openings[0], event.created_at))
    people = (scene.register.rows[one.ambassador_id] for one in ranked)
    return next((one for one in people if one.employer.contact_phone), None)


def _visit(scene: Scene, place: tuple[Contact, Site], starts_at: datetime, audience: str) -> Event:
    """A talk on a weekday, and at a weekend a day for families."""
    request = ask(scene, *place, [starts_at.date()], scene.before(ASKED_AGO))
    request.activity = scene.term(Vocabulary.ACTIVITY, "talk" if starts_at.weekday() < 5 else "family_day")
    request.audience = scene.term(Vocabulary.AUDIENCE, audience)
    begins = starts_at.astimezone(UTC)
    request.times[0].starts_at, request.times[0].ends_at = begins, begins + LASTS
    return plan(scene, request)
