"""What recruitment shows to the world in the demo county: open roles, codes of careers events, and who came by them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from outreach import clock
from outreach.db import db
from outreach.demo.actions.friends import add_friend
from outreach.demo.actions.scene import Scene
from outreach.demo.rules.friends import OPEN_ROLES, Story
from outreach.events.rules import EventStatus
from outreach.referrals.models import EventCode, Vacancy
from outreach.referrals.rules.consent import DAYS_AFTER_EVENT, EVENT_CODE_LETTERS, Way
from outreach.web.keys import ALPHABET

CAME_UPTO = ("applied", "confirmed", "interview")
CODES_TO_COME = 2


def add_careers(scene: Scene, audit: list[dict[str, Any]]) -> int:
    """Open roles, a code for each of the next events and of the last ones, and friends who came; how many came."""
    for number, (role, hours) in enumerate(OPEN_ROLES):
        district = scene.districts[number % len(scene.districts)] if number else None
        closes = scene.today + timedelta(days=14 + 7 * number) if number % 2 else None
        link = f"https://jobs.county.example/vacancies/{1001 + number}"
        db.session.add(
            Vacancy(
                role=role,
                district_id=district.id if district else None,
                hours=hours,
                link=link,
                closes_on=closes,
                changed_at=scene.now,
            )
        )
    held = [one for one in scene.events if one.status is not EventStatus.CANCELLED]
    coming = sorted((one for one in held if one.starts_at > scene.now), key=lambda one: one.starts_at)[:CODES_TO_COME]
    lately = [one for one in held if timedelta(days=8) < scene.now - one.ends_at < timedelta(days=80)]
    past = sorted(lately, key=lambda one: one.ends_at)[-len(CAME_UPTO) :]
    for event in (*coming, *past):
        code = "".join(scene.chance.choice(ALPHABET) for _ in range(EVENT_CODE_LETTERS))
        db.session.add(
            EventCode(
                event_id=event.id,
                code=code,
                days_after=DAYS_AFTER_EVENT,
                made_by_id=scene.accounts["coordinator"].id,
                made_at=min(scene.now, event.starts_at) - timedelta(days=2),
            )
        )
    for event, upto in zip(past, CAME_UPTO, strict=False):
        ago = (scene.today - clock.local(event.ends_at).date()).days - 1
        referral = add_friend(scene, Story(ago=ago, upto=upto, checked=False), None, audit)
        referral.way, referral.event_id = Way.EVENT, event.id
    db.session.flush()
    return len(past)
