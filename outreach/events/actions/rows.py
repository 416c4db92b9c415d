"""What every act on an event shares: who may, the locks, and what follows from a change.

Locks are taken in one order everywhere (ambassadors, then the event, then its assignments, each by
number), so that two acts wait for each other and never deadlock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.db import db, lock_row
from outreach.errors import Conflict, NotAllowed
from outreach.events.models import Assignment, Event, Opening
from outreach.events.queries import clashes_of
from outreach.events.rules import COMING, HOLDING, EventChanged, Times, check_times, status_for
from outreach.web.door import Actor, ActorKind, Role
from outreach.web.facts import emit


def check_coordinator(actor: Actor) -> None:
    """Refuse everybody but coordinators and the system. Raises NotAllowed."""
    if actor.kind is not ActorKind.SYSTEM and not actor.has(Role.COORDINATOR):
        raise NotAllowed("Only a coordinator may do this.")


def check_moments(starts_at: datetime, ends_at: datetime) -> None:
    """Refuse times that do not fit, or that clocks show twice: no calendar can say which is meant. Raises Conflict.

    Forms refuse the latter beside its box; this is for every other way in.
    """
    check_times(starts_at, ends_at)
    for field, moment in (("starts", starts_at), ("ends", ends_at)):
        if clock.comes_twice(moment):
            raise Conflict("The clocks go back then, so that time comes twice. Choose another.", field)


def lock_ambassadors(ids: Iterable[int]) -> list[Ambassador]:
    """Have these people to oneself until the act is done, by number: whoever else wants their time waits.

    The database refuses a clash by itself, but two inserts that find each other in an exclusion
    constraint of PostgreSQL wait for each other, and one is broken off as a deadlock, without words.
    """
    return list(
        db.session.scalars(
            select(Ambassador)
            .where(Ambassador.id.in_(sorted(set(ids))))
            .order_by(Ambassador.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def lock_held(event: Event, version: str | None = None) -> tuple[list[Ambassador], list[Assignment]]:
    """Lock an event with everybody whom it holds. Returns those, and its assignments.

    Raises Conflict where somebody was asked in between, whose lock would come too late; and as `lock_event` does.
    """
    holders = {one.ambassador_id for one in event.assignments if one.status in HOLDING}
    people = lock_ambassadors(holders)
    assignments = lock_event(event, version)
    if {one.ambassador_id for one in assignments if one.status in HOLDING} - holders:
        raise Conflict("Somebody has just been asked to this event. Open the page again to see who.")
    return people, assignments


def lock_event(event: Event, version: str | None = None) -> list[Assignment]:
    """Lock an event, read it, its openings and its assignments as they are now, and return the assignments.

    With `version`, that of the page an edit was made on, raises Conflict if the event has changed since.
    """
    lock_row(event, version)
    for opening in event.openings:
        db.session.refresh(opening)
    return reread_assignments(event)


def check_opening_stands(opening: Opening) -> None:
    """Refuse what is about an opening that somebody has just removed; its event is locked. Raises Conflict."""
    if opening not in opening.event.openings:
        raise Conflict("This opening has just been removed. Open the event again to see what it needs.")


def reread_assignments(event: Event) -> list[Assignment]:
    """The assignments of an event as the database has them, locked, by number."""
    found = list(
        db.session.scalars(
            select(Assignment)
            .where(Assignment.event_id == event.id)
            .order_by(Assignment.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
    db.session.expire(event, ["assignments"])
    return found


def mark_changed(event: Event) -> None:
    """Say that something a calendar shows has changed. Emits EventChanged."""
    event.sequence += 1
    event.changed_at = clock.now()
    db.session.flush()
    emit(EventChanged(event.id))


def settle_status(event: Event, assignments: Iterable[Assignment]) -> None:
    """Planned or confirmed, as somebody is coming or not."""
    event.status = status_for(sum(one.status in COMING for one in assignments), event.status)


def clash_of(
    event: Event, ambassador_ids: Iterable[int], times: Times | None = None, *, own: bool = False
) -> Conflict | None:
    """Who is busy at the time of an event or opening, and with what, as the refusal to show; None when all are free.

    `own` addresses the ambassador.
    """
    starts_at, ends_at = times or (event.starts_at, event.ends_at)
    found = clashes_of(list(ambassador_ids), starts_at, ends_at, event.id)
    if not found:
        return None
    if own:
        return Conflict(f"You are on another event at that time: {found[0].event.title}.")
    words = {
        one.ambassador_id: f"{one.ambassador.name} is busy then: {one.event.reference}, {one.event.title}."
        for one in reversed(found)
    }
    return Conflict(" ".join(words.values()), "ambassadors")
