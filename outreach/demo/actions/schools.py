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


def add_school_days(scene: Scene) -> None:
    """Three talks at schools for one ambassador: whoever looks for people for a fourth is told why not them."""
    days = [next_weekday(scene.today + timedelta(days=number)) for number in IN_DAYS]
    whole = [(scene.at(day, 8), scene.at(day, 18)) for day in days]
    sites = {site.district: site for site in scene.sites()}
    able = [
        one
        for one in scene.ambassadors
        if one.status is AmbassadorStatus.ACTIVE
        and one.home_district in sites
        and all(one in scene.free(one.home_district, span) for span in whole)
    ]
    if not able:
        return
    someone = able[-1]
    scene.unchecked.add(someone.email)
    for day in days:
        event = log_event(scene, day, 1, sites[someone.home_district])
        event.activity = scene.term(Vocabulary.ACTIVITY, "talk")
        event.audience = scene.term(Vocabulary.AUDIENCE, "pupils_under_16")
        event.title = f"{event.activity.label}, {sites[someone.home_district].town}"
        event.supervisor, event.published_at = RECEPTION, None
        invite(scene, event, AssignmentStatus.ACCEPTED, someone)
        event.status = EventStatus.CONFIRMED
