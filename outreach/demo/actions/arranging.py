"""What hosts have said of the day of their visits: most of those of the next two months, some of them not yet."""

from __future__ import annotations

from datetime import timedelta

from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import ROOMS
from outreach.events.models import Arrangements, Event
from outreach.events.rules import EventStatus

AHEAD = timedelta(days=60)
UNTOLD = 4  # of so many visits one host has said nothing


def add_arrangements(scene: Scene) -> None:
    """By number and not by the dice, so that nothing else of the county depends on it."""
    ahead = sorted((one for one in scene.events if _is_ahead(scene, one)), key=lambda one: (one.starts_at, one.title))
    for number, event in enumerate(ahead):
        if (number + 1) % UNTOLD:
            _arrange(scene, event, number)


def _is_ahead(scene: Scene, event: Event) -> bool:
    visit = event.contact is not None and event.status is EventStatus.CONFIRMED
    return visit and scene.now < event.starts_at < scene.now + AHEAD


def _arrange(scene: Scene, event: Event, number: int) -> None:
    contact = event.contact
    if contact is None:
        return
    room, access, parking = ROOMS[number % len(ROOMS)]
    said_at = min(event.created_at + timedelta(days=2), scene.now)
    under_18 = event.audience is not None and event.audience.under_18
    db.session.add(
        Arrangements(
            event=event,
            room="" if event.online else room,
            access="We send the link on the day before" if event.online else access,
            parking="" if event.online else parking,
            contact_name=contact.name,
            contact_phone=contact.phone,
            safeguarding_name="Mrs Keeping, assistant head" if under_18 else "",
            safeguarding_phone=contact.phone if under_18 else "",
            slides="https://slides.example/a-day-in-care" if number % 3 == 1 else "",
            needs="A projector, and a table for leaflets" if number % 3 == 2 else "",
            host_agreed_at=said_at if under_18 else None,
            changed_at=said_at,
        )
    )
