"""Somebody whom schools like: a third day with under-18s lies before them, and no check of theirs was seen."""

from __future__ import annotations

from datetime import timedelta

from outreach.ambassadors.rules import AmbassadorStatus
from outreach.demo.actions.planning import RECEPTION, invite, log_event
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import next_weekday
from outreach.districts.rules import Vocabulary
from outreach.events.rules import AssignmentStatus, EventStatus

# The days are apart, so that next_weekday leaves them different ones.
IN_DAYS = (9, 16, 23)


def choose_in_demand(scene: Scene) -> None:
    """The first of the active who lives where there is a site, and who talks to pupils."""
    homes = {site.district for site in scene.sites()}
    active = (one for one in scene.ambassadors if one.status is AmbassadorStatus.ACTIVE)
    scene.in_demand = next((one for one in active if one.home_district in homes), None)
    if scene.in_demand is not None:
        offers = {scene.term(Vocabulary.ACTIVITY, "talk"), scene.term(Vocabulary.AUDIENCE, "pupils_under_16")}
        scene.in_demand.terms = sorted({*scene.in_demand.terms, *offers}, key=lambda term: (term.position, term.id))


def add_school_days(scene: Scene) -> None:
    """Three talks at schools for one ambassador: whoever looks for people for a fourth is told why not them.

    They are new: nobody has asked them before.
    """
    scene.register.kept_free = None
    someone = scene.in_demand
    if someone is None:
        return
    site = next(one for one in scene.sites() if one.district is someone.home_district)
    for number in IN_DAYS:
        event = log_event(scene, next_weekday(scene.today + timedelta(days=number)), 1, site)
        event.activity = scene.term(Vocabulary.ACTIVITY, "talk")
        event.audience = scene.term(Vocabulary.AUDIENCE, "pupils_under_16")
        event.activity_id, event.audience_id = event.activity.id, event.audience.id
        event.title = f"{event.activity.label}, {site.town}"
        event.ends_at = event.openings[0].ends_at = event.starts_at + timedelta(hours=1)
        event.supervisor, event.published_at = RECEPTION, None
        if invite(scene, event, AssignmentStatus.ACCEPTED, someone):
            event.status = EventStatus.CONFIRMED
